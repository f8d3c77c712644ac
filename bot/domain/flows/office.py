"""A card to show at an office: the question in the reader's language above, in Swedish below. Action: `office:<article>`."""

from __future__ import annotations

from bot.domain import screens
from bot.domain.conversation import Conversation, Frame, Transition
from bot.domain.messages import ArticleShown, Button, Line, Message, OfficeShown, Part, say

SWEDISH = "sv"
_INTERPRETER = say("I do not speak Swedish. I need an interpreter (tolk).")


def office(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Show the card. Of an article that is gone there is none: home."""
    if argument not in frame.catalog.articles:
        return Transition(conversation).saying(screens.home(conversation, frame))
    buttons = ((screens.opens(frame, argument),), (screens.A_PERSON, Button(say("Topics"), "home")))
    return Transition(conversation).saying(Message(_card(conversation, argument, frame), buttons))


def _card(conversation: Conversation, article: str, frame: Frame) -> tuple[Part, ...]:
    place = conversation.place
    language = frame.catalog.language(conversation.language).code
    roles = frame.catalog.answer(article, place, language, frame.today).offices
    offices: tuple[Part, ...] = tuple(OfficeShown(role, place) for role in roles)
    if offices:
        offices = (Line(say("The office, with the name on its door:")), *offices)
    if language == SWEDISH:
        return (ArticleShown(article, place, brief=True), *offices)
    return (
        ArticleShown(article, place, brief=True),
        Line(_INTERPRETER),
        Line(say("For the office, in Swedish:"), "note", language=SWEDISH),
        ArticleShown(article, place, brief=True, language=SWEDISH),
        Line(_INTERPRETER, language=SWEDISH),
        *offices,
    )


ACTIONS = {"office": office}
