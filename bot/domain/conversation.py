"""One conversation and its step: what comes in, what the person gets, what is remembered.

`step` is pure. Interrupts come first (address changes, commands, buttons), then the flow the person is in. Every event from
a person, in every state, yields an answer with a way on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from bot.domain import album, duty_check, overheard, own_report, take
from bot.domain.asking import Asking
from bot.domain.content import Catalog
from bot.domain.events import (
    Address,
    AddressBlocked,
    AddressMoved,
    AddressReturned,
    ButtonPressed,
    CommandGiven,
    Event,
    FileReceived,
    LocationShared,
    TextEdited,
    TextReceived,
    as_text,
)
from bot.domain.messages import Capabilities, Line, Message, say
from bot.domain.offer_effects import OfferEffect, ShowOffers
from bot.domain.question_effects import QuestionEffect, ShowQuestions
from bot.domain.receipt import Receipt
from bot.domain.report_effects import ANSWERED_BY_SERVICE as REPORTS_ANSWER
from bot.domain.report_effects import ConfirmDuty, ReportEffect, TakeReport, UseReceipt


@dataclass(frozen=True, slots=True)
class Conversation:
    """What we remember of a contact: an address, the language and place they chose, where they are in a flow."""

    address: Address
    language: str | None = None
    place: str | None = None
    flow: str = ""  # '' = nothing is being asked
    answers: Mapping[str, Any] = field(default_factory=dict)  # JSON values of the flow
    alive: bool = True
    version: int = 0
    reach: str = ""  # set where the person lets volunteers send them answers: what a volunteer's conversation knows them by


@dataclass(frozen=True, slots=True)
class Hit:
    article: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """What the finder makes of free text. `danger`: family of the danger words in it, '' when none.

    `sure`: the first hit may be given straight away. `abstain`: nothing fits. `small_talk`: greeting, thanks, ...
    `caution`: there may be a danger; `worry`: of which family. `offer`: a private ride, room or job is spoken of. `topic`: which
    is named, and nothing else said.
    """

    hits: tuple[Hit, ...] = ()
    sure: bool = False
    abstain: bool = True
    danger: str = ""
    caution: bool = False
    small_talk: str = ""
    worry: str = ""
    offer: bool = False
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A receipt code made (`hash`: what is kept of it) or read (`opens`: the report that it opens, 0 for none)."""

    receipt: Receipt
    hash: str = field(default="", repr=False)
    opens: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """All that a step may know of the world."""

    now: datetime
    today: date  # in Sweden
    catalog: Catalog
    capabilities: Capabilities
    found: Found | None = None  # for events that carry words
    operator: str = ""  # who runs the service, as its readers know them; '' = a demonstration
    entropy: bytes = b""  # 32 random bytes of this event, for codes and keys
    takes_reports: bool = False  # whether anybody at all can be paged
    connected: frozenset[str] = frozenset()  # places whose reports reach staff of their own
    prepared: Prepared | None = None  # for events that ask for a receipt code or carry one
    public_url: str = ""  # of the web chat, '' = nobody can reach it from outside
    pages: str | None = None  # root of our web pages in a link: '' where it needs no host, None where none can be given
    asker: Conversation | None = None  # whose message is passed on, where they agreed to get answers that way
    asking: Asking = field(default_factory=Asking)
    closed_at: datetime | None = None  # of the report that the conversation remembers; None while it is open
    interpreted_at: str = ""  # host of the machine that translates words in a case, '' = none does


@dataclass(frozen=True, slots=True)
class Reply:
    """`replaces`: it says all that the reply before it does, which need not go out if it has not yet."""

    message: Message
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class MarkAddress:
    alive: bool


@dataclass(frozen=True, slots=True)
class MoveAddress:
    new_key: str


@dataclass(frozen=True, slots=True)
class EraseContact:
    """Forget the contact: row, messages, waiting rows. Carried out before the replies of the same step go out."""


@dataclass(frozen=True, slots=True)
class LetReach:
    """Let volunteers send the contact approved answers, or no longer."""

    allowed: bool


@dataclass(frozen=True, slots=True)
class PassOn:
    """Send the message to the asker of the frame."""

    to: Conversation
    message: Message


@dataclass(frozen=True, slots=True)
class WatchArticle:
    """Tell the contact when this answer is no longer of this version, until the wish ends."""

    article: str
    place: str | None
    version: str
    until: datetime


@dataclass(frozen=True, slots=True)
class UnwatchArticle:
    article: str


Carried = ReportEffect | QuestionEffect | OfferEffect  # carried out by a service of its own, in the step's transaction
ANSWERED_BY_SERVICE = (*REPORTS_ANSWER, ShowQuestions, ShowOffers)  # each becomes a message where it is carried out
Effect = Reply | MarkAddress | MoveAddress | EraseContact | LetReach | PassOn | WatchArticle | UnwatchArticle | Carried


@dataclass(frozen=True, slots=True)
class Transition:
    conversation: Conversation
    effects: tuple[Effect, ...] = ()

    def saying(self, *messages: Message) -> Transition:
        return replace(self, effects=(*self.effects, *(Reply(m) for m in messages)))

    def replacing(self) -> Transition:
        """Return it with replies that stand for the one before."""
        return replace(self, effects=tuple(replace(e, replaces=True) if isinstance(e, Reply) else e for e in self.effects))


Action = Callable[[Conversation, str, Frame], Transition]  # what a button does; the text is its argument
TextTaker = Callable[[Conversation, str, Frame], Transition | None]  # a flow that asked for words; None = not for me
Taker = Callable[[Conversation, Event, Frame], Transition]


@dataclass(frozen=True, slots=True)
class Flows:
    """All flows by what starts them. Buttons carry `verb` or `verb:argument`; a command is the button of its name."""

    actions: Mapping[str, Action]
    asking: Mapping[str, TextTaker]  # by Conversation.flow
    locating: Mapping[str, Taker]  # flows that asked where something is, by Conversation.flow
    takers: Mapping[type[Event], Taker]
    home: Action
    pausing: frozenset[str] = frozenset()  # actions that go on with what a flow was told, or come back to it
    beside_a_report: frozenset[str] = frozenset()  # actions after which words still go to the report that was made
    quoting: frozenset[str] = frozenset()  # actions after which the last words may still become a question for people


DOUBLE_TAP_S = 3.0
ANY_WORDS = frozenset(("case", "helping", "helping.more", "question"))  # flows that take any words: words that were changed, too
_ONLY_WORDS = Line(say("We read only the words, not the picture or file, and we did not keep it. Never send ID papers."), "note")
NOTE = "guide"  # what a flow has been told so far; forgotten when the person leaves it
SAID = "said"  # the last words, which may become a question for people; see question.py


def step(conversation: Conversation, event: Event, frame: Frame, flows: Flows) -> Transition:
    """Return what the event leads to. Every event of a person yields a message, but for the second tap of a double tap.

    An action that no version of ours knows leads home: an old button never ends in nothing.
    """
    conversation = own_report.left_behind(conversation, frame)
    transition = overheard.told(conversation, event, frame, _led(conversation, event, frame, flows))
    if isinstance(event, ButtonPressed | CommandGiven) or transition.conversation.flow in flows.asking:
        return transition
    return replace(transition, conversation=without_note(transition.conversation))


def without_note(conversation: Conversation, note: str = NOTE) -> Conversation:
    """Return the conversation with what its flow has been told forgotten."""
    if note not in conversation.answers:
        return conversation
    return replace(conversation, answers={name: value for name, value in conversation.answers.items() if name != note})


def _led(conversation: Conversation, event: Event, frame: Frame, flows: Flows) -> Transition:
    match event:
        case AddressBlocked():
            return Transition(replace(conversation, alive=False), (MarkAddress(False),))
        case AddressReturned():
            home = flows.home(replace(conversation, alive=True), "", frame)
            return replace(home, effects=(*home.effects, MarkAddress(True)))
        case AddressMoved():
            return Transition(conversation, (MoveAddress(event.new_key),))
        case ButtonPressed():
            return _press(conversation, event, frame, flows)
        case CommandGiven():
            return _act(conversation, event.name, event.argument, frame, flows)
        case TextReceived() if not frame.capabilities.can_press:  # SMS of staff
            confirmed = duty_check.answered_code(event.words)
            answer = TakeReport(code=take.taken_code(event.words)) if confirmed is None else ConfirmDuty(code=confirmed)
            return Transition(conversation, (answer,))
        case TextReceived() if frame.prepared and conversation.flow != "receipt":  # a code is one wherever it is written
            return Transition(conversation, (UseReceipt(frame.prepared.opens),))
        case TextReceived() if code := take.taken_code(event.words):
            return Transition(conversation, (TakeReport(code=code),))
        case LocationShared() if conversation.flow in flows.locating:
            return flows.locating[conversation.flow](conversation, event, frame)
        case TextReceived() if conversation.flow in flows.asking and (
            conversation.flow != "receipt" or not (frame.found and frame.found.danger)
        ):
            taken = flows.asking[conversation.flow](conversation, event.words, frame)
            return taken or flows.takers[TextReceived](replace(conversation, flow=""), event, frame)
        case TextReceived() if overheard.cries(conversation, frame):
            return flows.takers[TextReceived](replace(conversation, flow="case"), event, frame)
        case FileReceived() if event.words.strip():  # the words under a picture are words like any other
            beside = replace(conversation, answers=album.met(conversation.answers, event.album, words=True))
            led = _with_note(_led(_as_danger_wants(beside, frame), as_text(event), frame, flows), _ONLY_WORDS)
            return led.replacing() if album.lacks_words(conversation.answers, event.album) else led
        case TextEdited() if event.words.strip():
            beside = _as_danger_wants(conversation, frame)
            if beside.flow not in flows.asking or beside.flow in ANY_WORDS:
                return _led(beside, as_text(event), frame, flows)
    return flows.takers[type(event)](conversation, event, frame)


def _as_danger_wants(conversation: Conversation, frame: Frame) -> Conversation:
    return replace(conversation, flow="") if frame.found and frame.found.danger else conversation


def _with_note(transition: Transition, note: Line) -> Transition:
    """Put the note before the first reply; a reply of its own where a service gives the answer."""
    for at, effect in enumerate(transition.effects):
        if isinstance(effect, Reply):
            noted = replace(effect, message=replace(effect.message, parts=(note, *effect.message.parts)))
            return replace(transition, effects=(*transition.effects[:at], noted, *transition.effects[at + 1 :]))
    return transition.saying(Message((note,)))


def _press(conversation: Conversation, event: ButtonPressed, frame: Frame, flows: Flows) -> Transition:
    last, at = conversation.answers.get("tap", ("", 0.0))
    now = event.at.timestamp()
    # A mark in place of the action: buttons of the guides carry what the person has told us. Long enough that no other
    # button looks like the one before: it would be taken for a double tap and do nothing.
    mark = sha256(event.action.encode("utf-8", "replace")).hexdigest()[:12]
    if at and last == mark and now - at < DOUBLE_TAP_S:
        return Transition(conversation)
    remembered = {**conversation.answers, "tap": (mark, now)}
    verb, _, argument = event.action.partition(":")
    return _act(replace(conversation, answers=remembered), verb, argument, frame, flows)


def _act(conversation: Conversation, verb: str, argument: str, frame: Frame, flows: Flows) -> Transition:
    kept = conversation if verb in flows.pausing else without_note(conversation)
    kept = kept if verb in flows.quoting else without_note(kept, SAID)
    flow = "case" if verb in flows.beside_a_report and own_report.stays(kept, frame) else ""
    return flows.actions.get(verb, flows.home)(replace(kept, flow=flow), argument, frame)
