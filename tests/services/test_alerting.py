"""Pages and alerts on a real store with a settable clock: nobody is forgotten, one winner, the next channel in time."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.adapters import vault
from bot.adapters.store.database import Database
from bot.app.casework import Sealing
from bot.domain import passes
from bot.domain.calendar import SWEDEN
from bot.domain.conversation import Conversation
from bot.domain.events import Address
from bot.domain.messages import Capabilities, unpacked
from bot.domain.outbox import Refused, Sent
from bot.domain.people import Role
from bot.domain.report_effects import FileReport, PlaceReport, WriteToReport
from bot.domain.rota import DUTY_MANAGER, EVERYBODY
from bot.domain.routing import CATCH_ALL, DUTY, OFFICE
from bot.services.alerting import Alerting
from bot.services.auditor import Auditor
from bot.services.cases import Cases
from bot.services.cases import Refused as CaseRefused
from bot.services.frames import Frames
from bot.services.interpreting import Interpreting
from bot.services.paging import Paging
from bot.services.render import Renderer
from bot.services.reporting import Reporting
from bot.services.speak import Speaker
from bot.services.taking import Taking
from tests.support.builders import SettableClock
from tests.support.duty import Duty
from tests.support.whole import real_content

OLENA = Address("telegram", "1")
CHANNELS = {
    "telegram": Capabilities(max_text=4096),
    "web": Capabilities(on_our_site=True, has_header=True, pushed=False),
    "sms": Capabilities(has_header=True, can_press=False),
    "mail": Capabilities(has_header=True, can_press=False, can_reply=False),
}


@dataclass
class Ward:
    """A service without its channels: what is in the outbox is looked at and settled by hand."""

    store: Database
    clock: SettableClock
    duty: Duty
    alerting: Alerting
    reporting: Reporting
    cases: Cases
    taking: Taking
    frames: Frames

    async def reports(
        self, number: int = 1, *, place: str | None = "norrkoping", safety: str = "unsure", who: Address = OLENA
    ) -> None:
        """Somebody reports a child alone."""
        effect = FileReport(f"{number:024x}", f"CCC-{number:03}", place, safety)

        def work(tx: Any) -> None:
            frame = self.frames.frame(who.channel, self.clock.now())
            tx.open_conversations([who], self.clock.now())
            _, sayings, _ = self.reporting.apply(tx, effect, Conversation(who, "uk"), frame)
            rows = [row for s in sayings for row in self.alerting._speaker.rows(s, frame.now)]
            tx.put_deliveries(rows, frame.now, "")

        await self.store.write(work)
        await self.alerting.look()  # as the commit of a report wakes it

    async def later(self, **span: float) -> None:
        """Let time pass as the loop does, looking when something is due; every message goes out at once."""
        end = self.clock.now() + timedelta(**span)
        while self.clock.now() < end:
            await self.sent()
            due = await self.store.read(lambda tx: tx.alerts.next_due())
            pause = (min(due, end) if due else end) - self.clock.now()
            self.clock.at += max(pause, timedelta(seconds=1))
            await self.alerting.look()
        await self.sent()

    async def sent(self, outcome: Any = None, channel: str = "") -> list[tuple[str, str]]:
        """Send all that waits (on one channel) and return (address, words)."""
        waiting = sa.text("SELECT DISTINCT channel FROM outbox WHERE status = 'pending'")
        found = await self.store.read(lambda tx: tx.connection.execute(waiting).scalars().all())
        out = []
        for name in [c for c in ([channel] if channel else ["telegram", "sms", "mail"]) if c in found]:
            while claimed := await self.store.write(lambda tx, n=name: tx.claim(self.clock.now(), "me", n, 100)):
                out += [(str(d.to), unpacked(d.body).plain()) for d in claimed]
                await self.store.write(lambda tx, c=claimed: tx.record([(d, outcome or Sent("1")) for d in c], self.clock.now()))
        self.log += out
        return out

    def __post_init__(self) -> None:
        self.log: list[tuple[str, str]] = []

    def heard(self, address: str) -> list[str]:
        return [words for to, words in self.log if to == address]

    async def timeline(self, id_: int = 1) -> list[str]:
        return [m.what for m in await self.store.read(lambda tx: tx.reports.timeline(id_))]

    async def takes(self, person: int, report: int = 1) -> None:
        def work(tx: Any) -> None:
            done = self.cases.take(tx, tx.people.staff(person), report, self.clock.now())
            rows = [row for s in done.sayings for row in self.alerting._speaker.rows(s, self.clock.now())]
            tx.put_deliveries(rows, self.clock.now(), "")

        await self.store.write(work)


@pytest_asyncio.fixture
async def ward(database: Database, clock: SettableClock, tmp_path: Path) -> AsyncIterator[Ward]:
    content = real_content()
    renderer = Renderer(content.catalog, content.translator)
    speaker = Speaker(renderer, CHANNELS)
    paging = Paging(speaker, console="https://chat.example/staff")
    alerting = Alerting(
        store=database,
        clock=clock,
        speaker=speaker,
        paging=paging,
        policy=content.policy,
        committed=lambda touched: None,
        secret=b"a secret of tests",
    )
    sealing = Sealing(vault.Keyring([vault.new_key()]))
    parts: dict[str, Any] = {"alerting": alerting, "vault": sealing}
    silent: dict[str, Any] = {"store": database, "clock": clock, "interpreter": None, "speaker": speaker, "first": "uk"}
    parts["interpreting"] = Interpreting(**parts, **silent, committed=lambda touched: None)
    cases = Cases(**parts, public_url="https://chat.example")
    taking = Taking(cases, paging)
    reporting = Reporting(**parts, cases=cases, taking=taking, secret=b"a secret of tests")
    frames = Frames(speaker.renderer, CHANNELS, connected=lambda: alerting.connected)
    yield Ward(database, clock, Duty(database), alerting, reporting, cases, taking, frames)


async def test_each_level_is_called_at_its_minute_and_the_reporter_is_told_the_truth(ward: Ward) -> None:
    for level in (1, 2, 3):
        await ward.duty.on_call(f"L{level}", "norrkoping", level=level, telegram=f"10{level}")
    await ward.duty.on_call("Chef", "norrkoping", level=EVERYBODY, roles=(Role.LEAD,), telegram="109")
    await ward.reports()
    await ward.later(minutes=4, seconds=55)
    assert [len(ward.heard(f"telegram:10{n}")) for n in (1, 2, 3, 9)] == [1, 0, 0, 0]
    await ward.later(seconds=10)
    assert [len(ward.heard(f"telegram:10{n}")) for n in (1, 2, 3, 9)] == [1, 1, 0, 0]
    await ward.later(minutes=5)
    assert [len(ward.heard(f"telegram:10{n}")) for n in (1, 2, 3, 9)] == [1, 1, 1, 0]
    await ward.later(minutes=5)
    assert len(ward.heard("telegram:109")) == 1
    assert "112" in ward.heard("telegram:1")[-1] or "011" in ward.heard("telegram:1")[-1]
    assert "reporter_told_nobody" in await ward.timeline()
    await ward.later(minutes=5)
    assert [len(ward.heard(f"telegram:10{n}")) for n in (1, 2, 3, 9)] == [3, 3, 3, 2]
    assert "igen" in ward.heard("telegram:101")[-1], "it says that it is sent again"


async def test_when_the_office_closes_the_duty_line_is_called_too_and_may_take_it(ward: Ward) -> None:
    """Reported five minutes before closing time (17:00 in Norrköping) and not taken: whoever is awake then is paged."""
    ward.clock.at = datetime(2026, 11, 24, 15, 55, tzinfo=UTC)
    await ward.duty.unit("office", kind=OFFICE, places=("norrkoping",))
    await ward.duty.unit("duty", kind=DUTY, places=("norrkoping",))
    await ward.duty.on_call("Anna", "office", telegram="101")
    bo = await ward.duty.on_call("Bo", "duty", telegram="102")
    await ward.reports()
    await ward.later(minutes=4)
    assert len(ward.heard("telegram:101")) == 1 and ward.heard("telegram:102") == []
    await ward.later(minutes=60)
    assert ward.heard("telegram:102"), "the duty line"
    await ward.takes(bo)
    report = await ward.store.read(lambda tx: tx.reports.by_id(1))
    assert (report.unit, report.owner) == ("duty", bo)


async def test_a_volunteer_is_never_paged_and_does_not_hide_that_nobody_is(ward: Ward) -> None:
    await ward.duty.unit("rest", kind=CATCH_ALL)
    await ward.duty.on_call("Chef", "rest", level=EVERYBODY, telegram="109")
    await ward.duty.on_call("Anna", "norrkoping", verified=False, telegram="101")
    await ward.duty.on_call("Vera", "norrkoping", level=EVERYBODY, roles=(Role.HELPER, Role.EDITOR), telegram="102")
    await ward.reports()
    await ward.later(seconds=5)
    assert ward.heard("telegram:102") == [] and len(ward.heard("telegram:109")) == 1
    assert "catch_all" in await ward.timeline()


async def test_everybody_is_everybody_and_the_duty_manager_of_that_hour(ward: Ward) -> None:
    """At 15 minutes and not before; a colleague who is manager another day sleeps on. The manager may take it."""
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    now = ward.clock.now().astimezone(SWEDEN)
    today, tomorrow = frozenset({now.weekday()}), frozenset({(now.weekday() + 1) % 7})
    manages: dict[str, Any] = {"level": DUTY_MANAGER, "roles": (Role.DUTY_MANAGER,)}
    disa = await ward.duty.on_call("Disa", "norrkoping", **manages, days=today, telegram="105")
    await ward.duty.on_call("Emil", "norrkoping", **manages, days=tomorrow, telegram="106")
    for level in (2, 3):
        await ward.duty.on_call(f"L{level}", "norrkoping", level=level, telegram=f"10{level}")
    await ward.reports()
    await ward.later(minutes=14, seconds=55)
    assert [len(ward.heard(f"telegram:{n}")) for n in (101, 102, 103, 105, 106)] == [1, 1, 1, 0, 0]
    await ward.later(seconds=10)
    assert [len(ward.heard(f"telegram:{n}")) for n in (101, 102, 103, 105, 106)] == [2, 2, 2, 1, 0]
    await ward.later(minutes=5)
    assert len(ward.heard("telegram:105")) == 2 and ward.heard("telegram:106") == []
    assert (await ward.timeline()).count("manager_called") == 1
    await ward.takes(disa)
    assert (await ward.store.read(lambda tx: tx.reports.by_id(1))).owner == disa


async def test_a_unit_with_managers_off_duty_only_calls_them_rather_than_nobody(ward: Ward) -> None:
    tomorrow = frozenset({(ward.clock.now().astimezone(SWEDEN).weekday() + 2) % 7})
    manages: dict[str, Any] = {"level": DUTY_MANAGER, "roles": (Role.DUTY_MANAGER,), "days": tomorrow}
    await ward.duty.on_call("Disa", "norrkoping", **manages, telegram="105")
    await ward.reports()
    await ward.later(seconds=5)
    assert len(ward.heard("telegram:105")) == 1 and "manager_called" not in await ward.timeline()


async def test_who_has_only_a_way_that_is_not_set_up_is_nobody(ward: Ward) -> None:
    """Verified by a channel that this service cannot send by: the level counts as empty, and the next one is called at once."""
    await ward.duty.on_call("Anna", "norrkoping", fax="011")
    await ward.duty.on_call("Bo", "norrkoping", level=2, fax="012", telegram="102")
    await ward.reports()
    await ward.later(seconds=5)
    assert len(ward.heard("telegram:102")) == 1 and "nobody" in await ward.timeline()


async def test_leads_hear_once_a_day_of_shifts_that_nobody_can_be_paged_for(ward: Ward) -> None:
    await ward.duty.on_call("Chefen", "norrkoping", level=EVERYBODY, roles=(Role.LEAD,), telegram="109")
    await ward.duty.on_call("Anna", "norrkoping", fax="011")
    auditor = Auditor(store=ward.store, clock=ward.clock, alerting=ward.alerting, speaker=ward.alerting._speaker)
    await auditor._tell_gaps()
    await ward.sent()
    (told,) = ward.heard("telegram:109")
    assert "ingen har jour" in told, "Anna's way is not set up, and no rota of a duty manager is: one word, not two"
    manages: dict[str, Any] = {"level": DUTY_MANAGER, "roles": (Role.DUTY_MANAGER,)}
    await ward.duty.on_call("Disa", "norrkoping", **manages, fax="013", opens=time(20), closes=time(8))
    ward.clock.passes(hours=24)
    await auditor._tell_gaps()
    await ward.sent()
    assert [w for w in ward.heard("telegram:109")[1:] if "chef i beredskap" in w and "i 14 pass" in w]


async def test_a_drill_listed_beside_a_true_report_is_marked_and_stands_last(ward: Ward) -> None:
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.reports(1)
    await ward.reports(2)
    await ward.store.write(lambda tx: tx.reports.change(1, practice=True))
    await ward.later(minutes=16)
    both = next(words for words in ward.heard("telegram:101") if "CCC-001" in words and "CCC-002" in words)
    assert both.index("CCC-002") < both.index("ÖVNING") < both.index("CCC-001"), both


async def test_words_of_danger_make_it_a_report_of_danger(ward: Ward) -> None:
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.reports(safety="safe")
    await ward.later(seconds=5)

    def writes(tx: Any) -> None:
        frame = ward.frames.frame("telegram", ward.clock.now())
        effect = WriteToReport(f"{1:024x}", "чоловік забирає дитину", danger=True)
        ward.reporting.apply(tx, effect, Conversation(OLENA, "uk"), frame)

    await ward.store.write(writes)
    assert (await ward.store.read(lambda tx: tx.reports.by_id(1))).safety == "danger"
    assert (await ward.timeline()).count("now_in_danger") == 1
    await ward.later(minutes=16)
    assert "FARA NU" in ward.heard("telegram:101")[-1].upper(), "whoever is called again is told"


async def test_the_next_channel_follows_within_a_minute(ward: Ward) -> None:
    await ward.duty.on_call("Anna", "norrkoping", telegram="101", sms="+46700000001", mail="anna@example.se")
    await ward.reports()
    await ward.later(seconds=44)
    assert len(ward.heard("telegram:101")) == 1 and ward.heard("sms:+46700000001") == []
    await ward.later(seconds=3)
    assert len(ward.heard("sms:+46700000001")) == 1
    await ward.later(seconds=46)
    assert len(ward.heard("mail:anna@example.se")) == 1
    assert len(ward.heard("telegram:101")) == 1


async def test_a_refused_page_goes_to_the_next_channel_at_once(ward: Ward) -> None:
    await ward.duty.on_call("Anna", "norrkoping", telegram="101", sms="+46700000001")
    await ward.reports()
    await ward.sent(Refused("blocked", gone=True), "telegram")
    await ward.later(seconds=4)
    assert len(ward.heard("sms:+46700000001")) == 1
    assert "not_delivered" in await ward.timeline()


async def test_a_dead_channel_does_not_keep_anybody_asleep(ward: Ward) -> None:
    """Telegram takes nothing at all: the SMS still comes within 60 s of the report."""
    await ward.duty.on_call("Anna", "norrkoping", telegram="101", sms="+46700000001")
    await ward.reports()
    for _ in range(62):
        ward.clock.passes(seconds=1)
        await ward.alerting.look()
    assert len(await ward.sent(channel="sms")) == 1


async def test_one_hundred_press_at_once_and_one_has_it(ward: Ward) -> None:
    people = [await ward.duty.on_call(f"P{n}", "norrkoping", telegram=str(200 + n)) for n in range(100)]
    await ward.reports()
    results = await asyncio.gather(*(ward.takes(p) for p in people), return_exceptions=True)
    assert Counter(type(r) for r in results) == {type(None): 1, CaseRefused: 99}
    owner = await ward.store.read(lambda tx: tx.reports.by_id(1).owner)
    assert results[people.index(owner)] is None


async def test_the_child_is_elsewhere_and_the_page_of_the_right_unit_takes_the_case_over(ward: Ward) -> None:
    bo = await ward.duty.on_call("Bo", "norrkoping", telegram="101")
    eva = await ward.duty.on_call("Eva", "orebro", telegram="102")
    await ward.reports()
    await ward.takes(bo)
    await ward.sent()

    def corrects(tx: Any) -> None:
        frame = ward.frames.frame("telegram", ward.clock.now())
        effect = PlaceReport(f"{1:024x}", "orebro")
        _, sayings, _ = ward.reporting.apply(tx, effect, Conversation(OLENA, "uk"), frame)
        tx.put_deliveries([r for s in sayings for r in ward.alerting._speaker.rows(s, frame.now)], frame.now, "")

    ward.clock.passes(seconds=5)
    await ward.store.write(corrects)
    await ward.alerting.look()  # as the commit wakes it
    handles = await _handles(ward)
    assert (await ward.store.read(lambda tx: tx.reports.by_id(1))).owner == bo, "the first has it until then"
    assert "är ditt" in (await _pressed(ward, Address("telegram", "102"), handles["telegram:102"]))[0]
    report = await ward.store.read(lambda tx: tx.reports.by_id(1))
    assert (report.unit, report.owner, report.offered_to) == ("orebro", eva, None)
    assert "är ditt" not in (await _pressed(ward, Address("telegram", "101"), handles.get("telegram:101", "0")))[0]


HANDLE = re.compile(r"take:([0-9a-f]{32})")


async def _pressed(ward: Ward, address: Address, handle: str) -> list[str]:
    """Return what the button answers."""

    def work(tx: Any) -> list[str]:
        sayings = ward.taking.take_from(tx, address, handle, "", ward.clock.now())
        rows = [row for s in sayings for row in ward.alerting._speaker.rows(s, ward.clock.now()) if s.to == address]
        return [unpacked(row.body).plain() for row in rows]

    return await ward.store.write(work)


async def _taken_from(ward: Ward, address: Address, handle: str) -> str:
    """Return the answer to the button as it waits in the outbox, with its buttons."""

    def work(tx: Any) -> str:
        sayings = ward.taking.take_from(tx, address, handle, "", ward.clock.now())
        return "".join(r.body for s in sayings for r in ward.alerting._speaker.rows(s, ward.clock.now()) if s.to == address)

    return await ward.store.write(work)


async def _handles(ward: Ward, channel: str = "telegram") -> dict[str, str]:
    """Send what waits on the channel; return address -> handle of the button that it carried."""
    claimed = await ward.store.write(lambda tx: tx.claim(ward.clock.now(), "me", channel, 100))
    await ward.store.write(lambda tx: tx.record([(d, Sent("1")) for d in claimed], ward.clock.now()))
    return {str(d.to): found[1] for d in claimed if (found := HANDLE.search(d.body))}


async def test_a_hundred_thousand_forged_handles_find_no_page(ward: Ward) -> None:
    """Random ones, true ones with one letter changed, and the hashes that stand in the database."""
    people = [await ward.duty.on_call(f"P{n}", "norrkoping", telegram=str(200 + n)) for n in range(20)]
    await ward.reports()
    true = list((await _handles(ward)).values())
    assert len(true) == len(people)
    chance = random.Random(3)
    many = 100_000 if ward.store.dialect == "sqlite" else 2_000  # the same statement, and a server in between
    forged = [f"{chance.getrandbits(128):032x}" for _ in range(many - 32 * 15 * 10)]
    for handle in true[:10]:
        forged += [handle[:n] + c + handle[n + 1 :] for n in range(32) for c in "0123456789abcdef" if c != handle[n]]
    forged += [passes.mark(handle) for handle in true]
    before = await ward.store.read(lambda tx: (tx.reports.by_id(1), tx.alerts.pages(1)))
    found = await ward.store.read(lambda tx: sum(tx.alerts.page_by_handle(passes.mark(h)) is not None for h in forged))
    assert len(forged) >= many and found == 0
    for handle in [*forged[:50], *forged[-200:], "", "0", "take", "%", "' OR 1=1 --"]:
        told = await _pressed(ward, Address("telegram", "200"), handle)
        assert len(told) == 1 and "P0" not in told[0]
    assert await ward.store.read(lambda tx: (tx.reports.by_id(1), tx.alerts.pages(1))) == before
    assert await ward.store.read(lambda tx: tx.alerts.page_by_handle(passes.mark(true[0]))), "a true one is found"


async def test_a_button_works_for_its_own_person_and_a_late_tap_hears_who_has_it(ward: Ward) -> None:
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.duty.on_call("Bo", "norrkoping", telegram="102")
    await ward.reports()
    handles = await _handles(ward)
    anna, bo = Address("telegram", "101"), Address("telegram", "102")
    assert "inte för den här chatten" in (await _pressed(ward, bo, handles[str(anna)]))[0]
    assert "не для цього чату" in (await _pressed(ward, Address("telegram", "9"), handles[str(anna)]))[0], "a stranger"
    assert (await ward.store.read(lambda tx: tx.reports.by_id(1))).owner is None
    assert "är ditt" in (await _pressed(ward, anna, handles[str(anna)]))[0]
    ward.clock.passes(minutes=3)
    for _ in range(3):
        late = (await _pressed(ward, bo, handles[str(bo)]))[0]
        assert "Anna" in late and "CCC-001" in late
    assert (await ward.timeline()).count("taken") == 1


async def test_leads_hear_ahead_of_the_shift_that_the_only_way_is_dead(ward: Ward) -> None:
    """The bot was blocked: the address is refused for good, and counts no more until it lives again."""
    local = ward.clock.now().astimezone(SWEDEN)
    soon = (local + timedelta(minutes=30)).time().replace(second=0, microsecond=0)
    await ward.duty.on_call("Chefen", "norrkoping", level=EVERYBODY, roles=(Role.LEAD,), telegram="109")
    anna = await ward.duty.on_call("Anna", "norrkoping", telegram="101", opens=soon, closes=soon)
    await ward.duty.on_call("Bo", "norrkoping", telegram="102", sms="+46700000002", opens=soon, closes=soon)
    await ward.reports()
    await ward.sent(Refused("Forbidden", gone=True), "telegram")
    await ward.store.write(lambda tx: tx.mark_address(Address("telegram", "109"), True))
    auditor = Auditor(store=ward.store, clock=ward.clock, alerting=ward.alerting, speaker=ward.alerting._speaker)
    for _ in range(2):
        await auditor.tell_of_dead_ways()
    await ward.sent()
    assert len([w for w in ward.heard("telegram:109") if "Anna kan inte larmas längre" in w]) == 1
    assert len([w for w in ward.heard("sms:+46700000002") if "Larm når dig inte längre via Telegram" in w]) == 1
    await auditor.call_the_roll()
    await ward.sent()
    told = [w for w in ward.heard("telegram:109") if f"{soon:%H:%M}" in w and "Anna" in w]
    assert len(told) == 1 and "inget kontaktsätt fungerar" in told[0]
    assert not (await ward.store.read(lambda tx: tx.people.rota("norrkoping", CHANNELS))).staff & {anna}
    await ward.store.write(lambda tx: tx.mark_address(Address("telegram", "101"), True))
    assert anna in (await ward.store.read(lambda tx: tx.people.rota("norrkoping", CHANNELS))).staff


async def test_taking_withdraws_what_has_not_been_sent(ward: Ward) -> None:
    first = await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.duty.on_call("Bo", "norrkoping", telegram="102")
    await ward.reports()
    await ward.takes(first)
    assert not [to for to, words in await ward.sent() if to == "telegram:102"]
    await ward.later(minutes=14)
    assert ward.heard("telegram:102") == []
    assert "pages_withdrawn" in await ward.timeline()


async def test_who_was_woken_hears_that_somebody_has_it(ward: Ward) -> None:
    first = await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.duty.on_call("Bo", "norrkoping", telegram="102")
    await ward.reports()
    await ward.sent()
    await ward.takes(first)
    await ward.sent()
    assert "Anna" in ward.heard("telegram:102")[-1]
    assert "соціальної служби" in ward.heard("telegram:1")[-1]


async def test_a_silent_owner_is_reminded_then_others_are_called(ward: Ward) -> None:
    first = await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.duty.on_call("Bo", "norrkoping", level=2, telegram="102")
    await ward.reports()
    await ward.takes(first)
    await ward.later(minutes=15, seconds=5)
    assert "inget har hänt" in ward.heard("telegram:101")[-1]
    await ward.later(minutes=15)
    report = await ward.store.read(lambda tx: tx.reports.by_id(1))
    assert report.owner is None and "released" in await ward.timeline()
    await ward.later(minutes=5, seconds=5)
    assert len(ward.heard("telegram:102")) == 1


async def test_a_button_from_before_a_release_takes_nothing_without_asking(ward: Ward) -> None:
    """Anna took it and fell silent, so it was let go. The button of the first page asks; the one that comes with it takes."""
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    address = Address("telegram", "101")
    await ward.reports()
    old = (await _handles(ward))["telegram:101"]
    assert "är ditt" in (await _pressed(ward, address, old))[0]
    ward.clock.passes(minutes=16)
    await ward.alerting.look()
    ward.clock.passes(minutes=16)
    await ward.alerting.look()
    assert "released" in await ward.timeline()
    await ward.sent()  # her new page, too
    told = await _taken_from(ward, address, old)
    assert (await ward.store.read(lambda tx: tx.reports.by_id(1))).owner is None, "not without a word"
    assert "Det larmet är från förut" in told
    new = HANDLE.search(told)
    assert new and new[1] != old
    assert "är ditt" in (await _pressed(ward, address, new[1]))[0]
    assert "är ditt" in (await _pressed(ward, address, old))[0], "whose it is already, it stays"


async def test_a_button_of_an_earlier_step_takes_what_nobody_has_taken(ward: Ward) -> None:
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.duty.on_call("Bo", "norrkoping", level=2, telegram="102")
    await ward.reports()
    first = (await _handles(ward))["telegram:101"]
    await ward.later(minutes=27)
    assert len(ward.heard("telegram:101")) > 1, "called again since"
    assert "är ditt" in (await _pressed(ward, Address("telegram", "101"), first))[0]


@pytest.mark.parametrize("pressed", [0, 1])
async def test_each_copy_of_a_page_that_is_still_live_takes(ward: Ward, pressed: int) -> None:
    """Her first way, her second by another channel, her third with a button again: whichever she has in her hand."""
    await ward.duty.on_call("Anna", "norrkoping", telegram="101", sms="+46700000001", web="anna")
    await ward.reports()
    handles = [(await _handles(ward))["telegram:101"]]
    await ward.later(seconds=50)
    assert len(ward.heard("sms:+46700000001")) == 1
    ward.clock.passes(seconds=60)
    await ward.alerting.look()
    lines = await ward.store.read(lambda tx: tx.mailbox(Address("web", "anna"), 0))
    handles += [c.action.removeprefix("take:") for c in lines[-1].rendered.buttons[0] if c.action.startswith("take:")]
    assert len(set(handles)) == 2
    address = (Address("telegram", "101"), Address("web", "anna"))[pressed]
    assert "är ditt" in (await _pressed(ward, address, handles[pressed]))[0]


async def test_an_empty_rota_reaches_the_catch_all_at_once(ward: Ward) -> None:
    await ward.duty.unit("norrkoping")
    await ward.duty.unit("alla", kind=CATCH_ALL)
    await ward.duty.on_call("Vakt", "alla", telegram="300")
    await ward.reports()
    await ward.later(seconds=2)
    assert len(ward.heard("telegram:300")) == 1
    assert "Норрчепінг" not in ward.heard("telegram:300")[0] and "Norrköping" in ward.heard("telegram:300")[0]


@pytest.mark.parametrize("place", [None, "gavle"])
async def test_a_place_that_nobody_serves_reaches_the_catch_all(ward: Ward, place: str | None) -> None:
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.duty.unit("alla", kind=CATCH_ALL)
    await ward.duty.on_call("Vakt", "alla", telegram="300")
    await ward.reports(place=place)
    await ward.later(seconds=2)
    assert len(ward.heard("telegram:300")) == 1 and ward.heard("telegram:101") == []
    assert "not_connected" in await ward.timeline()


async def test_nobody_at_all_is_told_to_the_reporter_at_once(ward: Ward) -> None:
    await ward.duty.unit("norrkoping")
    await ward.reports()
    await ward.later(seconds=2)
    assert "Телефонуйте зараз" in ward.heard("telegram:1")[0]


@pytest.mark.long
async def test_a_flood_hides_no_true_report_and_rings_nobody_to_death(ward: Ward) -> None:
    """1,000 junk reports and 20 true ones in a minute, told apart by nothing: all stored, each listed by its code in a message
    that was sent within 10 s, at most one message in 2 s.
    """
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    told: list[tuple[int, str]] = []

    async def sends(second: int) -> None:
        told.extend((second, words) for to, words in await ward.sent() if to == "telegram:101")

    minute = 60 if ward.store.dialect == "sqlite" else 10  # PostgreSQL commits each report alone: a sixth of it
    for second in range(minute):
        for n in range(17):
            number = 1 + second * 17 + n
            who = Address("telegram", str(5_000 + number % 10 if n != second % 17 else 9_000 + number))
            await ward.reports(number, who=who)
        await sends(second)
        ward.clock.passes(seconds=1)
        await ward.alerting.look()
    for second in range(minute, minute + 10):
        await sends(second)
        ward.clock.passes(seconds=1)
        await ward.alerting.look()
    assert max(Counter(second for second, _ in told).values()) == 1
    assert min(later - sooner for (sooner, _), (later, _) in pairwise(told)) >= 2
    for second in range(0, minute, 3):
        code = f"CCC-{1 + second * 17 + second % 17:03}"
        assert 0 <= next(at for at, words in told if code in words) - second <= 10
    assert len(await ward.store.read(lambda tx: tx.reports.open("norrkoping"))) == minute * 17


async def test_in_a_flood_a_browser_that_worked_is_listed_first_and_every_other_report_is_paged_too(ward: Ward) -> None:
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    at_the_web = [Address("web", f"visitor {n}") for n in range(100)]
    for number, who in enumerate(at_the_web[:25], 1):
        await ward.reports(number, who=who)
    await ward.alerting.look()
    await ward.sent()
    assert ward.alerting.flooded
    ward.clock.passes(seconds=3)
    await ward.store.write(lambda tx: ward.reporting.prove(tx, at_the_web[99], "of a challenge", ward.clock.now()))
    for number, who in enumerate(at_the_web[25:], 26):
        await ward.reports(number, who=who)
    await ward.reports(101, who=at_the_web[99])
    await ward.store.write(lambda tx: ward.reporting.prove(tx, at_the_web[99], "of a challenge", ward.clock.now()))
    await ward.reports(102, who=at_the_web[99])
    ward.clock.passes(seconds=3)
    await ward.alerting.look()
    page = "\n".join(words for to, words in await ward.sent() if to == "telegram:101")
    assert page.index("CCC-100") < page.index("CCC-027") and "… och" in page, "the one with a proof stands before the others"
    assert "CCC-101" not in page and "CCC-102" not in page, "one proof is for one report, also when it is sent again"
    timelines = [await ward.store.read(lambda tx, n=n: tx.reports.timeline(n)) for n in range(1, 103)]
    assert all("paged" in [moment.what for moment in moments] for moments in timelines)
    ward.clock.passes(minutes=2)
    await ward.alerting.look()
    assert not ward.alerting.flooded
    await ward.reports(103, who=at_the_web[0])
    assert (await ward.store.read(lambda tx: tx.reports.by_id(103))).proved, "without a flood nobody needs to work"


async def test_what_the_reporter_adds_reaches_the_owner_once_a_minute(ward: Ward) -> None:
    anna = await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.reports()
    await ward.takes(anna)
    await ward.sent()
    before = len(ward.heard("telegram:101"))

    def writes(tx: Any) -> None:
        frame = ward.frames.frame("telegram", ward.clock.now())
        for _ in range(5):
            effect = WriteToReport(f"{1:024x}", "він у червоній куртці")
            _, sayings, _ = ward.reporting.apply(tx, effect, Conversation(OLENA, "uk"), frame)
            tx.put_deliveries([r for s in sayings for r in ward.alerting._speaker.rows(s, frame.now)], frame.now, "")

    await ward.store.write(writes)
    await ward.sent()
    assert len(ward.heard("telegram:101")) == before + 1
    assert not any("куртці" in words for words in ward.heard("telegram:101")), "a page carries no words"
    ward.clock.passes(seconds=59)
    await ward.alerting.look()
    await ward.sent()
    assert len(ward.heard("telegram:101")) == before + 1
    ward.clock.passes(seconds=2)
    for _ in range(2):
        await ward.alerting.look()
    await ward.sent()
    assert len(ward.heard("telegram:101")) == before + 2, "what came within the minute is told after it, once"


async def test_danger_written_before_anybody_has_it_calls_the_next_level_at_once(ward: Ward) -> None:
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.duty.on_call("Bo", "norrkoping", level=2, telegram="102")
    await ward.reports(safety="safe")
    await ward.later(seconds=20)
    assert not ward.heard("telegram:102")
    words = WriteToReport(f"{1:024x}", "he has a knife", danger=True)

    def write(tx: Any) -> None:
        frame = ward.frames.frame("telegram", ward.clock.now())
        ward.reporting.apply(tx, words, Conversation(OLENA, "uk"), frame)

    await ward.store.write(write)
    await ward.later(seconds=20)
    assert len(ward.heard("telegram:102")) == 1


async def test_a_report_let_go_tells_its_reporter_at_once_and_gives_the_numbers(ward: Ward) -> None:
    anna = await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.reports()
    await ward.takes(anna)
    await ward.later(minutes=29)
    before = len(ward.heard(str(OLENA)))
    await ward.later(minutes=2)
    (told,) = ward.heard(str(OLENA))[before:]
    assert "не продовжив" in told
    assert re.search(r"\d\d \d\d", told.partition("\n\n")[2]), "the number to ring"


async def test_an_alert_that_cannot_be_read_stops_no_other_and_goes_on_itself(ward: Ward) -> None:
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.duty.on_call("Bo", "norrkoping", level=2, telegram="102")
    await ward.reports(1)
    await ward.reports(2, who=Address("telegram", "2"))
    await ward.later(seconds=20)
    await ward.store.write(lambda tx: tx.connection.exec_driver_sql("UPDATE alerts SET policy = '{}' WHERE report = 1"))  # type: ignore[attr-defined]
    await ward.later(minutes=6)
    assert {m.detail for n in (1, 2) for m in await ward.store.read(lambda tx, n=n: tx.reports.timeline(n)) if m.what == "paged"}
    assert ward.heard("telegram:102"), "level 2 was called"
    await Auditor(store=ward.store, clock=ward.clock, alerting=ward.alerting, speaker=ward.alerting._speaker).audit()
