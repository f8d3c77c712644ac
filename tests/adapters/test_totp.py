"""The second factor: the digits of the standard, each good once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.totp import accepted, address, digits, new_secret, typeable

SECRET = b"12345678901234567890"
NOW = datetime(2026, 11, 25, 21, 40, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_digits_are_those_of_rfc_6238(seconds: int, shown: str) -> None:
    assert digits(SECRET, seconds // 30, 8) == shown and digits(SECRET, seconds // 30) == shown[2:]


def test_digits_are_good_once_and_for_a_clock_that_is_off_by_half_a_minute() -> None:
    now = digits(SECRET, STEP)
    assert accepted(SECRET, now, NOW, 0) == STEP
    assert accepted(SECRET, f" {now[:3]} {now[3:]} ", NOW, 0) == STEP
    assert accepted(SECRET, now, NOW, STEP) is None, "used before"
    assert accepted(SECRET, digits(SECRET, STEP - 1), NOW, STEP) is None, "older than one that was used"
    assert [accepted(SECRET, digits(SECRET, STEP + off), NOW, 0) for off in (-2, -1, 1, 2)] == [None, STEP - 1, STEP + 1, None]
    assert accepted(SECRET, now, NOW + timedelta(seconds=60), 0) is None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "\ud800", "000000 "])
def test_what_is_not_the_digits_is_refused(typed: str) -> None:
    assert accepted(SECRET, typed, NOW, 0) is None


def test_of_all_million_guesses_three_are_right() -> None:
    right = {digits(SECRET, STEP + off) for off in (-1, 0, 1)}
    guesses = [f"{number:06}" for number in range(0, 1_000_000, 997)]
    assert {guess for guess in guesses if accepted(SECRET, guess, NOW, 0)} == right & set(guesses) and len(right) == 3


def test_what_an_app_reads() -> None:
    assert address(SECRET, "anna@norrkoping.se", "Norrköpings kommun") == (
        "otpauth://totp/Norrk%C3%B6pings%20kommun:anna%40norrkoping.se"
        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Norrk%C3%B6pings%20kommun"
    )
    assert typeable(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert len(new_secret()) == 20 and new_secret() != new_secret()
