"""What questions for people need from the outside, as Protocols. See ports.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.draft import Draft
from bot.domain.events import Address
from bot.domain.question import Question


@dataclass(frozen=True, slots=True)
class From:
    """Who sent it, and the mark under which the asker agreed to be written to ('' = nobody else). Never shown to staff."""

    address: Address
    reach: str


@dataclass(frozen=True, slots=True)
class Relayed:
    """A conversation that people answer until then; its words go to the thread of that question."""

    address: Address
    thread: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Counted:
    week: str
    topic: str
    language: str
    kind: str
    count: int


class Questions(Protocol):
    def add(self, question: Question, sender: Address, reach: str, words: str) -> None: ...
    def by_key(self, key: str, lock: bool = False) -> Question | None: ...
    def waiting(self) -> list[Question]:
        """Return what is neither answered nor closed, the oldest first."""

    def ended(self, at_most: int) -> list[Question]: ...
    def of(self, sender: Address) -> list[Question]: ...
    def answered(self, sender: Address, since: datetime, at_most: int) -> list[Question]: ...
    def sender(self, key: str) -> From | None: ...
    def words(self, key: str) -> tuple[str, str, str]:
        """Return the question's words, the answer's, and the answer's language."""

    def keep(self, question: Question) -> None: ...
    def thread(self, key: str) -> list[Question]: ...
    def keep_words(self, key: str, words: str) -> None: ...
    def keep_answer(self, key: str, words: str, language: str) -> None: ...
    def drop(self, key: str, sender: Address) -> bool: ...
    def forget(self, sender: Address) -> None: ...
    def relay(self, sender: Address) -> Relayed | None: ...
    def relays(self) -> list[Relayed]: ...
    def begin_relay(self, sender: Address, thread: str, until: datetime, staff: int) -> None: ...
    def end_relay(self, sender: Address) -> None: ...
    def count_gap(self, week: str, topic: str, language: str, kind: str) -> None: ...
    def count_help(self, article: str, version: str, language: str, helped: bool) -> None: ...
    def gaps(self, since: str) -> list[Counted]: ...
    def helps(self) -> list[tuple[str, str, int, int]]: ...
    def told_at(self, staff: int) -> datetime | None: ...
    def told(self, staff: int, now: datetime) -> None: ...
    def is_on(self, switch: str) -> bool: ...
    def switch(self, name: str, on: bool, staff: int, now: datetime) -> None: ...


class CannotBegin(Exception):
    """Says why no draft can be begun."""


class CannotPublish(Exception):
    """Says why an approved draft could not be put among the texts."""


class DraftRows(Protocol):
    """Who wrote, changed and published which draft."""

    def by_name(self, name: str, lock: bool = False) -> Draft | None: ...
    def states(self) -> dict[str, str]: ...
    def add(self, draft: Draft) -> Draft: ...
    def keep(self, draft: Draft) -> None: ...


class Drafts(Protocol):
    """Articles that were begun from answers, outside content/."""

    def begin(self, id_: str, topic: str, language: str, answer: str) -> str:
        """Write the draft and return its file's name. Raises CannotBegin."""

    def names(self) -> list[str]: ...
    def text(self, name: str) -> str | None: ...
    def keep(self, name: str, text: str) -> None: ...
    def figures(self, text: str) -> tuple[str, ...]:
        """Return the figures and numbers to ring that a reader would be told."""

    def left(self, name: str, text: str) -> tuple[str, ...]:
        """Return what is left to fill in, by the text alone."""

    def faults(self, name: str, text: str) -> tuple[str, ...]:
        """Return what would be wrong with all texts if this one were among them. Takes seconds, in a process of its own."""

    def publish(self, name: str, text: str) -> None:
        """Put the text among the published ones. Raises CannotPublish."""
