"""What an office keeps on paper for the night when nothing else works: whom to ring, and a sheet to write on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from bot.domain.awake_first import at_all_hours
from bot.domain.calendar import Day, day_of, holiday_name
from bot.domain.content import Place
from bot.domain.messages import Block, Line, OfficeShown, Span, Text, say
from bot.domain.oncall import lines
from bot.domain.paper import Sheet
from bot.services.sheets import REPORT_HERE, Sheets

AHEAD_DAYS = 60  # the days that are looked at for closed offices

# What an office asks about a child alone, and the lines to write each answer on.
QUESTIONS = (
    (say("Date and time now"), 1),
    (say("Where is the child now?"), 2),
    (say("Is the child hurt, ill or in danger? If so, call 112 first."), 1),
    (say("How old is the child, about?"), 1),
    (say("Which languages does the child speak?"), 1),
    (say("What is the child called, if the child wants to say it?"), 1),
    (say("Who is with the child now? Who did the child come with?"), 2),
    (say("How can we reach you? You need not say who you are."), 2),
    (say("What else do you know?"), 3),
    (say("Who was called, and at what time?"), 2),
    (say("Who took over, and at what time?"), 2),
)


def duty_list(sheets: Sheets, place: str, language: str, today: date) -> Sheet:
    """Return whom to ring for a child alone, here and in each district, then every other number of the place."""
    catalog = sheets.catalog
    districts = sorted((p for p in catalog.places.values() if p.parent == place and p.kind == "district"), key=lambda p: p.id)
    here = [catalog.places[place], *districts]
    blocks = [
        *(block for p in here for block in _for_a_child(sheets, p, language, today)),
        *_closed_days(sheets, language, today),
        *_other_numbers(sheets, place, language, today),
    ]
    title = say("A child alone: whom to call")
    return sheets.written("duty-list", title, blocks, place, language, today, until=_holds_until(sheets, here))


def child_alone(sheets: Sheets, place: str, language: str, today: date) -> Sheet:
    """Return the sheet to write on when somebody brings or reports a child alone."""
    before = (
        Line(say("Stay with the child if you can. Call the social services (socialtjänsten).")),
        Line(say("Write only what you know. Do not photograph the child or any papers.")),
        Line(say("Give this sheet only to the social services or the police.")),
    )
    return sheets.written(
        "child-alone",
        say("A child alone: what we know"),
        (*sheets.blocks(before, language, today), *_for_a_child(sheets, sheets.catalog.places[place], language, today)),
        place,
        language,
        today,
        link=sheets.child_link(place, language),
        link_words=REPORT_HERE,
        fields=QUESTIONS,
        until=_holds_until(sheets, [sheets.catalog.places[place]]),
    )


def _holds_until(sheets: Sheets, places: Iterable[Place]) -> date | None:
    """Return the first day on which one of the numbers for a child is due to be checked."""
    known = [lines(sheets.catalog, place.id) for place in places]
    return min((s.due for line in known for s in (line.office, line.duty, line.stand_in) if s), default=None)


def _for_a_child(sheets: Sheets, place: Place, language: str, today: date) -> tuple[Block, ...]:
    blocks = sheets.blocks(at_all_hours(place.id, sheets.catalog), language, today)
    name, swedish = sheets.catalog.name(place.names, language), place.names.get("sv", "")
    heading = name if swedish in ("", name) else f"{name} ({swedish})"
    return (Block("fold", heading=heading, blocks=blocks),)


def _other_numbers(sheets: Sheets, place: str, language: str, today: date) -> tuple[Block, ...]:
    known = lines(sheets.catalog, place)
    shown = {service.id for service in (known.office, known.duty, known.stand_in) if service}
    offices = [s for p in sheets.catalog.up(place) for s in p.services.values() if s.id not in shown and s.phone_may_be_shown()]
    blocks = sheets.blocks([OfficeShown(service.id) for service in offices], language, today)
    return (Block("fold", heading=sheets.words(say("Other numbers"), language), blocks=blocks),) if blocks else ()


def _closed_days(sheets: Sheets, language: str, today: date) -> Iterator[Block]:
    """Yield the days ahead on which offices are closed, and those on which they may close early."""
    ahead = [today + timedelta(days) for days in range(AHEAD_DAYS)]
    closed = [day for day in ahead if day_of(day) in (Day.HOLIDAY, Day.EVE)]
    early = [day for day in ahead if day_of(day) is Day.HALF]
    for days, text in (
        (closed, say("Offices are closed on these days:")),
        (early, say("Offices may close early on these days:")),
    ):
        if days:
            yield Block("text", (Span(sheets.words(text, language)),))
            yield Block("list", items=tuple((Span(_named(sheets, day, language)),) for day in days))


def _named(sheets: Sheets, day: date, language: str) -> str:
    written = sheets.words(Text("{day}", (("day", day),)), language)
    return f"{written} ({holiday_name(day)})" if holiday_name(day) else written
