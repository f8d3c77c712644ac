"""Asked before a duty, each answers where they are: a button in Telegram, OK by SMS, a link in mail, or at the console."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio

from bot.domain.calendar import SWEDEN
from bot.domain.people import Role
from bot.domain.rota import Shift
from tests.support.bot_api import BotApi, running
from tests.support.sms_gateway import an_sms_gateway
from tests.support.smtp import a_mail_server
from tests.support.staff import Clerk
from tests.support.town import Town
from tests.support.whole import Whole, a_service_running

SECRET = "a-secret-of-the-gateway"


@pytest_asyncio.fixture
async def api() -> AsyncIterator[BotApi]:
    async with running() as stand_in:
        yield stand_in


@pytest_asyncio.fixture(autouse=True)
async def let_go() -> AsyncIterator[None]:
    yield
    while Clerk.everybody:
        await Clerk.everybody.pop().http.aclose()


async def on_duty_in_an_hour(whole: Whole, name: str, channel: str, key: str) -> Clerk:
    """Return somebody whose duty begins in an hour, and who has been asked."""
    clerk = await Clerk.hired(whole, name, "norrkoping")
    local = (datetime.now(UTC) + timedelta(hours=1)).astimezone(SWEDEN).replace(second=0, microsecond=0)
    opens, closes = local.time(), (local + timedelta(hours=4)).time()

    def work(tx: Any) -> None:
        tx.people.add_method(clerk.id, channel, key, 0, datetime.now(UTC))
        tx.people.add_shift("norrkoping", Shift(0, clerk.id, 1, frozenset(range(7)), opens, closes, date(2026, 1, 1)))

    await whole.service.store.write(work)
    await whole.service.casework.auditor.call_the_roll()
    return clerk


async def rota_of(whole: Whole) -> str:
    lead = await (await Clerk.hired(whole, "Lena", "norrkoping", Role.LEAD)).lets_herself_in()
    await lead.opens("/staff/rota")
    return lead.text.partition("do pages reach them?")[2].partition("</section>")[0]


async def test_the_button_in_telegram(api: BotApi, tmp_path: Path) -> None:
    async with a_service_running(tmp_path, api) as whole:
        town = Town(api)
        phone = town.person("Anna", "sv")
        await on_duty_in_an_hour(whole, "Anna", "telegram", phone.key)
        await phone.answered()
        phone.sees("Your duty for Socialtjänsten norrkoping begins")
        await phone.presses("It reaches me")
        await phone.answered()
        phone.sees("Thank you. Your duty begins")
        assert "Anna" in (told := await rota_of(whole)) and "confirmed at" in told


async def test_ok_by_sms(tmp_path: Path) -> None:
    async with an_sms_gateway() as gateway:
        settings = {"BOT_SMS_URL": gateway.url, "BOT_SMS_FROM": "+46700000000", "BOT_SMS_REPLY_SECRET": SECRET}
        async with a_service_running(tmp_path, **settings) as whole, httpx.AsyncClient() as http:
            await on_duty_in_an_hour(whole, "Anna", "sms", "+46700000001")
            async with asyncio.timeout(20):
                while not gateway.sent:
                    await asyncio.sleep(0.02)
            code = re.search(r"OK (\d{4})", gateway.sent[-1].form["message"])[1]  # type: ignore[index]
            assert "asked, no answer yet" in await rota_of(whole)
            reply = {"from": "+46700000001", "message": f"Ok {code}", "id": "r1"}
            await http.post(f"{whole.url}/sms/replies?secret={SECRET}", data=reply)
            async with asyncio.timeout(20):
                while len(gateway.sent) < 2:
                    await asyncio.sleep(0.02)
            assert "Thank you" in gateway.sent[-1].form["message"]


async def test_a_link_in_mail_needs_a_press_and_no_sign_in(tmp_path: Path) -> None:
    more = {"BOT_MAIL_FROM": "larm@example.se", "BOT_PUBLIC_URL": "http://localhost:1"}
    async with a_mail_server() as server, a_service_running(tmp_path, BOT_SMTP_URL=server.url, **more) as whole:
        anna = await on_duty_in_an_hour(whole, "Anna", "mail", "anna@example.se")
        async with asyncio.timeout(20):
            while not server.mails:
                await asyncio.sleep(0.02)
        mail = server.mails[-1].text
        assert "Anna" not in mail.replace("anna@example.se", "")
        path = re.search(r"http://localhost:1(/staff/reach/[0-9a-f]{32})", mail)[1]  # type: ignore[index]
        for _ in range(2):  # a scanner follows links, too
            await anna.opens(path)
        assert "It reaches me" in anna.text and "Anna" not in anna.text
        assert "asked, no answer yet" in await rota_of(whole)
        onward = await anna.opens(path, **{"Sec-Fetch-Site": "cross-site"})
        assert "set-cookie" not in onward.headers, "who is signed in stays so"
        await anna.opens(path)
        await anna.sends(path)
        assert "Thank you. Your duty begins" in anna.text
        assert (await anna.opens(f"/staff/reach/{'0' * 32}")).status_code == 404
        assert "from before" in anna.text


async def test_at_the_console_each_answers_for_themselves(api: BotApi, tmp_path: Path) -> None:
    async with a_service_running(tmp_path, api) as whole:
        town = Town(api)
        anna = await (await on_duty_in_an_hour(whole, "Anna", "telegram", town.person("Anna", "sv").key)).lets_herself_in()
        bo = await (await Clerk.hired(whole, "Bo", "norrkoping")).lets_herself_in()
        await anna.opens("/staff/me")
        token = re.search(r'name="token" value="([0-9a-f]{32})"', anna.text)[1]  # type: ignore[index]
        await bo.opens("/staff/me")
        assert "Your duty begins" not in bo.text
        await bo.sends("/staff/me/reached", token=token)
        assert "asked, no answer yet" in await rota_of(whole)
        await anna.sends("/staff/me/reached", token=token)
        assert "You have confirmed that pages reach you." in anna.text
