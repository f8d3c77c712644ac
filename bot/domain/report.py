"""A report of a child alone: what it is, its life, what is asked about it, and what its reporter may see of it.

received -> taken -> closed, and back by release or reopening. What was answered and written is sealed (see the vault); a
Report carries only what pages and queues need: where, how urgent, whose it is, and since when.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.messages import N_, Text, say

RECEIVED, TAKEN, CLOSED = "received", "taken", "closed"
DANGER, UNSURE, SAFE = "danger", "unsure", "safe"  # what the reporter says of the child right now
URGENCY = {DANGER: 0, UNSURE: 1, SAFE: 2}  # the smaller, the sooner
UNFINISHED_AFTER = timedelta(minutes=15)  # without another answer it is marked as left half-way; it counts all the same

OUTCOMES = ("met", "handed_over", "police", "with_guardian", "not_found", "no_child", "duplicate", "practice")


@dataclass(frozen=True, slots=True)
class Report:
    """`key`: what its reporter's conversation knows it by. `code`: what staff say on the phone. Times are aware UTC.

    `unfinished`: the reporter stopped half-way. `asked_at`: staff wait for the reporter's answer since. `practice`: a drill.
    """

    id: int
    key: str
    code: str
    place: str | None
    unit: str | None
    safety: str
    state: str
    language: str
    practice: bool
    unfinished: bool
    created_at: datetime
    owner: int | None = None
    taken_at: datetime | None = None
    asked_at: datetime | None = None
    closed_at: datetime | None = None
    offered_to: str | None = None  # the unit that is asked to take it over; until it does, it stays where it is
    proved: bool = True  # False: it came in a flood, by a browser that had not worked for it: listed after the others


def status(report: Report, local_time: str = "") -> Text:
    """Return what the reporter sees: one of four sentences. `local_time`: when it was taken, Swedish wall time."""
    if report.state == CLOSED:
        return say("Your report is closed. Has something new happened? Write it here, or call 112.")
    if report.state == TAKEN and report.asked_at:
        return say("The social services wait for your answer.")
    if report.state == TAKEN:
        return say("A person at the social services has had your report since {time}.", time=local_time)
    return say("We have your report. No person has accepted it yet.")


# --- what is asked, one question at a time --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Question:
    """`child`: the same question for a child who reports for itself, None = it is not asked then.

    `choices`: (value, label); with `typed` the person may also answer in their own words. `only_if`: asked when an earlier
    answer is one of these values.
    """

    id: str
    text: str
    choices: tuple[tuple[str, str], ...] = ()
    child: str | None = None
    child_choices: tuple[tuple[str, str], ...] = ()
    typed: bool = False
    only_if: tuple[str, tuple[str, ...]] | None = None


QUESTIONS = (
    Question(
        "who",
        N_("Who are you?"),
        (
            ("with", N_("I am with the child")),
            ("saw", N_("I saw the child")),
            ("self", N_("I am the child")),
            ("job", N_("I met it in my work")),
        ),
    ),
    Question(
        "where",
        N_("Where exactly is the child? A street, a platform, a shop."),
        child=N_("Where are you now? What do you see around you?"),
        typed=True,
    ),
    Question(
        "until",
        N_("Until when will the child be there? Choose, or write a time."),
        (
            ("leaving", N_("It is about to leave")),
            ("hour", N_("About an hour")),
            ("longer", N_("Longer")),
            ("unknown", N_("I do not know")),
        ),
        child=N_("How long can you stay there? Choose, or write a time."),
        child_choices=(
            ("leaving", N_("I have to go soon")),
            ("hour", N_("About an hour")),
            ("longer", N_("Longer")),
            ("unknown", N_("I do not know")),
        ),
        typed=True,
    ),
    Question(
        "company",
        N_("Who is the child with?"),
        (
            ("alone", N_("Nobody")),
            ("siblings", N_("Brothers or sisters")),
            ("relative", N_("A relative")),
            ("adult", N_("Another adult")),
            ("group", N_("A group with a leader")),
        ),
        child=N_("Who is with you?"),
        child_choices=(
            ("alone", N_("Nobody")),
            ("siblings", N_("My brothers or sisters")),
            ("relative", N_("A relative")),
            ("adult", N_("Another adult")),
            ("group", N_("A group with a leader")),
        ),
    ),
    Question(
        "guardian",
        N_("Is that adult the child's parent or legal guardian?"),
        (("yes", N_("Yes")), ("no", N_("No")), ("unknown", N_("I do not know"))),
        child=N_("Is that adult your mother, your father or your guardian?"),
        child_choices=(("yes", N_("Yes")), ("no", N_("No")), ("unknown", N_("I do not know"))),
        only_if=("company", ("relative", "adult", "group")),
    ),
    Question(
        "count",
        N_("How many children are there?"),
        (("1", N_("One")), ("2", N_("Two")), ("3", N_("Three")), ("4+", N_("Four or more"))),
        child=N_("How many children are you, with you?"),
        child_choices=(("1", N_("Only me")), ("2", N_("Two")), ("3", N_("Three")), ("4+", N_("Four or more"))),
        typed=True,
    ),
    Question(
        "ages",
        N_("About how old? Guess."),
        (("0-6", N_("0–6 years")), ("7-12", N_("7–12 years")), ("13-15", N_("13–15 years")), ("16-17", N_("16–17 years"))),
        child=N_("How old are you?"),
        child_choices=(
            ("0-6", N_("0–6 years")),
            ("7-12", N_("7–12 years")),
            ("13-15", N_("13–15 years")),
            ("16-17", N_("16–17 years")),
        ),
        typed=True,
    ),
    Question(
        "languages",
        N_("Which language does the child speak?"),
        (("uk", N_("Ukrainian")), ("ru", N_("Russian")), ("en", N_("English")), ("unknown", N_("I do not know"))),
        child=N_("Which language do you speak best?"),
        child_choices=(("uk", N_("Ukrainian")), ("ru", N_("Russian")), ("en", N_("English"))),
        typed=True,
    ),
    Question(
        "needs",
        N_("What does the child need right now?"),
        (
            ("care", N_("Medical care")),
            ("food", N_("Food or clothes")),
            ("sleep", N_("A place to sleep")),
            ("nothing", N_("Nothing urgent")),
        ),
        child=N_("What do you need right now?"),
        child_choices=(
            ("care", N_("I am ill or hurt")),
            ("food", N_("Food or clothes")),
            ("sleep", N_("A place to sleep")),
            ("nothing", N_("Nothing urgent")),
        ),
        typed=True,
    ),
    Question(
        "reach",
        N_("How can the social services reach you? Write a phone number, or choose."),
        (("here", N_("In this chat")), ("no", N_("Not at all"))),
        child=N_("How can we reach you? Write a phone number, or choose."),
        child_choices=(("here", N_("In this chat")), ("no", N_("Not at all"))),
        typed=True,
    ),
)
BY_ID = {q.id: q for q in QUESTIONS}
ANSWER_AT_MOST = 1_000  # characters


def asked_of(answers: dict[str, str]) -> tuple[Question, ...]:
    """Return the questions that apply, given what has been answered."""
    return tuple(q for q in QUESTIONS if _applies(q, answers))


def next_after(question: str, answers: dict[str, str]) -> Question | None:
    """Return the question that follows; '' = the first. None: all have been asked."""
    ids = [q.id for q in QUESTIONS]
    start = ids.index(question) + 1 if question in ids else 0
    return next((q for q in QUESTIONS[start:] if _applies(q, answers)), None)


def before(question: str, answers: dict[str, str]) -> Question | None:
    ids = [q.id for q in QUESTIONS]
    end = ids.index(question) if question in ids else len(ids)
    return next((q for q in reversed(QUESTIONS[:end]) if _applies(q, answers)), None)


def unaccompanied(answers: dict[str, str]) -> bool | None:
    """Return whether the child counts as unaccompanied: an adult who is no parent or legal guardian does not change it.

    None where it has not been answered. Source: LMA (1994:137) 1 § and Socialstyrelsen's guidance on barn utan vårdnadshavare.
    """
    if answers.get("company") in ("alone", "siblings"):
        return True
    return {"yes": False, "no": True}.get(answers.get("guardian", ""))


def wording(question: Question, answers: dict[str, str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the question's words and choices, for a child where a child answers."""
    if answers.get("who") == "self" and question.child:
        return question.child, question.child_choices or question.choices
    return question.text, question.choices


def label(question: Question, value: str, answers: dict[str, str]) -> str | None:
    """Return the msgid of a chosen value, None where the answer is the person's own words."""
    return dict(wording(question, answers)[1]).get(value)


def _applies(question: Question, answers: dict[str, str]) -> bool:
    if question.only_if is None:
        return True
    other, values = question.only_if
    return answers.get(other) in values
