"""Where to turn for a bed tonight: whom first, who answers now, and the next day on which offices are open. Pure.

Source: SKR and the reception law as the article housing-tonight states them: the Migration Agency in person while it is open;
else the social services of the municipality one is in, out of hours their duty line, with 112 where no number is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from bot.domain.calendar import SWEDEN, Day, day_of
from bot.domain.content import Catalog
from bot.domain.oncall import PRESUMED, Awake, lines


class First(Enum):
    AGENCY = "the Migration Agency, in person"
    SOCIAL = "the social services"


@dataclass(frozen=True, slots=True)
class Night:
    """`then`: the next day with offices open, today's left out; `agency_then`: that day goes to the Migration Agency."""

    first: First
    awake: Awake
    then: date
    agency_then: bool


def tonight(catalog: Catalog, place: str | None, now: datetime, *, registered: bool | None) -> Night:
    """Return the plan at that moment. A registered person has no place to ask for at the Migration Agency.

    The agency's hours are not known to us: office hours are presumed, and the reader is told to look them up.
    """
    local = now.astimezone(SWEDEN)
    open_ = _workday(local.date()) and PRESUMED.opens <= local.time() < PRESUMED.closes
    first = First.AGENCY if open_ and not registered else First.SOCIAL
    then = local.date() + timedelta(1)
    if local.time() < PRESUMED.opens and _workday(local.date()):
        then = local.date()
    while not _workday(then):
        then += timedelta(1)
    return Night(first, lines(catalog, place, for_child=False).awake(now), then, agency_then=not registered)


def _workday(day: date) -> bool:
    return day.weekday() < 5 and day_of(day) in (Day.PLAIN, Day.HALF)
