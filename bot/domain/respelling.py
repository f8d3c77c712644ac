"""Ukrainian and Russian typed in Latin letters, spelled as our texts spell it: "zhytlo segodnya" is «житло сегодня».

Whoever has no Cyrillic keyboard writes so, each in their own way. Only words that stand in our texts are found; the others stay.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.wording import loose_word

_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ`ʹ][^\W\d_]+)*")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_SOFT = re.compile(r"i(?=[aeou])")


@dataclass(frozen=True, slots=True)
class Spellings:
    """`cyrillic`: loose form -> how our texts spell it. `latin`: loose forms of the words of the other languages."""

    cyrillic: Mapping[str, str]
    latin: frozenset[str]


def spellings(texts: Mapping[str, Sequence[str]]) -> Spellings:
    """Return how the words of the texts, by language, are spelled; of several spellings the most frequent."""
    ours: Counter[str] = Counter()
    latin: set[str] = set()
    for written in texts.values():
        words = Counter(_WORD.findall(" ".join(written).lower()))
        cyrillic = {word: count for word, count in words.items() if _CYRILLIC.search(word)}
        ours.update(cyrillic)
        if 2 * len(cyrillic) < len(words):
            latin.update(map(loose_word, words))
    found: dict[str, str] = {}
    for word in sorted(ours, key=ours.__getitem__):  # what comes later, and is more frequent, stays
        form = loose_word(word)
        found[form] = found[_SOFT.sub("", form)] = word
    return Spellings(found, frozenset(latin))


def respelt(words: str, known: Spellings) -> str:
    """Return the words with those in Cyrillic that are meant so; '' when not most are, as in any language of Latin letters."""
    if _CYRILLIC.search(words):
        return ""
    meant = others = 0

    def spell(found: re.Match[str]) -> str:
        nonlocal meant, others
        form = loose_word(found[0].lower())
        cyrillic = next((known.cyrillic[f] for f in _forms(form) if f in known.cyrillic), "")
        if not cyrillic:
            others += 1
        elif form not in known.latin:
            meant += 1
        return cyrillic or found[0]

    spelled = _WORD.sub(spell, words)
    return spelled if meant > others else ""


def _forms(form: str) -> tuple[str, ...]:
    """Return the ways to read it: as it is, with "h" for г, without the "i" that softens ("siohodni")."""
    hard = form.replace("zh", "\0").replace("sh", "\1").replace("ch", "\2").replace("h", "g")
    hard = hard.replace("\0", "zh").replace("\1", "sh").replace("\2", "ch")
    return form, hard, _SOFT.sub("", form), _SOFT.sub("", hard)
