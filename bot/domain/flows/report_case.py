"""An open report seen by its reporter: how it stands, what they add to it, and taking it back.

Actions: `case[:link]` (back to it; with a new link to our own chat), `child.cancel[:yes]`. Flow `case`: words go to the social
services.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain import own_report, report_start, report_talk, screens
from bot.domain.conversation import Conversation, Frame, Transition
from bot.domain.messages import Button, Line, Message, Part, say
from bot.domain.report_effects import CancelReport, ShowReport, WriteToReport
from bot.domain.urgent import CALL_112, IN_DANGER


def case(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """How the report stands, and the question that was left open."""
    known = report_talk.report_of(conversation)
    if known is None:
        return Transition(conversation).saying(screens.child_first(conversation.place, frame))
    kept = {name: value for name, value in conversation.answers.items() if name != "child"}  # another one, begun and left
    own = own_report.came_back(replace(conversation, answers=kept), frame.now)
    if argument == "link" and not frame.capabilities.on_our_site:
        return report_start.door(Transition(own), known["key"], frame)
    shown = Transition(own, (ShowReport(known["key"]),))
    if known.get("to_place"):
        asked = report_start.where(conversation, frame, danger=True, filed=known["code"])
        return replace(shown, conversation=replace(shown.conversation, flow="child.where")).saying(asked)
    return report_talk.go_on(shown, frame) if frame.capabilities.on_our_site else shown


def written(conversation: Conversation, words: str, frame: Frame) -> Transition | None:
    """Pass the words on to the social services, whatever they are. Danger also gets the number at once."""
    known = report_talk.report_of(conversation)
    if known is None:
        return None
    danger = bool(frame.found and frame.found.danger)
    courtesy = bool(frame.closed_at and not danger and frame.found and frame.found.small_talk in _COURTESY)
    urgent: tuple[Part, ...] = (IN_DANGER,) if danger else ()
    if courtesy:
        told = say("Your report {code} is closed. Has something new happened? Write it here, or call 112.", code=known["code"])
    elif frame.closed_at:
        told = say("Your report {code} is open again. People on duty are called now, and get what you wrote.", code=known["code"])
    else:
        told = say("The social services get what you wrote.")
    another = ((report_talk.ANOTHER,),) if frame.closed_at else ()
    message = Message(
        (*urgent, Line(told)),
        ((CALL_112,), *another, (Button(say("How is it going?"), "case"), Button(say("Other questions"), "home"))),
    )
    return Transition(conversation, (WriteToReport(known["key"], words, danger, courtesy),)).saying(message)


_COURTESY = frozenset(("thanks", "bye", "greeting", "ok"))


def cancel(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Ask once; then tell staff. Only they close a report: somebody else may hold the telephone."""
    known = report_talk.report_of(conversation)
    if known is None:
        return Transition(conversation).saying(screens.child_first(conversation.place, frame))
    if frame.closed_at:
        return Transition(conversation).saying(report_talk.offered(known, frame))
    if argument != "yes":
        line = Line(say("Was it a mistake? The social services have been called already. They will hear that you took it back."))
        buttons = (Button(say("Yes, take it back"), "child.cancel:yes"), Button(say("No, keep it"), "case"))
        return Transition(conversation).saying(Message((line,), (buttons,)))
    conversation = replace(conversation, answers={k: v for k, v in conversation.answers.items() if k != "report"})
    told = Message(
        (Line(say("The social services hear that you took your report {code} back.", code=known["code"])),),
        ((Button(say("Topics"), "home"),), (screens.CHILD_ALONE,)),
    )
    return Transition(conversation, (CancelReport(known["key"]),)).saying(told)


ACTIONS = {"case": case, "child.cancel": cancel}
