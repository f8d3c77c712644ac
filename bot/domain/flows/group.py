"""A group: the bot speaks when it is added or named, and when somebody asks it to answer a message. Otherwise it is silent."""

from __future__ import annotations

from bot.domain import care, passed_on, screens
from bot.domain.conversation import Conversation, Frame, Hit, Transition
from bot.domain.events import AnswerWanted, Event
from bot.domain.messages import CardShown, InEachLanguage, Line, LinksShown, Message, Part, say
from bot.domain.passed_on import PassedOn
from bot.domain.question_effects import UNKNOWN, CountGap
from bot.domain.tongue import spoken
from bot.domain.urgent import IN_DANGER


def joined(conversation: Conversation, event: Event, frame: Frame) -> Transition:
    text = say("I answer questions in a private chat. Open my profile and press Start.")
    here = say("Here I am silent. Reply to a message with /answer, and I answer it here.")
    danger = say("In danger? Call 112.")
    return Transition(conversation).saying(Message((InEachLanguage(text), InEachLanguage(here), InEachLanguage(danger))))


def answered(conversation: Conversation, event: Event, frame: Frame) -> Transition:
    """Attach the best answer to the message that somebody replied to, in the language of that message."""
    assert isinstance(event, AnswerWanted)
    if not event.words.strip():
        how = (
            say("Reply to a message with /answer, and I answer it there.")
            if event.kind == "text"
            else say("I can only read words. Write behind /answer what they ask.")
        )
        return Transition(conversation).saying(Message((InEachLanguage(how),), reply_to=event.reply_to))
    question = passed_on.passed_on(frame.found, spoken(event.words), event.at.timestamp(), frame.catalog, None)
    parts = tuple(_parts(question, frame))
    gap = (CountGap(UNKNOWN, screens.topic_of(frame), question.language),) if question.unanswered else ()
    return Transition(conversation, gap).saying(Message(parts, language=question.language, reply_to=event.reply_to))


def _parts(question: PassedOn, frame: Frame) -> list[Part]:
    hits = [article for article, _ in question.hits if article in frame.catalog.articles]
    urgent = IN_DANGER
    if question.danger:
        article = care.safety_article(question.danger, [Hit(*hit) for hit in question.hits])
        known = article in frame.catalog.articles
        return [urgent, *([CardShown(article, None, question.language)] if known else [])]
    safe: list[Part] = [urgent] if question.caution else []
    calm: list[Part] = [] if safe else [Line(say("In danger? Call 112."), "note")]  # a card carries it itself
    if frame.asking.relay and not question.small_talk:
        people = say("Today people answer here, not the machine. Open my profile and press Start: there you can ask them.")
        return [*safe, Line(people), *calm]
    if hits and question.sure:
        return [*safe, CardShown(hits[0], None, question.language)]
    if hits:
        return [*safe, Line(say("Perhaps one of these answers it:")), LinksShown(tuple(hits[:3])), *calm]
    line = (
        say("There is no question in this message. Reply to the question itself with /answer.")
        if question.small_talk
        else say("We have no checked answer to this. Open my profile and press Start: there you see whom to ask.")
    )
    return [*safe, Line(line), *calm]
