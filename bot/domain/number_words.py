"""Numbers written as words where they state something: "four months", «fyra månader», «чотирьох місяців», "half".

A number word without a unit after it states nothing that ages ("the two oldest", "one of them").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# Every form in which a text of ours may say it, in all languages at once.
_WORDS = {
    "2": "two|två|два|дві|двох|двом|двоє",
    "3": "three|tre|три|трьох|трьом|троє",
    "4": "four|fyra|чотири|чотирьох|чотирьом|четверо",
    "5": "five|fem|п['’ʼ]ят(?:ь|и|ьох|ьом|еро)",
    "6": "six|sex|шість|шести|шістьох|шістьом|шестеро",
    "7": "seven|sju|сім|семи|сімох|сімом|семеро",
    "8": "eight|åtta|вісім|восьми|вісьмох|вісьмом|восьмеро",
    "9": "nine|nio|дев['’ʼ]ят(?:ь|и|ьох|ьом|еро)",
    "10": "ten|tio|десят(?:ь|и|ьох|ьом|еро)",
    "11": "eleven|elva|одинадцят(?:ь|и)",
    "12": "twelve|tolv|дванадцят(?:ь|и)",
    "14": "fourteen|fjorton|чотирнадцят(?:ь|и)",
    "15": "fifteen|femton|п['’ʼ]ятнадцят(?:ь|и)",
    "20": "twenty|tjugo|двадцят(?:ь|и)",
    "30": "thirty|trettio|тридцят(?:ь|и)",
}
_UNITS = (
    "months?|weeks?|years?|days?|hours?|minutes?|kronor|per ?cent|adults?|child(?:ren)?|times"
    "|månad(?:er|erna)?|veck(?:or|orna)|år(?:en|s)?|dag(?:ar|arna)|(?:bank|arbets)dagar|timm(?:ar|arna)|minuter"
    "|procent|vuxna|barn|gånger"
    "|місяц\\w+|тижн\\w+|рок\\w+|дн(?:і|ів|ями|ях)|діб|доби|годин\\w*|хвилин\\w*|крон\\w*|відсотк\\w+|доросл\\w+|дітей|дітьми|разів"
)
_HALF = "half(?!-)|hälften|halvår(?:et)?|половин[аиуою]+|пів року|півроку"
_NUMBER = "|".join(f"(?P<n{value}>{words})" for value, words in _WORDS.items())
_COUNTED = re.compile(rf"\b(?:(?:{_NUMBER})(?:\s+\w+)?\s+(?:{_UNITS})|(?P<half>{_HALF}))\b", re.IGNORECASE)


class Counted(NamedTuple):
    """`value`: digits, or ½. `at`: where in the text the words begin."""

    value: str
    at: int
    words: str


def counted(text: str) -> Iterator[Counted]:
    """Yield the numbers that the text says in words, in order."""
    for found in _COUNTED.finditer(text):
        name = found.lastgroup or ""
        yield Counted("½" if name == "half" else name.removeprefix("n"), found.start(), found[0])


def says_a_number(text: str) -> bool:
    """Return whether any number is said in words."""
    return bool(_COUNTED.search(text))
