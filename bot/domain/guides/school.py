"""The guide to school: year of birth, application, place; then what the child may start with here and what to have ready."""

from __future__ import annotations

from bot.domain import screens
from bot.domain.conversation import Frame
from bot.domain.freshness import has_figure
from bot.domain.guides import typed
from bot.domain.guides.guide import Answers, Guide, Option, Question
from bot.domain.guides.papers import doubts_of
from bot.domain.guides.status import SAID, applied, yes_or_no
from bot.domain.messages import ArticleShown, Button, Line, Message, Part, Text, say
from bot.domain.school_start import NEW_YEAR_MONTH, SCHOOL_AGE, SCHOOL_YEARS, UPPER_BEFORE, Stage, Start, school_start

YEARS = 21  # years of birth that are offered and taken
ARTICLES = {
    Stage.BABY: "school-preschool",
    Stage.PRESCHOOL: "school-preschool",
    Stage.UPPER_NOW: "school-upper-secondary",
    Stage.UPPER_REGISTERED: "school-upper-secondary",
    Stage.UPPER_UNSURE: "school-upper-secondary",
    Stage.LATE: "school-sfi",
    Stage.ADULT: "school-sfi",
}


def questions(answers: Answers, frame: Frame) -> tuple[Question, ...]:
    asked = [_born(answers, frame)]
    born = _year(answers)
    if born:
        turns = frame.today.year - born
        if _left_school(born, frame):
            asked.append(_registered())
            if turns == UPPER_BEFORE and answers.get("r") != "y":
                asked.append(yes_or_no("h", say("18 already?"), say("Has the 18th birthday passed?")))
    return (*asked, applied())


def _year(answers: Answers) -> int:
    value = answers.get("b", "")
    return int(value) if len(value) == 4 and value.isascii() and value.isdecimal() else 0


def _left_school(born: int, frame: Frame) -> bool:
    year = frame.today.year - (frame.today.month < NEW_YEAR_MONTH)
    return year - born >= SCHOOL_AGE + SCHOOL_YEARS


def _born(answers: Answers, frame: Frame) -> Question:
    """An age alone leaves two years of birth: then only these two are offered."""
    newest = frame.today.year
    age = answers.get("b", "")
    years = range(newest, newest - YEARS, -1)
    if len(age) in (1, 2) and age.isascii() and age.isdecimal() and int(age) < YEARS:
        years = range(newest - int(age), newest - int(age) - 2, -1)

    def is_ours(value: str) -> bool:
        if not (value.isascii() and value.isdecimal()):
            return False
        return newest - YEARS < int(value) <= newest if len(value) == 4 else len(value) < 3 and int(value) < YEARS

    return Question(
        "b",
        say("Year of birth"),
        say("Which year was the child born? Press, or write the year or the age."),
        tuple(Option(str(year), {"en": str(year)}) for year in years),
        is_ours,
        typed.year_or_age,
        complete=lambda value: len(value) == 4,
        per_row=4,
    )


def _registered() -> Question:
    ask = say("Is the young person in the population register (folkbokförd)?")
    return yes_or_no("r", say("Population register"), ask)


# --- the result ----------------------------------------------------------------------------------------------------------


def result(answers: Answers, place: str | None, frame: Frame) -> Message:
    born = _year(answers)
    title = Line(say("When school starts"), "title")
    if not born:
        shown = _shown("school-start", place, frame)
        note = Line(say("You skipped the year of birth. This is how a child gets a school place:"))
        return Message((title, note, *_not_applied(answers), *shown), _ways_on(answers, "school-start", frame))
    start = school_start(born, frame.today, turned_18=SAID.get(answers.get("h", "")), registered=SAID.get(answers.get("r", "")))
    article = ARTICLES.get(start.stage, "school-start")
    parts: tuple[Part, ...] = (
        title,
        *doubts_of((article,), frame),
        *map(Line, _still_said(_lines(born, start), article, frame)),
        *_not_applied(answers),
        *_to_have_ready(),
        *_shown(article, place, frame),
    )
    return Message(parts, _ways_on(answers, article, frame))


def _still_said(lines: list[Text], article: str, frame: Frame) -> list[Text]:
    """Return the lines; past the day of the article that they rest on, those without a figure, as the article itself does."""
    known = frame.catalog.articles.get(article)
    if known is None or not known.overdue(frame.today):
        return lines
    return [line for line in lines if not line.params and not has_figure(line.msgid)]


def _lines(born: int, start: Start) -> list[Text]:
    year = {"autumn": str(start.school_year), "next": str(start.school_year + 1)}
    match start.stage:
        case Stage.BABY | Stage.PRESCHOOL:
            return _preschool(born, start)
        case Stage.PRESCHOOL_CLASS:
            first = say("By age your child belongs in preschool class (förskoleklass), school year {autumn}/{next}.", **year)
            return [first, say("That is the first of ten school years."), _ASK_NOW]
        case Stage.GRADE:
            by_age = say("By age your child belongs in grade {grade}, school year {autumn}/{next}.", grade=start.grade, **year)
            return [by_age, say("The head teacher decides the grade after seeing what the child knows."), _ASK_NOW]
        case Stage.UPPER_NOW:
            soon = say(
                "Contact the municipality today. Not registered, you must start before the 18th birthday, in {year}.",
                year=_y(born, 18),
            )
            return [_UPPER, soon, _INTRODUCTION]
        case Stage.UPPER_REGISTERED:
            return [_UPPER, say("Registered, you may start up to and including {day}.", day=start.last_day), _INTRODUCTION]
        case Stage.UPPER_UNSURE:
            both = say(
                "Not registered, you must start before 18. Registered, you may start up to and including {day}.",
                day=start.last_day,
            )
            return [_UPPER, both, _INTRODUCTION]
        case Stage.LATE:
            no_right = say("After 18 and not registered there is no right to upper secondary school (gymnasium).")
            return [no_right, say("Ask the municipality what it can offer anyway. Ask also about Swedish for adults.")]
    return [say("The time to start upper secondary school has passed. A registered adult has a right to Swedish classes (sfi).")]


_UPPER = say("By age this is upper secondary school (gymnasium), after the ten school years.")
_INTRODUCTION = say("Most newcomers begin with language introduction (språkintroduktion).")
_ASK_NOW = say("Ask for a place now. A child normally starts within a month of arriving.")


def _y(born: int, age: int) -> str:
    return str(born + age)


def _preschool(born: int, start: Start) -> list[Text]:
    if start.stage is Stage.BABY:
        first = say("The right to preschool (förskola) begins on the first birthday, in {year}.", year=_y(born, 1))
    else:
        first = say("Your child can go to preschool (förskola), from the first birthday on. Ask for a place now.")
    wait = say("The municipality must offer a place within four months after you ask.")
    if start.free_hours:
        free = say("525 hours a year are free of charge.")
    else:
        free = say("From the autumn of {year}, 525 hours a year are free of charge.", year=_y(born, 3))
    school = say("School begins with preschool class (förskoleklass) in the autumn of {year}.", year=_y(born, SCHOOL_AGE))
    return [first, wait, free, school]


def _not_applied(answers: Answers) -> tuple[Part, ...]:
    if answers.get("s") != "n":
        return ()
    return (
        Line(
            say(
                "The right to a place begins when you have applied for protection. "
                "Before that the municipality may let the child start, but need not."
            )
        ),
    )


def _to_have_ready() -> tuple[Part, ...]:
    return (
        Line(say("Good to have ready when you call or come (our advice, no rule):")),
        Line(say("the child's name and age"), "item"),
        Line(say("where you live now"), "item"),
        Line(say("the languages the child speaks"), "item"),
        Line(say("the last school year done, with school papers if you have any"), "item"),
    )


def _shown(article: str, place: str | None, frame: Frame) -> tuple[Part, ...]:
    return (ArticleShown(article, place),) if article in frame.catalog.articles else ()


def _ways_on(answers: Answers, article: str, frame: Frame) -> tuple[tuple[Button, ...], ...]:
    first = ["permit-apply"] if answers.get("s") == "n" else []
    after = [*first, "school-reception-talk" if article == "school-start" else "school-start", "contact-municipality"]
    return screens.rows([screens.opens(frame, a) for a in after if a in frame.catalog.articles])


SCHOOL = Guide("school", say("School: when does it start?"), "school-start", questions, result, asks_place=lambda answers: True)
