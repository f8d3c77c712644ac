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
RUN = 3  # letters of the shortest run
K1, B = 1.2, 0.5
CANDIDATES = 64  # articles whose pieces are weighed
COMMON = 0.3  # a word in more of the articles than this says nothing ...
FEW = 400  # ... once there are more classes than this
PIECES_KEPT = 20_000
WORDS_KEPT = 2_000  # of our texts, with what their pieces are worth: people use the same ones again and again
MOST = 128  # classes kept for a word or a piece: those where it is worth most, so that 10,000 articles cost little more than 100
# Words with a piece, times their classes, from which it stands nearly everywhere: with 100 articles at most 1,100. Of 10,000 it
# would say little and cost a third of a second.
EVERYWHERE = 4_000
SMOOTH = 0.1
PIECES_T, WORDS_T = 2.0, 3.0  # how flat each score is made before both are joined
FLOOR = 1e-3


Postings = tuple["array[int]", "array[float]"]  # classes, and what each is worth
NOWHERE: Postings = (array("I"), array("f"))


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
    runs = [marked[i : i + n] for n in (RUN, RUN + 1, RUN + 2) for i in range(len(marked) - n + 1)]
    return (*runs, f"={word}", *((f"<{word[:PREFIX]}",) if len(word) > PREFIX else ()))


class Ranking:
    """An index of samples. `classes` in the order of first mention."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        samples = list(samples)
        self.classes = tuple(dict.fromkeys(s.of for s in samples))
        self.known_classes = frozenset(self.classes)
        of_class: dict[str, list[Sample]] = {c: [] for c in self.classes}
        for sample in samples:
            of_class[sample.of].append(sample)
        by_class = list(of_class.values())
        self._words, self._starts = _count_words(by_class)
        self._sizes = [sum(s.phrase for s in some) for some in by_class]
        self._phrases = sum(self._sizes)
        self._spoken, self._runs = _spoken(by_class)
        self._worths: dict[str, Postings] = {}
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
            known = word in self._spoken  # only words of ours are kept: what else people write is nobody's to keep
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
            for number, worth in zip(*self._worth(piece), strict=True):
                scores[number] += worth
        return (array("I", scores), array("d", scores.values())), len(cut)

    def _worth(self, piece: str) -> Postings:
        """Return the classes where the piece stands more often than elsewhere, and by how much (log of the ratio).

        Reckoned when it is first asked for: most pieces never are, and all of them at once would make every start wait. A piece
        of no word of ours is worth nothing and is not kept.
        """
        if (kept := self._worths.get(piece)) is not None:
            return kept
        spoken = [self._spoken[word] for word in self._words_with(piece)]
        if not 0 < sum(map(len, spoken)) // 2 <= EVERYWHERE:
            return NOWHERE
        counts: dict[int, int] = defaultdict(int)
        for pairs in spoken:
            said = iter(pairs)
            for of, times in zip(said, said, strict=True):
                counts[of] += times
        everywhere = (sum(counts.values()) + SMOOTH) / (self._phrases + 1)
        worth = {of: math.log((times + SMOOTH) / (self._sizes[of] + 1) / everywhere) for of, times in counts.items()}
        if len(self._worths) >= PIECES_KEPT:
            self._worths.pop(next(iter(self._worths)))
        self._worths[piece] = _postings({of: w for of, w in worth.items() if w > 0})
        return self._worths[piece]

    def _words_with(self, piece: str) -> Sequence[str]:
        """Return the words of the phrases that have the piece, as `pieces` cuts them."""
        if piece[0] == "=":
            return (piece[1:],) if piece[1:] in self._spoken else ()
        if piece[0] == "<":
            return [w for w in self._runs.get(f"_{piece[1:3]}", ()) if len(w) > PREFIX and w.startswith(piece[1:])]
        words = self._runs.get(piece[:RUN], ())
        return words if len(piece) == RUN else [w for w in words if piece in f"_{w}_"]


def softened(scores: Mapping[int, float], flatness: float) -> dict[int, float]:
    """Return the scores as chances that sum to 1."""
    if not scores:
        return {}
    top = max(scores.values())
    grown = [math.exp((s - top) / flatness) for s in scores.values()]
    total = sum(grown)
    return dict(zip(scores, [g / total for g in grown], strict=True))


def _count_words(by_class: Sequence[Sequence[Sample]]) -> tuple[dict[str, Postings], frozenset[str]]:
    """Return for each beginning of a word the classes that have it and what it is worth there (BM25); and all beginnings:
    a word too common to say anything is known all the same.
    """
    within: dict[str, Postings] = {}
    lengths = []
    for number, samples in enumerate(by_class):
        text: dict[str, float] = defaultdict(float)
        for sample in samples:
            for word in sample.words.split():
                text[word[:PREFIX]] += sample.weight
        lengths.append(sum(text.values()))
        for start, times in text.items():
            if start not in within:
                within[start] = (array("I"), array("f"))
            classes, counts = within[start]
            classes.append(number)
            counts.append(times)
    many = len(by_class)
    mean = sum(lengths) / max(1, many)
    kept = {}
    for start, (classes, counts) in within.items():
        if many > FEW and len(classes) > COMMON * many:
            continue
        rare = math.log(1 + (many - len(classes) + 0.5) / (len(classes) + 0.5))
        kept[start] = _postings(
            {
                i: rare * times * (K1 + 1) / (times + K1 * (1 - B + B * lengths[i] / mean))
                for i, times in zip(classes, counts, strict=True)
            }
        )
    return kept, frozenset(within)


def _postings(worth: Mapping[int, float]) -> Postings:
    """Return the classes and what each is worth, in the least room; of very many, the best."""
    classes = sorted(worth, key=worth.__getitem__, reverse=True)[:MOST] if len(worth) > MOST else list(worth)
    return array("I", classes), array("f", [worth[i] for i in classes])


def _spoken(by_class: Sequence[Sequence[Sample]]) -> tuple[dict[str, array[int]], dict[str, list[str]]]:
    """Return for each word its classes, each followed by how many of its phrases have it; and for each run of three letters
    the words with it.
    """
    spoken: dict[str, array[int]] = {}
    for number, samples in enumerate(by_class):
        times = Counter(word for sample in samples if sample.phrase for word in set(sample.words.split()))
        for word, count in times.items():
            if word not in spoken:
                spoken[word] = array("I")
            spoken[word].extend((number, count))
    runs: dict[str, list[str]] = {}
    for word in spoken:
        marked = f"_{word}_"
        for run in {marked[i : i + RUN] for i in range(len(marked) - RUN + 1)}:
            if run in runs:
                runs[run].append(word)
            else:
                runs[run] = [word]
    return spoken, runs
