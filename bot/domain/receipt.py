"""The receipt code: six words that a reporter can read out over a phone, and come back with on any device.

The first two words find the report and are no secret; the other four, 44 bits, prove that it is the reporter. They are kept
only as a slow hash (adapters/slow_hash.py), so a check costs one hash and a thief of the database gains little. Guessing at our
door is held down by domain/guessing.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations

from bot.domain.folding import distance, fold

WORDS = 6
FINDING = 2  # of them; the rest is the secret
LETTERS = 7
# Letters that no word has, written for one that was heard or typed so: «h» is the Ukrainian г, «c» and «q» are k.
_HEARD = str.maketrans({"p": "b", "f": "v", "w": "v", "z": "s", "c": "k", "q": "k", "x": "k", "h": "g", "j": "i", "y": "i"})
_CYRILLIC = str.maketrans("abdegiklmnorstuv", "абдеґіклмнорстув")
_letters = lru_cache(maxsize=4_096)(fold)  # of one sign


class WordList:
    """The words, found again however they are typed. Raises ValueError for a list in which a slip could go unseen."""

    def __init__(self, words: Sequence[str]) -> None:
        if len(words) & (len(words) - 1) or len(words) < 2 or len(set(words)) != len(words):
            raise ValueError(f"{len(words)} words: the number of different words must be a power of two")
        odd = [word for word in words if len(word) != LETTERS or fold(word).translate(_HEARD) != word]
        if odd:
            raise ValueError(f"{odd[0]} is not {LETTERS} plain letters that are read alike everywhere")
        for hidden in combinations(range(LETTERS), 2):
            seen: dict[str, str] = {}
            for word in words:
                rest = "".join(letter for at, letter in enumerate(word) if at not in hidden)
                if seen.setdefault(rest, word) != word:
                    raise ValueError(f"{seen[rest]} and {word} differ in fewer than three letters")
        self.words = tuple(words)
        self._known = frozenset(words)
        self._missing: dict[str, list[str]] = {}
        for word in words:
            for at in range(LETTERS):
                self._missing.setdefault(word[:at] + word[at + 1 :], []).append(word)

    @property
    def bits(self) -> int:
        """Bits of chance in one word."""
        return len(self.words).bit_length() - 1

    def meant(self, typed: str) -> str:
        """Return the word that was meant, with at most one slip and no other word as near; '' when none."""
        word = fold(typed).replace(" ", "").translate(_HEARD)
        if word in self._known or abs(len(word) - LETTERS) > 1:
            return word if word in self._known else ""
        scraps = {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
        near = {found for scrap in scraps for found in self._missing.get(scrap, ())}
        near |= {scrap for scrap in scraps if scrap in self._known}
        close = [found for found in near if distance(word, found, 1) == 1]
        return close[0] if len(close) == 1 else ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A code as it is shown once. Its repr shows no word."""

    words: tuple[str, ...] = field(repr=False)

    @property
    def finding(self) -> str:
        """What the report is found by: stored as it is, unique."""
        return " ".join(self.words[:FINDING])

    @property
    def secret(self) -> str:
        """What is stored as a slow hash only."""
        return " ".join(self.words[FINDING:])

    def shown(self) -> str:
        """Return the code in Latin letters."""
        return " ".join(self.words)

    def shown_in_cyrillic(self) -> str:
        """Return the code for who reads no Latin letters; it is read back the same."""
        return self.shown().translate(_CYRILLIC)


@dataclass(frozen=True, slots=True)
class Unread:
    """What was typed is not a code: so many words were understood, and those at the places `unclear` (from 1) were not."""

    understood: int
    unclear: tuple[int, ...]


def new_receipt(words: WordList, chance: bytes) -> Receipt:
    """Return a code. `chance`: 16 bytes from the system's randomness. Raises ValueError for fewer."""
    if len(chance) < 16:
        raise ValueError("a receipt code needs 16 bytes of chance")
    number, size = int.from_bytes(chance, "big"), len(words.words)
    return Receipt(tuple(words.words[number // size**place % size] for place in range(WORDS)))


def read_receipt(words: WordList, typed: str) -> Receipt | Unread:
    """Return the code that was typed: any case, letters, spaces or signs; one slip in each word; other words around it."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", typed) if unicodedata.category(c) not in ("Mn", "Cf"))
    pieces = re.findall(r"[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*", bare)
    meant = [words.meant(piece) for piece in pieces]
    found = [word for word in meant if word]
    if len(found) > WORDS:  # ordinary words that look alike stand around it: only what needs no mending counts
        found = [word for word, piece in zip(meant, pieces, strict=True) if word and fold(piece).translate(_HEARD) == word]
    if len(found) < WORDS:
        letters = "".join(map(_letters, bare))  # each alone: where two words meet, a double letter is two
        if len(letters) == WORDS * LETTERS:  # run together, or cut in other places
            again = [words.meant(letters[at : at + LETTERS]) for at in range(0, len(letters), LETTERS)]
            found = again if all(again) else found
    if len(found) == WORDS:
        return Receipt(tuple(found))
    return Unread(len(found), tuple(place for place, word in enumerate(meant, 1) if not word))


def word_list(content: object) -> WordList:
    """Return the list that content/receipt_words.yaml holds. Raises ValueError."""
    words = content.get("words") if isinstance(content, Mapping) else None
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError("words is not a list of words")
    return WordList(words)
