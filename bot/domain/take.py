"""The reply that takes a case: `TA K7M-4PX`, `TAKE K7M-4PX`, `БЕРУ K7M-4PX`, as people type it at three in the morning.

A case taken by mistake stops the alarm with nobody on the way, so whatever reads like a question or a no is not a yes; and the
check sign of a code keeps every ordinary word from being one.
"""

from __future__ import annotations

import re
import unicodedata

from bot.domain.codes import case_codes_in

_VERBS = frozenset(("TA", "TAR", "TAKE", "БЕРУ", "ТА"))
_NO = frozenset(
    ("INTE", "EJ", "NEJ", "INGEN", "ALDRIG", "NO", "NOT", "NEVER", "CANNOT", "CANT", "DONT", "WONT", "ISNT", "НЕ", "НІ", "НЕТ")
)
_LATIN = str.maketrans("ТАКЕ", "TAKE")  # a Ukrainian keyboard
_APOSTROPHES = re.compile("['’`ʼ]")


def taken_code(words: str) -> str:
    """Return the code that the reply takes, as it stands on the page; '' when it takes none, or more than one."""
    text = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", words)).upper()
    tokens = re.findall(r"\w+", text)
    if not tokens or "?" in text or _NO & set(tokens) or not _VERBS & {tokens[0], tokens[0].translate(_LATIN)}:
        return ""
    found = case_codes_in(" ".join(tokens[1:]))
    return found[0] if len(found) == 1 else ""
