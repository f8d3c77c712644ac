"""A machine's translation of somebody's words: whether it is worth showing, and whether its numbers are those of the original."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from bot.domain.messages import Line, Verbatim, say
from bot.domain.phones import e164
from bot.domain.plain_text import clean
from bot.domain.tongue import spoken

WORDS_AT_MOST = 5_000  # of one text; a longer one is read as it is
TRIES = 2
# A time, a phone number, an amount: digits and what people put between them.
_NUMBER = re.compile(r"\+?\d(?:(?:[ \u00a0()]{0,2}|[.,:/\-–])\d)*")


def written_in(words: str, said: str) -> str:
    """Return the language of the words; `said`, what their writer has chosen, where nothing tells."""
    return spoken(words).main or said


def wanted(words: str, said: str, readers: Iterable[str]) -> tuple[str, ...]:
    """Return the languages that the words are to be translated into for these readers; () where it would help nobody."""
    if len(words) > WORDS_AT_MOST or not any(c.isalpha() for c in words):
        return ()
    return tuple(sorted({language for language in readers if language} - {written_in(words, said)}))


def read_back(original: str, answer: str) -> str:
    """Return the translation as it may be shown; '' for what is none: empty, endless, or the same words again."""
    text = clean(unicodedata.normalize("NFC", answer)).strip()
    endless = len(text) > 4 * len(original) + 100
    if endless or not any(c.isalpha() for c in text) or text.casefold() == original.strip().casefold():
        return ""
    return text


def numbers_differ(original: str, translation: str) -> bool:
    """Return whether a number, time or phone number stands in one of the two only, or not as often."""
    return _numbers(original) != _numbers(translation)


def machine_words(original: str, text: str, language: str) -> tuple[Line | Verbatim, ...]:
    """Return the translation as its reader sees it, under the original."""
    about = say("Machine translation of the message above. Check numbers and places.")
    differ = (Line(say("Numbers differ: read the original."), "warning"),) if numbers_differ(original, text) else ()
    return (Line(about, "note"), Verbatim(text, language), *differ)


def _numbers(words: str) -> Counter[str]:
    found = _NUMBER.findall(unicodedata.normalize("NFKC", words))
    return Counter(e164(number) or re.sub(r"\D", "", number) for number in found)
