"""A child alone: two answers, and the report exists and staff are paged; the rest is added while they already read.

Danger is enough by itself: then it is filed with the first answer, and where it is comes after. Both answers can be given anew
before and after, also with an old button: as long as there is a report, it is that one which they correct.
Actions: `child[:<language>]` (first screen), `child.new`, `safe:<danger|safe|unsure>[:<place>[:<language>]]`,
`at[:<place>|none]`, `at.near`; `child.safe`, `child.where`: ask again.
Flow `child.where`: the next words are a place. How it goes on: report_case.py. The questions: report_child.py.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain import codes, own_report, places, report_start, report_talk, screens
from bot.domain.content import Place
from bot.domain.conversation import Conversation, Frame, Transition
from bot.domain.events import Event, LocationShared
from bot.domain.messages import Button, Line, Message, Part, say
from bot.domain.report import DANGER, SAFE, UNSURE
from bot.domain.report_effects import FileReport, PlaceReport, RateReport, WriteToReport
from bot.domain.urgent import CALL_112, IN_DANGER

SAFETIES = (DANGER, SAFE, UNSURE)
ANOTHER = "new"  # in place of the first answer: the next one begins another report, and does not correct the one there is


def child(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """The numbers, and the first of the two questions. Somebody with an open report is offered that one first.

    The argument is the language of whoever comes from the very first screen and has chosen none.
    """
    if conversation.language is None and argument in {lang.code for lang in frame.catalog.languages}:
        conversation = replace(conversation, language=argument)
    if not frame.takes_reports:
        return Transition(conversation).saying(screens.child_alone(conversation.place, frame))
    if (known := report_talk.report_of(conversation)) and own_report.listens(conversation, frame):
        return Transition(conversation).saying(report_talk.offered(known, frame))
    return Transition(conversation).saying(screens.is_it_safe(conversation.place, frame))


def new(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Begin another report beside the one that this conversation has."""
    if not frame.takes_reports:
        return child(conversation, "", frame)
    conversation = replace(conversation, answers={**conversation.answers, "child": ANOTHER})
    return Transition(conversation).saying(screens.is_it_safe(conversation.place, frame))


def safe(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Take the first answer and ask where. Danger does not wait for the second: it is filed by the place of the chat, or none.

    Who came by a link has the place filled in (`safe:<safety>:<place>:<language>`), so that this is the only answer.
    """
    if not frame.takes_reports:
        return child(conversation, "", frame)
    said, _, rest = argument.partition(":")
    filled_in, _, language = rest.partition(":")
    if conversation.language is None and language in {lang.code for lang in frame.catalog.languages}:
        conversation = replace(conversation, language=language)
    safety = said if said in SAFETIES else UNSURE
    if own_report.is_open(conversation, frame) and "child" not in conversation.answers:
        return _rated(conversation, safety, frame)
    pending = replace(conversation, answers={**conversation.answers, "child": safety})
    if there := frame.catalog.places.get(filled_in):
        return _told_where(replace(pending, place=pending.place or there.id), there, frame)
    if safety != DANGER:
        return _ask_where(pending, frame)
    here = frame.catalog.places.get(conversation.place or "")
    filed = _filed(conversation, here, safety, frame, presumed=True)
    asked = _ask_where(filed.conversation, frame)
    return replace(asked, effects=(*filed.effects, *asked.effects))


def _rated(conversation: Conversation, safety: str, frame: Frame) -> Transition:
    """Take the first answer anew, for the report that there is."""
    known = report_talk.report_of(conversation)
    assert known
    known["safe"] = safety
    conversation = replace(conversation, answers={**conversation.answers, "report": known}, flow="case")
    urgent: tuple[Part, ...] = (IN_DANGER,) if safety == DANGER else ()
    said = Line(say("Your report {code} says so now. Whoever has it sees that.", code=known["code"]))
    told = Transition(conversation, (RateReport(known["key"], safety),))
    buttons = ((CALL_112,), (Button(say("Report another child"), "child.new"),))
    return _goes_on(told.saying(Message((*urgent, Line(report_talk.SAFETY[safety]), said), buttons)), frame)


def _goes_on(transition: Transition, frame: Frame) -> Transition:
    """Go on after a correction: with what is still open, else, in our own chat, with all that was answered."""
    known = report_talk.report_of(transition.conversation)
    assert known
    if known.get("to_place"):
        asked = _ask_where(transition.conversation, frame)
        return replace(asked, effects=(*transition.effects, *asked.effects))
    if not frame.capabilities.on_our_site:
        return transition
    return report_talk.go_on(transition, frame) if known["q"] else report_talk.ask(transition, None, frame)


def ask_safe(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Put the first question again."""
    known = report_talk.report_of(conversation)
    if known is None or not frame.takes_reports or (frame.closed_at and "child" not in conversation.answers):
        return child(conversation, "", frame)
    if "child" in conversation.answers:
        return new(conversation, "", frame)
    return Transition(replace(conversation, flow="case")).saying(report_start.is_it_safe_now(known))


def ask_where(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Put the second question again."""
    return _ask_where(conversation, frame) if _asks_where(conversation, frame) else child(conversation, "", frame)


def _ask_where(conversation: Conversation, frame: Frame, *lines: Line) -> Transition:
    known = report_talk.report_of(conversation)
    pending = conversation.answers.get("child")
    filed = known["code"] if known and known.get("to_place") and pending is None else ""
    back = "case" if known and not filed and pending is None else "child.safe"
    danger = bool(filed and known and known.get("safe") == DANGER)
    message = report_start.where(conversation, frame, *lines, danger=danger, filed=filed, back=back)
    return Transition(replace(conversation, flow="child.where")).saying(message)


def at(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Take the second answer: now the report exists, or goes where it belongs."""
    if not _asks_where(conversation, frame):
        return child(conversation, "", frame)
    if argument == "none" and frame.closed_at and "child" not in conversation.answers:
        return child(conversation, "", frame)  # it tells nobody anything
    if argument != "none" and argument not in frame.catalog.places:
        return _ask_where(conversation, frame)
    return _told_where(conversation, frame.catalog.places.get(argument), frame)


def near(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    line = Line(say("Tap the button to share where you are. We only look up the municipality and keep no map."))
    asked = Message((line,), ask_location=say("Share where I am"))
    return Transition(replace(conversation, flow="child.where")).saying(asked)


def typed(conversation: Conversation, words: str, frame: Frame) -> Transition | None:
    """Take the words as a place. What is no place files the report all the same, with the words: nobody has to guess right."""
    if not _asks_where(conversation, frame):
        return None
    hits = places.spelled(frame.catalog, words)
    if len(hits) == 1:
        return _told_where(conversation, hits[0], frame, "" if places.is_name(hits[0], words) else words)
    if hits:
        buttons = [Button(p.names, f"at:{p.id}") for p in hits[:5]]
        line = Line(say("Which one do you mean?"))
        rows = (*screens.rows(buttons), (Button(say("None of these"), "at"),))
        return Transition(conversation).saying(Message((line,), rows))
    if len(words.split()) <= 3 and not (frame.found and frame.found.danger):
        unknown = Line(say("We do not know that place. Write the municipality's name, or choose."))
        asked = _ask_where(conversation, frame, unknown)
        return replace(asked, effects=(*_kept(conversation, words, frame), *asked.effects))
    return _told_where(conversation, None, frame, words)


def located(conversation: Conversation, event: Event, frame: Frame) -> Transition:
    assert isinstance(event, LocationShared)
    if not _asks_where(conversation, frame):
        return child(conversation, "", frame)
    hit = places.located(frame.catalog, event.latitude, event.longitude)
    if hit is None:
        line = Line(say("That point is not in Sweden, as far as we can see. Write the name of the place instead."))
        return _ask_where(conversation, frame, line)
    return _told_where(conversation, hit[0], frame)


def _asks_where(conversation: Conversation, frame: Frame) -> bool:
    """Return whether the second answer is of any use: a report waits for it, or is to be made with it."""
    asked = conversation.flow == "child.where" or (report_talk.report_of(conversation) or {}).get("to_place")
    waits = own_report.is_open(conversation, frame) or (asked and own_report.listens(conversation, frame))
    open_ = waits and "child" not in conversation.answers
    return frame.takes_reports and bool(open_ or conversation.answers.get("child") in SAFETIES)


def _kept(conversation: Conversation, words: str, frame: Frame) -> tuple[WriteToReport, ...]:
    """Return the effect that gives the words to the report there is, none where it is still to be made."""
    known = report_talk.report_of(conversation)
    if known is None or not words or "child" in conversation.answers:
        return ()
    return (WriteToReport(known["key"], words, bool(frame.found and frame.found.danger)),)


def _told_where(conversation: Conversation, place: Place | None, frame: Frame, words: str = "") -> Transition:
    first = True
    if (safety := conversation.answers.get("child")) in SAFETIES:
        danger = bool(words and frame.found and frame.found.danger)
        transition = _filed(conversation, place, DANGER if danger else str(safety), frame, words)
    else:
        first = bool((report_talk.report_of(conversation) or {}).get("to_place"))
        transition = _placed(conversation, place, frame, words)
    known = report_talk.report_of(transition.conversation)
    assert known
    told = transition.saying(report_start.received(known["code"], frame.catalog.places.get(known["place"] or ""), frame))
    if not first:
        return _goes_on(told, frame)
    if frame.capabilities.on_our_site:
        return report_talk.begin(told, frame)
    return report_start.door(told, known["key"], frame)


def _filed(
    conversation: Conversation, place: Place | None, safety: str, frame: Frame, words: str = "", *, presumed: bool = False
) -> Transition:
    """Return the conversation with its report. `presumed`: the child's place is still to be told."""
    key, code = frame.entropy[:12].hex(), codes.case_code(frame.entropy[16:32])
    where = place.id if place else None
    answers = {k: v for k, v in conversation.answers.items() if k != "child"}
    answers["report"] = report_talk.known(key, code, where, safety) | ({"to_place": True} if presumed else {})
    filed = FileReport(key, code, where, safety, presumed and where is not None)
    effects = (filed, WriteToReport(key, words)) if words else (filed,)
    return Transition(replace(conversation, answers=answers, flow="case"), effects)


def _placed(conversation: Conversation, place: Place | None, frame: Frame, words: str) -> Transition:
    """Return the conversation whose report is known to be there; without a place it stays where it is."""
    known = report_talk.report_of(conversation)
    assert known
    known.pop("to_place", None)
    effects = (*((PlaceReport(known["key"], place.id),) if place else ()), *_kept(conversation, words, frame))
    known["place"] = place.id if place else known["place"]
    conversation = replace(conversation, answers={**conversation.answers, "report": known}, flow="case")
    return Transition(conversation, effects)


ACTIONS = {
    "child": child,
    "child.new": new,
    "child.safe": ask_safe,
    "child.where": ask_where,
    "safe": safe,
    "at": at,
    "at.near": near,
}
