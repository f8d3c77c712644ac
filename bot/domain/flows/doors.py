"""What an opaque link or button opens: the service knows, the person only presses. Actions: `use:<token>`, `take:<handle>`,
`duty:<handle>`."""

from __future__ import annotations

from bot.domain.conversation import Conversation, Frame, Transition
from bot.domain.report_effects import ConfirmDuty, TakeReport, UseToken


def use(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    return Transition(conversation, (UseToken(argument),))


def take(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    return Transition(conversation, (TakeReport(handle=argument),))


def duty(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    return Transition(conversation, (ConfirmDuty(handle=argument),))


ACTIONS = {"use": use, "take": take, "duty": duty}
