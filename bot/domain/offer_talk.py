"""What somebody who offers a home reads: where, who reads it and until when, each question, the summary, and how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.content import Place
from bot.domain.conversation import Conversation, Frame
from bot.domain.doors import OFFER
from bot.domain.guides.guide import Option
from bot.domain.messages import ArticleShown, Button, Line, Message, OfficeShown, Part, Text, Verbatim, say
from bot.domain.offer import (
    ARTICLE,
    CLOSED,
    ENDED_KEPT,
    KEPT,
    KINDS,
    LIVE,
    NOT_NEEDED,
    STARTS,
    STAYS,
    TAKEN_UP,
    Draft,
    Offer,
    municipality,
)
from bot.domain.screens import A_PERSON, CHILD_ALONE, opens, rows

SKIPPED = "-"
TOPICS = Button(say("Topics"), "home")
CANCEL = Button(say("Cancel"), "offer.cancel")
MINE = Button(say("My offers of a home"), "offer.mine")
_BEDS = range(1, 7)
PLACES_AT_MOST = 4
_WORDS = {
    "room": ("кімната", "кімнату", "комната", "комнату", "rum", "ett rum", "room"),
    "flat": ("квартира", "квартиру", "lägenhet", "lägenheten", "flat", "apartment"),
    "house": ("будинок", "дім", "хата", "дом", "дача", "hus", "huset", "stuga", "villa", "house", "cottage"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `again`: what is said when the words are no answer. `labels`: its buttons by value."""

    name: str
    title: Text  # the button that corrects it, and its line in the summary
    ask: Text
    labels: Mapping[str, Text] | None = None
    again: Text | None = None
    may_skip: bool = False
    note: Text | None = None


QUESTIONS = (
    Asked(
        "kind", say("What is offered"), say("What do you offer?"), KINDS,
        say("Press one of the three: a room, a whole flat or a house."),
    ),
    Asked(
        "beds", say("Beds"), say("How many people can sleep there? Press a number, or write it."), None,
        say("Write a number from 1 to 20, or press one."),
    ),
    Asked("starts", say("From when"), say("From when? Press, or write a day in your own words."), STARTS, may_skip=True),
    Asked("stays", say("For how long"), say("For how long? Press, or write it in your own words."), STAYS, may_skip=True),
    Asked(
        "way", say("How to reach you"), say("How can the municipality reach you? Write a phone number or an e-mail address."),
        again=say("Write a phone number or an e-mail address, so that somebody can reach you."),
        note=say("Nothing else is needed: no personal number, no papers, no door code."),
    ),
)  # fmt: skip


def options(asked: Asked) -> tuple[Option, ...]:
    """Return its buttons with what people write instead."""
    return tuple(Option(value, label, _WORDS.get(value, ())) for value, label in (asked.labels or {}).items())


def waiting(draft: Draft) -> Asked | None:
    """Return the first question without an answer; None when the summary can be shown."""
    return next((asked for asked in QUESTIONS if asked.name not in draft.told), None)


def _article(frame: Frame) -> tuple[Button, ...]:
    return (opens(frame, ARTICLE),) if ARTICLE in frame.catalog.articles else ()


def closed(conversation: Conversation, frame: Frame, place: Place | None = None) -> Message:
    """Nobody reads offers here, or not those of that place: whom to ask instead."""
    line = (
        say("Nobody in {place} reads offers here. Ask the municipality itself:", place=place.names)
        if place
        else say("Nobody reads offers of a home here at the moment. Ask the municipality itself:")
    )
    other = ((Button(say("Another place"), "offer"),),) if place and frame.asking.offers else ()
    parts = (Line(line), OfficeShown("contact_centre", place.id if place else conversation.place))
    return Message(parts, (*other, (*_article(frame), TOPICS), (CHILD_ALONE,)))


def where(conversation: Conversation, frame: Frame, line: Line | None = None) -> Message:
    """Ask for the municipality: the person's own first, then those that read offers here."""
    here = municipality(frame.catalog, conversation.place)
    own = [(Button(say("In {place}", place=here.names), f"offer.at:{here.id}", style="primary"),)] if here else []
    taking = [frame.catalog.places[id_] for id_ in frame.asking.offers if not here or id_ != here.id]
    taking.sort(key=lambda p: (not p.featured, p.featured, p.id))
    others = rows([Button(p.names, f"offer.at:{p.id}") for p in taking[:PLACES_AT_MOST]])
    ask = Line(say("Where is the home? Choose, or write the name of the municipality or town."))
    return Message((line, ask) if line else (ask,), (*own, *others, (CANCEL,)))


def first(place: Place, says: str) -> Message:
    """The municipality has a way of its own, or has said no: what it says, before anything is asked."""
    line = (
        say("{place} has written that private homes were not needed. Read this first:", place=place.names)
        if says == NOT_NEEDED
        else say("{place} has its own way to take offers, or had one. Read this first:", place=place.names)
    )
    return Message(
        (Line(line, "warning"), ArticleShown(ARTICLE, place.id)),
        ((Button(say("Go on all the same"), f"offer.on:{place.id}"),), (CANCEL, TOPICS), (A_PERSON,), (CHILD_ALONE,)),
    )


def consent(place: Place, frame: Frame) -> Message:
    """Return the one screen before anything is told: who reads it, what for, and until when."""
    telegram = (Line(say("Telegram can read what you write in Telegram."), "note"),) if not frame.capabilities.on_our_site else ()
    until = frame.today + KEPT
    return Message(
        (
            Line(say("Before you offer a home in {place}", place=place.names), "title"),
            Line(say("Signed-in staff and helpers of {place} read your offer, to find homes for people.", place=place.names)),
            Line(say("We place nobody ourselves, and we promise nothing. You may not get a reply.")),
            Line(say("Some who offer homes deceive people who flee. So the municipality may check the home and you first.")),
            Line(say("This is not for a child without parents. For a child, call the social services (socialtjänsten) first.")),
            Line(say("On {day} your offer is erased by itself. You can withdraw it here at any time.", day=until)),
            Line(say("We never ask for ID or a personal number. Nobody may ask you for them in our name."), "warning"),
            *telegram,
        ),
        ((Button(say("Yes, go on"), "offer.yes", style="primary"),), (CANCEL, TOPICS), (CHILD_ALONE,)),
    )


def question(asked: Asked, draft: Draft, frame: Frame, hint: Text | None = None) -> Message:
    if asked.name == "beds":
        numbers = [Button({lang.code: str(n) for lang in frame.catalog.languages}, f"offer.set:beds:{n}") for n in _BEDS]
        buttons: tuple[tuple[Button, ...], ...] = (tuple(numbers[:3]), tuple(numbers[3:]))
    else:
        buttons = rows([Button(label, f"offer.set:{asked.name}:{value}") for value, label in (asked.labels or {}).items()])
    skip = [Button(say("Skip"), f"offer.set:{asked.name}:{SKIPPED}")] if asked.may_skip else []
    back = [Button(say("Back"), "offer.back")] if draft.told else []
    parts: tuple[Part, ...] = (Line(say("Offer of a home"), "note"), Line(asked.ask, "title"))
    note = (Line(asked.note, "note"),) if asked.note else ()
    return Message((*((Line(hint),) if hint else ()), *parts, *note), (*buttons, (*back, *skip, CANCEL)))


def summary(draft: Draft, place: Place, frame: Frame) -> Message:
    lines: list[Part] = []
    for asked in QUESTIONS:
        value = draft.told[asked.name]
        known = (asked.labels or {}).get(value)
        if not value or known or asked.name == "beds":
            lines.append(Line(say("{what}: {value}", what=asked.title, value=known or value or say("not said"))))
        else:
            lines += [Line(say("{what}:", what=asked.title)), Verbatim(value)]
    return Message(
        (
            Line(say("Your offer of a home in {place}", place=place.names), "title"),
            *lines,
            Line(say("Staff and helpers of {place} read this until {day}.", place=place.names, day=frame.today + KEPT), "note"),
        ),
        ((Button(say("Send my offer"), "offer.send", style="primary"),), (Button(say("Correct it"), "offer.fix"), CANCEL)),
    )


def what_to_correct() -> Message:
    buttons = [Button(asked.title, f"offer.fix:{asked.name}") for asked in QUESTIONS]
    parts = (Line(say("Offer of a home"), "note"), Line(say("What do you want to change?"), "title"))
    return Message(parts, (*rows((*buttons, Button(say("Place"), "offer.where"))), (Button(say("Back"), "offer"), CANCEL)))


def cancelled(frame: Frame) -> Message:
    line = Line(say("Cancelled. Nothing was sent, and we keep nothing of it."))
    return Message((line,), ((*_article(frame), TOPICS), (CHILD_ALONE,)))


def sent(place: Place, key: str, frame: Frame) -> Message:
    return Message(
        (
            Line(say("{place} can read your offer now. Somebody gets in touch only if it is needed.", place=place.names)),
            Line(say("It is erased by itself on {day}. This is no promise and no contract.", day=frame.today + KEPT)),
            Line(say("Wait for the municipality's answer before anybody moves in."), "note"),
        ),
        ((Button(say("Withdraw my offer"), f"offer.drop:{key}"),), (MINE, TOPICS), (CHILD_ALONE,)),
    )


def enough() -> Message:
    line = Line(say("You have several offers here already. To make another, withdraw one first."))
    return Message((line,), ((MINE, TOPICS), (CHILD_ALONE,)))


def withdrawn(frame: Frame) -> Message:
    line = Line(say("Withdrawn. We have erased your offer."))
    return Message((line,), ((*_article(frame), TOPICS), (CHILD_ALONE,)))


_STANDS = {
    LIVE: say("in force"),
    TAKEN_UP: say("taken up"),
    CLOSED: say("closed by the municipality"),
}


def standing(offers: Sequence[tuple[Offer, Place | None]]) -> Message:
    """Return the person's offers as they stand, each with the button that withdraws it."""
    if not offers:
        return Message((Line(say("No offer of yours is kept here.")),), ((OFFER, TOPICS), (CHILD_ALONE,)))
    lines = [
        Line(
            say(
                "{place}, {day}: {state}. Erased by itself on {last}.",
                place=place.names if place else offer.place,
                day=offer.created_at.date(),
                state=_STANDS[offer.state],
                last=erased_on(offer),
            ),
            "item",
        )
        for offer, place in offers
    ]
    drop = [
        Button(say("Withdraw: {place}", place=place.names if place else offer.place), f"offer.drop:{offer.key}")
        for offer, place in offers
    ]
    return Message((Line(say("Your offers of a home"), "title"), *lines), (*rows(drop), (TOPICS,), (CHILD_ALONE,)))


def erased_on(offer: Offer) -> date:
    return min(offer.ends_at, offer.ended_at + ENDED_KEPT if offer.ended_at else offer.ends_at).date()


def put_back(offer: Offer, place: Place | None) -> Message:
    """Return what the person gets when staff take the mark off again: it was a mistake."""
    name, last = place.names if place else offer.place, erased_on(offer)
    line = say("{place} has put your offer of a home back: it is in force until {day}.", place=name, day=last)
    return Message((Line(line),), ((Button(say("Withdraw my offer"), f"offer.drop:{offer.key}"), TOPICS), (CHILD_ALONE,)))


def ended(offer: Offer, place: Place | None) -> Message:
    """Return what the person gets when staff mark their offer."""
    name, last = place.names if place else offer.place, erased_on(offer)
    line = (
        say("{place} has marked your offer of a home as taken up. We erase it on {day}.", place=name, day=last)
        if offer.state == TAKEN_UP
        else say("{place} does not need your offer of a home now. Thank you. We erase it on {day}.", place=name, day=last)
    )
    return Message((Line(line),), ((Button(say("Withdraw my offer"), f"offer.drop:{offer.key}"), TOPICS), (CHILD_ALONE,)))
