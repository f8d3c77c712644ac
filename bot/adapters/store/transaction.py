"""One open transaction: services.ports.Tx over a SQLAlchemy connection. One method, one or two statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.adapters.store import audit, conversations, inbox, outbox, readers
from bot.adapters.store.alerts import AlertRows
from bot.adapters.store.conversations import (
    conversation,
    erase,
    let_reach,
    mark_address,
    move_address,
    open_conversations,
    reached,
    save_conversations,
    set_flow,
)
from bot.adapters.store.drafts import DraftRows
from bot.adapters.store.notices import ClockRows, NoticeRows
from bot.adapters.store.offers import OfferRows
from bot.adapters.store.people import PeopleRows
from bot.adapters.store.questions import QuestionRows
from bot.adapters.store.reports import ReportRows
from bot.adapters.store.sealed import Box
from bot.adapters.store.sessions import SessionRows
from bot.adapters.store.transfers import TransferRows
from bot.adapters.store.translations import TranslationRows
from bot.domain.audit import Action, Happening, Ref, Thing
from bot.domain.conversation import Conversation
from bot.domain.events import Address, Event
from bot.domain.outbox import Delivery, Outcome, Refused
from bot.services.ports import MailboxLine, Outgoing, Waiting, Watching

PROOFS_KEPT = timedelta(days=1)  # longer than a challenge lives
NOTICES_KEPT = timedelta(days=60)
SIGNED_IN_KEPT = timedelta(days=2)  # longer than any session lives and any failure counts


class Transaction:
    def __init__(self, connection: sa.Connection, mark_key: bytes, box: Box) -> None:
        self.connection = connection
        self.reports = ReportRows(connection)
        self.alerts = AlertRows(connection)
        self.people = PeopleRows(connection)
        self.notices = NoticeRows(connection)
        self.clocks = ClockRows(connection)
        self.transfers = TransferRows(connection)
        self.translations = TranslationRows(connection)
        self.sessions = SessionRows(connection)
        self.questions = QuestionRows(connection, box)
        self.offers = OfferRows(connection, box)
        self.drafts = DraftRows(connection)
        self._mark_key = mark_key
        self._box = box
        self._happenings: list[tuple[Sequence[Happening], datetime]] = []

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        logged, whole = len(self._happenings), False
        try:
            with self.connection.begin_nested():
                yield
            whole = True
        finally:
            if not whole:
                del self._happenings[logged:]

    def put_in_inbox(self, events: Sequence[Event], now: datetime) -> list[Waiting]:
        return inbox.put(self.connection, events, now, self._mark_key)

    def keep(self, rows: Sequence[Waiting]) -> None:
        inbox.keep(self.connection, rows, self._mark_key, self._box)

    def open_conversations(self, addresses: Sequence[Address], now: datetime) -> dict[Address, Conversation]:
        return open_conversations(self.connection, addresses, now, self._box)

    def conversation(self, address: Address) -> Conversation | None:
        return conversation(self.connection, address, self._box)

    def waiting(self, addresses: Sequence[Address], now: datetime, new: Sequence[Waiting] = ()) -> list[Waiting]:
        return inbox.waiting(self.connection, addresses, now, self._box, new)

    def stranded(self, now: datetime, at_most: int) -> list[Address]:
        return inbox.stranded(self.connection, now, at_most)

    def finish(self, ids: Sequence[int], now: datetime) -> None:
        inbox.finish(self.connection, ids)

    def fail(self, row: int, error: str, again_at: datetime | None) -> None:
        inbox.fail(self.connection, row, error, again_at)

    def save_conversations(self, conversations: Sequence[Conversation], now: datetime) -> None:
        save_conversations(self.connection, conversations, now, self._box)

    def busy(self, addresses: Sequence[Address], owner: str) -> set[Address]:
        return outbox.busy(self.connection, addresses, owner)

    def put_deliveries(self, outgoing: Sequence[Outgoing], now: datetime, owner: str) -> list[int]:
        return outbox.put(self.connection, outgoing, now, owner, self._box)

    def claim(self, now: datetime, owner: str, channel: str, at_most: int, *, pages_only: bool = False) -> list[Delivery]:
        return outbox.claim(self.connection, now, owner, channel, at_most, self._box, pages_only=pages_only)

    def renew(self, ids: Sequence[int], now: datetime) -> None:
        outbox.renew(self.connection, ids, now)

    def release_leases(self, now: datetime, owner: str | None) -> int:
        return outbox.release_leases(self.connection, now, owner)

    def record(self, outcomes: Sequence[tuple[Delivery, Outcome]], now: datetime) -> None:
        outbox.record(self.connection, outcomes, now)
        for delivery, outcome in outcomes:
            if isinstance(outcome, Refused) and outcome.gone and not outcome.moved_to:
                self.people.mark_address(delivery.to, False)

    def set_flow(self, address: Address, flow: str) -> None:
        set_flow(self.connection, address, flow)

    def mark_address(self, address: Address, alive: bool) -> None:
        mark_address(self.connection, address, alive)
        self.people.mark_address(address, alive)

    def let_reach(self, address: Address, allowed: bool) -> None:
        let_reach(self.connection, address, allowed)

    def reached(self, reach: str) -> Conversation | None:
        return reached(self.connection, reach, self._box)

    def move_address(self, address: Address, new_key: str) -> None:
        move_address(self.connection, address, new_key)
        self.questions.move(address, new_key)
        self.offers.move(address, new_key)

    def erase(self, address: Address) -> None:
        erase(self.connection, address)

    def mailbox(self, address: Address, after: int) -> list[MailboxLine]:
        return outbox.mailbox(self.connection, address, after, self._box)

    def log(self, happenings: Sequence[Happening], now: datetime) -> None:
        self._happenings.append((happenings, now))

    def finish_log(self) -> None:
        """Append what was logged. The store calls this when the work is done: last, so that two never wait for each other."""
        key = audit.log_key(self._mark_key)
        for happenings, now in self._happenings:
            audit.append(self.connection, happenings, now, key)

    def logged_by(
        self, actors: Sequence[str], thing: Thing, since: datetime, at_most: int
    ) -> list[tuple[datetime, str, str, int]]:
        return audit.done_by(self.connection, actors, thing, since, at_most)

    def logged(self, actor: Ref, action: Action, about: Ref, since: datetime) -> bool:
        return audit.holds(self.connection, actor, action, about, since)

    def sweep(self, now: datetime) -> int:
        old = self.sessions.sweep(now - SIGNED_IN_KEPT)
        silent = conversations.sweep(self.connection, now, self._box)
        parts = (inbox, outbox, readers)
        asked = self.questions.sweep(now) + self.offers.sweep(now) + self.reports.sweep_proofs(now - PROOFS_KEPT)
        asked += self.notices.sweep(now - NOTICES_KEPT)
        return old + silent + asked + sum(part.sweep(self.connection, now) for part in parts)

    def watch(self, address: Address, article: str, place: str | None, version: str, until: datetime) -> None:
        readers.watch(self.connection, address, article, place, version, until)

    def unwatch(self, address: Address, article: str) -> None:
        readers.unwatch(self.connection, address, article)

    def watching(self, after: int, now: datetime, at_most: int) -> list[Watching]:
        return readers.watching(self.connection, after, now, at_most)

    def told(self, row: int, was: str, version: str) -> bool:
        return readers.told(self.connection, row, was, version)

    def counts(self) -> dict[str, Any]:
        """Return what `doctor` prints: rows waiting, set aside, under way."""
        return {**inbox.counts(self.connection), **outbox.counts(self.connection)}
