"""Answers as sheets of paper: the words are the chat's own, so a fact past its date reads here as it does there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from bot.domain.content import NATION, Catalog
from bot.domain.messages import ArticleShown, Block, Capabilities, Message, Part, Span, Text, say
from bot.domain.paper import Field, Sheet, for_paper
from bot.domain.urgent import IN_DANGER
from bot.services.render import Renderer

SWEDISH = "sv"
REPORTING = ("minor-report", "minor-alone-self")  # on paper their code begins a report, where the answer is one tap away
SAME_ANSWER = say("Scan: the same answer on your phone")
REPORT_HERE = say("Scan: report a child alone here")
_PAPER = Capabilities(has_header=True)


class Sheets:
    """Makes sheets for a place, a language and the day of printing.

    QR codes lead to the web side, else to the bot in Telegram; without either there are none.
    """

    def __init__(self, renderer: Renderer, *, public_url: str = "", telegram_name: str = "", operator: str = "") -> None:
        self._renderer = renderer
        self._public_url = public_url
        self._telegram_name = telegram_name
        self._operator = operator

    @property
    def catalog(self) -> Catalog:
        """The catalogue in use now."""
        return self._renderer.catalog

    def article(self, article: str, place: str | None, language: str, today: date) -> Sheet:
        """Return the answer with its title in Swedish beside. Raises KeyError for an unknown article."""
        blocks = self.blocks((ArticleShown(article, place),), language, today)
        title = next(block for block in blocks if block.kind == "title")
        link, scan = self._answer_link(article, place, language), SAME_ANSWER
        if article in REPORTING:
            link, scan = self.child_link(place, language), REPORT_HERE
        return Sheet(
            name=article,
            title=title.plain(),
            title_language=title.language if title.language != language else "",
            swedish=self.catalog.answer(article, place, SWEDISH, today).title if language != SWEDISH else "",
            blocks=tuple(for_paper(block) for block in blocks if block is not title),
            link=link,
            link_words=self.words(scan, language) if link else "",
            **self._around(place, language, today, self._holds_until(article, place, language, today)),
        )

    def articles(self, place: str | None, language: str, today: date, chosen: Iterable[str] = ()) -> tuple[Sheet, ...]:
        """Return the chosen articles, all of them where none is, in the order of the topics."""
        ids = chosen or (id_ for topic in self.catalog.topics for id_ in self.catalog.by_topic.get(topic.id, ()))
        return tuple(self.article(id_, place, language, today) for id_ in ids)

    def board(self, place: str | None, language: str, today: date, chosen: Sequence[str] = ()) -> tuple[Sheet, ...]:
        """Return what hangs on a notice board: a poster, then the chosen articles, else the first of each topic."""
        firsts = [ids[0] for topic in self.catalog.topics if (ids := self.catalog.by_topic.get(topic.id))]
        return (self._poster(place, language, today), *self.articles(place, language, today, chosen or firsts))

    def _poster(self, place: str | None, language: str, today: date) -> Sheet:
        link = self.link("/", "", place, language)
        topics = tuple((Span(self.catalog.name(topic.names, language)),) for topic in self.catalog.topics)
        poster = self.written(
            "poster",
            say("Answers for people from Ukraine about school, money and housing in Sweden."),
            (Block("list", items=topics),),
            place,
            language,
            today,
            link=link,
            link_words=say("Scan and ask your own question"),
        )
        return replace(poster, poster=True)

    def written(
        self,
        name: str,
        title: Text,
        blocks: Iterable[Block],
        place: str | None,
        language: str,
        today: date,
        *,
        link: str = "",
        link_words: Text | None = None,
        fields: Iterable[tuple[Text, int]] = (),
        until: date | None = None,
    ) -> Sheet:
        """Return a sheet of the service's own sentences.

        `fields`: questions, each with its number of lines to write on. `until`: the last day to rely on what it states.
        """

        def in_swedish(text: Text) -> str:
            return self.words(text, SWEDISH) if language != SWEDISH else ""

        return Sheet(
            name=name,
            title=self.words(title, language),
            swedish=in_swedish(title),
            blocks=tuple(map(for_paper, blocks)),
            link=link,
            link_words=self.words(link_words, language) if link and link_words else "",
            fields=tuple(Field(self.words(text, language), in_swedish(text), lines) for text, lines in fields),
            **self._around(place, language, today, until),
        )

    def line(self, article: str, place: str | None, language: str, today: date) -> str:
        """Return the answer as one line for an SMS: title, what stands above the details, and the link."""
        sheet = self.article(article, place, language, today)
        link = self._answer_link(article, place, language)
        folded = next((at for at, block in enumerate(sheet.blocks) if block.kind == "fold"), len(sheet.blocks) - 1)
        return " ".join(" ".join((f"{sheet.title}.", *(b.plain() for b in sheet.blocks[:folded]), link)).split())

    def words(self, text: Text, language: str) -> str:
        return self._renderer.words(text, language)

    def blocks(self, parts: Sequence[Part], language: str, today: date) -> tuple[Block, ...]:
        """Return the parts as the chat words them."""
        return self._renderer.render(Message(tuple(parts)), language, today, _PAPER).blocks

    def link(self, path: str, start: str, place: str | None, language: str) -> str:
        """Return the address of a page of ours, else the deep link with that start, else ''."""
        if self._public_url:
            given = {"lang": language, **({"place": place} if place and place != NATION else {})}
            return f"{self._public_url}{path}?{urlencode(given)}"
        if self._telegram_name:
            return f"https://t.me/{self._telegram_name}" + (f"?start={start}" if start else "")
        return ""

    def _answer_link(self, article: str, place: str | None, language: str) -> str:
        return self.link(f"/a/{article}", f"a_{article}_{language}", place, language)

    def child_link(self, place: str | None, language: str) -> str:
        """Return the address that begins a report of a child alone at that place, in the chat or else in Telegram, else ''."""
        start = f"child_{place}" if place and place != NATION else "child"
        if self._public_url:
            return f"{self._public_url}/?{urlencode({'start': start, 'lang': language})}"
        return self.link("/", start, place, language)

    def _holds_until(self, article: str, place: str | None, language: str, today: date) -> date:
        """Return the first day on which a fact of the answer is due to be checked: a sheet hangs on when the chat moves on."""
        answer = self.catalog.answer(article, place, language, today)
        offices = (self.catalog.office(role, place) for role in answer.offices)
        ends = (section.until for section in answer.article.sections if section.until and section.on(today))
        return min([answer.article.reviewed_on + answer.article.review_every, *ends, *(o.due for o in offices if o)])

    def _around(self, place: str | None, language: str, today: date, until: date | None) -> dict[str, str]:
        """Return what stands on every sheet: 112 and the foot, in the sheet's language.

        What is due already says so in its own words above, and gets no day.
        """
        here = self.catalog.places[place or NATION].names
        printed = (
            say("Printed {day}. Do not rely on it after {until}. Place: {place}.", day=today, until=until, place=here)
            if until and until >= today
            else say("Printed {day}. Place: {place}.", day=today, place=here)
        )
        runs = (
            say("{operator} runs this service. It is free.", operator=self._operator)
            if self._operator
            else say("This is a demonstration. No municipality runs it yet.")
        )
        return {
            "language": language,
            "direction": self.catalog.language(language).direction,
            "danger": self.words(IN_DANGER.text, language),
            "foot": f"{self.words(printed, language)} {self.words(runs, language)}",
        }
