"""The part of a screen that says who answers now for a child alone, and then who answers at other hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.calendar import SWEDEN
from bot.domain.content import Catalog
from bot.domain.conversation import Frame
from bot.domain.messages import Line, OfficeShown, Part, say
from bot.domain.oncall import Awake, Lines, State, lines


def who_answers(place: str | None, frame: Frame, *, for_child: bool = True) -> tuple[Part, ...]:
    """Return the office that is awake first, with the day and minute it holds for, and then the others with their hours."""
    return numbers_at(place, frame.catalog, frame.now, for_child=for_child)


def numbers_at(place: str | None, catalog: Catalog, at: datetime, *, for_child: bool = True) -> tuple[Part, ...]:
    """Return the same for a moment (aware UTC)."""
    offices, now = _offices(place, catalog, at, for_child)
    if not offices.place_known:
        return (Line(say("Choose the place, and you see who answers there now. If it cannot wait, call 112.")),)
    return (*_now(now, place, at), *_later(now, offices, place))


def who_answers_now(place: str | None, frame: Frame) -> tuple[Part, ...]:
    """Return only the office that is awake, to stand above a text that has the others; nothing where the place is unknown."""
    offices, now = _offices(place, frame.catalog, frame.now, True)
    return _now(now, place, frame.now) if offices.place_known else ()


def _offices(place: str | None, catalog: Catalog, at: datetime, for_child: bool) -> tuple[Lines, Awake]:
    offices = lines(catalog, place, for_child=for_child)
    now = offices.awake(at)
    if now.service and not now.service.stands(at.astimezone(SWEDEN).date()):
        now = replace(now, service=None, sure=False)  # past its day nobody is told "open now": 112 stands in
    return offices, now


def _now(now: Awake, place: str | None, at: datetime) -> tuple[Part, ...]:
    local = at.astimezone(SWEDEN)  # the minute stays with the sentence: a message is read again later, a page is kept
    when = {"day": local.date(), "time": f"{local:%H:%M}"}
    if now.service is None:
        return (
            Line(say("No office is known to be open now ({day}, {time}). If it cannot wait, call 112.", **when), "warning"),
            OfficeShown("sverige.emergency", place),
        )
    heading = (
        say("Open now ({day}, {time}):", **when)
        if now.sure
        else say("Call here first. We are not sure that it is open now ({day}, {time}). No answer? Call 112.", **when)
    )
    ask = () if now.service.role in ("child_intake", "social_duty") else (_ASK,)
    return (Line(heading), OfficeShown(now.service.id, place), *ask)


_ASK = Line(say("Ask for the social services (socialtjänsten)."))


def at_all_hours(place: str, catalog: Catalog) -> tuple[Part, ...]:
    """Return who answers by day, by night and in between, for paper, which does not know what time it is read."""
    offices = lines(catalog, place)
    between = offices.stand_in
    last = (Line(say("When both are closed:")), OfficeShown(between.id, place)) if between else ()
    return (*_by_day(offices, place), *_by_night(offices, place), *last)


def _later(now: Awake, offices: Lines, place: str | None) -> tuple[Part, ...]:
    by_day = _by_day(offices, place) if now.state is not State.OFFICE or now.service is None else ()
    by_night = _by_night(offices, place) if now.state is not State.DUTY or now.service is None else ()
    return (*by_day, *by_night)


def _by_day(offices: Lines, place: str | None) -> tuple[Part, ...]:
    office = offices.office.id if offices.office else "child_intake"
    ask = offices.office and offices.office.role not in ("child_intake", "social_advice")
    return (Line(say("In office hours:")), OfficeShown(office, place), *((_ASK,) if ask else ()))


def _by_night(offices: Lines, place: str | None) -> tuple[Part, ...]:
    duty = offices.duty.id if offices.duty else "social_duty"
    return (Line(say("In the evening, at night and at weekends:")), OfficeShown(duty, place))
