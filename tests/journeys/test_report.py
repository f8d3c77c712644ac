"""A child alone, from the first tap to the person who takes over, through the whole service by Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.support.bot_api import BotApi, running
from tests.support.duty import Duty
from tests.support.town import Person, Town
from tests.support.whole import Whole, a_service_running


@pytest_asyncio.fixture
async def api() -> AsyncIterator[BotApi]:
    async with running() as stand_in:
        yield stand_in


@pytest_asyncio.fixture
async def whole(api: BotApi, tmp_path: Path) -> AsyncIterator[Whole]:
    async with a_service_running(tmp_path, api) as service:
        yield service


async def settled(olena: Person) -> None:
    await olena.starts()
    await olena.answered()
    await olena.presses("Українська")
    await olena.answered()
    await olena.presses("Норрчепінг")
    await olena.answered()


async def test_reported_in_ukrainian_taken_in_swedish(api: BotApi, whole: Whole) -> None:
    town = Town(api)
    olena, anna = town.person("Olena", language_code="uk"), town.person("Anna", language_code="sv")
    duty = Duty(whole.service.store)
    await duty.on_call("Anna", "norrkoping", telegram=anna.key)
    await whole.service.casework.alerting.look()
    await settled(olena)
    await olena.presses("Бачу дитину саму")
    await olena.answered()
    olena.sees("Дитина зараз у безпеці?")
    olena.sees("112")
    await olena.presses("Так, поки що")
    await olena.answered()
    await olena.presses("Норрчепінг")
    await olena.answered()
    olena.sees("Ми отримали ваше повідомлення")
    await olena.answered()
    olena.sees("Решту розкажіть телефоном")
    await anna.answered()
    anna.sees("ett barn ensamt, tryggt för stunden")
    await anna.presses("Jag tar det")
    await anna.answered()
    anna.sees("är ditt")
    await olena.answered()
    olena.sees("займається людина із соціальної служби")
