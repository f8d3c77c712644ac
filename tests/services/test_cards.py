"""What a helper and an asker read: both languages with source and date, a card whose links survive copying, a desk card."""

from __future__ import annotations

from datetime import date

from bot.adapters.telegram.markup import compose
from bot.domain.messages import Capabilities, CardShown, LinksShown, Message, PairShown, Part, Rendered, utf16
from bot.services.render import Renderer
from tests.support.whole import real_content

TODAY = date(2026, 11, 24)
TELEGRAM = Capabilities(max_text=4096)


def rendered(part: Part, language: str = "sv", public_url: str = "https://svar.example.se/") -> Rendered:
    content = real_content()
    return Renderer(content.catalog, content.translator, public_url).render(Message((part,)), language, TODAY, TELEGRAM)


def test_both_languages_stand_under_one_another_each_with_source_and_date() -> None:
    content = real_content()
    blocks = rendered(PairShown("school-start", "norrkoping", "uk")).blocks
    words = [b.plain() for b in blocks]
    for code in ("uk", "sv"):
        answer = content.catalog.answer("school-start", "norrkoping", code, TODAY)
        assert words.index(answer.title) + 1 == words.index(answer.short)
        (source,) = [b for b in blocks if b.language == code and "Skolverket" in b.plain()]
        assert content.translator.day(code, answer.checked_on) in source.plain()
        assert any(b.language == code and b.plain() == answer.short for b in blocks)


def test_the_same_language_twice_is_said_once() -> None:
    words = rendered(PairShown("school-start", None, "sv")).plain()
    assert words.count(real_content().catalog.articles["school-start"].texts["sv"].title) == 1


def test_a_card_is_in_the_askers_language_and_its_addresses_are_written_out() -> None:
    message = rendered(CardShown("school-start", "norrkoping", "uk"))
    assert {b.language for b in message.blocks} == {"uk"}
    html, _ = compose(message, "StandInBot")
    assert ">t.me/StandInBot?start=a_school-start_uk</a>" in html
    assert ">svar.example.se/a/school-start?lang=uk&amp;place=norrkoping</a>" in html
    assert "112" in html


def test_what_is_in_doubt_stands_on_the_card_too() -> None:
    catalog = real_content().catalog
    card = rendered(CardShown("lma-amounts", None, "uk"))
    (caveat,) = [r.caveat["uk"] for r in catalog.answer("lma-amounts", None, "uk", TODAY).caveats]
    assert caveat in card.plain()


def test_at_the_desk_the_swedish_stands_below_with_the_names_on_the_door() -> None:
    catalog = real_content().catalog
    for article in ("lma-apply", "school-start", "housing-tonight"):
        blocks = rendered(CardShown(article, "norrkoping", "uk", desk=True), language="sv").blocks
        languages = [b.language for b in blocks]
        assert languages == sorted(languages, key=["uk", "sv"].index), "the reader's above, Swedish below"
        assert catalog.articles[article].texts["uk"].title in blocks[0].plain()
        assert any(b.plain() == catalog.articles[article].texts["sv"].title for b in blocks)
    door = [
        b for b in rendered(CardShown("lma-apply", "norrkoping", "uk", desk=True)).blocks if b.spans[0].bold and b.kind == "text"
    ]
    assert any("Migrationsverket" in b.plain() for b in door)


def test_every_card_and_pair_fits_one_message_everywhere() -> None:
    content = real_content()
    for article in content.catalog.articles:
        for place in ("norrkoping", "orebro", None):
            for desk in (False, True):
                message = rendered(CardShown(article, place, "uk", desk))
                assert utf16(message.plain()) <= 4000, article
            assert utf16(rendered(PairShown(article, place, "uk")).plain()) <= 1300, article  # three of them fit a message


def test_links_are_titles_that_open_the_articles() -> None:
    html, _ = compose(rendered(LinksShown(("school-start", "lma-apply")), "uk"), "StandInBot")
    assert "https://t.me/StandInBot?start=a_school-start_uk" in html and "a_lma-apply_uk" in html
