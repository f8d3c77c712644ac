"""A person who has just arrived gets a dated, sourced answer in at most five taps, by either door, in every language."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.readers import a_reader
from tests.support.whole import real_content

DOORS = ("telegram", "web")
LANGUAGES = {"uk": "Українська", "sv": "Svenska", "en": "English"}


def button(language: str, msgid: str) -> str:
    return real_content().translator.sentence(language, msgid)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("door", DOORS)
async def test_five_taps_to_an_answer(door: str, language: str, tmp_path: Path) -> None:
    catalog = real_content().catalog
    article = catalog.answer("school-start", "norrkoping", language, real_content().catalog.articles["school-start"].reviewed_on)
    async with a_reader(door, tmp_path, language) as (reader, _):
        await reader.arrives()
        await reader.presses(LANGUAGES[language])
        await reader.presses(catalog.places["norrkoping"].names[language])
        await reader.presses(next(t for t in catalog.topics if t.id == "school").names[language])
        await reader.presses(catalog.articles["school-start"].texts[language].button)
        await reader.reads(article.title)
        await reader.reads(article.short[:40])
        await reader.reads("Skolverket")
        assert reader.taps <= 5


@pytest.mark.parametrize("door", DOORS)
async def test_every_screen_has_home_language_and_the_way_out(door: str, tmp_path: Path) -> None:
    home, language, emergency = (button("uk", m) for m in ("Home", "Language", "112 – emergency"))
    async with a_reader(door, tmp_path) as (reader, _):
        await reader.arrives()
        for step in (
            "Українська",
            "Норрчепінг",
            button("uk", "More topics"),
            button("uk", "Help"),
            button("uk", "What we store"),
        ):
            await reader.presses(step)
            choices = " ".join(await reader.choices())
            if door == "telegram":
                assert home in choices and language in choices and emergency in choices
            else:
                assert home in choices and "УКР" in choices and "112" in choices


@pytest.mark.parametrize("door", DOORS)
async def test_a_child_alone_is_one_tap_from_home(door: str, tmp_path: Path) -> None:
    async with a_reader(door, tmp_path) as (reader, _):
        await reader.arrives()
        await reader.presses("Українська")
        await reader.presses("Норрчепінг")
        await reader.presses(button("uk", "I see a child alone"))
        await reader.reads("112")
        await reader.reads("011-15 22 83")


@pytest.mark.parametrize("door", DOORS)
async def test_a_typed_place_and_a_typed_question(door: str, tmp_path: Path) -> None:
    async with a_reader(door, tmp_path) as (reader, _):
        await reader.arrives()
        await reader.presses("Українська")
        await reader.writes("Jönköpnig")
        await reader.reads("Єнчепінг")
        await reader.writes("як записати дитину до школи")
        await reader.reads("Skolverket")


@pytest.mark.parametrize("door", DOORS)
async def test_changing_the_language_keeps_place_and_answer(door: str, tmp_path: Path) -> None:
    catalog = real_content().catalog
    async with a_reader(door, tmp_path) as (reader, _):
        await reader.arrives()
        await reader.presses("Українська")
        await reader.presses("Норрчепінг")
        await reader.writes("як записати дитину до школи")
        await reader.reads(catalog.articles["school-start"].texts["uk"].title)
        if door == "telegram":
            await reader.presses(button("uk", "Language"))
            await reader.presses("Svenska")
        else:
            await reader.page.locator("header").get_by_role("button", name="Svenska").click()  # type: ignore[attr-defined]
        await reader.reads(catalog.articles["school-start"].texts["sv"].title)
        await reader.reads("Norrköping")
