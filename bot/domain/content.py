"""What we know, with its papers: articles, places, services, sources and rules, and what of it holds today.

The texts adapter builds a `Catalog` from content/; nothing here reads a file. Every lookup is pure: language, place and day
are passed in. A fact past its review day, an unknown number or a rule in doubt is answered as such, never as certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.freshness import blocks_without_figures, heading_without_figures, sentences_without_figures
from bot.domain.messages import Block, Names
from bot.domain.register import Service, Source

if TYPE_CHECKING:
    from bot.domain.allowance import Version

NATION = "sverige"


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    name: str  # its own name, as on the first screen
    short: str
    direction: str  # ltr or rtl
    fallback: tuple[str, ...]  # where a text is missing, these are tried in order
    telegram: tuple[str, ...]  # app languages that put it first


@dataclass(frozen=True, slots=True)
class Rule:
    """An act of law that texts lean on. After `confirmed_until` (None: confirmed) its caveat stands above them."""

    id: str
    name: Names
    confirmed_until: date | None
    caveat: Names
    source: Source

    def in_doubt(self, today: date) -> bool:
        return self.confirmed_until is not None and today > self.confirmed_until


@dataclass(frozen=True, slots=True)
class Place:
    id: str
    kind: str  # nation, municipality, district
    code: str  # Statistics Sweden's municipality code; '' for others
    parent: str  # '' for the nation
    names: Names
    also: tuple[str, ...]
    county: str
    featured: int  # order among the first buttons; 0 = not among them
    services: Mapping[str, Service]  # by role


@dataclass(frozen=True, slots=True)
class Body:
    """One language of an article or of a section. `short` is plain; `blocks` the details, offices still as markers.

    `behind`: the Swedish text was changed after this translation was made.
    """

    title: str
    short: str
    blocks: tuple[Block, ...]
    button: str = ""
    behind: bool = False

    def past_its_day(self) -> Body:
        """Return what may still be said when nobody has checked it for too long: all but figures."""
        return replace(
            self,
            title=heading_without_figures(self.title),
            short=sentences_without_figures(self.short),
            blocks=blocks_without_figures(self.blocks),
        )


@dataclass(frozen=True, slots=True)
class Section:
    """A part whose place, status or date decides. `places` empty and not `elsewhere`: everywhere."""

    id: str
    places: frozenset[str]
    elsewhere: bool
    status: str
    since: date | None
    until: date | None
    sources: tuple[Source, ...]
    texts: Mapping[str, Body]  # title = its heading; short = '' unless it replaces the article's
    version: str = ""  # changes when the meaning of its Swedish text does
    offers: str = ""  # what the place says of offers of a home: see offer.py

    @property
    def by_place(self) -> bool:
        return bool(self.places) or self.elsewhere

    def on(self, today: date) -> bool:
        return (self.since is None or today >= self.since) and (self.until is None or today <= self.until)


@dataclass(frozen=True, slots=True)
class Article:
    id: str
    topic: str
    order: int
    intents: tuple[str, ...]
    reviewed_on: date
    review_every: timedelta
    rules: tuple[str, ...]
    sources: tuple[Source, ...]
    next: tuple[str, ...]
    phrasings: Mapping[str, tuple[str, ...]]
    texts: Mapping[str, Body]
    sections: tuple[Section, ...]
    version: str = ""  # changes when the meaning of its own Swedish text does

    def overdue(self, today: date) -> bool:
        return today > self.reviewed_on + self.review_every


@dataclass(frozen=True, slots=True)
class Answer:
    """An article as it reads for one person. `language` may differ from the one asked for: the reader is told.

    `overdue`: past its day; then no figure but 112 is left in its words, `short` may be '', sections may be fewer.
    """

    article: Article
    language: str
    title: str
    short: str
    short_is_local: bool
    blocks: tuple[Block, ...]
    local: tuple[Body, ...]  # sections for the reader's place
    sections: tuple[Body, ...]  # those for a status or a time
    caveats: tuple[Rule, ...]
    sources: tuple[Source, ...]
    checked_on: date
    overdue: bool
    behind: bool = False  # the Swedish text was changed after a translation that stands here

    @property
    def offices(self) -> tuple[str, ...]:
        """Return the roles of the offices that it names, in order, each once."""
        blocks = (*(b for body in self.local for b in body.blocks), *self.blocks, *(b for s in self.sections for b in s.blocks))
        return tuple(dict.fromkeys(block.heading for block in blocks if block.kind == "office"))


@dataclass(frozen=True, slots=True)
class Topic:
    """`words`: in any language, each enough to ask for the topic by itself."""

    id: str
    names: Names
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalog:
    """All content, checked. Lookups raise KeyError only for ids that the checks guarantee."""

    languages: tuple[Language, ...]
    topics: tuple[Topic, ...]
    articles: Mapping[str, Article]
    places: Mapping[str, Place]
    rules: Mapping[str, Rule]
    borders: Sequence[tuple[str, tuple[tuple[tuple[float, float], ...], ...]]] = ()  # (place id, rings of lon, lat)
    by_topic: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # article ids, in order
    allowance: tuple[Version, ...] = ()  # the LMA allowance's rules, oldest first
    made: dict[str, Any] = field(init=False, compare=False, repr=False, default_factory=dict)  # what lookups made of it, once

    def language(self, code: str | None) -> Language:
        """Return the language with that code, or the first one."""
        return next((lang for lang in self.languages if lang.code == code), self.languages[0])

    def app_language(self, code: str) -> Language | None:
        """Return our language for the language of somebody's app (`sv-SE`, `ru`), None where none of ours fits."""
        own = code.partition("-")[0].lower()
        return next((lang for lang in self.languages if own == lang.code or own in lang.telegram), None)

    def chain(self, code: str) -> tuple[str, ...]:
        """Return the language asked for, then what its readers get instead, in order."""
        lang = self.language(code)
        rest = (other.code for other in self.languages)
        return tuple(dict.fromkeys((lang.code, *lang.fallback, *rest)))

    def name(self, names: Names, code: str) -> str:
        """Return the word in the reader's language, or in the first of the chain that has it."""
        return names.get(code) or next((names[c] for c in self.chain(code) if names.get(c)), "")

    def up(self, place: str | None) -> tuple[Place, ...]:
        """Return the place, its parent and so on to the nation; only the nation when `place` is unknown."""
        line: list[Place] = []
        here = self.places.get(place or "")
        while here is not None and here.id != NATION:
            line.append(here)
            here = self.places.get(here.parent)
        return (*line, self.places[NATION])

    def office(self, role: str, place: str | None) -> Service | None:
        """Return the nearest service with that role, from the place upwards; None where nobody has it.

        `role` may name one office outright: `sverige.migration_agency`.
        """
        owner, dot, exact = role.partition(".")
        if dot:
            here = self.places.get(owner)
            return here.services.get(exact) if here else None
        return next((p.services[role] for p in self.up(place) if role in p.services), None)

    def answer(self, article_id: str, place: str | None, code: str, today: date) -> Answer:
        """Return the article for one place, language and day. Raises KeyError for an unknown article."""
        article = self.articles[article_id]
        language = next(c for c in self.chain(code) if c in article.texts)
        body = article.texts[language]
        sections = self._sections(article, place, today)
        overdue = article.overdue(today)
        local = self._texts((s for s in sections if s.by_place), language, overdue)
        if overdue:
            body = body.past_its_day()
        others = self._texts((s for s in sections if not s.by_place), language, overdue)
        short = next((b.short for b in local if b.short), "")
        sources = (*article.sources, *(source for s in sections for source in s.sources))
        return Answer(
            article=article,
            language=language,
            title=body.title,
            short=short or body.short,
            short_is_local=bool(short),
            blocks=body.blocks,
            local=local,
            sections=others,
            caveats=tuple(self.rules[r] for r in article.rules if self.rules[r].in_doubt(today)),
            sources=tuple(dict.fromkeys(sources)),
            checked_on=min([article.reviewed_on, *(s.checked_on for s in sources)]),
            overdue=overdue,
            behind=any(b.behind for b in (body, *local, *others)),
        )

    def _texts(self, sections: Iterable[Section], language: str, overdue: bool) -> tuple[Body, ...]:
        bodies = (next(s.texts[c] for c in self.chain(language) if c in s.texts) for s in sections)
        if not overdue:
            return tuple(bodies)
        # A heading that is a date ("registered since …") is the condition of its section: without it nothing is left.
        return tuple(left for body in bodies if (left := body.past_its_day()).title)

    def _sections(self, article: Article, place: str | None, today: date) -> tuple[Section, ...]:
        line = {p.id for p in self.up(place)}
        live = [s for s in article.sections if s.on(today)]
        named = any(s.places & line for s in live)
        return tuple(s for s in live if (s.places & line) or (s.elsewhere and not named) or not s.by_place)
