"""A case on its way to another unit: its people are told one level after the other, and its owner when nobody takes it over.

Each step is due by its row, so a crash between two looks loses nothing. While nobody has the case its alert calls both units.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.domain.escalation import LATE, CallLevel, TellReporter
from bot.domain.events import Address
from bot.domain.people import Staff
from bot.domain.policy import Policy
from bot.domain.report import CLOSED, Report
from bot.domain.rota import Rota
from bot.domain.transfer import Transfer, advance
from bot.services.case_ports import Moment
from bot.services.notices import Notices
from bot.services.paging import Work
from bot.services.ports import Tx

AT_ONCE = 100


class Transfers:
    def __init__(self, notices: Notices, rota: Callable[[Tx, str], Rota], policy: Policy) -> None:
        self._notices = notices
        self._rota = rota
        self._policy = policy

    def begin(self, tx: Tx, report: Report, unit: str, by: Staff, now: datetime) -> list[Address]:
        """Ask the unit, beginning with whoever is on call there. Return where something was sent."""
        self.end(tx, report, now)
        tx.reports.change(report.id, offered_to=unit)
        tx.reports.note(report.id, Moment(now, "offered", by.id, detail=unit))
        return self._carry_on(tx, Transfer(report.id, unit, now, now), report, now)

    def follow(self, tx: Tx, report: Report, unit: str, now: datetime) -> list[Address]:
        """Ask the unit on from its second level: the first has been paged, for the reporter says that the child is there.

        Return where the owner hears that nobody there can be called.
        """
        rota = self._rota(tx, unit)
        self.end(tx, report, now)
        after, _ = advance(Transfer(report.id, unit, now, now), self._policy, now, lambda level: rota.called(level, now))
        tx.transfers.put(after)
        return [] if after.asked else self._tell_owner(tx, report, after, now)

    def end(self, tx: Tx, report: Report, now: datetime, *, but: int | None = None) -> list[Address]:
        """Ask nobody any more, and tell those who were asked; `but` knows it. Return where something was sent."""
        transfer = tx.transfers.of(report.id)
        if transfer is None:
            return []
        tx.transfers.drop(report.id)
        if transfer.due_at is None:
            return []  # its alert called them, and tells them
        paged = tx.alerts.close_pages(report.id, "withdrawn")
        tx.alerts.withdraw([p.delivery for p in paged if p.delivery and not tx.alerts.shared(p.delivery)])
        people = {*tx.notices.told_of(report.id, "offered", transfer.began_at), *(p.staff for p in paged)} - {but, report.owner}
        told = [self._notices.tell(tx, person, "offer_over", now, report=report) for person in sorted(people)]
        return [address for addresses in told for address in addresses]

    def _tell_owner(self, tx: Tx, report: Report, transfer: Transfer, now: datetime) -> list[Address]:
        assert report.owner is not None
        moment = Moment(now, "not_accepted" if transfer.asked else "offer_nobody", report.owner, detail=transfer.unit)
        tx.reports.note(report.id, moment)
        return self._notices.tell(tx, report.owner, moment.what, now, report=report, detail=transfer.unit)

    def rest(self, tx: Tx, report: Report) -> None:
        """Nobody has the report any more: its alert calls whoever was asked, and this asks nobody beside it."""
        if transfer := tx.transfers.of(report.id):
            tx.transfers.put(replace(transfer, due_at=None))

    def take_back(self, tx: Tx, report: Report, by: Staff, now: datetime) -> list[Address]:
        """The unit that has it keeps it after all. Return where something was sent."""
        tx.reports.change(report.id, offered_to=None)
        tx.reports.note(report.id, Moment(now, "offer_taken_back", by.id))
        return self.end(tx, report, now)

    def decline(self, tx: Tx, report: Report, by: Staff, now: datetime) -> list[Address]:
        """The unit that is asked says no. The owner hears so at once. Return where something was sent."""
        tx.reports.change(report.id, offered_to=None)
        tx.reports.note(report.id, Moment(now, "declined", by.id, detail=by.unit))
        told = self.end(tx, report, now, but=by.id)
        if report.owner is None:
            return told
        return [*told, *self._notices.tell(tx, report.owner, "declined", now, report=report, detail=by.unit)]

    def faults(self, tx: Tx, now: datetime) -> list[str]:
        """Return what is late, by the rows alone."""
        return ["transfer overdue"] if tx.transfers.due(now - LATE, 1) else []

    def due(self, tx: Tx, now: datetime) -> list[Work]:
        """Return what goes on with each that is due."""
        return [partial(self._look_at, tx, transfer, now) for transfer in tx.transfers.due(now, AT_ONCE)]

    def _look_at(self, tx: Tx, transfer: Transfer, now: datetime) -> list[Address]:
        report = tx.reports.by_id(transfer.report)
        if report is None or report.state == CLOSED:
            tx.transfers.drop(transfer.report)
            return []
        return self._carry_on(tx, transfer, report, now)

    def _carry_on(self, tx: Tx, transfer: Transfer, report: Report, now: datetime) -> list[Address]:
        rota, sent = self._rota(tx, transfer.unit), []
        after, actions = advance(transfer, self._policy, now, lambda level: rota.called(level, now))
        tx.transfers.put(after)
        for action in actions:
            match action:
                case CallLevel(level, people, round_):
                    tx.reports.note(report.id, Moment(now, "asked", detail=f"level {level}"))
                    for person in people:
                        once = f"offered {report.id} {level} {round_} {now:%y%m%d%H%M%S} {person}"
                        sent += self._notices.tell(tx, person, "offered", now, report=report, once=once)
                case TellReporter() if report.owner is not None:
                    sent += self._tell_owner(tx, report, after, now)
        return sent
