"""Every text of content/ that is translated: its name, where it stands in each language, and what a translator must know."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bot.adapters.texts.models import ArticleFile, PartTextFile, PlaceFile, SourceFile, TextFile
from bot.adapters.texts.reading import Drafts, Entry
from bot.adapters.texts.strict_yaml import Loc

SOURCE = "sv"  # every text is written in Swedish first; the others are translations of it
KEPT = re.compile(r"\{service:[^}]*\}|(?<=\]\()article:[^)\s]*")  # offices and links of our own: the same in each language
_GLOSS = re.compile(r"\(([A-Za-zÅÄÖåäö][A-Za-zÅÄÖåäö \-]{2,40})\)")


@dataclass(frozen=True, slots=True)
class Unit:
    """One text. In language X it stands at `(*before, X, *after)` of its file."""

    name: str  # article.section.field; the article's own texts have no section
    entry: Entry[Any]
    before: tuple[str | int, ...]
    after: tuple[str, ...] = ()
    limit: int = 0  # characters; 0 = none
    body: bool = False  # has paragraphs, lists, links and offices
    sources: tuple[SourceFile, ...] = field(default=(), repr=False)

    @property
    def file(self) -> str:
        """Return the file's name under content/."""
        return self.entry.document.path.partition("/")[2]

    def loc(self, language: str) -> tuple[str | int, ...]:
        return (*self.entry.loc, *self.before, language, *self.after)

    def text(self, language: str) -> str:
        """Return the text in that language, '' where there is none."""
        value: Any = self.entry.document.value
        for step in self.loc(language):
            value = value.get(step) if isinstance(value, Mapping) else value[step]
            if value is None:
                return ""
        return str(value)

    def neighbours(self, language: str) -> Mapping[str, Any]:
        """Return the fields of that language that stand beside this one, itself included; empty when it has none there."""
        value: Any = self.entry.document.value
        for step in self.loc(language)[:-1]:
            value = value.get(step, {}) if isinstance(value, Mapping) else value[step]
        return value

    def kept(self) -> Counter[str]:
        """Return the offices and links that every translation needs, each with how often."""
        return Counter(KEPT.findall(self.text(SOURCE)))


def units(drafts: Drafts) -> Iterator[Unit]:
    """Yield all texts that have Swedish words: articles, then topics, rules, names of places and their offices."""
    for made in (_articles(drafts), _lists(drafts), _places(drafts)):
        yield from (unit for unit in made if unit.text(SOURCE).strip())


def _articles(drafts: Drafts) -> Iterator[Unit]:
    for entry in drafts.articles.values():
        article: ArticleFile = entry.value
        own = tuple(article.sources)
        yield from _fields(article.id, entry, ("texts",), TextFile, own)
        for number, part in enumerate(article.parts):
            sources = tuple(part.sources) or own
            yield from _fields(f"{article.id}.{part.id}", entry, ("parts", number, "texts"), PartTextFile, sources)


def _fields(name: str, entry: Entry[Any], before: Loc, model: type[Any], sources: tuple[SourceFile, ...]) -> Iterator[Unit]:
    for key, about in model.model_fields.items():
        limit = next((m.max_length for m in about.metadata if getattr(m, "max_length", None)), 0)
        yield Unit(f"{name}.{key}", entry, tuple(before), (key,), limit, key == "body", sources)


def _lists(drafts: Drafts) -> Iterator[Unit]:
    for id_, topic in drafts.topics.items():
        yield Unit(f"topics:{id_}.names", topic, ("names",))
    for id_, rule in drafts.rules.items():
        for key in ("name", "caveat"):
            yield Unit(f"rules:{id_}.{key}", rule, (key,), sources=(rule.value.source,))


def _places(drafts: Drafts) -> Iterator[Unit]:
    for id_, entry in drafts.places.items():
        place: PlaceFile = entry.value
        yield Unit(f"places:{id_}.names", entry, ("names",))
        for number, service in enumerate(place.services):
            for key in ("names", "hours_notes"):
                name = f"places:{id_}.{service.role}.{key}"
                yield Unit(name, entry, ("services", number, key), sources=(service.source,))


class Terms:
    """Swedish words that stay Swedish in every language, because they stand on the door and on the letter.

    Nobody keeps a list: they are the words that our own translations put in brackets beside their meaning.
    """

    def __init__(self, every: Iterable[Unit], languages: Iterable[str]) -> None:
        self._codes = [code for code in languages if code != SOURCE]
        self._units = list(every)

    @cached_property
    def _found(self) -> dict[str, re.Pattern[str]]:
        swedish = "\n".join(unit.text(SOURCE) for unit in self._units).casefold()
        glosses = {
            term for unit in self._units for code in self._codes for term in _GLOSS.findall(unit.text(code)) if len(term) > 2
        }
        return {
            term: re.compile(rf"(?<!\w){re.escape(term)}", re.IGNORECASE)
            for term in sorted(glosses, key=lambda t: (t.casefold(), t))
            if re.search(rf"(?<!\w){re.escape(term.casefold())}", swedish)
        }

    def of(self, text: str) -> list[str]:
        """Return those that stand in the Swedish text, the longest of each family."""
        there = [term for term, pattern in self._found.items() if pattern.search(text)]
        return [t for t in there if not any(t != o and t.casefold() in o.casefold() for o in there)]
