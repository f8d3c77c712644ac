"""Pages by mail and SMS through the outbox: a server that is away loses nothing, and back up nothing is doubled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa

from bot.adapters.store.database import Database
from bot.app.config import read
from bot.app.staff_channels import mail_gateway, sms_gateway
from bot.domain.events import Address
from bot.domain.messages import Block, Rendered, Span, packed
from bot.domain.pacing import Limits
from bot.services.dispatcher import Dispatcher
from bot.services.ports import Gateway, Outgoing
from tests.support.builders import NOW, SettableClock
from tests.support.sms_gateway import TAKES_AND_DROPS as SMS_TAKES_AND_DROPS
from tests.support.sms_gateway import an_sms_gateway, reply
from tests.support.smtp import TAKES_AND_DROPS, a_mail_server

PAGE = packed(Rendered("sv", "ltr", (Block("title", (Span("Larm K7M4"),)),)))


@asynccontextmanager
async def sending(database: Database, gateway: Gateway, clock: SettableClock, *out: Outgoing) -> AsyncIterator[Dispatcher]:
    await database.write(lambda tx: tx.put_deliveries(list(out), NOW, "console"))
    dispatcher = Dispatcher(
        store=database,
        gateway=gateway,
        clock=clock,
        owner="me",
        limits=Limits(overall_per_s=0),
        monotonic=asyncio.get_running_loop().time,
    )
    task = asyncio.create_task(dispatcher.run())
    try:
        yield dispatcher
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def statuses(database: Database) -> list[tuple[str, str]]:
    query = sa.text("SELECT status, why FROM outbox ORDER BY id")
    return await database.read(lambda tx: [tuple(row) for row in tx.connection.execute(query)])


async def until(database: Database, wanted: list[str], clock: SettableClock) -> None:
    """Wait until the outbox stands so; each look is a second later by the clock."""
    while [status for status, _ in await statuses(database)] != wanted:
        await asyncio.sleep(0.05)
        clock.passes(seconds=1)


def pages(channel: str, *keys: str) -> list[Outgoing]:
    return [Outgoing(Address(channel, key), "page", PAGE, leased=False) for key in keys]


async def test_a_mail_server_that_says_later_gets_every_page_once(sqlite: Database, clock: SettableClock) -> None:
    async with a_mail_server() as server:
        gateway = mail_gateway(read({"BOT_SMTP_URL": server.url, "BOT_MAIL_FROM": "larm@example.se"}), clock)
        assert gateway
        server.fails("rcpt", "451 4.3.0 not now", times=2)
        async with sending(sqlite, gateway, clock, *pages("mail", "anna@example.se", "bo@example.se")):
            await until(sqlite, ["sent", "sent"], clock)
        assert sorted(mail.to[0] for mail in server.mails) == ["anna@example.se", "bo@example.se"]


async def test_a_page_that_may_have_arrived_is_repeated_with_the_same_id(sqlite: Database, clock: SettableClock) -> None:
    async with a_mail_server() as server:
        gateway = mail_gateway(read({"BOT_SMTP_URL": server.url, "BOT_MAIL_FROM": "larm@example.se"}), clock)
        assert gateway
        server.fails("data", TAKES_AND_DROPS)
        async with sending(sqlite, gateway, clock, *pages("mail", "anna@example.se")):
            await until(sqlite, ["sent"], clock)
        first, second = (mail.message["Message-ID"] for mail in server.mails)
        assert first == second


async def test_a_mailbox_that_is_gone_ends_and_the_others_go_on(sqlite: Database, clock: SettableClock) -> None:
    async with a_mail_server() as server:
        gateway = mail_gateway(read({"BOT_SMTP_URL": server.url, "BOT_MAIL_FROM": "larm@example.se"}), clock)
        assert gateway
        async with sending(sqlite, gateway, clock, *pages("mail", "not an address", "bo@example.se")):
            await until(sqlite, ["refused", "sent"], clock)
        assert (await statuses(sqlite))[0] == ("refused", "no address") and len(server.mails) == 1


async def test_a_gateway_that_answers_500_gets_every_page_once(sqlite: Database, clock: SettableClock) -> None:
    async with an_sms_gateway() as server:
        gateway = sms_gateway(read({"BOT_SMS_URL": server.url, "BOT_SMS_FROM": "+46700000000"}), clock)
        assert gateway
        server.fails(reply(500), times=2)
        server.fails(SMS_TAKES_AND_DROPS)
        async with sending(sqlite, gateway, clock, *pages("sms", "0701234567", "0707654321")):
            await until(sqlite, ["sent", "sent"], clock)
        await gateway.close()
        assert {call.form["to"] for call in server.sent} == {"+46701234567", "+46707654321"}
        assert len(server.sent) == 3, "the one that may have arrived is repeated, and only it"


def test_what_is_not_set_up_is_not_there() -> None:
    assert mail_gateway(read({}), SettableClock()) is None and sms_gateway(read({}), SettableClock()) is None
