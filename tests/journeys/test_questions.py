"""Nothing fits, so people answer: queue, claim, silence, another answers; asker and forwarder are told."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.domain.calendar import SWEDEN
from bot.domain.people import Role
from bot.domain.question import ENDS_UNANSWERED, Said, is_working
from tests.journeys.readers import OnTheWeb, a_reader
from tests.journeys.test_street import settled
from tests.support.bot_api import running
from tests.support.browser import a_browser, a_phone
from tests.support.duty import Duty
from tests.support.screen import words
from tests.support.staff import Clerk
from tests.support.town import Town
from tests.support.translate_server import KEY, a_translate_server
from tests.support.whole import Whole, a_service_running, real_content

ODD = "де купити насіння соняшника"
OFFICE = "norrkoping"


def says(msgid: str, language: str = "uk") -> str:
    return real_content().translator.sentence(language, msgid)


class Ahead:
    """The time of day, moved on by hand."""

    def __init__(self) -> None:
        self.by = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


@pytest_asyncio.fixture(autouse=True)
async def nobody_left() -> AsyncIterator[None]:
    yield
    while Clerk.everybody:
        await Clerk.everybody.pop().http.aclose()


async def helper(whole: Whole, name: str, *roles: Role) -> Clerk:
    clerk = await (await Clerk.hired(whole, name, OFFICE, *(roles or (Role.HELPER,)))).lets_herself_in()
    await whole.service.asked.look()
    return clerk


async def opens_first(clerk: Clerk) -> str:
    """Open the oldest question that waits and return its path."""
    await clerk.opens("/staff/questions")
    path = re.search(r'href="(/staff/questions/[0-9a-f]{24})"', clerk.text)
    assert path, clerk.text
    await clerk.opens(path[1])
    return path[1]


async def stored(whole: Whole, sql: str) -> list[Any]:
    return await whole.service.store.read(lambda tx: tx.connection.execute(sa.text(sql)).all())


@pytest.mark.parametrize("door", ["telegram", "web"])
async def test_nothing_fits_and_a_volunteer_answers(door: str, tmp_path: Path) -> None:
    async with a_reader(door, tmp_path) as (olena, whole):
        vera = await helper(whole, "Vera")
        await olena.arrives()
        await olena.presses("Українська")
        await olena.presses("Норрчепінг")
        await olena.writes("/person" if door == "telegram" else "asdf qwer zxcv")
        if door == "telegram":
            await olena.reads(says("Write your question in one message. Then you see what happens with it, and decide."))
            await olena.writes("asdf qwer zxcv")
        else:
            await olena.presses(says("Ask a person"))
        await olena.reads(says("Shall we send this to people who answer here?"))
        await olena.presses(says("Send it"))
        await olena.reads(says("Your question is with people now. The answer comes here."))
        path = await opens_first(vera)
        assert "asdf qwer zxcv" in vera.text and "Norrköping" in vera.text and "Olena" not in vera.text
        await vera.sends(f"{path}/claim")
        await vera.sends(f"{path}/answer", words="Fråga värden först.", language="sv", article="")
        await olena.reads("Fråga värden först.")
        unchecked = "○ From a volunteer, in their own words. Nobody has checked it: ask an office before you pay or sign."
        await olena.reads(says(unchecked))
        await olena.reads(says("Written in {language}, and not translated.").format(language="Svenska"))


@pytest.mark.parametrize("fails", [False, True], ids=["translates", "fails"])
async def test_an_answer_in_other_words_is_translated_where_a_machine_does_it(fails: bool, tmp_path: Path) -> None:
    async with a_translate_server() as machine:
        machine.knows["Fråga värden före den 5 maj."] = "Запитайте господаря до 5 травня."
        given = {"BOT_TRANSLATE_URL": machine.url, "BOT_TRANSLATE_KEY": KEY}
        async with a_reader("telegram", tmp_path, **given) as (olena, whole):
            vera = await helper(whole, "Vera")
            await olena.arrives()
            await olena.presses("Українська")
            await olena.presses("Норрчепінг")
            await olena.writes("/person")
            await olena.reads(says("Write your question in one message. Then you see what happens with it, and decide."))
            await olena.writes("asdf qwer zxcv")
            await olena.presses(says("Send it"))
            await olena.reads(says("Your question is with people now. The answer comes here."))
            path = await opens_first(vera)
            await vera.sends(f"{path}/claim")
            if fails:
                machine.fails(500)
            await vera.sends(f"{path}/answer", words="Fråga värden före den 5 maj.", language="sv", article="")
            await olena.reads("Fråga värden före den 5 maj.")
            if fails:
                await olena.reads(says("Written in {language}, and not translated.").format(language="Svenska"))
            else:
                await olena.reads(says("Machine translation of the message above. Check numbers and places."))
                await olena.reads("Запитайте господаря до 5 травня.")


async def test_claimed_silence_another_answers_and_asker_and_forwarder_are_told(tmp_path: Path) -> None:
    clock = Ahead()
    async with running() as api, a_service_running(tmp_path, api, clock=clock) as whole:
        town = Town(api)
        vera, egil = await helper(whole, "Vera"), await helper(whole, "Egil", Role.LEAD)
        olena = await settled(town, "Olena")
        await olena.says("/privacy")
        await olena.answered()
        await olena.presses(says("Answers from volunteers"))
        await olena.answered()
        await olena.presses(says("Yes, allow it"))
        await olena.answered()
        bjorn = await settled(town, "Bjorn")
        await bjorn.forwards(ODD, "user", who=olena)
        await bjorn.answered()
        await bjorn.says("/person")
        await bjorn.waits_for(ODD)
        await bjorn.presses(says("Send it"))
        await bjorn.waits_for(says("The question is with people now. The answer comes here, and to them if they agreed to that."))
        path = await opens_first(vera)
        await vera.sends(f"{path}/claim")
        assert says("Send the answer", "en") in vera.text
        await egil.opens("/staff/questions")
        await egil.sends(f"{path}/claim")
        assert says("A colleague is answering this one. It comes free by itself if they fall silent.", "en") in egil.text
        clock.by = timedelta(minutes=31)
        await vera.lets_herself_in()
        await egil.lets_herself_in()
        await opens_first(egil)
        await egil.sends(f"{path}/claim")
        await vera.opens("/staff/questions")
        await vera.sends(f"{path}/answer", words="Jag var för sen.", language="sv")
        assert says("A colleague has taken this one over. Nothing was sent.", "en") in vera.text
        await opens_first(egil)
        await egil.sends(f"{path}/answer", words="Спитайте у садовому центрі.", language="uk", article="pets")
        office = says("▣ From an office: {office}.").format(office=f"Socialtjänsten {OFFICE}")
        told = await bjorn.waits_for("Спитайте у садовому центрі.")
        assert office in words(told) and says("An answer to the question that you passed on") in words(told)
        asker = await olena.waits_for("Спитайте у садовому центрі.")
        assert office in words(asker) and says("A volunteer asked for you. This is the answer") in words(asker)
        assert real_content().catalog.answer("pets", OFFICE, "uk", datetime.now(UTC).date()).title in words(asker)
        rows = str(await stored(whole, "SELECT * FROM questions"))
        assert "насіння" not in rows and "садовому" not in rows, "words are sealed"
        await egil.opens(path)
        await egil.sends(f"{path}/draft")
        (draft,) = whole.service.settings.drafts_dir.glob("*.yaml")
        assert "Спитайте у садовому центрі." in draft.read_text() and "насіння" not in draft.read_text()
        await olena.presses(says("It did not help"))
        await olena.waits_for(says("We are sorry. We count it, and editors see that this answer needs work."))
        await olena.presses(says("It did not help"), on=asker)
        assert [tuple(r)[-1] for r in await stored(whole, "SELECT * FROM helps")] == [1], "once for each person and version"
        olena.looks_at_all()


async def test_on_the_web_too_claimed_silence_another_answers_and_both_are_told(tmp_path: Path) -> None:
    """One helper asks for somebody whose words she pastes, and the person asks herself: each by her own phone."""
    clock = Ahead()
    async with a_service_running(tmp_path, clock=clock) as whole, a_browser() as browser:
        vera, egil = await helper(whole, "Vera"), await helper(whole, "Egil", Role.LEAD)
        olena, bjorn = [OnTheWeb(await a_phone(browser, whole.url), whole.url) for _ in range(2)]
        for reader in (olena, bjorn):
            await reader.arrives()
            await reader.presses("Українська")
            await reader.presses("Норрчепінг")
        await olena.writes(ODD)
        await olena.presses(says("Ask a person"))
        await olena.presses(says("Send it"))
        await olena.reads(says("Your question is with people now. The answer comes here."))
        await bjorn.presses(says("I am helping somebody"))
        await bjorn.writes(f"{ODD} і ґрунт")
        await bjorn.presses(says("Ask a person"))
        await bjorn.reads(f"{ODD} і ґрунт")
        await bjorn.presses(says("Send it"))
        passed_on = "The question is with people now. The answer comes here, and to them if they agreed to that."
        await bjorn.reads(says(passed_on))
        await vera.opens("/staff/questions")
        paths = list(dict.fromkeys(re.findall(r'href="(/staff/questions/[0-9a-f]{24})"', vera.text)))
        assert len(paths) == 2
        for path in paths:
            await vera.sends(f"{path}/claim")
            await egil.opens("/staff/questions")
            await egil.sends(f"{path}/claim")
            assert says("A colleague is answering this one. It comes free by itself if they fall silent.", "en") in egil.text
        clock.by = timedelta(minutes=31)
        await vera.lets_herself_in()
        await egil.lets_herself_in()
        for path, words_ in zip(paths, ("Спитайте у садовому центрі.", "Ґрунт є у садовому центрі."), strict=True):
            await egil.opens("/staff/questions")
            assert says("Nobody has it", "en") in egil.text, "released, and nobody was told off"
            await egil.sends(f"{path}/claim")
            await vera.opens("/staff/questions")
            await vera.sends(f"{path}/answer", words="Jag var för sen.", language="sv")
            assert says("A colleague has taken this one over. Nothing was sent.", "en") in vera.text
            await egil.opens("/staff/questions")
            await egil.sends(f"{path}/answer", words=words_, language="uk")
        office = says("▣ From an office: {office}.").format(office=f"Socialtjänsten {OFFICE}")
        for reader, title, answer in (
            (olena, "An answer to your question", "Спитайте у садовому центрі."),
            (bjorn, "An answer to the question that you passed on", "Ґрунт є у садовому центрі."),
        ):
            await reader.reads(answer)
            await reader.reads(says(title))
            await reader.reads(office)
            assert await reader.count("Jag var för sen.") == 0
            assert reader.phone.noise == []


async def test_relay_sends_everything_to_people_but_danger(tmp_path: Path) -> None:
    async with running() as api, a_service_running(tmp_path, api) as whole:
        town = Town(api)
        egil = await helper(whole, "Egil", Role.LEAD)
        olena = await settled(town, "Olena")
        await egil.opens("/staff/questions")
        await egil.sends("/staff/questions/relay", on="1")
        assert says("Switch the finder on again", "en") in egil.text
        await olena.says("як записати дитину до школи")
        await olena.waits_for(says("Today people answer here, not the machine."))
        await olena.presses(says("Send it"))
        await olena.waits_for(says("Your question is with people now. The answer comes here."))
        await olena.says("чоловік мене б'є, я боюся")
        await olena.waits_for(says("In danger? Call 112 now. It is free and open day and night."))
        await egil.opens("/staff/questions")
        await egil.sends("/staff/questions/relay", on="0")
        await olena.says("коли дитину візьмуть до школи")
        await olena.waits_for(real_content().catalog.answer("school-start", OFFICE, "uk", datetime.now(UTC).date()).title)
        path = await opens_first(egil)
        assert "записати дитину" in egil.text, "switching loses nothing"
        await egil.sends(f"{path}/urgent")
        await olena.waits_for(says("A person read your question. This needs the social services or the police, not a helper."))


async def test_words_of_danger_are_never_sent_to_the_queue(tmp_path: Path) -> None:
    async with running() as api, a_service_running(tmp_path, api) as whole:
        await helper(whole, "Vera")
        olena = await settled(Town(api), "Olena")
        await olena.says("/person")
        await olena.answered()
        olena.looks_at_all()
        danger = "чоловік мене б'є, я боюся"
        await olena.says(danger)
        urgent = await olena.answered()
        assert says("In danger? Call 112 now. It is free and open day and night.") in words(urgent)
        olena.looks_at_all()
        await olena.taps(f"person.yes:{Said(danger, 'uk').mark}")  # of the screen that there must not be
        asks = await olena.answered()
        assert says("Write your question in one message. Then you see what happens with it, and decide.") in words(asks)
        olena.looks_at_all()
        assert await stored(whole, "SELECT id FROM questions") == []


async def test_staff_hear_once_by_day_that_something_waits_and_the_asker_of_its_end(tmp_path: Path) -> None:
    clock = Ahead()
    while not (is_working(clock.now().astimezone(SWEDEN).date()) and clock.now().astimezone(SWEDEN).hour == 10):
        clock.by += timedelta(minutes=30)
    async with running() as api, a_service_running(tmp_path, api, clock=clock) as whole:
        town = Town(api)
        vera, olena = town.person("Vera", language_code="sv"), await settled(town, "Olena")
        await Duty(whole.service.store).on_call("Vera", OFFICE, roles=(Role.HELPER,), level=9, telegram=vera.key)
        await whole.service.asked.look()
        await olena.says("/person")
        await olena.waits_for(says("Write your question in one message. Then you see what happens with it, and decide."))
        await olena.says(ODD)
        await olena.waits_for(says("Shall we send this to people who answer here?"))
        await olena.presses(says("Send it"))
        await olena.waits_for(says("Your question is with people now. The answer comes here."))
        await whole.service.asked.look()
        await vera.waits_for("1 fråga väntar på svar.")
        assert ODD not in words(vera.last)
        await whole.service.asked.look()
        clock.by += ENDS_UNANSWERED
        await whole.service.asked.look()
        await olena.waits_for(says("Nobody here could answer your question of {day}. We are sorry.").split(" {day}")[0])
        assert [words(m) for m in vera.received].count("1 fråga väntar på svar.") == 1
        assert await stored(whole, "SELECT id FROM questions WHERE state = 'waiting'") == []
