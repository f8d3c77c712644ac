"""Mutual aid: for a time one unit takes the new cases of another. The giver asks, and nothing changes until the other accepts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import routing
from bot.domain.audit import Action, Happening, Ref, Thing
from bot.domain.calendar import SWEDEN
from bot.domain.events import Address
from bot.domain.messages import Line, Message, Text, say
from bot.domain.people import Do, Role, Staff, may
from bot.domain.rota import instant
from bot.domain.routing import Aid, Unit
from bot.services.alerting import Alerting
from bot.services.cases import Refused
from bot.services.ports import Clock, Store, Tx
from bot.services.speak import Saying, Speaker

LONGEST = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class AidShown:
    """One line of the rota page. `given`: the own cases go out; else another's come in."""

    aid: Aid
    other: str
    given: bool
    waits_for_us: bool


@dataclass(frozen=True, slots=True)
class AidPlan:
    """`others`: units that may be asked."""

    lines: tuple[AidShown, ...]
    others: tuple[Unit, ...]


class MutualAid:
    """Each act is one transaction with its line in the audit log. `committed` is told which addresses got new rows."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        alerting: Alerting,
        speaker: Speaker,
        committed: Callable[[Sequence[Address]], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._alerting = alerting
        self._speaker = speaker
        self._committed = committed

    async def plan(self, unit: str) -> AidPlan:
        now = self._clock.now()

        def look(tx: Tx) -> AidPlan:
            units = tx.people.units()
            names = {u.id: u.name for u in units}
            lines = [
                AidShown(a, names.get(a.to if a.of == unit else a.of, "?"), a.of == unit, a.to == unit and not a.accepted)
                for a in tx.people.aids_of(unit, now)
            ]
            return AidPlan(tuple(lines), tuple(u for u in units if u.id != unit))

        return await self._store.read(look)

    async def ask(self, by: Staff, to: str, starts: datetime, ends: datetime) -> None:
        """Ask another unit to take the own cases between two Swedish wall times. Raises Refused."""
        if not all(2000 < at.year < 3000 for at in (starts, ends)):
            raise Refused(say("The end must come after the beginning and be in the future, at most three months later."))
        now, first, last = self._clock.now(), *(instant(at.date(), at.time()) for at in (starts, ends))
        if not first < last or last <= now or last - first > LONGEST:
            raise Refused(say("The end must come after the beginning and be in the future, at most three months later."))

        def work(tx: Tx) -> list[Saying]:
            self._allow(by)
            units = {u.id: u for u in tx.people.units()}
            own, other = units.get(by.unit), units.get(to)
            if other is None or to == by.unit:
                raise Refused(say("Choose another unit: nobody takes over from themselves."))
            if own is None or own.kind == routing.CATCH_ALL:
                raise Refused(say("The unit that takes what nobody else takes cannot give it away."))
            aid = Aid(by.unit, to, first, last)
            self._possible(tx, aid, units, now)
            id_ = tx.people.put_aid(aid)
            self._logged(tx, by, id_, now)
            text = say("{unit} asks you to take its cases from {start} to {end}. Accept it at the console under Rota, or say no.",
                       unit=own.name, start=_clock(first), end=_clock(last))  # fmt: skip
            return self._leads(tx, to, text)

        await self._write(work, now)

    async def accept(self, by: Staff, id_: int) -> None:
        """Take on what another unit asks for. Raises Refused."""
        now = self._clock.now()

        def work(tx: Tx) -> list[Saying]:
            self._allow(by)
            aid = tx.people.aid(id_)
            if aid is None or aid.to != by.unit or aid.ends <= now:
                raise Refused(NOT_THERE)
            if aid.accepted:
                return []
            units = {u.id: u for u in tx.people.units()}
            self._possible(tx, aid, units, now)
            tx.people.accept_aid(id_, now)
            self._logged(tx, by, id_, now)
            text = say("{unit} takes your cases from {start} to {end}.",
                       unit=_name(units, aid.to), start=_clock(aid.starts), end=_clock(aid.ends))  # fmt: skip
            return self._leads(tx, aid.of, text)

        await self._write(work, now)

    async def end(self, by: Staff, id_: int) -> None:
        """Say no, take the question back, or end what has begun: from now on, by either of the two. Raises Refused."""
        now = self._clock.now()

        def work(tx: Tx) -> list[Saying]:
            self._allow(by)
            aid = tx.people.aid(id_)
            if aid is None or by.unit not in (aid.of, aid.to) or aid.ends <= now:
                raise Refused(NOT_THERE)
            tx.people.end_aid(id_, now)
            self._logged(tx, by, id_, now)
            units = {u.id: u for u in tx.people.units()}
            text = say("The mutual aid between {unit} and {other} is off: each takes its own cases.",
                       unit=_name(units, aid.of), other=_name(units, aid.to))  # fmt: skip
            return self._leads(tx, aid.to if by.unit == aid.of else aid.of, text)

        await self._write(work, now)

    def _possible(self, tx: Tx, aid: Aid, units: dict[str, Unit], now: datetime) -> None:
        """Raise Refused where another aid of the two is in the way: cases go one step, never on to a third."""
        others = [a for unit in (aid.of, aid.to) for a in tx.people.aids_of(unit, now) if a.id != aid.id and a.meets(aid)]
        for other in others:
            if other.of == aid.of and (other.accepted or not aid.id):
                raise Refused(say("{unit} gives its cases to {other} in that time already. End that first.",
                                  unit=_name(units, aid.of), other=_name(units, other.to)))  # fmt: skip
            if other.accepted and (other.of == aid.to or other.to == aid.of):
                raise Refused(say("{unit} takes the cases of {other} in that time. They cannot go on to a third unit.",
                                  unit=_name(units, other.to), other=_name(units, other.of)))  # fmt: skip

    def _allow(self, by: Staff) -> None:
        if not may(by, Do.EDIT_ROTA, by.unit):
            raise Refused(NOT_THERE)

    def _logged(self, tx: Tx, by: Staff, id_: int, now: datetime) -> None:
        tx.log([Happening(Ref(Thing.STAFF, by.id), Action.MUTUAL_AID_CHANGED, Ref(Thing.AID, id_))], now)

    def _leads(self, tx: Tx, unit: str, text: Text) -> list[Saying]:
        leads = [p.id for p in tx.people.staff_of(unit) if p.active and p.roles & {Role.LEAD, Role.ADMIN}]
        message = Message((Line(text),), bare=True)
        return [s for lead in leads for s in self._alerting.to_staff(tx, lead, message, lane="reply")]

    async def _write(self, work: Callable[[Tx], list[Saying]], now: datetime) -> None:
        def whole(tx: Tx) -> list[Address]:
            rows = [row for saying in work(tx) for row in self._speaker.rows(saying, now)]
            tx.put_deliveries(rows, now, "")
            return [row.to for row in rows]

        self._committed(await self._store.write(whole))


NOT_THERE = say("This is not yours to decide, or it is over.")


def _name(units: dict[str, Unit], id_: str) -> str:
    return units[id_].name if id_ in units else "?"


def _clock(at: datetime) -> str:
    return f"{at.astimezone(SWEDEN):%Y-%m-%d %H:%M}"
