"""Asked before a duty by day, not at night; and what is a yes by SMS."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import duty_check
from bot.domain.calendar import SWEDEN
from bot.domain.duty_check import AHEAD, BEFORE, answered_code, asked_at, code


@pytest.mark.parametrize(
    ("starts", "asked"),
    [
        ("2026-11-27T16:30", "2026-11-27T14:30"),
        ("2026-11-27T09:00", "2026-11-27T07:00"),
        ("2026-11-27T08:59", "2026-11-26T20:00"),
        ("2026-11-27T00:00", "2026-11-26T20:00"),
        ("2026-11-27T22:59", "2026-11-27T20:59"),
        ("2026-11-27T23:00", "2026-11-27T20:00"),
        ("2027-03-28T08:00", "2027-03-27T20:00"),
        ("2026-10-25T08:00", "2026-10-24T20:00"),
    ],
)
def test_two_hours_before_and_never_at_night(starts: str, asked: str) -> None:
    at = datetime.fromisoformat(starts).replace(tzinfo=SWEDEN)
    assert asked_at(at.astimezone(UTC)) == datetime.fromisoformat(asked).replace(tzinfo=SWEDEN)


def test_every_quarter_of_two_years_is_asked_early_enough_by_day_and_within_what_is_looked_at() -> None:
    first = datetime(2026, 1, 1, tzinfo=UTC)
    for n in range(2 * 366 * 96):
        starts = first + timedelta(minutes=15 * n)
        asked = asked_at(starts)
        assert BEFORE <= starts - asked < AHEAD, starts
        assert 7 <= asked.astimezone(SWEDEN).hour < 21, starts


@pytest.mark.parametrize("words", ["OK 4711", "ok4711 ", "Ok, 4711!", "ja 4711", "ОК 4711", "так 4711", "OK, det når mig 4711"])
def test_yes_with_the_code(words: str) -> None:
    assert answered_code(words) == "4711"


@pytest.mark.parametrize("words", ["Ok", " ok. ", "JA!", "так"])
def test_yes_and_no_more(words: str) -> None:
    assert answered_code(words) == ""


@pytest.mark.parametrize(
    "words",
    ["", "4711", "ok?", "OK 4711?", "ja inte 4711", "ok jag är på semester", "OK 47", "OK 4711 4712", "TA K7M-4PX"],
)
def test_anything_else_is_no_answer(words: str) -> None:
    assert answered_code(words) is None


def test_a_code_has_four_digits() -> None:
    assert code("0" * 31 + "7") == "0007" and duty_check.code("f" * 32).isdigit()
