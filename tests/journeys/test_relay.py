"""People answer one conversation for a while: its words go to them and nothing is lost, danger never waits, both find back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.calendar import SWEDEN
from bot.domain.people import Role
from bot.domain.relaying import HOLDS
from tests.journeys.readers import Reader, a_reader
from tests.journeys.test_questions import OFFICE, Ahead, helper, nobody_left, opens_first, says, stored
from tests.journeys.test_street import settled
from tests.support.bot_api import running
from tests.support.databases import ready_url
from tests.support.screen import words
from tests.support.staff import Clerk
from tests.support.town import Town
from tests.support.whole import Whole, a_service_running, real_content

__all__ = ["nobody_left"]  # a fixture of every test here
GETS = "The people who answer here get what you wrote."
DANGER = "In danger? Call 112 now. It is free and open day and night."
ASKS = "де купити насіння соняшника"


async def asks_a_person(reader: Reader, whole: Whole, clerk: Clerk) -> str:
    """Send a question and let the clerk take it; return its path."""
    await reader.arrives()
    await reader.presses("Українська")
    await reader.presses("Норрчепінг")
    await reader.writes("asdf qwer zxcv")
    await reader.presses(says("Ask a person"))
    await reader.presses(says("Send it"))
    await reader.reads(says("Your question is with people now. The answer comes here."))
    path = await opens_first(clerk)
    await clerk.sends(f"{path}/claim")
    return path


@pytest.mark.parametrize(("door", "kind"), [("telegram", "sqlite"), ("telegram", "postgresql"), ("web", "sqlite")])
async def test_people_answer_a_whole_conversation(door: str, kind: str, tmp_path: Path) -> None:
    url = await ready_url(kind, tmp_path)
    async with a_reader(door, tmp_path, BOT_DATABASE_URL=url) as (olena, whole):
        vera = await helper(whole, "Vera")
        path = await asks_a_person(olena, whole, vera)
        assert says("People answer this conversation for {n} hours", "en").format(n=24) in vera.text
        await vera.sends(f"{path}/people", on="1")
        assert says("Let the machine answer again", "en") in vera.text
        until = says("A person answers here now, until {day}, {time}.").split("{day}")[0]
        await olena.reads(until)
        await vera.sends(f"{path}/answer", words="З якого ви міста?", language="uk")
        await olena.reads("З якого ви міста?")
        assert says("Let the machine answer") in await olena.choices()
        await olena.writes("коли дитину візьмуть до школи")  # the machine has a text on this, and holds its tongue
        await olena.reads(says(GETS))
        await olena.writes("чоловік мене б'є, я боюся")
        await olena.reads(says(DANGER))
        await olena.presses(says("I see a child alone"))
        await olena.reads(says("Is the child in danger now? Call 112."))
        await olena.writes("ми з Харкова, дякую")
        onward = await opens_first(vera)
        assert onward != path and "коли дитину візьмуть до школи" in vera.text and "б'є" not in vera.text
        await _until(vera, onward, "ми з Харкова, дякую")  # nobody held it, so both messages are one question
        assert "З якого ви міста?" in vera.text and "asdf qwer zxcv" in vera.text, "the thread is read in one place"
        await vera.sends(f"{onward}/claim")
        await olena.writes("і ще одне, я забула")
        await _until(vera, "/staff/questions", says("a conversation goes on", "en"), 2)
        await vera.sends(f"{onward}/answer", words="З 6 років.", language="uk")
        await olena.reads("З 6 років.")
        last = await opens_first(vera)
        assert last != onward and "і ще одне, я забула" in vera.text, "what came while she wrote waits by itself"
        await olena.presses(says("Let the machine answer"))
        await olena.reads(says("The machine answers here again. Write your question, or choose a topic."))
        assert await stored(whole, "SELECT thread FROM relays") == []
        await olena.writes("як записати дитину до школи")
        title = real_content().catalog.answer("school-start", OFFICE, "uk", Ahead().now().date()).title
        await olena.reads(title)
        assert len(await stored(whole, "SELECT id FROM questions WHERE state = 'waiting'")) == 1
        assert "Харкова" not in str(await stored(whole, "SELECT * FROM questions")), "words are sealed"


async def _until(clerk: Clerk, path: str, words: str, times: int = 1) -> None:
    for _ in range(200):
        await clerk.opens(path)
        if clerk.text.count(words) >= times:
            return
    raise AssertionError(clerk.text)


async def test_it_ends_by_itself_and_is_said_by_day(tmp_path: Path) -> None:
    clock = Ahead()
    while clock.now().astimezone(SWEDEN).hour != 12:
        clock.by += timedelta(minutes=30)
    async with running() as api, a_service_running(tmp_path, api, clock=clock) as whole:
        egil, olena = await helper(whole, "Egil", Role.LEAD), await settled(Town(api), "Olena")
        await olena.says(ASKS)
        await olena.waits_for("112")
        await olena.says("/person")
        await olena.waits_for(ASKS)
        await olena.presses(says("Send it"))
        await olena.waits_for(says("Your question is with people now. The answer comes here."))
        path = await opens_first(egil)
        await egil.sends(f"{path}/people", on="1")
        assert says("Take the question first: whoever answers it decides this.", "en") in egil.text
        await egil.sends(f"{path}/claim")
        await egil.sends(f"{path}/people", on="1")
        await olena.waits_for(says("A person answers here now, until {day}, {time}.").split("{day}")[0])
        olena.looks_at_all()
        await olena.says("/home")
        await olena.answered()
        assert says("Let the machine answer") in str(olena.last["reply_markup"])
        await olena.says("так")
        await olena.waits_for(says(GETS))
        clock.by += HOLDS + timedelta(minutes=1)
        await whole.service.asked.look()
        await olena.waits_for(says("The machine answers here again. Write your question, or choose a topic."))
        await olena.says("як записати дитину до школи")
        await olena.waits_for(real_content().catalog.answer("school-start", OFFICE, "uk", clock.now().date()).title)
        actions = [r[0] for r in await stored(whole, "SELECT action FROM audit WHERE action LIKE 'relay%'")]
        assert actions == ["relay.begun"]


async def test_when_nobody_is_left_to_answer_the_asker_hears_that_the_machine_is_back(tmp_path: Path) -> None:
    clock = Ahead()
    while clock.now().astimezone(SWEDEN).hour != 12:
        clock.by += timedelta(minutes=30)
    async with running() as api, a_service_running(tmp_path, api, clock=clock) as whole:
        egil, olena = await helper(whole, "Egil", Role.LEAD), await settled(Town(api), "Olena")
        await olena.says("/person")
        await olena.says(ASKS)
        await olena.waits_for(ASKS)
        await olena.presses(says("Send it"))
        await olena.waits_for(says("Your question is with people now. The answer comes here."))
        path = await opens_first(egil)
        await egil.sends(f"{path}/claim")
        await egil.sends(f"{path}/people", on="1")
        await olena.waits_for(says("A person answers here now, until {day}, {time}.").split("{day}")[0])
        await whole.service.store.write(lambda tx: tx.people.change_staff(egil.id, active=False))
        await whole.service.asked.look()
        back = await olena.waits_for(says("The machine answers here again. Write your question, or choose a topic."))
        assert says("Nobody is here to answer at the moment. If it cannot wait, ask an office by telephone.") in words(back)
        assert await stored(whole, "SELECT sender FROM relays") == []


async def test_staff_end_it_too_and_erasing_ends_everything(tmp_path: Path) -> None:
    async with running() as api, a_service_running(tmp_path, api) as whole:
        vera, olena = await helper(whole, "Vera"), await settled(Town(api), "Olena")
        await olena.says("/person")
        await olena.answered()
        await olena.says(ASKS)
        await olena.waits_for(ASKS)
        await olena.presses(says("Send it"))
        await olena.waits_for(says("Your question is with people now. The answer comes here."))
        path = await opens_first(vera)
        await vera.sends(f"{path}/claim")
        await vera.sends(f"{path}/people", on="1")
        await olena.waits_for(says("A person answers here now, until {day}, {time}.").split("{day}")[0])
        await vera.sends(f"{path}/people", on="0")
        await olena.waits_for(says("The machine answers here again. Write your question, or choose a topic."))
        await vera.sends(f"{path}/people", on="1")
        await olena.taps("erase:yes")
        await olena.waits_for("Erased")
        assert await stored(whole, "SELECT thread FROM relays") == []
        assert await stored(whole, "SELECT key FROM questions") == []
