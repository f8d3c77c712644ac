"""Free text on both channels: care beside the answer, a warning once a day, a human line, the child lane from two words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.readers import Reader, a_reader
from tests.support.whole import real_content

DOORS = ("telegram", "web")


def says(msgid: str) -> str:
    return real_content().translator.sentence("uk", msgid)


def title(article: str) -> str:
    return real_content().catalog.articles[article].texts["uk"].title


async def settled(reader: Reader) -> None:
    await reader.arrives()
    await reader.presses("Українська")
    await reader.presses("Норрчепінг")


@pytest.mark.parametrize("door", DOORS)
async def test_a_bed_for_tonight_gets_its_answer_and_one_gentle_question(door: str, tmp_path: Path) -> None:
    async with a_reader(door, tmp_path) as (reader, _):
        await settled(reader)
        await reader.writes("де ночувати сьогодні")
        await reader.reads(title("housing-tonight"))
        await reader.reads(says("Are you safe now? If not, call 112."))
        await reader.presses(says("I am not safe"))
        await reader.reads(says("Say which language you speak. Say where you are."))


@pytest.mark.parametrize("door", DOORS)
async def test_two_words_about_a_child_before_any_place_is_chosen(door: str, tmp_path: Path) -> None:
    async with a_reader(door, tmp_path) as (reader, _):
        await reader.arrives()
        await reader.presses("Українська")
        await reader.writes("дитина сама")
        await reader.reads(says("Is the child in danger now? Call 112."))


@pytest.mark.parametrize("door", DOORS)
async def test_an_offer_brings_a_warning_once(door: str, tmp_path: Path) -> None:
    warning = says(
        "Careful with private rides, rooms and jobs. Keep your passport. Pay nothing in advance. Tell someone where you go."
    )
    async with a_reader(door, tmp_path) as (reader, _):
        await settled(reader)
        await reader.writes("хочу сам зняти квартиру")
        await reader.reads(title("housing-own"))
        await reader.reads(warning)
        await reader.writes("шукаю роботу, хто допоможе")
        await reader.reads(title("work-find"))
        assert await reader.count(warning) == 1


@pytest.mark.parametrize("door", DOORS)
async def test_thanks_signs_and_insults_get_a_human_line(door: str, tmp_path: Path) -> None:
    async with a_reader(door, tmp_path) as (reader, _):
        await settled(reader)
        for words, line in (
            ("щиро дякую!", "You are welcome. Write again whenever you need to."),
            ("🙏", "I am here. Write your question in a few words, or choose a topic."),
            ("тупий бот", "I am sorry that this is hard. For a person to talk to, choose Help."),
        ):
            await reader.writes(words)
            await reader.reads(says(line))
            assert says("Help") in await reader.choices()
