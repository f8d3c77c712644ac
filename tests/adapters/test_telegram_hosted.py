"""The stand-in as a process: people, faults and load through its control."""

from __future__ import annotations

import pytest

from bot.adapters.telegram.send import TelegramGateway
from tests.adapters.telegram_world import FixedClock, Remembering, World, delivery, polling
from tests.support.bot_api import BotApi
from tests.support.hosted import hosted
from tests.support.town import Town


async def test_a_far_person_writes_reads_and_presses():
    async with hosted() as far:
        telegram = TelegramGateway(far.token, far.url, clock=FixedClock())
        near = BotApi()
        world = World(near, Town(near), telegram, Remembering(), FixedClock())
        olena = await far.person("Olena", "uk")
        async with polling(world):
            await olena.says("школа")
            (event,) = await world.inlet.got(1)
            assert event.words == "школа" and event.sender.key == olena.key
            await telegram.send(delivery(olena.key, "Відповідь"))
            await olena.sees("Відповідь")
            assert "bot: Відповідь" in (await olena.screen())["text"]
            with pytest.raises(AssertionError, match="has no button 'Школа'"):
                await olena.presses("Школа")
        await far.do("fault", method="sendMessage", fault={"code": 403, "description": "Forbidden: x"}, times=1)
        outcome = await telegram.send(delivery(olena.key, "Ще"))
        assert outcome.gone
        numbers = await far.do("numbers")
        assert numbers["calls"]["sendMessage"] == 2 and numbers["faults"] == 1
        calls = await far.do("calls", method="sendMessage")
        assert [c["code"] for c in calls] == [200, 403]
        await telegram.close()


async def test_a_load_counts_every_answer_and_every_silence():
    async with hosted() as far:
        telegram = TelegramGateway(far.token, far.url, clock=FixedClock())
        near = BotApi()

        class Echo(Remembering):
            async def accept(self, event):
                await super().accept(event)
                if event.words != "silence":
                    await telegram.send(delivery(event.sender.key, event.words))

        world = World(near, Town(near), telegram, Echo(), FixedClock())
        async with polling(world):
            closed = await far.do("load", words=["a"], people=5, seconds=0.3)
            assert closed["answers"] > 20 and not closed["lost"] and not closed["extra"]
            opened = await far.do("load", words=["a", "silence"], people=5, seconds=0.5, rate=40, grace=0.3)
            assert opened["lost"] == 10
        await telegram.close()
