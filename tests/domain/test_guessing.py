"""Guessing: a slip costs nothing, a machine gets nowhere, the reporter is not locked out for long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.guessing import BY_SOURCE, BY_TARGET, keep_failures, wait

NOW = datetime(2026, 11, 25, 21, 40, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def a_day_of(limits: tuple[tuple[int, timedelta], ...], days: int = 1) -> list[datetime]:
    """Return when a machine that never rests was heard."""
    heard: list[datetime] = []
    now = NOW
    while now < NOW + timedelta(days=days):
        waiting = wait(heard[-200:], now, limits)
        if waiting:
            now += waiting
            continue
        heard.append(now)
        now += SECOND / 10
    return heard


def test_four_slips_in_a_row_cost_nothing() -> None:
    slips = [NOW + SECOND * number for number in range(4)]
    assert wait(slips, NOW + SECOND * 5, BY_SOURCE) == wait([], NOW, BY_SOURCE) == timedelta(0)
    fifth = [*slips, NOW + SECOND * 5]
    assert wait(fifth, NOW + SECOND * 6, BY_SOURCE) == SECOND * 54
    assert wait(fifth, NOW + SECOND * 60, BY_SOURCE) == timedelta(0)


def test_a_machine_is_heard_as_often_as_the_limits_say_and_no_more() -> None:
    assert len(a_day_of(BY_SOURCE)) == 60 and len(a_day_of(BY_TARGET)) == 100
    assert len(a_day_of(BY_TARGET, days=3)) == 300


def test_all_machines_of_the_world_guess_one_receipt_in_more_than_a_hundred_million_years() -> None:
    tries_a_year = len(a_day_of(BY_TARGET)) * 365.25
    assert 2**44 / 2 / tries_a_year > 1e8


def test_the_reporter_is_locked_out_for_an_hour_or_a_day_at_most_and_by_nobody_else_unless_they_know_where_to_guess() -> None:
    attack = a_day_of(BY_TARGET)
    assert all(wait(attack, at, BY_TARGET) <= timedelta(days=1) for at in attack)
    assert wait(attack[:10], attack[9], BY_TARGET) <= timedelta(minutes=5)


@given(st.lists(st.integers(0, 10**6), max_size=120), st.integers(0, 10**6))
def test_after_the_wait_a_try_is_heard(seconds: list[int], at: int) -> None:
    failures, now = [NOW + SECOND * s for s in seconds], NOW + SECOND * at
    waiting = wait(failures, now, BY_SOURCE)
    earlier = [failure for failure in failures if failure <= now]
    assert waiting >= timedelta(0) and wait(earlier, now + waiting, BY_SOURCE) == timedelta(0)
    forgotten = [failure for failure in failures if failure > now - keep_failures(BY_SOURCE)]
    assert wait(forgotten, now, BY_SOURCE) == waiting, "older failures need not be kept"
