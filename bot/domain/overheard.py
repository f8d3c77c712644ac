"""Words of danger reach whoever has the report, whatever question they were written under."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain import own_report
from bot.domain.events import Event, TextReceived
from bot.domain.report_effects import WriteToReport

CHILD_ALONE = "child_alone"  # the family of signs that a child is alone

if TYPE_CHECKING:
    from bot.domain.conversation import Conversation, Frame, Transition


def cries(conversation: Conversation, frame: Frame) -> bool:
    """Return whether somebody writes words of danger who has an open report, or is at one that was closed lately."""
    return bool(frame.found and frame.found.danger and own_report.stays(conversation, frame))


def told(conversation: Conversation, event: Event, frame: Frame, led: Transition) -> Transition:
    """Return what the event led to, with its words given to the report where they tell of danger and nobody has them yet."""
    others = conversation.flow.startswith("helping")  # a helper's words may be about somebody else
    known = any(isinstance(effect, WriteToReport) for effect in led.effects)
    if others or known or not isinstance(event, TextReceived) or not cries(led.conversation, frame):
        return led
    if conversation.flow == "report" and frame.found and frame.found.danger == CHILD_ALONE:
        return led  # "he stands on the platform" answers our question; that a child is alone there is known
    key = led.conversation.answers["report"]["key"]
    return replace(led, effects=(WriteToReport(key, event.words, danger=True), *led.effects))
