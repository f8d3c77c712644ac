"""Everything a person can send by Telegram has its outcome, on the whole service over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.support import bot_api_faults as faults
from tests.support.bot_api import running
from tests.support.screen import words
from tests.support.town import Person, Town
from tests.support.whole import Whole, a_service_running, real_content


def says(msgid: str, language: str = "uk") -> str:
    return real_content().translator.sentence(language, msgid)


async def settled(town: Town, name: str = "Olena") -> Person:
    """A person who has chosen Ukrainian and Norrköping and looked at everything so far."""
    person = town.person(name, language_code="uk")
    await person.starts()
    await person.waits_for("112")
    await person.presses("Українська")
    await person.waits_for("Migrationsverket")
    await person.presses("Норрчепінг")
    await person.waits_for(says("What do you need help with? Choose, or write your question."))
    person.looks_at_all()
    return person


ODD: dict[str, tuple[Callable[[Person], Awaitable[object]], str]] = {
    "photo": (
        lambda p: p.sends_photo(),
        "We cannot read pictures and files here, and we did not keep it. Never send ID papers. Write in a few words.",
    ),
    "document": (
        lambda p: p.sends_document(),
        "We cannot read pictures and files here, and we did not keep it. Never send ID papers. Write in a few words.",
    ),
    "voice": (lambda p: p.sends_voice(), "We cannot listen to voice messages here. Write it in a few words, please."),
    "video note": (
        lambda p: p.sends_video_note(),
        "We cannot listen to voice messages here. Write it in a few words, please.",
    ),
    "sticker": (lambda p: p.sends_sticker(), "Hello. Write your question, or choose a topic."),
    "contact": (lambda p: p.sends_contact(), "We do not need anybody's phone number, and we did not keep it."),
}


@pytest.mark.parametrize("kind", ODD)
async def test_what_we_cannot_read_gets_an_honest_line(kind: str, town: Town) -> None:
    olena = await settled(town)
    sends, line = ODD[kind]
    await sends(olena)
    await olena.waits_for(says(line))
    assert town.leftovers() == []


async def test_an_album_gets_one_answer(town: Town) -> None:
    olena = await settled(town)
    await olena.sends_album(4)
    await olena.waits_for(says(ODD["photo"][1]))
    await olena.says("/help")
    await olena.waits_for(says("How this works"))
    assert town.leftovers() == []


async def test_an_album_whose_caption_comes_last_gets_one_answer(town: Town) -> None:
    olena = await settled(town)
    before = len(olena.received)
    for caption in ("", "", "Як записати дитину до школи?"):
        await olena.sends_photo(caption, "album7")
    await olena.waits_for(says("We read only the words, not the picture or file, and we did not keep it. Never send ID papers."))
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Iryna"}
    photo = {"photo": [{**town.api.keep_file(b"jpg", "p.jpg"), "width": 9, "height": 9}], "media_group_id": "album8"}
    for caption in ("", "", "Як записати дитину до школи?"):
        await olena.sends({**photo, "forward_origin": origin, **({"caption": caption} if caption else {})})
    await olena.waits_for(says("We read only the words that came with the picture or file."))
    assert len(olena.received) == before + 2 and town.leftovers() == []


async def test_a_location_names_the_municipality_and_is_thrown_away(town: Town) -> None:
    olena = await settled(town)
    await olena.shares_location(59.2786, 15.2120)
    await olena.waits_for("Еребру")
    whole: Whole = town.whole  # type: ignore[attr-defined]

    def everything(tx):  # type: ignore[no-untyped-def]
        import sqlalchemy as sa

        tables = ("contacts", "inbox", "outbox")
        return str([tx.connection.execute(sa.text(f"SELECT * FROM {t}")).all() for t in tables])

    stored = await whole.service.store.read(everything)
    assert "59.27" not in stored and "15.21" not in stored


async def test_changed_words_are_answered_as_new_ones(town: Town) -> None:
    olena = await settled(town)
    message = await olena.says("привіт")
    await olena.waits_for("Вітаємо")
    await olena.edits(message, "Підкажіть, будь ласка, як записати дитину до школи?")
    await olena.waits_for("Skolverket")


@pytest.mark.parametrize("origin", ["user", "hidden", "channel", "chat"])
async def test_a_forwarded_question_is_answered(origin: str, town: Town) -> None:
    olena = await settled(town)
    await olena.forwards("Підкажіть, будь ласка, як записати дитину до школи?", origin)
    await olena.waits_for("Skolverket")


async def test_an_old_button_still_works_and_a_double_tap_is_one(town: Town) -> None:
    olena = await settled(town)
    home = olena.received[-1]
    await olena.says("/help")
    await olena.waits_for(says("How this works"))
    topic = real_content().catalog.topics[0].names["uk"]
    first = await olena.presses(topic, on=home)
    await olena.presses(topic, on=home)
    await olena.waits_for(topic + ":")
    await olena.says("/privacy")
    await olena.waits_for(real_content().catalog.articles["bot-privacy"].texts["uk"].title)
    seen = [m for m in olena.received if words(m).startswith(topic + ":")]
    assert first and len(seen) == 1
    async with asyncio.timeout(5):
        while town.stuck_presses():
            await asyncio.sleep(0.01)


async def test_a_button_of_another_version_leads_home(town: Town) -> None:
    olena = await settled(town)
    await olena.taps("gone:long:ago")
    await olena.answered()
    assert says("What do you need help with? Choose, or write your question.") in words(olena.last)


async def test_blocked_and_back(town: Town) -> None:
    olena = await settled(town)
    await olena.blocks()
    await olena.unblocks()
    await olena.waits_for(says("What do you need help with? Choose, or write your question."))


async def test_a_group_is_left_in_peace(town: Town) -> None:
    olena = await settled(town)
    group = town.group("Українці в Норрчепінгу")
    await group.adds_bot(olena)
    await group.waits_for("Start")
    group.looks_at_all()
    await olena.says("де купити гречку?", to=group)
    new = await group.becomes_supergroup(olena)
    await olena.says("/help")
    await olena.waits_for(says("How this works"))
    assert not new.chat.unseen and not group.chat.unseen


async def test_a_deep_link_opens_its_answer(town: Town) -> None:
    anna = town.person("Anna", language_code="sv")
    await anna.starts("a_school-start_sv")
    await anna.waits_for(real_content().catalog.articles["school-start"].texts["sv"].title)


async def test_nobody_waits_for_somebody_elses_flood(tmp_path: Path) -> None:
    async with running() as api, a_service_running(tmp_path, api):
        town = Town(api)
        olena, anna = await settled(town), await settled(town, "Anna")
        api.faults.add("sendMessage", faults.too_many(2), chat=olena.id)
        await olena.says("/help")
        await anna.says("/help")
        await anna.waits_for(says("How this works"), within=1.5)
        await olena.waits_for(says("How this works"))


async def test_an_answer_survives_a_broken_line_and_a_server_fault(tmp_path: Path) -> None:
    async with running() as api, a_service_running(tmp_path, api):
        olena = await settled(Town(api))
        for fault in (faults.reset(), faults.broken()):
            api.faults.add("sendMessage", fault)
            await olena.says("/help")
            await olena.answered()
            assert says("How this works") in words(olena.last)
