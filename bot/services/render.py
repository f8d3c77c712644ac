"""A Message and a language become exact words. Pure but for the catalogue and the sentences it is built with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import takewhile
from typing import Any

from bot.domain import hours, phones
from bot.domain.content import Answer, Body, Catalog
from bot.domain.fitting import fit
from bot.domain.messages import (
    N_,
    ArticleShown,
    Block,
    Button,
    Capabilities,
    CardShown,
    Choice,
    InEachLanguage,
    Line,
    LinksShown,
    Message,
    OfficeShown,
    PairShown,
    Part,
    Rendered,
    Span,
    Text,
    Verbatim,
    packed,
    quotes_somebody,
    say,
)
from bot.domain.register import Service, Source
from bot.services import cards
from bot.services.ports import Translator

# Past its day a text says no figure but 112 (Catalog.answer leaves them out); this line says why.
LATE = N_("Last checked {day}. Sums, dates and phone numbers may have changed, so we leave them out. Ask at the source below.")
LATE_OFFICE = N_("We last checked this office on {day}. Its number and hours may have changed. Find them here: ")

_NAVIGATION = (
    Button(say("Home"), "home"),
    Button(say("Language"), "language"),
    Button(say("112 – emergency"), "sos"),
)
_COVER = say("There is news here. Tap the grey field to read it.")


def _packed(rendered: Rendered, limit: int) -> tuple[tuple[str, Rendered], ...]:
    return tuple((packed(piece), piece) for piece in fit(rendered, limit))


def _with_lists(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return the blocks with items that follow one another made one list."""
    made: list[Block] = []
    for block in blocks:
        if block.kind != "item":
            made.append(block)
        elif made and made[-1].kind == "list" and made[-1].language == block.language:
            made[-1] = replace(made[-1], items=(*made[-1].items, block.spans))
        else:
            made.append(Block("list", items=(block.spans,), language=block.language))
    return tuple(made)


class Renderer:
    """Turns Messages into Rendered. One per catalogue; what depends on an article, place, language and day is kept."""

    def __init__(self, catalog: Catalog, translator: Translator, public_url: str = "") -> None:
        self._public_url = public_url.rstrip("/")
        # Bounded, and of our own texts only: no words of a person are kept in memory.
        self._bodies = lru_cache(maxsize=2_000)(_packed)
        self.adopt(catalog, translator)

    def adopt(self, catalog: Catalog, translator: Translator) -> None:
        """Show these texts from now on. May be called while other threads render."""
        self.catalog = catalog
        self._translator = translator
        # Last, and new ones: what a thread still makes of the old texts is kept where nobody looks any more.
        self._article = lru_cache(maxsize=2_000)(self._article_blocks)
        self._office = lru_cache(maxsize=2_000)(self._office_blocks)

    def render(self, message: Message, language: str | None, today: date, capabilities: Capabilities) -> Rendered:
        """Return the words in that language, with the navigation row where the channel has no header of its own."""
        lang = self.catalog.language(message.language or language)
        blocks = [block for part in message.parts for block in self._blocks(part, lang.code, today)]
        rows = [tuple(self._choice(b, lang.code) for b in row) for row in message.buttons]
        plain = message.bare or message.reply_to or message.ask_location is not None
        if not capabilities.has_header and not plain:
            rows.append(tuple(self._choice(b, lang.code) for b in _NAVIGATION))
        return Rendered(
            lang.code,
            lang.direction,
            _with_lists(blocks),
            tuple(rows),
            self.words(message.ask_location, lang.code) if message.ask_location else "",
            message.reply_to,
            self.words(_COVER, lang.code) if message.hushed and not capabilities.on_our_site else "",
        )

    def bodies(
        self, message: Message, language: str | None, today: date, capabilities: Capabilities
    ) -> tuple[tuple[str, Rendered], ...]:
        """Return the message as the channel takes it, cut to its size: each piece packed for the outbox, and as it is."""
        rendered = self.render(message, language, today, capabilities)
        return (_packed if quotes_somebody(rendered) else self._bodies)(rendered, capabilities.max_text)

    def weekday(self, language: str, day: int) -> str:
        """Return the short name of the weekday, Monday = 0."""
        return self._translator.weekday(language, day)

    def words(self, text: Text, language: str) -> str:
        """Return the sentence with its parameters put in."""
        sentence = self._translator.sentence(language, text.msgid, text.plural, text.n)
        if not text.params:
            return sentence
        return sentence.format_map({name: self._value(value, language) for name, value in text.params})

    def _value(self, value: Any, language: str) -> str:
        if isinstance(value, Text):
            return self.words(value, language)
        if isinstance(value, date):
            return self._translator.day(language, value)
        if isinstance(value, Mapping):
            return self.catalog.name(value, language)
        return self._translator.number(language, value) if isinstance(value, float) else str(value)

    def _choice(self, button: Button, language: str) -> Choice:
        label = self._value(button.label, language)
        return Choice(label, button.action, button.url, button.tel, button.style, button.share, button.link, button.about)

    def _blocks(self, part: Part, language: str, today: date) -> tuple[Block, ...]:
        match part:
            case Line(text, kind, links, own):
                spans = [Span(self._value(text, own or language))]
                for number, (words, address) in enumerate(links):
                    spans += [Span(", ")] if number else []
                    spans.append(Span(words, href=address))
                return (Block(kind, tuple(spans), language=own),)
            case InEachLanguage(text):
                return tuple(
                    Block("text", (Span(self.words(text, lang.code)),), language=lang.code) for lang in self.catalog.languages
                )
            case Verbatim(words, own):
                return (Block("quote", (Span(words),), language=own),)
            case ArticleShown(article, place, brief, own, urgent):
                blocks = self._article(article, place, own or language, today, urgent)
                return tuple(takewhile(lambda b: b.kind != "fold", blocks)) if brief else blocks
            case OfficeShown(role, place):
                return self._office(role, place, language, today)
            case PairShown():
                return tuple(cards.pair(self, part, language, today))
            case CardShown():
                return tuple(cards.card(self, part, today, self._public_url))
            case LinksShown():
                return tuple(cards.links(self, part, language))
        raise TypeError(f"no words for {type(part).__name__}")

    def _line(self, language: str, kind: str, text: Text) -> Block:
        return Block(kind, (Span(self.words(text, language)),))

    def _article_blocks(self, article: str, place: str | None, language: str, today: date, urgent: bool) -> tuple[Block, ...]:
        answer = self.catalog.answer(article, place, language, today)
        own = answer.language
        if urgent:
            answer = replace(answer, caveats=())
        blocks = self.head(answer, language)
        blocks.extend(self._folds(answer, place, language, today))
        blocks.append(self.sources(answer, language))
        return tuple(Block(b.kind, b.spans, b.items, b.heading, b.blocks, b.language or own) for b in blocks)

    def head(self, answer: Answer, language: str) -> list[Block]:
        """Return title, what stands in doubt, and the short answer, for a reader of `language`."""
        blocks: list[Block] = []
        if answer.language != language:
            names = {lang.code: lang.name for lang in self.catalog.languages}
            missing = say(
                "This answer is not in {wanted} yet. You read it in {got}.",
                wanted=names[language],
                got=names[answer.language],
            )
            blocks.append(self._line(language, "note", missing))
        own = answer.language
        blocks.append(Block("title", (Span(answer.title),), language=own))
        blocks.extend(Block("warning", (Span(self.catalog.name(r.caveat, own)),), language=own) for r in answer.caveats)
        if answer.behind:
            older = say("The Swedish text was changed after this translation. Where they differ, the Swedish text holds.")
            blocks.append(self._line(language, "warning", older))
        if answer.overdue:
            blocks.append(self._line(language, "warning", say(LATE, day=answer.checked_on)))
        if answer.short:
            blocks.append(Block("text", (Span(answer.short),), language=own))
        return blocks

    def _folds(self, answer: Answer, place: str | None, language: str, today: date) -> list[Block]:
        folds = [self._fold(body.title, body, place, language, today) for body in answer.local]
        if answer.blocks:
            own = Body("", "", answer.blocks)
            folds.append(self._fold(self.words(say("More about this"), answer.language), own, place, language, today))
        folds.extend(self._fold(body.title, body, place, language, today) for body in answer.sections)
        return [fold for fold in folds if fold.blocks]

    def _fold(self, heading: str, body: Body, place: str | None, language: str, today: date) -> Block:
        blocks: list[Block] = []
        for block in body.blocks:
            blocks.extend(self._office(block.heading, place, language, today) if block.kind == "office" else (block,))
        return Block("fold", heading=heading, blocks=tuple(blocks))

    def sources(self, answer: Answer, language: str, at_most: int = 99) -> Block:
        """Checked on, and each publisher once, linked."""
        spans = [Span(self.words(say("Checked {day}. Source: ", day=answer.checked_on), language))]
        seen: dict[str, Source] = {}
        for source in answer.sources:
            seen.setdefault(source.publisher, source)
        for number, source in enumerate(list(seen.values())[:at_most]):
            spans.extend([Span(", ")] if number else [])
            spans.append(Span(source.publisher, href=source.url))
        return Block("note", tuple(spans))

    def _office_blocks(self, role: str, place: str | None, language: str, today: date) -> tuple[Block, ...]:
        """Name, phone, hours, address, papers. Where there is no number to give: so said, and whom to ring instead."""
        service = self.catalog.office(role, place)
        spans: list[Span] = []
        if service:
            spans.extend(self._office_spans(service, language, today))
        if service is None or not service.phone_on(today):
            if service is None or service.stands(today):
                spans.extend([Span("\n")] if spans else [])
                spans.append(Span(self.words(say("We do not know a number for this office."), language)))
            instead = next(
                (
                    other
                    for fallback in ("contact_centre", "switchboard")
                    if (other := self.catalog.office(fallback, place)) and other.phone_on(today)
                ),
                None,
            )
            if instead and instead is not service:
                spans.append(Span("\n" + self.words(say("Ask here instead:"), language) + "\n"))
                spans.extend(self._office_spans(instead, language, today))
            elif service is None or service.role not in ("contact_centre", "switchboard"):
                gap = "\n" if service and not service.stands(today) else " "
                spans.append(Span(gap + self.words(say("Ask the municipality's contact centre."), language)))
            spans.append(Span("\n" + self.words(say("If it is urgent, call 112."), language)))
        return (Block("text", tuple(spans)),)

    def _office_spans(self, service: Service, language: str, today: date) -> list[Span]:
        swedish, gloss = service.names.get("sv", ""), self.catalog.name(service.names, language)
        spans = [Span(swedish, bold=True)] if swedish else []
        if gloss and gloss != swedish:
            spans.append(Span(f" ({gloss})" if swedish else gloss))
        if service.stands(today):
            papers = self._office_facts(service, language, spans)
        else:
            papers = say(LATE_OFFICE, day=service.source.checked_on)
        spans.append(Span("\n" + self.words(papers, language)))
        spans.append(Span(service.source.publisher, href=service.source.url or service.url))
        return spans

    def _office_facts(self, service: Service, language: str, spans: list[Span]) -> Text:
        """Add number, hours and address; return the words before the source."""
        if service.phone_may_be_shown():
            spans.append(Span("\n" + self.words(say("Phone: "), language)))
            spans.append(Span(phones.shown(service.phone), bold=True, tel=service.phone))
        open_when = self._hours(service, language)
        if open_when:
            spans.append(Span("\n" + open_when))
        if notes := self.catalog.name(service.hours_notes, language):
            spans.append(Span("\n" + notes))
        if service.address:
            spans.append(Span("\n" + self.words(say("Address: {address}", address=service.address), language)))
        checked = service.source.checked_on
        if service.phone_may_be_shown() and service.status != "ok":
            return say("We read this number on {day} but did not ring it. Check it here: ", day=checked)
        return say("Checked {day}. Source: ", day=checked)

    def _hours(self, service: Service, language: str) -> str:
        if service.hours is None:
            return ""
        if hours.always_open(service.hours):
            return self.words(say("Open day and night."), language)
        runs = []
        for first, last, spans in hours.grouped(service.hours):
            days = self._translator.weekday(language, first)
            if last != first:
                days += "–" + self._translator.weekday(language, last)
            runs.append(f"{days} {', '.join(str(span) for span in spans)}")
        return self.words(say("Open: {hours}", hours="; ".join(runs)), language) if runs else ""
