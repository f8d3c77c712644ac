"""How people ask: no example may teach the finder two things, and the lists beside the articles are whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bot.adapters.texts.faults import Fault
from bot.adapters.texts.reading import Drafts
from bot.adapters.texts.strict_yaml import Document, Loc, parse
from bot.domain.folding import fold

CALM = "calm"


class Example(NamedTuple):
    """`side`: question, danger or calm. A cry for help may also be a question that its article answers."""

    of: str
    side: str
    language: str
    words: str
    document: Document
    loc: Loc


def examples(drafts: Drafts) -> Iterator[Fault]:
    """Yield what would teach two things with one example, and lists that lack a language."""
    lists = {name: parse(drafts.path(f"{name}.yaml"), (drafts.root / f"{name}.yaml").read_bytes()) for name in _LISTS}
    faults = [fault for document in lists.values() for fault in document.faults]
    yield from faults
    if not faults:
        yield from _incomplete(drafts, lists)
        yield from _twice([*_of_articles(drafts), *_of_lists(drafts, lists)])


_LISTS = ("small_talk", "not_ours", "danger_signs")


def _entries(name: str, document: Document) -> Iterator[tuple[Loc, dict]]:  # type: ignore[type-arg]
    value = document.value
    key = {"small_talk": "kinds", "not_ours": "classes"}.get(name)
    for number, entry in enumerate(value[key] if key else value):
        yield ((key, number) if key else (number,)), entry


def _of_articles(drafts: Drafts) -> Iterator[Example]:
    for id_, entry in drafts.articles.items():
        for language, phrasings in entry.value.phrasings.items():
            for number, words in enumerate(phrasings):
                loc = ("phrasings", language, number)
                yield Example(f"content/articles/{id_}.yaml", "question", language, words, entry.document, loc)


def _of_lists(drafts: Drafts, lists: dict[str, Document]) -> Iterator[Example]:
    covered = {intent for entry in drafts.articles.values() for intent in entry.value.intents}
    for name, document in lists.items():
        for loc, entry in _entries(name, document):
            if entry.get("gap") in covered:
                continue  # silent: an article answers it
            id_ = entry.get("id") or entry["family"]
            side = "question" if name != "danger_signs" else "calm" if id_ == CALM else "danger"
            for language, phrasings in entry["phrasings"].items():
                for number, words in enumerate(phrasings):
                    yield Example(
                        f"{id_} of content/{name}.yaml", side, language, str(words), document,
                        (*loc, "phrasings", language, number),
                    )  # fmt: skip


def _twice(given: list[Example]) -> Iterator[Fault]:
    """Two articles, an article and what is not ours, danger and calm: one example cannot be both."""
    first: dict[tuple[str, str, bool], Example] = {}
    for example in given:
        key = (example.language, fold(example.words), example.side == "question")
        other = first.setdefault(key, example)
        if other is example or (other.of == example.of and example.side != "question"):
            continue
        where = "this file" if other.of == example.of else other.of
        text = f"the phrasing '{example.words}' stands in {where} too"
        text += f" (as '{other.words}')" if other.words != example.words else ""
        yield example.document.fault(example.loc, f"{text}; keep it in one")


def _incomplete(drafts: Drafts, lists: dict[str, Document]) -> Iterator[Fault]:
    asked = {language for entry in drafts.articles.values() for language in entry.value.phrasings}
    for name, document in lists.items():
        for loc, entry in _entries(name, document):
            for language in sorted(asked - set(entry["phrasings"])):
                yield document.fault((*loc, "phrasings"), f"phrasings: {language} is missing; write about ten")
