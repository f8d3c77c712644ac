"""Shifts, rotations and stand-ins of a unit, the gaps they leave, and drills that go the way of a true report."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.domain import codes
from bot.domain.audit import Action, Happening, Ref, Thing
from bot.domain.duty_check import Standing
from bot.domain.messages import Text, say
from bot.domain.people import Do, Staff, may
from bot.domain.report import RECEIVED, UNSURE, Report
from bot.domain.rota import DUTY_MANAGER, ROTAS, Gap, Override, Shift, instant
from bot.domain.routing import Unit, kept
from bot.services.alerting import Alerting
from bot.services.case_ports import Moment, NewReport, Vault
from bot.services.cases import Refused
from bot.services.ports import Clock, Store, Tx
from bot.services.reachable import explained
from bot.services.reporting import CATCH_ALL_OWNER

AHEAD = timedelta(days=14)
WEEKS_AT_MOST = 12
STAND_IN_AT_MOST = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Plan:
    """A unit's rota as it is edited. `unreachable`: staff who count on no shift, and in a few words why.

    `manager_gaps`: of the shifts that were set for a duty manager.
    """

    unit: Unit
    people: tuple[Staff, ...]
    unreachable: Mapping[int, Text]
    shifts: tuple[Shift, ...]
    overrides: tuple[Override, ...]
    now: tuple[tuple[int, tuple[str, ...]], ...]  # level and names
    gaps: tuple[Gap, ...]
    manager_gaps: tuple[Gap, ...]

    def name(self, id_: int | None) -> str:
        return next((p.name for p in self.people if p.id == id_), "–")


class Roster:
    def __init__(self, *, store: Store, clock: Clock, alerting: Alerting, vault: Vault) -> None:
        self._store = store
        self._clock = clock
        self._alerting = alerting
        self._vault = vault

    async def plan(self, unit: str) -> Plan | None:
        now = self._clock.now()
        return await self._store.read(lambda tx: self._plan(tx, unit, now))

    async def plans(self) -> list[Plan]:
        """Return all units with their plans, for whoever runs the service."""
        now = self._clock.now()
        return await self._store.read(lambda tx: [p for u in tx.people.units() if (p := self._plan(tx, u.id, now))])

    async def standing(self, unit: str) -> tuple[Standing, ...]:
        """Return how it stands with those whose duty begins soon, or began not long ago: do pages reach them?"""
        now = self._clock.now()
        return await self._store.read(lambda tx: self._alerting.roll_call.standing(tx, self._alerting.rota(tx, unit), now))

    def _plan(self, tx: Tx, unit: str, now: datetime) -> Plan | None:
        found = next((u for u in tx.people.units() if u.id == unit), None)
        if found is None:
            return None
        rota, everybody = self._alerting.rota(tx, unit), tx.people.staff_of(unit)
        people = tuple(p for p in everybody if p.active)
        names = {p.id: p.name for p in everybody}
        on_call = tuple((level, tuple(names.get(p, "?") for p in rota.on_call(level, now))) for level in ROTAS)
        aids = tx.people.aids_of(unit, now)
        return Plan(
            found,
            people,
            {p.id: explained(p, tx.people.methods([p.id])).short for p in people if p.id not in rota.staff},
            rota.shifts,
            tuple(o for o in rota.overrides if o.ends > now),
            on_call,
            kept(rota.gaps(now, now + AHEAD), aids, unit),
            kept(rota.gaps(now, now + AHEAD, DUTY_MANAGER), aids, unit),
        )

    # --- shifts -----------------------------------------------------------------------------------------------------------

    async def add_shift(
        self, by: Staff, *, who: int, level: int, days: frozenset[int], opens: time, closes: time, since: date, weeks: int
    ) -> None:
        """Put somebody on call by a rule. Raises Refused."""
        if level not in ROTAS or not days or not days <= frozenset(range(7)) or not 1 <= weeks <= WEEKS_AT_MOST:
            raise Refused(say("Choose a level, at least one weekday, and every 1 to 12 weeks."))
        now = self._clock.now()

        def work(tx: Tx) -> None:
            self._allow(tx, by, who)
            self._reached(tx, by.unit, who)
            shift = tx.people.add_shift(by.unit, Shift(0, who, level, days, opens, closes, since, None, weeks))
            tx.log([_happening(by, Action.SHIFT_CHANGED, Thing.SHIFT, shift)], now)

        await self._store.write(work)

    async def drop_shift(self, by: Staff, id_: int) -> None:
        now = self._clock.now()

        def work(tx: Tx) -> None:
            self._allow(tx, by)
            tx.people.drop_shift(id_, by.unit)
            tx.log([_happening(by, Action.SHIFT_CHANGED, Thing.SHIFT, id_)], now)

        await self._store.write(work)

    async def stand_in(
        self, by: Staff, *, level: int, out: int | None, stand_in: int | None, starts: datetime, ends: datetime
    ) -> None:
        """Somebody is away, somebody else takes their place, between two Swedish wall times. Raises Refused."""
        now = self._clock.now()
        if not all(2000 < at.year < 3000 for at in (starts, ends)):
            raise Refused(say("The end must come after the beginning and be in the future, at most three months later."))
        first, last = (instant(at.date(), at.time()) for at in (starts, ends))
        if level not in ROTAS or (out is None and stand_in is None) or out == stand_in:
            raise Refused(say("Choose who is away, or who stands in, and the level."))
        if not first < last or last <= now or last - first > STAND_IN_AT_MOST:
            raise Refused(say("The end must come after the beginning and be in the future, at most three months later."))

        def work(tx: Tx) -> None:
            self._allow(tx, by, *(p for p in (out, stand_in) if p is not None))
            if stand_in is not None:
                self._reached(tx, by.unit, stand_in)
            id_ = tx.people.add_override(by.unit, Override(0, level, out, stand_in, first, last))
            tx.log([_happening(by, Action.ROTA_CHANGED, Thing.ROTA, id_)], now)

        await self._store.write(work)

    async def drop_stand_in(self, by: Staff, id_: int) -> None:
        now = self._clock.now()

        def work(tx: Tx) -> None:
            self._allow(tx, by)
            tx.people.drop_override(id_, by.unit)
            tx.log([_happening(by, Action.ROTA_CHANGED, Thing.ROTA, id_)], now)

        await self._store.write(work)

    def _allow(self, tx: Tx, by: Staff, *people: int) -> None:
        own = {p.id for p in tx.people.staff_of(by.unit) if p.active}
        if not may(by, Do.EDIT_ROTA, by.unit) or not own.issuperset(people):
            raise Refused(say("Choose somebody of your unit."))

    def _reached(self, tx: Tx, unit: str, who: int) -> None:
        """Raises Refused, with why, for somebody who could not be paged."""
        person = tx.people.staff(who)
        if person and who not in self._alerting.rota(tx, unit).staff:
            raise Refused(explained(person, tx.people.methods([who])).why)

    # --- drills -----------------------------------------------------------------------------------------------------------

    async def drill(self, by: Staff, unit: str) -> str:
        """Send a marked practice report through the real chain and return its code. Raises Refused."""
        now, chance = self._clock.now(), secrets.token_bytes(16)
        if not may(by, Do.DRILL, unit):
            raise Refused(say("Choose a unit."))

        def work(tx: Tx) -> str:
            found = next((u for u in tx.people.units() if u.id == unit), None)
            if found is None:
                raise Refused(say("Choose a unit."))
            key, place = secrets.token_hex(16), min(found.places, default=None)
            report = Report(0, key, codes.case_code(chance), place, unit, UNSURE, RECEIVED, by.language, True, False, now)
            case_key = self._vault.new_case_key(unit or CATCH_ALL_OWNER)
            answers = self._vault.seal(case_key, "{}", key, "reports", key, "answers")
            id_ = tx.reports.add(NewReport(report, case_key, answers, "", now))
            assert id_ is not None
            tx.reports.change(id_, finish_at=None)  # nobody stops half-way in a drill
            tx.reports.note(id_, Moment(now, "drill", by.id))
            self._alerting.start(tx, replace(report, id=id_), now)
            tx.log([_happening(by, Action.DRILL_HELD, Thing.CASE, id_)], now)
            return report.code

        code = await self._store.write(work)
        self._alerting.wake()
        return code


def _happening(by: Staff, action: Action, thing: Thing, number: int) -> Happening:
    return Happening(Ref(Thing.STAFF, by.id), action, Ref(thing, number))
