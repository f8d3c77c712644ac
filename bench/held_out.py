"""How well strangers' wordings are understood: every example of the content, asked of a finder that has not seen its fifth.

Articles, what is not ours, small talk, signs of danger and harmless look-alikes alike; by words and, where its wheel is, with a
model learnt anew without that fifth. Takes about ten minutes. The published lists of danger (danger_examples.yaml) are never held
out: the danger words were written for them.
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from bench.figures import table
from bench.finding import ALARM_HEAD, HEAD, Question, alarm, rows, tally
from bot.adapters.meaning.opinion import available
from bot.app.config import from_environment
from bot.app.content import open_content, open_lists, texts_to_learn
from bot.domain.content import Catalog
from bot.domain.conversation import Found
from bot.domain.search import Index, WordLists, build_index, find, look

FOLDS = 5

Opinions = Callable[[str], Mapping[str, float] | None]


def fifth(phrasings: Mapping[str, list[str]], fold: int) -> Iterator[tuple[str, str]]:
    """Yield language and words of the examples that are held out."""
    for language, written in phrasings.items():
        yield from ((language, words) for number, words in enumerate(written) if number % FOLDS == fold)


def rest(phrasings: Mapping[str, Any], fold: int) -> dict[str, tuple[str, ...]]:
    return {language: tuple(w for n, w in enumerate(written) if n % FOLDS != fold) for language, written in phrasings.items()}


def without(entry: Mapping[str, Any], fold: int) -> dict[str, Any]:
    return {**entry, "phrasings": rest(entry["phrasings"], fold)}


def split(catalog: Catalog, lists: WordLists, fold: int) -> tuple[Catalog, WordLists, list[Question], list[Question]]:
    """Return the content without that fifth, and the fifth as questions and as messages that may be of danger."""
    asked: list[Question] = []
    articles = {}
    for article in catalog.articles.values():
        articles[article.id] = replace(article, phrasings=rest(article.phrasings, fold))
        asked += [
            {"q": words, "lang": language, "kind": "in", "intents": article.intents}
            for language, words in fifth(article.phrasings, fold)  # type: ignore[arg-type]
        ]
    covered = {intent for article in catalog.articles.values() for intent in article.intents}
    classes = [entry for entry in lists.not_ours["classes"] if entry.get("gap") not in covered]
    for entry in (*classes, *lists.small_talk["kinds"]):
        asked += [{"q": words, "lang": language, "kind": "out"} for language, words in fifth(entry["phrasings"], fold)]
    signs: list[Question] = [
        {"q": words, "lang": language, "kind": "calm" if entry["family"] == "calm" else "urgent"}
        for entry in lists.danger_signs
        for language, words in fifth(entry["phrasings"], fold)
    ]
    fewer = replace(
        lists,
        not_ours={"classes": [without(entry, fold) for entry in lists.not_ours["classes"]]},
        small_talk={"kinds": [without(entry, fold) for entry in lists.small_talk["kinds"]]},
        danger_signs=[without(entry, fold) for entry in lists.danger_signs],
    )
    return replace(catalog, articles=articles), fewer, asked, signs


def sight() -> Any:
    """Return what sees a text as a vector, each text once: that is nearly all of the time."""
    from bot.adapters.meaning.classifier import sight as seeing

    return cache(seeing())


def opinions(catalog: Catalog, lists: WordLists, see: Any) -> Opinions:
    """Return a model learnt from this content alone."""
    from bot.adapters.meaning.classifier import Classifier, learn

    examples: dict[str, list[str]] = defaultdict(list)
    for of, words in texts_to_learn(catalog, lists):
        examples[of].append(words)
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "weights.npz"
        learn(examples, weights, see)
        return Classifier(weights, see).chances


def opinion(index: Index, words: str, model: Opinions) -> Mapping[str, float] | None:
    seen = look(index, words)
    return None if seen.settled or not seen.words.strip() else model(seen.words)


async def measure() -> str:
    """Return the tables, per cent."""
    settings = from_environment()
    catalog, lists = open_content(settings).catalog, open_lists(settings.content_dir)
    finders: dict[str, Callable[[Index, str, Mapping[str, float] | None], Found]] = {"words": lambda i, w, o: find(i, w)}
    if available():
        finders["model"] = find
    totals: dict[str, dict[str, Counter[str]]] = {name: defaultdict(Counter) for name in finders}
    heard: dict[str, list[tuple[Question, Found]]] = defaultdict(list)
    see = sight() if "model" in finders else None
    for fold in range(FOLDS):
        fewer_articles, fewer, asked, signs = split(catalog, lists, fold)
        index = build_index(fewer_articles, fewer)
        model = opinions(fewer_articles, fewer, see) if see else None
        said = {q["q"]: opinion(index, q["q"], model) for q in (*asked, *signs)} if model else {}
        for name, finder in finders.items():
            for language, counts in tally(asked, catalog, lambda w, f=finder, i=index, s=said: f(i, w, s.get(w))).items():
                totals[name][language] += counts
            heard[name] += [(q, finder(index, q["q"], said.get(q["q"]))) for q in signs]
    questions = [line for name, counts in totals.items() for line in rows(name, counts)]
    parts = [f"Examples in fifths, per cent:\n\n{table(HEAD, questions)}"]
    for name, pairs in heard.items():
        answers = iter(found for _, found in pairs)
        lines = alarm([question for question, _ in pairs], lambda _, answers=answers: next(answers))
        parts.append(f"Signs of danger and look-alikes in fifths, by {name}, per cent:\n\n{table(ALARM_HEAD, lines)}")
    return "\n\n".join(parts)
