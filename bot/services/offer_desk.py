"""What staff do with offers of a home: see those of their own municipality, open one, mark it, take the mark off.

How to reach whoever made an offer shows only when it is opened, and each opening is a line of the audit log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.domain import offer_talk
from bot.domain.audit import Action, Happening, Ref, Thing
from bot.domain.content import Place
from bot.domain.events import Address
from bot.domain.messages import Message, Text
from bot.domain.offer import CLOSED, LIVE, TAKEN_UP, Offer, may_read, served, why_not_mark, why_not_put_back
from bot.domain.offer_effects import Home
from bot.domain.people import Staff
from bot.services.cases import Refused
from bot.services.desk import Unknown
from bot.services.ports import Clock, Store, Tx
from bot.services.speak import Saying, Speaker

_LOGGED = {TAKEN_UP: Action.OFFER_TAKEN_UP, CLOSED: Action.OFFER_CLOSED}


@dataclass(frozen=True, slots=True)
class Listed:
    offer: Offer
    home: Home


@dataclass(frozen=True, slots=True)
class Opened:
    offer: Offer
    home: Home
    way: str = field(repr=False)


class OfferDesk:
    """`committed` is told which addresses got new rows, once they are on disk."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        speaker: Speaker,
        committed: Callable[[Sequence[Address]], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._speaker = speaker
        self._committed = committed

    async def board(self, person: Staff) -> tuple[list[Listed], list[Listed]]:
        """Return the offers in force of the person's municipality, and those that are marked; without how to reach anybody."""
        now = self._clock.now()

        def look(tx: Tx) -> list[Listed]:
            own = self._own(tx, person)
            return [Listed(o, tx.offers.home(o.key)) for o in tx.offers.at(own, now) if may_read(person, o, own)]

        found = await self._store.read(look)
        return [o for o in found if o.offer.state == LIVE], [o for o in found if o.offer.state != LIVE]

    async def open(self, person: Staff, key: str) -> Opened:
        """Open one and log that it was. Raises Unknown."""
        now = self._clock.now()

        def work(tx: Tx) -> Opened:
            offer = self._seen(tx, person, key)
            tx.log([Happening(Ref(Thing.STAFF, person.id), Action.OFFER_VIEWED, Ref(Thing.OFFER, offer.id))], now)
            return Opened(offer, tx.offers.home(key), tx.offers.way(key))

        return await self._store.write(work)

    async def mark(self, person: Staff, key: str, state: str) -> None:
        """Mark it TAKEN_UP or CLOSED: whoever made it is told, and it is erased within days. Raises Refused, Unknown."""
        now = self._clock.now()
        await self._changed(person, key, why_not_mark, lambda offer: offer.ended(state, now), offer_talk.ended, _LOGGED[state])

    async def put_back(self, person: Staff, key: str) -> None:
        """Take the mark off: it is in force again, and whoever made it is told. Raises Refused, Unknown."""
        await self._changed(person, key, why_not_put_back, Offer.again, offer_talk.put_back, Action.OFFER_PUT_BACK)

    async def _changed(
        self,
        person: Staff,
        key: str,
        why_not: Callable[[Offer], Text | None],
        change: Callable[[Offer], Offer],
        say: Callable[[Offer, Place | None], Message],
        action: Action,
    ) -> None:
        now = self._clock.now()

        def work(tx: Tx) -> list[Address]:
            offer = self._seen(tx, person, key, lock=True)
            if why := why_not(offer):
                raise Refused(why)
            offer = change(offer)
            tx.offers.keep(offer)
            rows = [row for saying in self._told(tx, offer, say) for row in self._speaker.rows(saying, now)]
            tx.put_deliveries(rows, now, "")
            tx.log([Happening(Ref(Thing.STAFF, person.id), action, Ref(Thing.OFFER, offer.id))], now)
            return [row.to for row in rows]

        touched = await self._store.write(work)
        if touched:
            self._committed(touched)

    def _told(self, tx: Tx, offer: Offer, say: Callable[[Offer, Place | None], Message]) -> list[Saying]:
        address = tx.offers.sender(offer.key)
        contact = tx.conversation(address) if address else None
        if contact is None or not contact.alive or not self._speaker.can_reach(contact.address):
            return []
        message = say(offer, self._speaker.catalog.places.get(offer.place))
        return [Saying(contact.address, message, contact.language or offer.language)]

    def _own(self, tx: Tx, person: Staff) -> frozenset[str]:
        unit = next((u for u in tx.people.units() if u.id == person.unit), None)
        return served(self._speaker.catalog, unit) if unit else frozenset()

    def _seen(self, tx: Tx, person: Staff, key: str, *, lock: bool = False) -> Offer:
        offer = tx.offers.by_key(key, self._clock.now(), lock)
        if offer is None or not may_read(person, offer, self._own(tx, person)):
            raise Unknown
        return offer
