"""`@bot school` in a chat where the bot is not: cards of public texts, and nothing kept of who typed or what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bot.adapters.telegram.inline import Query, answer_of
from bot.domain.asking import Asking
from bot.domain.conversation import Found, Hit
from bot.services.inline import Inline
from bot.services.render import Renderer
from tests.support.builders import SettableClock
from tests.support.schema import check_type
from tests.support.screen import words
from tests.support.town import Town
from tests.support.whole import real_content


def text_of(article: str, language: str) -> Any:
    return real_content().catalog.answer(article, None, language, datetime.now(UTC).date())


async def rows(town: Town) -> list[int]:
    def count(tx: Any) -> list[int]:
        return [tx.connection.execute(sa.text(f"SELECT count(*) FROM {t}")).scalar() for t in ("contacts", "inbox", "outbox")]

    return await town.whole.service.store.read(count)  # type: ignore[attr-defined]


async def test_a_card_is_chosen_in_a_foreign_chat_and_its_link_leads_to_the_bot(town: Town) -> None:
    anna, olena = town.person("Anna", language_code="sv-SE"), town.person("Olena")
    group = town.group("Föräldrar i Norrköping")
    offered = await anna.is_offered("hur börjar barnet skolan")
    assert offered[0]["title"] == text_of("school-start", "sv").title
    others = [o for o in offered if o["id"].startswith("a_school-start_") and o is not offered[0]]
    assert {o["id"] for o in others} == {"a_school-start_uk", "a_school-start_en"}, "the other languages are offered"
    card = anna.chooses(next(o for o in others if o["id"].endswith("_uk")), group)
    assert text_of("school-start", "uk").short in words(card) and "Skolverket" in words(card)
    (link,) = [e["url"] for e in card["entities"] if e.get("url", "").startswith("https://t.me/")]
    await olena.opens(link)
    await olena.waits_for(text_of("school-start", "uk").title)
    assert group.received == [], "the bot itself is not in that chat"


async def test_nothing_typed_offers_the_topics_with_links(town: Town) -> None:
    olena = town.person("Olena", language_code="ru")
    offered = await olena.is_offered("")
    names = [t.names["uk"] for t in real_content().catalog.topics]
    assert [o["title"] for o in offered] == names, "who reads Russian gets Ukrainian"
    card = olena.chooses(offered[0], town.group("Чат"))
    assert [e for e in card["entities"] if "?start=a_" in e.get("url", "")]


async def test_nothing_is_kept_and_the_answer_is_cached_for_the_typist(town: Town) -> None:
    before = await rows(town)
    anna = town.person("Anna", language_code="de")
    for typed in ("s", "sc", "school", "  ", "🍲", "x" * 256):
        await anna.is_offered(typed)
    assert await rows(town) == before == [0, 0, 0]
    (call, *_) = town.api.called("answerInlineQuery")
    assert call.params["is_personal"] and call.params["cache_time"] == 300
    assert call.params["button"]["start_parameter"] == "home"


async def test_danger_says_112_first_and_nothing_found_leads_to_the_bot(town: Town) -> None:
    anna = town.person("Anna", language_code="sv")
    offered = await anna.is_offered("han slår mig, jag är rädd")
    assert offered[0]["id"] == "a_safety-violence_sv"
    assert offered[0]["input_message_content"]["message_text"].startswith("⚠️ ")
    assert "112" in offered[0]["input_message_content"]["message_text"].splitlines()[0]
    assert await anna.is_offered("xqzvw kkwqx") == []


async def test_a_query_that_nobody_can_read_stops_nothing(town: Town) -> None:
    for query in ({}, {"id": 5, "query": "x", "from": {"id": 1}}, {"id": "1", "query": None, "from": None}, None, "x"):
        town.api.updates.push_raw({"inline_query": query})
    assert await town.person("Anna", language_code="sv").is_offered("skola")


async def test_what_is_no_question_offers_no_cards() -> None:
    """A finder always has some hits; without a word to go by they are unrelated."""
    content, danger = real_content(), [""]

    async def finder(typed: str) -> Found:
        return Found((Hit("bot-human", 0.3), Hit("lma-amounts", 0.2)), abstain=False, danger=danger[0])

    inline = Inline(Renderer(content.catalog, content.translator), finder, SettableClock())
    for typed in ("' OR 1=1", "1=1", "s", "sc", "???", "<a b>", "12 34"):
        assert (await inline.offered(typed, "sv")).offers == (), typed
    topics = (await inline.offered("", "sv")).offers
    for command in ("/start", " /help", "/", "/answer@StandInBot"):
        assert (await inline.offered(command, "sv")).offers == topics, command
    for typed in ("lma", "бос", "kan jag få lma"):
        assert (await inline.offered(typed, "sv")).offers[0].id == "a_bot-human_sv", typed
    danger[0] = "violence"
    for typed in ("/han slår mig", "112", "ja"):
        assert (await inline.offered(typed, "sv")).offers[0].id == "a_safety-violence_sv", typed


async def test_while_people_answer_only_danger_and_named_cards_are_offered() -> None:
    content, on = real_content(), [Asking(taken=True, relay=True)]

    async def finder(typed: str) -> Found:
        return Found((Hit("school-start", 0.9),), sure=True, abstain=False, danger="violence" if "slår" in typed else "")

    inline = Inline(Renderer(content.catalog, content.translator), finder, SettableClock(), lambda: on[0])
    offered = await inline.offered("när börjar skolan", "sv")
    assert offered.offers == () and offered.way_on == content.translator.sentence("sv", "People answer today. Ask here.")
    assert [o.id for o in (await inline.offered("school-start uk", "sv")).offers] == ["a_school-start_uk"], "a card's own button"
    danger = (await inline.offered("han slår mig", "sv")).offers
    assert {o.id.rpartition("_")[0] for o in danger} == {"a_safety-violence"}
    assert len((await inline.offered("", "sv")).offers) == len(content.catalog.topics)
    on[0] = Asking(taken=True)
    assert (await inline.offered("när börjar skolan", "sv")).offers[0].id == "a_school-start_sv"


async def test_every_card_in_every_language_is_taken_by_telegram() -> None:
    content = real_content()
    found: list[Found] = []

    async def finder(typed: str) -> Found:
        return found[-1]

    inline = Inline(Renderer(content.catalog, content.translator, "https://svar.example.se"), finder, SettableClock())
    for article in content.catalog.articles:
        found.append(Found((Hit(article, 0.9),), sure=True, abstain=False, caution=True))
        params = await answer_of(Query("1", "x", "sv"), inline, "StandInBot")
        for result in params["results"]:
            check_type("InlineQueryResult", result)
    topics = await answer_of(Query("1", "", "uk"), inline, "StandInBot")
    assert [check_type("InlineQueryResult", result) for result in topics["results"]]
