"""The questions of the allowance guide: who, food, children, income; the day only on request.

Children are kept by the first age of their band, one base-36 digit each; "!" ends the list.
"""

from __future__ import annotations

from datetime import date

from bot.domain.allowance import YOUNG, Version, version_on
from bot.domain.conversation import Frame
from bot.domain.guides import typed
from bot.domain.guides.guide import Answers, Option, Question, one_of
from bot.domain.messages import Line, Text, say

AGES = "0123456789abcdefghijk"  # 0 to 20 years
END = "!"
CHILDREN_AT_MOST = 12
Bands = tuple[tuple[int, int], ...]  # first and last age


def day_of(answers: Answers, today: date) -> date:
    """Return the day that is counted for."""
    return _written(answers.get("d", "")) or today


def _written(value: str) -> date | None:
    plain = len(value) == 8 and value.isascii() and value.isdecimal()
    return typed.day(f"{value[:4]}-{value[4:6]}-{value[6:]}") if plain else None


def _is_day(value: str) -> bool:
    return _written(value) is not None


def questions(answers: Answers, frame: Frame) -> tuple[Question, ...]:
    version = version_on(frame.catalog.allowance, day_of(answers, frame.today))
    if answers.get("w") == "m":
        return (_who(version),)
    return (_who(version), _food(), _children(answers, frame), _income(), _which_day(frame))


def _who(version: Version | None) -> Question:
    options = [
        # Translators: button, max 24
        Option("a", say("One adult"), ("один дорослий", "один взрослый", "en vuxen", "one adult", "single")),
        Option("c", say("A couple"), ("пара", "двоє", "двое", "чоловік", "дружина", "муж", "par", "sambo", "couple", "gift")),
        # Translators: button, max 24
        Option("y", say("18–20, with my parents"), ("18", "19", "20", "з батьками", "с родителями", "med föräldrar")),
        # Translators: button, max 24
        Option("m", say("I am under 18"), ("15", "16", "17", "до 18", "under 18")),
    ]
    if version and version.friends_share:
        # Translators: button, max 24
        options.insert(1, Option("f", say("I share with friends"), ("друзі", "друзья", "vänner", "friends", "kompisar")))
    return Question(
        "w",
        say("The adults"),
        say("Which adults do we count? A couple is a husband, wife or partner you live with."),
        tuple(options),
        one_of("a", "c", "y", "m", "f"),
    )


def _food() -> Question:
    return Question(
        "f",
        say("The food"),
        say("Is food free where you live?"),
        (
            # Translators: button, max 24
            Option("n", say("No, we buy our food"), (*typed.NO, "купуємо", "покупаем", "köper", "buy")),
            # Translators: button, max 24
            Option("y", say("Yes, food is free"), (*typed.YES, "годують", "кормят", "gratis", "free")),
        ),
        one_of("n", "y"),
    )


def _children(answers: Answers, frame: Frame) -> Question:
    so_far = answers.get("k", "").rstrip(END) if _is_children(answers.get("k", "")) else ""
    bands = _bands(frame)
    options = [Option(so_far + AGES[first], say("{first}–{last} years", first=first, last=last)) for first, last in bands]
    full = len(so_far) >= CHILDREN_AT_MOST
    none = say("No more children") if so_far else say("No children")
    done = Option(so_far + END, none, (*typed.NO, "більше немає", "больше нет", "klart", "done", "без дітей", "no children"))
    ask = (
        say("One more child? Press the age of the next one, until all are in.")
        if so_far
        else say("Sons and daughters who live with you: press the age of one. Or write all ages, for example: 2, 7, 15.")
    )
    listed = tuple(Line(_band_text(AGES.index(letter), bands), "item") for letter in so_far)
    return Question(
        "k",
        say("The children"),
        ask,
        (*(() if full else options), done),
        _is_children,
        lambda words: _read_ages(words, bands),
        complete=lambda value: value.endswith(END),
        notes=(Line(say("So far:")), *listed) if listed else (),
        several=True,
        per_row=2,
    )


def _bands(frame: Frame) -> Bands:
    """Return the age bands of the newest rules; those for bought food, which are the finer ones."""
    versions = frame.catalog.allowance
    rates = versions[-1].own_food.children if versions else ()
    return (*((rate.first, rate.last) for rate in rates), YOUNG)


def _band_text(age: int, bands: Bands) -> Text:
    first, last = next((band for band in bands if band[0] <= age <= band[1]), (age, age))
    return say("{first}–{last} years", first=first, last=last)


def _is_children(value: str) -> bool:
    ages = value.removesuffix(END)
    return bool(value) and len(ages) <= CHILDREN_AT_MOST and all(letter in AGES for letter in ages)


def _read_ages(words: str, bands: Bands) -> str:
    found = typed.ages(words)
    if not found or len(found) > CHILDREN_AT_MOST:
        return ""
    firsts = [next((first for first, last in bands if first <= age <= last), None) for age in found]
    return "" if None in firsts else "".join(AGES[first] for first in firsts if first is not None) + END


def _income() -> Question:
    return Question(
        "i",
        say("Income or savings"),
        say("Do you have an income? Pay or a pension from Ukraine counts, also your partner's. Write the sum for a month."),
        (
            # Translators: button, max 24
            Option("0", say("No income"), (*typed.NO, "без доходу", "ingen inkomst", "no income")),
            # Translators: button, max 24
            Option("y", say("Yes, but not the sum"), (*typed.YES, "працюю", "работаю", "jobbar", "i work")),
            # Translators: button, max 24
            Option("m", say("Savings or a car"), ("заощадження", "сбережения", "авто", "sparpengar", "bil", "savings", "car")),
        ),
        lambda value: value in ("y", "m") or (value.isascii() and value.isdecimal() and len(value) <= 6),
        typed.kronor,
    )


def _which_day(frame: Frame) -> Question:
    versions = frame.catalog.allowance
    # Translators: button, max 24; {day} is written out, for example "4 September 2024"
    before = [Option(f"{v.since:%Y%m%d}", say("From {day}", day=v.since)) for v in versions]
    today = Option(f"{frame.today:%Y%m%d}", say("Today"), ("сьогодні", "сегодня", "today", "idag", "i dag"))
    return Question(
        "d",
        say("Another day"),
        say("For which day do we count? Press, or write the day like this: 2026-09-30."),
        (today, *reversed(before)),
        _is_day,
        lambda words: f"{found:%Y%m%d}" if (found := typed.day(words)) else "",
        on_request=True,
    )
