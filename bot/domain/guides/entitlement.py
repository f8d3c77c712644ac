"""The guide "may I get the allowance": status, register, citizenship, means; then yes, no or whom to ask, with the days."""

from __future__ import annotations

from bot.domain import doors, screens
from bot.domain.conversation import Frame
from bot.domain.guides import typed
from bot.domain.guides.guide import Answers, Guide, Option, Question, one_of
from bot.domain.guides.papers import doubts_of, sources_of
from bot.domain.guides.status import SAID, registered, yes_or_no
from bot.domain.messages import Button, Line, Message, OfficeShown, Part, say
from bot.domain.right_to_lma import (
    OLD_PERMITS_BEFORE,
    OLD_PERMITS_END,
    REGISTER_RULE_SINCE,
    Right,
    Situation,
    Verdict,
    right_to_lma,
)

ARTICLE = "lma-who"
_SETTLED = (Right.REGISTERED, Right.NOT_YET)
_STATUS = {"h": "has", "a": "applied", "n": "not", "o": "other"}
_MEANS = {"0": "none", "i": "income", "e": "enough"}


def questions(answers: Answers, frame: Frame) -> tuple[Question, ...]:
    status = answers.get("s", "")
    if status in ("n", "o"):
        return (_status(),)
    register = [] if status == "a" else [registered()]
    if answers.get("r") == "y" and register:
        return (_status(), *register)
    return (_status(), *register, yes_or_no("e", say("Citizenship"), say("Are you a citizen of an EU country?")), _means())


def _status() -> Question:
    return Question(
        "s",
        say("Protection"),
        say("Do you have temporary protection in Sweden?"),
        (
            # Translators: button, max 24
            Option("h", say("Yes, I have it"), (*typed.YES, "маю", "есть", "har", "have")),
            # Translators: button, max 24
            Option("a", say("I have applied"), ("подала", "подав", "подал", "чекаю", "жду", "väntar", "har ansökt", "applied")),
            # Translators: button, max 24
            Option("n", say("I have not applied"), (*typed.NO, "не подавала", "не подавав", "inte ansökt", "not applied")),
            # Translators: button, max 24
            Option("o", say("Asylum, other, or ended"), ("притулок", "убежище", "asyl", "asylum")),
        ),
        one_of(*_STATUS),
    )


def _means() -> Question:
    return Question(
        "m",
        say("Own money"),
        say("Do you have money of your own? Your partner's income counts too, and things that can be sold."),
        (
            # Translators: button, max 24
            Option("0", say("No, none"), typed.NO),
            # Translators: button, max 24
            Option("i", say("A small income"), ("пенсія", "пенсия", "pension", "трохи", "немного", "lite", "a little")),
            # Translators: button, max 24
            Option("e", say("Enough to live on"), ("вистачає", "хватает", "räcker", "enough")),
        ),
        one_of(*_MEANS),
    )


def result(answers: Answers, place: str | None, frame: Frame) -> Message:
    situation = Situation(
        _STATUS.get(answers.get("s", "")),
        SAID.get(answers.get("r", "")),
        SAID.get(answers.get("e", "")),
        _MEANS.get(answers.get("m", "")),
    )
    verdict = right_to_lma(situation, frame.today)
    parts: list[Part] = [
        Line(say("May you get the daily allowance (LMA)?"), "title"),
        *doubts_of(_rests_on(verdict), frame),
        *_said(verdict),
        *(Line(_OPEN[name], "item") for name in verdict.open),
        *_days(verdict),
        Line(say("This is no decision. Only the Migration Agency (Migrationsverket) decides."), "note"),
        *(() if verdict.right in _SETTLED else (Line(say("Not sure? Apply anyway."), "note"),)),
        *sources_of(_rests_on(verdict), place, frame),
    ]
    office = "economic_support" if verdict.right is Right.REGISTERED else "sverige.migration_agency"
    return Message((*parts, OfficeShown(office, place)), _ways_on(verdict, frame))


_SAID = {
    Right.YES: (
        say("Yes. By the rules we know you can get the allowance."),
        say("Apply today: money can be granted from the day you apply at the earliest."),
    ),
    Right.DIFFERENCE: (
        say("Perhaps. If your income is lower than the allowance, you can get the difference."),
        say("If it is higher, you get nothing. You must report all income."),
    ),
    Right.NOT_YET: (
        say("Not yet. The right begins when you have applied for protection."),
        say("Apply for protection, and for the allowance the same day. It is an application of its own."),
    ),
    Right.REGISTERED: (
        say("No. In the population register you get no allowance from the Migration Agency."),
        say("Instead you can apply to the municipality for social assistance (ekonomiskt bistånd)."),
    ),
    Right.OWN_MEANS: (
        say("No, not as long as you have money of your own: it comes first."),
        say("When it runs out you can apply."),
    ),
    Right.ASK_EU: (say("Ask the Migration Agency. EU citizens get the allowance only on exceptional grounds."),),
    Right.ASK_OTHER: (
        say("Ask the Migration Agency. With asylum, another permit or a permit that has ended, other rules apply."),
    ),
    Right.DEPENDS: (say("It depends on what you skipped:"),),
}
_OPEN = {
    "status": say("Have you applied for temporary protection? Before that you get no allowance."),
    "registered": say("Are you in the population register? Then you get none."),
    "eu_citizen": say("Are you an EU citizen? Then only on exceptional grounds."),
    "means": say("Do you have money or income? It comes first; a smaller income leaves the difference."),
}


def _rests_on(verdict: Verdict) -> tuple[str, ...]:
    """Return the articles that carry what is said, its days among it."""
    permit = ("permit-extend",) if verdict.permit_ends or verdict.permit_ended else ()
    return (ARTICLE, *permit, *(("register-population",) if verdict.register_soon else ()))


def _said(verdict: Verdict) -> tuple[Part, ...]:
    first, *more = _SAID[verdict.right]
    return (Line(first, "text" if verdict.right is Right.DEPENDS else "title"), *(Line(text) for text in more))


def _days(verdict: Verdict) -> list[Part]:
    parts: list[Part] = []
    if verdict.permit_ended:
        ended = say(
            "A permit decided before {before} ended on {end}, unless it was extended. "
            "Without a permit this answer does not hold.",
            before=OLD_PERMITS_BEFORE, end=OLD_PERMITS_END,
        )  # fmt: skip
        parts.append(Line(ended, "warning"))
    if verdict.permit_ends:
        ends = say(
            "A permit decided before {before} ends on {end}. Apply in time to extend it: it is not done by itself.",
            before=OLD_PERMITS_BEFORE, end=OLD_PERMITS_END,
        )  # fmt: skip
        parts.append(Line(ends))
    if verdict.register_soon:
        register = say(
            "Since {day}: after twelve months with a permit you must register if you will stay six months more. "
            "Then the allowance stops.",
            day=REGISTER_RULE_SINCE,
        )
        parts.append(Line(register))
    return parts


def _ways_on(verdict: Verdict, frame: Frame) -> tuple[tuple[Button, ...], ...]:
    after = {
        Right.NOT_YET: ("permit-apply", "lma-before-decision"),
        Right.REGISTERED: ("benefits-registered", "register-population"),
        Right.ASK_OTHER: ("permit-extend", "permit-asylum"),
        Right.OWN_MEANS: ("lma-work-income", "lma-apply"),
    }.get(verdict.right, ("lma-apply", ARTICLE))
    count = () if verdict.right in _SETTLED else (doors.DOORS["lma"],)
    return screens.rows([*count, *(screens.opens(frame, a) for a in after if a in frame.catalog.articles)])


RIGHT = Guide("right", say("May I get the daily allowance?"), ARTICLE, questions, result)
