"""The auditor reads the rows alone: a report that would be met with silence is put right and alarmed, and no heartbeat leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import structlog

from bot.domain.escalation import CALLING, LATE
from bot.services.auditor import Auditor
from tests.services.test_alerting import Ward, ward  # noqa: F401

DAMAGE = {
    "no alert": "DELETE FROM alerts WHERE report = 1",
    "no next step": "UPDATE alerts SET due_at = NULL WHERE report = 1",
    "no owner": "UPDATE alerts SET state = 'taken', owner = NULL WHERE report = 1",
}


class Watcher:
    """Who listens for the heartbeat. `hears`: whether the call gets through."""

    def __init__(self) -> None:
        self.beats = 0
        self.hears = True

    async def beat(self) -> bool:
        self.beats += 1
        return self.hears


def _auditor(ward: Ward, watcher: Watcher) -> Auditor:  # noqa: F811
    parts: dict[str, Any] = {"store": ward.store, "clock": ward.clock, "alerting": ward.alerting}
    return Auditor(**parts, speaker=ward.alerting._speaker, beat=watcher.beat)


async def _damaged(ward: Ward, statement: str) -> None:  # noqa: F811
    await ward.store.write(lambda tx: tx.connection.execute(sa.text(statement)))  # type: ignore[attr-defined]


@pytest.mark.parametrize("why", DAMAGE)
async def test_a_report_in_silence_is_put_right_alarmed_and_paged_anew(ward: Ward, why: str) -> None:  # noqa: F811
    anna = await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.reports(1)
    await ward.reports(2)
    await ward.takes(anna)
    await ward.later(minutes=1)
    watcher = Watcher()
    auditor = _auditor(ward, watcher)
    assert await auditor.audit()
    await _damaged(ward, DAMAGE[why])
    pages = len(ward.heard("telegram:101"))
    with structlog.testing.capture_logs() as logs:
        await auditor._look()
    told = [line for line in logs if line["event"] == "report_in_silence"]
    assert [(line["why"], line["alarm"]) for line in told] == [(why, True)]
    assert watcher.beats == 0, "the heartbeat stops, so that somebody outside looks"
    report, alert = await ward.store.read(lambda tx: (tx.reports.by_id(1), tx.alerts.of(1)))
    assert (report.state, report.owner, alert.state) == ("received", None, CALLING) and alert.due_at <= ward.clock.now()
    assert (await ward.timeline()).count("put_right") == 1 and "put_right" not in await ward.timeline(2)
    await ward.alerting.look()
    await ward.sent()
    assert [words for words in ward.heard("telegram:101")[pages:] if "CCC-001" in words], "called from the start"
    await auditor._look()
    assert watcher.beats == 1 and (await ward.timeline()).count("put_right") == 1


async def test_a_step_long_past_is_found_and_the_loop_carries_it_on(ward: Ward) -> None:  # noqa: F811
    """Escalation stands still behind a step: the row is right and is left alone, the alarm is raised, the loop is woken."""
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.duty.on_call("Bo", "norrkoping", level=2, telegram="102")
    await ward.reports()
    await ward.later(seconds=5)
    before = await ward.store.read(lambda tx: tx.alerts.of(1))
    ward.clock.at = before.due_at + LATE
    watcher = Watcher()
    auditor = _auditor(ward, watcher)
    assert await auditor.audit(), "due, and not late yet"
    ward.clock.passes(seconds=1)
    ward.alerting._woken.clear()
    with structlog.testing.capture_logs() as logs:
        await auditor._look()
    assert [line["why"] for line in logs if line["event"] == "report_in_silence"] == ["overdue"]
    assert ward.alerting._woken.is_set() and watcher.beats == 0
    assert await ward.store.read(lambda tx: tx.alerts.of(1)) == before
    await ward.alerting.look()
    await ward.sent()
    assert len(ward.heard("telegram:102")) == 1
    assert await auditor.audit()


async def test_years_later_it_is_still_watched_and_a_closed_one_is_not(ward: Ward) -> None:  # noqa: F811
    await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.reports(1)
    await ward.reports(2)
    await ward.store.write(lambda tx: tx.reports.change(2, state="closed", closed_at=ward.clock.now()))
    await _damaged(ward, "DELETE FROM alerts")
    ward.clock.at += timedelta(days=3 * 365)
    assert not await _auditor(ward, Watcher()).audit()
    assert "put_right" in await ward.timeline(1) and "put_right" not in await ward.timeline(2)


async def test_a_heartbeat_that_nobody_hears_is_logged(ward: Ward) -> None:  # noqa: F811
    watcher = Watcher()
    watcher.hears = False
    with structlog.testing.capture_logs() as logs:
        await _auditor(ward, watcher)._look()
    assert watcher.beats == 1 and "heartbeat_not_heard" in [line["event"] for line in logs]
