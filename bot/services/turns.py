"""What one person sends keeps its order, however long each message takes to look up; danger goes before."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from bot.domain.conversation import Found
from bot.domain.events import Address


class Turns:
    def __init__(self) -> None:
        self._last: dict[Address, asyncio.Future[None]] = {}  # only of people whose words are being looked up

    async def found(self, sender: Address, search: Awaitable[Found | None]) -> Found | None:
        """Return what the search finds, not before the one before it has found its own. Danger waits for nothing."""
        before = self._last.get(sender)
        turn = self._last[sender] = asyncio.get_running_loop().create_future()
        try:
            found = await search
            if before and not (found and found.danger):
                await asyncio.shield(before)
            return found
        finally:
            if before is None or before.done():
                self._end(sender, turn)
            else:  # gone ahead: those behind still wait for the one before
                before.add_done_callback(lambda _: self._end(sender, turn))

    def _end(self, sender: Address, turn: asyncio.Future[None]) -> None:
        turn.set_result(None)
        if self._last.get(sender) is turn:
            del self._last[sender]

    def __len__(self) -> int:
        return len(self._last)
