"""Relay of one conversation: for a day people answer it, and what the person writes goes to the thread of their question.

Staff begin it at a question; they or the person end it at any time. Danger, reports, buttons and guides go on as ever.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from bot.domain import passed_on, question, question_talk, screens
from bot.domain.conversation import Conversation, Frame, Transition
from bot.domain.messages import Text, say
from bot.domain.people import Staff
from bot.domain.question import Question
from bot.domain.question_effects import TellPeople
from bot.domain.tongue import spoken

HOLDS = timedelta(hours=24)
A_DAY_AT_MOST = 40  # messages of one conversation that reach people
TOLD = "told"  # among the conversation's answers: the day, and how many messages went to people on it


def why_not_begin(question: Question, person: Staff) -> Text | None:
    """Return why that person cannot let people answer the whole conversation, None when they can."""
    if question.passed_on:
        return say("A volunteer passed this question on: the conversation is not the asker's own.")
    if question.owner != person.id:
        return say("Take the question first: whoever answers it decides this.")
    return None


def told(conversation: Conversation, words: str, frame: Frame) -> Transition:
    """Pass the words on to the people who answer this conversation."""
    today = frame.today.isoformat()
    day, count = conversation.answers.get(TOLD, ("", 0))
    count = count + 1 if day == today else 1
    if count > A_DAY_AT_MOST:
        return Transition(conversation).saying(question_talk.enough(conversation))
    conversation = question.with_said(conversation, None)
    conversation = replace(conversation, answers={**conversation.answers, TOLD: (today, count)})
    key = frame.entropy[:12].hex() or sha256(f"{frame.now}".encode()).hexdigest()[:24]
    tongue = spoken(words)
    own = frame.catalog.language(conversation.language).code
    language = passed_on.reads(tongue, frame.catalog, None) if tongue.main else own
    effect = TellPeople(key, frame.asking.thread, words.strip(), language, conversation.place, screens.topic_of(frame))
    careful = bool(frame.found and frame.found.caution)
    return Transition(conversation, (effect,)).saying(question_talk.told(frame, careful=careful))
