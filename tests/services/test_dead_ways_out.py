"""A way out is dead while a child waits: another reaches somebody within a minute, and what comes back doubles nothing.

Real servers on loopback, the real gateways and dispatchers, one settable clock for all of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import pytest_asyncio

from bot.adapters.telegram.send import TelegramGateway
from bot.app.config import read
from bot.app.staff_channels import mail_gateway, sms_gateway
from bot.domain.pacing import Limits
from bot.services.dispatcher import Dispatcher
from tests.services.test_alerting import Ward, ward
from tests.support import bot_api_faults as faults
from tests.support.bot_api import BotApi, running
from tests.support.screen import words
from tests.support.sms_gateway import Gateway, an_sms_gateway, reply
from tests.support.smtp import DROPS, MailServer, a_mail_server
from tests.support.town import Person, Town

__all__ = ["ward"]  # a fixture of every test here
NUMBER, MAILBOX = "+46700000001", "anna@example.se"
MANY = 10_000  # times: longer than any of these tests
AGAIN, REPORTED = "skickas igen", "ett barn ensamt"  # words of a page


@dataclass
class Outside:
    """What stands at the other end of the three ways, and Anna, who is on call. `heard`: by which way, and when."""

    ward: Ward
    api: BotApi
    mail: MailServer
    sms: Gateway
    anna: Person
    dispatchers: list[Dispatcher]
    heard: dict[str, list[datetime]]

    async def hires(self, ways: tuple[str, ...]) -> int:
        """Put Anna on call and return her id. `ways` in the order in which she wants to be reached."""
        keys = {"telegram": self.anna.key, "sms": NUMBER, "mail": MAILBOX}
        return await self.ward.duty.on_call("Anna", "norrkoping", **{way: keys[way] for way in ways})

    def mended(self) -> None:
        self.api.faults.clear()
        self.sms.faults.clear()
        self.mail._faults.clear()

    def texts(self) -> dict[str, list[str]]:
        return {
            "telegram": [words(m) for m in self.anna.received if "CCC-" in words(m)],
            "sms": [call.form["message"] for call in self.sms.sent],
            "mail": [mail.text for mail in self.mail.mails],
        }

    async def passes(self, seconds: int, until: Callable[[], bool] = lambda: False, step: int = 1) -> None:
        """Let the time pass, `step` seconds at a time, and everything that is due by then happen."""
        for _ in range(0, seconds, step):
            await self._rests()
            if until():
                return
            self.ward.clock.passes(seconds=step)
            await self.ward.alerting.look()
            for dispatcher in self.dispatchers:
                dispatcher.poke()
        await self._rests()

    async def _rests(self) -> None:
        """Give the sends under way the time that they take on a real line."""
        for _ in range(3):
            await asyncio.sleep(0.002)
            while any(d._under_way for d in self.dispatchers):
                await asyncio.sleep(0.002)
        for way, said in self.texts().items():
            self.heard[way] += [self.ward.clock.now()] * (len(said) - len(self.heard[way]))


@pytest_asyncio.fixture
async def outside(ward: Ward) -> AsyncIterator[Outside]:
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(running())
        mail = await stack.enter_async_context(a_mail_server())
        sms = await stack.enter_async_context(an_sms_gateway())
        anna = Town(api).person("Anna", language_code="sv")
        telegram = TelegramGateway(api.token, api.url, clock=ward.clock)
        settings = read(
            {"BOT_SMTP_URL": mail.url, "BOT_MAIL_FROM": "larm@example.se", "BOT_SMS_URL": sms.url, "BOT_SMS_FROM": "+46700000000"}
        )
        gateways: list[Any] = [telegram, mail_gateway(settings, ward.clock), sms_gateway(settings, ward.clock)]
        dispatchers = [
            Dispatcher(
                store=ward.store,
                gateway=gateway,
                clock=ward.clock,
                owner="me",
                limits=Limits(overall_per_s=0),
                monotonic=lambda: ward.clock.now().timestamp(),
            )
            for gateway in gateways
        ]
        tasks = [asyncio.create_task(d.run()) for d in dispatchers]
        try:
            yield Outside(ward, api, mail, sms, anna, dispatchers, {"telegram": [], "sms": [], "mail": []})
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for gateway in gateways:
                await gateway.close()


def _telegram_is_dead(outside: Outside) -> None:
    outside.api.faults.add("sendMessage", faults.reset(), times=None)


def _telegram_says_later(outside: Outside) -> None:
    outside.api.faults.add("sendMessage", faults.too_many(600), times=None)


def _mail_is_dead(outside: Outside) -> None:
    outside.mail.fails("connect", DROPS, MANY)


def _gateway_answers_500(outside: Outside) -> None:
    outside.sms.fails(reply(500), MANY)


# What is broken, and Anna's ways in her order: the first is the broken one.
CASES = {
    "Telegram is dead": (_telegram_is_dead, ("telegram", "sms", "mail")),
    "Telegram says: in ten minutes": (_telegram_says_later, ("telegram", "sms", "mail")),
    "the mail server is dead": (_mail_is_dead, ("mail", "telegram", "sms")),
    "the SMS gateway answers 500": (_gateway_answers_500, ("sms", "mail", "telegram")),
}


@pytest.mark.parametrize("case", CASES)
async def test_another_way_reaches_her_within_a_minute_and_nothing_is_doubled(outside: Outside, case: str) -> None:
    breaks, ways = CASES[case]
    dead, other = ways[:2]
    anna = await outside.hires(ways)
    breaks(outside)
    await outside.ward.reports()
    reported = outside.ward.clock.now()
    await outside.passes(60, until=lambda: bool(outside.heard[other]))
    assert outside.heard[other] and (outside.heard[other][0] - reported).total_seconds() <= 60
    assert not outside.heard[dead]
    assert [m for m in await outside.ward.timeline() if m in ("called", "paged")] == ["called", "paged", "paged"]
    await outside.ward.takes(anna)
    outside.mended()
    await outside.passes(720, step=10)  # more than the ten minutes that Telegram asked for
    pages = {way: [t for t in said if "CCC-001" in t] for way, said in outside.texts().items()}
    assert len([t for t in pages[other] if REPORTED in t]) == 1, "the page that arrived came once"
    assert len([t for t in pages[dead] if REPORTED in t]) <= 1, "what came late came once"
    assert not [t for said in pages.values() for t in said if AGAIN in t.casefold()], "she has it: nobody calls her again"
    await outside.ward.reports(2)
    await outside.passes(5, until=lambda: any("CCC-002" in t for t in outside.texts()[dead]))
    assert len([t for t in outside.texts()[dead] if "CCC-002" in t]) == 1, "the way is used again as soon as it is mended"


@pytest.mark.parametrize("case", CASES)
async def test_nobody_answers_and_the_way_comes_back(outside: Outside, case: str) -> None:
    """Every repeat says that it is one, and there is one a round and a way."""
    breaks, ways = CASES[case]
    await outside.hires(ways)
    breaks(outside)
    await outside.ward.reports()
    await outside.passes(120, step=2)
    outside.mended()
    await outside.passes(960, step=10)
    rounds = (await outside.ward.timeline()).count("called_again") + 1
    for way, said in outside.texts().items():
        first = [t for t in said if REPORTED in t and AGAIN not in t.casefold()]
        again = [t for t in said if REPORTED in t and AGAIN in t.casefold()]
        assert len(first) <= 1, f"{way} was called twice and told it was the first time"
        assert len(again) <= rounds, f"{way} was called more often than there were rounds"
    assert sum(len(said) for said in outside.texts().values()) >= 2 * rounds
