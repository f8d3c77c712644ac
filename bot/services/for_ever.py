"""The loop runner: what has to be looked at again and again is, whatever a look stumbles over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.services.ports import StoreUnavailable

log = structlog.get_logger()


async def for_ever(look: Callable[[], Awaitable[object]], every_s: float, name: str) -> None:
    """Look, pause, and look again. A fault of ours is logged with an alarm; it must not end the service with all its loops."""
    while True:
        try:
            await look()
        except StoreUnavailable as fault:
            log.error("store_unavailable", error=str(fault), alarm=True)
        except Exception:
            log.exception("look_failed", kind=name, alarm=True)
        await asyncio.sleep(every_s)
