"""Which municipality: by button, by a typed name with typing errors, by a shared location.

Actions: `place` (ask), `place:<id>`, `place:none`, `near`. Flow `place`: the next words are a name.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain import places, screens
from bot.domain.content import Place
from bot.domain.conversation import Conversation, Frame, Transition
from bot.domain.events import Event, LocationShared
from bot.domain.guides import steps
from bot.domain.messages import Button, Line, Message, say


def choose(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    if argument == "none":
        conversation = replace(conversation, place=None)
        return steps.resumed(conversation, frame, place_asked=True) or _home(conversation, frame)
    here = frame.catalog.places.get(argument)
    if here is None or here.kind == "nation":
        return _ask(conversation, frame)
    return _settle(conversation, here, frame)


def _home(conversation: Conversation, frame: Frame) -> Transition:
    return Transition(conversation).saying(screens.home(conversation, frame))


def _ask(conversation: Conversation, frame: Frame) -> Transition:
    line = Line(say("Where are you now? Choose, or write the name of the municipality or town."))
    return Transition(replace(conversation, flow="place")).saying(Message((line,), screens.place_buttons(frame)))


def _settle(conversation: Conversation, here: Place, frame: Frame) -> Transition:
    conversation = replace(conversation, place=here.id, flow="")
    if waiting := steps.resumed(conversation, frame, place_asked=True):
        return waiting
    reading = conversation.answers.get("article", "")
    if conversation.language and reading in frame.catalog.articles:
        line = Line(say("Your place: {place}.", place=here.names), "note")
        message = screens.answer(conversation, reading, frame)
        return Transition(conversation).saying(replace(message, parts=(line, *message.parts)))
    return _home(conversation, frame)


def typed(conversation: Conversation, words: str, frame: Frame) -> Transition | None:
    """Take the words as a name when they look like one; a question is answered as a question."""
    hits = places.spelled(frame.catalog, words)
    if frame.found and (frame.found.topic or frame.found.small_talk == "help"):
        return None  # «гроші» is like Gnosjö to whoever looks for a name
    if not hits:
        if len(words.split()) > 3 or (frame.found and (frame.found.danger or frame.found.sure or frame.found.caution)):
            return None
        line = Line(say("We do not know that place. Write the municipality's name, or choose."))
        return Transition(conversation).saying(Message((line,), screens.place_buttons(frame)))
    if frame.found and frame.found.danger:
        return None
    if len(hits) == 1:
        return _settle(conversation, hits[0], frame)
    line = Line(say("Which one do you mean?"))
    buttons = [Button(p.names, f"place:{p.id}") for p in hits[:5]]
    return Transition(conversation).saying(Message((line,), (*screens.rows(buttons), (Button(say("None of these"), "place"),))))


def near(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    return Transition(replace(conversation, flow="place")).saying(
        Message(
            (Line(say("Tap the button to share where you are. We only look up the municipality and keep no map.")),),
            ask_location=say("Share where I am"),
        )
    )


def shared(conversation: Conversation, event: Event, frame: Frame) -> Transition:
    assert isinstance(event, LocationShared)
    hit = places.located(frame.catalog, event.latitude, event.longitude)
    if hit is None:
        line = Line(say("That point is not in Sweden, as far as we can see. Write the name of the place instead."))
        return Transition(replace(conversation, flow="place")).saying(Message((line,), screens.place_buttons(frame)))
    here, inside = hit
    if inside:
        return _settle(conversation, here, frame)
    line = Line(say("The nearest municipality is {place}. Is that right?", place=here.names))
    buttons = (Button(say("Yes"), f"place:{here.id}"), Button(say("No"), "place"))
    return Transition(conversation).saying(Message((line,), (buttons,)))


ACTIONS = {"place": choose, "near": near}
