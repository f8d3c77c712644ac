"""The questions about a child alone, one at a time, in our own chat. Each may be skipped; one may go back, correct and stop.

Actions: `q:<question>:<value>`, `q.skip:<question>`, `q.back:<question>`, `q.ask:<question>`, `q.sum`, `q.done`. Flow `report`:
the next words answer the question that was asked. An old button answers its own question, never another.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.domain import report_talk
from bot.domain.conversation import Conversation, Frame, Reply, Transition
from bot.domain.messages import Button, Line, Message, say
from bot.domain.report import ANSWER_AT_MOST, BY_ID, Question, before, label, next_after
from bot.domain.report_effects import AnswerReport, ShowReport
from bot.domain.urgent import CALL_112, IN_DANGER


def answer(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    id_, _, value = argument.partition(":")
    known, question = report_talk.report_of(conversation), BY_ID.get(id_)
    if known is None or question is None or label(question, value, known["a"]) is None:
        return _lost(conversation, frame)
    return _answered(conversation, question, value, frame)


def typed(conversation: Conversation, words: str, frame: Frame) -> Transition | None:
    """Take the words as the answer to what was asked; a choice said in words is an answer, too."""
    known = report_talk.report_of(conversation)
    question = BY_ID.get(known["q"]) if known else None
    if question is None:
        return None
    answered = _answered(conversation, question, words[:ANSWER_AT_MOST], frame)
    if frame.found and frame.found.danger:
        urgent = IN_DANGER
        call = ((CALL_112,),)
        return replace(answered, effects=(Reply(Message((urgent,), call)), *answered.effects))
    return answered


def _answered(conversation: Conversation, question: Question, value: str, frame: Frame) -> Transition:
    known = report_talk.report_of(conversation)
    assert known
    known["a"] = {**known["a"], question.id: value}
    return _store(conversation, known, next_after(question.id, known["a"]), frame, question.id)


def _store(
    conversation: Conversation, known: dict[str, Any], following: Question | None, frame: Frame, changed: str = ""
) -> Transition:
    conversation = replace(conversation, answers={**conversation.answers, "report": known})
    effect = AnswerReport(known["key"], known["a"], finished=following is None, changed=changed)
    return report_talk.ask(Transition(conversation, (effect,)), following, frame)


def skip(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    known = report_talk.report_of(conversation)
    if known is None or argument not in BY_ID:
        return _lost(conversation, frame)
    return _store(conversation, known, next_after(argument, known["a"]), frame)


def back(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    known = report_talk.report_of(conversation)
    if known is None:
        return _lost(conversation, frame)
    return report_talk.ask(Transition(conversation), before(argument, known["a"]) or next_after("", {}), frame)


def ask(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Put one question again, to correct its answer."""
    if report_talk.report_of(conversation) is None or argument not in BY_ID:
        return _lost(conversation, frame)
    return report_talk.ask(Transition(conversation), BY_ID[argument], frame)


def done(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    known = report_talk.report_of(conversation)
    if known is None:
        return _lost(conversation, frame)
    return _store(conversation, known, None, frame)


def summary(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    if report_talk.report_of(conversation) is None:
        return _lost(conversation, frame)
    return report_talk.ask(Transition(conversation), None, frame)


def _lost(conversation: Conversation, frame: Frame) -> Transition:
    """A button of a report that this conversation no longer has: say how to go on."""
    known = report_talk.report_of(conversation)
    if known:
        return report_talk.go_on(Transition(replace(conversation, flow="case"), (ShowReport(known["key"]),)), frame)
    line = Line(say("This report is not open here any more. To go on, use your code, or start again."))
    buttons = ((Button(say("I have a code"), "code"),), (Button(say("I see a child alone"), "child", style="danger"),))
    return Transition(replace(conversation, flow="")).saying(Message((line,), buttons))


ACTIONS = {
    "q": answer,
    "q.skip": skip,
    "q.back": back,
    "q.ask": ask,
    "q.sum": summary,
    "q.done": done,
}
