"""A child alone, from the first tap to the person who takes over, through the whole service by Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.support.bot_api import BotApi, running
from tests.support.duty import Duty
from tests.support.screen import on_lock_screen, words
from tests.support.staff import Clerk
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


async def test_what_comes_unasked_says_nothing_on_a_lock_screen(api: BotApi, tmp_path: Path) -> None:
    """Taken, a phrase, an answer that waits, nobody yet, closed: whoever looks at her phone sees that something came, no more."""
    async with a_service_running(tmp_path, api, BOT_PUBLIC_URL="https://chat.example") as whole:
        olena = Town(api).person("Olena", language_code="uk")
        anna = await (await Clerk.hired(whole, "Anna", "norrkoping", language="en")).lets_herself_in()
        anna.http.cookies.set("__Host-staff", anna.http.cookies["staff"])
        await whole.service.casework.alerting.look()
        await olena.starts("child_norrkoping")
        await olena.waits_for("Дитина зараз у безпеці?")
        await olena.presses("Так, поки що")
        await olena.waits_for("ще не прийняла жодна людина")  # nobody is on call
        (report,) = await whole.service.store.read(lambda tx: tx.reports.open())
        path = f"/staff/c/{report.code}"
        await anna.opens(path)
        await anna.sends(f"{path}/take")
        await olena.waits_for("займається людина із соціальної служби")
        await anna.sends(f"{path}/write", phrase="stay-there")
        await olena.waits_for("Залишайтеся там, де ви є")
        await anna.sends(f"{path}/write", words="Vi kommer 21:40")
        await olena.waits_for("Вам відповіли")
        await anna.sends(f"{path}/close", outcome="met")
        await olena.waits_for(f"{report.code} закрито")
        unasked = [m for m in olena.received if "Тут є новина." in words(m)]
        assert len(unasked) == 5
        assert {on_lock_screen(m).strip() for m in unasked} == {"Тут є новина. Торкніться сірого поля, щоб прочитати."}
        await anna.http.aclose()
