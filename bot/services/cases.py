"""The staff's side of a report: take, write, note, pass on, close, reopen. Each is one transaction, and one winner.

Who may do what is decided here, by people.may, for every door there is: console, button, code.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import escalation
from bot.domain.calendar import SWEDEN
from bot.domain.escalation import OVER
from bot.domain.events import Address
from bot.domain.messages import Button, Line, Message, Text, say
from bot.domain.people import Do, Staff, may
from bot.domain.report import CLOSED, OUTCOMES, RECEIVED, TAKEN, Report
from bot.domain.urgent import CALL_112
from bot.services import writing
from bot.services.alerting import Alerting
from bot.services.answering import Answering
from bot.services.case_ports import Locked, Moment, Vault
from bot.services.interpreting import Interpreting
from bot.services.ports import Tx
from bot.services.speak import Saying


class Refused(Exception):
    """The person may not do that, or it cannot be done as the case stands. `why` is a sentence for them."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.msgid)
        self.why = why


@dataclass(frozen=True, slots=True)
class Done:
    """What a use case leaves: messages to put in the outbox, and who was paged already."""

    sayings: list[Saying]
    paged: list[Address]


class Cases:
    """`public_url`: of our own chat, where a reporter on Telegram reads what is written freely; '' when there is none."""

    def __init__(self, *, alerting: Alerting, vault: Vault, interpreting: Interpreting, public_url: str) -> None:
        self._alerting = alerting
        self._vault = vault
        self._interpreting = interpreting
        self._answering = Answering(alerting, public_url)

    # --- taking ---------------------------------------------------------------------------------------------------------

    def take(self, tx: Tx, person: Staff, id_: int, now: datetime) -> Done:
        """The first one wins. Raises Refused, with who has it, for everybody after.

        Where its owner's unit is not the one it belongs to, whoever is called there takes it over with the same button.
        """
        report = self._report(tx, id_, lock=True)
        if report.owner not in (None, person.id) and report.offered_to and may(person, Do.ACCEPT, report.offered_to):
            return self.accept(tx, person, id_, now)
        if report.owner is None and (
            (report.offered_to and may(person, Do.ACCEPT, report.offered_to)) or self._called(tx, person, report)
        ):
            report = self._moved(tx, person, report, now)
        self._allow(person, Do.TAKE, report)
        if report.state == CLOSED:
            raise Refused(say("{code} is closed.", code=report.code))
        if report.owner is not None and report.owner != person.id:
            other = tx.people.staff(report.owner)
            taken = report.taken_at or now
            who = other.name if other else "?"
            when = f"{taken.astimezone(SWEDEN):%H:%M}"
            raise Refused(say("{name} has had {code} since {time}.", name=who, code=report.code, time=when))
        if report.owner == person.id:
            return Done([], [])
        tx.reports.change(id_, state=TAKEN, owner=person.id, taken_at=now, seen_at=now, offered_to=None)
        tx.reports.note(id_, Moment(now, "taken", person.id))
        alert = tx.alerts.of(id_) or escalation.started(id_, self._alerting.policy, now)
        tx.alerts.put(escalation.taken(alert, person.id, now))
        sayings = self._quiet(tx, report, person, now)
        told = Message(
            (
                Line(
                    say("A person at the social services took your report {code} at {time}.", code=report.code, time=_clock(now))
                ),
            ),
            ((CALL_112,),),
        )
        return Done([*sayings, *self._alerting.to_reporter(tx, report, told)], [])

    def _called(self, tx: Tx, person: Staff, report: Report) -> bool:
        """Return whether they are called to a report of another unit: whoever is called may take it."""
        if report.unit == person.unit or not may(person, Do.ACCEPT, person.unit):
            return False
        return any(page.staff == person.id for page in tx.alerts.pages(report.id, "open"))

    def _quiet(self, tx: Tx, report: Report, winner: Staff, now: datetime) -> list[Saying]:
        """Withdraw what has not been sent, ask no other unit, and tell those who were woken that they may sleep."""
        self._alerting.transfers.end(tx, report, now, but=winner.id)
        closed = tx.alerts.close_pages(report.id, "answered")
        deliveries = [p.delivery for p in closed if p.delivery and not tx.alerts.shared(p.delivery)]
        taken_back = tx.alerts.withdraw(deliveries)
        if taken_back:
            tx.reports.note(report.id, Moment(now, "pages_withdrawn", detail=str(taken_back)))
        states = tx.alerts.delivery_status([p.delivery for p in closed if p.delivery])
        woken = {p.staff for p in closed if p.delivery and states.get(p.delivery) in ("sent", "sending", "unknown")}
        text = say("{code}: {name} took it at {time}.", code=report.code, name=winner.name, time=_clock(now))
        message = Message((Line(text),), bare=True)
        return [s for p in sorted(woken - {winner.id}) for s in self._alerting.to_staff(tx, p, message, lane="reply")]

    # --- while it is open -----------------------------------------------------------------------------------------------

    def write(self, tx: Tx, person: Staff, id_: int, words: str, now: datetime, *, phrase: str = "", shown: Text | None = None,
              asks: bool = False) -> Done:  # fmt: skip
        """Send words to the reporter: a prepared phrase in their language (`shown`), or free ones as they are written."""
        report = self._own(tx, person, Do.WRITE, id_)
        mark = writing.from_staff(tx, self._vault, report, person, words, now, phrase)
        if not phrase:
            self._interpreting.from_staff(tx, report, mark, words, person.language, now)
        tx.reports.note(id_, Moment(now, "staff_wrote", person.id, detail=phrase))
        tx.reports.change(id_, asked_at=now if asks else report.asked_at)
        self._acted(tx, id_, now)
        return Done(self._answering.delivered(tx, report, words, shown, now, person), [])

    def note(self, tx: Tx, person: Staff, id_: int, words: str, now: datetime) -> Done:
        """Keep a line for colleagues. The reporter never sees it."""
        report = self._own(tx, person, Do.NOTE, id_)
        writing.note(tx, self._vault, report, person, words, now)
        tx.reports.note(id_, Moment(now, "noted", person.id))
        self._acted(tx, id_, now)
        return Done([], [])

    def mark_clock(self, tx: Tx, person: Staff, id_: int, clock: str, done: bool, now: datetime) -> Done:
        """Mark what a clock of the law asks for as done, or as not done after all."""
        report = self._own(tx, person, Do.NOTE, id_)
        try:
            self._alerting.clocks.mark(tx, report, clock, person.id, done, now)
        except KeyError:
            raise Refused(say("Choose one of the times that the law sets.")) from None
        self._acted(tx, id_, now)
        return Done([], [])

    # --- passing on, closing ----------------------------------------------------------------------------------------------

    def offer(self, tx: Tx, person: Staff, id_: int, unit: str, now: datetime) -> Done:
        """Ask another unit to take it over. It stays here, with its owner, until they do."""
        report = self._own(tx, person, Do.TRANSFER, id_)
        if unit == report.unit or unit not in {u.id for u in tx.people.units()}:
            raise Refused(say("Choose another unit."))
        if report.owner is None:
            raise Refused(say("Take the case first: somebody must have it until they do."))
        self._acted(tx, id_, now)
        return Done([], self._alerting.transfers.begin(tx, report, unit, person, now))

    def take_back(self, tx: Tx, person: Staff, id_: int, now: datetime) -> Done:
        """Ask the other unit no longer."""
        report = self._own(tx, person, Do.TRANSFER, id_)
        if tx.transfers.of(id_) is None:
            raise Refused(say("Nobody is asked to take {code} over.", code=report.code))
        self._acted(tx, id_, now)
        return Done([], self._alerting.transfers.take_back(tx, report, person, now))

    def decline(self, tx: Tx, person: Staff, id_: int, now: datetime) -> Done:
        """Say no for the own unit: it stays where it is."""
        report, asked = self._report(tx, id_, lock=True), tx.transfers.of(id_)
        if asked is None or not may(person, Do.ACCEPT, asked.unit):
            raise Refused(NOT_YOURS)
        return Done([], self._alerting.transfers.decline(tx, report, person, now))

    def accept(self, tx: Tx, person: Staff, id_: int, now: datetime) -> Done:
        """Take over what was offered to the own unit."""
        report = self._report(tx, id_, lock=True)
        if report.offered_to is None or not may(person, Do.ACCEPT, report.offered_to):
            raise Refused(NOT_YOURS)
        if report.owner is None:
            return self.take(tx, person, id_, now)
        sender = report.owner
        self._moved(tx, person, report, now)
        tx.reports.change(id_, owner=person.id, state=TAKEN, taken_at=now)
        alert = tx.alerts.of(id_)
        if alert:
            tx.alerts.put(escalation.taken(alert, person.id, now))
        text = say("{code}: {name} has taken it over.", code=report.code, name=person.name)
        told = self._alerting.to_staff(tx, sender, Message((Line(text),), bare=True), lane="reply") if sender else []
        return Done([*self._quiet(tx, report, person, now), *told], [])

    def _moved(self, tx: Tx, person: Staff, report: Report, now: datetime) -> Report:
        """Return the report as the person's unit has it now. Where its key is not at hand it is had unread, not refused."""
        with contextlib.suppress(Locked):
            tx.reports.change(report.id, case_key=self._vault.passed_on(tx.reports.case_key(report.id), person.unit))
        tx.reports.change(report.id, unit=person.unit, offered_to=None)
        tx.reports.note(report.id, Moment(now, "accepted", person.id, detail=person.unit))
        return replace(report, unit=person.unit, offered_to=None)

    def close(self, tx: Tx, person: Staff, id_: int, outcome: str, now: datetime) -> Done:
        report = self._own(tx, person, Do.CLOSE, id_)
        if outcome not in OUTCOMES:
            raise Refused(say("Choose how it ended."))
        tx.reports.change(id_, state=CLOSED, closed_at=now, outcome=outcome, offered_to=None, finish_at=None, asked_at=None)
        tx.reports.note(id_, Moment(now, "closed", person.id, detail=outcome))
        self._alerting.clocks.stop(tx, report)
        alert = tx.alerts.of(id_)
        if alert:
            tx.alerts.put(escalation.over(alert))
        text = say("Your report {code} is closed. Has something new happened? Write it here, or call 112.", code=report.code)
        buttons = ((CALL_112,), (Button(say("Topics"), "home"),))
        told = self._alerting.to_reporter(tx, report, Message((Line(text),), buttons))
        return Done([*self._quiet(tx, report, person, now), *told], [])

    def reopen(self, tx: Tx, person: Staff, id_: int, now: datetime) -> Done:
        report = self._report(tx, id_, lock=True)
        self._allow(person, Do.REOPEN, report)
        if report.state != CLOSED:
            raise Refused(say("{code} is open already.", code=report.code))
        if not tx.reports.case_key(id_):
            raise Refused(say("{code} has been erased. Nobody can open it again.", code=report.code))
        self.reopened(tx, report, now, person.id)
        return Done([], [])

    def reopened(self, tx: Tx, report: Report, now: datetime, by: int | None = None) -> None:
        """A closed report comes alive: everybody is called as if it were new."""
        tx.reports.change(report.id, state=RECEIVED, owner=None, taken_at=None, closed_at=None, outcome="")
        tx.reports.note(report.id, Moment(now, "reopened", by))
        alert = tx.alerts.of(report.id) or escalation.started(report.id, self._alerting.policy, now)
        anew = escalation.called_anew(replace(alert, state=OVER), now)
        self._alerting.start(tx, replace(report, state=RECEIVED, owner=None), now, anew)

    # --- rules ------------------------------------------------------------------------------------------------------------

    def _report(self, tx: Tx, id_: int, *, lock: bool = False) -> Report:
        report = tx.reports.by_id(id_, lock=lock)
        if report is None:
            raise Refused(say("There is no open case behind that."))
        return report

    def _allow(self, person: Staff, do: Do, report: Report) -> None:
        if not may(person, do, report.unit):
            raise Refused(NOT_YOURS)

    def _own(self, tx: Tx, person: Staff, do: Do, id_: int) -> Report:
        report = self._report(tx, id_, lock=True)
        self._allow(person, do, report)
        if report.state == CLOSED:
            raise Refused(say("{code} is closed.", code=report.code))
        return report

    def _acted(self, tx: Tx, id_: int, now: datetime) -> None:
        alert = tx.alerts.of(id_)
        if alert:
            tx.alerts.put(escalation.acted(alert, now))


NOT_YOURS = say("This case is not yours to act on.")


def _clock(now: datetime) -> str:
    return f"{now.astimezone(SWEDEN):%H:%M}"


def _say(address: Address, text: Text, language: str | None) -> Saying:
    return Saying(address, Message((Line(text),), bare=True), language)
