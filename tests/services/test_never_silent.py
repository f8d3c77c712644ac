"""What would leave a child waiting in silence: a row that is wrong, an owner who is gone, a channel that hangs, an end of aid."""

from __future__ import annotations

import asyncio
import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.util import await_only

from bot.domain import escalation
from bot.domain.conversation import Conversation
from bot.domain.events import Address
from bot.domain.outbox import Refused, Unknown
from bot.domain.people import Role
from bot.domain.policy import LAST_RESORT, to_json
from bot.domain.report import CLOSED, DANGER, SAFE, TAKEN
from bot.domain.report_effects import PlaceReport, RateReport, WriteToReport
from bot.domain.rota import EVERYBODY
from bot.domain.routing import CATCH_ALL, Aid
from bot.services import writing
from bot.services.auditor import Auditor
from bot.services.ports import StoreUnavailable
from tests.adapters.test_store_full import fills_the_disk
from tests.services.test_alerting import OLENA, Ward, ward  # noqa: F401

# ruff: noqa: F811
HANGS = Unknown("timed out")


async def _alert(ward: Ward, report: int = 1, **values: Any) -> None:
    """Write straight into the row, as a fault or a wrong clock would."""
    said = ", ".join(f"{name} = '{value}'" for name, value in values.items())
    await ward.store.write(lambda tx: tx.connection.exec_driver_sql(f"UPDATE alerts SET {said} WHERE report = {report}"))  # type: ignore[attr-defined]


def _auditor(ward: Ward) -> Auditor:
    return Auditor(store=ward.store, clock=ward.clock, alerting=ward.alerting, speaker=ward.alerting._speaker)


async def _applied(ward: Ward, effect: Any) -> None:
    def work(tx: Any) -> None:
        frame = ward.frames.frame("telegram", ward.clock.now())
        _, sayings, _ = ward.reporting.apply(tx, effect, Conversation(OLENA, "uk"), frame)
        rows = [row for s in sayings for row in ward.alerting._speaker.rows(s, frame.now)]
        tx.put_deliveries(rows, frame.now, "")

    await ward.store.write(work)


async def _report(ward: Ward, id_: int = 1) -> Any:
    return await ward.store.read(lambda tx: tx.reports.by_id(id_))


SHORT = {**to_json(LAST_RESORT), "steps": []}
ENDLESS = {**to_json(LAST_RESORT), "again_every": 0}
HUGE = {**to_json(LAST_RESORT), "steps": [{"level": 1, "after": 1e300}]}


@pytest.mark.parametrize("policy", [SHORT, ENDLESS, HUGE, {}, []], ids=["no step", "no pause", "too far", "empty", "a list"])
async def test_no_policy_that_cannot_be_carried_on_stops_an_alert(ward: Ward, policy: Any) -> None:
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.duty.on_call("Bo", "norrkoping", level=2, telegram="102")
    await ward.reports(1)
    await ward.reports(2, who=Address("telegram", "2"))
    await ward.later(seconds=20)
    await _alert(ward, policy=json.dumps(policy), step=7)
    await ward.later(minutes=21)
    for code in ("CCC-001", "CCC-002"):
        assert sum(code in words for words in ward.heard("telegram:102")) >= 2, "level 2 is called, again and again"


async def test_a_report_that_cannot_be_carried_on_waits_for_the_next_look_and_stops_no_other(ward: Ward) -> None:
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.duty.on_call("Bo", "norrkoping", level=2, telegram="102")
    await ward.reports(1, safety="danger")
    await ward.reports(2, who=Address("telegram", "2"))
    await ward.later(seconds=20)
    carried, broken = ward.alerting._paging.call, [True]

    def call(tx: Any, report: Any, *rest: Any) -> None:
        carried(tx, report, *rest)
        if report.id == 1 and broken:
            raise ValueError("a fault of ours")

    ward.alerting._paging.call = call  # type: ignore[method-assign]
    await ward.later(minutes=5)
    assert [code for code in ("CCC-001", "CCC-002") if any(code in w for w in ward.heard("telegram:102"))] == ["CCC-002"]
    broken.clear()
    await ward.later(seconds=5)
    assert any("CCC-001" in words for words in ward.heard("telegram:102"))


@pytest.mark.parametrize("part", ["_survey", "_mark_unfinished", "_tell_owners"])
async def test_no_fault_beside_the_alerts_keeps_the_first_page_back(ward: Ward, part: str) -> None:
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")

    def broken(tx: Any, now: Any) -> None:
        raise ValueError("a fault of ours")

    setattr(ward.alerting, part, broken)
    await ward.reports(1)
    await ward.later(seconds=1)
    assert any("CCC-001" in words for words in ward.heard("telegram:101"))


async def test_a_page_that_cannot_be_sent_keeps_no_other_back(ward: Ward) -> None:
    anna = await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.duty.on_call("Bo", "norrkoping", telegram="102")
    sent, broken = ward.alerting._paging._send, [True]

    def send(tx: Any, method: Any, *rest: Any) -> Any:
        went = sent(tx, method, *rest)
        if method.staff == anna and broken:
            raise ValueError("a fault of ours")
        return went

    ward.alerting._paging._send = send  # type: ignore[method-assign]
    await ward.reports()
    await ward.later(seconds=5)
    assert any("CCC-001" in words for words in ward.heard("telegram:102"))
    assert not ward.heard("telegram:101")
    broken.clear()
    await ward.later(seconds=5)
    assert sum("CCC-001" in words for words in ward.heard("telegram:101")) == 1


async def test_a_word_to_one_of_staff_that_cannot_be_sent_keeps_no_other_back(ward: Ward) -> None:
    anna = await ward.duty.on_call("Anna", "norrkoping", telegram="101", mail="anna@norrkoping.example")
    bo = await ward.duty.on_call("Bo", "norrkoping", telegram="102", mail="bo@norrkoping.example")
    await ward.reports()
    await ward.later(seconds=5)

    def tell(tx: Any) -> None:
        for person in (anna, bo):
            ward.alerting.notices.tell(tx, person, "danger", ward.clock.now(), report=tx.reports.by_id(1))

    await ward.store.write(tell)
    await ward.sent(Refused("no"))
    sent = ward.alerting.notices._send

    def send(tx: Any, notice: Any, *rest: Any, **more: Any) -> Any:
        went = sent(tx, notice, *rest, **more)
        if notice.staff == anna:
            raise ValueError("a fault of ours")
        return went

    ward.alerting.notices._send = send  # type: ignore[method-assign]
    await ward.later(minutes=1)
    by_mail = {to for to, words in ward.log if to.startswith("mail:") and "FARA" in words}
    assert by_mail == {"mail:bo@norrkoping.example"}


async def test_a_clock_that_ran_ahead_for_one_look_does_not_silence_an_alert(ward: Ward) -> None:
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.duty.on_call("Bo", "norrkoping", level=2, telegram="102")
    await ward.reports()
    await ward.later(seconds=20)
    true = ward.clock.at
    ward.clock.at = true + timedelta(days=365)
    await ward.alerting.look()
    ward.clock.at = true + timedelta(minutes=1)
    before = len(ward.heard("telegram:101"))
    assert not await _auditor(ward).audit(), "no heartbeat while a report waits for next year"
    await ward.later(minutes=1)
    assert len(ward.heard("telegram:101")) > before
    assert await _auditor(ward).audit(), "put right"


async def test_an_owner_keeps_the_report_when_the_clock_was_wrong(ward: Ward) -> None:
    anna = await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.reports()
    true = ward.clock.at
    ward.clock.at = true + timedelta(days=365)
    await ward.takes(anna)
    ward.clock.at = true + timedelta(minutes=1)
    assert not await _auditor(ward).audit()
    assert (await _report(ward)).owner == anna
    await ward.later(minutes=31)
    assert (await _report(ward)).owner is None, "released as any other"


async def test_pages_that_never_leave_the_house_stop_the_heartbeat(ward: Ward) -> None:
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.reports()
    assert await _auditor(ward).audit(), "it was put a moment ago"
    for _ in range(3):
        ward.clock.passes(minutes=1)
        await ward.alerting.look()
    assert not await _auditor(ward).audit()
    await ward.sent()
    assert await _auditor(ward).audit(), "it has left"
    await ward.later(minutes=14)
    assert await _auditor(ward).audit(), "sent again and again"
    for _ in range(16):
        ward.clock.passes(minutes=1)
        await ward.alerting.look()
        await ward.sent(HANGS)
    assert not await _auditor(ward).audit(), "nothing has left for three rounds"


async def test_a_report_for_which_nobody_can_be_called_stops_the_heartbeat(ward: Ward) -> None:
    await ward.duty.on_call("Anna", "norrkoping", verified=False, telegram="101")
    await ward.reports()
    assert not await _auditor(ward).audit()


async def test_the_catch_all_is_called_when_no_page_of_the_unit_arrives(ward: Ward) -> None:
    await ward.duty.unit("rest", kind=CATCH_ALL)
    chef = await ward.duty.on_call("Chef", "rest", level=EVERYBODY, telegram="109")
    await ward.duty.on_call("Anna", "norrkoping", sms="+46700000001")
    await ward.duty.on_call("Bo", "norrkoping", level=2, sms="+46700000002")
    await ward.reports()
    for _ in range(6):
        ward.clock.passes(minutes=1)
        await ward.alerting.look()
        await ward.sent(channel="telegram")
        await ward.sent(HANGS, channel="sms")
    assert len(ward.heard("telegram:109")) == 1
    await ward.takes(chef)
    assert (await _report(ward)).owner == chef


async def test_the_catch_all_sleeps_while_the_unit_is_reached(ward: Ward) -> None:
    await ward.duty.unit("rest", kind=CATCH_ALL)
    await ward.duty.on_call("Chef", "rest", level=EVERYBODY, telegram="109")
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.reports()
    await ward.later(minutes=30)
    assert ward.heard("telegram:109") == [] and len(ward.heard("telegram:101")) > 3


async def test_who_was_called_may_take_it_though_the_catch_all_is_called_too(ward: Ward) -> None:
    """The channel of the unit comes back, and its people take what they were called to."""
    await ward.duty.unit("rest", kind=CATCH_ALL)
    await ward.duty.on_call("Chef", "rest", level=EVERYBODY, telegram="109")
    anna = await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.reports()
    await ward.later(seconds=20)
    for _ in range(6):
        ward.clock.passes(minutes=1)
        await ward.alerting.look()
        await ward.sent(Refused("blocked"))
    await ward.takes(anna)
    assert (await _report(ward)).owner == anna


async def test_when_mutual_aid_ends_before_anybody_took_it_the_places_own_people_are_called(ward: Ward) -> None:
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.duty.on_call("Bo", "linkoping", telegram="201")
    now = ward.clock.now()
    aid = Aid("norrkoping", "linkoping", now - timedelta(hours=8), now + timedelta(minutes=3))
    id_ = await ward.store.write(lambda tx: tx.people.put_aid(aid))
    await ward.store.write(lambda tx: tx.people.accept_aid(id_, now))
    await ward.reports()
    await ward.later(minutes=2)
    assert ward.heard("telegram:101") == [] and len(ward.heard("telegram:201")) == 1
    await ward.later(minutes=4)
    assert any("CCC-001" in words for words in ward.heard("telegram:101"))


async def _anna_has_it_and_bo_sleeps(ward: Ward) -> int:
    anna = await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.duty.on_call("Bo", "norrkoping", level=2, telegram="102")
    await ward.reports(safety="safe")
    await ward.takes(anna)
    await ward.later(seconds=30)
    return anna


WORSE = [WriteToReport(f"{1:024x}", "він б’є дитину", danger=True), RateReport(f"{1:024x}", DANGER)]


@pytest.mark.parametrize("effect", WORSE, ids=["written", "pressed"])
async def test_danger_that_its_owner_does_not_look_at_calls_others_after_five_minutes(ward: Ward, effect: Any) -> None:
    await _anna_has_it_and_bo_sleeps(ward)
    await ward.later(minutes=13)  # a minute before she would be reminded
    await _applied(ward, effect)
    await ward.later(minutes=4, seconds=50)
    assert (await _report(ward)).state == TAKEN and ward.heard("telegram:102") == []
    before = len(ward.heard(str(OLENA)))
    await ward.later(minutes=6)
    assert (await _report(ward)).owner is None and ward.heard("telegram:102")
    assert "не продовжив" in ward.heard(str(OLENA))[before], "the reporter is told, with the number"


@pytest.mark.parametrize("effect", WORSE, ids=["written", "pressed"])
async def test_danger_that_its_owner_acts_on_stays_theirs(ward: Ward, effect: Any) -> None:
    anna = await _anna_has_it_and_bo_sleeps(ward)
    await _applied(ward, effect)
    await ward.later(minutes=3)
    await ward.store.write(lambda tx: ward.cases.note(tx, tx.people.staff(anna), 1, "ringer 112", ward.clock.now()))
    await ward.later(minutes=14)
    assert (await _report(ward)).owner == anna and ward.heard("telegram:102") == []


async def test_a_report_of_somebody_who_was_disabled_is_called_anew(ward: Ward) -> None:
    """However they were disabled: the auditor sees that nobody has it."""
    anna = await _anna_has_it_and_bo_sleeps(ward)
    await ward.store.write(lambda tx: tx.people.change_staff(anna, active=False))
    assert not await _auditor(ward).audit()
    await ward.later(seconds=5)
    assert (await _report(ward)).owner is None
    assert any("CCC-001" in words for words in ward.heard("telegram:102"))


async def test_thanks_for_a_closed_report_wake_nobody_and_other_words_call_everybody(ward: Ward) -> None:
    anna = await ward.duty.on_call("Anna", "norrkoping", roles=(Role.ON_CALL,), telegram="101")
    await ward.reports()
    await ward.takes(anna)
    await ward.store.write(lambda tx: ward.cases.close(tx, tx.people.staff(anna), 1, "met", ward.clock.now()))
    await ward.later(seconds=20)
    before = len(ward.heard("telegram:101"))
    await _applied(ward, WriteToReport(f"{1:024x}", "Дякую!", courtesy=True))
    await ward.later(minutes=6)
    assert (await _report(ward)).state == CLOSED and len(ward.heard("telegram:101")) == before
    assert len(await ward.store.read(lambda tx: tx.reports.posts(1))) == 1, "kept"
    await _applied(ward, WriteToReport(f"{1:024x}", "Він знову на вокзалі"))
    await ward.later(seconds=20)
    assert (await _report(ward)).state != CLOSED and len(ward.heard("telegram:101")) > before


DANGER_WRITTEN = WriteToReport(f"{1:024x}", "he bleeds", danger=True)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_disk_that_is_full_for_a_look_takes_no_report_with_it_that_was_told_as_stored(ward: Ward) -> None:
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")

    def due(tx: Any, now: Any) -> list[Any]:
        fills_the_disk(tx)
        return []

    ward.alerting.notices.due = due  # type: ignore[method-assign]
    begun, busy = threading.Event(), threading.Event()
    before = asyncio.create_task(ward.store.write(lambda tx: begun.set() or busy.wait(20)))
    await asyncio.to_thread(begun.wait, 20)
    one_group = [asyncio.create_task(each) for each in (ward.reports(), ward.alerting.look())]
    await asyncio.sleep(0.05)
    busy.set()
    await before
    told, _ = await asyncio.gather(*one_group, return_exceptions=True)
    assert isinstance(told, StoreUnavailable) and await _report(ward) is None


async def _a_catch_all(ward: Ward) -> None:
    await ward.duty.unit("rest", kind=CATCH_ALL)
    await ward.duty.on_call("Natt", "rest", telegram="900")


async def test_danger_told_at_once_wakes_no_catch_all_while_the_first_page_is_on_its_way(ward: Ward) -> None:
    await _a_catch_all(ward)
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.duty.on_call("Bo", "norrkoping", level=2, telegram="102")
    await ward.reports()
    ward.clock.passes(seconds=1)
    await _applied(ward, DANGER_WRITTEN)
    await ward.later(seconds=5)
    assert ward.heard("telegram:102") and not ward.heard("telegram:900")


async def test_a_second_way_that_hangs_does_not_hide_that_the_first_one_carried_the_page(ward: Ward) -> None:
    await _a_catch_all(ward)
    await ward.duty.on_call("Anna", "norrkoping", telegram="101", sms="+46700000101")
    await ward.duty.on_call("Bo", "norrkoping", level=2, telegram="102")
    await ward.reports()
    await ward.sent(channel="telegram")
    for _ in range(18):  # six minutes
        ward.clock.passes(seconds=20)
        await ward.alerting.look()
        await ward.sent(channel="telegram")
        assert await _auditor(ward).audit()
    assert ward.heard("telegram:102") and not ward.heard("telegram:900")


async def test_an_owner_who_opens_it_keeps_it_however_long_they_were_idle_before() -> None:
    def at(minutes: int) -> datetime:
        return datetime(2026, 11, 24, 12, tzinfo=UTC) + timedelta(minutes=minutes)

    alert = escalation.taken(escalation.started(1, LAST_RESORT, at(0)), 7, at(0))
    alert, _ = escalation.advance(alert, at(15), lambda level: (7,))
    alert = escalation.seen(escalation.hurried(alert, at(26)), at(27))
    alert, _ = escalation.advance(alert, at(31), lambda level: (7, 8))
    assert alert.owner == 7


async def test_a_clock_that_ran_ahead_does_not_keep_the_reporters_words_from_their_owner(ward: Ward) -> None:
    await _anna_has_it_and_bo_sleeps(ward)
    true = ward.clock.at
    ward.clock.at = true + timedelta(days=30)
    await _applied(ward, WriteToReport(f"{1:024x}", "one"))
    ward.clock.at = true + timedelta(minutes=1)
    await _auditor(ward).audit()
    await ward.later(seconds=2)
    before = len(ward.heard("telegram:101"))
    await _applied(ward, WriteToReport(f"{1:024x}", "two"))
    await ward.later(minutes=2)
    assert len(ward.heard("telegram:101")) > before


async def test_a_place_told_for_a_closed_report_opens_it(ward: Ward) -> None:
    anna = await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.reports(safety="danger")
    await ward.takes(anna)
    await ward.store.write(lambda tx: ward.cases.close(tx, tx.people.staff(anna), 1, "met", ward.clock.now()))
    await _applied(ward, PlaceReport(f"{1:024x}", "norrkoping"))
    assert (await _report(ward)).state != CLOSED


async def test_the_same_danger_again_and_again_is_no_storm_for_its_owner(ward: Ward) -> None:
    await _anna_has_it_and_bo_sleeps(ward)
    before = len(ward.heard("telegram:101"))
    for _ in range(20):
        await _applied(ward, DANGER_WRITTEN)
        await ward.later(seconds=2)
    assert len(ward.heard("telegram:101")) - before == 1
    await ward.later(minutes=1)
    assert len(ward.heard("telegram:101")) - before == 2, "that more was written is told after the minute"


async def test_safe_and_danger_to_and_fro_is_no_storm_for_everybody(ward: Ward) -> None:
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.duty.on_call("Bo", "norrkoping", level=2, telegram="102")
    await ward.reports()
    await ward.later(seconds=10)
    for _ in range(20):
        await _applied(ward, RateReport(f"{1:024x}", SAFE))
        await _applied(ward, RateReport(f"{1:024x}", DANGER))
        await ward.later(seconds=4)
    assert [len(ward.heard(f"telegram:{n}")) for n in (101, 102)] == [1, 1]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("danger", [True, False])
async def test_words_written_while_another_process_closes_the_report_open_it_again(
    ward: Ward, monkeypatch: pytest.MonkeyPatch, danger: bool
) -> None:
    anna = await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.reports()
    await ward.takes(anna)
    await ward.later(seconds=10)
    closing: list[asyncio.Task[Any]] = []
    written = writing.from_reporter

    def meanwhile(*given: Any) -> Any:
        close = ward.store.write(lambda tx: ward.cases.close(tx, tx.people.staff(anna), 1, "met", ward.clock.now()))
        closing.append(asyncio.ensure_future(close))
        await_only(asyncio.sleep(0.5))  # it commits in this time, unless the report is held
        return written(*given)

    monkeypatch.setattr(writing, "from_reporter", meanwhile)
    await _applied(ward, WriteToReport(f"{1:024x}", "he bleeds", danger))
    await asyncio.gather(*closing)
    moments = await ward.timeline()
    assert moments.index("reporter_wrote") < moments.index("closed") or (await _report(ward)).state != CLOSED
