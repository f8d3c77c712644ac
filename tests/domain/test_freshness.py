"""What may still be said past its day: words yes, figures no, 112 always."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.freshness import blocks_without_figures, heading_without_figures, sentences_without_figures
from bot.domain.messages import Block, Span
from tests.support.builders import NOW, a_catalog, a_section, a_service, an_article

TODAY = NOW.date()
A_YEAR_ON = TODAY + timedelta(days=366)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("Ensamstående vuxen: 71 kr. Fråga Migrationsverket.", "Fråga Migrationsverket."),
        ("Ring 112. Ring sedan 011-15 22 83.", "Ring 112."),
        ("De har öppet kl. 8–16. Kom i tid.", "Kom i tid."),
        ("Суми не бачили. 308 крон — інша виплата.", "Суми не бачили."),
        ("Чули про нову суму? 308 крон — інша виплата.", ""),
        ("Avgiften är 112 kr.", ""),
        ("Ask today. The place comes within four months.", "Ask today."),
        ("Запитайте сьогодні. Місце дадуть протягом чотирьох місяців.", "Запитайте сьогодні."),
        ("Banken svarar inom tio bankdagar. Du är en av de två.", "Du är en av de två."),
        ("Utan siffror står allt kvar. Också detta?", "Utan siffror står allt kvar. Också detta?"),
    ],
)
def test_a_sentence_with_a_figure_is_left_out(words: str, left: str) -> None:
    assert sentences_without_figures(words) == left


def test_a_sentence_over_several_spans_goes_as_one() -> None:
    link = Span("Migrationsverket", href="https://example.se")
    block = Block("text", (Span("Beloppet är "), Span("71 kronor", bold=True), Span(" per dag. Fråga "), link, Span(".")))
    assert blocks_without_figures((block,)) == (Block("text", (Span("Fråga "), link, Span("."))),)


def test_what_only_led_to_figures_goes_with_them() -> None:
    heading = Block("text", (Span("Du köper maten själv", bold=True),))
    sums = Block("list", items=((Span("Vuxen: 71"),), (Span("Barn: 50"),)))
    words = Block("text", (Span("Pengarna är till mat."),))
    papers = Block("list", items=((Span("pass"),), (Span("blankett 181011"),)))
    left = blocks_without_figures((heading, sums, words, papers, Block("office", heading="contact_centre")))
    assert left == (words, Block("list", items=((Span("pass"),),)), Block("office", heading="contact_centre"))


def test_a_heading_keeps_its_place_and_loses_its_year() -> None:
    assert heading_without_figures("I Norrköping (läget i april 2022)") == "I Norrköping"
    assert heading_without_figures("Folkbokförd före den 1 november 2024") == ""


def test_an_answer_past_its_day_says_so_and_states_no_figure() -> None:
    dated = a_section("dated", texts={"sv": _body("Före 1 november 2024", "Ord.")})
    article = an_article(texts={"sv": _body("Titel", "Du får 71 kr. Fråga.")}, sections=(dated,))
    catalog = a_catalog(article)
    fresh, late = (catalog.answer(article.id, None, "sv", day) for day in (TODAY, A_YEAR_ON))
    assert (fresh.overdue, fresh.short, len(fresh.sections)) == (False, "Du får 71 kr. Fråga.", 1)
    assert (late.overdue, late.short, late.sections) == (True, "Fråga.", ())
    last_day = article.reviewed_on + article.review_every
    assert not catalog.answer(article.id, None, "sv", last_day).overdue, "its day itself still counts"
    assert catalog.answer(article.id, None, "sv", last_day + timedelta(days=1)).overdue


def test_a_number_past_its_day_is_not_given_but_112_always_is() -> None:
    duty, emergency = a_service("social_duty"), a_service("emergency", phone="112")
    assert duty.phone_on(TODAY) == "+4611150000" and duty.phone_on(A_YEAR_ON) == ""
    assert emergency.phone_on(A_YEAR_ON) == "112"


def _body(title: str, short: str):  # type: ignore[no-untyped-def]
    from bot.domain.content import Body

    return Body(title, short, (Block("text", (Span("Detaljer."),)),))
