"""The platform's limits hold for any traffic, and pages keep their share."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pacing import Limits, Pace

LIMITS = Limits(overall_per_s=25, kept_for_pages=5, per_chat_s=1.0, per_group_per_min=18)
asks = st.tuples(st.integers(0, 40), st.booleans(), st.floats(0, 0.2))


def play(asked: list[tuple[int, bool, float]]) -> list[tuple[float, str, bool]]:
    """Send each ask as soon as it may go; return (when, chat, page)."""
    pace, now, sent = Pace(LIMITS), 100.0, []
    for chat, page, gap in asked:
        now += gap
        key, group = str(chat), chat < 5
        while (wait := pace.wait(key, page=page, group=group, now=now)) > 0:
            now += wait + 1e-9
        pace.sent(key, group=group, now=now)
        sent.append((now, key, page))
    return sent


@given(st.lists(asks, max_size=300))
def test_no_limit_is_ever_broken(asked: list[tuple[int, bool, float]]) -> None:
    sent = play(asked)
    for i, (at, key, _) in enumerate(sent):
        assert sum(1 for t, _, _ in sent[: i + 1] if t > at - 1.0 + 1e-6) <= 25
        assert not any(k == key and at - t < 1.0 - 1e-6 for t, k, _ in sent[:i])
        if int(key) < 5:
            assert sum(1 for t, k, _ in sent[: i + 1] if k == key and t > at - 60.0 + 1e-6) <= 18


def test_replies_leave_five_a_second_to_pages() -> None:
    pace = Pace(LIMITS)
    for n in range(20):
        assert pace.wait(str(n), page=False, group=False, now=1.0) == 0
        pace.sent(str(n), group=False, now=1.0)
    assert pace.wait("x", page=False, group=False, now=1.0) > 0
    for n in range(5):
        assert pace.wait(f"p{n}", page=True, group=False, now=1.0) == 0
        pace.sent(f"p{n}", group=False, now=1.0)
    assert pace.wait("p9", page=True, group=False, now=1.0) > 0


def test_a_pause_is_for_one_chat() -> None:
    pace = Pace(LIMITS)
    pace.pause("a", 10.0)
    assert pace.wait("a", page=True, group=False, now=4.0) == 6.0
    assert pace.wait("b", page=False, group=False, now=4.0) == 0


def test_zero_lifts_all_pacing_but_a_pause_that_the_platform_asked_for() -> None:
    pace = Pace(Limits(overall_per_s=0))
    for _ in range(1000):
        assert pace.wait("a", page=False, group=True, now=1.0) == 0
        pace.sent("a", group=True, now=1.0)
    pace.pause("a", 3.0)
    assert pace.wait("a", page=False, group=True, now=1.0) == 2.0
