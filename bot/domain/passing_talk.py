"""What a helper sees of somebody else's question: the answer in both languages, what was made of the words, and 112 first."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import care, screens
from bot.domain.conversation import Conversation, Frame
from bot.domain.messages import Button, Line, Message, PairShown, Part, say
from bot.domain.passed_on import PassedOn
from bot.domain.question import said_in
from bot.domain.question_talk import consent
from bot.domain.urgent import CALL_112, IN_DANGER

HELPING = Button(say("I am helping somebody"), "helping")
_NONE = (Button(say("None of these"), "none"), screens.A_PERSON)
_LANGUAGE = (Button(say("Another language"), "tongue"),)
_CALL = (CALL_112,)
_VOICES = ("voice", "audio", "video_note")
_FILES = ("photo", "video", "animation", "live_photo", "document", "sticker", "paid_media", "file")


def shown(conversation: Conversation, question: PassedOn, frame: Frame) -> Message:
    if question.danger:
        return _urgent(conversation, question, frame)
    if frame.asking.relay and (said := said_in(conversation)):
        return _careful(consent(said, frame, instead=True), question)
    hits = [article for article, _ in question.hits if article in frame.catalog.articles]
    if hits:
        return _careful(_pairs(conversation, question, hits, frame), question)
    if question.small_talk:
        return _careful(Message((_no_question(question.small_talk),), ((HELPING,), (screens.CHILD_ALONE,))), question)
    unknown = screens.unknown(conversation, frame)
    return _careful(replace(unknown, parts=(*_notes(question, frame), *unknown.parts)), question)


def no_words(kind: str) -> Line:
    """Return the line on a forward without words. `kind`: see ForwardReceived."""
    if kind in _VOICES:
        return Line(say("We cannot listen to voice messages. Ask them to write, or write here what they ask."))
    if kind in ("location", "venue"):
        return Line(say("We did not keep the place. Write here what they ask, and in which town they are."))
    if kind == "contact":
        return Line(say("We do not need anybody's phone number, and we did not keep it. Write here what they ask."))
    if kind in _FILES:
        return Line(say("We cannot read pictures and files, and we did not keep it. Write here what they ask."))
    return Line(say("We cannot read this kind of message. Write here what they ask."))


def _no_question(small_talk: str) -> Line:
    line = {
        "help": say("They only ask for help. Ask them where they are and what they need. Then forward their answer here."),
        "greeting": say("That is only a greeting. Forward the question too, or write it here."),
        "empty": say("We read no words in it, and we do not open links. Write here what they ask."),
    }
    return Line(line.get(small_talk, say("There is no question in it. Forward the question too, or write it here.")))


def _pairs(conversation: Conversation, question: PassedOn, hits: list[str], frame: Frame) -> Message:
    """One answer in both languages when sure; otherwise three, each of which makes its card with one tap."""
    language = question.language
    if question.sure:
        shown, tap = hits[:1], say("Make a card with one tap. Then forward it to them, or copy it.")
        cards = [card(hits[0], language), *(_names(frame, a, f"pair:{a}:{language}") for a in hits[1:3])]
        if question.reach:
            cards.insert(0, send(hits[0], question))
    else:
        shown, tap = hits[:3], say("Which one do they mean? Tap it, and you get a card to forward or copy.")
        cards = [_names(frame, a, f"card:{a}:{language}") for a in shown]
    pairs = [PairShown(a, conversation.place, language) for a in shown]
    return Message(
        (*_notes(question, frame), Line(tap), *pairs),
        (*screens.rows(cards), _NONE, _LANGUAGE),
    )


def _notes(question: PassedOn, frame: Frame) -> list[Part]:
    """What the helper should know of how the message was read."""
    notes: list[Part] = []
    if question.count > 1:
        notes.append(Line(say("Counted together with the message before it."), "note"))
    if question.beside:
        notes.append(Line(say("We read only the words that came with the picture or file."), "note"))
    heard = set(question.spoken)
    names = {"language": frame.catalog.language(question.language).name}
    if question.language in heard and "ru" in heard:
        notes.append(Line(say("They mix languages, Russian among them. Their text is in: {language}.", **names), "note"))
    elif "ru" in heard:
        notes.append(Line(say("They write in Russian. We have no Russian texts. Their text is in: {language}.", **names), "note"))
    elif not heard:
        notes.append(Line(say("We could not tell their language. Their text is in: {language}.", **names), "note"))
    return notes


def _urgent(conversation: Conversation, question: PassedOn, frame: Frame) -> Message:
    """112 and a child alone before anything else, then what the helper can do, then the text for the asker."""
    advice = (
        Line(say("Ask them now: are you safe, and where are you? Stay in contact with them.")),
        Line(say("If they do not answer, call 112 yourself and say what they wrote.")),
    )
    if question.danger == "child_alone":
        alone = screens.child_alone(conversation.place, frame)
        for_them = [
            replace(b, action=f"pair{b.action.removeprefix('a')}:{question.language}")
            for row in alone.buttons
            for b in row
            if b.action.startswith("a:")
        ]
        return Message((*alone.parts[:2], *advice, *alone.parts[2:]), (*alone.buttons[:2], *screens.rows(for_them)))
    article = care.safety_article(question.danger)
    known = article in frame.catalog.articles
    pair = [PairShown(article, conversation.place, question.language)] if known else []
    own_card = [(card(article, question.language),)] if known else []
    return Message(
        (
            IN_DANGER,
            *advice,
            *_notes(question, frame),
            *pair,
        ),
        (_CALL, (screens.CHILD_ALONE,), (Button(say("Numbers to call"), "sos"), screens.A_PERSON), *own_card, _LANGUAGE),
    )


def _careful(message: Message, question: PassedOn) -> Message:
    if not question.caution:
        return message
    line = Line(say("Are they safe now? If not, call 112."), "warning")
    safety = (Button(say("Numbers to call"), "sos", style="danger"), Button(say("I see a child alone"), "child"))
    return replace(message, parts=(line, *message.parts), buttons=(safety, *message.buttons))


def _names(frame: Frame, article: str, action: str) -> Button:
    return replace(screens.opens(frame, article), action=action)


def card(article: str, language: str) -> Button:
    return Button(say("Make a card"), f"card:{article}:{language}", style="primary")


def send(article: str, question: PassedOn) -> Button:
    return Button(say("Send it to them"), f"send:{article}:{question.whose}", style="primary")
