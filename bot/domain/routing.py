"""Which unit takes a report: by place, district, hour and holiday, mutual aid, and a catch-all that never says no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain import oncall
from bot.domain.content import Catalog
from bot.domain.oncall import State
from bot.domain.rota import Gap

OFFICE, DUTY, ALWAYS, CATCH_ALL = "office", "duty", "always", "catch_all"
KINDS = (OFFICE, DUTY, ALWAYS, CATCH_ALL)


@dataclass(frozen=True, slots=True)
class Unit:
    """A group of staff that takes reports. `places`: those it serves; a duty unit may serve many (one socialjour for several)."""

    id: str
    name: str  # Swedish, as on the door
    kind: str
    places: frozenset[str]


@dataclass(frozen=True, slots=True)
class Aid:
    """Mutual aid: `to` takes the new cases of `of` between the two moments, once it has accepted."""

    of: str
    to: str
    starts: datetime
    ends: datetime
    id: int = 0
    accepted: bool = False

    def meets(self, other: Aid) -> bool:
        return self.starts < other.ends and other.starts < self.ends


@dataclass(frozen=True, slots=True)
class Route:
    """The unit, and why. `connected` False: nobody at the place takes part, so the catch-all is called (None: there is none)."""

    unit: Unit | None
    state: State
    connected: bool
    aid_for: str = ""  # the unit whose cases these would be


def route(catalog: Catalog, units: Sequence[Unit], aids: Sequence[Aid], place: str | None, at: datetime) -> Route:
    """Return who takes a child alone at that place and moment. Office by day, duty line when it is closed.

    In the gap, when no office is known to be open, the duty unit is called: a telephone may be closed, a page is not. A place
    with no unit of its own is its municipality's; what nobody takes is the catch-all's.
    """
    state = oncall.awake(catalog, place, at).state
    wanted = (OFFICE, ALWAYS, DUTY) if state is State.OFFICE else (DUTY, ALWAYS, OFFICE)
    for here in catalog.up(place)[:-1]:
        own = [u for u in units if here.id in u.places and u.kind != CATCH_ALL]
        for kind in wanted:
            for unit in own:
                if unit.kind == kind:
                    return _aided(Route(unit, state, True), units, aids, at)
    return Route(next((u for u in units if u.kind == CATCH_ALL), None), state, False)


def connected(catalog: Catalog, units: Sequence[Unit]) -> frozenset[str]:
    """Return the places whose reports reach staff of their own."""
    served = {place for u in units if u.kind != CATCH_ALL for place in u.places}
    return frozenset(p for p in catalog.places if any(here.id in served for here in catalog.up(p)[:-1]))


def kept(gaps: Sequence[Gap], aids: Sequence[Aid], unit: str) -> tuple[Gap, ...]:
    """Return the gaps of the unit's rota that are its own: not those in which another unit takes its cases."""
    left = list(gaps)
    for aid in aids:
        if aid.of == unit and aid.accepted:
            pieces = [(Gap(g.starts, min(g.ends, aid.starts)), Gap(max(g.starts, aid.ends), g.ends)) for g in left]
            left = [piece for pair in pieces for piece in pair if piece.starts < piece.ends]
    return tuple(left)


def _aided(found: Route, units: Sequence[Unit], aids: Sequence[Aid], at: datetime) -> Route:
    assert found.unit
    now = next((a for a in aids if a.of == found.unit.id and a.accepted and a.starts <= at < a.ends), None)
    helper = next((u for u in units if now and u.id == now.to), None)
    return Route(helper, found.state, True, aid_for=found.unit.id) if helper else found
