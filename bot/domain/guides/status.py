"""Questions about a person's status that several guides ask, with the same keys and values everywhere."""

from __future__ import annotations

from bot.domain.guides import typed
from bot.domain.guides.guide import Option, Question, one_of
from bot.domain.messages import Text, say

YES_NO = (Option("y", say("Yes"), typed.YES), Option("n", say("No"), typed.NO))
SAID = {"y": True, "n": False}


def yes_or_no(key: str, name: Text, ask: Text) -> Question:
    return Question(key, name, ask, YES_NO, one_of("y", "n"))


def applied() -> Question:
    not_yet = Option("n", say("Not yet"), (*typed.NO, "ще ні", "ещё нет", "inte än", "not yet"))
    ask = say("Have you applied for protection in Sweden, or do you have it?")
    return Question("s", say("The application"), ask, (YES_NO[0], not_yet), one_of("y", "n"))


def registered() -> Question:
    return yes_or_no("r", say("Population register"), say("Are you in the population register (folkbokförd)?"))
