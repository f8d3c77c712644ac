"""Questions for people, where a slip would harm: danger, a colleague who holds one, an answer that finds nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from bot.domain import question_talk
from bot.domain.messages import ArticleShown, Verbatim
from bot.domain.people import Role
from bot.domain.question import Question
from tests.journeys.test_questions import ODD, helper, nobody_left, opens_first, says, stored
from tests.journeys.test_street import settled
from tests.support.bot_api import running
from tests.support.screen import words
from tests.support.staff import Clerk
from tests.support.town import Person, Town
from tests.support.whole import Whole, a_service_running, real_content

__all__ = ["nobody_left"]  # a fixture of every test here


@asynccontextmanager
async def asked(tmp_path: Path) -> AsyncIterator[tuple[Whole, Clerk, Person]]:
    """A service with Vera the helper, and Olena, whose question waits."""
    async with running() as api, a_service_running(tmp_path, api) as whole:
        vera = await helper(whole, "Vera")
        olena = await settled(Town(api), "Olena")
        await olena.says("/person")
        await olena.waits_for(says("Write your question in one message. Then you see what happens with it, and decide."))
        await olena.says(ODD)
        await olena.waits_for(says("Shall we send this to people who answer here?"))
        await olena.presses(says("Send it"))
        await olena.waits_for(says("Your question is with people now. The answer comes here."))
        yield whole, vera, olena
        olena.looks_at_all()


async def test_danger_is_passed_on_also_while_a_colleague_holds_the_question(tmp_path: Path) -> None:
    async with asked(tmp_path) as (whole, vera, olena):
        egil = await helper(whole, "Egil", Role.LEAD)
        path = await opens_first(vera)
        await vera.sends(f"{path}/claim")
        await opens_first(egil)
        await egil.sends(f"{path}/urgent")
        await olena.waits_for(says("A person read your question. This needs the social services or the police, not a helper."))
        assert await stored(whole, "SELECT state FROM questions WHERE state = 'waiting'") == [], "it has left the queue"


async def test_what_a_colleague_held_who_left_is_free(tmp_path: Path) -> None:
    async with asked(tmp_path) as (whole, vera, _):
        egil = await helper(whole, "Egil", Role.LEAD)
        path = await opens_first(vera)
        await vera.sends(f"{path}/claim")
        gone = sa.text("UPDATE staff SET active = false WHERE name = 'Vera'")
        await whole.service.store.write(lambda tx: tx.connection.execute(gone))
        await opens_first(egil)
        await egil.sends(f"{path}/claim")
        assert says("Send the answer", "en") in egil.text


def test_a_text_in_an_answer_is_for_the_place_of_whoever_reads_it() -> None:
    """The helper who passed it on lives in Norrköping, the asker in Örebro."""
    question = Question(1, "k", "uk", "norrkoping", "", True, datetime(2026, 11, 27, tzinfo=UTC), mark="approved")
    catalog = real_content().catalog
    told = question_talk.answered(question, "?", "", "uk", "school-start", "", reader="uk", place="orebro", catalog=catalog)
    assert [p.place for p in told.parts if isinstance(p, ArticleShown)] == ["orebro"]


async def test_the_asker_reads_the_text_for_the_place_that_is_theirs_now(tmp_path: Path) -> None:
    async with asked(tmp_path) as (whole, vera, olena):
        path = await opens_first(vera)
        await vera.sends(f"{path}/claim")
        moved = sa.text("UPDATE contacts SET place = 'orebro'")
        await whole.service.store.write(lambda tx: tx.connection.execute(moved))
        await vera.sends(f"{path}/answer", words="", language="uk", article="school-start")
        told = words(await olena.waits_for(says("✔ Approved text: editors checked it against its source.")))
        assert "Örebro" in told or "Еребру" in told, told
        assert "Norrköping" not in told


async def test_an_answer_that_came_while_the_bot_was_blocked_is_read_afterwards(tmp_path: Path) -> None:
    async with asked(tmp_path) as (whole, vera, olena):
        path = await opens_first(vera)
        await vera.sends(f"{path}/claim")
        await olena.blocks()
        while not await stored(whole, "SELECT id FROM contacts WHERE NOT alive"):
            await asyncio.sleep(0.02)
        await vera.sends(f"{path}/answer", words="Спитайте у садовому центрі.", language="uk", article="")
        await olena.unblocks()
        await olena.taps("person.mine")
        await olena.waits_for("Спитайте у садовому центрі.")
        await olena.waits_for(says("No question of yours waits here."))


async def test_words_of_an_answer_that_cannot_be_sent_are_given_back(tmp_path: Path) -> None:
    async with asked(tmp_path) as (whole, vera, olena):
        path = await opens_first(vera)
        await vera.sends(f"{path}/claim")
        await olena.presses(says("Take it back"))
        await olena.waits_for(says("Taken back. We have erased the question."))
        assert await stored(whole, "SELECT id FROM questions") == [], "it is erased at once"
        sent = await vera.sends(f"{path}/answer", words="Fråga i trädgården.", language="sv", article="")
        assert sent.status_code == 409 and "Fråga i trädgården." in vera.text
        gone = "The question is no longer here: the person took it back, or an editor has it. Nothing was sent."
        assert says(gone, "en") in vera.text


def test_own_words_and_an_approved_text_each_have_their_mark() -> None:
    question = Question(1, "k", "uk", None, "", False, datetime(2026, 11, 27, tzinfo=UTC), mark="volunteer")
    catalog = real_content().catalog
    told = question_talk.answered(question, "?", "Hej", "sv", "pets", "", reader="sv", place=None, catalog=catalog)
    own, text = [n for n, p in enumerate(told.parts) if isinstance(p, Verbatim | ArticleShown)][1:]
    assert told.parts[own - 1] == question_talk.mark("volunteer", "")
    assert told.parts[text - 1] == question_talk.mark("approved", "")


async def test_the_language_of_an_answer_is_at_first_that_of_the_question(tmp_path: Path) -> None:
    async with asked(tmp_path) as (_, vera, _olena):
        path = await opens_first(vera)
        await vera.sends(f"{path}/claim")
        assert '<option value="uk" selected>' in vera.text and '<option value="en" selected>' not in vera.text
