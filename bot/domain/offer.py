"""An offer of a home: what is asked, for whom it is kept, and when it is erased. We place nobody: a municipality reads it.

Never a personal number, never papers: words with such a number in them are not taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.content import Catalog, Place
from bot.domain.conversation import NOTE, Conversation
from bot.domain.messages import Text, say
from bot.domain.offer_effects import Home
from bot.domain.people import Do, Role, Staff, may
from bot.domain.routing import CATCH_ALL, Unit

KEPT = timedelta(days=60)  # from the day it is left: then it is erased by itself, and the consent screen names that day
NEW_FOR = timedelta(days=7)  # as long is staff told of it; then whoever comes by the console sees it
ENDED_KEPT = timedelta(days=7)  # from the day staff mark it: long enough to see that a colleague has it
A_CONTACT_AT_MOST = 3  # offers of one contact at a time
BEDS_AT_MOST = 20
WORDS_AT_MOST = 100  # characters of an answer in the person's own words
OWN = "offers"  # among the conversation's answers: the person's own offers, as (key, last day)
ARTICLE = "help-offer-housing"

LIVE, TAKEN_UP, CLOSED = "live", "taken_up", "closed"
E_SERVICE, NOT_NEEDED = "e_service", "not_needed"  # what a municipality's part of the article says of offers

KINDS = {
    # Translators: button, max 24
    "room": say("A room"),
    # Translators: button, max 24
    "flat": say("A whole flat"),
    # Translators: button, max 24
    "house": say("A house"),
}
STARTS = {
    # Translators: button, max 24
    "now": say("From now"),
    # Translators: button, max 24
    "month": say("Within a month"),
    # Translators: button, max 24
    "later": say("Later"),
}
STAYS = {
    # Translators: button, max 24
    "short": say("Up to a month"),
    # Translators: button, max 24
    "months": say("One to three months"),
    # Translators: button, max 24
    "long": say("Longer than that"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """`place`: a municipality. `ends_at`: when it is erased, whatever became of it."""

    id: int
    key: str
    language: str
    place: str
    created_at: datetime
    ends_at: datetime
    state: str = LIVE
    ended_at: datetime | None = None

    def ended(self, state: str, now: datetime) -> Offer:
        return replace(self, state=state, ended_at=now)

    def again(self) -> Offer:
        return replace(self, state=LIVE, ended_at=None)


def new_offer(key: str, language: str, place: str, now: datetime) -> Offer:
    return Offer(0, key, language, place, now, now + KEPT)


def why_not_mark(offer: Offer) -> Text | None:
    """Return why staff cannot mark the offer, None when they can."""
    return None if offer.state == LIVE else say("This offer is taken up or closed already.")


def why_not_put_back(offer: Offer) -> Text | None:
    """Return why a mark cannot be taken off, None when it can."""
    return say("This offer is in force.") if offer.state == LIVE else None


# --- whose it is -------------------------------------------------------------------------------------------------------------


def municipality(catalog: Catalog, place: str | None) -> Place | None:
    """Return the municipality of the place, also of a district; None for none."""
    line = catalog.up(place)[:-1]
    return line[-1] if line else None


def served(catalog: Catalog, unit: Unit) -> frozenset[str]:
    """Return the municipalities whose offers the unit's staff read. What nobody serves is read by nobody."""
    found = (municipality(catalog, place) for place in unit.places) if unit.kind != CATCH_ALL else ()
    return frozenset(place.id for place in found if place)


def may_read(person: Staff, offer: Offer, own: frozenset[str]) -> bool:
    """Return whether the person reads it: by the one table, and only of a municipality that their unit serves."""
    return may(person, Do.READ_OFFERS, person.unit) and offer.place in own


def is_told(person: Staff, own: frozenset[str]) -> bool:
    """Return whether the person hears of new offers to these places. Who is only on call does not: that line is for children."""
    return bool(own) and may(person, Do.READ_OFFERS, person.unit) and bool(person.roles - {Role.ON_CALL})


def is_new(offer: Offer, told_at: datetime | None, now: datetime) -> bool:
    """Return whether somebody who was told last at that time has not heard of it."""
    return offer.state == LIVE and now - offer.created_at <= NEW_FOR and (told_at is None or offer.created_at > told_at)


def says_of_offers(catalog: Catalog, place: str, today: date) -> str:
    """Return what the municipality's own part of the article says of offers: E_SERVICE, NOT_NEEDED, '' where it says neither."""
    article = catalog.articles.get(ARTICLE)
    parts = (s for s in (article.sections if article else ()) if place in s.places and s.on(today))
    return next((part.offers for part in parts if part.offers), "")


# --- what is being told, until it is sent ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Draft:
    """What the person has told so far. `agreed`: they have read who reads it and until when, for this place."""

    place: str = ""
    agreed: bool = False
    told: Mapping[str, str] = field(default_factory=dict)

    def with_(self, name: str, value: str) -> Draft:
        return replace(self, told={**self.told, name: value})

    def home(self) -> Home:
        return Home(self.told["kind"], int(self.told["beds"]), self.told["starts"], self.told["stays"])


def draft_in(conversation: Conversation) -> Draft | None:
    """Return what is being told, None where nothing is that this version can read."""
    note = conversation.answers.get(NOTE)
    if not isinstance(note, Mapping) or not isinstance(note.get("told"), Mapping):
        return None
    told = {str(name): str(value) for name, value in note["told"].items()}
    return Draft(str(note.get("place", "")), bool(note.get("agreed")), told)


def with_draft(conversation: Conversation, draft: Draft) -> Conversation:
    """Return the conversation with it noted. Like the note of a guide it is forgotten when the person turns to something else."""
    note = {"place": draft.place, "agreed": draft.agreed, "told": dict(draft.told)}
    return replace(conversation, answers={**conversation.answers, NOTE: note})


def own(conversation: Conversation, today: date) -> list[tuple[str, str]]:
    """Return key and last day of the offers that the person has left and that are not past it."""
    kept: Any = conversation.answers.get(OWN, ())
    pairs = kept if isinstance(kept, Sequence) and not isinstance(kept, str) else ()
    return [(str(p[0]), str(p[1])) for p in pairs if isinstance(p, Sequence) and len(p) == 2 and str(p[1]) >= today.isoformat()]


def with_own(conversation: Conversation, offers: Sequence[tuple[str, str]]) -> Conversation:
    """Return the conversation with those offers as the person's own."""
    answers = {name: value for name, value in conversation.answers.items() if name != OWN}
    return replace(conversation, answers={**answers, OWN: [list(pair) for pair in offers]} if offers else answers)


_DIGITS = re.compile(r"(?<!\d)(?:19|20)?(\d{6})([-+ ]?)(\d{4})(?!\d)")
_AT_LEAST = 6  # digits of a telephone number


def has_personal_number(words: str) -> bool:
    """Return whether a Swedish personal or coordination number stands in the words: a day, and a last digit that fits it."""
    return any(_is_personal(hit[1], hit[2], hit[3], hit[0]) for hit in _DIGITS.finditer(words))


def _is_personal(day: str, sign: str, last: str, whole: str) -> bool:
    month, number = int(day[2:4]), int(day[4:6]) % 60
    if not (1 <= month <= 12 and 1 <= number <= 31):
        return False
    if sign in ("-", "+") or len(whole) > len(day) + len(sign) + len(last):
        return True  # written as such a number is, also with a slip in it
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(day + last))
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0 and day[0] != "0"  # 07…: a mobile telephone


def is_way(words: str) -> bool:
    """Return whether somebody can be reached by the words: a telephone number or an e-mail address stands in them."""
    return sum(c.isdigit() for c in words) >= _AT_LEAST or bool(re.search(r"\S@\S+\.\S", words))
