"""Letters of the wrong alphabet: look-alikes in a word, Russian ones in Ukrainian and the other way, straight quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MIXED = re.compile(r"\w*(?:[A-Za-zÅÄÖåäö][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-zÅÄÖåäö])\w*")
_RUSSIAN = re.compile(r"\w*[ыэъёЫЭЪЁ]\w*")
_UKRAINIAN = re.compile(r"\w*[іїєґІЇЄҐ]\w*")
_APOSTROPHE = re.compile(r"[\u0400-\u04ff]+['`ʼ‘][\u0400-\u04ff]+")


def wrong_letters(language: str, text: str) -> Iterator[tuple[str, int]]:
    """Yield what is wrong and where in the text."""
    for found in _MIXED.finditer(text):
        yield f"'{found[0]}' mixes Latin and Cyrillic letters; type it again", found.start()
    if language == "ru":
        for found in _UKRAINIAN.finditer(text):
            yield f"'{found[0]}' has a letter that Russian does not; mend the word", found.start()
    if language != "uk":
        return
    for found in _RUSSIAN.finditer(text):
        yield f"'{found[0]}' has a letter that Ukrainian does not; mend the word", found.start()
    for found in _APOSTROPHE.finditer(text):
        yield f"'{found[0]}' has another apostrophe; write ’", found.start()
    if '"' in text:
        yield 'the quotes " are not Ukrainian; write «…»', text.index('"')
