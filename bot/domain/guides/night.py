"""The guide for tonight: who, permit, register, place; then whom to ring this minute, what to say, and what to do next day."""

from __future__ import annotations

from bot.domain import screens
from bot.domain.awake_first import who_answers
from bot.domain.conversation import Frame
from bot.domain.guides.guide import Answers, Guide, Option, Question, one_of
from bot.domain.guides.papers import doubts_of, sources_of
from bot.domain.guides.status import SAID, applied, registered
from bot.domain.messages import Button, Line, Message, OfficeShown, Part, say
from bot.domain.tonight import First, Night, tonight
from bot.domain.urgent import CALL_112, IN_DANGER

ARTICLE = "housing-tonight"
OFFICES = "https://www.migrationsverket.se/en/contact-us/visit-us.html"


def questions(answers: Answers, frame: Frame) -> tuple[Question, ...]:
    if answers.get("w") == "m":
        return (_who(),)
    return (_who(), applied(), *([] if answers.get("s") == "n" else [registered()]))


def _who() -> Question:
    return Question(
        "w",
        say("Who it is for"),
        say("Who needs a place to sleep tonight?"),
        (
            # Translators: button, max 24
            Option(
                "a", say("An adult or a family"), ("дорослий", "родина", "сім'я", "семья", "familj", "vuxen", "family", "adult")
            ),
            # Translators: button, max 24
            Option("m", say("Under 18 and alone"), ("дитина", "ребёнок", "barn", "child")),
        ),
        one_of("a", "m"),
    )


def result(answers: Answers, place: str | None, frame: Frame) -> Message:
    if answers.get("w") == "m":
        return screens.child_alone(place, frame)
    is_registered = SAID.get(answers.get("r", ""))
    night = tonight(frame.catalog, place, frame.now, registered=is_registered)
    parts: list[Part] = [
        Line(say("A place to sleep tonight"), "title"),
        IN_DANGER,
    ]
    if night.first is First.AGENCY:
        parts += [*_agency_now(), Line(say("No help there, or is it closed? Call the social services (socialtjänst):"), "title")]
    else:
        parts.append(Line(say("Call the social services (socialtjänst) where you are now:"), "title"))
    parts += [*who_answers(place, frame, for_child=False), _NO_ANSWER, *_what_to_say(), *_next_day(night, answers)]
    caveats = () if is_registered else doubts_of((ARTICLE,), frame)
    parts += [*caveats, *sources_of((ARTICLE,), place, frame)]
    return Message(tuple(parts), _ways_on(answers, frame))


_NO_ANSWER = Line(say("No number, or nobody answers? Call 112 and ask for “socialjour”."))


def _agency_now() -> tuple[Part, ...]:
    here = (("Migrationsverket", OFFICES),)
    return (
        Line(
            say("It is daytime: go to an office of the Migration Agency (Migrationsverket) now. Ask for a place to live."),
            "title",
        ),
        Line(say("You ask in person. We do not know today's hours. Offices and hours: "), links=here),
        OfficeShown("sverige.migration_agency"),
    )


def _what_to_say() -> tuple[Part, ...]:
    return (
        Line(say("Say or show in Swedish: “Jag är från Ukraina. Jag har ingenstans att sova i natt.”")),
        Line(say("It means: I am from Ukraine and have nowhere to sleep tonight.")),
        Line(say("Say where you are. Say if you have children with you, are pregnant or ill.")),
        Line(say("They decide what help you can get. We cannot promise a bed."), "note"),
    )


def _next_day(night: Night, answers: Answers) -> list[Part]:
    if not night.agency_then:
        return [
            Line(
                say("On {day}: call the municipality where you are registered and ask for the social services.", day=night.then)
            ),
        ]
    parts: list[Part] = []
    if night.first is not First.AGENCY:
        go = say("On {day}: go to an office of the Migration Agency when it opens. Ask for a place to live. ", day=night.then)
        parts.append(Line(go, links=(("Migrationsverket", OFFICES),)))
    if answers.get("s") == "n":
        parts.append(Line(say("Apply for protection the same day: help from the Migration Agency begins with the application.")))
    return parts


def _ways_on(answers: Answers, frame: Frame) -> tuple[tuple[Button, ...], ...]:
    after = [ARTICLE, "permit-apply" if answers.get("s") == "n" else "housing-help"]
    return (
        (CALL_112,),
        (screens.CHILD_ALONE,),
        *screens.rows([screens.opens(frame, a) for a in after if a in frame.catalog.articles]),
    )


NIGHT = Guide(
    "night",
    say("A place to sleep tonight: who to call"),
    ARTICLE,
    questions,
    result,
    asks_place=lambda answers: answers.get("w") != "m",
)
