"""Who answers now for a child alone at a place: the office, the duty line, or, between them, whoever stands in.

All times are read in Swedish wall time, so summer time is right by itself; weekdays, spans and holidays are local.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum

from bot.domain.calendar import SWEDEN, Day, day_of
from bot.domain.content import NATION, Catalog
from bot.domain.hours import Span, Week
from bot.domain.register import Service

EMERGENCY = "112"
SUMMER = (6, 7, 8)
SUNDAY = 6
# Used only where an office's own hours are unknown: nobody is told "open" on the strength of it.
PRESUMED = Span(time(8), time(16))
CERTAINLY_CLOSED = Span(time(7), time(18))  # outside it, an office of unknown hours is taken as closed
EARLY_CLOSING = time(12)


class State(Enum):
    OFFICE = "office hours"
    DUTY = "duty line"
    GAP = "gap: no office is known to be open"


class Why(Enum):
    """What the answer rests on. The first of `Awake.why` is about the office, the second about the duty line."""

    OPEN = "within its hours"
    PUBLIC_HOLIDAY = "public holiday"
    EVE = "eve on which offices are closed"
    HALF_DAY = "half day before a public holiday"
    SUMMER = "closes earlier from June to August"
    WEEKEND = "weekend"
    AFTER_HOURS = "outside the office's hours"
    WHEN_OFFICE_CLOSED = "open whenever the office is closed"
    DUTY_CLOSED = "outside the duty line's hours"
    HOURS_UNKNOWN = "hours unknown"
    NO_OFFICE = "no office with a known number"
    NO_DUTY = "no duty line with a known number"
    PLACE_UNKNOWN = "place unknown"


@dataclass(frozen=True, slots=True)
class Awake:
    """The one owner at one minute. `service` None: 112 stands in. `sure`: its hours are known to cover the minute."""

    state: State
    why: tuple[Why, ...]
    service: Service | None
    sure: bool

    @property
    def phone(self) -> str:
        return self.service.phone if self.service else EMERGENCY


@dataclass(frozen=True, slots=True)
class Lines:
    """The offices of a place whose numbers may be shown, by what they do for a child alone. Looked up once per place."""

    place_known: bool
    office: Service | None
    duty: Service | None
    stand_in: Service | None

    def awake(self, at_utc: datetime) -> Awake:
        """Return who answers at that moment. Known hours win over presumed ones; without either, 112 stands in."""
        local = at_utc.astimezone(SWEDEN)
        if not self.place_known:
            return Awake(State.GAP, (Why.PLACE_UNKNOWN,), None, False)
        office, office_why = _office(self.office, local)
        duty, duty_why = _duty(self.duty, self.office, office, local)
        if office:
            return Awake(State.OFFICE, (office_why,), self.office, True)
        if duty:
            return Awake(State.DUTY, (office_why, duty_why), self.duty, True)
        if office is None:
            return Awake(State.OFFICE, (office_why,), self.office, False)
        if duty is None:
            return Awake(State.DUTY, (office_why, duty_why), self.duty, False)
        stand_in, stand_in_why = _duty(self.stand_in, self.office, office, local)
        if stand_in is False:
            return Awake(State.GAP, (office_why, duty_why), None, False)
        return Awake(State.GAP, (office_why, duty_why, stand_in_why), self.stand_in, bool(stand_in))


def awake(catalog: Catalog, place: str | None, at_utc: datetime) -> Awake:
    """Return who answers for a child alone at that place and moment (aware time, any zone). Never an unknown number."""
    return lines(catalog, place).awake(at_utc)


def lines(catalog: Catalog, place: str | None, *, for_child: bool = True) -> Lines:
    """Return the callable offices of a place: its own, else those above it. Not `for_child`: those an adult asks by day.

    A municipality with districts stands for "I do not know my district": its advice line, then its contact centre.
    """
    line = catalog.up(place)
    city = any(p.parent == line[0].id for p in catalog.places.values()) and line[0].id != NATION
    by_day = ("social_advice",) if city and for_child else ()
    roles = (*by_day, *(("child_intake",) if for_child else ()), "contact_centre", "switchboard")
    return Lines(
        place_known=line[0].id != NATION,
        office=_first(catalog, place, *roles),
        duty=_first(catalog, place, "social_duty"),
        stand_in=_first(catalog, place, "municipal_duty", "gap_duty"),
    )


def _first(catalog: Catalog, place: str | None, *roles: str) -> Service | None:
    for role in roles:
        for here in catalog.up(place):
            own = here.services.get(role)
            found = _shared(catalog, own) if own else None
            if found and found.phone_may_be_shown():
                return found
    return None


def _shared(catalog: Catalog, own: Service) -> Service:
    """Return the service, or what another place of the same duty line knows better: its number, or its hours."""
    if not own.shared_group or (own.hours is not None and own.phone_may_be_shown()):
        return own
    others = [
        other
        for p in catalog.places.values()
        if (other := p.services.get(own.role)) and other.shared_group == own.shared_group and other.phone_may_be_shown()
    ]
    if not own.phone_may_be_shown():
        return next(iter(others), own)
    hours = next((other.hours for other in others if other.hours is not None and other.phone == own.phone), None)
    return replace(own, hours=hours)


def _office(office: Service | None, local: datetime) -> tuple[bool | None, Why]:
    """Return whether it is open (None: may be) and why."""
    if office is None:
        return False, Why.NO_OFFICE
    day = day_of(local.date())
    if day is Day.HOLIDAY:
        return False, Why.PUBLIC_HOLIDAY
    if day is Day.EVE:
        return False, Why.EVE
    if office.hours is None:
        weekday = local.weekday() < 5
        open_ = weekday and _within(PRESUMED, local.time())
        return (None, Why.HOURS_UNKNOWN) if open_ else (False, Why.HOURS_UNKNOWN if weekday else Why.WEEKEND)
    if not _covered(_plain(office.hours), local):
        weekend = local.weekday() > 4 and not office.hours[local.weekday()]
        return False, Why.WEEKEND if weekend else Why.AFTER_HOURS
    now = local.time()
    if local.month in SUMMER and office.summer_closes and now >= office.summer_closes:
        return False, Why.SUMMER
    if day is Day.HALF and office.half_day_closes is None and now >= EARLY_CLOSING:
        return None, Why.HALF_DAY  # many offices close early, and no source says when this one does
    if day is Day.HALF and office.half_day_closes and now >= office.half_day_closes:
        return False, Why.HALF_DAY
    return True, Why.OPEN


def _duty(duty: Service | None, office: Service | None, office_open: bool | None, local: datetime) -> tuple[bool | None, Why]:
    """Return whether the duty line is open (None: may be) and why. Its hours on a holiday are its Sunday's, or the day's own."""
    if duty is None:
        return False, Why.NO_DUTY
    if duty.hours is not None:
        plain, sunday = _covered(_plain(duty.hours), local), _covered(_holidays_as_sundays(duty.hours), local)
        if plain and sunday:
            return True, Why.OPEN
        return (None, Why.HOURS_UNKNOWN) if plain or sunday else (False, Why.DUTY_CLOSED)
    if not duty.when_office_closed:
        return None, Why.HOURS_UNKNOWN
    known = office is not None and office.hours is not None and office.role == "child_intake" and office_open is False
    workday = local.weekday() < 5 and day_of(local.date()) in (Day.PLAIN, Day.HALF)
    night = not workday or not _within(CERTAINLY_CLOSED, local.time())
    return (True if known or night else None), Why.WHEN_OFFICE_CLOSED


SpansOf = Callable[[date], tuple[Span, ...]]


def _plain(week: Week) -> SpansOf:
    return lambda day: week[day.weekday()]


def _holidays_as_sundays(week: Week) -> SpansOf:
    return lambda day: week[SUNDAY if day_of(day) in (Day.HOLIDAY, Day.EVE) else day.weekday()]


def _covered(spans_of: SpansOf, local: datetime) -> bool:
    """Return whether a span of today, or one of yesterday past midnight, covers the wall time."""
    now, today = local.time(), local.date()
    if any(span.opens <= now and (span.closes <= span.opens or now < span.closes) for span in spans_of(today)):
        return True
    return any(span.closes <= span.opens and now < span.closes for span in spans_of(today - timedelta(days=1)))


def _within(span: Span, now: time) -> bool:
    return span.opens <= now < span.closes
