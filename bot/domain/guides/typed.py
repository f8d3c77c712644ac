"""Typed answers: yes and no, sums, ages, days, and the words that steer a guide, as people write them in four languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot.domain.folding import fold
from bot.domain.guides.guide import Option

_BACK = ("назад", "back", "tillbaka", "верніться")
_SKIP = ("пропустити", "пропустить", "далі", "skip", "hoppa över", "не знаю", "не знаем", "vet inte", "vet ej", "i do not know")
_SKIP += ("i dont know", "dont know")
_AGAIN = ("спочатку", "почати спочатку", "сначала", "заново", "start again", "start over", "börja om")
_STEERING = {fold(word): step for words, step in ((_BACK, "back"), (_SKIP, "skip"), (_AGAIN, "again")) for word in words}

YES = ("так", "да", "ага", "є", "есть", "yes", "ja", "yep", "jo", "japp")
NO = ("ні", "нет", "не", "немає", "нема", "no", "nej", "none", "inga", "inget", "ingen", "nope")

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_SUM = re.compile(r"\d{1,3}(?:[ \u00a0.]\d{3})+|\d+")
_MONTHS = re.compile(r"(\d+)\s*(?:міс|мес|mån|man\b|month|mos?\b)", re.IGNORECASE)
_HEADS = re.compile(r"(\d+)\s*(?:діт|дит|дет|реб|barn|child|kid|сын|син|доч)", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ISO = re.compile(r"\b(\d{4})[-./](\d{1,2})[-./](\d{1,2})\b")
_DOTTED = re.compile(r"\b(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})\b")


def steering(words: str) -> str:
    """Return back, skip or again when the words say just that; '' otherwise."""
    return _STEERING.get(fold(words), "")


def chosen(options: Sequence[Option], words: str) -> str:
    """Return the value of the one option that the words name; '' for none or several."""
    said = fold(words)
    exact = [o.value for o in options if said in map(fold, o.words)]
    if len(exact) == 1:
        return exact[0]
    spoken = set(said.split())
    near = {o.value for o in options if any(set(fold(w).split()) <= spoken for w in o.words if fold(w))}
    return next(iter(near)) if len(near) == 1 else ""


def kronor(words: str) -> str:
    """Return whole kronor as digits; '' where there is no sum, or more than one."""
    found = [re.sub(r"\D", "", hit) for hit in _SUM.findall(re.sub(r"[.,]\d{1,2}(?!\d)", "", words))]
    return str(int(found[0])) if len(found) == 1 and len(found[0]) <= 6 else ""


def ages(words: str) -> list[int] | None:
    """Return the ages named in the words, months as 0; None where there are none, or one that is not plain."""
    words = _HEADS.sub(" ", _MONTHS.sub(" 0 ", words))
    found = _NUMBER.findall(words)
    if not found or any(len(hit) > 2 for hit in found):
        return None
    return [int(hit) for hit in found]


def year_or_age(words: str) -> str:
    """Return the year of birth as four digits, else an age as it was written; '' where there is neither."""
    written = day(words)
    years = {str(written.year)} if written else set(_YEAR.findall(words))
    if years:
        return years.pop() if len(years) == 1 else ""
    found = ages(words)
    return str(found[0]) if found and len(found) == 1 else ""


def day(words: str) -> date | None:
    """Return the day written as 2026-09-30 or 30.9.2026; None where there is none."""
    if hit := _ISO.search(words):
        year, month, number = map(int, hit.groups())
    elif hit := _DOTTED.search(words):
        number, month, year = map(int, hit.groups())
    else:
        return None
    try:
        return date(year, month, number)
    except ValueError:
        return None
