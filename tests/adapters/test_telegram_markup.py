"""Rendered as Telegram's HTML: what the reader sees is what was rendered, and Telegram takes all of it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.telegram.markup import compose
from bot.domain.fitting import fit
from bot.domain.messages import Block, Choice, Rendered, Span, utf16
from tests.support.bot_api_limits import keyboard, words_of
from tests.support.schema import check_call
from tests.support.telegram_html import parse

BOT = "StandInBot"


def shown(rendered: Rendered, own_name: str = BOT) -> tuple[str, list[dict[str, Any]]]:
    return parse(compose(rendered, own_name)[0])


def only(*blocks: Block, **fields: Any) -> Rendered:
    return Rendered(fields.pop("language", "uk"), fields.pop("direction", "ltr"), blocks, **fields)


def styles(rendered: Rendered) -> dict[str, str]:
    """Return each kind of entity with the words it covers."""
    text, entities = shown(rendered)
    units = text.encode("utf-16-le")
    return {e["type"]: units[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le") for e in entities}


def test_an_article_looks_like_one():
    article = only(
        Block("title", (Span("Школа"),)),
        Block("text", (Span("Дитина має право на "), Span("школу", bold=True), Span("."))),
        Block("steps", items=((Span("Подзвоніть"),), (Span("Прийдіть"),))),
        Block(
            "fold",
            heading="Норрчепінг",
            blocks=(
                Block("text", (Span("Телефон: "), Span("011-15 00 00", tel="+4611150000"))),
                Block("list", items=((Span("перше"),), (Span("друге"),))),
                Block("quote", (Span("слова"),)),
            ),
        ),
        Block("note", (Span("Джерело: "), Span("Skolverket", href="https://www.skolverket.se/a?b=1&c=2"))),
    )
    text, entities = shown(article)
    assert text == (
        "Школа\n\nДитина має право на школу.\n\n1. Подзвоніть\n2. Прийдіть\n\n"
        "Норрчепінг\nТелефон: 011-15 00 00\n• перше\n• друге\nслова\n\nДжерело: Skolverket"
    )
    found = styles(article)
    assert found["expandable_blockquote"] == "Телефон: 011-15 00 00\n• перше\n• друге\nслова"
    assert found["italic"] == "Джерело: Skolverket"
    assert "blockquote" not in found  # Telegram takes no quote inside a quote
    assert [e["url"] for e in entities if e["type"] == "text_link"] == ["https://www.skolverket.se/a?b=1&c=2"]


def test_a_warning_and_a_persons_own_words_stand_out():
    found = only(Block("warning", (Span("Обережно"),)), Block("quote", (Span("<b>сама</b>"),), language="uk"))
    assert shown(found)[0] == "⚠️ Обережно\n\n<b>сама</b>"
    assert styles(found) == {"blockquote": "<b>сама</b>"}


def test_words_cannot_make_markup():
    text = "</b><a href='https://evil.se'>x</a> & &lt; &#60; <script>"
    for kind in ("title", "text", "note", "warning", "quote"):
        assert text in shown(only(Block(kind, (Span(text, bold=True, href="https://a.se"),))))[0]
    assert text in shown(only(Block("fold", heading=text, blocks=(Block("text", (Span(text),)),))))[0]


@pytest.mark.parametrize("href", ["javascript:alert(1)", "http://", "ftp://a.se", 'https://a.se/"><b>', "a.se", "tg://user?id=1"])
def test_only_web_addresses_become_links(href):
    _, entities = shown(only(Block("text", (Span("слово", href=href),))))
    assert [e["url"] for e in entities] == ([href] if href.startswith("https://") else [])


def test_an_article_without_words_shows_its_address_unless_that_would_be_too_long():
    card = Block("note", (Span("Усе: "), Span(article="school-start")))
    html, _ = compose(only(card), BOT)
    address = f"t.me/{BOT}?start=a_school-start_uk"
    assert f'<a href="https://{address}">{address}</a>' in html
    html, _ = compose(Rendered("uk", "ltr", (Block("text", (Span("а" * 4_060),)), card)), BOT)
    assert address not in html and len(html) <= 4_096


def test_a_button_that_shares_needs_inline_mode_and_is_left_out_without_it():
    rows = ((Choice("У чат", share="school-start uk"),), (Choice("Дім", "home"),))
    card = Rendered("uk", "ltr", (Block("text", (Span("x"),)),), rows)
    assert compose(card, BOT)[1] == {"inline_keyboard": [[{"text": "Дім", "callback_data": "home"}]]}
    _, markup = compose(card, BOT, inline=True)
    assert keyboard(markup)["inline_keyboard"][0] == [{"text": "У чат", "switch_inline_query": "school-start uk"}]


def test_a_page_is_passed_on_by_telegrams_own_dialog():
    link = "https://chat.example.se/a/school-start?lang=uk&place=norrkoping"
    rows = ((Choice("Поділитися", link=link, about="Як записати дитину до школи? 50 % & далі"), Choice("Дім", "home")),)
    shared, _ = keyboard(compose(Rendered("uk", "ltr", (Block("text", (Span("x"),)),), rows), BOT)[1])["inline_keyboard"][0]
    parts = urlsplit(shared["url"])
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "t.me", "/share/url") and "+" not in parts.query
    assert parse_qs(parts.query) == {"url": [link], "text": ["Як записати дитину до школи? 50 % & далі"]}
    bare = ((Choice("Поділитися", link="/a/school-start"), Choice("Дім", "home")),)
    markup = compose(Rendered("uk", "ltr", (Block("text", (Span("x"),)),), bare), BOT)[1]
    assert [b["text"] for b in keyboard(markup)["inline_keyboard"][0]] == ["Дім"], (
        "an address that nobody else can open is no link"
    )


def test_an_article_that_is_named_opens_in_the_bot():
    named = only(Block("text", (Span("Про школу", article="school-start"),)))
    assert shown(named)[1][0]["url"] == f"https://t.me/{BOT}?start=a_school-start_uk"
    assert shown(named, own_name="") == ("Про школу", [])
    long = only(Block("text", (Span("Про школу", article="s" * 62),)))
    assert shown(long) == ("Про школу", [])
    other = only(Block("text", (Span("Om skolan", article="school-start"),), language="sv"))
    assert shown(other)[1][0]["url"].endswith("_sv")


def test_right_to_left_lines_start_on_the_right_and_numbers_keep_their_order():
    arabic = only(
        Block("text", (Span("112 للطوارئ"), Span("+46 10 222", tel="+4610222"))),
        Block("list", items=((Span("Migrationsverket"),),)),
        Block("text", (Span("English words"),), language="en"),
        language="ar",
        direction="rtl",
    )
    first, listed, english = shown(arabic)[0].split("\n\n")
    assert first == "\u200f112 للطوارئ\u200e+46 10 222\u200e"
    assert listed == "\u200f• Migrationsverket"
    assert english == "\u200eEnglish words"
    assert "\u200f" not in shown(only(Block("text", (Span("Слово"),))))[0]
    inside = only(Block("text", (Span("عربي"),), language="ar"))
    assert shown(inside)[0].startswith("\u200f")


def test_buttons_become_what_telegram_has():
    row = (
        Choice("Школа", action="topic:school"),
        Choice("Сайт", url="https://www.skolverket.se"),
        Choice("Подзвонити", tel="+4611150000"),
        Choice("Дитина сама", action="child", style="danger"),
    )
    assert compose(only(Block("text", (Span("x"),)), buttons=(row,)), BOT)[1] == {
        "inline_keyboard": [
            [
                {"text": "Школа", "callback_data": "topic:school"},
                {"text": "Сайт", "url": "https://www.skolverket.se"},
                {"text": "Подзвонити", "copy_text": {"text": "+4611150000"}},
                {"text": "Дитина сама", "callback_data": "child", "style": "danger"},
            ]
        ]
    }


def test_a_row_that_is_too_long_is_broken_and_an_empty_label_is_filled():
    row = tuple(Choice("", action=f"a:{n}") for n in range(9))
    markup = compose(only(Block("text", (Span("x"),)), buttons=(row,)), BOT)[1]
    assert markup is not None
    assert [len(r) for r in markup["inline_keyboard"]] == [8, 1]
    assert markup["inline_keyboard"][0][0]["text"] == "…"


def test_buttons_go_before_the_keyboard_for_the_location():
    both = only(Block("text", (Span("x"),)), buttons=((Choice("A", action="a"),),), ask_location="Де я")
    assert list(compose(both, BOT)[1] or {}) == ["inline_keyboard"]


def test_what_fit_lets_through_is_never_too_long_though_bullets_come_on_top():
    many = Block("list", items=tuple((Span("ї"),) for _ in range(2_048)))
    assert utf16(only(many).plain()) == 4_095
    html, _ = compose(only(many), BOT)
    assert words_of({"text": html, "parse_mode": "HTML"})["text"] == only(many).plain()


def test_links_enough_to_burst_the_message_are_given_up_before_the_words():
    item = (Span("слово", href="https://www.example.se/" + "a" * 300),)
    links = only(Block("list", items=(item,) * 150))
    html, _ = compose(links, BOT)
    assert words_of({"text": html, "parse_mode": "HTML"}) == {"text": "\n".join(["• слово"] * 150)}


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200f", "\x00"])
def test_a_message_without_words_still_carries_its_buttons(text):
    empty = only(Block("text", (Span(text),)), direction="rtl", buttons=((Choice("A", action="a"),),))
    html, markup = compose(empty, BOT)
    assert words_of({"text": html, "parse_mode": "HTML"})["text"] == "…" and markup


# --- whatever is rendered ----------------------------------------------------------------------------------------------

_WORDS = st.text(
    alphabet=st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("<>&\"'/=;#абв مر 👨‍👩‍👧")), max_size=40
)
_SPANS = st.lists(
    st.builds(
        Span,
        _WORDS,
        bold=st.booleans(),
        href=st.sampled_from(["", "https://a.se/?q=\"<>&'", "javascript:x", "https://www.example.se"]) | _WORDS,
        tel=st.sampled_from(["", "+46111"]),
        article=st.sampled_from(["", "school-start", "шкода", "a b"]),
    ),
    max_size=4,
).map(tuple)
_LANGUAGES = st.sampled_from(["", "uk", "ar", "sv"])
_FLAT = st.one_of(
    st.builds(Block, st.sampled_from(["title", "text", "note", "warning", "quote"]), _SPANS, language=_LANGUAGES),
    st.builds(Block, st.sampled_from(["list", "steps"]), items=st.lists(_SPANS, max_size=4).map(tuple), language=_LANGUAGES),
)
_BLOCKS = st.lists(
    st.one_of(_FLAT, st.builds(Block, st.just("fold"), heading=_WORDS, blocks=st.lists(_FLAT, max_size=3).map(tuple))),
    max_size=5,
).map(tuple)
_CHOICES = st.builds(
    Choice,
    _WORDS,
    action=st.sampled_from(["", "home", "ш" * 33]) | _WORDS,
    url=st.sampled_from(["", "https://www.example.se", "x"]) | _WORDS,
    tel=st.sampled_from(["", "+46111"]),
    style=st.sampled_from(["", "danger", "primary", "odd"]),
)
_RENDERED = st.builds(
    Rendered,
    st.sampled_from(["uk", "ar"]),
    st.sampled_from(["ltr", "rtl"]),
    _BLOCKS,
    st.lists(st.lists(_CHOICES, max_size=4).map(tuple), max_size=3).map(tuple),
    _WORDS,
)


@settings(max_examples=150, deadline=None)
@given(_RENDERED)
def test_telegram_takes_whatever_is_rendered_and_shows_its_words(rendered):
    html, markup = compose(rendered, BOT)
    call: dict[str, Any] = {"chat_id": 1, "text": html, "parse_mode": "HTML"}
    if markup:
        call["reply_markup"] = markup
    typed = check_call("sendMessage", call)
    keyboard(typed.get("reply_markup"))
    text = words_of(typed)["text"]

    def letters(words: str) -> str:
        marks = "\u200e\u200f\x00•⚠\ufe0f….0123456789"
        return "".join(c for c in words if c not in marks and not c.isspace())

    text = re.sub(rf"t\.me/{BOT}\?start=a_school-start_(?:uk|ar|sv)", "", text)  # shown by an article without words
    assert letters(text) == letters(rendered.plain())


@settings(max_examples=30, deadline=None)
@given(_BLOCKS, st.integers(50, 1_500))
def test_long_messages_cut_by_fit_are_taken_piece_by_piece(blocks, times):
    long = Rendered("ar", "rtl", blocks * times if len(blocks) * times < 6_000 else blocks)
    for piece in fit(long, 4_096)[:4]:
        html, _ = compose(piece, BOT)
        words_of(check_call("sendMessage", {"chat_id": 1, "text": html, "parse_mode": "HTML"}))
