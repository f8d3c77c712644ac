"""Leaflets: every word of the source and no other, tagged, small, the same bytes each time, a code that a phone can read."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta

import pypdf
import pytest

from bot.adapters.leaflets.printer import Printer
from bot.domain.content import Language
from bot.domain.messages import Block, Span
from bot.domain.paper import LEAFLET_AT_MOST_KB, Sheet
from bot.services.leaflets import Leaflets
from bot.services.outage import child_alone, duty_list
from bot.services.ports import Unprintable
from bot.services.render import Renderer
from bot.services.sheets import Sheets
from tests.support.builders import PlainTranslator, a_catalog, a_place, a_service, an_article
from tests.support.pdfs import difference, fonts_of, links_of, scanned, tags_of, words_of
from tests.support.whole import real_content

AT_MOST_BYTES = LEAFLET_AT_MOST_KB * 1000
TODAY = date(2026, 11, 25)
LANGUAGES = [language.code for language in real_content().catalog.languages]
HERE = "norrkoping"


def sheets(**settings: str) -> Sheets:
    content = real_content()
    return Sheets(Renderer(content.catalog, content.translator), **{"public_url": "https://chat.example.se", **settings})


@pytest.fixture(scope="module")
def leaflets() -> Leaflets:
    return Leaflets(sheets(), Printer())


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_leaflet_says_what_its_source_says(leaflets: Leaflets, code: str) -> None:
    wrong, big = [], []
    for sheet in leaflets.sheets.articles(HERE, code, TODAY):
        pdf = leaflets.article(sheet.name, HERE, code, TODAY)
        if found := difference(pdf, sheet):
            wrong.append(f"{sheet.name}: {found}")
        if len(pdf) > AT_MOST_BYTES:
            big.append(f"{sheet.name}: {len(pdf)}")
    assert (wrong, big) == ([], [])


@pytest.mark.parametrize("place", ["orebro", "stockholm", "jonkoping", None])
def test_leaflets_of_other_places_are_small_too(leaflets: Leaflets, place: str | None) -> None:
    local = [a.id for a in real_content().catalog.articles.values() if any(s.by_place for s in a.sections)]
    assert local
    sizes = {id_: len(leaflets.article(id_, place, "uk", TODAY)) for id_ in local}
    assert max(sizes.values()) <= AT_MOST_BYTES, sizes


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_outage_sheets_say_what_they_should(leaflets: Leaflets, code: str) -> None:
    for sheet in (
        duty_list(leaflets.sheets, "stockholm", code, TODAY),
        child_alone(leaflets.sheets, HERE, code, TODAY),
        leaflets.sheets.board(HERE, code, TODAY)[0],
    ):
        assert difference(leaflets.bound([sheet], TODAY), sheet) == ""


def test_the_duty_list_has_both_lines_and_the_days_when_offices_are_closed(leaflets: Leaflets) -> None:
    words = duty_list(leaflets.sheets, HERE, "sv", TODAY).plain()
    assert "011-15 22 83" in words and "011-15 00 00" in words
    assert "24 december 2026 (julafton)" in words and "6 januari 2027 (trettondedag jul)" in words
    districts = duty_list(leaflets.sheets, "stockholm", "sv", TODAY)
    assert len([block for block in districts.blocks if block.kind == "fold"]) > 10


def test_the_questions_on_the_sheet_for_a_child_stand_in_both_languages(leaflets: Leaflets) -> None:
    sheet = child_alone(leaflets.sheets, HERE, "uk", TODAY)
    assert all(field.label and field.swedish and field.label != field.swedish for field in sheet.fields)
    assert all(not field.swedish for field in child_alone(leaflets.sheets, HERE, "sv", TODAY).fields)


def test_a_sheet_that_hangs_on_says_how_long_it_holds() -> None:
    """The foot names the first day on which a fact is due; past it the words above say that they are old."""
    office = a_service(place=HERE, review_every=timedelta(days=30))
    school = an_article()
    names_it = replace(school.texts["en"], blocks=(Block("office", heading="contact_centre"),))
    school = replace(school, texts={**school.texts, "en": names_it})
    catalog = a_catalog(school, an_article("plain"), places=(a_place(HERE, services=(office,)),))
    made = Sheets(Renderer(catalog, PlainTranslator()))

    def foot(article: str, today: date) -> str:
        return made.article(article, HERE, "en", today).foot

    assert "Do not rely on it after 2026-12-23." in foot("school-start", TODAY)  # the office's number
    assert "Do not rely on it after 2027-02-18." in foot("plain", TODAY)  # the article itself
    assert "rely" not in foot("plain", date(2027, 2, 19))
    assert "Do not rely on it after 2026-12-23." in duty_list(made, HERE, "en", TODAY).foot


def test_a_difference_would_be_seen(leaflets: Leaflets) -> None:
    """The comparison above is worth nothing if it cannot fail."""
    uk, en = (leaflets.sheets.article("lma-amounts", HERE, code, TODAY) for code in ("uk", "en"))
    pdf = leaflets.article("lma-amounts", HERE, "uk", TODAY)
    assert "missing" in difference(pdf, replace(uk, blocks=(*uk.blocks, *en.blocks)))
    assert "added" in difference(pdf, replace(uk, blocks=uk.blocks[1:]))
    assert "foot" in difference(pdf, replace(uk, foot="Printed never."))


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_screen_reader_finds_its_way(leaflets: Leaflets, code: str) -> None:
    pdf = leaflets.article("school-start", HERE, code, TODAY)
    root = pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"].startswith(code)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    tags = tags_of(pdf)
    sheet = leaflets.sheets.article("school-start", HERE, code, TODAY)
    assert tags.count("/H1") == 1 and tags.count("/H2") == 2 and tags.count("/L") == 2
    assert {"/P", "/LI", "/LBody", "/Link", f"/Figure: {sheet.link_words}"} <= set(tags)
    assert pypdf.PdfReader(io.BytesIO(pdf)).metadata.title == sheet.title
    assert all(name.startswith("NotoSans") for name in fonts_of(pdf)), fonts_of(pdf)


def test_the_bundle_holds_every_leaflet_and_numbers_its_pages_anew(leaflets: Leaflets) -> None:
    bound = leaflets.sheets.board(HERE, "sv", TODAY)
    pages = words_of(leaflets.bound(bound, TODAY))
    assert all(any(sheet.title.replace(" ", "") in page for page in pages) for sheet in bound)
    assert sum("1/" in page[-4:] or "1/1" in page for page in pages) >= len(bound)


def test_the_same_day_gives_the_same_bytes(leaflets: Leaflets) -> None:
    again = Leaflets(sheets(), Printer())
    assert leaflets.article("lma-who", HERE, "uk", TODAY) == again.article("lma-who", HERE, "uk", TODAY)
    board = [made.bound(made.sheets.board(HERE, "uk", TODAY), TODAY) for made in (leaflets, again)]
    assert board[0] == board[1]
    assert leaflets.article("lma-who", HERE, "uk", TODAY) != leaflets.article("lma-who", HERE, "uk", date(2026, 11, 26))


def test_a_phone_reads_the_code_of_the_printed_page(leaflets: Leaflets) -> None:
    sheet = leaflets.sheets.article("school-start", HERE, "uk", TODAY)
    assert sheet.link == "https://chat.example.se/a/school-start?lang=uk&place=norrkoping"
    assert scanned(Printer().pictures(sheet, TODAY, 100)[0]) == [sheet.link]
    assert sheet.link in links_of(leaflets.article("school-start", HERE, "uk", TODAY))


def test_the_code_on_the_sheet_for_a_child_alone_begins_a_report_at_that_place(leaflets: Leaflets) -> None:
    here = "https://chat.example.se/?start=child_norrkoping&lang=uk"
    to_write_on = child_alone(leaflets.sheets, HERE, "uk", TODAY)
    assert scanned(Printer().pictures(to_write_on, TODAY, 100)[0]) == [here]
    assert leaflets.sheets.article("minor-report", HERE, "uk", TODAY).link == here
    bot = sheets(public_url="", telegram_name="first_answers_bot")
    assert child_alone(bot, HERE, "uk", TODAY).link == "https://t.me/first_answers_bot?start=child_norrkoping"
    assert child_alone(sheets(public_url=""), HERE, "uk", TODAY).link == ""


def test_without_a_web_side_the_code_opens_the_bot(leaflets: Leaflets) -> None:
    bot = sheets(public_url="", telegram_name="first_answers_bot")
    assert bot.article("lma-who", HERE, "uk", TODAY).link == "https://t.me/first_answers_bot?start=a_lma-who_uk"
    nothing = sheets(public_url="").article("lma-who", HERE, "uk", TODAY)
    assert (nothing.link, nothing.link_words) == ("", "")
    assert difference(Printer().pdf("x", [nothing], TODAY), nothing) == ""


def test_words_are_never_read_as_markup() -> None:
    nasty = '#panic() *x* _y_ $z$ @ref <label> = h `raw` \\ // "quotes" #let a = 1 [b] 1. - +'
    blocks = (Block("text", (Span(nasty),)), Block("list", items=((Span(nasty),),)))
    sheet = Sheet("x", "en", "ltr", nasty, "", "112", blocks, "foot")
    assert difference(Printer().pdf(nasty, [sheet], TODAY), sheet) == ""


def test_a_letter_that_no_font_has_is_a_fault_and_never_an_empty_box() -> None:
    arabic = Language("ar", "العربية", "ع", "rtl", ("en",), ("ar",))
    sheet = Sheet("x", arabic.code, arabic.direction, "مدرسة", "", "112", (), "foot")
    with pytest.raises(Unprintable, match=r"x \(ar\) cannot be printed"):
        Printer().pdf("x", [sheet], TODAY)
