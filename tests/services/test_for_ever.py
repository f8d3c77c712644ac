"""A loop goes on, whatever one look stumbles over."""

from __future__ import annotations

import asyncio

import pytest

from bot.services.for_ever import for_ever
from bot.services.ports import StoreUnavailable


async def test_neither_a_fault_nor_a_store_that_is_away_ends_the_loop() -> None:
    faults = [ValueError("ours"), StoreUnavailable("away"), None]
    seen = asyncio.Event()

    async def look() -> None:
        if (fault := faults.pop(0)) is not None:
            raise fault
        seen.set()
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await for_ever(look, 0, "test")
    assert seen.is_set()
