"""What a frame must know of others: whose message a volunteer passes on, and whether people answer this conversation."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import own_report, passed_on
from bot.domain.conversation import Conversation, Frame
from bot.domain.events import Address, ButtonPressed, Event, ForwardReceived
from bot.services.ports import Tx


def asker_of(tx: Tx, conversation: Conversation, event: Event) -> Conversation | None:
    """Return the asker's conversation, None when nobody can be written to: not known, never agreed, or no longer."""
    if isinstance(event, ForwardReceived) and event.asker:
        asker = tx.conversation(Address(event.sender.channel, event.asker))
        return asker if asker and asker.reach and asker.alive else None
    if isinstance(event, ButtonPressed):
        question = passed_on.opened(conversation.answers)
        return tx.reached(question.reach) if question and question.reach else None
    return None


def _closed_at(tx: Tx, conversation: Conversation) -> datetime | None:
    """Return when the conversation's report was closed, None while it is open or where there is none."""
    if (known := conversation.answers.get("report")) is None:
        return None
    report = tx.reports.by_key(known["key"])
    return report.closed_at if report else own_report.GONE


def completed(tx: Tx, conversation: Conversation, event: Event, frame: Frame) -> Frame:
    """Return the frame with what only the store knows of this conversation."""
    frame = replace(frame, asker=asker_of(tx, conversation, event), closed_at=_closed_at(tx, conversation))
    relay = tx.questions.relay(conversation.address) if frame.asking.relays else None
    if relay is None or relay.until <= frame.now:
        return frame
    return replace(frame, asking=replace(frame.asking, thread=relay.thread, until=relay.until))
