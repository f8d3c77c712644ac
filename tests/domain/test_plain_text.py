"""A message as plain words: nothing that could be opened or dialled is lost, nothing hidden gets through."""

from __future__ import annotations

from bot.domain.messages import Block, Choice, Rendered, Span
from bot.domain.plain_text import first_line, ways_on, words


def rendered(*blocks: Block, buttons: tuple[tuple[Choice, ...], ...] = ()) -> Rendered:
    return Rendered("sv", "ltr", blocks, buttons)


def test_every_block_becomes_words() -> None:
    shown = words(
        rendered(
            Block("title", (Span("Larm"),)),
            Block("text", (Span("Läs "), Span("här", href="https://a.se/x"), Span(". Ring "), Span("oss", tel="+4611150000"))),
            Block("list", items=((Span("ett"),), (Span("två", bold=True),))),
            Block("steps", items=((Span("först"),), (Span("sedan"),))),
            Block("quote", (Span("rad 1\nrad 2"),)),
            Block("fold", heading="Mer", blocks=(Block("text", (Span("inne"),)),)),
            Block("text"),
        )
    )
    assert shown == (
        "Larm\n\nLäs här (https://a.se/x). Ring oss (011-15 00 00)\n\n- ett\n- två\n\n1. först\n2. sedan\n\n"
        "> rad 1\n> rad 2\n\nMer\n\ninne"
    )


def test_what_stands_there_already_is_not_said_twice() -> None:
    spans = (Span("https://a.se", href="https://a.se"), Span(" 011-15 00 00", tel="+4611150000"), Span(" 112", tel="112"))
    assert words(rendered(Block("text", spans))) == "https://a.se 011-15 00 00 112"


def test_buttons_that_lead_somewhere_become_lines_and_presses_do_not() -> None:
    row = (Choice("Ta", action="take:x"), Choice("Öppna", url="https://a.se/c"), Choice("Ring 112", tel="112"))
    assert ways_on(rendered(buttons=(row, (Choice("Jouren", tel="+46850800000"),)))) == (
        "Öppna: https://a.se/c", "Ring 112", "Jouren: 08-508 000 00",
    )  # fmt: skip


def test_hidden_characters_are_taken_out() -> None:
    assert words(rendered(Block("text", (Span("a\u202eb\x00c\u2066\r\nd\ud800"),)))) == "abc\nd"


def test_the_first_line_is_the_title_or_how_the_text_begins() -> None:
    text = Block("text", (Span("Ett barn är ensamt\npå stationen just nu"),))
    title = Block("title", (Span("Larm  K7M4"),))
    assert first_line(rendered(title, text), 40) == "Larm K7M4"
    assert first_line(rendered(text), 60) == "Ett barn är ensamt på stationen just nu"
    drill = Block("warning", (Span("ÖVNING. Inget riktigt larm."),))
    assert first_line(rendered(drill, title, text), 78) == "ÖVNING. Inget riktigt larm. Larm K7M4"
    assert first_line(rendered(text), 20) == "Ett barn är ensamt…" and first_line(rendered(), 20) == ""
