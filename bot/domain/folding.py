"""Words made comparable: one loose Latin alphabet for Ukrainian, Russian, Swedish and English as people type them.

Lower case, no diacritics, Cyrillic spelled in Latin with и/і/ы as i and г/ґ as g, soft and hard signs dropped, double
letters single, all apostrophes dropped. So «Норрчепінг», «норчёпинг», "Norrköping" and "norrkoping" come close together.
"""

from __future__ import annotations

import re
import unicodedata

_CYRILLIC = str.maketrans({
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "e", "є": "e", "ж": "zh", "з": "z",
    "и": "i", "і": "i", "ї": "i", "й": "i", "ы": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ь": "",
    "э": "e", "ю": "iu", "я": "ia", "’": "", "ʼ": "", "'": "", "`": "", "ʹ": "", "ø": "o", "æ": "a", "ß": "ss",
})  # fmt: skip
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_DOUBLE = re.compile(r"([a-z])\1+")


def fold(words: str) -> str:
    """Return the words folded, joined by single spaces; '' when nothing is left."""
    if words.isascii() and words.isalnum():
        return _DOUBLE.sub(r"\1", words.lower())  # most words of Swedish and English
    text = unicodedata.normalize("NFKC", words).casefold().translate(_CYRILLIC)
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    if not (text.isascii() and text.isalnum()):
        text = _NOT_WORD.sub(" ", text).strip()
    return _DOUBLE.sub(r"\1", text)


def distance(a: str, b: str, limit: int) -> int:
    """Return the typing errors between two words (insert, drop, change, swap neighbours), or `limit` + 1 when more."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, ca in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, cb in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (ca != cb))
            if i > 1 and j > 1 and ca == b[j - 2] and a[i - 2] == cb:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]
