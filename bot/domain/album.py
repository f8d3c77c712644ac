"""The pieces of an album come one by one and get one answer. Any of them may carry the words.

What is remembered: the last album, and whether its words have been answered or only its pictures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

KEY = "album"  # among the conversation's answers


def met(answers: Mapping[str, Any], album: str, *, words: bool) -> dict[str, Any]:
    """Return the answers with that album as the last one."""
    return {**answers, KEY: [album, words]} if album else {**answers}


def is_known(answers: Mapping[str, Any], album: str) -> bool:
    """Return whether a piece of the album has been answered."""
    return bool(album) and _last(answers)[0] == album


def lacks_words(answers: Mapping[str, Any], album: str) -> bool:
    """Return whether the album has got its line on pictures, and no words of it an answer: words make the line needless."""
    return is_known(answers, album) and not _last(answers)[1]


def _last(answers: Mapping[str, Any]) -> tuple[str, bool]:
    kept = answers.get(KEY)
    return (str(kept[0]), bool(kept[1])) if isinstance(kept, list | tuple) and len(kept) == 2 else ("", True)
