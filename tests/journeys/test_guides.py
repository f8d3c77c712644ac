"""The guides by either door: the same taps and words, the same result."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.test_web_http import Visitor
from tests.journeys.readers import Reader, a_reader
from tests.support.whole import a_service_running, real_content

DOORS = ("telegram", "web")
NAMES = {"uk": "Українська", "sv": "Svenska", "en": "English"}


def button(language: str, msgid: str) -> str:
    return real_content().translator.sentence(language, msgid)


async def settled(reader: Reader, language: str, place: str = "norrkoping") -> None:
    await reader.arrives()
    await reader.presses(NAMES[language])
    await reader.presses(real_content().catalog.places[place].names[language])


async def opens(reader: Reader, language: str, topic: str, guide: str) -> None:
    await reader.presses(next(t for t in real_content().catalog.topics if t.id == topic).names[language])
    await reader.presses(button(language, guide))


@pytest.mark.parametrize("language", NAMES)
@pytest.mark.parametrize("door", DOORS)
async def test_a_mother_of_two_counts_her_allowance_by_buttons(door: str, language: str, tmp_path: Path) -> None:
    def says(msgid: str) -> str:
        return button(language, msgid)

    async with a_reader(door, tmp_path, language) as (reader, _):
        await settled(reader, language)
        await opens(reader, language, "lma", "Count my allowance")
        await reader.presses(says("One adult"))
        await reader.presses(says("No, we buy our food"))
        await reader.presses(says("{first}–{last} years").format(first=4, last=10))
        await reader.presses(says("{first}–{last} years").format(first=11, last=17))
        await reader.presses(says("No more children"))
        await reader.presses(says("No income"))
        await reader.reads(says("One adult: {each} kr").format(each=71))
        await reader.reads("164")  # 71 + 50 + 43
        await reader.reads("förordning (1994:361) 6 §")
        await reader.presses(says("Change an answer"))
        await reader.presses(says("The adults"))
        await reader.presses(says("A couple"))
        await reader.reads("215")  # 122 + 50 + 43


@pytest.mark.parametrize("door", DOORS)
async def test_the_same_count_in_typed_words_with_a_language_change_half_way(door: str, tmp_path: Path) -> None:
    async with a_reader(door, tmp_path) as (reader, _):
        await settled(reader, "uk")
        await opens(reader, "uk", "lma", "Count my allowance")
        await reader.reads(button("uk", "Which adults do we count? A couple is a husband, wife or partner you live with."))
        await reader.writes("пара")
        await reader.reads(button("uk", "Is food free where you live?"))
        if door == "telegram":
            await reader.presses(button("uk", "Language"))
            await reader.presses("Svenska")
        else:
            await reader.page.locator("header").get_by_role("button", name="Svenska").click()  # type: ignore[attr-defined]
        await reader.reads(button("sv", "Is food free where you live?"))
        await reader.writes("nej")
        await reader.reads("2, 7, 15")  # the example in the question
        await reader.writes("2, 7, 15")
        await reader.reads("Har du en inkomst?")
        await reader.writes("1200 kr")
        await reader.reads("233,50")


@pytest.mark.parametrize("door", DOORS)
async def test_a_place_asked_on_the_way_brings_back_to_the_school_guide(door: str, tmp_path: Path) -> None:
    catalog = real_content().catalog
    async with a_reader(door, tmp_path) as (reader, _):
        await reader.arrives()
        await reader.presses(NAMES["uk"])
        await reader.presses(button("uk", "I do not know, skip"))
        await opens(reader, "uk", "school", "When does school start")
        await reader.reads(button("uk", "Which year was the child born? Press, or write the year or the age."))
        await reader.writes("2019")
        await reader.reads(button("uk", "Have you applied for protection in Sweden, or do you have it?"))
        await reader.presses(button("uk", "Not yet"))
        await reader.writes("Norkoping")
        await reader.reads(button("uk", "The head teacher decides the grade after seeing what the child knows."))
        await reader.reads(button("uk", "the languages the child speaks"))
        await reader.reads("Mottagningsenheten")
        await reader.presses(catalog.articles["permit-apply"].texts["uk"].button)


@pytest.mark.parametrize("door", DOORS)
async def test_who_to_call_tonight_names_the_duty_line_and_112(door: str, tmp_path: Path) -> None:
    async with a_reader(door, tmp_path) as (reader, _):
        await settled(reader, "uk")
        await opens(reader, "uk", "housing", "Who to call tonight")
        await reader.presses(button("uk", "An adult or a family"))
        await reader.presses(button("uk", "Yes"))
        await reader.presses(button("uk", "No"))
        await reader.reads(button("uk", "A place to sleep tonight"))
        await reader.reads("011-15 22 83")
        await reader.reads("Jag har ingenstans att sova i natt.")
        await reader.presses(button("uk", "I see a child alone"))
        await reader.reads("112")


@pytest.mark.parametrize("door", DOORS)
async def test_may_i_get_it_and_then_how_much(door: str, tmp_path: Path) -> None:
    async with a_reader(door, tmp_path, "sv") as (reader, _):
        await settled(reader, "sv")
        await opens(reader, "sv", "lma", "May I get it?")
        await reader.presses(button("sv", "I have applied"))
        await reader.presses(button("sv", "No"))
        await reader.presses(button("sv", "No, none"))
        await reader.reads(button("sv", "Yes. By the rules we know you can get the allowance."))
        await reader.presses(button("sv", "Count my allowance"))
        await reader.reads(button("sv", "Which adults do we count? A couple is a husband, wife or partner you live with."))


async def test_a_phone_without_scripts_counts_by_plain_forms(tmp_path: Path) -> None:
    async with a_service_running(tmp_path) as whole:
        visitor = Visitor(whole)  # type: ignore[arg-type]
        for action in ("lang:sv", "place:norrkoping", "c:lma:wa.fn.k!"):
            await visitor.presses(action)
        await visitor.says("1200 kr")
        words = await visitor.reads()
        assert "930" in words and "förordning (1994:361) 6 §" in words
        await visitor.http.aclose()
