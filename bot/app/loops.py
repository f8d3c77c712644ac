"""What runs for as long as the service does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import structlog
import uvicorn

from bot.services.ports import StoreUnavailable

if TYPE_CHECKING:
    from bot.app.wiring import Service

log = structlog.get_logger()

WEBHOOK_PATH = "/telegram/webhook"
SWEEP_EVERY_S = 3600.0


class Server(uvicorn.Server):
    """Leaves signals to `serve`, which has more to close than the web."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield


def loops(service: Service, server: Server) -> list[Coroutine[Any, Any, Any]]:
    """Return all of it, not begun; the web server first."""
    loops = [server.serve(), service.intake.run(), service.corrections.run(), service.shelf.run(), _sweep_for_ever(service)]
    if service.casework:
        loops += service.casework.loops()
    if service.settings.metrics_port:
        metrics = uvicorn.Config(
            service.health, host="127.0.0.1", port=service.settings.metrics_port, log_config=None, lifespan="off"
        )
        loops.append(Server(metrics).serve())
    loops.extend(dispatcher.run() for dispatcher in service.dispatchers)
    if service.poller:
        loops.append(service.poller.run())
    if service.profile:
        loops.append(_introduce(service))
    return loops


async def _introduce(service: Service) -> None:
    """Set commands and texts of the bot's profile, and how updates come. Tried again for ever, never in the way."""
    assert service.profile
    webhook = service.poller is None
    address = f"{service.settings.public_url}{WEBHOOK_PATH}" if webhook else ""
    await service.profile.keep(webhook_url=address, secret=service.settings.telegram_webhook_secret)
    await asyncio.Event().wait()


async def _sweep_for_ever(service: Service) -> None:
    while True:
        try:
            now = service.clock.now()
            count = await service.store.write(lambda tx, at=now: tx.sweep(at))
            if count:
                log.info("swept", count=count)
        except StoreUnavailable as fault:
            log.error("store_unavailable", error=str(fault))
        await asyncio.sleep(SWEEP_EVERY_S)
