"""What stands beside an answer when somebody may be in danger, or is offered a ride, a room or a job by a stranger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain import screens
from bot.domain.conversation import Conversation, Found, Frame, Hit
from bot.domain.messages import ArticleShown, Button, Line, Message, OfficeShown, Part, say

ARE_YOU_SAFE = Line(say("Are you safe now? If not, call 112."), "warning")
WARNED = "warned"  # among the conversation's answers: the day of the last warning of private offers
CHILD_ITSELF = "minor-alone-self"

# Danger family -> the article that stands beside 112. Who writes of a child alone has mostly seen one: see safety_article().
SAFETY_ARTICLES = {
    "child_alone": screens.REPORT,
    "violence": "safety-violence",
    "trafficking": "safety-trafficking",
    "suicide": "health-mental",
    "medical": "health-emergency",
    "danger": "safety-emergency",
}
# Danger family -> the office whose number stands beside 112.
HELPLINES = {
    "child_alone": "sverige.children_helpline",
    "violence": "sverige.violence",
    "trafficking": "sverige.trafficking",
    "suicide": "sverige.adults_helpline",
}


def safety_article(family: str, nearest: Sequence[Hit] = ()) -> str:
    """Return the article that stands beside 112, '' for no family. `nearest`: what the words are nearest to, best first."""
    if family == "child_alone" and nearest and nearest[0].article == CHILD_ITSELF:
        return CHILD_ITSELF
    return SAFETY_ARTICLES.get(family, "safety-emergency") if family else ""


def helpline(family: str, frame: Frame) -> tuple[Part, ...]:
    """Return the number to ring for that danger beside 112, none where there is none of its own."""
    office = HELPLINES.get(family, "")
    return (OfficeShown(office),) if frame.catalog.office(office, None) else ()


def with_care(message: Message, found: Found, frame: Frame) -> Message:
    """Put one gentle question and the number for that worry before the answer, and the text on it one tap away."""
    safety = (Button(say("I am not safe"), "sos", style="danger"), Button(say("I see a child alone"), "child"))
    card = _card(message, safety_article(found.worry, found.hits), frame)
    parts = (ARE_YOU_SAFE, *helpline(found.worry, frame), *message.parts)
    return replace(message, parts=parts, buttons=(safety, *card, *message.buttons))


def with_warning(conversation: Conversation, message: Message, frame: Frame) -> tuple[Conversation, Message]:
    """Warn of fraud and trafficking in a few words after the answer, at most once a day."""
    today = frame.today.isoformat()
    if conversation.answers.get(WARNED) == today:
        return conversation, message
    line = Line(
        say("Careful with private rides, rooms and jobs. Keep your passport. Pay nothing in advance. Tell someone where you go."),
        "warning",
    )
    card = _card(message, "safety-trafficking", frame)
    warned = replace(message, parts=(*message.parts, line), buttons=(*message.buttons, *card))
    return replace(conversation, answers={**conversation.answers, WARNED: today}), warned


def _card(message: Message, article: str, frame: Frame) -> tuple[tuple[Button, ...], ...]:
    """Return the row that opens the article, none when it is shown or offered already."""
    there = {part.article for part in message.parts if isinstance(part, ArticleShown)}
    there |= {button.action.removeprefix("a:") for row in message.buttons for button in row}
    return () if article in there or article not in frame.catalog.articles else ((screens.opens(frame, article),),)
