"""One visitor's posts take turns: many at once are slowed down, and none is dropped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.domain.events import Address

AT_ONCE = 2


class Turns:
    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._gates: dict[Address, tuple[asyncio.Semaphore, list[None]]] = {}

    @asynccontextmanager
    async def turn(self, address: Address) -> AsyncIterator[None]:
        gate, waiting = self._gates.setdefault(address, (asyncio.Semaphore(self._at_once), []))
        waiting.append(None)
        try:
            async with gate:
                yield
        finally:
            waiting.pop()
            if not waiting:
                del self._gates[address]
