"""Watches the machine from the rows alone: every open report has an owner or a next step, or it is put right and alarmed;
its clocks of the law run, and no reminder of them is late.

The heartbeat leaves the house only when all is well; whoever listens for it rings when it stops. Gaps in the rota of the next
14 days are told to those who lead, once a day; whoever goes on call is asked before whether pages reach them (roll_call.py).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta

import structlog

from bot.domain import escalation
from bot.domain.calendar import SWEDEN
from bot.domain.escalation import TAKEN
from bot.domain.messages import Line, Message, Text, say_n
from bot.domain.people import Role
from bot.domain.report import RECEIVED
from bot.domain.rota import DUTY_MANAGER, Gap
from bot.domain.routing import CATCH_ALL, Unit, kept
from bot.services.alerting import Alerting
from bot.services.case_ports import Moment
from bot.services.dead_ways import DeadWays
from bot.services.for_ever import for_ever
from bot.services.ports import Clock, Store, Tx
from bot.services.speak import Saying, Speaker

log = structlog.get_logger()

AUDIT_EVERY_S = 60.0
AHEAD = timedelta(days=14)
Beat = Callable[[], Awaitable[bool]]  # tell the outside that we live; whether it was heard


class Auditor:
    def __init__(self, *, store: Store, clock: Clock, alerting: Alerting, speaker: Speaker, beat: Beat | None = None) -> None:
        self._store = store
        self._clock = clock
        self._alerting = alerting
        self._speaker = speaker
        self._beat = beat
        self._dead_ways = DeadWays(alerting, speaker)
        self._gaps_told_on: date | None = None

    async def run(self) -> None:
        await for_ever(self._look, AUDIT_EVERY_S, "auditor")

    async def _look(self) -> None:
        clean = await self.audit()
        await self._tell_gaps()
        await self.call_the_roll()
        await self.tell_of_dead_ways()
        if clean and self._beat and not await self._beat():
            log.warning("heartbeat_not_heard")

    async def audit(self) -> bool:
        """Return whether every open report is sure to go on. One that is not gets its alert anew, and an alarm is logged."""
        now = self._clock.now()
        faults = await self._store.write(lambda tx: self._put_right(tx, now))
        for why in faults:
            log.error("report_in_silence", why=why, alarm=True)
        if faults:
            self._alerting.wake()
        return not faults

    def _put_right(self, tx: Tx, now: datetime) -> list[str]:
        faults = ["clock ran ahead"] if tx.alerts.mend_clock(now) else []
        for seen in tx.alerts.watch():
            why = escalation.silence(seen, now)
            if not why:
                continue
            faults.append(why)
            if alert := escalation.put_right(why, seen.alert, self._alerting.policy, seen.report, now):
                tx.alerts.put(alert)
                if alert.state != TAKEN:
                    tx.reports.change(seen.report, owner=None, taken_at=None, state=RECEIVED)
                tx.reports.note(seen.report, Moment(now, "put_right", detail=why))
        return faults + self._alerting.clocks.faults(tx, now) + self._alerting.transfers.faults(tx, now)

    async def call_the_roll(self) -> None:
        """Ask those whose duty begins soon whether pages reach them; tell leads of those who cannot be paged or are silent."""
        now = self._clock.now()
        if await self._store.write(lambda tx: self._alerting.roll_call.look(tx, now)):
            self._alerting.wake()

    async def tell_of_dead_ways(self) -> None:
        """Tell staff of theirs that a channel has refused for good."""
        now = self._clock.now()

        def work(tx: Tx) -> None:
            tx.put_deliveries([row for saying in self._dead_ways.told(tx) for row in self._speaker.rows(saying, now)], now, "")

        await self._store.write(work)

    async def _tell_gaps(self) -> None:
        now = self._clock.now()
        today = now.astimezone(SWEDEN).date()
        if today == self._gaps_told_on:
            return
        await self._store.write(lambda tx: tx.put_deliveries(self._gaps(tx, now), now, ""))
        self._gaps_told_on = today

    def _gaps(self, tx: Tx, now: datetime) -> list:
        sayings: list[Saying] = []
        for unit in tx.people.units():
            if unit.kind == CATCH_ALL:
                continue
            rota, aids = self._alerting.rota(tx, unit.id), tx.people.aids_of(unit.id, now)
            if gaps := kept(rota.gaps(now, now + AHEAD), aids, unit.id):
                log.warning("rota_gaps", count=len(gaps))
                sayings.extend(self._to_leads(tx, unit, _nobody_on_call(unit, gaps)))
            if gaps := kept(rota.gaps(now, now + AHEAD, DUTY_MANAGER), aids, unit.id):
                log.warning("rota_gaps_of_manager", count=len(gaps))
                sayings.extend(self._to_leads(tx, unit, _no_manager(unit, gaps)))
        return [row for saying in sayings for row in self._speaker.rows(saying, now)]

    def _to_leads(self, tx: Tx, unit: Unit, text: Text) -> list[Saying]:
        leads = [p.id for p in tx.people.staff_of(unit.id) if p.active and p.roles & {Role.LEAD, Role.ADMIN}]
        message = Message((Line(text),), bare=True)
        return [s for lead in leads for s in self._alerting.to_staff(tx, lead, message, lane="reply")]


def _nobody_on_call(unit: Unit, gaps: Sequence[Gap]) -> Text:
    return say_n(
        "{unit}: nobody is on call in {n} gap of the next 14 days. It begins {day} at {time}.",
        "{unit}: nobody is on call in {n} gaps of the next 14 days. The first begins {day} at {time}.",
        len(gaps),
        **_of(unit, gaps),
    )


def _no_manager(unit: Unit, gaps: Sequence[Gap]) -> Text:
    return say_n(
        "{unit}: nobody can be paged as duty manager in {n} shift of the next 14 days. It begins {day} at {time}.",
        "{unit}: nobody can be paged as duty manager in {n} shifts of the next 14 days. The first begins {day} at {time}.",
        len(gaps),
        **_of(unit, gaps),
    )


def _of(unit: Unit, gaps: Sequence[Gap]) -> dict[str, object]:
    local = gaps[0].starts.astimezone(SWEDEN)
    return {"unit": unit.name, "day": local.date(), "time": f"{local:%H:%M}"}
