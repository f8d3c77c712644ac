"""The escalation policy: who is paged when, until a person takes the report. It never ends by itself.

A running alert keeps a snapshot (`to_json`), so that an edit of the content never moves a step that somebody waits for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

LAST_STEP_BY = timedelta(minutes=60)
AGAIN_AT_LEAST, AGAIN_AT_MOST = timedelta(minutes=1), timedelta(minutes=15)
RELEASE_AT_MOST = timedelta(hours=2)
FALLBACK_AT_LEAST, FALLBACK_AT_MOST = timedelta(seconds=10), timedelta(seconds=300)


@dataclass(frozen=True, slots=True)
class Step:
    """Those on call at `level` are paged `after` the alert began. `everybody`: all of them, and the duty manager."""

    level: int
    after: timedelta
    everybody: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """`idle_remind` and `idle_release` count from the moment somebody took the report and then did nothing in it."""

    steps: tuple[Step, ...]
    again_every: timedelta
    idle_remind: timedelta
    idle_release: timedelta
    channel_fallback: timedelta = timedelta(seconds=60)  # unsent for so long: the same person's next channel is tried too

    @property
    def longest_wait(self) -> timedelta:
        """Return the longest time in which nobody is called while nobody has the report."""
        gaps = (later.after - sooner.after for sooner, later in pairwise(self.steps))
        return min(max((self.again_every, *gaps)), LAST_STEP_BY)

    def step(self, number: int) -> Step:
        """Return the step of that number, from 0. After the last one it comes again and again, for ever."""
        if number < len(self.steps):
            return self.steps[number]
        last = self.steps[-1]
        return replace(last, after=last.after + self.again_every * (number - len(self.steps) + 1))


_MINUTE = timedelta(minutes=1)
LAST_RESORT = Policy(  # for an alert whose own snapshot cannot be read
    (Step(1, 0 * _MINUTE), Step(2, 5 * _MINUTE), Step(3, 10 * _MINUTE), Step(4, 15 * _MINUTE, everybody=True)),
    again_every=5 * _MINUTE,
    idle_remind=15 * _MINUTE,
    idle_release=30 * _MINUTE,
)


def policy_faults(policy: Policy) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield what would let a report wait or the alarm end: which field, and what is wrong with it."""
    before: Step | None = None
    for number, step in enumerate(policy.steps):
        last = number == len(policy.steps) - 1
        if step.level != number + 1:
            yield ("steps", number, "level"), f"is {step.level}; levels count 1, 2, 3 …, this is {number + 1}"
        if before is None and step.after:
            yield ("steps", number, "after"), "must be 0: the first step pages at once"
        if before is not None and step.after <= before.after:
            yield ("steps", number, "after"), f"must be later than {_minutes(before.after)}, the step before"
        if last and step.after > LAST_STEP_BY:
            yield ("steps", number, "after"), f"must be at most {_minutes(LAST_STEP_BY)}: a child waits"
        if step.everybody != last:
            said = "must be true: the last step pages everybody" if last else "belongs to the last step only; remove it"
            yield ("steps", number, "everybody"), said
        before = step
    if not AGAIN_AT_LEAST <= policy.again_every <= AGAIN_AT_MOST:
        yield ("again_every",), f"must be {_minutes(AGAIN_AT_LEAST)} to {_minutes(AGAIN_AT_MOST)}"
    if not timedelta(0) < policy.idle_remind < policy.idle_release:
        yield ("idle_remind",), f"must be more than 0 and less than {_minutes(policy.idle_release)}, when it is released"
    if policy.idle_release > RELEASE_AT_MOST:
        yield ("idle_release",), f"must be at most {_minutes(RELEASE_AT_MOST)}"
    if not FALLBACK_AT_LEAST <= policy.channel_fallback <= FALLBACK_AT_MOST:
        least, most = (int(bound.total_seconds()) for bound in (FALLBACK_AT_LEAST, FALLBACK_AT_MOST))
        yield ("channel_fallback",), f"must be {least} to {most} seconds"
    elif len(policy.steps) > 1 and policy.channel_fallback >= policy.steps[1].after > timedelta(0):
        yield ("channel_fallback",), "must be shorter than the first wait, so that every channel is tried before the next level"


def to_json(policy: Policy) -> dict[str, Any]:
    """Return plain JSON values, times in seconds; `from_json` gives the same policy back."""
    return {
        "steps": [{"level": s.level, "after": _seconds(s.after), "everybody": s.everybody} for s in policy.steps],
        "again_every": _seconds(policy.again_every),
        "idle_remind": _seconds(policy.idle_remind),
        "idle_release": _seconds(policy.idle_release),
        "channel_fallback": _seconds(policy.channel_fallback),
    }


def from_json(stored: Mapping[str, Any]) -> Policy:
    """Return the policy of a snapshot. It is judged only by whether an alert can be carried on by it: one that runs must run on.

    Raises KeyError, TypeError, AttributeError, OverflowError or ValueError for what is no such policy.
    """
    policy = Policy(
        steps=tuple(Step(s["level"], timedelta(seconds=s["after"]), s.get("everybody", False)) for s in stored["steps"]),
        again_every=timedelta(seconds=stored["again_every"]),
        idle_remind=timedelta(seconds=stored["idle_remind"]),
        idle_release=timedelta(seconds=stored["idle_release"]),
        channel_fallback=timedelta(seconds=stored.get("channel_fallback", 60)),
    )
    if not policy.steps or policy.again_every <= timedelta(0):
        raise ValueError("a policy has a step, and time between its rounds")
    return policy


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())


def _minutes(span: timedelta) -> str:
    return f"{span.total_seconds() / 60:g} minutes"
