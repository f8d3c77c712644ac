"""The outbox carried out: in order per contact, pages first, at the platform's pace, and an honest record of each outcome."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

import bot.services.dispatcher
from bot.adapters.store.database import Database
from bot.domain.events import Address
from bot.domain.messages import Capabilities
from bot.domain.outbox import GIVE_UP_AFTER, Delivery, Outcome, Refused, RetryAt, Sent, Unknown
from bot.domain.pacing import Limits
from bot.services.dispatcher import AT_ONCE, HELD_AT_MOST, Dispatcher
from bot.services.ports import Outgoing
from tests.support.builders import NOW, SettableClock

ANNA, BO = Address("telegram", "1"), Address("telegram", "-2")


class Line:
    """A channel whose answers the test chooses; it notes what went out and how many at once."""

    channel = "telegram"
    capabilities = Capabilities(max_text=4096)

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.outcomes: list[Outcome | Exception] = []
        self.open: dict[str, int] = {}
        self.gate = asyncio.Event()
        self.gate.set()

    def is_group(self, address: Address) -> bool:
        return address.key.startswith("-")

    async def send(self, delivery: Delivery) -> Outcome:
        self.open[delivery.to.key] = self.open.get(delivery.to.key, 0) + 1
        assert self.open[delivery.to.key] == 1, "two sends to one contact at once"
        try:
            await self.gate.wait()
            outcome = self.outcomes.pop(0) if self.outcomes else Sent("1")
            if isinstance(outcome, Exception):
                raise outcome
            if not isinstance(outcome, RetryAt | Refused):
                self.sent.append((delivery.to.key, delivery.body))
            return outcome
        finally:
            self.open[delivery.to.key] -= 1


@asynccontextmanager
async def running(database: Database, line: Line, clock: SettableClock, **limits: Any) -> AsyncIterator[Dispatcher]:
    dispatcher = Dispatcher(
        store=database,
        gateway=line,
        clock=clock,
        owner="me",
        limits=Limits(**{"overall_per_s": 0, **limits}),
        monotonic=asyncio.get_running_loop().time,
    )
    task = asyncio.create_task(dispatcher.run())
    try:
        yield dispatcher
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def leased(database: Database, *messages: tuple[Address, str, str]) -> list[Delivery]:
    """Put messages (to, lane, words) in the outbox as intake does for what this process sends itself."""
    out = [Outgoing(to, lane, words, leased=True) for to, lane, words in messages]
    ids = await database.write(lambda tx: tx.put_deliveries(out, NOW, "me"))
    return [Delivery(id_, o.to, o.lane, o.body, 1, NOW) for id_, o in zip(ids, out, strict=True)]


async def statuses(database: Database) -> list[tuple[str, str]]:
    query = sa.text("SELECT status, why FROM outbox ORDER BY id")
    return await database.read(lambda tx: [tuple(row) for row in tx.connection.execute(query)])


async def test_what_is_handed_over_is_sent_in_order_and_recorded(sqlite: Database, clock: SettableClock) -> None:
    line = Line()
    async with running(sqlite, line, clock) as dispatcher:
        dispatcher.take(await leased(sqlite, *[(ANNA, "reply", str(n)) for n in range(20)], (BO, "reply", "b")))
        await dispatcher.drain()
    assert [words for key, words in line.sent if key == "1"] == [str(n) for n in range(20)]
    assert await statuses(sqlite) == [("sent", "")] * 21
    bodies = await sqlite.read(lambda tx: tx.connection.execute(sa.text("SELECT DISTINCT body FROM outbox")).scalars().all())
    assert bodies == [b""], "sent words are not kept"


async def test_what_was_left_in_the_database_is_sent_too(database: Database, clock: SettableClock) -> None:
    out = [Outgoing(ANNA, "reply", "left", leased=False)]
    await database.write(lambda tx: tx.put_deliveries(out, NOW, "dead"))
    line = Line()
    async with running(database, line, clock) as dispatcher:
        while not line.sent:
            await asyncio.sleep(0.01)
        await dispatcher.drain()
    assert line.sent == [("1", "left")]


async def test_what_stands_behind_another_in_the_database_follows_at_once(
    database: Database, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What staff or the clock say to somebody, and the answers that came to stand behind it."""
    monkeypatch.setattr(bot.services.dispatcher, "CLAIM_EVERY_S", 60)
    out = [Outgoing(ANNA, "reply", str(n), leased=False) for n in range(5)]
    await database.write(lambda tx: tx.put_deliveries(out, NOW, ""))
    line = Line()
    async with running(database, line, clock), asyncio.timeout(10):
        while len(line.sent) < len(out):
            await asyncio.sleep(0.01)
    assert [words for _, words in line.sent] == [str(n) for n in range(5)]


async def test_what_is_put_there_while_it_claims_is_claimed_at_once(
    sqlite: Database, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.services.dispatcher, "CLAIM_EVERY_S", 60)
    line, asked, go_on = Line(), asyncio.Event(), asyncio.Event()

    class Slow:
        """The claim is through, and its caller does not know yet."""

        async def write(self, work: Any, *, rides: bool = False) -> Any:
            result = await sqlite.write(work, rides=rides)
            if isinstance(result, list):  # what it claimed
                asked.set()
                await go_on.wait()
            return result

    async with running(Slow(), line, clock) as dispatcher, asyncio.timeout(10):  # type: ignore[arg-type]
        await asked.wait()
        await sqlite.write(lambda tx: tx.put_deliveries([Outgoing(ANNA, "page", "page", leased=False)], NOW, ""))
        dispatcher.poke()
        go_on.set()
        while not line.sent:
            await asyncio.sleep(0.01)


async def test_a_page_does_not_wait_behind_as_many_replies_as_are_held(sqlite: Database, clock: SettableClock) -> None:
    """A thousand people wrote within a minute, and the platform takes their answers one by one."""
    line, crowd = Line(), [(Address("telegram", str(5_000 + n)), "reply", "answer") for n in range(HELD_AT_MOST + AT_ONCE)]
    async with running(sqlite, line, clock, overall_per_s=6, kept_for_pages=5) as dispatcher:
        dispatcher.take(await leased(sqlite, *crowd))
        pages = [Outgoing(Address("telegram", str(n)), "page", "page", leased=False) for n in range(3)]
        await sqlite.write(lambda tx: tx.put_deliveries([*pages, Outgoing(BO, "reply", "no room", leased=False)], NOW, ""))
        dispatcher.poke()
        async with asyncio.timeout(10):
            while [words for _, words in line.sent].count("page") < len(pages):
                await asyncio.sleep(0.01)
        assert len(line.sent) < 30 and not dispatcher.has_room()
        assert (await statuses(sqlite))[-1] == ("pending", ""), "a reply waits where it is until there is room"


async def test_a_page_goes_before_replies_that_wait(sqlite: Database, clock: SettableClock) -> None:
    line = Line()
    line.gate.clear()
    async with running(sqlite, line, clock) as dispatcher:
        dispatcher.take(await leased(sqlite, (ANNA, "reply", "first"), (ANNA, "reply", "second"), (ANNA, "page", "page")))
        await asyncio.sleep(0)
        line.gate.set()
        await dispatcher.drain()
    assert [w for _, w in line.sent].index("page") <= 1


async def test_a_flood_answer_holds_back_that_chat_only(sqlite: Database, clock: SettableClock) -> None:
    line = Line()
    line.outcomes = [RetryAt(NOW + timedelta(milliseconds=150), "flood")]
    async with running(sqlite, line, clock) as dispatcher:
        dispatcher.take(await leased(sqlite, (ANNA, "reply", "a1"), (ANNA, "reply", "a2")))
        dispatcher.take(await leased(sqlite, (BO, "reply", "b")))
        await dispatcher.drain()
    assert [w for _, w in line.sent] == ["b", "a1", "a2"], "nothing is lost and nothing overtakes"


@pytest.mark.parametrize(
    ("lane", "lost", "sent", "became"),
    [
        ("reply", 1, ["it", "it", "next"], ("sent", "")),
        ("reply", 2, ["it", "it", "next"], ("unknown", "timed out")),
        ("broadcast", 1, ["it", "next"], ("unknown", "timed out")),
    ],
)
async def test_a_reply_whose_line_broke_is_sent_once_more_and_news_are_not(
    lane: str, lost: int, sent: list[str], became: tuple[str, str], sqlite: Database, clock: SettableClock
) -> None:
    line = Line()
    line.outcomes = [Unknown("timed out")] * lost
    async with running(sqlite, line, clock) as dispatcher:
        dispatcher.take(await leased(sqlite, (ANNA, lane, "it"), (ANNA, lane, "next")))
        await dispatcher.drain()
    assert [w for _, w in line.sent] == sent, "in order, and never a third time"
    assert await statuses(sqlite) == [became, ("sent", "")]


async def test_what_stands_behind_a_blocked_address_is_refused_and_others_go_on(sqlite: Database, clock: SettableClock) -> None:
    line = Line()
    line.outcomes = [Refused("blocked", gone=True)]
    async with running(sqlite, line, clock) as dispatcher:
        dispatcher.take(await leased(sqlite, (ANNA, "reply", "a1"), (ANNA, "reply", "a2"), (BO, "reply", "b")))
        await dispatcher.drain()
    assert [w for _, w in line.sent] == ["b"]
    assert [status for status, _ in await statuses(sqlite)] == ["refused", "refused", "sent"]


async def test_a_fault_of_ours_is_tried_again_and_stops_nobody(sqlite: Database, clock: SettableClock) -> None:
    line = Line()
    line.outcomes = [KeyError("ours")]
    async with running(sqlite, line, clock) as dispatcher:
        dispatcher.take(await leased(sqlite, (ANNA, "reply", "a"), (BO, "reply", "b")))
        await dispatcher.drain()
    assert sorted(w for _, w in line.sent) == ["a", "b"]


async def test_a_reply_of_yesterday_is_not_sent_any_more(sqlite: Database, clock: SettableClock) -> None:
    line = Line()
    old = await leased(sqlite, (ANNA, "reply", "old"), (ANNA, "page", "old page"))
    clock.at = NOW + GIVE_UP_AFTER + timedelta(seconds=1)
    async with running(sqlite, line, clock) as dispatcher:
        dispatcher.take(old)
        await dispatcher.drain()
    assert [w for _, w in line.sent] == ["old page"], "a page is never given up"
    assert ("refused", "too late") in await statuses(sqlite)


async def test_outcomes_survive_a_store_that_is_away_for_a_while(sqlite: Database, clock: SettableClock) -> None:
    from bot.services.ports import StoreUnavailable

    class Flaky:
        def __init__(self) -> None:
            self.away = 2

        async def write(self, work: Any, **how: bool) -> Any:
            if self.away and getattr(work, "__defaults__", None) and len(work.__defaults__) == 2:  # a record
                self.away -= 1
                raise StoreUnavailable("OperationalError")
            return await sqlite.write(work)

        async def read(self, work: Any) -> Any:
            return await sqlite.read(work)

    line = Line()
    flaky: Any = Flaky()
    async with running(flaky, line, clock) as dispatcher:
        dispatcher.take(await leased(sqlite, (ANNA, "reply", "a")))
        await dispatcher.drain()
    assert flaky.away == 0 and line.sent == [("1", "a")]
    assert await statuses(sqlite) == [("sent", "")]


async def test_one_message_a_second_to_one_chat(sqlite: Database, clock: SettableClock) -> None:
    line = Line()
    loop = asyncio.get_running_loop()
    async with running(sqlite, line, clock, overall_per_s=25, per_chat_s=0.2) as dispatcher:
        start = loop.time()
        dispatcher.take(await leased(sqlite, *[(ANNA, "reply", str(n)) for n in range(3)], (BO, "reply", "b")))
        await dispatcher.drain()
        assert loop.time() - start >= 0.4
    assert line.sent[1] == ("-2", "b") and len(line.sent) == 4
