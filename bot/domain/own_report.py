"""Whether a conversation is still at the report that it remembers: a closed one takes in what is written for a day, no more.

After that the next child is another child, maybe elsewhere: a new report begins, and nobody at the old place is called for it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.conversation import Conversation, Frame

LISTENS_FOR = timedelta(hours=24)
GONE = datetime.min.replace(tzinfo=UTC)  # when a report was closed that is there no more
FLOWS = frozenset(("case", "report", "child.where"))  # in which the person is at their report


def is_open(conversation: Conversation, frame: Frame) -> bool:
    """Return whether there is a report here that nobody has closed: buttons and words of danger go to it, wherever they are."""
    return "report" in conversation.answers and frame.closed_at is None


def listens(conversation: Conversation, frame: Frame) -> bool:
    """Return whether what is written at the report goes to it: it is open, was closed lately, or the person came back to it."""
    if "report" not in conversation.answers:
        return False
    if frame.closed_at is None or frame.closed_at == GONE:
        return frame.closed_at is None
    came_back = datetime.fromtimestamp(conversation.answers["report"].get("at", 0), UTC)
    return frame.now - max(frame.closed_at, came_back) < LISTENS_FOR


def stays(conversation: Conversation, frame: Frame) -> bool:
    """Return whether a look at something beside it leaves the person at their report."""
    return is_open(conversation, frame) or (conversation.flow in FLOWS and listens(conversation, frame))


def came_back(conversation: Conversation, now: datetime) -> Conversation:
    """Return the conversation of somebody who chose to be at their report again."""
    known = {**conversation.answers["report"], "at": now.timestamp()}
    return replace(conversation, flow="case", answers={**conversation.answers, "report": known})


def left_behind(conversation: Conversation, frame: Frame) -> Conversation:
    """Return the conversation as it stands today: a closed report asks nothing more, and one closed long ago is left."""
    if conversation.flow not in FLOWS or "report" not in conversation.answers or "child" in conversation.answers:
        return conversation
    if not listens(conversation, frame):
        return replace(conversation, flow="")
    return replace(conversation, flow="case") if frame.closed_at and conversation.flow == "report" else conversation
