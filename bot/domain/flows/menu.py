"""Language, home, topics, articles, help: moving about with buttons.

Actions: `home`, `start`, `language`, `lang:<code>`, `topic:<id>[:<page>]`, `topics`, `a:<article>[:<language>]`, `help`.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain import doors, report_talk, screens
from bot.domain.awake_first import who_answers
from bot.domain.conversation import Conversation, Frame, Transition
from bot.domain.events import Event, Started
from bot.domain.guides import steps
from bot.domain.messages import Button, InEachLanguage, Line, Message, OfficeShown, say
from bot.domain.report_effects import UseToken
from bot.domain.urgent import CALL_112, IN_DANGER


def home(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    return Transition(replace(conversation, flow="")).saying(screens.home(conversation, frame))


def started(conversation: Conversation, event: Event, frame: Frame) -> Transition:
    assert isinstance(event, Started)
    conversation = replace(conversation, flow="")
    kind, _, rest = event.payload.partition("_")
    if kind == "a" and rest:
        article, _, code = rest.rpartition("_")
        return read(conversation, f"{article}:{code}" if article else rest, frame)
    if kind == "c" and rest:
        guide, _, code = rest.partition("_")
        if conversation.language is None and code in {lang.code for lang in frame.catalog.languages}:
            conversation = replace(conversation, language=code)
        return steps.show(conversation, guide, frame)
    if kind == "child":
        there = rest in frame.catalog.places
        known = rest if there else conversation.place
        own = frame.catalog.app_language(event.language_hint)
        language = conversation.language or (own.code if own else None)
        at = replace(conversation, place=known, language=language)
        if (mine := report_talk.report_of(conversation)) and frame.closed_at is None:
            return Transition(replace(at, flow="case")).saying(report_talk.offered(mine, frame))
        return Transition(at).saying(screens.child_first(known, frame, language=language or "", there=there))
    if kind == "s" and rest:
        return Transition(conversation, (UseToken(rest),))
    if kind == "helping":
        return Transition(replace(conversation, flow="helping")).saying(screens.helping())
    if conversation.language is None:
        return Transition(conversation).saying(screens.welcome(frame, event.language_hint))
    return home(conversation, "", frame)


def language(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Offer the languages, each in its own name, and a child alone to somebody who has no time for that."""
    buttons = [Button({lang.code: lang.name}, f"lang:{lang.code}") for lang in frame.catalog.languages]
    rows = screens.rows([*buttons, screens.CHILD_ALONE])
    return Transition(conversation).saying(Message((InEachLanguage(say("Choose your language.")),), rows))


def choose_language(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Set the language. The first time the place comes next; later the person goes on where they were."""
    if argument not in {lang.code for lang in frame.catalog.languages}:
        return language(conversation, "", frame)
    first = conversation.language is None
    conversation = replace(conversation, language=argument)
    if waiting := steps.resumed(conversation, frame):
        return waiting
    if first and conversation.place is None:
        return Transition(replace(conversation, flow="place")).saying(introduction(frame))
    seen = conversation.answers.get("article", "")
    if seen in frame.catalog.articles:
        return read(conversation, seen, frame)
    return home(conversation, "", frame)


def introduction(frame: Frame) -> Message:
    """Who runs it and what it is not, in three lines, and then the one question whose answer changes the answers."""
    operator = (
        say("{operator} runs this service. It is free.", operator=frame.operator)
        if frame.operator
        else say("This is a demonstration. No municipality runs it yet.")
    )
    return Message(
        (
            Line(operator, "note"),
            Line(say("A machine answers here. It is not the police and not Migrationsverket."), "note"),
            Line(say("Where are you now? Choose, or write the name of the municipality or town.")),
        ),
        screens.place_buttons(frame),
    )


def topics(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    rest = frame.catalog.topics[screens.AT_MOST - 1 :]
    return Transition(conversation).saying(
        Message(
            (Line(say("More topics"), "title"),),
            (*screens.rows([Button(t.names, f"topic:{t.id}") for t in rest]), (Button(say("Help"), "help"),)),
        )
    )


def topic(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """The guides and articles of a topic, six at a time."""
    id_, _, page = argument.partition(":")
    found = next((t for t in frame.catalog.topics if t.id == id_), None)
    if found is None:
        return topics(conversation, "", frame)
    choices = [*doors.in_topic(id_), *(screens.opens(frame, a) for a in frame.catalog.by_topic.get(id_, ()))]
    first = int(page) * screens.AT_MOST if page.isdecimal() and int(page) * screens.AT_MOST < len(choices) else 0
    buttons = choices[first : first + screens.AT_MOST]
    if first + screens.AT_MOST < len(choices):
        buttons.append(Button(say("More"), f"topic:{id_}:{first // screens.AT_MOST + 1}"))
    return Transition(conversation).saying(
        Message((Line(say("{topic}: what do you want to know?", topic=found.names), "title"),), screens.rows(buttons))
    )


def read(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Show an article, with its next ones. An article that is gone leads home, never to nothing."""
    id_, _, code = argument.partition(":")
    article = frame.catalog.articles.get(id_)
    if article is None:
        return home(conversation, "", frame)
    known = {lang.code for lang in frame.catalog.languages}
    if conversation.language is None and code in known:
        conversation = replace(conversation, language=code)
    conversation = replace(conversation, answers={**conversation.answers, "article": id_})
    language_ = code if code in known else None
    return Transition(conversation).saying(screens.answer(conversation, id_, frame, language_))


def help_(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    return Transition(conversation).saying(
        Message(
            (
                Line(say("How this works"), "title"),
                Line(say("Write your question in your own words, or choose a topic. You may write in Russian too.")),
                Line(say("Every answer shows its source and the day we checked it.")),
                Line(
                    say("A person reads only what you send to people. For a person on the telephone, call:")
                    if frame.asking.taken
                    else say("No person reads this chat. For a person, call:")
                ),
                OfficeShown("contact_centre", conversation.place),
            ),
            (
                *(((Button(say("Ask a person"), "person"),),) if frame.asking.taken else ()),
                (Button(say("Topics"), "home"), Button(say("Change place"), "place")),
                (Button(say("What we store"), "privacy"),),
            ),
        )
    )


def emergency(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """112 and the numbers for tonight."""
    return Transition(conversation).saying(
        Message(
            (
                IN_DANGER,
                Line(say("Say which language you speak. Say where you are.")),
                *who_answers(conversation.place, frame),
                OfficeShown("sverige.police_not_urgent"),
                OfficeShown("sverige.health_advice"),
            ),
            (
                (CALL_112,),
                (screens.CHILD_ALONE,),
                (Button(say("Change place"), "place"),),
            ),
        )
    )


ACTIONS = {
    "home": home,
    "start": home,
    "language": language,
    "lang": choose_language,
    "topics": topics,
    "topic": topic,
    "a": read,
    "help": help_,
    "sos": emergency,
}
