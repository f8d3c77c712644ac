"""What we cannot read: files, edits, unknown kinds. Each gets an honest line and a way on."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import album
from bot.domain.conversation import Conversation, Frame, Transition
from bot.domain.events import Event, FileReceived
from bot.domain.messages import Button, Line, Message, Text, say
from bot.domain.screens import CHILD_ALONE

_WAY_ON = (
    (Button(say("Topics"), "home"), Button(say("Help"), "help")),
    (CHILD_ALONE,),
)


def _line(conversation: Conversation, text: Text) -> Transition:
    return Transition(conversation).saying(Message((Line(text),), _WAY_ON))


def file(conversation: Conversation, event: Event, frame: Frame) -> Transition:
    """One line per picture, voice note or album; the pieces of an album share one."""
    assert isinstance(event, FileReceived)
    if album.is_known(conversation.answers, event.album):
        return Transition(conversation)
    conversation = replace(conversation, answers=album.met(conversation.answers, event.album, words=False))
    if event.kind in ("voice", "audio", "video_note"):
        return _line(conversation, say("We cannot listen to voice messages here. Write it in a few words, please."))
    if event.kind in ("sticker", "animation", "dice"):
        return _line(conversation, say("Hello. Write your question, or choose a topic."))
    if event.kind == "contact":
        return _line(conversation, say("We do not need anybody's phone number, and we did not keep it."))
    return _line(
        conversation,
        say("We cannot read pictures and files here, and we did not keep it. Never send ID papers. Write in a few words."),
    )


def edited(conversation: Conversation, event: Event, frame: Frame) -> Transition:
    """Words changed while one answer was asked for: they may belong to an earlier question of ours."""
    return _line(conversation, say("You changed an earlier message. To get an answer, send it as a new message."))


def unreadable(conversation: Conversation, event: Event, frame: Frame) -> Transition:
    return _line(conversation, say("We cannot read this kind of message here. Write it in a few words, please."))
