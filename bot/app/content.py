"""All content, opened once: articles and places, sentences, the index of answers, who is paged when, phrases."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from bot.adapters.meaning.opinion import SecondOpinion, available
from bot.adapters.texts.escalation import load_policy
from bot.adapters.texts.faults import ContentFaults, Fault
from bot.adapters.texts.load import load
from bot.adapters.texts.locales import Locales
from bot.adapters.texts.phrases import load_phrases
from bot.adapters.texts.strict_yaml import parse
from bot.app.config import Settings
from bot.app.heard import Heard
from bot.domain.content import Catalog
from bot.domain.conversation import Found
from bot.domain.phrases import Phrases
from bot.domain.policy import Policy
from bot.domain.receipt import WordList, word_list
from bot.domain.search import Index, WordLists, build_index, conclude, examples, look

Marks = tuple[tuple[str, int, int], ...]
DEADLINE_S = 0.15  # the longest that an answer waits for the model


@dataclass(frozen=True, slots=True)
class Content:
    catalog: Catalog
    translator: Locales
    index: Index
    policy: Policy
    phrases: Phrases
    receipt_words: WordList
    marks: Marks
    second: SecondOpinion | None = None
    heard: Heard = field(init=False, default_factory=Heard)

    async def find(self, words: str) -> Found:
        """Return what the words ask for. Danger words never wait for the model; without it the words alone decide."""
        if found := self.heard.recall(words):
            return found
        seen = look(self.index, words)
        opinion, asks = None, self.second and not seen.settled and seen.words.strip()
        if self.second and asks:
            opinion = await self.second.ask(seen.words)
        found = conclude(self.index, seen, opinion)
        if opinion or not asks:  # a model that was late is asked again
            self.heard.keep(words, found)
        return found


def second_opinion(settings: Settings, deadline_s: float = DEADLINE_S) -> SecondOpinion | None:
    """Return the model, starting in the background; None where it is switched off or its wheel is not installed."""
    return SecondOpinion(deadline_s) if settings.model == "auto" and available() else None


def open_content(settings: Settings) -> Content:
    """Return everything checked. Raises ContentFaults naming all that is wrong."""
    marks = marks_of(settings.content_dir)  # first: what changes while it is read is seen as changed
    catalog = load(settings.content_dir)
    return Content(
        catalog,
        Locales(settings.locales_dir, catalog),
        build_index(catalog, open_lists(settings.content_dir)),
        load_policy(settings.content_dir),
        load_phrases(settings.content_dir),
        _receipt_words(settings.content_dir / "receipt_words.yaml"),
        marks,
    )


def marks_of(content_dir: Path) -> Marks:
    """Return what tells whether any file of the content has changed: names, times and sizes."""
    seen, folders = [], [str(content_dir)]
    while folders:  # not rglob: this runs beside the answers, and takes a third of its time
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    folders.append(entry.path)
                elif entry.name.endswith(".yaml"):
                    stat = entry.stat()
                    seen.append((entry.path, stat.st_mtime_ns, stat.st_size))
    return tuple(sorted(seen))


def _receipt_words(path: Path) -> WordList:
    try:
        return word_list(_list(path))
    except ValueError as fault:
        raise ContentFaults([Fault(str(path), 1, str(fault))]) from fault


def teach(settings: Settings) -> int:
    """Let the model learn the content anew and keep the weights. Return the number of examples."""
    from bot.adapters.meaning.classifier import learn  # with numpy: not wanted in the service

    of = _by_class(settings)
    learn(of)
    return sum(map(len, of.values()))


def unlearnt(settings: Settings) -> list[str]:
    """Return the classes whose texts have changed since the model learnt them."""
    from bot.adapters.meaning.classifier import fingerprint, learnt

    kept = learnt()
    return sorted(name for name, texts in _by_class(settings).items() if kept.get(name) != fingerprint(texts))


def _by_class(settings: Settings) -> dict[str, list[str]]:
    of: dict[str, list[str]] = {}
    for name, words in texts_to_learn(load(settings.content_dir), open_lists(settings.content_dir)):
        of.setdefault(name, []).append(words)
    return of


def texts_to_learn(catalog: Catalog, lists: WordLists) -> Iterator[tuple[str, str]]:
    """Yield the class and the words of every example, and of every title and button."""
    yield from examples(catalog, lists)
    for article in catalog.articles.values():
        for body in article.texts.values():
            yield from ((article.id, words) for words in (body.title, body.button))


def open_lists(content_dir: Path) -> WordLists:
    """Return the lists of words beside the articles. Raises ContentFaults."""
    return WordLists(**{field.name: _list(content_dir / f"{field.name}.yaml") for field in fields(WordLists)})


def _list(path: Path) -> Any:
    document = parse(str(path), path.read_bytes())
    if document.faults:
        raise ContentFaults(document.faults)
    return document.value
