"""SIGKILL between claim and answer, and right behind the answer: the claim holds, and the asker gets the answer."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from bot.adapters.store.database import open_database
from bot.adapters.store.migrate import migrate
from bot.adapters.vault import RowBox
from bot.domain.people import Role
from tests.durability.killing import DYING_S, Service, environment
from tests.journeys.test_questions import OFFICE, opens_first, says
from tests.journeys.test_street import settled
from tests.support.bot_api import running
from tests.support.staff import Clerk
from tests.support.town import Town

KEY = "a secret of the tests, of forty letters."


@pytest.mark.timeout(90)
async def test_a_kill_between_claim_and_answer_loses_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"sqlite:///{tmp_path}/bot.sqlite"
    await migrate(url)
    store = await open_database(url, KEY.encode(), RowBox([KEY]))
    beside = SimpleNamespace(url=f"http://127.0.0.1:{port}", service=SimpleNamespace(store=store))
    vera = await Clerk.hired(beside, "Vera", OFFICE, Role.HELPER)
    await store.close()
    async with running() as api:
        service = Service(environment(api, tmp_path, port, BOT_SECRET_KEY=KEY, BOT_DRAFTS_DIR=str(tmp_path / "drafts")))
        await service.load()
        try:
            await service.start()
            await _up(vera)
            await vera.joins()
            olena = await settled(Town(api), "Olena")
            await olena.says("/person")
            await olena.waits_for(says("Write your question in one message. Then you see what happens with it, and decide."))
            await olena.says("asdf qwer zxcv")
            await olena.waits_for(says("Shall we send this to people who answer here?"))
            await olena.presses(says("Send it"))
            await olena.waits_for(says("Your question is with people now. The answer comes here."))
            path = await opens_first(vera)
            await vera.sends(f"{path}/claim")
            await _killed(service, vera)
            await opens_first(vera)
            assert "asdf qwer zxcv" in vera.text and says("Send the answer", "en") in vera.text, "she still has it"
            await vera.sends(f"{path}/answer", words="Спитайте власника.", language="uk")
            await _killed(service, vera)
            await olena.waits_for("Спитайте власника.", within=20)
        finally:
            await service.close()
            await vera.http.aclose()


async def _killed(service: Service, clerk: Clerk) -> None:
    service.kill()
    await asyncio.sleep(DYING_S)
    await service.start()
    await _up(clerk)


async def _up(clerk: Clerk) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                await clerk.http.get("/healthz")
                return
            except httpx.TransportError:
                await asyncio.sleep(0.05)
