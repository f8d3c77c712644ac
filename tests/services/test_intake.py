"""From inbox to outbox: one transaction, contacts in parallel, each contact in order, and a bad row hurts nobody else."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.adapters.store.database import Database
from bot.domain.conversation import Conversation, Flows, Found, Frame, Hit, Transition
from bot.domain.events import Address, ButtonPressed, Event, ForwardReceived
from bot.domain.flows import FLOWS
from bot.domain.messages import Capabilities, Line, Message, say, unpacked
from bot.domain.outbox import Delivery
from bot.services.findings import Findings
from bot.services.intake import Intake
from bot.services.ports import StoreUnavailable
from bot.services.render import Renderer
from tests.support.builders import NOW, PlainTranslator, SettableClock, a_catalog, a_text
from tests.support.databases import a_database


class Desk:
    """An intake with what it handed on."""

    def __init__(self, database: Any, clock: SettableClock, flows: Flows = FLOWS, room: bool = True) -> None:
        self.leased: list[Delivery] = []
        self.touched: list[Address] = []
        self.database = database

        async def finder(words: str) -> Found:
            return Found()

        self.intake = Intake(
            store=database,
            clock=clock,
            flows=flows,
            renderer=Renderer(a_catalog(), PlainTranslator()),
            finder=finder,
            capabilities={
                "telegram": Capabilities(max_text=4096),
                "web": Capabilities(has_header=True, shows_own_words=False, pushed=False),
            },
            committed=self._committed,
            room=lambda: room,
            owner="me",
        )

    def _committed(self, leased: Sequence[Delivery], touched: Sequence[Address]) -> None:
        self.leased.extend(leased)
        self.touched.extend(touched)

    def said(self) -> list[str]:
        return [unpacked(d.body).blocks[0].plain() for d in self.leased]


@asynccontextmanager
async def running(desk: Desk) -> AsyncIterator[Desk]:
    task = asyncio.create_task(desk.intake.run())
    try:
        yield desk
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def rows(database: Database, query: str) -> list[Any]:
    return await database.read(lambda tx: [tuple(r) for r in tx.connection.execute(sa.text(query))])


def echoing(fails_on: str = "") -> Flows:
    """Flows that say back what was said, count, and fail on one word."""

    def taker(conversation: Conversation, event: Event, frame: Frame) -> Transition:
        words = event.words  # type: ignore[attr-defined]
        if fails_on and fails_on in words:
            raise ValueError(words)
        count = conversation.answers.get("count", 0) + 1
        conversation = replace(conversation, answers={"count": count})
        return Transition(conversation).saying(Message((Line(say("{n}: {words}", n=count, words=words)),)))

    return replace(FLOWS, takers={kind: taker for kind in FLOWS.takers})


async def test_an_answer_is_in_the_outbox_when_accept_returns(database: Database, clock: SettableClock) -> None:
    async with running(Desk(database, clock, echoing())) as desk:
        await desk.intake.accept(a_text("привіт"))
        assert desk.said() == ["1: привіт"]
        assert await rows(database, "SELECT status, owner FROM outbox") == [("sending", "me")]
        assert await rows(database, "SELECT state, event FROM inbox") == [("done", b"")]


async def test_a_repeat_changes_nothing(database: Database, clock: SettableClock) -> None:
    async with running(Desk(database, clock, echoing())) as desk:
        await asyncio.gather(*(desk.intake.accept(a_text("a", id="1")) for _ in range(5)))
        await desk.intake.accept(a_text("a", id="1"))
        assert desk.said() == ["1: a"]


async def test_what_is_slow_to_find_keeps_its_place_and_danger_waits_for_nothing(
    database: Database, clock: SettableClock
) -> None:
    slow = asyncio.Event()

    async def finder(words: str) -> Found:
        if words == "slow":
            await slow.wait()
        return Found(danger="child_alone" if words == "danger" else "")

    desk = Desk(database, clock, echoing())
    desk.intake._findings = Findings(finder)
    async with running(desk):
        first = asyncio.create_task(desk.intake.accept(a_text("slow", id="1")))
        await asyncio.sleep(0)
        second = asyncio.create_task(desk.intake.accept(a_text("quick", id="2")))
        await asyncio.sleep(0)
        await desk.intake.accept(a_text("danger", id="3"))
        third = asyncio.create_task(desk.intake.accept(a_text("last", id="4")))
        await desk.intake.accept(a_text("elsewhere", who="2", id="5"))
        assert desk.said() == ["1: danger", "1: elsewhere"]
        slow.set()
        await asyncio.gather(first, second, third)
        assert desk.said()[2:] == ["2: slow", "3: quick", "4: last"]
        assert len(desk.intake._turns) == 0


async def test_one_contact_in_order_many_at_once(database: Database, clock: SettableClock) -> None:
    async with running(Desk(database, clock, echoing())) as desk:
        events = [a_text(str(n), who=str(who), id=f"{who}-{n}") for n in range(8) for who in range(12)]
        await asyncio.gather(*(desk.intake.accept(e) for e in events))
        for who in range(12):
            said = [unpacked(d.body).blocks[0].plain() for d in desk.leased if d.to.key == str(who)]
            assert said == [f"{n + 1}: {n}" for n in range(8)]


async def test_a_bad_row_is_tried_three_times_then_set_aside_with_the_numbers_to_ring(
    database: Database, clock: SettableClock
) -> None:
    async with running(Desk(database, clock, echoing(fails_on="poison"))) as desk:
        bad = desk.intake.accept(a_text("poison", who="1", id="1"))
        good = [desk.intake.accept(a_text(f"fine {n}", who=str(n), id=f"g{n}")) for n in range(2, 6)]
        await asyncio.gather(bad, *good)
        assert len(desk.said()) == 4, "the others are answered"
        await desk.intake.accept(a_text("after it", who="1", id="2"))
        assert len(desk.said()) == 4, "nothing overtakes the row that is to be tried again"
        for seconds in (2, 6):
            clock.passes(seconds=seconds)
            await desk.intake._pick_up()
        assert await rows(database, "SELECT state, attempts, error FROM inbox WHERE state != 'done'") == [
            ("aside", 3, "ValueError")
        ]
        texts = [str(d.body) for d in desk.leased if d.to.key == "1"]
        assert "112" in texts[0] and "went wrong" in texts[0], "the fixed fallback"
        assert "1: after it" in texts[1], "and then life goes on"


async def test_rows_left_by_a_dead_process_are_handled_at_start(database: Database, clock: SettableClock) -> None:
    await database.write(lambda tx: tx.keep(tx.put_in_inbox([a_text("left", who="9", id="9")], NOW)))
    async with running(Desk(database, clock, echoing())) as desk:
        await desk.intake.accept(a_text("new", who="8", id="8"))
        assert sorted(desk.said()) == ["1: left", "1: new"]


# --- forwards -------------------------------------------------------------------------------------------------------------


def a_forward(words: str, id: str, who: str = "1", **fields: Any) -> ForwardReceived:
    return ForwardReceived(id, NOW, Address("telegram", who), words, **fields)


def passed_on_of(desk: Desk) -> list[str]:
    return [str(d.body) for d in desk.leased]


async def test_forwards_in_a_row_wait_for_one_another_and_get_one_answer(database: Database, clock: SettableClock) -> None:
    async with running(Desk(database, clock)) as desk:
        for n in range(3):
            await desk.intake.accept(a_forward(f"питання {n}", str(n)))
        assert passed_on_of(desk) == []
        assert await rows(database, "SELECT state FROM inbox") == [("waiting",)] * 3
        clock.passes(seconds=2)
        await desk.intake._pick_up()
        (body,) = passed_on_of(desk)
        assert "Counted together" in body
        assert await rows(database, "SELECT state, event, key FROM inbox") == [("done", b"", "")] * 3, "no word is left"


async def test_whatever_comes_behind_forwards_ends_the_waiting_and_order_is_kept(
    database: Database, clock: SettableClock
) -> None:
    async with running(Desk(database, clock, echoing())) as desk:
        await desk.intake.accept(a_forward("one", "1"))
        await desk.intake.accept(a_text("two", id="2"))
        assert desk.said() == ["1: one", "2: two"]


async def test_forwards_left_by_a_dead_process_are_found_answers_for(database: Database, clock: SettableClock) -> None:
    asked: list[str] = []

    async def finder(words: str) -> Found:
        asked.append(words)
        return Found((Hit("school-start", 0.9),), sure=True, abstain=False)

    left = [a_forward("до школи", "1"), a_text("школа", who="2", id="2")]
    await database.write(lambda tx: tx.keep(tx.put_in_inbox(left, NOW)))
    clock.passes(seconds=2)
    desk = Desk(database, clock)
    desk.intake._findings._finder = finder
    async with running(desk):
        await desk.intake.accept(a_text("школа", who="3", id="3"))
        assert sorted(asked) == ["до школи", "школа", "школа"]
        assert all("Title uk" in body for body in passed_on_of(desk)) and len(passed_on_of(desk)) == 3
        assert desk.intake._findings._of == {}


async def test_consent_has_a_new_mark_each_time_and_an_asker_is_found_by_it(database: Database, clock: SettableClock) -> None:
    async with running(Desk(database, clock)) as desk:

        async def presses(action: str, id: str, who: str = "2") -> None:
            await desk.intake.accept(ButtonPressed(id, clock.now(), Address("telegram", who), action))

        async def forwards(id: str) -> None:
            desk.leased.clear()
            await desk.intake.accept(a_forward("школа", id, asker="2"))
            clock.passes(seconds=30)
            await desk.intake._pick_up()

        async def finder(words: str) -> Found:
            return Found((Hit("school-start", 0.9),), sure=True, abstain=False)

        desk.intake._findings._finder = finder
        await forwards("a")
        assert "send:school-start" not in passed_on_of(desk)[0], "off until she says yes"
        await presses("reach:yes", "b")
        ((first,),) = await rows(database, "SELECT reach FROM contacts WHERE key = '2'")
        await forwards("c")
        (send,) = set(re.findall(r"send:school-start:\w+", passed_on_of(desk)[0]))
        await presses(send, "d", who="1")
        assert [d.to.key for d in desk.leased if "passes this on" in d.body] == ["2"]
        await presses("reach:no", "e")
        clock.passes(seconds=30)
        await presses("reach:yes", "f")
        ((second,),) = await rows(database, "SELECT reach FROM contacts WHERE key = '2'")
        assert first and second and first != second and first != "2"
        desk.leased.clear()
        await presses(send, "g", who="1")
        assert {d.to.key for d in desk.leased} == {"1"}, "a mark from before leads nowhere"
        await presses("erase:yes", "h")
        assert await rows(database, "SELECT reach FROM contacts WHERE reach IS NOT NULL") == []


async def test_words_of_a_web_visitor_stand_before_their_answer(database: Database, clock: SettableClock) -> None:
    async with running(Desk(database, clock, echoing())) as desk:
        await desk.intake.accept(a_text("де школа?", channel="web", who="v"))
        lines = await database.read(lambda tx: tx.mailbox(Address("web", "v"), 0))
        assert [line.own_words or line.rendered.plain() for line in lines] == ["де школа?", "1: де школа?"]
        assert desk.touched == [Address("web", "v")] * 2 and desk.leased == []


async def test_without_room_the_delivery_waits_in_the_database(database: Database, clock: SettableClock) -> None:
    async with running(Desk(database, clock, echoing(), room=False)) as desk:
        await desk.intake.accept(a_text("a"))
        assert desk.leased == []
        assert await rows(database, "SELECT status FROM outbox") == [("pending",)]


async def test_behind_another_process_a_delivery_queues(database: Database, clock: SettableClock) -> None:
    from bot.services.ports import Outgoing

    held = Outgoing(Address("telegram", "1"), "reply", "{}", leased=True)
    await database.write(lambda tx: tx.put_deliveries([held], NOW, "another process"))
    async with running(Desk(database, clock, echoing())) as desk:
        await desk.intake.accept(a_text("a"))
        assert desk.leased == []
        assert await rows(database, "SELECT status FROM outbox ORDER BY id") == [("sending",), ("pending",)]


async def test_when_the_store_is_away_nothing_is_confirmed(clock: SettableClock) -> None:
    class Away:
        async def write(self, work: Any, **how: bool) -> Any:
            raise StoreUnavailable("OperationalError")

        read = write

    async with running(Desk(Away(), clock, echoing())) as desk:
        with pytest.raises(StoreUnavailable):
            await desk.intake.accept(a_text("a"))


async def test_two_processes_share_the_work_and_no_answer_is_doubled(tmp_path: Path, clock: SettableClock) -> None:
    async with a_database("postgresql", tmp_path) as database:
        first, second = Desk(database, clock, echoing()), Desk(database, clock, echoing())
        async with running(first), running(second):
            events = [a_text(str(n), who=str(n % 7), id=str(n)) for n in range(70)]
            await asyncio.gather(*(desk.intake.accept(e) for e in events for desk in (first, second)))
            for _ in range(3):
                await first.intake._pick_up()
            counts = [row[0] for row in await rows(database, "SELECT answers FROM contacts")]
            assert counts == [b'{"count": 10}'] * 7
            assert (await rows(database, "SELECT count(*) FROM outbox"))[0] == (70,)
