"""Words to staff that matter: the clocks of the law remind by rows, once each, and a dead way is followed by the next."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain import statutory
from bot.domain.calendar import SWEDEN
from bot.domain.conversation import Conversation
from bot.domain.escalation import LATE
from bot.domain.outbox import Refused, RetryAt
from bot.domain.people import Role
from bot.domain.report_effects import WriteToReport
from bot.domain.rota import EVERYBODY
from bot.services.auditor import Auditor
from tests.services.test_alerting import OLENA, Ward, ward  # noqa: F401

HOUR = timedelta(hours=1)
PROTECTION = "omedelbar skyddsbedömning"


async def _owned(ward: Ward, **ways: str) -> int:  # noqa: F811
    """Somebody has the report, and acts in it often enough to keep it."""
    anna = await ward.duty.on_call("Anna", "norrkoping", **(ways or {"telegram": "101"}))
    await ward.duty.on_call("Chefen", "norrkoping", level=EVERYBODY, roles=(Role.LEAD,), telegram="109")
    await ward.reports()
    await ward.takes(anna)
    await ward.sent()
    return anna


async def _looks_at(ward: Ward, at: datetime, *, acts: bool = True) -> list[tuple[str, str]]:  # noqa: F811
    """Return what is sent at that moment, of what the law asks."""
    ward.clock.at = at

    def alive(tx: Any) -> None:
        if acts and (owner := tx.reports.by_id(1).owner):
            ward.cases.note(tx, tx.people.staff(owner), 1, "ringt", at)

    await ward.store.write(alive)
    await ward.alerting.look()
    return [(to, words) for to, words in await ward.sent() if "bedömning" in words or "utredning" in words]


async def _deadline(ward: Ward, clock: str) -> statutory.Deadline:  # noqa: F811
    report = await ward.store.read(lambda tx: tx.reports.by_id(1))
    return statutory.deadline(clock, report.created_at)


async def _mark(ward: Ward, person: int, clock: str, done: bool = True) -> None:  # noqa: F811
    await ward.store.write(lambda tx: ward.cases.mark_clock(tx, tx.people.staff(person), 1, clock, done, ward.clock.now()))


async def test_the_owner_is_reminded_before_each_time_ends_and_the_lead_too_once_it_has_passed(ward: Ward) -> None:  # noqa: F811
    await _owned(ward)
    for clock in ("protection", "preliminary", "inquiry"):
        ends = await _deadline(ward, clock)
        assert ends.remind_at < ends.due <= ends.passed_at
        assert await _looks_at(ward, ends.remind_at - timedelta(seconds=1)) == []
        soon = await _looks_at(ward, ends.remind_at)
        assert [to for to, _ in soon] == ["telegram:101"], clock
        words = soon[0][1]
        assert "CCC-001" in words and "Norrköping" in words and f"{ends.due.astimezone(SWEDEN):%H:%M}" in words
        assert await _looks_at(ward, ends.remind_at + HOUR) == [], "once"
        passed = await _looks_at(ward, ends.passed_at)
        assert sorted(to for to, _ in passed) == ["telegram:101", "telegram:109"], clock
        assert await _looks_at(ward, ends.passed_at + HOUR) == [], "once"
    assert (await ward.timeline()).count("clock_reminded") == 9
    assert ends.remind_at.astimezone(SWEDEN).hour == 8, "days are reminded of when people are at work"


async def test_the_button_opens_the_case_and_no_word_of_the_report_goes_along(ward: Ward) -> None:  # noqa: F811
    await _owned(ward)

    def writes(tx: Any) -> None:
        frame = ward.frames.frame("telegram", ward.clock.now())
        ward.reporting.apply(tx, WriteToReport(f"{1:024x}", "Марічка, 9 років"), Conversation(OLENA, "uk"), frame)

    await ward.store.write(writes)
    await ward.sent()
    ward.clock.at = (await _deadline(ward, "protection")).remind_at
    await ward.alerting.look()
    claimed = await ward.store.write(lambda tx: tx.claim(ward.clock.now(), "me", "telegram", 10))
    bodies = [d.body for d in claimed if "skyddsbed" in d.body]
    assert len(bodies) == 1 and "https://chat.example/staff/c/CCC-001" in bodies[0] and "Марічка" not in bodies[0]


async def test_nobody_owns_it_so_the_lead_is_reminded(ward: Ward) -> None:  # noqa: F811
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.duty.on_call("Chefen", "norrkoping", level=EVERYBODY, roles=(Role.LEAD,), telegram="109")
    await ward.reports()
    ends = await _deadline(ward, "protection")
    assert [to for to, _ in await _looks_at(ward, ends.remind_at)] == ["telegram:109"]
    assert [to for to, _ in await _looks_at(ward, ends.passed_at)] == ["telegram:109"]


async def test_an_owner_who_can_no_longer_be_reached_is_not_the_one_who_is_told(ward: Ward) -> None:  # noqa: F811
    anna = await _owned(ward)
    await ward.store.write(lambda tx: tx.people.mark_method(tx.people.methods([anna])[0].id, dead=True))
    assert [to for to, _ in await _looks_at(ward, (await _deadline(ward, "protection")).remind_at)] == ["telegram:109"]


async def test_done_or_closed_stops_the_reminders_and_not_done_after_all_starts_them_again(ward: Ward) -> None:  # noqa: F811
    anna = await _owned(ward)
    protection, preliminary = [await _deadline(ward, name) for name in ("protection", "preliminary")]
    await _mark(ward, anna, "protection")
    assert await _looks_at(ward, protection.remind_at) == []
    await _mark(ward, anna, "protection", False)
    assert [to for to, _ in await _looks_at(ward, protection.remind_at + HOUR)] == ["telegram:101"]
    await _mark(ward, anna, "protection")
    assert await _looks_at(ward, protection.passed_at) == []
    assert {"clock_done", "clock_not_done"} <= set(await ward.timeline())

    def closes(tx: Any) -> None:
        ward.cases.close(tx, tx.people.staff(anna), 1, "met", ward.clock.now())

    await ward.store.write(closes)
    await ward.sent()
    assert await _looks_at(ward, preliminary.remind_at, acts=False) == []
    await ward.store.write(lambda tx: ward.cases.reopen(tx, tx.people.staff(anna), 1, ward.clock.now()))
    told = await _looks_at(ward, preliminary.passed_at, acts=False)
    assert {to for to, _ in told} == {"telegram:109"}, "open again with nobody: the lead hears"
    with pytest.raises(Exception, match="sets"):
        await _mark(ward, anna, "nonsense")


async def test_a_crash_while_it_is_sent_means_neither_none_nor_two(ward: Ward) -> None:  # noqa: F811
    await _owned(ward)
    ends = await _deadline(ward, "protection")
    ward.clock.at = ends.remind_at

    class Killed(Exception):
        pass

    def dies(tx: Any) -> None:
        assert [to for work in ward.alerting.clocks.due(tx, ward.clock.now()) for to in work()]
        raise Killed

    for _ in range(3):
        with pytest.raises(Killed):
            await ward.store.write(dies)
    for _ in range(3):
        await ward.alerting.look()
    reminders = [words for _, words in await ward.sent() if PROTECTION in words or "skyddsbedömning" in words]
    assert len(reminders) == 1


async def test_down_for_days_it_says_once_that_the_time_has_passed(ward: Ward) -> None:  # noqa: F811
    await _owned(ward)
    ends = await _deadline(ward, "protection")
    told = await _looks_at(ward, ends.passed_at + timedelta(days=2))
    assert sorted(to for to, _ in told) == ["telegram:101", "telegram:109"]


async def test_the_auditor_counts_clocks_that_do_not_run_and_reminders_that_are_late(ward: Ward) -> None:  # noqa: F811
    await _owned(ward)
    auditor = Auditor(store=ward.store, clock=ward.clock, alerting=ward.alerting, speaker=ward.alerting._speaker)
    assert await auditor.audit()
    from bot.adapters.store.notice_tables import clocks

    await ward.store.write(lambda tx: tx.connection.execute(clocks.delete()))
    assert not await auditor.audit(), "an open report without its clocks"
    assert len(await ward.store.read(lambda tx: tx.clocks.of(1))) == 3 and await auditor.audit()
    ward.clock.at = (await _deadline(ward, "protection")).remind_at + LATE * 5
    await ward.store.write(lambda tx: ward.cases.note(tx, tx.people.staff(1), 1, "ringt", ward.clock.now()))
    assert not await auditor.audit(), "due for minutes, and not sent"
    await ward.alerting.look()
    assert await auditor.audit()
    assert await ward.store.read(lambda tx: tx.clocks.passed(ward.clock.now())) == 0
    assert await ward.store.read(lambda tx: tx.clocks.passed(ward.clock.now() + timedelta(days=30))) == 2


async def test_a_drill_has_no_clocks(ward: Ward) -> None:  # noqa: F811
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.reports()
    report = await ward.store.read(lambda tx: tx.reports.by_id(1))
    from dataclasses import replace

    await ward.store.write(lambda tx: ward.alerting.clocks.start(tx, replace(report, id=99, practice=True), ward.clock.now()))
    assert await ward.store.read(lambda tx: tx.clocks.of(99)) == []


# --- the next way ---------------------------------------------------------------------------------------------------------


async def _writes(ward: Ward, words: str, *, danger: bool = False) -> None:  # noqa: F811
    def work(tx: Any) -> None:
        frame = ward.frames.frame("telegram", ward.clock.now())
        effect = WriteToReport(f"{1:024x}", words, danger=danger)
        ward.reporting.apply(tx, effect, Conversation(OLENA, "uk"), frame)

    await ward.store.write(work)


async def test_danger_reaches_the_owner_by_the_next_way_when_the_first_is_refused(ward: Ward) -> None:  # noqa: F811
    await _owned(ward, telegram="101", sms="+46700000001")
    await _writes(ward, "він у червоній куртці")
    await ward.sent()
    ward.clock.passes(seconds=5)
    await _writes(ward, "чоловік забирає дитину", danger=True)
    first = await ward.sent(Refused("blocked", gone=True), "telegram")
    assert any("FARA" in words for _, words in first), "danger does not wait for the minute to pass"
    await ward.alerting.look()
    assert [w for to, w in await ward.sent() if to == "sms:+46700000001" and "FARA" in w and "CCC-001" in w]
    assert "word_refused" in await ward.timeline()


async def test_a_channel_that_takes_nothing_is_followed_by_the_next_within_a_minute(ward: Ward) -> None:  # noqa: F811
    await _owned(ward, telegram="101", sms="+46700000001", mail="anna@example.se")
    await _writes(ward, "він у червоній куртці")
    await ward.sent(RetryAt(ward.clock.now() + timedelta(hours=1), "no connection"), "telegram")
    for _ in range(60):
        ward.clock.passes(seconds=1)
        await ward.alerting.look()
    assert [to for to, _ in await ward.sent(channel="sms")] == ["sms:+46700000001"]
    ward.clock.passes(minutes=5)
    await ward.alerting.look()
    assert [to for to, w in await ward.sent(channel="mail") if "skrivit" in w] == [], "SMS took it: no third word"


async def test_what_was_sent_is_sent_once(ward: Ward) -> None:  # noqa: F811
    await _owned(ward, telegram="101", sms="+46700000001")
    await _writes(ward, "він у червоній куртці")
    for _ in range(100):
        await ward.sent()
        ward.clock.passes(seconds=5)
        await ward.alerting.look()
    said = [(to, words) for to, words in ward.log if "skrivit" in words]
    assert [to for to, _ in said] == ["telegram:101"]


async def test_a_case_let_go_is_told_by_the_next_way(ward: Ward) -> None:  # noqa: F811
    await _owned(ward, telegram="101", sms="+46700000001")
    ward.clock.passes(minutes=15, seconds=1)
    await ward.alerting.look()
    ward.clock.passes(minutes=15)
    await ward.alerting.look()
    await ward.sent(Refused("blocked", gone=True), "telegram")
    await ward.alerting.look()
    assert [w for to, w in await ward.sent() if to == "sms:+46700000001" and "tyst" in w]


async def test_where_no_way_is_left_the_timeline_says_so(ward: Ward) -> None:  # noqa: F811
    await _owned(ward)
    await _writes(ward, "він у червоній куртці")
    await ward.sent(Refused("blocked", gone=True), "telegram")
    await ward.alerting.look()
    assert (await ward.timeline())[-2:] == ["word_refused", "no_way_left"]
