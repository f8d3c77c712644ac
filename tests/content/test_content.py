"""What readers get today: no fault in content and translations, every intent answered, every place found."""

from __future__ import annotations

from datetime import date

import yaml

from bot.adapters.texts.check import check
from bot.adapters.texts.extract import as_text, template
from bot.app.config import ROOT
from bot.domain.fitting import fit
from bot.domain.messages import to_json, utf16
from bot.services.render import Renderer
from tests.support.whole import real_content

WRITTEN_ON = date(2026, 11, 24)


def test_the_content_is_in_order() -> None:
    assert [str(fault) for fault in check(ROOT / "content", ROOT / "locales", WRITTEN_ON)] == []


def test_the_template_of_sentences_is_that_of_the_code() -> None:
    assert (ROOT / "locales" / "bot.pot").read_bytes() == as_text(template())


def test_every_intent_has_an_answer_in_every_language() -> None:
    catalog = real_content().catalog
    intents = {i["id"] for i in yaml.safe_load((ROOT / "content" / "intents.yaml").read_text())["intents"]}
    answered = {i for a in catalog.articles.values() for i in a.intents}
    assert intents <= answered
    for article in catalog.articles.values():
        assert {"uk", "sv", "en"} <= set(article.texts), article.id


def test_all_municipalities_are_there_with_their_codes() -> None:
    places = [p for p in real_content().catalog.places.values() if p.kind == "municipality"]
    assert len(places) == 290 and len({p.code for p in places}) == 290


def test_every_answer_fits_the_channel_everywhere() -> None:
    content = real_content()
    renderer = Renderer(content.catalog, content.translator)
    from bot.domain.conversation import Conversation, Frame
    from bot.domain.events import Address
    from bot.domain.messages import Capabilities
    from bot.domain.screens import answer
    from tests.support.builders import NOW

    telegram = Capabilities(max_text=4096)
    frame = Frame(NOW, WRITTEN_ON, content.catalog, telegram)
    for place in ("norrkoping", "orebro", "stockholm", "jonkoping", "kiruna", None):
        conversation = Conversation(Address("telegram", "1"), "uk", place)
        for article in content.catalog.articles:
            for language in ("uk", "sv", "en"):
                rendered = renderer.render(answer(conversation, article, frame), language, WRITTEN_ON, telegram)
                pieces = fit(rendered, telegram.max_text)
                assert len(pieces) <= 2, f"{article} in {language} takes {len(pieces)} messages"
                assert all(utf16(p.plain()) <= telegram.max_text and to_json(p) for p in pieces)


def test_what_rests_on_the_reception_act_says_so_until_it_is_confirmed() -> None:
    catalog = real_content().catalog
    lma = [a.id for a in catalog.articles.values() if a.topic == "lma"]
    assert len(lma) == 9
    for article in lma:
        assert [r.id for r in catalog.answer(article, None, "sv", date(2026, 10, 1)).caveats] == ["reception-act"]
        assert catalog.answer(article, None, "sv", date(2026, 9, 30)).caveats == ()


def test_a_number_is_never_shown_that_nobody_may_ring() -> None:
    for place in real_content().catalog.places.values():
        for service in place.services.values():
            if service.confidence == "low" or service.status in ("stale", "unknown"):
                assert not service.phone_may_be_shown(), service.id
