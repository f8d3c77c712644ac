"""A question in the person's own words: the answer, or three choices, or an honest "I do not know". Action: `none`."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from bot.domain import care, passed_on, question, question_talk, relaying, report_talk, screens
from bot.domain.conversation import Conversation, Found, Frame, Reply, Transition
from bot.domain.events import Event, TextReceived
from bot.domain.folding import fold
from bot.domain.messages import ArticleShown, Button, Line, Message, say
from bot.domain.question_effects import NOT_THESE, UNKNOWN, CountGap
from bot.domain.tongue import spoken
from bot.domain.urgent import CALL_112, IN_DANGER

SAME_QUESTION_S = 60.0
BESIDE_DANGER = 0.2  # chance of an article from which it is offered under an alarm, which may be a false one
LONG_WORDS = 6  # from which words in a language that the reader did not choose may be somebody else's


def asked(conversation: Conversation, event: Event, frame: Frame) -> Transition:
    assert isinstance(event, TextReceived)
    if frame.asking.thread and not (frame.found and frame.found.danger):
        return relaying.told(conversation, event.words, frame)
    mark = _mark(event.words)
    last, at = conversation.answers.get("asked", ("", 0.0))
    again = bool(mark) and last == mark and event.at.timestamp() - at < SAME_QUESTION_S
    conversation = replace(conversation, answers={**conversation.answers, "asked": (mark, event.at.timestamp())})
    found = frame.found or Found()
    answered = _answer(conversation, event.words, found, frame)
    return _said_above(conversation, answered, found) if again and not found.danger else answered


def _mark(words: str) -> str:
    """Return what the same words are known by, '' where there are none."""
    return sha256(fold(words).encode()).hexdigest()[:16] if fold(words) else ""


def _said_above(conversation: Conversation, answered: Transition, found: Found) -> Transition:
    """Answer the same words again in one line: every way on and every word of care that the answer has, but not the text."""
    message = next(effect.message for effect in answered.effects if isinstance(effect, Reply))
    line = Line(say("The answer to this stands just above."), "note")
    safe = (care.ARE_YOU_SAFE,) if found.caution else ()
    return Transition(conversation).saying(replace(message, parts=(*safe, line)))


def _answer(conversation: Conversation, words: str, found: Found, frame: Frame) -> Transition:
    first = conversation.language is None
    if first:
        tongue = spoken(words)
        guess = passed_on.reads(tongue, frame.catalog, None) if tongue.main else "en"
        conversation = replace(conversation, language=frame.catalog.language(guess).code)
    conversation, gaps = _kept_for_people(conversation, words, found, frame)
    message = _message(conversation, found, frame)
    if found.caution and not found.danger:
        message = care.with_care(message, found, frame)
    if found.offer and not found.danger:
        conversation, message = care.with_warning(conversation, message, frame)
    if first:
        choices = tuple(Button({lang.code: lang.name}, f"lang:{lang.code}") for lang in frame.catalog.languages)
        message = replace(message, buttons=(*message.buttons, choices))
    elif len(words.split()) >= LONG_WORDS:
        conversation, message = _perhaps_for_another(conversation, words, message, found, frame)
    given = found.sure and found.hits and not found.danger and not frame.asking.relay
    reading = found.hits[0].article if given else ""
    if reading:
        conversation = replace(conversation, answers={**conversation.answers, "article": reading})
    return Transition(conversation, gaps).saying(message)


def _kept_for_people(
    conversation: Conversation, words: str, found: Found, frame: Frame
) -> tuple[Conversation, tuple[CountGap, ...]]:
    """Keep the words where they may become a question for people; words of danger and small talk never do."""
    if found.danger or found.small_talk:
        return question.with_said(conversation, None), ()
    tongue, topic = spoken(words), screens.topic_of(frame)
    own = frame.catalog.language(conversation.language).code
    language = passed_on.reads(tongue, frame.catalog, None) if tongue.main else own
    before = question.said_in(conversation) if frame.asking.relay else None
    if before and not before.passed_on:  # people answer all of it, so what was written in pieces goes in one
        words = f"{before.words}\n{words}"
    said = question.Said(words, language, topic) if frame.asking.taken else None
    known = any(hit.article in frame.catalog.articles for hit in found.hits)
    gaps = (CountGap(UNKNOWN, topic, language),) if found.abstain or not known else ()
    return question.with_said(conversation, said), gaps


def _perhaps_for_another(
    conversation: Conversation, words: str, message: Message, found: Found, frame: Frame
) -> tuple[Conversation, Message]:
    """Offer to pass the answer on where the words are in a language that the reader did not choose."""
    tongue = spoken(words)
    if not passed_on.is_foreign(tongue, frame.catalog, conversation.language):
        return conversation, message
    question = passed_on.passed_on(found, tongue, frame.now.timestamp(), frame.catalog, conversation.language)
    kept = {**conversation.answers, passed_on.KEY: passed_on.kept(question)}
    helping = (Button(say("I am helping somebody"), "pairs"),)
    return replace(conversation, answers=kept), replace(message, buttons=(*message.buttons, helping))


def _message(conversation: Conversation, found: Found, frame: Frame) -> Message:
    if found.danger == "child_alone" and (mine := report_talk.report_of(conversation)) and frame.closed_at is None:
        return report_talk.offered(mine, frame)
    if found.danger == "child_alone":
        return screens.child_first(conversation.place, frame)
    if found.danger:
        return _danger(conversation, found, frame)
    if found.small_talk == "help":
        return screens.needs_help(frame)
    if found.small_talk:
        return _small_talk(found.small_talk)
    if frame.asking.relay and (said := question.said_in(conversation)):
        return question_talk.consent(said, frame, instead=True)
    hits = [hit for hit in found.hits if hit.article in frame.catalog.articles]
    if found.abstain or not hits:
        return screens.unknown(conversation, frame)
    if found.sure:
        answer = screens.answer(conversation, hits[0].article, frame)
        end = screens.at_the_end(conversation, hits[0].article, frame)
        way_on = answer.buttons[: -len(end)]
        offered = {button.action for row in way_on[:2] for button in row}
        others = [b for hit in hits[1:3] if (b := screens.opens(frame, hit.article)).action not in offered]
        person = (*screens.watching(frame, hits[0].article), screens.A_PERSON)
        tail = [*screens.rows(others), (Button(say("None of these"), "none"),), person]
        return replace(answer, buttons=(*way_on[:2], *tail, *end))
    return Message(
        (Line(say("Do you mean one of these?")),),
        (
            *screens.rows([screens.opens(frame, hit.article) for hit in hits[:3]]),
            (Button(say("None of these"), "none"), screens.A_PERSON),
        ),
    )


def _danger(conversation: Conversation, found: Found, frame: Frame) -> Message:
    """Return 112 and the text for that danger. What was asked beside it stays one tap away, and so do people."""
    card = care.safety_article(found.danger, found.hits)
    shown = (ArticleShown(card, conversation.place, urgent=True),) if card in frame.catalog.articles else ()
    asked = [h.article for h in found.hits if h.score >= BESIDE_DANGER and h.article != card]
    beside = [screens.opens(frame, article) for article in asked[:2] if article in frame.catalog.articles]
    return Message(
        (IN_DANGER, *care.helpline(found.danger, frame), *shown),
        (
            (CALL_112,),
            (screens.CHILD_ALONE,),
            (Button(say("Numbers to call"), "sos"), screens.A_PERSON),
            *screens.rows(beside),
        ),
    )


def _small_talk(kind: str) -> Message:
    line = {
        "thanks": say("You are welcome. Write again whenever you need to."),
        "insult": say("I am sorry that this is hard. For a person to talk to, choose Help."),
        "bye": say("Take care. You can write here at any time."),
        "ok": say("Good. Write again whenever you need to."),
        "chat": say("I am a machine that finds checked answers. Write what you need to know."),
        "empty": say("I am here. Write your question in a few words, or choose a topic."),
    }.get(kind, say("Hello. Write your question, or choose a topic."))
    return Message((Line(line),), ((Button(say("Topics"), "home"), Button(say("Help"), "help")),))


def none(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """None of the offered answers fits: a person may, and it is counted as a gap once for each question."""
    said = question.said_in(conversation)
    consents = said and frame.asking.taken
    message = question_talk.consent(said, frame) if said and consents else screens.unknown(conversation, frame)
    shown = Transition(conversation).saying(message)
    if said is None or conversation.answers.get("gap") == (mark := _mark(said.words)):
        return shown
    kept = {**conversation.answers, "gap": mark}
    gap = CountGap(NOT_THESE, said.topic, said.language)
    return replace(shown, conversation=replace(conversation, answers=kept), effects=(gap, *shown.effects))


ACTIONS = {"none": none}
