"""Numbers, hours and days as a spreadsheet can hold them: it must not take a phone for a number or a month for a date."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.domain import phones
from bot.domain.hours import DAYS, parse_span

CLOSED = "closed"
_GUARD = "'"  # a cell that begins with it is text for every spreadsheet
_RISKY = re.compile(r"[=+\-@\t'].*|\d{4}-\d{2}|\d+-\d+", re.DOTALL)  # formulas, months, what looks like a day
_SWEDISH = {"mån": "mon", "tis": "tue", "ons": "wed", "tor": "thu", "fre": "fri", "lör": "sat", "sön": "sun"}
_DAY = "|".join((*DAYS, *_SWEDISH))
_RUN = re.compile(rf"(?P<first>{_DAY})(?:[-–](?P<last>{_DAY}))?\s+(?P<spans>\S.*)", re.IGNORECASE)


class Unreadable(ValueError):
    """Says what the cell holds and how to write it."""


def guarded(text: str) -> str:
    return _GUARD + text if _RISKY.fullmatch(text) else text


def unguarded(cell: str) -> str:
    """Return the cell's text, trimmed, without the sign that kept it text."""
    return cell.strip().replace("\u00a0", " ").removeprefix(_GUARD)


def phone_cell(number: str) -> str:
    """Return the number as people in Sweden write it: that keeps its first zero in every spreadsheet."""
    return phones.shown(number)


def read_phone(cell: str) -> str:
    """Return the number as content/ has it. Raises Unreadable for one that a spreadsheet spoilt."""
    if re.fullmatch(r"\d+(?:[.,]\d+)?E\+?\d+", cell, re.IGNORECASE):
        raise Unreadable(f"phone '{cell}' was turned into a number by the spreadsheet; write it as 011-15 00 00")
    number = re.sub(r"[\s()/–-]", "", cell)
    if not number:
        return ""
    if re.fullmatch(r"\+[1-9]\d{6,14}", number):
        return number.replace("+460", "+46", 1)
    if re.fullmatch(r"00[1-9]\d{6,14}", number):
        return f"+{number[2:]}"
    if re.fullmatch(r"0[1-9]\d{5,9}", number):
        return f"+46{number[1:]}"
    if re.fullmatch(r"[1-9]\d{2,5}", number):
        return number
    if re.fullmatch(r"[1-9]\d{6,}", number):
        raise Unreadable(f"phone '{cell}' has lost its first 0 or its +, as spreadsheets do; write it as 011-15 00 00")
    raise Unreadable(f"phone '{cell}' is not a number; write it as 011-15 00 00, +46 11 15 00 00 or 112")


def hours_cell(hours: Mapping[str, list[str]] | None) -> str:
    """Return `mon-thu 08:00-17:00, fri 08:00-16:00`; '' = not known, `closed` = never open."""
    if hours is None:
        return ""
    runs: list[tuple[int, int, list[str]]] = []
    for at, day in enumerate(DAYS):
        spans = hours.get(day) or []
        if runs and runs[-1][1] == at - 1 and runs[-1][2] == spans:
            runs[-1] = (runs[-1][0], at, spans)
        else:
            runs.append((at, at, spans))
    said = [f"{DAYS[a]}{f'-{DAYS[b]}' if b > a else ''} {' '.join(spans)}" for a, b, spans in runs if spans]
    return ", ".join(said) or CLOSED


def read_hours(cell: str) -> dict[str, list[str]] | None:
    """Return the hours by day, days without any left out; None = not known. Raises Unreadable."""
    if not cell:
        return None
    hours: dict[str, list[str]] = {}
    for run in () if cell.casefold() == CLOSED else re.split(r"[,;\n]", cell):
        found = _RUN.fullmatch(run.strip())
        if not found:
            raise Unreadable(f"hours '{run.strip()}' cannot be read; write mon-thu 08:00-17:00, fri 08:00-16:00")
        spans = found["spans"].replace("–", "-").split()
        for span in spans:
            if not re.fullmatch(r"\d{2}:\d{2}-\d{2}:\d{2}", span):
                raise Unreadable(f"hours '{span}' cannot be read; write them as 08:00-16:30")
            try:
                parse_span(span)
            except ValueError as wrong:
                raise Unreadable(f"hours: {wrong}") from None
        first, last = _day(found["first"]), _day(found["last"] or found["first"])
        if last < first:
            raise Unreadable(f"hours '{run.strip()}' end before they begin; name the earlier day first")
        for day in DAYS[first : last + 1]:
            if day in hours:
                raise Unreadable(f"hours name {day} twice; write all its hours together: {day} 08:00-12:00 13:00-16:00")
            hours[day] = spans
    return {day: hours[day] for day in DAYS if day in hours}


def _day(word: str) -> int:
    word = word.casefold()
    return DAYS.index(_SWEDISH.get(word, word))
