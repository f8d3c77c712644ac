"""Who is on call: shifts as local rules, overrides, and the gaps between them.

A shift is a rule in Swedish wall time, turned into UTC bounds day by day. Both bounds of the same wall time become the same
instant, so at a clock change no minute is left uncovered or given twice: 02:30 that does not exist is 03:30, and of a doubled
hour the first is meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from bot.domain.calendar import SWEDEN

LEVELS = (1, 2, 3)
EVERYBODY = 4  # the level above the numbered ones: all staff of the unit, and whoever is duty manager then
DUTY_MANAGER = 5  # a rota of its own, called with everybody
ROTAS = (*LEVELS, DUTY_MANAGER)  # what somebody can be put on
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """On call at a level: on these weekdays (Monday = 0) from `opens` to `closes`, past midnight where that is earlier or equal.

    In the weeks that are a multiple of `every_weeks` after that of `since`; a rotation of three people is three shifts.
    """

    id: int
    staff: int
    level: int
    days: frozenset[int]
    opens: time
    closes: time
    since: date
    until: date | None = None
    every_weeks: int = 1

    def begins_on(self, day: date) -> bool:
        if day < self.since or (self.until is not None and day > self.until) or day.weekday() not in self.days:
            return False
        return (_monday(day) - _monday(self.since)).days // 7 % self.every_weeks == 0

    def bounds(self, day: date) -> tuple[datetime, datetime]:
        """Return when the shift that begins on that local day starts and ends, in UTC."""
        ends_on = day + timedelta(days=1) if self.closes <= self.opens else day
        return instant(day, self.opens), instant(ends_on, self.closes)


@dataclass(frozen=True, slots=True)
class Override:
    """From `starts` to `ends` (UTC): `out` is not on call at that level (None: nobody is taken out), `stand_in` is."""

    id: int
    level: int
    out: int | None
    stand_in: int | None
    starts: datetime
    ends: datetime

    def holds(self, at: datetime) -> bool:
        return self.starts <= at < self.ends


@dataclass(frozen=True, slots=True)
class Gap:
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Beginning:
    """A person goes on call. `follows`: they were on call until then, too, and another shift of theirs begins."""

    staff: int
    at: datetime
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Rota:
    """All rules of one unit. `staff`: who can be reached at all; anybody else on a shift does not count.

    `managers`: those of them who are called only while they are on a rota.
    """

    shifts: tuple[Shift, ...]
    overrides: tuple[Override, ...] = ()
    staff: frozenset[int] = frozenset()
    managers: frozenset[int] = frozenset()

    def on_call(self, level: int, at: datetime) -> tuple[int, ...]:
        """Return the staff on call at that level and moment (aware), each once, in the order of their shifts."""
        return tuple(p for p in self._planned(level, at) if p in self.staff)

    def _planned(self, level: int, at: datetime) -> tuple[int, ...]:
        """Return who is on call at that level, reachable or not."""
        people = self._shift_set(level, at)
        for change in self.overrides:
            if change.level == level and change.holds(at):
                people = [p for p in people if p != change.out]
                if change.stand_in is not None:
                    people.append(change.stand_in)
        return tuple(dict.fromkeys(people))

    def _shift_set(self, level: int, at: datetime) -> list[int]:
        """Return whose shifts cover the moment, away or not."""
        today = at.astimezone(SWEDEN).date()
        days = (today - timedelta(days=1), today)
        return [s.staff for s in self.shifts if s.level == level and any(_covers(s, day, at) for day in days)]

    def called(self, level: int, at: datetime) -> tuple[int, ...]:
        """Return whom an alert calls at that level. `EVERYBODY`: all that can be reached, of the managers those on duty.

        A manager who is off duty is called only where the unit has nobody else at all.
        """
        if level < EVERYBODY:
            return self.on_call(level, at)
        on_duty = {p for rota in ROTAS for p in self.on_call(rota, at)}
        return tuple(sorted((self.staff - self.managers) | on_duty or self.staff))

    def gaps(self, starts: datetime, ends: datetime, level: int = 1) -> tuple[Gap, ...]:
        """Return the times between the two moments when nobody is on call at that level.

        Of the duty manager only those that a shift was set for: a unit may have one at night, or none.
        """
        found: list[Gap] = []
        for begin, end in _pieces(self._changes(starts, ends)):
            if self.on_call(level, begin) or (level == DUTY_MANAGER and not self._shift_set(level, begin)):
                continue
            if found and found[-1].ends == begin:
                found[-1] = Gap(found[-1].starts, end)
            else:
                found.append(Gap(begin, end))
        return tuple(found)

    def beginnings(self, after: datetime, until: datetime) -> tuple[Beginning, ...]:
        """Return who goes on call later than `after` and not later than `until`, reachable or not, the earliest first."""
        found: list[Beginning] = []
        for at in self._changes(after, until):
            before, begins = self.planned(at - _TICK), self._begun(at)
            found += [Beginning(p, at, p in before) for p in sorted(self.planned(at)) if p not in before or p in begins]
        return tuple(b for b in found if b.at > after)

    def planned(self, at: datetime) -> frozenset[int]:
        """Return who is on call at that moment at any level, reachable or not."""
        return frozenset(person for level in ROTAS for person in self._planned(level, at))

    def _begun(self, at: datetime) -> set[int]:
        """Return whose shift or time as a stand-in begins at that very moment."""
        day = at.astimezone(SWEDEN).date()
        days = (day - timedelta(days=1), day)  # a wall time that does not exist becomes a later one
        shifts = {s.staff for s in self.shifts for d in days if s.begins_on(d) and s.bounds(d)[0] == at}
        return shifts | {o.stand_in for o in self.overrides if o.stand_in is not None and o.starts == at}

    def _changes(self, starts: datetime, ends: datetime) -> list[datetime]:
        """Return every moment at which who is on call may change, in order, with both ends."""
        moments = {starts, ends}
        day, last = starts.astimezone(SWEDEN).date() - timedelta(days=1), ends.astimezone(SWEDEN).date()
        while day <= last:
            moments.update(bound for s in self.shifts if s.begins_on(day) for bound in s.bounds(day))
            day += timedelta(days=1)
        moments.update(bound for o in self.overrides for bound in (o.starts, o.ends))
        return sorted(m for m in moments if starts <= m <= ends)


def all_called(rotas: Sequence[Rota], level: int, at: datetime) -> tuple[int, ...]:
    """Return whom these rotas call at a level, each once."""
    return tuple(dict.fromkeys(person for rota in rotas for person in rota.called(level, at)))


def all_on_call(rotas: Sequence[Rota], level: int, at: datetime) -> tuple[int, ...]:
    """Return who is on call at a level in these rotas, each once."""
    return tuple(dict.fromkeys(person for rota in rotas for person in rota.on_call(level, at)))


def instant(day: date, at: time) -> datetime:
    """Return the UTC moment of a Swedish wall time; the first one of a doubled hour, one later for a missing one."""
    return datetime.combine(day, at, SWEDEN).astimezone(UTC)


def _covers(shift: Shift, day: date, at: datetime) -> bool:
    if not shift.begins_on(day):
        return False
    starts, ends = shift.bounds(day)
    return starts <= at < ends


def _pieces(moments: Sequence[datetime]) -> Iterator[tuple[datetime, datetime]]:
    return pairwise(moments)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
