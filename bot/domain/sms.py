"""How long a text is as SMS, and how it is made to fit. Counting as 3GPP TS 23.038 and 23.040 have it.

One letter outside the GSM alphabet (any Cyrillic one, but also ’ “ – …) makes the whole message UCS-2: 70 characters
instead of 160. Typographic marks are therefore written plainly where that keeps the message in the GSM alphabet.
"""

from __future__ import annotations

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("\f^{}\\[~]|€")  # after an escape: two septets, never cut apart
_PLAINLY = str.maketrans(
    {"…": "..."}
    | dict.fromkeys("’‘", "'")
    | dict.fromkeys("“”„«»", '"')
    | dict.fromkeys("–—−‐‑·•", "-")
    | dict.fromkeys("\u00a0\u2009\u202f", " ")
)
CUT = "..."


def is_gsm(text: str) -> bool:
    return all(char in _GSM or char in _GSM_TWICE for char in text)


def plainly(text: str) -> str:
    """Return the text with plain marks where it then fits the GSM alphabet, else as it is."""
    plain = text.translate(_PLAINLY)
    return plain if is_gsm(plain) else text


def segments(text: str) -> int:
    """Return how many SMS the text takes: of 160 or 70 characters when it is one, of 153 or 67 when several."""
    if is_gsm(text):
        sizes, alone, each = [2 if char in _GSM_TWICE else 1 for char in text], 160, 153
    else:
        sizes, alone, each = [2 if ord(char) > 0xFFFF else 1 for char in text], 70, 67
    if sum(sizes) <= alone:
        return 1
    count, room = 1, each
    for size in sizes:
        if size > room:
            count, room = count + 1, each
        room -= size
    return count


def fitted(words: str, last: str, at_most: int) -> str:
    """Return `words` and, on lines of their own, `last`, in at most that many SMS. Only `words` are ever cut."""
    whole = joined(words, last)
    if segments(whole) <= at_most:
        return whole
    fits, too_long = 0, len(words)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if segments(joined(_cut(words, middle), last)) <= at_most:
            fits = middle
        else:
            too_long = middle
    return joined(_cut(words, fits), last)


def joined(words: str, last: str) -> str:
    """Return both as one text, plainly written."""
    return plainly("\n".join(filter(None, (words, last))))


def _cut(words: str, at: int) -> str:
    """Return the beginning up to a whole word, with three dots."""
    kept = words[:at]
    if at < len(words) and not words[at].isspace():
        kept = kept.rpartition(" ")[0] or kept
    return kept.rstrip(" \n,;:.") + CUT if kept.strip() else ""
