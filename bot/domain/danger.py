"""Danger words: whether a message names a danger, and of which family. The list is content/danger_words.yaml.

Its header explains the patterns to editors; here they are compiled. Patterns are looked up by the words of the message, so the
length of the list costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.folding import fold

ONE_SENTENCE = 20  # a message of at most so many words is one sentence
_SENTENCE_END = re.compile(r"[.!?…;\n]+")
_RANGE = re.compile(r"(\d+)\.\.(\d+)\Z")
_LOOSE_LANGUAGES = ("uk", "ru")
# How Ukrainian and Russian are typed in Latin letters, made one; in this order.
_SPELLED = (
    ("shch", "sh"),
    ("sch", "sh"),
    ("kh", "h"),
    ("ts", "c"),
    ("w", "v"),
    ("x", "h"),
    ("j", "i"),
    ("y", "i"),
    ("q", "k"),
)
_H = re.compile(r"(?<![csz])h")
_DOUBLE = re.compile(r"([a-z])\1+")

Words = Sequence[tuple[str, str]]  # each word folded, and in its looser form


@dataclass(frozen=True, slots=True)
class _Word:
    exact: str
    loose: str  # '' where only the exact form counts
    stem: bool
    least: int = -1
    most: int = -1

    def fits(self, word: tuple[str, str]) -> bool:
        folded, looser = word
        if self.least >= 0:
            return folded.isdecimal() and self.least <= int(folded) <= self.most
        if self.stem:
            return folded.startswith(self.exact) or (bool(self.loose) and looser.startswith(self.loose))
        return folded == self.exact or (bool(self.loose) and looser == self.loose)


@dataclass(frozen=True, slots=True)
class _Item:
    """Any of these runs of neighbouring words. Those of one word are kept once more, to be looked up all at once."""

    wanted: bool
    runs: tuple[tuple[_Word, ...], ...]
    begun: Mapping[str, tuple[tuple[_Word, ...], ...]]  # longer runs by their first word, in each of its forms
    other: tuple[tuple[_Word, ...], ...]  # runs that begin with a stem, a number or any word
    words: frozenset[str]
    loose: frozenset[str]
    stems: tuple[str, ...]
    loose_stems: tuple[str, ...]

    def found(self, words: Words) -> bool:
        for folded, looser in words:
            if folded in self.words or looser in self.loose:
                return True
            if folded.startswith(self.stems) or looser.startswith(self.loose_stems):
                return True
        for at, (folded, looser) in enumerate(words):
            for run in (*self.begun.get(folded, ()), *self.begun.get(looser, ()), *self.other):
                if len(run) <= len(words) - at and all(word.fits(words[at + i]) for i, word in enumerate(run)):
                    return True
        return False


@dataclass(frozen=True, slots=True)
class _Pattern:
    rank: int  # of its family: the first family that fits wins
    family: str
    items: tuple[_Item, ...]
    at_most: int  # words in the sentence

    def fits(self, words: Words) -> bool:
        return len(words) <= self.at_most and all(item.found(words) == item.wanted for item in self.items)


@dataclass(frozen=True, slots=True)
class DangerWords:
    """Patterns by a word that must be there: exact words, stems, and those with nothing to look up."""

    exact: Mapping[str, tuple[_Pattern, ...]]
    stems: Mapping[str, tuple[_Pattern, ...]]
    always: tuple[_Pattern, ...]

    def family(self, sentences: Sequence[Words]) -> str:
        """Return the family of danger that the words name, '' when none. `sentences`: of `read_sentences`."""
        best: _Pattern | None = None
        for sentence in sentences:
            for pattern in self._candidates(sentence):
                if (best is None or pattern.rank < best.rank) and pattern.fits(sentence):
                    best = pattern
        return best.family if best else ""

    def _candidates(self, sentence: Words) -> Iterable[_Pattern]:
        seen: set[int] = set()
        groups = [self.always]
        for forms in sentence:
            for form in set(forms):
                groups.append(self.exact.get(form, ()))
                groups.extend(self.stems.get(form[:size], ()) for size in range(1, len(form) + 1))
        for group in groups:
            for pattern in group:
                if id(pattern) not in seen:
                    seen.add(id(pattern))
                    yield pattern


def loose(folded: str) -> str:
    """Return a folded word in the looser form of words typed in Latin letters."""
    for written, meant in _SPELLED:
        folded = folded.replace(written, meant)
    return _DOUBLE.sub(r"\1", _H.sub("g", folded)).replace("ie", "e")


def read_sentences(words: str) -> list[Words]:
    """Return the words of a cleaned message, each folded and in its looser form, by sentences."""
    whole = fold(words).split()
    sentences = [whole] if len(whole) <= ONE_SENTENCE else [fold(piece).split() for piece in _SENTENCE_END.split(words)]
    return [[(word, loose(word)) for word in folded] for folded in sentences if folded]


def read_danger(families: Sequence[Mapping[str, object]]) -> DangerWords:
    """Return the compiled list. Raises ValueError naming a pattern that could never fit."""
    exact: dict[str, list[_Pattern]] = {}
    stems: dict[str, list[_Pattern]] = {}
    always: list[_Pattern] = []
    for rank, entry in enumerate(families):
        patterns: Mapping[str, Sequence[str]] = entry["patterns"]  # type: ignore[assignment]
        for language, written in patterns.items():
            for text in written:
                pattern = _pattern(text, rank, str(entry["family"]), language in _LOOSE_LANGUAGES)
                wanted = [item for item in pattern.items if item.wanted]
                if not wanted:
                    raise ValueError(f"the pattern '{text}' names no word that must be there")
                key = max(wanted, key=_rarity)
                for run in key.runs:
                    word = max(run, key=_length)
                    if not _length(word):
                        always.append(pattern)
                        continue
                    table = stems if word.stem else exact
                    for form in {word.exact, word.loose} - {""}:
                        table.setdefault(form, []).append(pattern)
    return DangerWords(
        {word: tuple(found) for word, found in exact.items()},
        {stem: tuple(found) for stem, found in stems.items()},
        tuple(always),
    )


def _length(word: _Word) -> int:
    """Return the letters by which the word can be looked up; 0 for a number or for any word."""
    return len(word.exact)


def _rarity(item: _Item) -> int:
    """Return how telling the item is: long words are rare, so few messages have to be looked at for it."""
    return min(max(_length(word) for word in run) for run in item.runs)


def _pattern(text: str, rank: int, family: str, loosely: bool) -> _Pattern:
    at_most, items = 10**6, []
    unwanted: list[tuple[_Word, ...]] = []
    for token in text.split():
        if token.startswith("max:"):
            at_most = int(token[4:])
            continue
        runs = tuple(tuple(_word(raw, loosely) for raw in run.split("+")) for run in token.lstrip("-").split("|"))
        if token.startswith("-"):
            unwanted.extend(runs)
        else:
            items.append(_item(True, runs))
    # That none of them is found is one question, however many they are.
    return _Pattern(rank, family, (*items, _item(False, tuple(unwanted))), at_most)


def _item(wanted: bool, runs: tuple[tuple[_Word, ...], ...]) -> _Item:
    single = [run[0] for run in runs if len(run) == 1 and _length(run[0])]
    begun: dict[str, tuple[tuple[_Word, ...], ...]] = {}
    other = []
    for run in runs:
        first = run[0]
        if len(run) == 1 and _length(first):
            continue
        if first.stem or not _length(first):
            other.append(run)
            continue
        for form in {first.exact, first.loose} - {""}:
            begun[form] = (*begun.get(form, ()), run)
    return _Item(
        wanted,
        runs,
        begun,
        tuple(other),
        frozenset(word.exact for word in single if not word.stem),
        frozenset(word.loose for word in single if word.loose and not word.stem),
        tuple(word.exact for word in single if word.stem),
        tuple(word.loose for word in single if word.loose and word.stem),
    )


@lru_cache(maxsize=1 << 14)  # the lists name the same words again and again
def _word(raw: str, loosely: bool) -> _Word:
    if match := _RANGE.match(raw):
        return _Word("", "", False, int(match[1]), int(match[2]))
    folded = fold(raw.rstrip("*"))
    return _Word(folded, loose(folded) if loosely and folded else "", raw.endswith("*"))
