"""The answer to a question in free text, out of reviewed articles only; or "I do not know"; or a sign of danger.

`find` runs on every message, before anything that can fail or wait: danger words first, small talk next, then the ranking.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.content import Article, Catalog
from bot.domain.conversation import Found, Hit
from bot.domain.danger import DangerWords, read_danger, read_sentences
from bot.domain.folding import fold
from bot.domain.judging import CALM, NOT, OFFERED, SAYS, SIGN, Look, judge
from bot.domain.ranking import Ranking, Sample
from bot.domain.respelling import Spellings, respelt, spellings
from bot.domain.small_talk import SmallTalk, read_small_talk
from bot.domain.wording import clean, loose, relayouts

KNOWN = 0.35  # share of known words below which other keyboard layouts are tried ...
KNOWN_BETTER = 0.6  # ... and from which such a reading is taken

# Intent -> family of danger: a question for it may come from a person in need, so half of its chance counts for a safety card.
SENSITIVE = {
    "minor.alone_self": "child_alone",
    "minor.report": "child_alone",
    "minor.with_relative": "child_alone",
    "minor.guardian": "child_alone",
    "safety.trafficking": "trafficking",
    "safety.violence": "violence",
    "safety.emergency": "danger",
    "health.emergency": "medical",
    "health.mental": "suicide",
    "housing.tonight": "danger",
}
PRIVATE = {"housing.own", "housing.scams", "work.find"}  # answers beside which a warning of private offers stands
HELPERS = {"help.offer_housing", "help.volunteer", "help.donate"}  # these ask in order to give
TITLE, SHORT, BODY = 2.0, 1.0, 0.3  # weight of a word by where it stands; in a phrasing it is 1
_LETTER = re.compile(r"\w", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Index:
    """All that finding needs, counted from the content when the service starts."""

    ranking: Ranking
    spellings: Spellings
    danger: DangerWords
    small_talk: SmallTalk
    topics: Mapping[str, str]  # loose word -> topic that it asks for by itself
    of_topic: Mapping[str, Sequence[str]]  # topic -> its articles
    sensitive: Mapping[str, str]  # article whose questions may come from a person in need -> family of danger
    offers: DangerWords
    private: frozenset[str]  # articles beside which a warning of private offers stands
    helpers: frozenset[str]  # articles for people who want to help


@dataclass(frozen=True, slots=True)
class WordLists:
    """The lists beside the articles, as read: each field is the file of its name in content/."""

    danger_words: Sequence[Mapping[str, Any]] = ()
    offer_words: Sequence[Mapping[str, Any]] = ()
    danger_examples: Mapping[str, Any] = field(default_factory=dict)
    danger_signs: Sequence[Mapping[str, Any]] = ()
    small_talk: Mapping[str, Any] = field(default_factory=dict)
    not_ours: Mapping[str, Any] = field(default_factory=dict)


def build_index(catalog: Catalog, lists: WordLists) -> Index:
    """Return the index. A kind of question that is not ours falls silent once an article has its intent."""
    samples = [Sample(of, loose(words)) for of, words in examples(catalog, lists)]
    samples += [s for article in catalog.articles.values() for s in _texts(article)]
    return Index(
        ranking=Ranking(samples),
        spellings=spellings(_by_language(catalog, lists)),
        danger=read_danger(lists.danger_words),
        small_talk=read_small_talk(lists.small_talk.get("kinds", ())),
        topics={loose(word): topic.id for topic in catalog.topics for word in topic.words},
        of_topic=catalog.by_topic,
        sensitive={a.id: SENSITIVE[i] for a in catalog.articles.values() for i in a.intents if i in SENSITIVE},
        offers=read_danger(lists.offer_words),
        private=_that_answer(catalog, PRIVATE),
        helpers=_that_answer(catalog, HELPERS),
    )


def examples(catalog: Catalog, lists: WordLists) -> Iterator[tuple[str, str]]:
    """Yield the class and the words of every example: of the articles, of small talk, of what is not ours, of danger."""
    for article in catalog.articles.values():
        yield from ((article.id, words) for written in article.phrasings.values() for words in written)
    covered = {intent for article in catalog.articles.values() for intent in article.intents}
    ours = [(SAYS + kind["id"], kind) for kind in lists.small_talk.get("kinds", ())]
    ours += [(NOT + c["id"], c) for c in lists.not_ours.get("classes", ()) if c.get("gap") not in covered]
    ours += [(SIGN + entry["family"], entry) for entry in lists.danger_signs]
    for of, entry in ours:
        yield from ((of, words) for written in entry["phrasings"].values() for words in written)
    for must in lists.danger_examples.get("must_alarm", {}).values():
        yield from ((SIGN + example["family"], example["q"]) for example in must)
    for must_not in lists.danger_examples.get("must_not_alarm", {}).values():
        yield from ((CALM, words) for words in must_not)


def _by_language(catalog: Catalog, lists: WordLists) -> Mapping[str, Sequence[str]]:
    """Return the phrasings of all classes, and the words of small talk."""
    found: dict[str, list[str]] = defaultdict(list)
    kinds = [*lists.small_talk.get("kinds", ()), *lists.not_ours.get("classes", ()), *lists.danger_signs]
    phrased = [article.phrasings for article in catalog.articles.values()] + [kind["phrasings"] for kind in kinds]
    for written in (*phrased, *(kind["words"] for kind in lists.small_talk.get("kinds", ()))):
        for language, words in written.items():
            found[language] += words
    return found


def find(index: Index, words: str, opinion: Mapping[str, float] | None = None) -> Found:
    """Return what the words ask for. Never raises for any text."""
    return conclude(index, look(index, words), opinion)


def conclude(index: Index, seen: Look, opinion: Mapping[str, float] | None) -> Found:
    """Return the outcome of a look and, where there is one, of a model's opinion."""
    if opinion:
        opinion = {name: p for name, p in opinion.items() if name in index.ranking.known_classes}
    found = judge(seen, opinion, index.sensitive)
    if not found.small_talk and not found.danger and (topic := only_topic(index, seen.words)):
        likeliest = _likeliest(index.of_topic[topic], seen.chances or {})
        found = replace(found, topic=topic, abstain=False, hits=likeliest if found.abstain else found.hits)
    first = found.hits[0].article if found.hits else ""
    spoken_of = seen.offer or (found.sure and first in index.private)
    return replace(found, offer=True) if spoken_of and first not in index.helpers else found


def look(index: Index, words: str) -> Look:
    """Return what is seen at once: danger words before all else, small talk, then the chances by words."""
    plain = clean(words)
    sentences = read_sentences(plain)
    danger = index.danger.family(sentences)
    if not danger and (said := index.small_talk.kind(plain)):
        return Look(words, small_talk=said)
    asked = index.small_talk.without(plain)
    meant, spoken, known = reading(index, asked)
    if meant is not asked:  # another layout or alphabet
        sentences = read_sentences(meant)
        danger = danger or index.danger.family(sentences)
    offer = index.offers.family(sentences)
    return Look(meant, danger, "", known, index.ranking.chances(spoken), bool(offer))


def reading(index: Index, plain: str) -> tuple[str, str, float]:
    """Return the words to search by, loose too, and how many are known: as typed, as meant in Cyrillic, or in
    the layout that gives known words.
    """
    spoken = loose(plain)
    typed = plain, spoken, index.ranking.knows(spoken)
    if spelled := respelt(plain, index.spellings):
        spoken = loose(spelled)
        typed = max(typed, (spelled, spoken, index.ranking.knows(spoken)), key=lambda known: (known[2], known[0] == spelled))
    if typed[2] >= KNOWN or not _LETTER.search(plain):
        return typed
    others = [(o, spoken, index.ranking.knows(spoken)) for o in map(clean, relayouts(plain)) if (spoken := loose(o))]
    best = max(others, key=lambda other: other[2], default=typed)
    return best if best[2] >= max(KNOWN_BETTER, 2 * typed[2]) else typed


def only_topic(index: Index, words: str) -> str:
    """Return the topic when the words name one and say nothing else; '' otherwise."""
    spoken = loose(words).split()
    named = {index.topics[word] for word in spoken if word in index.topics}
    rest = fold(" ".join(word for word in words.split() if loose(word) not in index.topics))
    said = all(word in index.small_talk.beside for word in rest.split())
    return named.pop() if len(named) == 1 and said else ""


def _likeliest(articles: Sequence[str], chances: Mapping[str, float]) -> tuple[Hit, ...]:
    best = sorted(articles, key=lambda article: -chances.get(article, 0.0))[:OFFERED]
    return tuple(Hit(article, round(chances.get(article, 0.0), 4)) for article in best)


def answer_line(catalog: Catalog, words: str, found: Found) -> dict[str, Any]:
    """Return what `ask --json` prints for one question."""
    return {
        "q": words,
        "urgent": bool(found.danger),
        "caution": found.caution,
        "abstain": found.abstain and not found.danger,
        "results": [
            {"article": h.article, "intents": list(catalog.articles[h.article].intents), "score": h.score}
            for h in found.hits
            if h.article in catalog.articles
        ],
    }


def _that_answer(catalog: Catalog, intents: set[str]) -> frozenset[str]:
    return frozenset(a.id for a in catalog.articles.values() if intents & {*a.intents})


def _texts(article: Article) -> Iterator[Sample]:
    for body in article.texts.values():
        yield Sample(article.id, loose(f"{body.title} {body.button}"), TITLE, phrase=False)
        yield Sample(article.id, loose(body.short), SHORT, phrase=False)
        yield Sample(article.id, loose(" ".join(block.plain() for block in body.blocks)), BODY, phrase=False)
