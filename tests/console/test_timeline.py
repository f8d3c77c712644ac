"""Every word that a use case writes to a timeline has a sentence, and the clocks of the law are right."""

from __future__ import annotations

import ast
from datetime import UTC, date, datetime

import pytest

from bot.app.config import ROOT
from bot.domain import report, statutory, timeline


def words_written() -> set[str]:
    """Return the second argument of every Moment made in the services, in all its branches."""
    found = set()
    for path in (ROOT / "bot" / "services").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Moment":
                found |= {n.value for n in ast.walk(node.args[1]) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return found


def test_every_word_of_the_timeline_has_a_sentence() -> None:
    written = words_written()
    assert {"taken", "called_again", "completed"} <= written
    assert written <= timeline.WORDS
    assert timeline.WORDS - written <= {"routed", "not_connected", "erased"}, "chosen in a variable, written by the store"
    assert timeline.NOT_SENT <= timeline.WORDS
    for word in timeline.WORDS:
        text = timeline.sentence(word, who="Anna", channel="sms", detail="level 2", unit="Socialjouren")
        assert " " in text.msgid
        assert set(_named(text.msgid)) == {name for name, _ in text.params}


def _named(msgid: str) -> list[str]:
    import string

    return [name for _, name, _, _ in string.Formatter().parse(msgid) if name]


def test_outcomes_and_safety_have_words() -> None:
    assert set(timeline.OUTCOMES) == set(report.OUTCOMES)
    assert set(timeline.SAFETY) == set(report.URGENCY)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 24), 4, date(2027, 3, 24)),
        (date(2026, 10, 31), 4, date(2027, 2, 28)),
        (date(2027, 10, 31), 4, date(2028, 2, 29)),
        (date(2026, 8, 31), 4, date(2026, 12, 31)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_later(day: date, months: int, later: date) -> None:
    assert statutory.months_later(day, months) == later


def test_the_clocks_count_from_the_swedish_day_on_which_the_report_came() -> None:
    came = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # half past midnight on the 25th in Sweden
    protection, preliminary, inquiry = statutory.deadlines(came)
    assert protection.due == datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    assert preliminary.due.date() == date(2026, 12, 9) and inquiry.due.date() == date(2027, 3, 25)
    assert not protection.late(came) and protection.near(came)
    assert preliminary.late(datetime(2026, 12, 10, 0, 0, tzinfo=UTC)) and not preliminary.near(came)
