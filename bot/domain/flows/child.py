"""A child alone: two answers, and the report exists and staff are paged; the rest is added while they already read.

Actions: `child[:<language>]` (first screen), `child.new`, `safe:<danger|safe|unsure>`, `at[:<place>|none]`, `case` (back to it).
Flow `child.where`: the next words are a place. Flow `case`: words go to the social services. The questions: report_child.py.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain import codes, passes, places, report_talk, screens
from bot.domain.awake_first import who_answers
from bot.domain.content import Place
from bot.domain.conversation import Conversation, Frame, Reply, Transition
from bot.domain.events import Event, LocationShared
from bot.domain.messages import Button, Line, Message, Part, say
from bot.domain.report import DANGER, SAFE, UNSURE
from bot.domain.report_effects import CancelReport, FileReport, OpenDoor, ShowReport, WriteToReport
from bot.domain.urgent import CALL_112, IN_DANGER


def child(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """The numbers, and the first of the two questions. Somebody with an open report is offered that one first.

    The argument is the language of whoever comes from the very first screen and has chosen none.
    """
    if conversation.language is None and argument in {lang.code for lang in frame.catalog.languages}:
        conversation = replace(conversation, language=argument)
    if not frame.takes_reports:
        return Transition(conversation).saying(screens.child_alone(conversation.place, frame))
    known = report_talk.report_of(conversation)
    if known and argument != "new":
        return Transition(conversation).saying(report_talk.offered(known, frame))
    return Transition(conversation).saying(screens.is_it_safe(conversation.place, frame))


def new(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    return child(conversation, "new", frame)


def safe(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Take the first answer and ask where."""
    if not frame.takes_reports:
        return child(conversation, "", frame)
    safety = argument if argument in (DANGER, SAFE, UNSURE) else UNSURE
    return _where(_remembering(conversation, safety), frame)


def _remembering(conversation: Conversation, safety: str) -> Conversation:
    return replace(conversation, flow="child.where", answers={**conversation.answers, "child": safety})


def _where(conversation: Conversation, frame: Frame, line: Line | None = None) -> Transition:
    danger = conversation.answers.get("child") == DANGER
    call = Line(say("Call 112 first. Then answer here: where is the child?"), "warning")
    ask = Line(say("Where is the child? Choose, or write the name of the municipality or town."))
    here = frame.catalog.places.get(conversation.place or "")
    own = [(Button(say("In {place}", place=here.names), f"at:{here.id}", style="primary"),)] if here else []
    others = [
        tuple(Button(b.label, f"at:{id_}") for b in row if (id_ := b.action.partition(":")[2]) and id_ != conversation.place)
        for row in screens.place_buttons(frame)[:2]
    ]
    near = [(Button(say("Share where I am"), "at.near"),)] if frame.capabilities.can_ask_location else []
    rows = ([(CALL_112,)] if danger else []) + [*own, *others, *near, (Button(say("I do not know"), "at:none"),)]
    parts: tuple[Part, ...] = ((call,) if danger else ()) + ((line, ask) if line else (ask,))
    return Transition(conversation).saying(Message(parts, tuple(row for row in rows if row)))


def at(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Take the second answer: now the report exists."""
    if not frame.takes_reports or "child" not in conversation.answers:
        return child(conversation, "", frame)
    if argument != "none" and argument not in frame.catalog.places:
        return _where(replace(conversation, flow="child.where"), frame)
    return _file(conversation, frame.catalog.places.get(argument), frame)


def near(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    line = Line(say("Tap the button to share where you are. We only look up the municipality and keep no map."))
    asked = Message((line,), ask_location=say("Share where I am"))
    return Transition(replace(conversation, flow="child.where")).saying(asked)


def typed(conversation: Conversation, words: str, frame: Frame) -> Transition | None:
    """Take the words as a place. What is no place files the report all the same, with the words: nobody has to guess right."""
    if not frame.takes_reports or "child" not in conversation.answers:
        return None
    hits = places.spelled(frame.catalog, words)
    if len(hits) == 1:
        return _file(conversation, hits[0], frame)
    if hits:
        buttons = [Button(p.names, f"at:{p.id}") for p in hits[:5]]
        line = Line(say("Which one do you mean?"))
        rows = (*screens.rows(buttons), (Button(say("None of these"), "at"),))
        return Transition(conversation).saying(Message((line,), rows))
    if len(words.split()) <= 3 and not (frame.found and frame.found.danger):
        unknown = Line(say("We do not know that place. Write the municipality's name, or choose."))
        return _where(conversation, frame, unknown)
    return _file(conversation, None, frame, words)


def located(conversation: Conversation, event: Event, frame: Frame) -> Transition:
    assert isinstance(event, LocationShared)
    if not frame.takes_reports or "child" not in conversation.answers:
        return child(conversation, "", frame)
    hit = places.located(frame.catalog, event.latitude, event.longitude)
    if hit is None:
        line = Line(say("That point is not in Sweden, as far as we can see. Write the name of the place instead."))
        return _where(conversation, frame, line)
    return _file(conversation, hit[0], frame)


def _file(conversation: Conversation, place: Place | None, frame: Frame, words: str = "") -> Transition:
    key, code = frame.entropy[:12].hex(), codes.case_code(frame.entropy[16:32])
    safety = conversation.answers["child"]
    answers = {k: v for k, v in conversation.answers.items() if k != "child"}
    answers["report"] = {"key": key, "code": code, "place": place.id if place else None, "q": "", "a": {}}
    conversation = replace(conversation, answers=answers, flow="case")
    filed = FileReport(key, code, place.id if place else None, safety)
    effects = (filed, WriteToReport(key, words)) if words else (filed,)
    transition = Transition(conversation, effects).saying(_received(code, place, frame))
    if frame.capabilities.on_our_site:
        return report_talk.begin(transition, frame)
    return _door(transition, key, frame)


def _received(code: str, place: Place | None, frame: Frame) -> Message:
    where = place.id if place else None
    line = (
        Line(say("We have your report {code}. We are calling the social services in {place} now.", code=code, place=place.names))
        if place and where in frame.connected
        else Line(
            say("We have your report {code}, and we are calling the people on duty for this service.", code=code)
            if place is None
            else say(
                "We have your report {code}. {place} does not take part here: ring them yourself, too. We call our own staff.",
                code=code,
                place=place.names,
            )
        )
    )
    return Message(
        (
            line,
            Line(say("Until a person answers here, ring if it cannot wait:"), "title"),
            *who_answers(where, frame),
        ),
        ((CALL_112,),),
    )


def _door(transition: Transition, key: str, frame: Frame) -> Transition:
    """Telegram is only the door: what is a child's is told in our own chat, or by telephone."""
    if not frame.public_url:
        line = Line(say("Tell the rest by telephone. Telegram is not the place for a child's name or story."))
        return transition.saying(Message((line,), ((Button(say("How is it going?"), "case"),),)))
    token = passes.token(frame.entropy[:16])
    lines = (
        Line(say("Go on in our own chat. Telegram is not the place for a child's name or story.")),
        Line(say("The link works once, for a day. You may also wait here: you see when a person has it."), "note"),
    )
    buttons = (
        (Button(say("Go on in our chat"), url=f"{frame.public_url}/r/{token}", style="primary"),),
        (Button(say("How is it going?"), "case"),),
    )
    return replace(transition, effects=(*transition.effects, OpenDoor(key, token), Reply(Message(lines, buttons))))


# --- after that ------------------------------------------------------------------------------------------------------------


def case(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """How the report stands, and the question that was left open."""
    known = report_talk.report_of(conversation)
    if known is None:
        return child(conversation, "", frame)
    shown = Transition(replace(conversation, flow="case"), (ShowReport(known["key"]),))
    if frame.capabilities.on_our_site:
        return report_talk.go_on(shown, frame)
    return _door(shown, known["key"], frame) if argument == "link" else shown


def written(conversation: Conversation, words: str, frame: Frame) -> Transition | None:
    """Pass the words on to the social services, whatever they are. Danger also gets the number at once."""
    known = report_talk.report_of(conversation)
    if known is None:
        return None
    danger = bool(frame.found and frame.found.danger)
    urgent: tuple[Part, ...] = (IN_DANGER,) if danger else ()
    message = Message(
        (*urgent, Line(say("The social services get what you wrote."))),
        ((CALL_112,), (Button(say("How is it going?"), "case"), Button(say("Other questions"), "home"))),
    )
    return Transition(conversation, (WriteToReport(known["key"], words, danger),)).saying(message)


def cancel(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Ask once; then tell staff. Only they close a report: somebody else may hold the telephone."""
    known = report_talk.report_of(conversation)
    if known is None:
        return child(conversation, "", frame)
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


ACTIONS = {
    "child": child,
    "child.new": new,
    "child.cancel": cancel,
    "safe": safe,
    "at": at,
    "at.near": near,
    "case": case,
}
