"""When a case may be erased: never by itself until a municipality has decided it, and never what somebody still needs.

Erasing is destroying the key of the case (adapters/vault). What stays is a tombstone: code, times, the receipt of the hand-over.
Whatever is asked here is asked again inside the transaction that erases.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, auto

from bot.domain.rota import instant

# A closed case that nobody has handed to the records system is not erased: somebody is reminded, louder each time.
REMIND_AFTER = (timedelta(days=7), timedelta(days=14))
REMIND_EVERY = timedelta(days=7)  # from then on


class Keep(Enum):
    """Why a case stays. The first that holds, in this order."""

    OPEN = auto()
    UNREAD = auto()
    UNDER_DEADLINE = auto()
    NOT_HANDED_OVER = auto()
    NOT_DECIDED = auto()  # erasure is switched off: no decision number has been entered
    TOO_EARLY = auto()


@dataclass(frozen=True, slots=True)
class Decision:
    """The municipality's decision that switches erasure on. Raises ValueError when it lacks its number or a sensible time.

    `days`: how long a case stays after a person confirmed that the records system has it.
    """

    number: str
    days: int
    in_force_from: datetime

    def __post_init__(self) -> None:
        if not self.number.strip():
            raise ValueError("a decision on erasure needs its number")
        if type(self.days) is not int or self.days < 1:
            raise ValueError("a decision on erasure needs a number of days, 1 or more")


@dataclass(frozen=True, slots=True)
class Remains:
    """What is known of a case when its erasure is considered."""

    closed_at: datetime | None
    unread: int  # posts, answers or pages that no person has seen
    deadlines: tuple[datetime, ...]  # statutory clocks that nobody has marked as met
    handed_over_at: datetime | None  # when a person confirmed that the records system has it


def read_decision(raw: str) -> Decision | None:
    """Return the decision written as `number;days;date`, None for ''. Raises ValueError that says what is wrong."""
    if not raw.strip():
        return None
    number, days, day = [*(part.strip() for part in raw.split(";")), "", ""][:3]
    if raw.count(";") != 2 or not days.isdecimal():
        raise ValueError("must be written NUMBER;DAYS;DATE, such as SN 2026/0123 § 45;30;2027-01-01")
    try:
        in_force_from = instant(date.fromisoformat(day), time(0))
    except ValueError:
        raise ValueError(f"has '{day}' for its date; write it as 2027-01-01") from None
    return Decision(number, int(days), in_force_from)


def why_kept(case: Remains, decision: Decision | None, now: datetime) -> Keep | None:
    """Return why the case stays, None when its key may be destroyed. A deadline that has passed unmet holds it too."""
    if case.closed_at is None or case.closed_at > now:
        return Keep.OPEN
    if case.unread:
        return Keep.UNREAD
    if case.deadlines:
        return Keep.UNDER_DEADLINE
    if case.handed_over_at is None or case.handed_over_at > now:
        return Keep.NOT_HANDED_OVER
    if decision is None or decision.in_force_from > now:
        return Keep.NOT_DECIDED
    return Keep.TOO_EARLY if now < erased_from(case.closed_at, case.handed_over_at, decision) else None


def erased_from(closed_at: datetime, handed_over_at: datetime, decision: Decision) -> datetime:
    """Return when the case may go: the decided days after the later of its closing and its hand-over."""
    return max(closed_at, handed_over_at) + timedelta(days=decision.days)


def reminders(case: Remains, now: datetime) -> int:
    """Return how many times somebody should have been told by now that a closed case is not in the records system."""
    if case.closed_at is None or case.handed_over_at is not None:
        return 0
    since = now - case.closed_at
    count = sum(since >= after for after in REMIND_AFTER)
    return count + (max(0, (since - REMIND_AFTER[-1]) // REMIND_EVERY) if count == len(REMIND_AFTER) else 0)
