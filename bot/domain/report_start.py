"""The screens at the start of a report: where the child is, what was received, and the door to our own chat."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import passes, report_talk, screens
from bot.domain.awake_first import who_answers
from bot.domain.content import Place
from bot.domain.conversation import Conversation, Frame, Reply, Transition
from bot.domain.messages import Button, Line, Message, Part, say
from bot.domain.report_effects import OpenDoor
from bot.domain.urgent import CALL_112


def where(
    conversation: Conversation, frame: Frame, *lines: Line, danger: bool = False, filed: str = "", back: str = "child.safe"
) -> Message:
    """Return the question where the child is. `filed`: the code of the report, where it exists already. `back`: see `Button`."""
    call = (Line(say("Call 112 first. Then answer here: where is the child?"), "warning"),) if danger else ()
    have = (Line(say("We have your report {code}. People on duty are called now.", code=filed)),) if filed else ()
    ask = Line(say("Where is the child? Choose, or write the name of the municipality or town."))
    here = frame.catalog.places.get(conversation.place or "")
    own = [(Button(say("In {place}", place=here.names), f"at:{here.id}", style="primary"),)] if here else []
    others = [
        tuple(Button(b.label, f"at:{id_}") for b in row if (id_ := b.action.partition(":")[2]) and id_ != conversation.place)
        for row in screens.place_buttons(frame)[:2]
    ]
    near = [(Button(say("Share where I am"), "at.near"),)] if frame.capabilities.can_ask_location else []
    rows = ([(CALL_112,)] if danger else []) + [*own, *others, *near]
    rows.append((Button(say("Back"), back), Button(say("I do not know"), "at:none")))
    parts: tuple[Part, ...] = (*call, *have, *lines, ask)
    return Message(parts, tuple(row for row in rows if row))


def is_it_safe_now(known: report_talk.Known) -> Message:
    """Return the first question once more, for a report that there is."""
    rows = [(Button(words, f"safe:{safety}"),) for safety, words in report_talk.SAFETY.items()]
    title = Line(say("Your report {code}", code=known["code"]), "note")
    parts = (title, Line(say("Is the child safe right now?"), "title"))
    return Message(parts, ((CALL_112,), *rows, (Button(say("Back"), "case"),)))


def received(code: str, place: Place | None, frame: Frame) -> Message:
    """Return what the reporter is told once it is known where the report goes."""
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


def door(transition: Transition, key: str, frame: Frame) -> Transition:
    """Telegram is only the door: what is a child's is told in our own chat, or by telephone."""
    if not frame.public_url:
        line = Line(say("Tell the rest by telephone. Telegram is not the place for a child's name or story."))
        return transition.saying(Message((line,), ((Button(say("How is it going?"), "case"),),)))
    token = passes.token(frame.entropy[:16])
    lines = (
        Line(say("Go on in our own chat. Telegram is not the place for a child's name or story.")),
        Line(say("The link works once, for a day; ask for another at any time. You also see here when a person has it."), "note"),
    )
    buttons = (
        (Button(say("Go on in our chat"), url=f"{frame.public_url}/r/{token}", style="primary"),),
        (Button(say("How is it going?"), "case"),),
    )
    return replace(transition, effects=(*transition.effects, OpenDoor(key, token), Reply(Message(lines, buttons))))
