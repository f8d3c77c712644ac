"""The talk about a report: which question comes next, how it looks, and the summary. Shared by the flows of a child alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.domain.awake_first import who_answers
from bot.domain.conversation import Conversation, Frame, Reply, Transition
from bot.domain.messages import Button, Line, Message, Part, Text, Verbatim, say
from bot.domain.report import BY_ID, DANGER, SAFE, UNSURE, Question, asked_of, label, next_after, wording
from bot.domain.urgent import CALL_112, IN_DANGER

Known = dict[str, Any]
# What was answered before there was a report can be corrected as long as there is one.
CHANGES = ((Button(say("Change: if it is safe"), "child.safe"),), (Button(say("Change: the municipality"), "child.where"),))
GO_ON = Button(say("Go on with it"), "case", style="primary")
AGAIN = Button(say("Open our chat again"), "case:link")
ANOTHER = Button(say("Report another child"), "child.new")
SAFETY = {
    DANGER: say("No, it is in danger"),
    SAFE: say("Yes, for the moment"),
    UNSURE: say("I do not know"),
}


def known(key: str, code: str, place: str | None, safety: str) -> Known:
    """Return what a conversation remembers of its report; see `report_of`."""
    return {"key": key, "code": code, "place": place, "safe": safety, "q": "", "a": {}}


def report_of(conversation: Conversation) -> Known | None:
    """Return what the conversation remembers of its report: key, code, place, safe, q (the question asked), a (answers).

    `to_place`: it was filed for danger, and where the child is has not been said yet.
    """
    known = conversation.answers.get("report")
    return dict(known) if known else None


def offered(known: Known, frame: Frame) -> Message:
    """Return the report there is, before a new one is begun."""
    if frame.closed_at:
        closed = Line(say("Your report {code} is closed. Is it another child, or another day? Report anew.", code=known["code"]))
        anew = replace(ANOTHER, style="danger")
        return Message((closed, IN_DANGER), ((CALL_112,), (anew,), (replace(GO_ON, style=""),)))
    return Message(
        (
            Line(say("You have a report here: {code}.", code=known["code"]), "title"),
            Line(say("Is the child in danger now? Call 112."), "warning"),
            *who_answers(known.get("place"), frame),
        ),
        (
            (CALL_112,),
            (GO_ON,),
            (ANOTHER,),
        ),
    )


def begin(transition: Transition, frame: Frame) -> Transition:
    """Ask the first question."""
    return ask(transition, next_after("", {}), frame)


def go_on(transition: Transition, frame: Frame) -> Transition:
    """Ask again what was left open, if anything was."""
    known = report_of(transition.conversation)
    question = BY_ID.get(known["q"]) if known else None
    return ask(transition, question, frame) if question else transition


def ask(transition: Transition, question: Question | None, frame: Frame) -> Transition:
    known = report_of(transition.conversation)
    assert known
    known["q"] = question.id if question else ""
    answers = {**transition.conversation.answers, "report": known}
    conversation = replace(transition.conversation, answers=answers, flow="report" if question else "case")
    message = _screen(question, known["a"]) if question else _summary(known, frame)
    return Transition(conversation, (*transition.effects, Reply(message)))


def _screen(question: Question, answers: dict[str, str]) -> Message:
    text, choices = wording(question, answers)
    asked = asked_of(answers)
    number = asked.index(question) + 1 if question in asked else 1
    note = say("Question {number} of {all}. Skip what you do not know.", number=number, all=len(asked))
    first = (
        (
            Line(
                say("The social services read this. They are called already; if you stop half-way, they have what you answered."),
                "note",
            ),
        )
        if number == 1
        else ()
    )
    duty = (Line(_DUTY, "note"),) if answers.get("who") == "job" and number == 2 else ()
    for_child = (Line(_FOR_CHILD),) if answers.get("who") == "self" and number == 2 else ()
    rows: list[tuple[Button, ...]] = [(Button(say(words), f"q:{question.id}:{value}"),) for value, words in choices]
    back = () if number == 1 else (Button(say("Back"), f"q.back:{question.id}"),)
    rows.append((*back, Button(say("Skip"), f"q.skip:{question.id}")))
    rows.append((Button(say("That is all"), "q.done"),))
    return Message((*for_child, *duty, Line(say(text), "title"), *first, Line(note, "note")), tuple(rows))


_DUTY = say(
    "In many jobs the law tells you to report at once (socialtjänstlagen 2025:400, chapter 19, section 1). "
    "This is your report. The social services may ask you more, and the family may learn who reported."
)
_FOR_CHILD = say("It is good that you write. Nobody is angry with you. Stay where there are other people, if you can.")


def _summary(known: Known, frame: Frame) -> Message:
    """All that was answered, each to be corrected, and what happens next."""
    answers = known["a"]
    parts: list[Part] = [Line(say("Your report {code}", code=known["code"]), "title")]
    if known.get("safe") in SAFETY:
        parts += [Line(say("Is the child safe right now?"), "note"), Line(SAFETY[known["safe"]])]
    place = frame.catalog.places.get(known.get("place") or "")
    parts += [Line(say("Municipality"), "note"), Line(place.names if place else say("Not known"))]
    for question in asked_of(answers):
        if question.id in answers:
            parts.append(Line(say(wording(question, answers)[0]), "note"))
            chosen = label(question, answers[question.id], answers)
            parts.append(Line(say(chosen)) if chosen else Verbatim(answers[question.id]))
    parts.append(Line(_next(answers)))
    change = [Button(_short(q), f"q.ask:{q.id}") for q in asked_of(answers)]
    change[:0] = [button for row in CHANGES for button in row]
    rows = [tuple(change[i : i + 2]) for i in range(0, len(change), 2)]
    rows += [
        (CALL_112,),
        (Button(say("A code to come back"), "receipt"),),
        (Button(say("It was a mistake"), "child.cancel"), Button(say("Other questions"), "home")),
    ]
    return Message(tuple(parts), tuple(rows))


def _next(answers: dict[str, str]) -> Text:
    if answers.get("who") == "self":
        return say("You did well. A grown-up at the social services reads this. Their answer comes here. Write more at any time.")
    return say("The social services have it. Their answer comes here. To add something, just write it.")


_SHORT = {
    "who": say("Change: who I am"),
    "where": say("Change: where"),
    "until": say("Change: until when"),
    "company": say("Change: with whom"),
    "guardian": say("Change: guardian"),
    "count": say("Change: how many"),
    "ages": say("Change: age"),
    "languages": say("Change: language"),
    "needs": say("Change: needs"),
    "reach": say("Change: reach me"),
}


def _short(question: Question) -> Text:
    return _SHORT[question.id]
