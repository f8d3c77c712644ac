"""Words as the finder compares them: forwarded headers off, folded, spellings of transliteration made one, layouts tried.

`loose` goes one step beyond `fold`: "zhytlo", "jitlo" and «житло», "shcho" and «що», "kh" and «х» come together. Both the
texts and the question pass through it, so what it blurs in Swedish or English is blurred on both sides.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.domain.folding import fold

_SPELLINGS = re.compile("shch|sch|tch|kh|ts|tz|ck|ph|zh|[ywjxqz]")
_AS = {
    "shch": "sh", "sch": "sh", "tch": "ch", "kh": "h", "ts": "c", "tz": "c", "ck": "k", "ph": "f", "zh": "zh",
    "y": "i", "w": "v", "j": "i", "x": "ks", "q": "k", "z": "z",
}  # fmt: skip
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f'’ʼ`ʹ]+[^\W_]+)*", re.UNICODE)
_DOUBLE = re.compile(r"([a-z])\1+")
_LINK = re.compile(r"(?:https?://|www\.|t\.me/)\S+|\S+@\S+\.\w+|@\w+")
_FORWARDED = re.compile(
    r"^[ \t>*_-]*(?:(?:forwarded|переслан|переадресован|vidarebefordra)[^:\n]*(?::[^\n]*(?=\n)|:|$)"
    r"|(?:fwd?|fw|re|from|от|від|från)[ \t]*:[ \t]*)",
    re.IGNORECASE | re.MULTILINE,
)
_STAMP = re.compile(  # "Olena, [12.03.2025 14:22]" and "[12/03/2025, 14:22] Olena:"
    r"^[ \t>]*(?:[^\n\[:]{1,40},[ \t]*)?\[\d{1,2}[./]\d{1,2}[./]\d{2,4},?[ \t]+\d{1,2}:\d{2}(?::\d{2})?\]"
    r"[ \t]*(?:[^\n:]{1,40}:)?",
    re.MULTILINE,
)
_QUOTED = re.compile(r"^[ \t]*>+[ \t]?|^[-_=*]{3,}.*$", re.MULTILINE)

_QWERTY = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбюё"
_UKRAINIAN = "йцукенгшщзхїфівапролджєячсмитьбю'"
_SWEDISH = "qwertyuiopå]asdfghjklöäzxcvbnm,.§"


def _layout(typed: str, meant: str) -> dict[int, str]:
    return str.maketrans(typed + typed.upper(), meant + meant.upper())


_LAYOUTS = (
    _layout(_QWERTY, _UKRAINIAN),
    _layout(_SWEDISH, _UKRAINIAN),
    _layout(_RUSSIAN, _SWEDISH),
    _layout(_UKRAINIAN, _SWEDISH),
    _layout(_RUSSIAN, _QWERTY),
)


def clean(words: str) -> str:
    """Return the words without links, addresses and the marks that forwarding and quoting leave behind."""
    return _QUOTED.sub(" ", _STAMP.sub(" ", _FORWARDED.sub(" ", _LINK.sub(" ", words))))


def loose(words: str) -> str:
    """Return the words folded, with the ways to write one sound made one; '' when nothing is left."""
    return " ".join(found for word in _WORD.findall(words) if (found := loose_word(word.lower())))


@lru_cache(maxsize=1 << 15)
def loose_word(word: str) -> str:
    """Return the same for a single word in lower case."""
    return _DOUBLE.sub(r"\1", _SPELLINGS.sub(lambda found: _AS[found[0]], fold(word)))


def relayouts(words: str) -> tuple[str, ...]:
    """Return what the words would be, had the keyboard been left in another layout. The plain reading is not among them."""
    lower = words.lower()
    return tuple(dict.fromkeys(other for table in _LAYOUTS if (other := lower.translate(table)) != lower))
