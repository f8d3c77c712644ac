"""A stand-in, a gateway to it and an inlet that remembers: what the Telegram adapter tests stand on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import uvicorn

from bot.adapters.telegram.receive import Poller, Webhook
from bot.adapters.telegram.send import TelegramGateway
from bot.domain.events import Address, Event
from bot.domain.messages import Block, Choice, Rendered, Span, packed
from bot.domain.outbox import Delivery
from tests.support.bot_api import BotApi, running
from tests.support.town import Town

SECRET = "a-secret-of-the-tests-0123456789"


class FixedClock:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@dataclass
class Remembering:
    """An Inlet that keeps events by id, as the inbox does. `refuse`: an exception for the next `times` calls."""

    events: list[Event] = field(default_factory=list)
    calls: int = 0
    refuse: Exception | None = None
    times: int = 0
    only: Callable[[Event], bool] = lambda event: True
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def accept(self, event: Event) -> None:
        self.calls += 1
        await asyncio.sleep(0)
        if self.refuse is not None and self.times > 0 and self.only(event):
            self.times -= 1
            raise self.refuse
        if event.id not in {e.id for e in self.events}:
            self.events.append(event)
        self.changed.set()

    async def got(self, count: int, within: float = 10.0) -> list[Event]:
        """Wait for that many different events and return them in the order of their ids."""
        async with asyncio.timeout(within):
            while len(self.events) < count:
                self.changed.clear()
                await self.changed.wait()
        return list(self.events)


@dataclass
class World:
    api: BotApi
    town: Town
    telegram: TelegramGateway
    inlet: Remembering
    clock: FixedClock

    def poller(self, **settings: Any) -> Poller:
        settings = {"poll_s": 2, "pauses_s": (0.01, 0.02), **settings}
        return Poller(self.telegram, self.inlet, clock=self.clock, **settings)


@asynccontextmanager
async def world(**settings: Any) -> AsyncIterator[World]:
    async with running(**settings) as api:
        clock = FixedClock()
        telegram = TelegramGateway(api.token, api.url, clock=clock)
        try:
            yield World(api, Town(api), telegram, Remembering(), clock)
        finally:
            await telegram.close()


@asynccontextmanager
async def polling(world: World, **settings: Any) -> AsyncIterator[Poller]:
    await world.telegram.bot.greet()
    poller = world.poller(**settings)
    task = asyncio.create_task(poller.run())
    try:
        yield poller
        assert not task.done(), task.exception()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """Serve an ASGI app on loopback and return its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def waiting(world: World) -> AsyncIterator[str]:
    """Serve the webhook while Telegram knows nothing of it."""
    async with served(Webhook(world.telegram, world.inlet, SECRET, clock=world.clock)) as address:
        yield f"{address}/telegram/webhook"


@asynccontextmanager
async def webhook(world: World, secret: str = SECRET, **settings: Any) -> AsyncIterator[str]:
    """Serve the webhook and tell the stand-in of it."""
    await world.telegram.bot.greet()
    async with waiting(world) as url:
        await world.telegram.bot.call("setWebhook", url=url, secret_token=secret, **settings)
        yield url
        await world.api.updates.stop()


async def until(true: Callable[[], Any], within: float = 10.0) -> None:
    """Poll in small steps until something holds."""
    async with asyncio.timeout(within):
        while not true():
            await asyncio.sleep(0.005)


def rendered(*words: str, buttons: tuple[tuple[Choice, ...], ...] = (), **fields: Any) -> Rendered:
    blocks = tuple(Block("text", (Span(w),)) for w in words)
    return Rendered(fields.pop("language", "uk"), fields.pop("direction", "ltr"), blocks, buttons, **fields)


def delivery(to: str, what: Rendered | str = "Вітаємо", attempts: int = 1, lane: str = "reply") -> Delivery:
    body = packed(rendered(what) if isinstance(what, str) else what)
    return Delivery(1, Address("telegram", to), lane, body, attempts, FixedClock().now())
