"""Offers of a home: taken in with the step that brings them, shown to whoever left them, and where somebody reads them."""

from __future__ import annotations

from datetime import datetime

from bot.domain import offer_talk
from bot.domain.content import Catalog
from bot.domain.conversation import Conversation, Frame
from bot.domain.offer import Offer, is_new, is_told, new_offer, own, served, with_own
from bot.domain.offer_effects import LeaveOffer, OfferEffect, ShowOffers, WithdrawOffer
from bot.domain.people import Do, may
from bot.services.ports import Tx
from bot.services.speak import Saying


def apply(tx: Tx, effect: OfferEffect, conversation: Conversation, frame: Frame) -> tuple[Conversation, list[Saying]]:
    """Carry it out. What the conversation knows of as the person's own is what is still kept, once they have looked."""
    address = conversation.address
    match effect:
        case LeaveOffer(key, place, home, way):
            language = frame.catalog.language(conversation.language).code
            tx.offers.add(new_offer(key, language, place, frame.now), address, home, way)
        case WithdrawOffer(key):
            tx.offers.drop(key, address)
        case ShowOffers():
            kept = tx.offers.of(address, frame.now)
            known = [pair for pair in own(conversation, frame.today) if pair[0] in {offer.key for offer in kept}]
            shown = offer_talk.standing([(offer, frame.catalog.places.get(offer.place)) for offer in kept])
            return with_own(conversation, known), [Saying(address, shown, conversation.language)]
    return conversation, []


def to_tell(tx: Tx, catalog: Catalog, now: datetime) -> dict[int, list[Offer]]:
    """Return the offers of the last days that somebody is to hear of, by member of staff."""
    served_by = {unit.id: served(catalog, unit) for unit in tx.people.units()}
    new = [offer for offer in tx.offers.at(frozenset().union(*served_by.values()), now) if is_new(offer, None, now)]
    found = {}
    for unit, own_places in served_by.items():
        if near := [offer for offer in new if offer.place in own_places]:
            found |= {person.id: near for person in tx.people.staff_of(unit) if is_told(person, own_places)}
    return found


def read_at(tx: Tx, catalog: Catalog) -> frozenset[str]:
    """Return the municipalities where at least one active member of staff reads offers."""
    found: set[str] = set()
    for unit in tx.people.units():
        if any(may(person, Do.READ_OFFERS, unit.id) for person in tx.people.staff_of(unit.id)):
            found |= served(catalog, unit)
    return frozenset(found)
