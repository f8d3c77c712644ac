"""Offers of a home, sealed. services.offer_ports.Offers over a connection."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.adapters.store.offer_tables import offers
from bot.adapters.store.sealed import Box
from bot.domain.events import Address
from bot.domain.offer import ENDED_KEPT, Offer
from bot.domain.offer_effects import Home

_SEEN = [getattr(offers.c, f.name) for f in fields(Offer)]


class OfferRows:
    def __init__(self, connection: sa.Connection, box: Box) -> None:
        self._connection = connection
        self._box = box
        self._insert: Any = pg_insert if connection.dialect.name == "postgresql" else sqlite_insert

    def add(self, offer: Offer, sender: Address, home: Home, way: str) -> None:
        """Store it; a repeat is a no-op."""
        values = {f.name: getattr(offer, f.name) for f in fields(Offer) if f.name != "id"}
        values |= {"channel": sender.channel, "sender": sender.key}
        values["home"] = self._box.seal(json.dumps(asdict(home), ensure_ascii=False), "offers", offer.key, "home")
        values["way"] = self._box.seal(way, "offers", offer.key, "way")
        self._connection.execute(self._insert(offers).on_conflict_do_nothing(index_elements=["key"]), values)

    def by_key(self, key: str, now: datetime, lock: bool = False) -> Offer | None:
        query = sa.select(*_SEEN).where(offers.c.key == key, _kept(now))
        if lock and self._connection.dialect.name == "postgresql":
            query = query.with_for_update()
        row = self._connection.execute(query).first()
        return Offer(**row._mapping) if row else None

    def at(self, places: Collection[str], now: datetime) -> list[Offer]:
        query = sa.select(*_SEEN).where(offers.c.place.in_(sorted(places)), _kept(now)).order_by(offers.c.id.desc())
        return [Offer(**row._mapping) for row in self._connection.execute(query)]

    def of(self, sender: Address, now: datetime) -> list[Offer]:
        query = sa.select(*_SEEN).where(_from(sender), _kept(now)).order_by(offers.c.id)
        return [Offer(**row._mapping) for row in self._connection.execute(query)]

    def sender(self, key: str) -> Address | None:
        row = self._connection.execute(sa.select(offers.c.channel, offers.c.sender).where(offers.c.key == key)).first()
        return Address(row.channel, row.sender) if row else None

    def home(self, key: str) -> Home:
        """Return what is offered. Raises the box's fault."""
        sealed = self._connection.execute(sa.select(offers.c.home).where(offers.c.key == key)).scalar_one()
        return Home(**json.loads(self._box.open(sealed, "offers", key, "home")))

    def way(self, key: str) -> str:
        """Return how the person can be reached. Raises the box's fault."""
        sealed = self._connection.execute(sa.select(offers.c.way).where(offers.c.key == key)).scalar_one()
        return self._box.open(sealed, "offers", key, "way")

    def keep(self, offer: Offer) -> None:
        own = sa.update(offers).where(offers.c.key == offer.key)
        self._connection.execute(own.values(state=offer.state, ended_at=offer.ended_at))

    def drop(self, key: str, sender: Address) -> bool:
        """Remove it where it is that sender's."""
        gone = sa.delete(offers).where(offers.c.key == key, _from(sender)).returning(offers.c.id)
        return self._connection.execute(gone).first() is not None

    def forget(self, sender: Address) -> None:
        self._connection.execute(sa.delete(offers).where(_from(sender)))

    def move(self, sender: Address, new_key: str) -> None:
        self._connection.execute(sa.update(offers).where(_from(sender)).values(sender=new_key))

    def sweep(self, now: datetime) -> int:
        return self._connection.execute(sa.delete(offers).where(sa.not_(_kept(now)))).rowcount


def _from(sender: Address) -> sa.ColumnElement[bool]:
    return sa.and_(offers.c.channel == sender.channel, offers.c.sender == sender.key)


def _kept(now: datetime) -> sa.ColumnElement[bool]:
    marked = sa.or_(offers.c.ended_at.is_(None), offers.c.ended_at > now - ENDED_KEPT)
    return sa.and_(offers.c.ends_at > now, marked)
