"""Figures in a text, made comparable: "4 mars 2027", «4 березня 2027 року» and 2027-03-04 are one, "four months" is 4.

A figure is what stands in a text for a reader; `carries` says whether a fact's own figures hold it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.number_words import counted

_MONTHS = (
    "jan(?:uar[iy])?|січ(?:ень|ня|ні)", "feb(?:ruar[iy])?|лют(?:ий|ого|ому)", "mar(?:s|ch)?|берез(?:ень|ня|ні)",
    "apr(?:il)?|квіт(?:ень|ня|ні)", "ma[yj]|трав(?:ень|ня|ні)", "jun[ei]?|черв(?:ень|ня|ні)", "jul[iy]?|лип(?:ень|ня|ні)",
    "aug(?:ust[i]?)?|серп(?:ень|ня|ні)", "sep(?:t(?:ember)?)?|верес(?:ень|ня|ні)", "o[ck]t(?:ober)?|жовт(?:ень|ня|ні)",
    "nov(?:ember)?|листопад(?:а|і)?", "dec(?:ember)?|груд(?:ень|ня|ні)",
)  # fmt: skip
_DIGIT = re.compile(r"\d")
_MONTH = "|".join(f"(?P<m{i}>\\b(?:{words})\\b)" for i, words in enumerate(_MONTHS, 1))
_FIGURE = re.compile(
    rf"(?<!\d)(?:(?P<day>\d{{1,2}})\.?[\s\u00a0]+)?(?:{_MONTH})(?:[\s\u00a0]+(?P<year>(?:19|20)\d\d))?(?!\d)"
    r"|(?P<iso>(?:19|20)\d\d-\d\d(?:-\d\d)?)(?![\d–])"
    r"|(?<!\d)(?P<hour>[01]?\d|2[0-4])[.:](?P<minute>[0-5]\d)(?!\d)"
    r"|(?P<thousands>\d{1,3}(?:[ \u00a0,]\d{3})+)(?!\d)"
    r"|(?P<number>\d+(?:[.,]\d+)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """`value`: 2027-03-04, 2027-03, --11-01 (no year), 08:30, or a number. `at`: where in the words it stands."""

    value: str
    at: int
    words: str


@lru_cache(maxsize=20_000)  # the same sentences are looked at for several rules, and again at the next check
def figures(words: str) -> tuple[Figure, ...]:
    """Return the figures in the words, in order. A month without a digit beside it is none."""
    said = [Figure(*number) for number in counted(words)]
    if _DIGIT.search(words):  # most texts have none, and the long search costs
        said += (Figure(value, found.start(), found[0]) for found in _FIGURE.finditer(words) if (value := _value(found)))
    return tuple(sorted(said, key=lambda figure: figure.at))


def _value(found: re.Match[str]) -> str:
    if found["iso"]:
        return found["iso"]
    if found["hour"]:
        return f"{int(found['hour']):02}:{found['minute']}"
    if found["thousands"]:
        return re.sub(r"\D", "", found["thousands"])
    if found["number"]:
        return found["number"].replace(",", ".")
    month = next(i for i in range(1, 13) if found[f"m{i}"])
    day, year = found["day"], found["year"]
    if not day and not year:
        return ""
    return "-".join(part for part in (year or "-", f"{month:02}", f"{int(day):02}" if day else "") if part)


def carried(texts: Iterable[str]) -> frozenset[str]:
    """Return every value that a reader may be told on the strength of these words of a fact."""
    values: set[str] = set()
    for text in texts:
        for figure in figures(text):
            value = figure.value
            values.add(value)
            if re.fullmatch(r"\d{4}-\d\d(-\d\d)?", value):
                values |= {value[:4], value[:7], f"-{value[4:]}"}
            elif value.startswith("--"):
                values.add(value)
            elif re.fullmatch(r"\d\d:\d\d", value):
                hour, minute = value.split(":")
                values |= {str(int(hour))} if minute == "00" else {f"{int(hour)}.{minute}"}
            elif "." in value:
                values |= set(value.split("."))
    return frozenset(values)
