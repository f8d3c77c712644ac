"""A case that is passed on: the unit that is asked is called level by level, and its owner hears when nobody accepts.

It climbs as an alert does, and by the same policy; only the rounds after the last level are slower, for somebody has the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import escalation
from bot.domain.escalation import CALLING, Action, Alert, Called, CallLevel
from bot.domain.policy import AGAIN_AT_MOST, Policy


@dataclass(frozen=True, slots=True)
class Transfer:
    """`unit` is asked to take the report over. `step`: the next one of the policy. `due_at` None: its alert calls them."""

    report: int
    unit: str
    began_at: datetime
    due_at: datetime | None
    step: int = 0
    round: int = 1
    asked: bool = False  # somebody there could be


def advance(transfer: Transfer, policy: Policy, now: datetime, called: Called) -> tuple[Transfer, Sequence[Action]]:
    """Return the transfer after all that is due, and whom to call. TellReporter: its owner is told, once in each round."""
    slower = replace(policy, again_every=AGAIN_AT_MOST)
    alert = Alert(transfer.report, slower, CALLING, transfer.step, transfer.due_at, transfer.round)
    alert, actions = escalation.advance(alert, now, called)
    asked = transfer.asked or any(isinstance(action, CallLevel) for action in actions)
    return replace(transfer, due_at=alert.due_at, step=alert.step, round=alert.round, asked=asked), actions
