"""Receipt codes: made and checked before the transaction, because a slow hash takes a tenth of a second.

Six words of the code are known as such wherever they are written. Guessing is held down by source and by target; wrong, unknown
and "too many tries" get the same answer.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from typing import Protocol, TypeVar

from bot.domain import guessing
from bot.domain.conversation import Prepared
from bot.domain.events import ButtonPressed, Event, TextReceived
from bot.domain.receipt import WORDS, Receipt, WordList, new_receipt, read_receipt
from bot.services.ports import Clock, Store

T = TypeVar("T")

ASK = "receipt"  # the action of the button that asks for a code
REMEMBERED_AT_MOST = 10_000


class SlowHash(Protocol):
    def make(self, secret: str) -> str: ...
    def check(self, stored: str | None, secret: str) -> bool: ...


class Receipts:
    """`secret` keys what failures are remembered by."""

    def __init__(self, *, store: Store, clock: Clock, words: WordList, slow: SlowHash, secret: bytes) -> None:
        self._store = store
        self._clock = clock
        self._words = words
        self._slow = slow
        self._secret = secret
        self._failures: dict[str, list[datetime]] = {}

    async def prepare(self, event: Event) -> Prepared | None:
        """Return what the step needs, None for events that have nothing to do with codes."""
        if isinstance(event, ButtonPressed) and event.action == ASK:
            receipt = new_receipt(self._words, secrets.token_bytes(16))
            return Prepared(receipt, hash=await self._in_thread(lambda: self._slow.make(receipt.secret)))
        if isinstance(event, TextReceived) and len(event.words.split()) >= WORDS:
            read = read_receipt(self._words, event.words)
            if isinstance(read, Receipt):
                return Prepared(read, opens=await self._opens(read, str(event.sender)))
        return None

    async def _opens(self, receipt: Receipt, source: str) -> int:
        """Return the id of the report that the code opens, 0 for none."""
        now = self._clock.now()
        limits = ((self._mark(source), guessing.BY_SOURCE), (self._mark(receipt.finding), guessing.BY_TARGET))
        if any(guessing.wait(self._failures.get(mark, ()), now, limit) for mark, limit in limits):
            return 0
        found = await self._store.read(lambda tx: tx.reports.by_receipt(receipt.finding))
        for id_, stored in found or [(0, None)]:
            if await self._in_thread(lambda stored=stored: self._slow.check(stored, receipt.secret)):
                return id_
        for mark, _ in limits:
            self._note(mark, now)
        return 0

    def _note(self, mark: str, now: datetime) -> None:
        if mark not in self._failures and len(self._failures) >= REMEMBERED_AT_MOST:
            self._failures.pop(next(iter(self._failures)))
        keep = now - guessing.keep_failures(guessing.BY_SOURCE + guessing.BY_TARGET)
        self._failures[mark] = [*(at for at in self._failures.pop(mark, ()) if at > keep), now]

    def _mark(self, what: str) -> str:
        return blake2b(what.encode(), key=self._secret[:64], digest_size=16, person=b"receipt.guess").hexdigest()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(None, work)
