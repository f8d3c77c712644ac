"""What `@bot school`, typed in any chat, is offered: cards of public texts. Nothing is stored, and nobody is asked who types."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from bot.domain import care
from bot.domain.asking import Asking
from bot.domain.calendar import SWEDEN
from bot.domain.conversation import Found
from bot.domain.messages import Capabilities, CardShown, Line, LinksShown, Message, Part, Rendered, say
from bot.domain.urgent import IN_DANGER
from bot.services.findings import Finder
from bot.services.ports import Clock
from bot.services.render import Renderer

LINKS_AT_MOST = 12
_WORD = re.compile(r"[^\W\d_]{3}")  # less is no word: whatever the finder makes of it is chance
_COMMAND = re.compile(r"\s*(?:/|\Z)")
_BARE = Capabilities(has_header=True)  # a card in somebody's chat carries no buttons of ours


@dataclass(frozen=True, slots=True)
class Offer:
    """One choice: what the typist reads in the list, and the message that it becomes. `id` is the same for the same text."""

    id: str
    title: str
    about: str
    message: Rendered


@dataclass(frozen=True, slots=True)
class Offers:
    """`way_on`: the words of the link to the bot itself, which stands above the choices."""

    offers: tuple[Offer, ...]
    way_on: str


class Inline:
    def __init__(self, renderer: Renderer, finder: Finder, clock: Clock, asking: Callable[[], Asking] = Asking) -> None:
        self._renderer = renderer
        self._finder = finder
        self._clock = clock
        self._asking = asking

    async def offered(self, words: str, app_language: str) -> Offers:
        """Return the topics for no words or a command, else the best answers in the language of who types, one in all.

        An article, a language and a place by their codes: that card. With the finder switched off nothing is found but danger.
        """
        language = (self._renderer.catalog.app_language(app_language) or self._renderer.catalog.language("en")).code
        today = self._clock.now().astimezone(SWEDEN).date()
        article, code, place = [*words.split(), "", "", ""][:3]
        if article in self._renderer.catalog.articles and code in {lang.code for lang in self._renderer.catalog.languages}:
            here = place if place in self._renderer.catalog.places else None
            offers: tuple[Offer, ...] = (self._card(article, code, (), today, here),)  # from a card's own button
        else:
            found = await self._finder(words) if words.strip() else Found()
            if self._asking().relay or not _WORD.search(words):
                found = replace(found, hits=(), abstain=True)
            command = _COMMAND.match(words) and not found.danger
            offers = tuple(self._topics(language, today) if command else self._answers(found, language, today))
        nothing = say("People answer today. Ask here.") if self._asking().relay else say("Nothing found. Ask here.")
        way_on = say("Ask in a private chat") if offers else nothing
        return Offers(offers, self._renderer.words(way_on, language))

    def _topics(self, language: str, today: date) -> Iterator[Offer]:
        for topic in self._renderer.catalog.topics:
            articles = self._renderer.catalog.by_topic.get(topic.id, ())[:LINKS_AT_MOST]
            title = say("{topic}: answers for people from Ukraine", topic=topic.names)
            first = [self._renderer.catalog.articles[a].texts for a in articles[:3]]
            about = ", ".join(self._renderer.catalog.name({c: b.button for c, b in texts.items()}, language) for texts in first)
            yield self._offer(
                f"t_{topic.id}_{language}",
                self._renderer.catalog.name(topic.names, language),
                about,
                (Line(title, "title"), LinksShown(articles), Line(say("In danger? Call 112."), "note")),
                language,
                today,
            )

    def _answers(self, found: Found, language: str, today: date) -> Iterator[Offer]:
        articles = [] if found.abstain else [h.article for h in found.hits if h.article in self._renderer.catalog.articles]
        urgent: tuple[Part, ...] = ()
        if found.danger or found.caution:
            urgent = (IN_DANGER,)
        if found.danger:
            safety = care.safety_article(found.danger, found.hits)
            articles = [a for a in (safety, *articles) if a in self._renderer.catalog.articles]
        others = [lang.code for lang in self._renderer.catalog.languages if lang.code != language]
        for article in dict.fromkeys(articles):
            yield self._card(article, language, urgent, today)
        for code in others if articles else ():
            yield self._card(articles[0], code, urgent, today)

    def _card(self, article: str, language: str, urgent: tuple[Part, ...], today: date, place: str | None = None) -> Offer:
        answer = self._renderer.catalog.answer(article, place, language, today)
        about = f"{self._renderer.catalog.language(answer.language).short}. {answer.short}"
        return self._offer(
            f"a_{article}_{language}", answer.title, about, (*urgent, CardShown(article, place, language)), language, today
        )

    def _offer(self, id: str, title: str, about: str, parts: tuple[Part, ...], language: str, today: date) -> Offer:
        message = self._renderer.render(Message(parts, language=language), language, today, _BARE)
        return Offer(id, title, about, message)
