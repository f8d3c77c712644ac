"""Answers as they are passed on: in two languages side by side, as a card to send back, and to be shown at a desk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from bot.domain.content import Answer
from bot.domain.messages import Block, CardShown, LinksShown, PairShown, Span, say

if TYPE_CHECKING:
    from bot.services.render import Renderer

OFFICES_AT_MOST = 3
SOURCES_AT_MOST = 3  # the whole text, one tap away, names all
SWEDISH = "sv"


def pair(renderer: Renderer, part: PairShown, language: str, today: date) -> Iterator[Block]:
    """The asker's text, then the reader's own; once where both read the same."""
    if part.language == language:
        yield from _short(renderer, part.article, part.place, language, today)
        return
    for code, whose in ((part.language, say("For them:")), (language, say("For you:"))):
        name = renderer.catalog.language(code).name
        yield Block("note", (Span(renderer.words(whose, language)), Span(" "), Span(name, bold=True)), language=language)
        yield from _short(renderer, part.article, part.place, code, today)


def card(renderer: Renderer, part: CardShown, today: date, public_url: str) -> Iterator[Block]:
    """The text in the asker's language with its links; at a desk with the Swedish below and the offices' own names."""
    codes = [part.language, SWEDISH] if part.desk and part.language != SWEDISH else [part.language]
    for code in codes:
        if code != codes[0]:
            below = say("For the person at the desk. The same text in Swedish:")
            yield Block("note", (Span(renderer.words(below, code)),), language=code)
        yield from _short(renderer, part.article, part.place, code, today)
    if part.desk:
        answers = [renderer.catalog.answer(part.article, part.place, code, today) for code in codes]
        yield from _offices(renderer, answers, part.place)
        return
    yield _links(renderer, part, public_url)


def links(renderer: Renderer, part: LinksShown, language: str) -> Iterator[Block]:
    """The titles, each a link to its article."""
    items = []
    for id_ in part.articles:
        article = renderer.catalog.articles[id_]
        code = next(c for c in renderer.catalog.chain(language) if c in article.texts)
        items.append((Span(article.texts[code].title, article=id_),))
    yield Block("list", items=tuple(items))


def _short(renderer: Renderer, article: str, place: str | None, language: str, today: date) -> Iterator[Block]:
    """Title, what stands in doubt, the short answer, source and date: all in one language."""
    answer = renderer.catalog.answer(article, place, language, today)
    head = renderer.head(answer, language)
    for block in (*head, renderer.sources(answer, language, SOURCES_AT_MOST)):
        yield replace(block, language=block.language or answer.language)


def _links(renderer: Renderer, part: CardShown, public_url: str) -> Block:
    """Where the whole text stands. The addresses are written out: a copied text keeps no links."""
    language = part.language
    spans = [Span(renderer.words(say("Approved text. The whole of it:"), language) + " "), Span(article=part.article)]
    if public_url:
        address = f"{public_url}/a/{part.article}?lang={language}" + (f"&place={part.place}" if part.place else "")
        spans += [Span(" · "), Span(address.partition("://")[2], href=address)]
    spans.append(Span("\n" + renderer.words(say("In danger? Call 112."), language)))
    return Block("note", tuple(spans), language=language)


def _offices(renderer: Renderer, answers: list[Answer], place: str | None) -> Iterator[Block]:
    """The offices that the texts name, as the clerk and the door sign call them."""
    bodies = (body for a in answers for body in (a.blocks, *(b.blocks for b in (*a.local, *a.sections))))
    blocks = (block for body in bodies for block in body)
    roles = dict.fromkeys(block.heading for block in blocks if block.kind == "office")
    named = [office for role in roles if (office := renderer.catalog.office(role, place)) and office.names.get(SWEDISH)]
    seen: dict[str, str] = {office.names[SWEDISH]: office.address for office in named}
    for name, address in list(seen.items())[:OFFICES_AT_MOST]:
        spans = [Span(name, bold=True)] + ([Span("\n" + address)] if address else [])
        yield Block("text", tuple(spans), language=SWEDISH)
