"""20,000 updates as no app would send them: no crash, no stuck row, no refused call, and the service still answers.

One in ten comes over HTTP, the others at the door behind it.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa

from bot.app.loops import WEBHOOK_PATH
from tests.support.bot_api import running
from tests.support.door import at_the_door
from tests.support.mutations import updates
from tests.support.town import Town
from tests.support.whole import a_service_running

COUNT, AT_ONCE, OVER_HTTP = 20_000, 40, 10
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": "a_secret_of_the_tests", "Content-Type": "application/json"}


@pytest.mark.timeout(400)
async def test_no_update_breaks_the_service(tmp_path: Path) -> None:
    statuses: dict[int, int] = {}
    async with running() as api, a_service_running(tmp_path, api, BOT_TELEGRAM_MODE="webhook") as whole:
        bodies = enumerate(updates(seed=2026, count=COUNT))
        async with aiohttp.ClientSession(headers=HEADERS) as session:

            async def posts() -> None:
                for number, update in bodies:
                    body = json.dumps(update).encode()
                    if number % OVER_HTTP:
                        status = await at_the_door(whole, ("POST", WEBHOOK_PATH, tuple(HEADERS.items()), body))
                        statuses[status] = statuses.get(status, 0) + 1
                        continue
                    async with session.post(f"{whole.url}{WEBHOOK_PATH}", data=body) as answer:
                        await answer.read()
                        statuses[answer.status] = statuses.get(answer.status, 0) + 1

            await asyncio.gather(*(posts() for _ in range(AT_ONCE)))
        assert sum(statuses.values()) == COUNT and not [s for s in statuses if s >= 500], statuses

        def stuck(tx):  # type: ignore[no-untyped-def]
            waiting = tx.connection.execute(sa.text("SELECT count(*), min(error) FROM inbox WHERE state != 'done'")).one()
            unsent = tx.connection.execute(sa.text("SELECT count(*) FROM outbox WHERE status IN ('pending', 'sending')")).scalar()
            return tuple(waiting), unsent

        async with asyncio.timeout(60):  # forwards wait a moment for more of the same
            while (left := await whole.service.store.read(stuck)) != ((0, None), 0):
                assert not left[0][1], left
                await asyncio.sleep(0.05)
        assert {call.description for call in api.refusals() if "chat not found" not in call.description} == set()
        olena = Town(api).person("Olena")
        await olena.starts()
        await olena.waits_for("112")
