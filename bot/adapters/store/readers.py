"""Who asked to be told when an answer changes: consent with an end, and the version they know."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.adapters.store.inbox import by_address
from bot.adapters.store.tables import contacts, readers
from bot.domain.events import Address
from bot.services.ports import Watching


def watch(connection: sa.Connection, address: Address, article: str, place: str | None, version: str, until: datetime) -> None:
    """Remember the wish; asked again, it holds from now and for the place of now."""
    insert = pg_insert if connection.dialect.name == "postgresql" else sqlite_insert
    known = {"place": place, "version": version, "until": until}
    row = insert(readers).values(channel=address.channel, key=address.key, article=article, **known)
    connection.execute(row.on_conflict_do_update(index_elements=["channel", "key", "article"], set_=known))


def unwatch(connection: sa.Connection, address: Address, article: str) -> None:
    connection.execute(sa.delete(readers).where(by_address(readers, [address]), readers.c.article == article))


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
