"""Phone numbers as people in Sweden write them, and the one form in which machines do."""

from __future__ import annotations

import re
import unicodedata

# Area codes of two digits after the zero; 08 has one, all others have three. Source: PTS, the Swedish numbering plan.
_TWO_DIGITS = frozenset(
    (10, 11, 13, 16, 18, 19, 20, 21, 23, 26, 31, 33, 35, 36, 40, 42, 44, 46, 54, 60, 63, 70, 72, 73, 76, 77, 79, 90)
)
_GROUPS = {5: (3, 2), 6: (2, 2, 2), 7: (3, 2, 2), 8: (3, 3, 2)}


def shown(number: str) -> str:
    """Return the number for reading: `+4611150000` as `011-15 00 00`; short and foreign numbers as they are."""
    if not number.startswith("+46"):
        return number
    rest = number[3:]
    size = 1 if rest.startswith("8") else 2 if int(rest[:2]) in _TWO_DIGITS else 3
    if rest.startswith("771"):  # 0771 is written with three digits though 077 is the series
        size = 3
    area, own = rest[:size], rest[size:]
    parts, at = [], 0
    for width in _GROUPS.get(len(own), (len(own),)):
        parts.append(own[at : at + width])
        at += width
    return f"0{area}-{' '.join(parts)}"


_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164: at most 15 digits
_MARKS = re.compile(r"[\s()./\u2010-\u2015-]|tel:", re.I)


def e164(written: str, country: str = "46") -> str:
    """Return `070-123 45 67`, `0046 70…` or `+46 (0)70…` as `+46701234567`; '' for what is no such number.

    A number without a country is one of `country`. Short numbers such as 112 have no such form.
    """
    text = _MARKS.sub("", unicodedata.normalize("NFKC", written).replace("(0)", ""))
    if text.startswith("00"):
        text = f"+{text[2:]}"
    elif text.startswith("0"):
        text = f"+{country}{text[1:]}"
    elif text.startswith(country) and len(text) >= 10:
        text = f"+{text}"
    if text.startswith(f"+{country}0"):
        text = f"+{country}{text[len(country) + 2 :]}"
    return text if _INTERNATIONAL.fullmatch(text) else ""
