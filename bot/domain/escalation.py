"""An alert: whom it calls next and when, until a human acts. Never silent: an alert that is not over always has a due time.

`advance` is pure: it takes the alert, the time and who is on call, and returns the alert as it stands now with what is to be
done. Steps are counted from their due times, not from when somebody looked, so they are never early and do not drift.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.policy import RELEASE_AT_MOST, Policy
from bot.domain.rota import EVERYBODY

CALLING, TAKEN, OVER = "calling", "taken", "over"


@dataclass(frozen=True, slots=True)
class Alert:
    """`policy` is a snapshot: changing the policy cannot break an alert under way. `due_at` None only when it is over.

    `step`: the next one of the policy. `told`: the reporter knows that nobody has accepted yet. `owner`: staff who took it.
    """

    report: int
    policy: Policy
    state: str
    step: int
    due_at: datetime | None
    round: int = 1
    told: bool = False
    owner: int | None = None
    active_at: datetime | None = None  # when the owner last did something
    reminded: bool = False


@dataclass(frozen=True, slots=True)
class CallLevel:
    """Page these people. `round` counts from 1; from the second on it says "sent again"."""

    level: int
    people: tuple[int, ...]
    round: int


@dataclass(frozen=True, slots=True)
class NobodyAt:
    """The level is empty: noted, and the next one is called at once."""

    level: int


@dataclass(frozen=True, slots=True)
class NobodyAtAll:
    """Not one person can be called: an alarm for whoever runs the service."""


@dataclass(frozen=True, slots=True)
class TellReporter:
    """Say honestly that nobody has accepted yet, and whom to ring now."""


@dataclass(frozen=True, slots=True)
class Remind:
    owner: int


@dataclass(frozen=True, slots=True)
class Release:
    """The owner has been silent too long: the case is free again and everybody is called anew."""

    owner: int


Action = CallLevel | NobodyAt | NobodyAtAll | TellReporter | Remind | Release
Called = Callable[[int], tuple[int, ...]]  # level -> staff who can be reached


def started(report: int, policy: Policy, now: datetime) -> Alert:
    return Alert(report, policy, CALLING, 0, now)


def taken(alert: Alert, owner: int, now: datetime) -> Alert:
    """Return the alert with an owner. Nobody else is called while the owner acts."""
    due = now + alert.policy.idle_remind
    return replace(alert, state=TAKEN, owner=owner, due_at=due, active_at=now, reminded=False)


def acted(alert: Alert, now: datetime) -> Alert:
    """Return the alert after its owner wrote, rang or noted something: the clock of silence starts anew."""
    if alert.state != TAKEN:
        return alert
    return replace(alert, due_at=now + alert.policy.idle_remind, active_at=now, reminded=False)


def called_anew(alert: Alert, now: datetime) -> Alert:
    """Return the alert from its first step on, without an owner."""
    return replace(alert, state=CALLING, owner=None, step=0, due_at=now, round=alert.round + 1, told=False, reminded=False)


def rerouted(alert: Alert, now: datetime) -> Alert:
    """Return the alert of a report that others may take, too: from its first step on. Nobody is called twice in a round."""
    return replace(alert, state=CALLING, owner=None, step=0, due_at=now)


def hurried(alert: Alert, now: datetime) -> Alert:
    """Return the alert of a report that turns out to be worse: whoever is next is called now.

    Its owner has as long to look at it as the first level has to take it; then it is free again.
    """
    if alert.state != TAKEN or alert.due_at is None:
        return replace(alert, due_at=now) if alert.state == CALLING else alert
    steps = alert.policy.steps
    by = now + (steps[1].after if len(steps) > 1 else alert.policy.again_every)
    if alert.active_at:
        by = min(by, alert.active_at + alert.policy.idle_release - timedelta(seconds=1))
    return replace(alert, reminded=True, due_at=min(alert.due_at, by) if alert.reminded else by)


def hurried_lately(alert: Alert, words: Sequence[datetime], now: datetime) -> bool:
    """Return whether danger hurried it before, within a round. `words`: when danger was told, with this time among them."""
    return sum(now - at < alert.policy.again_every for at in words) > 1


def seen(alert: Alert, now: datetime) -> Alert:
    """Return the alert after its owner looked at the report: that it turned out to be worse is known to them."""
    hurries = alert.reminded and alert.active_at and alert.due_at and alert.due_at < alert.active_at + alert.policy.idle_release
    return acted(alert, now) if hurries else alert


def let_go(alert: Alert, now: datetime) -> Alert:
    """Return the alert whose owner can do nothing more: it is free again with the next look."""
    return replace(alert, reminded=True, due_at=now) if alert.state == TAKEN else alert


def over(alert: Alert) -> Alert:
    return replace(alert, state=OVER, due_at=None)


def advance(alert: Alert, now: datetime, called: Called) -> tuple[Alert, tuple[Action, ...]]:
    """Return the alert after all that is due at `now`, and what is to be done, in order."""
    actions: list[Action] = []
    while alert.due_at is not None and alert.due_at <= now:
        if alert.state == TAKEN and (alert.owner is None or alert.active_at is None):
            alert = called_anew(alert, now)  # no row of ours
        elif alert.state == TAKEN:
            alert, action = _idle(alert, now)
            actions.append(action)
        else:
            alert, more = _call(alert, now, called)
            actions.extend(more)
    return alert, tuple(actions)


def _idle(alert: Alert, now: datetime) -> tuple[Alert, Action]:
    assert alert.owner is not None and alert.active_at is not None
    if not alert.reminded:
        return replace(alert, reminded=True, due_at=alert.active_at + alert.policy.idle_release), Remind(alert.owner)
    return called_anew(alert, now), Release(alert.owner)


def _call(alert: Alert, now: datetime, called: Called) -> tuple[Alert, list[Action]]:
    assert alert.due_at is not None
    steps = alert.policy.steps
    at = min(alert.step, len(steps) - 1)  # its snapshot may have had more steps than the policy that stands in for it
    step = steps[at]
    level = EVERYBODY if step.everybody else step.level
    people = called(level)
    actions: list[Action] = [CallLevel(level, people, alert.round)] if people else [NobodyAt(level)]
    if at + 1 < len(steps):
        # A step with nobody takes no time.
        pause = steps[at + 1].after - step.after if people else steps[0].after * 0
        return replace(alert, step=at + 1, due_at=alert.due_at + pause), actions
    if not people:
        actions.append(NobodyAtAll())
    if not alert.told:
        actions.append(TellReporter())
    # Round again: everybody, until a human acts. What was missed while we were down is not caught up with a volley.
    again = alert.due_at + alert.policy.again_every
    if again <= now:
        again = now + alert.policy.again_every
    return replace(alert, due_at=again, round=alert.round + 1, told=True), actions


LATE = timedelta(seconds=30)  # a step that is due for so long is not being carried out; so far may a clock be put back
UNSENT = timedelta(minutes=2)  # so long may the first page take to leave the house


@dataclass(frozen=True, slots=True)
class Watched:
    """What the rows say of an open report: who has it, since when its pages call, and when the last of them that left was made.

    `calling_since`: None where nobody is being called, or nobody could be.
    """

    report: int
    alert: Alert | None
    owner: int | None
    calling_since: datetime | None = None
    sent_at: datetime | None = None


def silence(seen: Watched, now: datetime) -> str:
    """Return why an open report would be met with silence, '' when it will not: judged from the rows alone."""
    alert = seen.alert
    if alert is None:
        return "no alert"
    if alert.state == OVER or alert.due_at is None:
        return "no next step"
    if alert.state == TAKEN and (alert.owner is None or alert.owner != seen.owner):
        return "no owner"
    if alert.due_at < now - LATE:
        return "overdue"
    longest = max(alert.policy.idle_remind, alert.policy.idle_release) if alert.state == TAKEN else alert.policy.longest_wait
    if alert.due_at > now + min(longest, RELEASE_AT_MOST) + LATE:
        return "due too late"
    return _unheard(seen, alert, now) if alert.state == CALLING else ""


def _unheard(seen: Watched, alert: Alert, now: datetime) -> str:
    """Return why its pages reach nobody, '' when they leave the house: the row is right, and only people can help."""
    if seen.calling_since is None:
        return "nobody can be called" if alert.told else ""
    quiet = now - seen.sent_at > 3 * alert.policy.longest_wait if seen.sent_at else now - seen.calling_since > UNSENT
    return "no page was sent" if quiet else ""


def put_right(why: str, alert: Alert | None, policy: Policy, report: int, now: datetime) -> Alert | None:
    """Return the alert as it goes on. None where its row is right: then the loop stands still, or no channel works."""
    if why in ("overdue", "nobody can be called", "no page was sent"):
        return None
    if why == "due too late" and alert:  # the clock was wrong when it was set
        return acted(alert, now) if alert.state == TAKEN else replace(alert, due_at=now)
    return called_anew(alert, now) if alert else started(report, policy, now)
