"""Which days Swedish offices are closed or close early: public holidays, eves, days before a holiday. Computed, local dates.

Source: lag (1989:253) om allmänna helgdagar. Midsummer, Christmas and New Year's Eve are no public holidays by that law, but
semesterlagen (1977:480) 3 a § counts them like one and offices are closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")


class Day(Enum):
    """What a day is to an office. A plain Saturday or Sunday is PLAIN: the week's own hours say the rest."""

    PLAIN = "an ordinary day"
    HALF = "the day before a public holiday"
    EVE = "an eve on which offices are closed"
    HOLIDAY = "a public holiday"


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def _saturday_from(first: date) -> date:
    return first + timedelta((5 - first.weekday()) % 7)


@lru_cache(maxsize=64)
def public_holidays(year: int) -> Mapping[date, str]:
    """Return the public holidays of the year other than plain Sundays, with their Swedish names."""
    sunday = easter(year)
    return {
        date(year, 1, 1): "nyårsdagen",
        date(year, 1, 6): "trettondedag jul",
        sunday - timedelta(2): "långfredagen",
        sunday: "påskdagen",
        sunday + timedelta(1): "annandag påsk",
        date(year, 5, 1): "första maj",
        sunday + timedelta(39): "Kristi himmelsfärdsdag",
        sunday + timedelta(49): "pingstdagen",
        date(year, 6, 6): "nationaldagen",
        _saturday_from(date(year, 6, 20)): "midsommardagen",
        _saturday_from(date(year, 10, 31)): "alla helgons dag",
        date(year, 12, 25): "juldagen",
        date(year, 12, 26): "annandag jul",
    }


@lru_cache(maxsize=64)
def eves(year: int) -> Mapping[date, str]:
    """Return the eves on which offices are closed all day, with their Swedish names."""
    return {
        _saturday_from(date(year, 6, 20)) - timedelta(1): "midsommarafton",
        date(year, 12, 24): "julafton",
        date(year, 12, 31): "nyårsafton",
    }


def day_of(day: date) -> Day:
    """Return what the day is. HALF only from Monday to Friday, and only where the day itself is neither eve nor holiday."""
    if day in public_holidays(day.year):
        return Day.HOLIDAY
    if day in eves(day.year):
        return Day.EVE
    tomorrow = day + timedelta(1)
    return Day.HALF if day.weekday() < 5 and tomorrow in public_holidays(tomorrow.year) else Day.PLAIN


def holiday_name(day: date) -> str:
    """Return the Swedish name of the public holiday or eve; '' on other days."""
    return public_holidays(day.year).get(day) or eves(day.year).get(day, "")
