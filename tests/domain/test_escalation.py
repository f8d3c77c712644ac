"""An alert goes on until a human acts: never early, never silent, and one step at its time."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import escalation
from bot.domain.escalation import CallLevel, NobodyAt, NobodyAtAll, Release, Remind, TellReporter
from bot.domain.policy import Policy, Step
from bot.domain.rota import EVERYBODY

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


POLICY = Policy(
    (Step(1, minutes(0)), Step(2, minutes(5)), Step(3, minutes(10)), Step(4, minutes(15), everybody=True)),
    again_every=minutes(5),
    idle_remind=minutes(15),
    idle_release=minutes(30),
    channel_fallback=timedelta(seconds=45),
)
FULL = {1: (11,), 2: (21, 22), 3: (31,), EVERYBODY: (11, 21, 22, 31, 41)}


def run(alert: escalation.Alert, until: datetime, people: dict[int, tuple[int, ...]] = FULL) -> list[tuple[float, object]]:
    """Return what is done at which minute, looking each second."""
    seen, at = [], NOW
    while at <= until:
        alert, actions = escalation.advance(alert, at, lambda level: people.get(level, ()))
        seen += [((at - NOW).total_seconds() / 60, action) for action in actions]
        at += timedelta(seconds=1)
    return seen


def test_each_level_at_its_minute_then_everybody_again_and_again() -> None:
    seen = run(escalation.started(1, POLICY, NOW), NOW + minutes(26))
    calls = [(at, a.level, a.round) for at, a in seen if isinstance(a, CallLevel)]
    assert calls == [(0, 1, 1), (5, 2, 1), (10, 3, 1), (15, EVERYBODY, 1), (20, EVERYBODY, 2), (25, EVERYBODY, 3)]
    assert [at for at, a in seen if isinstance(a, TellReporter)] == [15]


def test_a_step_with_nobody_takes_no_time() -> None:
    seen = run(escalation.started(1, POLICY, NOW), NOW + minutes(12), {2: (21,), EVERYBODY: (21,)})
    assert [(at, type(a).__name__) for at, a in seen][:3] == [(0, "NobodyAt"), (0, "CallLevel"), (5, "NobodyAt")]
    assert [at for at, a in seen if isinstance(a, CallLevel)] == [0, 5, 10]


def test_an_empty_rota_is_known_at_once_and_the_reporter_hears_it() -> None:
    seen = run(escalation.started(1, POLICY, NOW), NOW + timedelta(seconds=1), {})
    kinds = [type(a) for _, a in seen]
    assert kinds == [NobodyAt] * 4 + [NobodyAtAll, TellReporter]


def test_taken_but_idle_is_reminded_and_released() -> None:
    alert = escalation.taken(escalation.started(1, POLICY, NOW), 11, NOW)
    seen = run(alert, NOW + minutes(31))
    assert [(at, type(a).__name__) for at, a in seen] == [(15, "Remind"), (30, "Release"), (30, "CallLevel")]
    assert seen[2][1] == CallLevel(1, (11,), 2)


def test_an_owner_who_acts_is_left_in_peace() -> None:
    alert = escalation.taken(escalation.started(1, POLICY, NOW), 11, NOW)
    alert = escalation.acted(alert, NOW + minutes(14))
    assert [at for at, a in run(alert, NOW + minutes(44)) if isinstance(a, Remind | Release)] == [29, 44]


def test_after_an_hour_without_us_the_steps_come_once_and_in_order() -> None:
    alert = escalation.started(1, POLICY, NOW)
    alert, actions = escalation.advance(alert, NOW + minutes(60), lambda level: FULL[level])
    assert [a.level for a in actions if isinstance(a, CallLevel)] == [1, 2, 3, EVERYBODY]
    assert alert.due_at == NOW + minutes(65)


@pytest.mark.parametrize("seed", range(5))
def test_500_steps_are_never_early(seed: int) -> None:
    """However irregularly somebody looks, up to a second late, a step is never early and at most that second late."""
    chance = random.Random(seed)
    steps = 0
    for number in range(20):
        alert, at = escalation.started(number, POLICY, NOW), NOW
        while at < NOW + minutes(40):
            due = alert.due_at
            assert due is not None
            alert, actions = escalation.advance(alert, at, lambda level: FULL[level])
            for _ in (a for a in actions if isinstance(a, CallLevel)):
                assert timedelta(0) <= at - due <= timedelta(seconds=2)
                steps += 1
            at += timedelta(seconds=chance.uniform(0.05, 1.0))
    assert steps >= 5 * 20


@given(
    st.lists(st.tuples(st.floats(0, 3_000), st.sampled_from(["look", "take", "act", "anew"])), max_size=25),
    st.dictionaries(st.sampled_from([1, 2, 3, EVERYBODY]), st.just((1,))),
)
def test_an_alert_that_is_not_over_always_has_a_due_time(history: list[tuple[float, str]], people: dict[int, tuple]) -> None:
    alert, at = escalation.started(1, POLICY, NOW), NOW
    for pause, what in history:
        at += timedelta(seconds=pause)
        if what == "take":
            alert = escalation.taken(alert, 1, at)
        elif what == "act":
            alert = escalation.acted(alert, at)
        elif what == "anew":
            alert = escalation.called_anew(alert, at)
        alert, _ = escalation.advance(alert, at, lambda level: people.get(level, ()))
        assert alert.due_at is not None and at < alert.due_at <= at + minutes(30)
    assert escalation.over(alert).due_at is None
