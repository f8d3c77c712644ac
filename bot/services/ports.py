"""What the services need from the outside, as Protocols. Adapters fulfil them; nothing here does anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, TypeVar

from bot.domain.audit import Action, Happening, Ref, Thing
from bot.domain.conversation import Conversation
from bot.domain.events import Address, Event
from bot.domain.messages import Capabilities, Rendered
from bot.domain.outbox import Delivery, Outcome
from bot.domain.paper import Sheet
from bot.services.case_ports import Alerts, People, Reports, Transfers, Translations
from bot.services.console_ports import Sessions
from bot.services.notice_ports import Clocks, Notices
from bot.services.offer_ports import Offers
from bot.services.question_ports import DraftRows, Questions

T = TypeVar("T")


class Clock(Protocol):
    def now(self) -> datetime:
        """Return the time as aware UTC."""


class Translator(Protocol):
    """Sentences and dates in the reader's language."""

    def sentence(self, language: str, msgid: str, plural: str = "", n: int = 0) -> str:
        """Return the sentence with its placeholders still in it; along the fallback chain where it is missing."""

    def day(self, language: str, day: date) -> str: ...

    def number(self, language: str, number: float) -> str:
        """Return an amount: no decimals when whole, else two."""

    def weekday(self, language: str, day: int) -> str:
        """Return the short name of the weekday, Monday = 0."""


class Unprintable(Exception):
    """Names the sheet and why: most often letters that no installed font has."""


class Printer(Protocol):
    def pdf(self, title: str, sheets: Sequence[Sheet], printed: date) -> bytes:
        """Return one PDF of all the sheets: the same bytes for the same sheets and day. Raises Unprintable.

        May be called from any thread.
        """


@dataclass(frozen=True, slots=True)
class Waiting:
    """An inbox row that is not handled yet."""

    id: int
    event: Event
    attempts: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be put in the outbox. `leased`: this process sends it itself, right after the commit.

    `rendered`: the body before it was packed, where it is at hand.
    """

    to: Address
    lane: str
    body: str
    leased: bool
    own_words: bool = False  # the person's own message, shown back by a channel that keeps none itself
    rendered: Rendered | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Watching:
    """Somebody's wish to be told when an answer changes. `version`: the one they know; `language`: None = not chosen."""

    id: int
    address: Address
    article: str
    place: str | None
    version: str
    language: str | None


class Tx(Protocol):
    """One open transaction. Every method is one or two statements; none waits for anything but the database."""

    def savepoint(self) -> AbstractContextManager[None]:
        """What is written inside is undone, and only that, when it raises."""

    reports: Reports
    alerts: Alerts
    people: People
    notices: Notices
    transfers: Transfers
    clocks: Clocks
    translations: Translations
    sessions: Sessions
    questions: Questions
    offers: Offers
    drafts: DraftRows

    def put_in_inbox(self, events: Sequence[Event], now: datetime) -> list[Waiting]:
        """Store that the events came; a repeat is a no-op. Return those that were new.

        What this transaction does not handle of them must be kept, or nobody ever will.
        """

    def keep(self, rows: Sequence[Waiting]) -> None:
        """Store the events of new rows, to be handled later."""

    def open_conversations(self, addresses: Sequence[Address], now: datetime) -> dict[Address, Conversation]:
        """Return and lock the conversations, made where there were none. One that another process holds is left out."""

    def conversation(self, address: Address) -> Conversation | None:
        """Return what is remembered of the contact, without making or locking anything."""

    def waiting(self, addresses: Sequence[Address], now: datetime, new: Sequence[Waiting] = ()) -> list[Waiting]:
        """Return the rows of these contacts, oldest first, where one of theirs is due; none behind a failed one that waits.

        `new`: rows of this transaction that are not kept yet.
        """

    def stranded(self, now: datetime, at_most: int) -> list[Address]:
        """Return contacts with rows that are due and were not handled when they came."""

    def finish(self, ids: Sequence[int], now: datetime) -> None:
        """Mark inbox rows handled and forget their words."""

    def fail(self, row: int, error: str, again_at: datetime | None) -> None:
        """Count a failed try; with `again_at` None the row is set aside for a person to look at."""

    def save_conversations(self, conversations: Sequence[Conversation], now: datetime) -> None: ...

    def busy(self, addresses: Sequence[Address], owner: str) -> set[Address]:
        """Return those with deliveries under way that `owner` does not hold, so that a new one must queue behind them."""

    def put_deliveries(self, outgoing: Sequence[Outgoing], now: datetime, owner: str) -> list[int]: ...

    def claim(self, now: datetime, owner: str, channel: str, at_most: int, *, pages_only: bool = False) -> list[Delivery]:
        """Lease due deliveries to `owner`, page before reply before broadcast, at most one per address, in order."""

    def renew(self, ids: Sequence[int], now: datetime) -> None:
        """Push the leases out again."""

    def release_leases(self, now: datetime, owner: str | None) -> int:
        """Put back to pending what was being sent: leases run out, or (owner None) all of them. Return how many."""

    def record(self, outcomes: Sequence[tuple[Delivery, Outcome]], now: datetime) -> None:
        """Write what became of the sends; a gone address is marked so, a moved one renamed."""

    def set_flow(self, address: Address, flow: str) -> None:
        """Put the contact into that flow, so that their next words belong to it."""

    def mark_address(self, address: Address, alive: bool) -> None: ...

    def let_reach(self, address: Address, allowed: bool) -> None:
        """Let volunteers send the contact answers, under a new random `Conversation.reach`; or no longer."""

    def reached(self, reach: str) -> Conversation | None:
        """Return the contact that agreed under this mark, None when it is gone or has changed its mind."""

    def move_address(self, address: Address, new_key: str) -> None: ...

    def erase(self, address: Address) -> None:
        """Remove the contact, its messages and its waiting rows."""

    def mailbox(self, address: Address, after: int) -> list[MailboxLine]: ...

    def log(self, happenings: Sequence[Happening], now: datetime) -> None:
        """Append to the audit log, when all else in this transaction is done. Undone with the transaction or the savepoint."""

    def logged_by(
        self, actors: Sequence[str], thing: Thing, since: datetime, at_most: int
    ) -> list[tuple[datetime, str, str, int]]:
        """Return time, actor, action and number of what these actors did to such things, the newest first."""

    def logged(self, actor: Ref, action: Action, about: Ref, since: datetime) -> bool: ...

    def sweep(self, now: datetime) -> int:
        """Remove what its time is over for: words of sent messages, old keys. Return the rows touched."""

    def watch(self, address: Address, article: str, place: str | None, version: str, until: datetime) -> None: ...

    def unwatch(self, address: Address, article: str) -> None: ...

    def watching(self, after: int, now: datetime, at_most: int) -> list[Watching]:
        """Return the next wishes after that id which still hold, of contacts that can be reached."""

    def told(self, row: int, was: str, version: str) -> bool:
        """Move a wish from one version to the next; False when another process has done so."""


@dataclass(frozen=True, slots=True)
class MailboxLine:
    """A line of a web conversation. `rendered` is None where `own_words` are the person's."""

    id: int
    at: datetime
    rendered: Rendered | None
    own_words: str


class Store(Protocol):
    async def write(self, work: Callable[[Tx], T], *, rides: bool = False) -> T:
        """Run the work in one transaction and return its result once it is on disk. Any exception rolls back.

        `rides`: nobody waits for it, so it may wait a few ms for a commit that comes anyway.
        """

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run the work on a snapshot; it must not write."""


class Gateway(Protocol):
    """The sending half of a channel."""

    channel: str
    capabilities: Capabilities

    def is_group(self, address: Address) -> bool: ...

    async def send(self, delivery: Delivery) -> Outcome:
        """Send one delivery. Never raises for what the platform or the line does: that is an Outcome."""


class Inlet(Protocol):
    """The one way in for every channel (services/intake.py)."""

    async def accept(self, event: Event) -> None:
        """Return when the event is on disk; usually its answer is in the outbox by then too. A repeat does nothing.

        Raises StoreUnavailable when it could not be stored: then the platform must not be told that we have it.
        """


class StoreUnavailable(Exception):
    """The database did not take it. Nothing was confirmed; the sender will try again."""
