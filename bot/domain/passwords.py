"""What makes a staff password too weak. Length counts, odd signs do not; nobody is made to change one that is good (ASVS 6.2)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum, auto

SHORTEST, LONGEST = 15, 128
_ROWS = (
    "abcdefghijklmnopqrstuvwxyzåäö",
    "qwertyuiopåasdfghjklöäzxcvbnm",
    "01234567890",
    "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "йцукенгшщзхїфівапролджєячсмитьбю",
)
_COMMON = ("password", "passw0rd", "losenord", "lösenord", "пароль", "letmein", "välkommen", "sommar", "vinter", "welcome")
_LEFT_AT_LEAST = 8  # signs of its own, beside common words, rows of keys, years and what the person is called


class Weak(Enum):
    TOO_SHORT = auto()
    TOO_LONG = auto()
    GUESSABLE = auto()


def normalized(password: str) -> str:
    """Return the form that is hashed: the same however the keyboard composed its letters."""
    return unicodedata.normalize("NFKC", password)


def weakness(password: str, about: Iterable[str]) -> Weak | None:
    """Return why the password cannot be used, None when it can. `about`: names, e-mail, municipality of the person."""
    plain = normalized(password)
    if len(plain) < SHORTEST:
        return Weak.TOO_SHORT
    if len(plain) > LONGEST:
        return Weak.TOO_LONG
    own = plain.casefold()
    for known in sorted({*_COMMON, *_parts(about)}, key=len, reverse=True):
        own = own.replace(known, "")
    own = re.sub(r"(19|20)\d\d", "", _without_rows(own))
    own = re.sub(r"(.{1,4}?)\1+", r"\1", own)  # "abcabcabc" is one "abc"
    return Weak.GUESSABLE if len(own) < _LEFT_AT_LEAST or len(set(own)) < 5 else None


def _parts(about: Iterable[str]) -> set[str]:
    return {part for text in about for part in re.split(r"[\W_]+", normalized(text).casefold()) if len(part) >= 3}


def _without_rows(text: str) -> str:
    """Take out runs of four or more neighbours of the alphabet or the keyboard, either way."""
    kept, at = "", 0
    while at < len(text):
        length = max((_run(text, at, row) for plain in _ROWS for row in (plain, plain[::-1])), default=0)
        if length < 4:
            kept, length = kept + text[at], 1
        at += length
    return kept


def _run(text: str, at: int, row: str) -> int:
    length = 1
    while at + length < len(text) and text[at + length - 1 : at + length + 1] in row:
        length += 1
    return length
