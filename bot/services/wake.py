"""Wakes the pages of web visitors when new lines for them are on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from bot.domain.events import Address


class Wake:
    """In one process. Pages also look by themselves every few seconds, so several processes need nothing more."""

    def __init__(self) -> None:
        self._waiting: dict[Address, set[asyncio.Future[None]]] = {}

    def notify(self, addresses: Iterable[Address]) -> None:
        for address in set(addresses):
            for future in self._waiting.pop(address, ()):
                if not future.done():
                    future.set_result(None)

    async def wait(self, address: Address, at_most_s: float) -> bool:
        """Return True when something was committed for the address meanwhile, False after that many seconds."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(address, set()).add(future)
        try:
            await asyncio.wait_for(future, at_most_s)
        except TimeoutError:
            return False
        finally:
            waiting = self._waiting.get(address)
            if waiting:
                waiting.discard(future)
                if not waiting:
                    del self._waiting[address]
        return True
