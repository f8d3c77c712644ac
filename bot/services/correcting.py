"""What the reporter says late, or says anew, of an open report: where the child is, and whether it is safe."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import escalation, routing
from bot.domain.report import CLOSED, DANGER, Report
from bot.services.alerting import Alerting
from bot.services.case_ports import Moment
from bot.services.cases import Cases
from bot.services.ports import Tx
from bot.services.speak import Saying

Told = tuple[list[Saying], list]  # what to say, and who was paged already


class Correcting:
    def __init__(self, alerting: Alerting, cases: Cases) -> None:
        self._alerting = alerting
        self._cases = cases

    def placed(self, tx: Tx, key: str, place: str, now: datetime) -> Told:
        """The child is there. The unit that has the report keeps it until the right one takes it: nobody falls in between."""
        report = _locked(tx, key)
        if report is None or place == report.place:
            if report:
                tx.reports.note(report.id, Moment(now, "place_told", detail=self._name(place)))
            return [], []
        catalog, units = self._alerting.catalog, tx.people.units()
        tx.reports.note(report.id, Moment(now, "place_corrected" if report.place else "place_told", detail=self._name(place)))
        route = routing.route(catalog, units, tx.people.aids(now), place, now)
        unit = route.unit.id if route.unit else None
        elsewhere = unit if unit != report.unit else None
        report = replace(report, place=place, offered_to=elsewhere)
        tx.reports.change(report.id, place=place, offered_to=elsewhere)
        if elsewhere:
            tx.reports.note(report.id, Moment(now, "asked_there", detail=f"{unit} {route.state.name.lower()}"))
        if report.state == CLOSED:
            return self._cases.reopened(tx, report, now)
        if report.owner is not None:
            told = self._alerting.tell_corrected(tx, report, now)
            return told, self._alerting.ask_over(tx, report, now) if elsewhere else []
        alert = tx.alerts.of(report.id)
        if elsewhere is None or alert is None:
            return [], []
        called = tx.alerts.pages(report.id)  # where nobody could be called yet, nothing is sent "again"
        anew = escalation.rerouted(alert, now) if called else escalation.started(report.id, alert.policy, now)
        return self._alerting.begin(tx, report, anew, now)

    def rated(self, tx: Tx, key: str, safety: str, now: datetime) -> Told:
        """The child is safer than was said, or less so. Less so calls whoever is next at once, and says so in every page."""
        report = _locked(tx, key)
        if report is None or safety == report.safety:
            return [], []
        tx.reports.change(report.id, safety=safety)
        tx.reports.note(report.id, Moment(now, "safety_corrected", detail=safety))
        report = replace(report, safety=safety)
        if report.state == CLOSED:
            return self._cases.reopened(tx, report, now)
        if report.owner is not None:
            return self._alerting.tell_corrected(tx, report, now), []
        alert = tx.alerts.of(report.id)
        if safety != DANGER or alert is None:
            return [], []
        return self._alerting.begin(tx, report, escalation.hurried(alert, now), now)

    def _name(self, place: str) -> str:
        """Return the Swedish name, as staff know it."""
        return self._alerting.catalog.name(self._alerting.catalog.places[place].names, "sv")[:80]


def _locked(tx: Tx, key: str) -> Report | None:
    report = tx.reports.by_key(key)
    return tx.reports.by_id(report.id, lock=True) if report else None
