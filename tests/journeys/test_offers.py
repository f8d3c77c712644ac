"""A room for somebody who fled: left by Telegram and the web, read by the municipality's helper, withdrawn, marked, gone."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.calendar import SWEDEN
from bot.domain.offer import KEPT
from bot.domain.people import Role
from bot.domain.question import is_working
from tests.journeys.readers import OnTelegram, Reader, a_reader
from tests.journeys.test_questions import helper, says, stored
from tests.support.bot_api import running
from tests.support.staff import Clerk
from tests.support.town import Town
from tests.support.whole import a_service_running, real_content

WAY = "bo.berg@example.se, ввечері"
STAYS = "до Великодня"


@pytest_asyncio.fixture(autouse=True)
async def nobody_left() -> AsyncIterator[None]:
    yield
    while Clerk.everybody:
        await Clerk.everybody.pop().http.aclose()


def button(article: str) -> str:
    return real_content().catalog.articles[article].texts["uk"].button


async def leaves_an_offer(bo: Reader) -> None:
    await bo.arrives()
    await bo.presses("Українська")
    await bo.presses("Норрчепінг")
    await bo.writes("хочу прийняти українську родину вдома")
    await bo.reads(real_content().catalog.answer("help-offer-housing", "norrkoping", "uk", datetime.now(UTC).date()).title)
    await bo.presses(says("Offer a home"))
    await bo.reads(says("Where is the home? Choose, or write the name of the municipality or town."))
    await bo.presses("Норрчепінг")
    await bo.reads("Anmälan om tillfällig bostadsplats")
    await bo.presses(says("Go on all the same"))
    await bo.reads(says("We never ask for ID or a personal number. Nobody may ask you for them in our name."))
    await bo.presses(says("Yes, go on"))
    await bo.reads(says("What do you offer?"))
    await bo.presses(says("A room"))
    await bo.reads(says("How many people can sleep there? Press a number, or write it."))
    await bo.writes("2")
    await bo.reads(says("From when? Press, or write a day in your own words."))
    await bo.presses(says("From now"))
    await bo.reads(says("For how long? Press, or write it in your own words."))
    await bo.writes(STAYS)
    await bo.reads(says("How can the municipality reach you? Write a phone number or an e-mail address."))
    await bo.writes("19850713-1236")
    await bo.reads(says("That looks like a personal number. We did not take it: it is never needed here."))
    await bo.writes(WAY)
    await bo.presses(says("Send my offer"))
    await bo.reads(says("Wait for the municipality's answer before anybody moves in."))


async def reads_it(vera: Clerk) -> str:
    await vera.opens("/staff/offers")
    path = re.search(r'href="(/staff/offers/[0-9a-f]{24})"', vera.text)
    assert path and STAYS in vera.text and WAY not in vera.text, vera.text
    await vera.opens(path[1])
    assert WAY in vera.text
    return path[1]


@pytest.mark.parametrize("door", ["telegram", "web"])
async def test_left_read_and_withdrawn(door: str, tmp_path: Path) -> None:
    async with a_reader(door, tmp_path) as (bo, whole):
        vera = await helper(whole, "Vera")
        await leaves_an_offer(bo)
        path = await reads_it(vera)
        rows = str(await stored(whole, "SELECT * FROM offers"))
        assert "bo.berg" not in rows and "Великодня" not in rows, "words are sealed"
        await bo.presses(says("My offers of a home"))
        await bo.reads(says("Your offers of a home"))
        await bo.presses(says("Withdraw: {place}").format(place="Норрчепінг"))
        await bo.reads(says("Withdrawn. We have erased your offer."))
        assert await stored(whole, "SELECT id FROM offers") == []
        assert (await vera.opens(path)).status_code == 404
        betrayed = [f.name for f in tmp_path.glob("bot.sqlite*") if b"bo.berg" in f.read_bytes()]
        assert betrayed == []


async def test_whoever_left_it_hears_that_it_is_taken_up_or_not_needed(tmp_path: Path) -> None:
    async with a_reader("web", tmp_path) as (bo, whole):
        vera = await helper(whole, "Vera")
        await leaves_an_offer(bo)
        path = await reads_it(vera)
        await vera.sends(f"{path}/close")
        await bo.reads(
            says("{place} does not need your offer of a home now. Thank you. We erase it on {day}.")
            .split("{day}")[0]
            .format(place="Норрчепінг")
        )
        await vera.sends(f"{path}/put-back")
        back = says("{place} has put your offer of a home back: it is in force until {day}.")
        await bo.reads(back.split("{day}")[0].format(place="Норрчепінг"))
        await vera.opens("/staff/offers")
        assert STAYS in vera.text and "No offer is in force." not in vera.text


class ByDay:
    """A working day of the coming week, at that hour in Sweden."""

    def __init__(self, hour: int) -> None:
        day = next(d for n in range(1, 9) if is_working(d := date.today() + timedelta(days=n)))
        self.at = datetime.combine(day, time(hour), SWEDEN)

    def now(self) -> datetime:
        return self.at.astimezone(UTC)


async def test_helpers_hear_of_a_new_offer_by_day_and_whoever_is_only_on_call_does_not(tmp_path: Path) -> None:
    clock = ByDay(hour=3)
    async with running() as api, a_service_running(tmp_path, api, clock=clock) as whole:
        town = Town(api)
        vera, ola = await helper(whole, "Vera"), await helper(whole, "Ola", Role.ON_CALL)
        phones = {clerk: town.person(name) for clerk, name in ((vera, "Vera"), (ola, "Ola"))}
        for clerk, phone in phones.items():
            to = str(phone.chat.id)
            await whole.service.store.write(lambda tx, c=clerk, k=to: tx.people.add_method(c.id, "telegram", k, 0, clock.now()))
        await leaves_an_offer(OnTelegram(town.person("Bo", language_code="uk")))
        await whole.service.asked.look()
        await asyncio.sleep(0.3)
        assert not phones[vera].received, "nobody is told at night"
        clock.at = ByDay(hour=10).at
        await whole.service.asked.look()
        await phones[vera].waits_for("1 new offer of a home.")
        await whole.service.asked.look()
        clock.at += timedelta(hours=5)
        await whole.service.asked.look()
        await asyncio.sleep(0.3)
        assert len(phones[vera].received) == 1 and not phones[ola].received


async def test_where_no_helper_is_there_is_no_button(tmp_path: Path) -> None:
    async with a_reader("telegram", tmp_path) as (bo, _):
        await bo.arrives()
        await bo.presses("Українська")
        await bo.presses("Норрчепінг")
        await bo.writes("хочу прийняти українську родину вдома")
        await bo.reads(real_content().catalog.answer("help-offer-housing", "norrkoping", "uk", datetime.now(UTC).date()).title)
        assert says("Offer a home") not in await bo.choices()


class Ahead:
    """The time of day, moved on by hand."""

    def __init__(self) -> None:
        self.by = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


async def test_on_its_day_it_is_gone_for_everybody_and_erasing_oneself_takes_it_along(tmp_path: Path) -> None:
    clock = Ahead()
    async with running() as api, a_service_running(tmp_path, api, clock=clock) as whole:
        vera, town = await helper(whole, "Vera"), Town(api)
        await leaves_an_offer(OnTelegram(town.person("Bo", language_code="uk")))
        await leaves_an_offer(eva := OnTelegram(town.person("Eva", language_code="uk")))
        await eva.writes("/privacy")
        await eva.presses(says("Erase what is stored"))
        await eva.presses(says("Yes, erase"))
        await eva.reads("Стерто")
        assert len(await stored(whole, "SELECT id FROM offers")) == 1
        path = await reads_it(vera)
        clock.by = KEPT + timedelta(minutes=1)
        await vera.lets_herself_in()
        assert (await vera.opens(path)).status_code == 404
        await whole.service.store.write(lambda tx: tx.sweep(clock.now()))
        assert await stored(whole, "SELECT id FROM offers") == []
