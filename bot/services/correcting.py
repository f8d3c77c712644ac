"""What the reporter says late, or says anew, of an open report: where the child is, and whether it is safe."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import escalation, routing
from bot.domain.report import CLOSED, DANGER, Report
from bot.services.alerting import Alerting
from bot.services.case_ports import Locked, Moment, Vault
from bot.services.cases import Cases
from bot.services.ports import Tx


class Correcting:
    """What it returns: whether the alerting must look at once."""

    def __init__(self, alerting: Alerting, cases: Cases, vault: Vault) -> None:
        self._alerting = alerting
        self._vault = vault
        self._cases = cases

    def placed(self, tx: Tx, key: str, place: str, now: datetime) -> bool:
        """The child is there. The right unit is called; who has it or was called before may have it until somebody there does."""
        report = locked(tx, key)
        if report is None or (place == report.place and report.state != CLOSED):
            if report:
                tx.reports.note(report.id, Moment(now, "place_told", detail=self._name(place)))
            return False
        tx.reports.note(report.id, Moment(now, "place_corrected" if report.place else "place_told", detail=self._name(place)))
        tx.reports.change(report.id, place=place)
        report = replace(report, place=place)
        route = routing.route(self._alerting.catalog, tx.people.units(), tx.people.aids(now), place, now)
        if route.aid_for:
            tx.reports.note(report.id, Moment(now, "aided", detail=route.aid_for))
        unit = route.unit.id if route.unit and route.unit.id != report.unit else None
        if unit:
            report = self._given(tx, report, unit, f"{unit} {route.state.name.lower()}", now)
        elif report.owner is None or self._asked_for_place(tx, report):
            tx.reports.change(report.id, offered_to=None)
            self._alerting.transfers.end(tx, report, now)
            report = replace(report, offered_to=None)
        if report.state == CLOSED:
            self._cases.reopened(tx, report, now)
            return True
        if report.owner is not None:
            self._alerting.tell_owner(tx, report, now, "corrected")
            if unit:
                self._alerting.ask_over(tx, report, now)
            return True
        alert = tx.alerts.of(report.id)
        if unit is None or alert is None:
            return False
        called = tx.alerts.pages(report.id)  # where nobody could be called yet, nothing is sent "again"
        anew = escalation.rerouted(alert, now) if called else escalation.started(report.id, alert.policy, now)
        tx.alerts.put(anew)
        return True

    def _asked_for_place(self, tx: Tx, report: Report) -> bool:
        """Return whether another unit is asked only because the child was said to be there."""
        ways = [m.what for m in tx.reports.timeline(report.id) if m.what in ("asked_there", "offered")]
        return ways[-1:] == ["asked_there"]

    def _given(self, tx: Tx, report: Report, unit: str, detail: str, now: datetime) -> Report:
        """Return the report as the unit's. Where somebody has it, or its words would be locked there, it is offered to it."""
        moved = None if report.owner is not None else self._sealed_to(tx, report, unit)
        if moved is None:
            tx.reports.change(report.id, offered_to=unit)
            tx.reports.note(report.id, Moment(now, "asked_there", detail=detail))
            return replace(report, offered_to=unit)
        tx.reports.change(report.id, unit=unit, offered_to=report.unit, **moved)
        tx.reports.note(report.id, Moment(now, "goes_there", detail=detail))
        return replace(report, unit=unit, offered_to=report.unit)

    def _sealed_to(self, tx: Tx, report: Report, unit: str) -> dict[str, bytes] | None:
        """Return the columns that let the unit read the case, None where only whoever holds its key now can do that."""
        said = {"answered", "completed"} & {m.what for m in tx.reports.timeline(report.id)} or tx.reports.posts(report.id)
        if not said:
            case_key = self._vault.new_case_key(unit)
            answers = self._vault.seal(case_key, "{}", report.key, "reports", report.key, "answers")
            return {"case_key": case_key, "answers": answers}
        try:
            return {"case_key": self._vault.passed_on(tx.reports.case_key(report.id), unit)}
        except Locked:
            return None

    def rated(self, tx: Tx, key: str, safety: str, now: datetime) -> bool:
        """The child is safer than was said, or less so. Less so calls whoever is next at once, and says so in every page."""
        report = locked(tx, key)
        if report is None or safety == report.safety:
            return False
        tx.reports.change(report.id, safety=safety)
        tx.reports.note(report.id, Moment(now, "safety_corrected", detail=safety))
        report = replace(report, safety=safety)
        if report.state == CLOSED:
            self._cases.reopened(tx, report, now)
        elif safety == DANGER:
            self._alerting.endangered(tx, report, now, "corrected")
        elif report.owner is not None:
            self._alerting.tell_owner(tx, report, now, "corrected")
        return True

    def _name(self, place: str) -> str:
        """Return the Swedish name, as staff know it."""
        return self._alerting.catalog.name(self._alerting.catalog.places[place].names, "sv")[:80]


def locked(tx: Tx, key: str) -> Report | None:
    """Return the report as it stands, and hold it: nobody takes or closes it while this is carried out."""
    return tx.reports.by_key(key, lock=True)
