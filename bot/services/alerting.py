"""Alerts move on by the clock: whoever is due is called, whoever fell silent is reminded and released, nobody is forgotten.

Everything is in rows with due times; this loop only looks. After a crash the next look finds what is due and does it once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog

from bot.domain import escalation, routing
from bot.domain.awake_first import numbers_at
from bot.domain.content import Catalog
from bot.domain.escalation import Alert, CallLevel, NobodyAt, NobodyAtAll, Release, Remind, TellReporter
from bot.domain.events import Address
from bot.domain.messages import N_, Line, Message, say
from bot.domain.policy import Policy
from bot.domain.report import CLOSED, RECEIVED, Report
from bot.domain.rota import DUTY_MANAGER, EVERYBODY, Rota, all_called, all_on_call
from bot.domain.routing import CATCH_ALL, Unit
from bot.domain.urgent import CALL_112
from bot.services.awake import awake_there
from bot.services.case_ports import Moment
from bot.services.clocks import Clocks
from bot.services.notices import Notices
from bot.services.paging import Paging, Work
from bot.services.ports import Clock, Store, StoreUnavailable, Tx
from bot.services.roll_call import RollCall
from bot.services.speak import Saying, Speaker
from bot.services.transfers import Transfers

log = structlog.get_logger()

_NOBODY_YET = N_("No person has accepted your report {code} yet. Ring now:")
_LET_GO = N_("Whoever had your report {code} did not go on. We call others now. Ring yourself:")

FLOOD, FLOOD_WITHIN = 20, timedelta(minutes=1)  # so many reports in that time are a flood: browsers are asked for work then
LOOK_EVERY_S = 1.0
AT_ONCE = 200
Committed = Callable[[Sequence[Address]], None]
T = TypeVar("T")


class Alerting:
    """`committed` is told which addresses got new rows, once they are on disk. `secret`: see notices.py."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        speaker: Speaker,
        paging: Paging,
        policy: Policy,
        committed: Committed,
        secret: bytes,
    ) -> None:
        self.policy = policy
        self.flooded = False  # reports flood in
        self.connected: frozenset[str] | None = None  # places whose reports reach their own staff; None = nobody takes any
        self._store = store
        self._clock = clock
        self._speaker = speaker
        self._paging = paging
        self._committed = committed
        self._woken = asyncio.Event()
        self._connected_by: tuple[Catalog, list[Unit]] | None = None
        self._failed = False  # the last look, in a part: what is due is not tried at once again
        self.notices = Notices(speaker, paging, secret)
        self.roll_call = RollCall(self.notices, speaker)
        self.clocks = Clocks(self.notices)
        self.transfers = Transfers(self.notices, self.rota, policy)

    @property
    def catalog(self) -> Catalog:
        """The catalogue in use now."""
        return self._speaker.catalog

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        while True:
            try:
                await self.look()
            except StoreUnavailable as fault:
                log.error("store_unavailable", error=str(fault))
            except Exception:  # one alert that cannot be carried on must not stop the others for good
                log.exception("alerting_failed", alarm=True)
            self._woken.clear()
            pause = await self._pause()
            try:
                async with asyncio.timeout(pause):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _pause(self) -> float:
        """Return the seconds until something is due, at most LOOK_EVERY_S: other processes write, too."""
        try:
            due = await self._store.read(lambda tx: tx.alerts.next_due())
        except StoreUnavailable:
            return LOOK_EVERY_S
        soon = (due - self._clock.now()).total_seconds() if due and not self._failed else LOOK_EVERY_S
        return min(LOOK_EVERY_S, max(0.05, soon))

    async def look(self) -> None:
        """Carry out everything that is due now."""
        now, self._failed = self._clock.now(), False
        touched = await self._store.write(lambda tx: self._look(tx, now), rides=True)  # an answer goes before it: 3 ms
        if touched:
            self._committed(touched)

    def _look(self, tx: Tx, now: datetime) -> list[Address]:
        sayings: list[Saying] = []
        for alert in tx.alerts.due(now, AT_ONCE):
            sayings += self._apart(tx, lambda alert=alert: self._look_after(tx, alert, now))
        own = self._survey, self._mark_unfinished, self._tell_owners
        paged: list[Address] = []
        for due in (self._paging.due, *own, self.clocks.due, self.transfers.due, self.notices.due):
            for work in self._apart(tx, lambda due=due: due(tx, now)):
                paged += self._apart(tx, work)
        rows = [row for saying in sayings for row in self._speaker.rows(saying, now)]
        tx.put_deliveries(rows, now, "")
        return [*(row.to for row in rows), *paged]

    def _apart(self, tx: Tx, work: Callable[[], list[T]]) -> list[T]:
        """Return what the work returns. What fails is undone alone and stops nothing else: it is due at the next look again."""
        try:
            with tx.savepoint():
                return work()
        except StoreUnavailable:
            raise
        except Exception:
            self._failed = True
            log.exception("look_failed", alarm=True)
            return []

    def _survey(self, tx: Tx, now: datetime) -> list[Work]:
        """See whether reports flood in, and which places have staff."""
        self.flooded = tx.reports.lately(FLOOD, now - FLOOD_WITHIN) >= FLOOD
        units = tx.people.units()
        if (known := (self._speaker.catalog, units)) != self._connected_by:  # all places, so only when something has changed
            self._connected_by = known
            self.connected = routing.connected(*known) if units else None
        return []

    def _mark_unfinished(self, tx: Tx, now: datetime) -> list[Work]:
        def mark(id_: int) -> list[Address]:
            tx.reports.change(id_, unfinished=True, finish_at=None)
            tx.reports.note(id_, Moment(now, "unfinished"))
            return []

        return [partial(mark, id_) for id_ in tx.reports.to_finish(now)]

    def _tell_owners(self, tx: Tx, now: datetime) -> list[Work]:
        """Tell those who have heard of something a minute ago what came since."""

        def tell(id_: int) -> list[Address]:
            tx.reports.change(id_, tell_at=None)
            report = tx.reports.by_id(id_)
            return self.tell_owner(tx, report, now) if report and report.owner is not None else []

        return [partial(tell, id_) for id_ in tx.reports.to_tell(now)]

    def _look_after(self, tx: Tx, alert: Alert, now: datetime) -> list[Saying]:
        report = tx.reports.by_id(alert.report)
        if report is None or report.state == CLOSED:
            tx.alerts.put(escalation.over(alert))
            return []
        return self._carry_on(tx, report, alert, now)

    def start(self, tx: Tx, report: Report, now: datetime, alert: Alert | None = None) -> None:
        """Look after a report that is new, or comes alive again: the look behind the commit carries out what is due."""
        self.clocks.start(tx, report, now)
        tx.alerts.put(alert or escalation.started(report.id, self.policy, now))

    def _carry_on(self, tx: Tx, report: Report, alert: Alert, now: datetime) -> list[Saying]:
        """Advance one alert to now, open its pages, and return what else is to be said."""
        awake = awake_there(tx, self._speaker.catalog, report, now)
        asked = tx.transfers.of(report.id)
        units = (report.unit, asked.unit if asked else None, awake.unit.id if awake and awake.unit else None)
        rotas = [self.rota(tx, unit) for unit in dict.fromkeys(units) if unit]
        late = alert.step > 0 or alert.told  # somebody was called before
        alert, actions = escalation.advance(alert, now, lambda level: all_called(rotas, level, now))
        tx.alerts.put(alert)
        sayings: list[Saying] = []
        for action in actions:
            match action:
                case CallLevel(level, people, round_):
                    if awake and awake.unit and report.offered_to != awake.unit.id:
                        tx.reports.note(report.id, Moment(now, "routed", detail=f"{awake.unit.id} {awake.state.name.lower()}"))
                        tx.reports.change(report.id, offered_to=awake.unit.id)  # so that whoever is called may take and read it
                        report = replace(report, offered_to=awake.unit.id)
                    self._paging.call(tx, report, level, people, round_, now)
                    if late and tx.alerts.unheard(report.id, now - escalation.UNSENT):  # no page of its people has left
                        self._catch(tx, report, round_, now)
                    managers = all_on_call(rotas, DUTY_MANAGER, now) if level == EVERYBODY and round_ == 1 else ()
                    for manager in managers:
                        tx.reports.note(report.id, Moment(now, "manager_called", manager))
                case NobodyAt(level):
                    tx.reports.note(report.id, Moment(now, "nobody", detail=f"level {level}"))
                case NobodyAtAll():
                    self._catch(tx, report, alert.round, now)
                case TellReporter():
                    sayings.extend(self.to_reporter(tx, report, self._ring(report, _NOBODY_YET, now)))
                    tx.reports.note(report.id, Moment(now, "reporter_told_nobody"))
                case Remind(owner):
                    self.notices.tell(tx, owner, "still_there", now, report=report)
                    tx.reports.note(report.id, Moment(now, "reminded", owner))
                case Release(owner):
                    report = replace(report, state=RECEIVED, owner=None, taken_at=None)
                    tx.reports.change(report.id, state=RECEIVED, owner=None, taken_at=None, asked_at=None)
                    tx.reports.note(report.id, Moment(now, "released", owner))
                    self.notices.tell(tx, owner, "let_go", now, report=report)
                    self.transfers.rest(tx, report)
                    sayings.extend(self.to_reporter(tx, report, self._ring(report, _LET_GO, now)))
        return sayings

    def _catch(self, tx: Tx, report: Report, round_: int, now: datetime) -> None:
        """Nobody at the unit can be reached: the catch-all is called, and whoever runs the service hears of it."""
        log.error("nobody_to_call", alarm=True)
        for unit in tx.people.units():
            if unit.kind == CATCH_ALL and unit.id != report.unit:
                called = {p.staff for p in tx.alerts.pages(report.id, "open") if p.round == round_}
                people = [p for p in self.rota(tx, unit.id).called(EVERYBODY, now) if p not in called]
                if people:
                    tx.reports.note(report.id, Moment(now, "catch_all", detail=unit.id))
                    tx.reports.change(report.id, offered_to=unit.id)  # so that whoever is called may take it, and read it
                    self._paging.call(tx, report, EVERYBODY, people, round_, now)

    def rota(self, tx: Tx, unit: str) -> Rota:
        """Return the unit's rota, with those who can be reached by what is set up here."""
        return tx.people.rota(unit, self._speaker.channels)

    def to_reporter(self, tx: Tx, report: Report, message: Message) -> list[Saying]:
        """Return the message to every place where the reporter can be reached: unasked, so a lock screen shows none of it."""
        return [Saying(address, replace(message, hushed=True), language) for address, language in self.reachable(tx, report)]

    def reachable(self, tx: Tx, report: Report) -> list[tuple[Address, str | None]]:
        """Return where the reporter can be reached, and in which language."""
        found = []
        for address in tx.reports.reporters(report.id):
            known = tx.conversation(address)
            if self._speaker.can_reach(address) and (known is None or known.alive):
                found.append((address, known.language if known else report.language))
        return found

    def private(self, address: Address) -> bool:
        """Return whether the address is our own room, where a child's details may be written."""
        return self._speaker.can_reach(address) and self._speaker.capabilities[address.channel].on_our_site

    def to_staff(self, tx: Tx, person: int, message: Message, lane: str = "page") -> list[Saying]:
        """Return the message by the first way that works: a courtesy. What matters goes by `notices`."""
        staff = tx.people.staff(person)
        for method in tx.people.methods([person]):
            if staff and method.works and self._speaker.can_reach(method.address):
                return [Saying(method.address, message, staff.language, lane)]
        return []

    def endangered(self, tx: Tx, report: Report, now: datetime, word: str = "") -> None:
        """An open report turns out to be worse: whoever is next is called, or its owner must look soon and hears `word`."""
        alert = tx.alerts.of(report.id)
        if alert is None:
            return  # the auditor finds it
        told_of = [m.at for m in tx.reports.timeline(report.id) if m.of_danger]
        if report.owner is None and escalation.hurried_lately(alert, told_of, now):
            return  # said to and fro: whoever was next is called already
        if report.owner is not None and word:
            self.tell_owner(tx, report, now, word)
        tx.alerts.put(escalation.hurried(alert, now))

    def tell_owner(self, tx: Tx, report: Report, now: datetime, word: str = "reporter_wrote") -> list[Address]:
        """Tell its owner that the reporter has written, or that what they were told first is no longer so. Return where to."""
        assert report.owner is not None
        tx.reports.note(report.id, Moment(now, "owner_told", report.owner))
        return self.notices.tell(tx, report.owner, word, now, report=report)

    def ask_over(self, tx: Tx, report: Report, now: datetime) -> None:
        """Page whoever is on call at the unit that a report with an owner is offered to."""
        assert report.offered_to is not None
        rota, alert = self.rota(tx, report.offered_to), tx.alerts.of(report.id)
        if people := rota.called(1, now) or rota.called(EVERYBODY, now):
            self._paging.call(tx, report, 1, people, alert.round if alert else 1, now)
        self.transfers.follow(tx, report, report.offered_to, now)

    def _ring(self, report: Report, why: str, now: datetime) -> Message:
        numbers = numbers_at(report.place, self._speaker.catalog, now)
        last = Line(say("We go on calling, and tell you here when a person has it."), "note")
        return Message((Line(say(why, code=report.code), "warning"), *numbers, last), ((CALL_112,),))
