"""The escalation policy: its steps in time, its snapshot, and what it may never be."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.texts.escalation import load_policy
from bot.app.config import ROOT
from bot.domain.policy import Policy, Step, from_json, policy_faults, to_json


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


POLICY = Policy(
    steps=(Step(1, minutes(0)), Step(2, minutes(5)), Step(3, minutes(10)), Step(4, minutes(15), everybody=True)),
    again_every=minutes(5),
    idle_remind=minutes(15),
    idle_release=minutes(30),
    channel_fallback=timedelta(seconds=45),
)


def test_the_content_says_what_was_decided() -> None:
    assert load_policy(ROOT / "content") == POLICY


def test_steps_come_in_time_and_never_end() -> None:
    times = [POLICY.step(number).after for number in range(8)]
    assert times == [minutes(m) for m in (0, 5, 10, 15, 20, 25, 30, 35)]
    hundredth = POLICY.step(103)
    assert hundredth.after == minutes(15 + 500) and hundredth.everybody and hundredth.level == 4
    assert not any(POLICY.step(number).everybody for number in range(3))


@given(st.integers(0, 10_000))
def test_each_step_is_later_than_the_one_before(number: int) -> None:
    assert POLICY.step(number + 1).after > POLICY.step(number).after


def test_a_snapshot_gives_the_same_policy_back() -> None:
    assert from_json(json.loads(json.dumps(to_json(POLICY)))) == POLICY


def test_a_snapshot_of_an_older_version_still_runs() -> None:
    stored = {"steps": [{"level": 1, "after": 0}], "again_every": 300, "idle_remind": 900, "idle_release": 1800}
    assert from_json(stored).step(2) == Step(1, minutes(10)) and from_json(stored).channel_fallback == timedelta(seconds=60)


def steps(*values: Step) -> Policy:
    return replace(POLICY, steps=values)


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        (steps(Step(1, minutes(1), True)), ("steps", 0, "after")),
        (steps(Step(1, minutes(0)), Step(2, minutes(0), True)), ("steps", 1, "after")),
        (steps(Step(1, minutes(0)), Step(2, minutes(61), True)), ("steps", 1, "after")),
        (steps(Step(1, minutes(0)), Step(3, minutes(5), True)), ("steps", 1, "level")),
        (steps(Step(1, minutes(0)), Step(2, minutes(5))), ("steps", 1, "everybody")),
        (steps(Step(1, minutes(0), True), Step(2, minutes(5), True)), ("steps", 0, "everybody")),
        (replace(POLICY, again_every=minutes(0)), ("again_every",)),
        (replace(POLICY, again_every=minutes(16)), ("again_every",)),
        (replace(POLICY, idle_remind=minutes(30)), ("idle_remind",)),
        (replace(POLICY, idle_remind=minutes(0)), ("idle_remind",)),
        (replace(POLICY, idle_release=minutes(121)), ("idle_release",)),
        (replace(POLICY, channel_fallback=timedelta(seconds=5)), ("channel_fallback",)),
        (replace(POLICY, channel_fallback=minutes(5)), ("channel_fallback",)),
    ],
)
def test_what_lets_a_report_wait_is_a_fault(policy: Policy, field: tuple) -> None:
    assert [loc for loc, _ in policy_faults(policy)] == [field]


def test_the_policy_itself_has_none() -> None:
    assert not list(policy_faults(POLICY))
