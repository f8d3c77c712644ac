"""Who asked to be told when an answer changes: consent with an end, and the version they know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.adapters.store.inbox import by_address, by_one, of_one
from bot.adapters.store.ready import INSERT, ready
from bot.adapters.store.tables import contacts, readers
from bot.domain.events import Address
from bot.services.ports import Watching


def _watch(insert: Callable[..., Any]) -> Any:
    row = insert(readers)
    again = {name: getattr(row.excluded, name) for name in ("place", "version", "until")}
    return ready(row.on_conflict_do_update(index_elements=["channel", "key", "article"], set_=again))


_WATCH = {name: _watch(insert) for name, insert in INSERT.items()}
_UNWATCH = ready(sa.delete(readers).where(of_one(readers), readers.c.article == sa.bindparam("of_article")))


def watch(connection: sa.Connection, address: Address, article: str, place: str | None, version: str, until: datetime) -> None:
    """Remember the wish; asked again, it holds from now and for the place of now."""
    known = {"article": article, "place": place, "version": version, "until": until}
    connection.execute(_WATCH[connection.dialect.name], {"channel": address.channel, "key": address.key, **known})


def unwatch(connection: sa.Connection, address: Address, article: str) -> None:
    connection.execute(_UNWATCH, {**by_one(address), "of_article": article})


def watching(connection: sa.Connection, after: int, now: datetime, at_most: int) -> list[Watching]:
    """Return the next wishes that still hold, of contacts that can be reached."""
    query = (
        sa.select(readers, contacts.c.language)
        .join(contacts, sa.and_(contacts.c.channel == readers.c.channel, contacts.c.key == readers.c.key))
        .where(readers.c.id > after, readers.c.until > now, contacts.c.alive)
        .order_by(readers.c.id)
        .limit(at_most)
    )
    return [
        Watching(row.id, Address(row.channel, row.key), row.article, row.place, row.version, row.language)
        for row in connection.execute(query)
    ]


def told(connection: sa.Connection, row: int, was: str, version: str) -> bool:
    """Move the wish to the new version. False when another process was quicker: then it tells."""
    moved = sa.update(readers).where(readers.c.id == row, readers.c.version == was).values(version=version)
    return connection.execute(moved.returning(readers.c.id)).first() is not None


def move(connection: sa.Connection, address: Address, new: Address) -> None:
    connection.execute(sa.delete(readers).where(by_address(readers, [new])))
    connection.execute(sa.update(readers).where(by_address(readers, [address])).values(key=new.key))


def forget(connection: sa.Connection, address: Address) -> None:
    connection.execute(sa.delete(readers).where(by_address(readers, [address])))


def sweep(connection: sa.Connection, now: datetime) -> int:
    return connection.execute(sa.delete(readers).where(readers.c.until <= now)).rowcount
