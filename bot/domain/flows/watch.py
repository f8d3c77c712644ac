"""Being told when an answer changes. Actions: `watch:<article>`, `unwatch:<article>`."""

from __future__ import annotations

from bot.domain import screens
from bot.domain.calendar import SWEDEN
from bot.domain.conversation import Conversation, Frame, Transition, UnwatchArticle, WatchArticle
from bot.domain.corrections import KEPT, may_be_watched, version_of
from bot.domain.messages import Button, Line, Message, say


def watch(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Remember the wish and say for how long, what is stored, and how to end it."""
    article = frame.catalog.articles.get(argument)
    if article is None or not may_be_watched(article):
        return Transition(conversation).saying(screens.home(conversation, frame))
    until = frame.now + KEPT
    wish = WatchArticle(argument, conversation.place, version_of(frame.catalog, argument, conversation.place), until)
    last_day = until.astimezone(SWEDEN).date()
    return Transition(conversation, (wish,)).saying(
        Message(
            (
                Line(say("We will write here if this answer changes, until {day}. Never at night.", day=last_day)),
                Line(say("Stored for that: this chat and which answer it is. Erasing what is stored ends it too."), "note"),
            ),
            (
                (screens.opens(frame, argument),),
                (Button(say("Stop telling me"), f"unwatch:{argument}"),),
                (Button(say("Topics"), "home"),),
            ),
        )
    )


def unwatch(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    done = Message((Line(say("We will not write about this answer any more.")),), ((Button(say("Topics"), "home"),),))
    return Transition(conversation, (UnwatchArticle(argument),)).saying(done)


ACTIONS = {"watch": watch, "unwatch": unwatch}
