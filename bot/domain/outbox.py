"""A Delivery: one message on its way to one address, and what may become of it.

pending -> sending (leased) -> sent | refused | back to pending, later; pending -> withdrawn. A lease that runs out puts the
row back to pending: a repeat is better than a silence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.events import Address
from bot.domain.messages import Rendered

LEASE = timedelta(seconds=60)
LANES = ("page", "reply", "broadcast")  # in this order
_BACKOFF_S = (1, 2, 5, 15, 60, 300)
GIVE_UP_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Delivery:
    """`body` is Rendered, packed. `attempts` counts sends already begun; from the second on it may be a repeat.

    `rendered`: the body unpacked, where this process has just made it.
    """

    id: int
    to: Address
    lane: str
    body: str
    attempts: int
    created_at: datetime
    rendered: Rendered | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class RetryAt:
    """Not sent; try again at `when`. `why` is a word for the log, never words of a person."""

    when: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Final. `gone`: the address itself is dead (blocked, deleted)."""

    why: str
    gone: bool = False
    moved_to: str = ""  # the address lives on under this key


@dataclass(frozen=True, slots=True)
class Unknown:
    """May have arrived: the line broke after we sent. A reply is sent once more then, a page until it is known, news never."""

    why: str


Outcome = Sent | RetryAt | Refused | Unknown


def once_more(delivery: Delivery) -> bool:
    """Return whether a reply that may not have arrived is sent again at once: seeing it twice is better than waiting in vain."""
    return delivery.lane == "reply" and delivery.attempts < 2


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after that many failed attempts: 1 s first, 5 min at most."""
    return timedelta(seconds=_BACKOFF_S[min(attempts, len(_BACKOFF_S)) - 1]) if attempts else timedelta(0)
