"""The whole service with its real content, as `python -m bot run` builds it, and the people who come to it.

async with a_service_running(tmp_path, api) as whole:   # whole.url, whole.service
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import uvicorn

from bot.app import config
from bot.app.content import Content, open_content
from bot.app.loops import Server
from bot.app.wiring import Service, built
from bot.services.ports import Clock
from tests.support.bot_api import BotApi
from tests.support.databases import ready_url
from tests.support.ports import listen


@lru_cache
def real_content() -> Content:
    return open_content(config.read({}))


@dataclass(slots=True)
class Whole:
    service: Service
    url: str


@asynccontextmanager
async def a_service_running(
    folder: Path, api: BotApi | None = None, *, content: Content | None = None, clock: Clock | None = None, **settings: str
) -> AsyncIterator[Whole]:
    """Run it on a free port, with Telegram when there is a stand-in."""
    listening = listen()
    port = listening.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    environ = {"BOT_DATABASE_URL": f"sqlite:///{folder}/bot.sqlite", "BOT_PORT": str(port), **settings}
    if "BOT_DATABASE_URL" not in settings and not (folder / "bot.sqlite").exists():
        await ready_url("sqlite", folder)
    environ.setdefault("BOT_DRAFTS_DIR", f"{folder}/drafts")
    if api:
        environ |= {"BOT_TELEGRAM_TOKEN": api.token, "BOT_TELEGRAM_API_URL": api.url}
        environ.setdefault("BOT_TELEGRAM_MESSAGES_PER_S", "0")
        if environ.get("BOT_TELEGRAM_MODE") == "webhook":
            environ |= {"BOT_PUBLIC_URL": url, "BOT_TELEGRAM_WEBHOOK_SECRET": "a_secret_of_the_tests"}
    async with built(config.read(environ), content or real_content(), clock) as service:
        server = Server(uvicorn.Config(service.asgi, lifespan="off", log_level="error", timeout_graceful_shutdown=1, ws="none"))
        loops = [server.serve(sockets=[listening]), service.intake.run(), *(d.run() for d in service.dispatchers)]
        if service.casework:
            loops.append(service.casework.alerting.run())
            loops.append(service.asked.run())
            if service.casework.interpreting.where:
                loops.append(service.casework.interpreting.run())
        if service.poller:
            loops.append(service.poller.run())
        tasks = [asyncio.create_task(loop) for loop in loops]
        try:
            while not server.started:
                await asyncio.sleep(0.01)
            if service.profile:
                hook = f"{url}/telegram/webhook" if service.poller is None else ""
                await service.profile.keep(webhook_url=hook, secret=service.settings.telegram_webhook_secret)
            yield Whole(service, url)
        finally:
            server.should_exit = True
            await asyncio.wait(tasks[:1], timeout=3)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
