"""The clocks of the law remind: whoever has the case, and whoever leads where nobody has it or the time is over.

Each reminder is due by its row, and sent in the transaction that moves the row on: once, also when the service dies meanwhile.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.domain import statutory
from bot.domain.events import Address
from bot.domain.report import CLOSED, Report
from bot.services.case_ports import Moment
from bot.services.notice_ports import ClockRow
from bot.services.notices import Notices
from bot.services.paging import Work
from bot.services.ports import Tx

log = structlog.get_logger()

AT_ONCE = 100
LATE = timedelta(minutes=2)  # a reminder that is due for so long is not being sent


class Clocks:
    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    def start(self, tx: Tx, report: Report, now: datetime) -> None:
        """Start the clocks of a report, or go on with those that were stopped when it was closed. A drill has none."""
        if report.practice:
            return
        deadlines = statutory.deadlines(report.created_at)
        known = {} if report.created_at == now else {row.clock: row for row in tx.clocks.of(report.id)}
        if new := [ClockRow(report.id, d.id, d.due, d.remind_at) for d in deadlines if d.id not in known]:
            tx.clocks.start(new)
        for deadline in deadlines:
            row = known.get(deadline.id)
            if row and row.done_at is None and row.due_at is None:
                tx.clocks.change(report.id, row.clock, due_at=deadline.next_at(row.told))

    def stop(self, tx: Tx, report: Report) -> None:
        for row in tx.clocks.of(report.id):
            tx.clocks.change(report.id, row.clock, due_at=None)

    def mark(self, tx: Tx, report: Report, clock: str, person: int, done: bool, now: datetime) -> None:
        """Mark what the clock asks for as done, or as not done after all. Raises KeyError for a clock that does not run."""
        row = {row.clock: row for row in tx.clocks.of(report.id)}[clock]
        if done == (row.done_at is not None):
            return
        if done:
            tx.clocks.change(report.id, clock, done_at=now, done_by=person, due_at=None)
        else:
            due = statutory.deadline(clock, report.created_at).next_at(row.told)
            tx.clocks.change(report.id, clock, done_at=None, done_by=None, due_at=due)
        tx.reports.note(report.id, Moment(now, "clock_done" if done else "clock_not_done", person, detail=clock))

    def due(self, tx: Tx, now: datetime) -> list[Work]:
        """Return what sends the reminders that are due."""
        return [partial(self._look_at, tx, row, now) for row in tx.clocks.due(now, AT_ONCE)]

    def _look_at(self, tx: Tx, row: ClockRow, now: datetime) -> list[Address]:
        report = tx.reports.by_id(row.report)
        if report is None or report.state == CLOSED:
            tx.clocks.change(row.report, row.clock, due_at=None)
            return []
        deadline = statutory.deadline(row.clock, report.created_at)
        passed = now >= deadline.passed_at
        told = statutory.TOLD_PASSED if passed else statutory.TOLD_SOON
        tx.clocks.change(row.report, row.clock, told=told, due_at=deadline.next_at(told))
        return self._remind(tx, report, row.clock, passed, now)

    def _remind(self, tx: Tx, report: Report, clock: str, passed: bool, now: datetime) -> list[Address]:
        owner = [report.owner] if report.owner and self._notices.reaches(tx, [report.owner]) else []
        people = [*owner, *(self._notices.leads(tx, report.unit) if passed or not owner else [])]
        sent: list[Address] = []
        for person in dict.fromkeys(people):
            tx.reports.note(report.id, Moment(now, "clock_reminded", person, detail=clock))
            sent += self._notices.tell(tx, person, "clock_passed" if passed else "clock_soon", now, report=report, detail=clock)
        if not people:
            log.error("statutory_reminder_to_nobody", alarm=True)
            tx.reports.note(report.id, Moment(now, "clock_nobody", detail=clock))
        return sent

    def faults(self, tx: Tx, now: datetime) -> list[str]:
        """Return what is wrong by the rows alone, and put right what can be: open reports without clocks, reminders not sent."""
        found = []
        for id_ in tx.clocks.missing():
            if report := tx.reports.by_id(id_):
                self.start(tx, report, now)
                found.append("no clocks")
        return found + ["reminder overdue" for _ in tx.clocks.due(now - LATE, AT_ONCE)]
