"""Tells readers who agreed that an answer has changed: once per version, by day, in the broadcast lane of the outbox.

Each round finds what is new since the last; what came at night is caught in the morning. The wish moves to the
new version in the transaction that puts the notice into the outbox.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import structlog

from bot.domain.calendar import SWEDEN
from bot.domain.corrections import notice, quiet, version_of
from bot.domain.events import Address
from bot.domain.messages import Capabilities
from bot.services.for_ever import for_ever
from bot.services.ports import Clock, Outgoing, Store, Tx
from bot.services.render import Renderer

log = structlog.get_logger()

EVERY_S = 900.0
AT_ONCE = 100


class Corrections:
    """`touched` is told of web mailboxes with a new line; what is pushed, the dispatcher claims from the outbox."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        renderer: Renderer,
        capabilities: Mapping[str, Capabilities],
        touched: Callable[[Sequence[Address]], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._renderer = renderer
        self._capabilities = capabilities
        self._touched = touched

    async def run(self) -> None:
        await for_ever(self._look, EVERY_S, "corrections")

    async def _look(self) -> None:
        if count := await self.tell():
            log.info("corrections_told", count=count)

    async def tell(self) -> int:
        """Put a notice into the outbox for every reader whose answer has changed; return how many. None at night."""
        now = self._clock.now()
        if quiet(now):
            return 0
        count, after = 0, 0
        while True:
            told, after = await self._store.write(lambda tx, at=after: self._batch(tx, at, now))
            self._touched(told)
            count += len(told)
            if not after:
                return count

    def _batch(self, tx: Tx, after: int, now: datetime) -> tuple[list[Address], int]:
        """Look at the next wishes. Return who is told, and the id to go on after (0 = that was all)."""
        wishes = tx.watching(after, now, AT_ONCE)
        told: list[Address] = []
        outgoing: list[Outgoing] = []
        for wish in wishes:
            version = version_of(self._renderer.catalog, wish.article, wish.place)
            channel = self._capabilities.get(wish.address.channel)
            if version == wish.version or channel is None or not tx.told(wish.id, wish.version, version):
                continue
            message = notice(self._renderer.catalog, wish.article)
            bodies = self._renderer.bodies(message, wish.language, now.astimezone(SWEDEN).date(), channel)
            outgoing += [Outgoing(wish.address, "broadcast", body, leased=False) for body, _ in bodies]
            told.append(wish.address)
        tx.put_deliveries(outgoing, now, "")
        return told, wishes[-1].id if len(wishes) == AT_ONCE else 0
