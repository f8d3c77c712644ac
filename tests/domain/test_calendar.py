"""Swedish holidays against a table taken from an independent calendar, and the eves and half days around them."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.calendar import Day, day_of, easter, holiday_name, public_holidays

HOLIDAYS = {
    2026: "01-01 01-06 04-03 04-05 04-06 05-01 05-14 05-24 06-06 06-20 10-31 12-25 12-26",
    2027: "01-01 01-06 03-26 03-28 03-29 05-01 05-06 05-16 06-06 06-26 11-06 12-25 12-26",
    2028: "01-01 01-06 04-14 04-16 04-17 05-01 05-25 06-04 06-06 06-24 11-04 12-25 12-26",
    2029: "01-01 01-06 03-30 04-01 04-02 05-01 05-10 05-20 06-06 06-23 11-03 12-25 12-26",
    2030: "01-01 01-06 04-19 04-21 04-22 05-01 05-30 06-06 06-09 06-22 11-02 12-25 12-26",
    2031: "01-01 01-06 04-11 04-13 04-14 05-01 05-22 06-01 06-06 06-21 11-01 12-25 12-26",
    2032: "01-01 01-06 03-26 03-28 03-29 05-01 05-06 05-16 06-06 06-26 11-06 12-25 12-26",
    2033: "01-01 01-06 04-15 04-17 04-18 05-01 05-26 06-05 06-06 06-25 11-05 12-25 12-26",
    2034: "01-01 01-06 04-07 04-09 04-10 05-01 05-18 05-28 06-06 06-24 11-04 12-25 12-26",
    2035: "01-01 01-06 03-23 03-25 03-26 05-01 05-03 05-13 06-06 06-23 11-03 12-25 12-26",
}


@pytest.mark.parametrize("year", HOLIDAYS)
def test_the_public_holidays_of_the_year(year: int) -> None:
    assert sorted(public_holidays(year)) == [date.fromisoformat(f"{year}-{day}") for day in HOLIDAYS[year].split()]


def test_easter_at_its_earliest_and_latest() -> None:
    assert (easter(1818), easter(1943), easter(2038)) == (date(1818, 3, 22), date(1943, 4, 25), date(2038, 4, 25))


@pytest.mark.parametrize("year", HOLIDAYS)
def test_eves_close_offices(year: int) -> None:
    midsummer = max(d for d in public_holidays(year) if d.month == 6 and 20 <= d.day <= 26)
    assert midsummer.weekday() == 5
    for eve in (midsummer.replace(day=midsummer.day - 1), date(year, 12, 24), date(year, 12, 31)):
        assert day_of(eve) is Day.EVE


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-04-02", Day.HALF),  # Maundy Thursday
        ("2026-04-30", Day.HALF),  # Walpurgis Night
        ("2026-05-13", Day.HALF),  # before Ascension
        ("2026-01-05", Day.HALF),  # Twelfth Night
        ("2027-06-05", Day.PLAIN),  # a Saturday before the National Day
        ("2027-12-31", Day.EVE),  # not a half day though New Year's Day follows
        ("2026-12-23", Day.PLAIN),  # an eve is no public holiday
        ("2026-06-06", Day.HOLIDAY),
    ],
)
def test_half_days_and_eves(day: str, kind: Day) -> None:
    assert day_of(date.fromisoformat(day)) is kind


def test_a_holiday_has_its_name_and_a_plain_day_none() -> None:
    assert holiday_name(date(2026, 6, 19)) == "midsommarafton" and holiday_name(date(2026, 6, 18)) == ""
