"""Erasure: off until it is decided, and never of what is open, unread, under a deadline or not handed over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.retention import Decision, Keep, Remains, erased_from, read_decision, reminders, why_kept

NOW = datetime(2026, 11, 25, 21, 40, tzinfo=UTC)
DAY = timedelta(days=1)
DECISION = Decision("SN 2026/0123 § 45", 30, NOW - 100 * DAY)
DONE = Remains(closed_at=NOW - 60 * DAY, unread=0, deadlines=(), handed_over_at=NOW - 40 * DAY)


def test_a_case_that_is_over_goes_on_the_decided_day() -> None:
    assert why_kept(DONE, DECISION, NOW) is None
    day = erased_from(NOW - 60 * DAY, NOW - 40 * DAY, DECISION)
    assert day == NOW - 10 * DAY
    assert why_kept(DONE, DECISION, day) is None and why_kept(DONE, DECISION, day - timedelta(microseconds=1)) is Keep.TOO_EARLY


@pytest.mark.parametrize(
    ("case", "why"),
    [
        (replace(DONE, closed_at=None), Keep.OPEN),
        (replace(DONE, closed_at=None, unread=3), Keep.OPEN),
        (replace(DONE, unread=1), Keep.UNREAD),
        (replace(DONE, deadlines=(NOW + DAY,)), Keep.UNDER_DEADLINE),
        (replace(DONE, deadlines=(NOW - 300 * DAY,)), Keep.UNDER_DEADLINE),
        (replace(DONE, handed_over_at=None), Keep.NOT_HANDED_OVER),
        (replace(DONE, handed_over_at=NOW - 29 * DAY), Keep.TOO_EARLY),
        (replace(DONE, closed_at=NOW - DAY), Keep.TOO_EARLY),  # reopened and closed again after the hand-over
    ],
)
def test_what_somebody_needs_stays_however_old_it_is(case: Remains, why: Keep) -> None:
    assert why_kept(case, DECISION, NOW) is why
    if why not in (Keep.TOO_EARLY,):
        assert why_kept(case, DECISION, NOW + 10_000 * DAY) is why


def test_without_a_decision_nothing_is_ever_erased() -> None:
    assert why_kept(DONE, None, NOW + 10_000 * DAY) is Keep.NOT_DECIDED
    assert why_kept(DONE, replace(DECISION, in_force_from=NOW + DAY), NOW) is Keep.NOT_DECIDED
    for number, days in (("", 30), ("  ", 30), ("SN 1", 0), ("SN 1", -5), ("SN 1", True)):
        with pytest.raises(ValueError, match="decision on erasure"):
            Decision(number, days, NOW)


moments = st.integers(-1000, 1000).map(lambda days: NOW + days * DAY)


@settings(max_examples=2000)
@given(
    case=st.builds(
        Remains,
        closed_at=st.none() | moments,
        unread=st.integers(0, 2),
        deadlines=st.lists(moments, max_size=2).map(tuple),
        handed_over_at=st.none() | moments,
    ),
    decision=st.none() | st.builds(Decision, number=st.just("SN 1"), days=st.integers(1, 400), in_force_from=moments),
    now=moments,
)
def test_nothing_goes_that_must_stay(case: Remains, decision: Decision | None, now: datetime) -> None:
    if why_kept(case, decision, now) is None:
        assert case.closed_at and case.closed_at < now and case.handed_over_at and case.handed_over_at < now
        assert not case.unread and not case.deadlines and decision and decision.in_force_from <= now
        assert now - max(case.closed_at, case.handed_over_at) >= decision.days * DAY
        assert why_kept(case, decision, now + DAY) is None, "and it may still go tomorrow, if today's run failed"


def test_a_case_that_nobody_hands_over_is_asked_for_again_and_again() -> None:
    waiting = replace(DONE, closed_at=NOW, handed_over_at=None)
    assert [reminders(waiting, NOW + days * DAY) for days in (0, 6, 7, 13, 14, 20, 21, 35)] == [0, 0, 1, 1, 2, 2, 3, 5]
    assert reminders(DONE, NOW + 99 * DAY) == reminders(replace(DONE, closed_at=None), NOW) == 0


def test_a_decision_is_in_force_from_midnight_in_sweden() -> None:
    decision = read_decision(" SN 2026/0123 § 45; 30 ;2027-07-01")
    assert decision == Decision("SN 2026/0123 § 45", 30, datetime(2027, 6, 30, 22, tzinfo=UTC))
    assert read_decision("") is None
