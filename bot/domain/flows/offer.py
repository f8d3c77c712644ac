"""Offering a home: where, consent, five short questions, a summary, and taking it back.

Actions: `offer` (begin, or go on), `offer.where`, `offer.at:<place>`, `offer.on:<place>` (all the same), `offer.yes` (consent),
`offer.set:<question>:<value>`, `offer.back`, `offer.fix[:<question>]`, `offer.send`, `offer.cancel`, `offer.mine`,
`offer.drop:<key>`. Flow `offer.where`: the next words are a place. Flow `offer`: they are the answer to what is asked.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain import offer, offer_talk, places
from bot.domain.content import Place
from bot.domain.conversation import Conversation, Frame, Transition, without_note
from bot.domain.guides.typed import chosen, steering
from bot.domain.messages import Button, Line, Message, Text, say
from bot.domain.offer import Draft
from bot.domain.offer_effects import LeaveOffer, ShowOffers, WithdrawOffer
from bot.domain.offer_talk import SKIPPED, Asked
from bot.domain.screens import rows

LONG_WORDS = 6  # more words than this, and no answer to a short question: a question of its own


def begin(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Ask where; somebody who has begun goes on where they were."""
    if not frame.asking.offers:
        return Transition(without_note(conversation)).saying(offer_talk.closed(conversation, frame))
    draft = offer.draft_in(conversation)
    if draft and draft.place in frame.asking.offers:
        go_on = _next(conversation, draft, frame) if draft.agreed else None
        return go_on or _ask_consent(conversation, frame.catalog.places[draft.place], frame)
    conversation = without_note(conversation)
    if len(offer.own(conversation, frame.today)) >= offer.A_CONTACT_AT_MOST:
        return Transition(conversation).saying(offer_talk.enough())
    return where(conversation, "", frame)


def where(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    return Transition(replace(conversation, flow="offer.where")).saying(offer_talk.where(conversation, frame))


def named(conversation: Conversation, words: str, frame: Frame) -> Transition | None:
    """Take the words as a place; a question is answered as a question."""
    hits = places.spelled(frame.catalog, words)
    found = frame.found
    if found and found.danger:
        return None
    if len(hits) == 1:
        return _at(conversation, hits[0], frame)
    if hits:
        buttons = [Button(p.names, f"offer.at:{p.id}") for p in hits[:5]]
        none = (Button(say("None of these"), "offer.where"),)
        return Transition(conversation).saying(Message((Line(say("Which one do you mean?")),), (*rows(buttons), none)))
    if len(words.split()) > 3 or (found and (found.sure or found.caution)):
        return None
    unknown = Line(say("We do not know that place. Write the municipality's name, or choose."))
    return Transition(conversation).saying(offer_talk.where(conversation, frame, unknown))


def at(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    here = frame.catalog.places.get(argument)
    return _at(conversation, here, frame) if here else where(conversation, "", frame)


def _at(conversation: Conversation, here: Place, frame: Frame) -> Transition:
    """What the municipality itself says comes before anything is asked."""
    place = offer.municipality(frame.catalog, here.id)
    if place is None or place.id not in frame.asking.offers:
        return Transition(replace(conversation, flow="")).saying(offer_talk.closed(conversation, frame, place))
    if says := offer.says_of_offers(frame.catalog, place.id, frame.today):
        return Transition(replace(conversation, flow="")).saying(offer_talk.first(place, says))
    return _ask_consent(conversation, place, frame)


def all_the_same(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    place = offer.municipality(frame.catalog, argument)
    if place is None or place.id not in frame.asking.offers:
        return begin(conversation, "", frame)
    return _ask_consent(conversation, place, frame)


def _ask_consent(conversation: Conversation, place: Place, frame: Frame) -> Transition:
    before = offer.draft_in(conversation) or Draft()
    noted = offer.with_draft(replace(conversation, flow="offer"), replace(before, place=place.id, agreed=False))
    return Transition(noted).saying(offer_talk.consent(place, frame))


def agree(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    draft = offer.draft_in(conversation)
    if draft is None or draft.place not in frame.asking.offers:
        return begin(conversation, "", frame)
    return _next(conversation, replace(draft, agreed=True), frame)


def _next(conversation: Conversation, draft: Draft, frame: Frame, hint: Text | None = None) -> Transition:
    """Ask what is not told yet, or show all of it."""
    asked = offer_talk.waiting(draft)
    noted = offer.with_draft(replace(conversation, flow="offer"), draft)
    if asked:
        return Transition(noted).saying(offer_talk.question(asked, draft, frame, hint))
    return Transition(noted).saying(offer_talk.summary(draft, frame.catalog.places[draft.place], frame))


def put(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Take the value of a button. Without consent, as after a day of silence, it begins anew."""
    name, _, value = argument.partition(":")
    draft = _agreed(conversation, frame)
    if draft is None:
        return begin(conversation, "", frame)
    asked = next((a for a in offer_talk.QUESTIONS if a.name == name), None)
    fits = asked and (value in (asked.labels or {}) or (asked.may_skip and value == SKIPPED) or (name == "beds" and _beds(value)))
    return _next(conversation, draft.with_(name, "" if value == SKIPPED else value) if fits else draft, frame)


def typed(conversation: Conversation, words: str, frame: Frame) -> Transition | None:
    """Take typed words as the answer to what is asked; None when they are something else: danger, a question."""
    draft, found = offer.draft_in(conversation), frame.found
    gone = draft is None or draft.place not in frame.asking.offers
    if draft is None or gone or (found and found.danger) or ("?" in words and found and not found.abstain):
        return None
    other = len(words.split()) > LONG_WORDS or (found and (found.sure or found.caution or found.small_talk))
    if not draft.agreed:
        return None if other else _ask_consent(conversation, frame.catalog.places[draft.place], frame)
    asked = offer_talk.waiting(draft)
    if asked is None:  # the summary stands there
        return None if other else _next(conversation, draft, frame)
    match steering(words):
        case "back":
            return back(conversation, "", frame)
        case "skip" if asked.may_skip:
            return _next(conversation, draft.with_(asked.name, ""), frame)
    if offer.has_personal_number(words):
        hint = say("That looks like a personal number. We did not take it: it is never needed here.")
        return _next(conversation, draft, frame, hint)
    if value := _read(asked, words):
        return _next(conversation, draft.with_(asked.name, value), frame)
    return None if other else _next(conversation, draft, frame, asked.again)


def _read(asked: Asked, words: str) -> str:
    said = " ".join(words.split())[: offer.WORDS_AT_MOST]
    match asked.name:
        case "kind":
            return chosen(offer_talk.options(asked), said)
        case "beds":
            numbers = [w for w in said.replace(",", " ").split() if w.isdecimal()]
            return str(int(numbers[0])) if len(numbers) == 1 and _beds(numbers[0]) else ""
        case "way":
            return said if offer.is_way(said) else ""
    return said


def _beds(value: str) -> bool:
    return value.isdecimal() and len(value) < 3 and 1 <= int(value) <= offer.BEDS_AT_MOST


def _agreed(conversation: Conversation, frame: Frame) -> Draft | None:
    draft = offer.draft_in(conversation)
    return draft if draft and draft.agreed and draft.place in frame.asking.offers else None


def back(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    draft = _agreed(conversation, frame)
    if draft is None:
        return begin(conversation, "", frame)
    last = next((a.name for a in reversed(offer_talk.QUESTIONS) if a.name in draft.told), "")
    return _next(conversation, replace(draft, told={k: v for k, v in draft.told.items() if k != last}), frame)


def fix(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Ask which answer is wrong, or ask that one again."""
    draft = _agreed(conversation, frame)
    if draft is None:
        return begin(conversation, "", frame)
    if argument not in draft.told:
        return Transition(conversation).saying(offer_talk.what_to_correct())
    return _next(conversation, replace(draft, told={k: v for k, v in draft.told.items() if k != argument}), frame)


def send(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Send it. Pressed again, it shows how the person's offers stand."""
    draft, own = _agreed(conversation, frame), offer.own(conversation, frame.today)
    if draft is None:
        return mine(conversation, "", frame) if own else begin(conversation, "", frame)
    if offer_talk.waiting(draft):
        return _next(conversation, draft, frame)
    if len(own) >= offer.A_CONTACT_AT_MOST:
        return Transition(without_note(conversation)).saying(offer_talk.enough())
    key = frame.entropy[:12].hex()
    last = (frame.today + offer.KEPT).isoformat()
    done = offer.with_own(without_note(conversation), [*own, (key, last)])
    left = LeaveOffer(key, draft.place, draft.home(), draft.told["way"])
    return Transition(done, (left,)).saying(offer_talk.sent(frame.catalog.places[draft.place], key, frame))


def cancel(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    return Transition(without_note(conversation)).saying(offer_talk.cancelled(frame))


def mine(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    return Transition(conversation, (ShowOffers(),))


def drop(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Take an offer back. The service looks whether it is this person's."""
    left = [pair for pair in offer.own(conversation, frame.today) if pair[0] != argument]
    return Transition(offer.with_own(conversation, left), (WithdrawOffer(argument),)).saying(offer_talk.withdrawn(frame))


ACTIONS = {
    "offer": begin,
    "offer.where": where,
    "offer.at": at,
    "offer.on": all_the_same,
    "offer.yes": agree,
    "offer.set": put,
    "offer.back": back,
    "offer.fix": fix,
    "offer.send": send,
    "offer.cancel": cancel,
    "offer.mine": mine,
    "offer.drop": drop,
}
