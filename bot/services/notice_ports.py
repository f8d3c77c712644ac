"""What words to staff and the clocks of the law need from the outside, as Protocols. See ports.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

OPEN, DONE = "open", "done"


@dataclass(frozen=True, slots=True)
class Notice:
    """One word to one person. `kind` and `detail`: see domain.staff_words. `once`: what it is about, said once; None = always.

    `method`: the last way tried, `delivery` its row in the outbox. `handle`: what answers it, '' where no answer is asked for;
    `until`: when somebody else hears that there was none.
    """

    id: int
    staff: int
    report: int | None
    kind: str
    detail: str = ""
    once: str | None = None
    method: int | None = None
    delivery: int | None = None
    next_at: datetime | None = None
    handle: str = ""
    until: datetime | None = None
    answered_at: datetime | None = None
    state: str = OPEN


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock of the law that runs for a report. `due_at`: the next reminder, None = none any more. `told`: see statutory.py."""

    report: int
    clock: str
    deadline: datetime
    due_at: datetime | None
    told: int = 0
    done_at: datetime | None = None
    done_by: int | None = None


class Notices(Protocol):
    def add(self, notice: Notice, now: datetime) -> int | None:
        """Store it and return its id; None when that was said before."""

    def change(self, id_: int, **values: object) -> None: ...
    def due(self, now: datetime, at_most: int) -> list[Notice]:
        """Return open ones that are to be looked at: their time has come, or the last way was refused. Locked."""

    def told_of(self, report: int, kind: str, since: datetime) -> list[int]:
        """Return the staff who were told that of the report since then."""

    def by_handle(self, handle: str) -> Notice | None: ...
    def unanswered(self, now: datetime) -> list[Notice]:
        """Return those whose time for an answer is over. Locked."""

    def asked(self, people: Sequence[int], kind: str, since: datetime) -> list[Notice]: ...
    def sweep(self, until: datetime) -> int: ...


class Clocks(Protocol):
    def start(self, rows: Sequence[ClockRow]) -> None: ...
    def of(self, report: int) -> list[ClockRow]: ...
    def change(self, report: int, clock: str, **values: object) -> None: ...
    def due(self, now: datetime, at_most: int) -> list[ClockRow]:
        """Return those with a reminder to send, locked for this transaction."""

    def missing(self) -> list[int]: ...
    def passed(self, now: datetime) -> int: ...
