"""Which text a question is nearest to: words by their first letters (BM25), and pieces of words by naive Bayes.

Both are counted when the service starts; nothing is trained or stored. A class is an article's id, or a kind of question
that no article answers. With many articles the pieces are weighed only for those that the words bring up first.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

PREFIX = 5
K1, B = 1.2, 0.5
CANDIDATES = 64  # articles whose pieces are weighed
COMMON = 0.3  # a word in more of the articles than this says nothing ...
FEW = 400  # ... once there are more classes than this
PIECES_KEPT = 20_000
WORDS_KEPT = 2_000  # of our texts, with what their pieces are worth: people use the same ones again and again
MOST = 128  # classes kept for a word or a piece: those where it is worth most, so that 10,000 articles cost little more than 100
SMOOTH = 0.1
PIECES_T, WORDS_T = 2.0, 3.0  # how flat each score is made before both are joined
FLOOR = 1e-3


Postings = tuple["array[int]", "array[float]"]  # classes, and what each is worth


@dataclass(frozen=True, slots=True)
class Sample:
    """One text of a class. `words` are loose. `weight` counts for the words; `phrase`: the pieces are learnt from it too."""

    of: str
    words: str
    weight: float = 1.0
    phrase: bool = True


@lru_cache(maxsize=1 << 14)
def pieces(word: str) -> tuple[str, ...]:
    """Return the word, its beginning and its runs of 3 to 5 letters, ends marked."""
    marked = f"_{word}_"
    runs = [marked[i : i + n] for n in (3, 4, 5) for i in range(len(marked) - n + 1)]
    return (*runs, f"={word}", *((f"<{word[:PREFIX]}",) if len(word) > PREFIX else ()))


class Ranking:
    """An index of samples. `classes` in the order of first mention."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        samples = list(samples)
        self.classes = tuple(dict.fromkeys(s.of for s in samples))
        self.known_classes = frozenset(self.classes)
        number = {c: i for i, c in enumerate(self.classes)}
        self._words, self._starts = _count_words(samples, number)
        phrases = [s for s in samples if s.phrase]
        self._phrases = len(phrases)
        self._sizes = Counter(number[s.of] for s in phrases)
        self._spoken, self._within = _spoken(phrases, number)
        self._worth = lru_cache(PIECES_KEPT)(self._worth_of)
        self._of_known = lru_cache(WORDS_KEPT)(self._pieces_of)

    def knows(self, words: str) -> float:
        """Return the share of the words whose beginning some text has, weighed by their length; lone letters say nothing."""
        all_words = words.split()
        total = sum(len(w) - 1 for w in all_words)
        return sum(len(w) - 1 for w in all_words if w[:PREFIX] in self._starts) / total if total else 0.0

    def chances(self, words: str) -> dict[str, float]:
        """Return what each class is worth for loose words, summing to 1; empty when no word is known."""
        by_words = self._word_scores(words.split())
        if len(self.classes) > CANDIDATES:
            chosen: Collection[int] = set(sorted(by_words, key=by_words.__getitem__, reverse=True)[:CANDIDATES])
        else:
            chosen = range(len(self.classes))
        by_pieces = self._piece_scores(words.split(), chosen)
        first, second = softened(by_pieces, PIECES_T), softened(by_words, WORDS_T)
        if not first and not second:
            return {}
        both = {i: (first.get(i, 0.0) + FLOOR) * (second.get(i, 0.0) + FLOOR) for i in chosen}
        total = sum(both.values())
        return {self.classes[i]: worth / total for i, worth in both.items()}

    def _word_scores(self, words: Sequence[str]) -> dict[int, float]:
        scores: dict[int, float] = defaultdict(float)
        for start in {w[:PREFIX] for w in words}:
            if (found := self._words.get(start)) is not None:
                for number, worth in zip(*found, strict=True):
                    scores[number] += worth
        return scores

    def _piece_scores(self, words: Sequence[str], chosen: Collection[int]) -> dict[int, float]:
        scores: dict[int, float] = defaultdict(float)
        seen = 0
        for word in words:
            known = f"={word}" in self._within  # only words of ours are kept: what else people write is nobody's to keep
            (classes, worths), count = self._of_known(word) if known else self._pieces_of(word)
            seen += count
            for number, worth in zip(classes, worths, strict=True):
                if number in chosen:
                    scores[number] += worth
        flat = math.sqrt(seen + 1)
        return {number: score / flat for number, score in scores.items()}

    def _pieces_of(self, word: str) -> tuple[Postings, int]:
        """Return what the word's pieces are worth together, and how many they are."""
        scores: dict[int, float] = defaultdict(float)
        cut = pieces(word)
        for piece in cut:
            if piece in self._within:
                for number, worth in zip(*self._worth(piece), strict=True):
                    scores[number] += worth
        return (array("I", scores), array("d", scores.values())), len(cut)

    def _worth_of(self, piece: str) -> Postings:
        """Return the classes where a piece of ours stands more often than elsewhere, and by how much (log of the ratio).

        Reckoned when it is first asked for: most pieces never are, and all of them at once would make every start wait.
        """
        counts: dict[int, int] = defaultdict(int)
        for word in self._within[piece]:
            for of, times in self._spoken[word].items():
                counts[of] += times
        everywhere = (sum(counts.values()) + SMOOTH) / (self._phrases + 1)
        worth = {of: math.log((times + SMOOTH) / (self._sizes[of] + 1) / everywhere) for of, times in counts.items()}
        return _postings({of: w for of, w in worth.items() if w > 0})


def softened(scores: Mapping[int, float], flatness: float) -> dict[int, float]:
    """Return the scores as chances that sum to 1."""
    if not scores:
        return {}
    top = max(scores.values())
    grown = [math.exp((s - top) / flatness) for s in scores.values()]
    total = sum(grown)
    return dict(zip(scores, [g / total for g in grown], strict=True))


def _count_words(samples: Sequence[Sample], number: Mapping[str, int]) -> tuple[dict[str, Postings], frozenset[str]]:
    """Return for each beginning of a word the classes that have it and what it is worth there (BM25); and all beginnings:
    a word too common to say anything is known all the same.
    """
    texts: list[dict[str, float]] = [defaultdict(float) for _ in number]
    for sample in samples:
        text = texts[number[sample.of]]
        for word in sample.words.split():
            text[word[:PREFIX]] += sample.weight
    lengths = [sum(text.values()) for text in texts]
    mean = sum(lengths) / max(1, len(texts))
    within: dict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        for start in text:
            within[start].append(i)
    kept = {}
    for start, classes in within.items():
        if len(texts) > FEW and len(classes) > COMMON * len(texts):
            continue
        rare = math.log(1 + (len(texts) - len(classes) + 0.5) / (len(classes) + 0.5))
        worth = {}
        for i in classes:
            times = texts[i][start]
            worth[i] = rare * times * (K1 + 1) / (times + K1 * (1 - B + B * lengths[i] / mean))
        kept[start] = _postings(worth)
    return kept, frozenset(within)


def _postings(worth: Mapping[int, float]) -> Postings:
    """Return the classes and what each is worth, in the least room; of very many, the best."""
    classes = sorted(worth, key=worth.__getitem__, reverse=True)[:MOST] if len(worth) > MOST else list(worth)
    return array("I", classes), array("f", [worth[i] for i in classes])


def _spoken(phrases: Sequence[Sample], number: Mapping[str, int]) -> tuple[dict[str, dict[int, int]], dict[str, list[str]]]:
    """Return for each word in how many phrases of each class it stands, and for each piece the words that it is of."""
    spoken: dict[str, dict[int, int]] = {}
    for sample in phrases:
        of = number[sample.of]
        for word in set(sample.words.split()):
            times = spoken.setdefault(word, {})
            times[of] = times.get(of, 0) + 1
    within: dict[str, list[str]] = defaultdict(list)
    for word in spoken:
        for piece in set(pieces(word)):
            within[piece].append(word)
    return spoken, dict(within)
