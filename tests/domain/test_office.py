"""The card for an office, and the row that offers it: the reader's language above, Swedish below, offices by their own names."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import screens
from bot.domain.conversation import Conversation, Frame, Reply
from bot.domain.events import Address
from bot.domain.flows import FLOWS
from bot.domain.messages import ArticleShown, Block, Capabilities, Line, Message, OfficeShown, Span
from tests.support.builders import NOW, a_catalog, a_place, a_section, an_article

OFFICE = Block("office", heading="school_intake")
WORDS = Block("text", (Span("…"),))


def _with_offices() -> Frame:
    local = a_section("norrkoping", places=frozenset({"norrkoping"}))
    local = replace(local, texts={code: replace(body, blocks=(OFFICE,)) for code, body in local.texts.items()})
    school = an_article("school-start", sections=(local,))
    blocks = (WORDS, Block("office", heading="contact_centre"), OFFICE)
    school = replace(school, texts={code: replace(body, blocks=blocks) for code, body in school.texts.items()})
    return Frame(NOW, NOW.date(), a_catalog(school, an_article("bare"), places=(a_place("norrkoping"),)), Capabilities())


FRAME = _with_offices()
OLENA = Conversation(Address("telegram", "1"), language="uk", place="norrkoping")


def card(article: str, conversation: Conversation = OLENA) -> Message:
    (reply,) = (e for e in FLOWS.actions["office"](conversation, article, FRAME).effects if isinstance(e, Reply))
    return reply.message


def test_the_own_language_stands_above_and_swedish_below() -> None:
    parts = card("school-start").parts
    shown = [(p.language, p.brief) for p in parts if isinstance(p, ArticleShown)]
    assert shown == [("", True), ("sv", True)]
    asks = [p.language for p in parts if isinstance(p, Line) and "interpreter" in p.text.msgid]
    assert asks == ["", "sv"]
    assert [type(p) for p in parts].index(OfficeShown) > max(i for i, p in enumerate(parts) if isinstance(p, ArticleShown))


def test_each_office_stands_once_the_local_one_first() -> None:
    assert [p.role for p in card("school-start").parts if isinstance(p, OfficeShown)] == ["school_intake", "contact_centre"]
    assert not [p for p in card("bare").parts if isinstance(p, OfficeShown)]


def test_who_reads_swedish_gets_it_once_and_needs_no_interpreter() -> None:
    parts = card("school-start", replace(OLENA, language="sv")).parts
    assert len([p for p in parts if isinstance(p, ArticleShown)]) == 1
    assert not [p for p in parts if isinstance(p, Line) and "interpreter" in p.text.msgid]


def test_a_card_of_an_answer_that_is_gone_leads_home() -> None:
    assert any("child" in button.action for row in card("gone").buttons for button in row)


def along(pages: str | None) -> list[list[tuple[str, str]]]:
    """Return the last rows, under the one that asks whether it helped."""
    message = screens.answer(OLENA, "school-start", replace(FRAME, pages=pages))
    rows = [[(button.action, button.url or button.link) for button in row] for row in message.buttons]
    return rows[1 + next(n for n, row in enumerate(rows) if row[0][0].startswith("helped:")) :]


def test_share_and_pdf_are_offered_where_our_pages_can_be_reached() -> None:
    show, here = ("office:school-start", ""), "lang=uk&place=norrkoping"
    assert along(None) == [[show]]
    assert along("") == [[show, ("", f"/a/school-start?{here}")], [("", f"/a/school-start.pdf?{here}")]]
    assert along("https://chat.example.se")[0][1] == ("", f"https://chat.example.se/a/school-start?{here}")
