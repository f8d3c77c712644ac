"""A volunteer passes on what somebody else asks, and the answer comes back, on the whole service over real HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.journeys.readers import OnTheWeb, a_reader
from tests.support.screen import buttons, words
from tests.support.town import Person, Town
from tests.support.whole import real_content

MIXED = "Добрий день, подскажите пожалуйста коли мою дитину возьмут в школу, мы уже третью неделю ждем"


def says(msgid: str, language: str = "sv") -> str:
    return real_content().translator.sentence(language, msgid)


def text_of(article: str, language: str, place: str | None = "norrkoping") -> Any:
    return real_content().catalog.answer(article, place, language, datetime.now(UTC).date())


async def settled(town: Town, name: str = "Björn", code: str = "sv", language: str = "Svenska") -> Person:
    person = town.person(name, language_code=code)
    await person.starts()
    await person.waits_for("112")
    await person.presses(language)
    await person.waits_for("Migrationsverket")
    await person.presses(real_content().catalog.places["norrkoping"].names[code])
    await person.waits_for(says("What do you need help with? Choose, or write your question.", code))
    person.looks_at_all()
    return person


async def everything_stored(town: Town) -> str:
    def look(tx: Any) -> str:
        tables = ("contacts", "inbox", "outbox")
        return str([tx.connection.execute(sa.text(f"SELECT * FROM {t}")).all() for t in tables])

    return await town.whole.service.store.read(look)  # type: ignore[attr-defined]


async def test_a_mixture_from_a_hidden_origin_and_the_card_goes_back(town: Town) -> None:
    bjorn = await settled(town)
    await bjorn.forwards(MIXED, "hidden")
    found = await bjorn.waits_for(text_of("school-start", "sv").short)
    assert text_of("school-start", "uk").short in words(found), "the asker's language stands beside the helper's"
    mixed = says("They mix languages, Russian among them. Their text is in: {language}.")
    assert mixed.format(language="Українська") in words(found)
    assert "Skolverket" in words(found)
    await bjorn.presses(says("Make a card"))
    card = await bjorn.waits_for("t.me/StandInBot?start=a_school-start_uk")
    assert text_of("school-start", "uk").short in words(card) and text_of("school-start", "sv").short not in words(card)
    query = await bjorn.presses(says("Send it to a chat"))
    (offered,) = await bjorn.is_offered(query)
    sent = words(bjorn.chooses(offered, town.group("Familjen Koval")))
    assert text_of("school-start", "uk").short in sent, "the same card, for the same place"
    await bjorn.presses(says("Show at the desk"))
    desk = words(await bjorn.waits_for(says("For the person at the desk. The same text in Swedish:")))
    assert desk.index(text_of("school-start", "uk").title) < desk.index(text_of("school-start", "sv").title)
    # The one who gets the card opens its link and reads on in Ukrainian.
    olena = town.person("Olena")
    await olena.opens("https://t.me/StandInBot?start=a_school-start_uk")
    await olena.waits_for(text_of("school-start", "uk").title)
    stored = await everything_stored(town)
    assert "подскажите" not in stored and "Iryna" not in stored


@pytest.mark.parametrize("door", ["telegram", "web"])
async def test_a_pasted_message_by_either_door(door: str, tmp_path: Path) -> None:
    async with a_reader(door, tmp_path, "sv") as (bjorn, _):
        await bjorn.arrives()
        await bjorn.presses("Svenska")
        await bjorn.presses("Norrköping")
        await bjorn.presses(says("I am helping somebody"))
        await bjorn.reads(says("Leave out names, phone numbers and papers. We do not need them."))
        await bjorn.writes("Доброго дня!")
        await bjorn.reads(says("That is only a greeting. Forward the question too, or write it here."))
        await bjorn.writes(MIXED)
        await bjorn.reads(text_of("school-start", "uk").short)
        await bjorn.reads(text_of("school-start", "sv").short)
        assert says("Make a card") in " ".join(await bjorn.choices())


async def test_on_the_web_the_card_goes_back_from_a_page_of_its_own(tmp_path: Path) -> None:
    async with a_reader("web", tmp_path, "sv") as (bjorn, _):
        assert isinstance(bjorn, OnTheWeb)
        await bjorn.arrives()
        await bjorn.presses("Svenska")
        await bjorn.presses("Norrköping")
        await bjorn.presses(says("I am helping somebody"))
        await bjorn.writes(MIXED)
        await bjorn.reads(text_of("school-start", "uk").short)
        page = bjorn.page
        await page.locator("#log .m").last.get_by_role("link", name=says("Make a card"), exact=True).click()
        await page.wait_for_url("**/card/school-start?for=uk&lang=sv&place=norrkoping")
        card = await page.locator("article").inner_text()
        ours, theirs = text_of("school-start", "sv").title, text_of("school-start", "uk").title
        assert theirs in card and ours not in card
        to_copy = await page.locator("#copy").input_value()
        assert theirs in to_copy and "112" in to_copy and "/a/school-start?lang=uk&place=norrkoping" in to_copy
        person = await page.get_by_role("link", name=says("A person to talk to")).get_attribute("href")
        assert person == "/a/bot-human?lang=sv&place=norrkoping"
        await page.get_by_role("link", name=says("Show at the desk")).click()
        await page.wait_for_url("**/desk/school-start?for=uk&lang=sv&place=norrkoping")
        desk = await page.locator("article").inner_text()
        assert desk.index(theirs) < desk.index(ours)
        link = next(word for word in to_copy.split() if "/a/school-start" in word)
        await page.goto(link)  # the one who gets the card opens it
        assert theirs in await page.locator("main").inner_text()


async def test_several_forwards_at_once_are_one_question_with_one_answer(town: Town) -> None:
    bjorn = await settled(town)
    for piece in ("Вітаю!", "У нас двоє дітей, 7 і 9 років, приїхали вчора", "коли їх візьмуть до школи?"):
        await bjorn.forwards(piece, "user")
    await bjorn.waits_for(says("Counted together with the message before it."))
    await bjorn.says("/help")
    await bjorn.waits_for(says("How this works"))
    answers = [m for m in bjorn.received if text_of("school-start", "sv").title in words(m)]
    assert len(answers) == 1 and town.leftovers() == []


async def test_danger_in_a_forward_shows_112_and_the_child_before_anything_else(town: Town) -> None:
    bjorn = await settled(town)
    await bjorn.forwards("допоможіть, дівчинка 9 років сама на вокзалі, батьків нема", "hidden")
    urgent = await bjorn.waits_for(says("Ask them now: are you safe, and where are you? Stay in contact with them."))
    assert words(urgent).splitlines()[0] == says("A child alone")
    assert buttons(urgent)[0]["copy_text"] == {"text": "112"}
    await bjorn.forwards("муж меня избивает, я боюсь за детей", "user")
    urgent = await bjorn.waits_for(says("In danger? Call 112 now. It is free and open day and night."))
    assert words(urgent).startswith("⚠️ " + says("In danger? Call 112 now. It is free and open day and night."))


async def test_voice_picture_and_album_that_are_passed_on(town: Town) -> None:
    bjorn = await settled(town)
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Iryna"}
    voice = {**town.api.keep_file(b"OggS", "voice.ogg"), "duration": 4}
    await bjorn.sends({"voice": voice, "forward_origin": origin})
    await bjorn.waits_for(says("We cannot listen to voice messages. Ask them to write, or write here what they ask."))
    await bjorn.says("як записати дитину до школи")  # what she heard, typed: taken as the asker's
    await bjorn.waits_for(text_of("school-start", "uk").short)
    photo = {"photo": [{**town.api.keep_file(b"jpg", "p.jpg"), "width": 9, "height": 9}], "forward_origin": origin}
    await bjorn.sends(photo)
    await bjorn.waits_for(says("We cannot read pictures and files, and we did not keep it. Write here what they ask."))
    await bjorn.says("/child")
    await bjorn.waits_for(says("A child alone"))
    for caption in ("Що це за лист про LMA картку, де її отримати?", "", ""):
        await bjorn.sends({**photo, "media_group_id": "7", **({"caption": caption} if caption else {})})
    await bjorn.waits_for(says("We read only the words that came with the picture or file."))
    await bjorn.says("/help")
    await bjorn.waits_for(says("How this works"))


async def test_somebody_who_has_never_met_the_bot_can_pass_on_at_once(town: Town) -> None:
    anna = town.person("Anna", language_code="sv")
    await anna.forwards("Де отримати гроші на дитину, LMA?", "hidden")
    await anna.waits_for(says("For them:"))


async def test_an_asker_who_agreed_gets_the_answer_marked_and_can_stop_it(town: Town) -> None:
    olena = await settled(town, "Olena", "uk", "Українська")
    bjorn = await settled(town)
    await bjorn.forwards(MIXED, "user", who=olena)
    found = await bjorn.waits_for(text_of("school-start", "sv").short)
    assert says("Send it to them") not in [b["text"] for b in buttons(found)], "she has not agreed"
    await olena.says("/privacy")
    await olena.waits_for(text_of("bot-privacy", "uk").title)
    await olena.presses(says("Answers from volunteers", "uk"))
    await olena.waits_for(says("May volunteers send you approved answers through this bot?", "uk"))
    await olena.presses(says("Yes, allow it", "uk"))
    await olena.waits_for(says("On. A volunteer who forwards your message can now send you approved answers here.", "uk"))
    await bjorn.forwards(MIXED, "user", who=olena)
    await bjorn.waits_for(says("Counted together with the message before it."))
    await bjorn.presses(says("Send it to them"))
    await bjorn.waits_for(says("Sent. They see that a volunteer passed on an approved text."))
    passed = await olena.waits_for(says("A volunteer passes this on to you. It is an approved text.", "uk"))
    assert text_of("school-start", "uk").short in words(passed)
    stored = await everything_stored(town)
    assert stored.count(olena.key) == stored.count(f"'telegram', '{olena.key}'"), "her key stands in her own rows only"
    await olena.presses(says("No more of these", "uk"))
    await olena.waits_for(says("Off. Volunteers cannot send you answers here.", "uk"))
    await bjorn.presses(says("The answers so far"))
    await bjorn.answered()
    choices = bjorn.last
    sent = next(b["callback_data"] for m in bjorn.received for b in buttons(m) if b.get("callback_data", "").startswith("send:"))
    other = next(b for b in buttons(choices) if b["callback_data"].startswith("pair:"))
    await bjorn.presses(other["text"], on=choices)
    await bjorn.answered()
    await bjorn.taps(f"send:{other['callback_data'].split(':')[1]}:{sent.split(':')[2]}", bjorn.last)
    await bjorn.waits_for(says("We cannot send this to them from here. Forward the card instead."))


async def test_in_a_group_a_reply_attaches_the_answer_and_nothing_else_is_heard(town: Town) -> None:
    bjorn, olena = await settled(town), await settled(town, "Olena", "uk", "Українська")
    group = town.group("Українці в Норрчепінгу")
    await group.adds_bot(bjorn)
    await group.waits_for("/answer")
    group.looks_at_all()
    asked = await olena.says("Як записати дитину до школи?", to=group)
    await bjorn.says("/help", to=group)
    await bjorn.says("jag vet inte", to=group)
    await bjorn.says("/answer", to=group, reply_to=asked)
    answer = await group.waits_for(text_of("school-start", "uk", None).short)
    assert answer["reply_to_message"]["message_id"] == asked["message_id"] and "Skolverket" in words(answer)
    await bjorn.says("/answer@StandInBot", to=group)
    await group.waits_for(says("Reply to a message with /answer, and I answer it there."))
    assert len(group.received) == 3 and not olena.chat.unseen and not bjorn.chat.unseen


async def test_in_a_group_the_answer_comes_although_the_question_was_deleted(town: Town) -> None:
    bjorn = await settled(town)
    group = town.group("Українці в Норрчепінгу")
    await group.adds_bot(bjorn)
    await group.waits_for("/answer")
    group.looks_at_all()
    asked = await bjorn.says("Як записати дитину до школи?", to=group)
    del group.chat.messages[asked["message_id"]]
    await bjorn.says("/answer@StandInBot", to=group, reply_to=asked)
    await group.waits_for(text_of("school-start", "uk", None).short)
