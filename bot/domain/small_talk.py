"""What people say that is no question: a greeting, thanks, a bare cry for help. The list is content/small_talk.yaml."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.folding import fold

BEFORE = frozenset(("insult", "thanks", "greeting"))  # said before a question as well
AFTER = BEFORE | {"bye"}  # «пока» before a question is "meanwhile", after it "bye"
_LONGEST = 3  # words in a run of the list
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """`order`: kinds, the one that is answered first. `said`: folded word or run of words -> kind, enough by itself.

    `beside`: folded word -> the kinds beside which it may stand. `signs`: a picture -> kind.
    """

    order: Sequence[str]
    said: Mapping[str, str]
    beside: Mapping[str, frozenset[str]]
    signs: Mapping[str, str]

    def kind(self, words: str) -> str:
        """Return the kind when there is nothing else in the words; '' otherwise."""
        spoken = fold(words).split()
        signs = {kind for sign, kind in self.signs.items() if sign in words}
        if not spoken:
            first = next((kind for kind in self.order if kind in signs), "empty")
            return "" if any(c.isalpha() for c in words) else first
        units = list(self._units(spoken))
        kinds = {*(self.said[unit] for unit in units if unit in self.said), *signs}
        if not all(unit in self.said or self.beside.get(unit, frozenset()) & kinds for unit in units):
            return ""
        meant, before = set(signs), set[str]()
        for unit in units:
            if kind := self.said.get(unit):
                meant |= set() if self.beside.get(unit, frozenset()) & (before - {kind}) else {kind}
                before.add(kind)
        return next((kind for kind in self.order if kind in meant), "")

    def without(self, words: str) -> str:
        """Return the words without the greeting, thanks or insult before and after them; the same where nothing would be left."""
        spots = [(found.start(), found.end(), fold(found[0])) for found in _WORD.finditer(words)]
        spoken = [word for _, _, word in spots]
        begin, end = self._run(spoken, BEFORE), len(spoken) - self._run(spoken[::-1], AFTER, backwards=True)
        if begin >= end or not any(spoken[begin:end]):
            return words
        return words[spots[begin][0] : spots[end - 1][1]] if (begin, end) != (0, len(spoken)) else words

    def _run(self, spoken: Sequence[str], kinds: frozenset[str], backwards: bool = False) -> int:
        """Return how many words at the beginning belong to small talk around a question; 0 when none of them says it."""
        at, says = 0, False
        while at < len(spoken):
            for size in range(min(_LONGEST, len(spoken) - at), 0, -1):
                run = spoken[at : at + size]
                unit = " ".join(reversed(run) if backwards else run)
                if self.said.get(unit) in kinds:
                    says = True
                    break
                if size == 1 and (not unit or self.beside.get(unit, frozenset()) & kinds):
                    break
            else:
                break
            at += size
        return at if says else 0

    def _units(self, spoken: Sequence[str]) -> Iterator[str]:
        """Yield the words, those that the list has as a run together."""
        at = 0
        while at < len(spoken):
            sizes = range(min(_LONGEST, len(spoken) - at), 1, -1)
            size = next((size for size in sizes if " ".join(spoken[at : at + size]) in self.said), 1)
            yield " ".join(spoken[at : at + size])
            at += size


def read_small_talk(kinds: Sequence[Mapping[str, Any]]) -> SmallTalk:
    """Return the list as compiled. A word of two kinds is of the first."""
    said: dict[str, str] = {}
    beside: dict[str, set[str]] = defaultdict(set)
    for kind in kinds:
        for words in kind["words"].values():
            for word in words:
                said.setdefault(fold(word), kind["id"])
        for words in kind.get("beside", {}).values():
            for word in words:
                beside[fold(word)].add(kind["id"])
    return SmallTalk(
        tuple(kind["id"] for kind in kinds),
        {word: kind for word, kind in said.items() if word},
        {word: frozenset(of) for word, of in beside.items() if word},
        {sign: kind["id"] for kind in kinds for sign in kind.get("signs", ())},
    )
