"""Builds the service out of its parts and runs it. The only module that knows all of them."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog
import uvicorn

from bot.adapters.leaflets.printer import Printer
from bot.adapters.sms.replies import REPLY_PATH, SmsReplies
from bot.adapters.store import migrate
from bot.adapters.store.database import AlreadyRunning, Database, open_database
from bot.adapters.texts.faults import ContentFaults
from bot.adapters.vault import KeyFault, RowBox
from bot.adapters.web.visitor import visitor_app
from bot.app import casework, config, console, demo, garbage, logs
from bot.app.channels import Channels
from bot.app.content import Content, second_opinion
from bot.app.health import Health
from bot.app.keys import keys_of, secret_key
from bot.app.loops import WEBHOOK_PATH, Server, loops
from bot.app.paper import sheets_of
from bot.app.rereading import Shelf, read, shelf_of
from bot.domain.flows import FLOWS
from bot.services.corrections import Corrections
from bot.services.dispatcher import Dispatcher
from bot.services.inline import Inline
from bot.services.intake import Intake
from bot.services.leaflets import Leaflets
from bot.services.ports import Clock, StoreUnavailable
from bot.services.questions import Carrying, Questions
from bot.services.render import Renderer
from bot.services.wake import Wake

if TYPE_CHECKING:
    from bot.adapters.telegram.profile import Profile
    from bot.adapters.telegram.receive import Poller
    from bot.adapters.telegram.send import TelegramGateway

log = structlog.get_logger()

SWITCH_S = 0.0005  # a thread that computes lets the loop in after that; Python's 5 ms are felt in every answer
DRAIN_AT_MOST_S = 5.0


class CannotStart(Exception):
    """Says in plain words what is in the way."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(slots=True)
class Service:
    """What runs. `asgi` is the whole web side."""

    settings: config.Settings
    clock: Clock
    store: Database
    intake: Intake
    wake: Wake
    asgi: object
    health: Health
    dispatchers: tuple[Dispatcher, ...]
    casework: casework.Casework | None
    telegram: TelegramGateway | None
    poller: Poller | None
    profile: Profile | None
    corrections: Corrections
    console: console.Console | None
    asked: Questions
    shelf: Shelf


@asynccontextmanager
async def built(settings: config.Settings, content: Content, clock: Clock | None = None) -> AsyncIterator[Service]:
    """Build everything and close it again. Raises CannotStart."""
    clock = clock or SystemClock()
    key = secret_key(settings).encode()
    owner = secrets.token_hex(8)
    store = await _open_store(settings, key, clock)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(store.close)
        wake = Wake()
        channels = Channels(store, clock, owner, wake)
        await channels.open(settings, stack)
        telegram = channels.telegram
        renderer = Renderer(content.catalog, content.translator, settings.public_url)
        shelf = shelf_of(settings, content, renderer)
        try:
            keys = keys_of(settings)
        except KeyFault as fault:
            raise CannotStart(f"The vault's keys cannot be used: {fault}") from fault
        parts: dict[str, Any] = {"store": store, "clock": clock, "channels": channels, "renderer": renderer, "secret": key}
        asked = casework.questions(settings, **parts)
        work = casework.build(settings, content, keys=keys, asked=asked, **parts) if keys else None
        intake = Intake(
            store=store,
            clock=clock,
            flows=FLOWS,
            renderer=renderer,
            finder=shelf.find,
            capabilities=channels.capabilities,
            committed=channels.committed,
            room=channels.has_room,
            owner=owner,
            frames=work.frames if work else None,
            carrying=Carrying(work.reporting if work else None, asked),
            receipts=work.receipts if work else None,
            alerting=work.alerting if work else None,
        )
        web = visitor_app(
            inlet=intake,
            store=store,
            wake=wake,
            renderer=renderer,
            clock=clock,
            public_url=settings.public_url,
            frame_ancestors=settings.frame_ancestors,
            secret=key,
            leaflets=Leaflets(sheets_of(settings, intake.renderer), Printer()),
            operator=settings.operator,
            flooded=lambda: bool(work and work.alerting.flooded),
            prove=casework.proving(store, clock, work) if work else None,
            connected=lambda: work.alerting.connected if work else None,
        )
        staff = console.build(settings, content, work, **parts) if work else None
        web = console.with_console(web, staff) if staff else web
        poller = profile = None
        health = Health(store, clock)
        doors: dict[str, object] = {"/healthz": health, "/readyz": health}
        if settings.sms_reply_secret:
            doors[REPLY_PATH] = SmsReplies(intake, settings.sms_reply_secret, clock=clock)
        if telegram:
            from bot.adapters.telegram.profile import Profile
            from bot.adapters.telegram.receive import Poller, Webhook

            profile = Profile(telegram, content.translator, content.catalog)
            inline = Inline(intake.renderer, shelf.find, clock, lambda: asked.asking)
            if settings.telegram_mode == "webhook":
                doors[WEBHOOK_PATH] = Webhook(telegram, intake, settings.telegram_webhook_secret, clock=clock, inline=inline)
            else:
                poller = Poller(telegram, intake, clock=clock, inline=inline)
        corrections = Corrections(
            store=store, clock=clock, renderer=renderer, capabilities=channels.capabilities, touched=channels.look
        )
        dispatchers = tuple(channels.dispatchers.values())
        asgi = console.beside(web, doors)
        yield Service(
            settings, clock, store, intake, wake, asgi, health, dispatchers, work,
            telegram, poller, profile, corrections, staff, asked, shelf,
        )  # fmt: skip


async def _open_store(settings: config.Settings, key: bytes, clock: Clock) -> Database:
    sqlite = settings.database_url.startswith("sqlite")
    box = RowBox([key.decode()])
    try:
        # The lock first: only one process may migrate or write the file.
        store = await open_database(settings.database_url, key, box, garbage.look) if sqlite else None
        await migrate.prepare(settings.database_url, may_migrate=sqlite)
        store = store or await open_database(settings.database_url, key, box)
        if sqlite:  # no other process can hold a lease: what was being sent when we died goes out again
            await store.write(lambda tx: tx.release_leases(clock.now(), None))
        return store
    except (migrate.SchemaTooNew, migrate.SchemaTooOld, AlreadyRunning) as fault:
        raise CannotStart(str(fault)) from fault
    except StoreUnavailable as fault:
        raise CannotStart(f"The database cannot be reached ({fault}). Check BOT_DATABASE_URL.") from fault


def opened(settings: config.Settings) -> Content:
    """Return the content. Raises CannotStart with all its faults."""
    try:
        return read(settings)
    except ContentFaults as faults:
        raise CannotStart(f"The content has faults (`python -m bot check` lists all):\n{faults}") from faults


async def serve(settings: config.Settings, content: Content) -> None:
    """Run until SIGINT or SIGTERM; then finish what is being sent. Raises CannotStart."""
    logs.set_up(settings.log_level)
    second = second_opinion(settings)
    async with contextlib.AsyncExitStack() as stack:
        if second:
            stack.callback(second.close)
        service = await stack.enter_async_context(built(settings, replace(content, second=second)))
        if service.casework:
            if demo.is_demonstration(settings):
                await service.store.write(lambda tx: demo.move_in(tx, SystemClock().now()))
            await service.casework.alerting.look()
            await service.asked.look()
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        server = Server(
            uvicorn.Config(
                service.asgi,
                host=settings.host,
                port=settings.port,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                timeout_graceful_shutdown=2,
                ws="none",
            )
        )
        garbage.settle()
        sys.setswitchinterval(SWITCH_S)
        tasks = [asyncio.create_task(coroutine) for coroutine in loops(service, server)]
        stopping = asyncio.create_task(stop.wait())
        try:
            await _announced(service, server, tasks)
            done, _ = await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
            for task in done - {stopping}:
                task.result()  # a loop that ended by itself is a fault: let it be seen
        finally:
            server.should_exit = True
            for dispatcher in service.dispatchers:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(dispatcher.drain(), DRAIN_AT_MOST_S)
            await asyncio.wait(tasks[:1], timeout=4)
            for task in [*tasks, stopping]:
                task.cancel()
            await asyncio.gather(*tasks, stopping, return_exceptions=True)


async def _announced(service: Service, server: Server, tasks: list[asyncio.Task]) -> None:
    """Print where everything is, once it answers."""
    while not server.started:
        if tasks[0].done():
            tasks[0].result()
            raise CannotStart(f"Port {service.settings.port} cannot be opened; set BOT_PORT to a free one.")
        await asyncio.sleep(0.01)
    root = service.settings.public_url or service.settings.local_url
    print(f"Web chat:  {root}/")
    if service.casework:
        print(f"Staff:     {root}/staff")
    if service.telegram:
        print(f"Telegram:  on, by {'webhook' if service.poller is None else 'polling'}")
    else:
        print("Telegram:  off; set BOT_TELEGRAM_TOKEN, or play it without one: make simulate")
    print("Stop with Ctrl-C.", flush=True)
    log.info("started", port=service.settings.port, mode=service.settings.telegram_mode)
