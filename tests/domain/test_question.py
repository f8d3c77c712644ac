"""A question for people: who holds it, until when, who may, and the day by which an answer may be hoped for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.people import Role, Staff
from bot.domain.question import (
    ANSWERED,
    CLAIM_HOLDS,
    OFFICE,
    VOLUNTEER,
    Question,
    answer_by,
    mark_of,
    may_answer,
    week_of,
    why_not_act,
    why_not_claim,
)

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ASKED = Question(1, "k", "uk", "norrkoping", "other", False, NOW)


def staff(id_: int, *roles: Role) -> Staff:
    return Staff(id_, "norrkoping", f"S{id_}", frozenset(roles or (Role.HELPER,)), "sv")


VERA, EGIL = staff(1), staff(2, Role.LEAD)


def test_a_claim_holds_for_half_an_hour_and_falls_free_in_silence() -> None:
    claimed = ASKED.claimed(VERA, NOW)
    assert claimed.held_by(NOW) == VERA.id and why_not_claim(claimed, EGIL, NOW + CLAIM_HOLDS - timedelta(seconds=1))
    assert claimed.held_by(NOW + CLAIM_HOLDS) is None and why_not_claim(claimed, EGIL, NOW + CLAIM_HOLDS) is None


def test_the_limit_is_soft_until_somebody_else_takes_it() -> None:
    claimed = ASKED.claimed(VERA, NOW)
    assert why_not_act(claimed, VERA) is None
    taken_over = claimed.claimed(EGIL, NOW + CLAIM_HOLDS)
    assert why_not_act(taken_over, VERA) and why_not_act(taken_over, EGIL) is None
    assert why_not_act(ASKED, VERA), "nobody answers what they have not taken"


def test_what_has_ended_is_neither_claimed_nor_answered() -> None:
    ended = ASKED.claimed(VERA, NOW).ended(ANSWERED, NOW, VOLUNTEER)
    assert why_not_claim(ended, EGIL, NOW) and why_not_act(ended, VERA) and ended.held_by(NOW) is None


def test_what_waits_for_an_editor_is_out_of_a_helpers_sight() -> None:
    asked = ASKED.claimed(VERA, NOW).for_editors()
    assert asked.owner is None and not may_answer(VERA, asked) and may_answer(EGIL, asked)
    assert may_answer(VERA, ASKED) and not may_answer(staff(3, Role.OPERATOR), ASKED)
    assert not may_answer(replace(VERA, active=False), ASKED)


def test_a_volunteers_words_never_wear_an_offices_mark() -> None:
    assert mark_of(VERA) == VOLUNTEER and mark_of(EGIL) == OFFICE


@pytest.mark.parametrize(
    ("at", "by"),
    [
        ("2026-11-25 09:00", date(2026, 11, 26)),  # a Wednesday morning
        ("2026-11-25 16:00", date(2026, 11, 27)),  # closed for today: Thursday counts as the first day
        ("2026-11-27 10:00", date(2026, 11, 30)),  # Friday
        ("2026-11-27 20:00", date(2026, 12, 1)),
        ("2026-12-23 15:00", date(2026, 12, 28)),  # then Christmas Eve, two holidays and a Sunday
        ("2026-12-30 18:00", date(2027, 1, 5)),  # New Year, a weekend
        ("2027-03-26 03:00", date(2027, 3, 31)),  # Good Friday to Easter Monday
    ],
)
def test_the_day_of_the_answer_comes_from_the_calendar(at: str, by: date) -> None:
    from bot.domain.calendar import SWEDEN

    assert answer_by(datetime.fromisoformat(at).replace(tzinfo=SWEDEN)) == by


def test_weeks_are_written_as_in_sweden() -> None:
    assert week_of(date(2027, 1, 3)) == "2026-W53"
