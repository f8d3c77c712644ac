"""The audit log in the database: appended in the caller's transaction, read and verified in pages.

Append last in a transaction: on PostgreSQL it waits for the one transaction that appends before it to commit, and holding
other rows meanwhile could make two transactions wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import blake2b

import sqlalchemy as sa

from bot.adapters.store.tables import audit
from bot.domain.audit import EMPTY, Action, Anchor, Happening, Ref, Row, Thing, Verdict, chained, verify

_LOCK = 0x61756469  # "audi": one appender at a time, or two rows would follow the same one
_PAGE = 5000
# As text, whatever a tamperer has put there.
_RAW = (
    audit.c.sequence,
    sa.type_coerce(audit.c.at, sa.String).label("at"),
    audit.c.actor,
    audit.c.action,
    audit.c.object,
    audit.c.previous,
    audit.c.hash,
)


def log_key(secret: bytes) -> bytes:
    """Return the key of the log's hashes, made of the service's own secret."""
    return blake2b(secret[:64], digest_size=32, person=b"bot.audit.key").digest()


def append(connection: sa.Connection, happenings: Sequence[Happening], now: datetime, key: bytes) -> Anchor:
    """Log what happened and return the new end of the log. Undone with the transaction, durable with its commit."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    rows = chained(happenings, now, head(connection), key)
    if not rows:
        return head(connection)
    connection.execute(
        sa.insert(audit),
        [
            {
                "sequence": row.sequence,
                "at": now,
                "actor": row.actor,
                "action": row.action,
                "object": row.object,
                "previous": row.previous,
                "hash": row.hash,
            }
            for row in rows
        ],
    )
    return Anchor(rows[-1].sequence, rows[-1].hash)


def head(connection: sa.Connection) -> Anchor:
    """Return the end of the log: what is published. EMPTY when nothing was ever logged."""
    found = connection.execute(sa.select(audit.c.sequence, audit.c.hash).order_by(audit.c.sequence.desc()).limit(1)).one_or_none()
    return Anchor(found.sequence, found.hash) if found else EMPTY


def rows(connection: sa.Connection, after: int = 0, *, actor: Ref | None = None, about: Ref | None = None) -> Iterator[Row]:
    """Yield the rows behind `after`, oldest first, of one actor or about one thing where that is asked."""
    query = sa.select(*_RAW).order_by(audit.c.sequence).limit(_PAGE)
    if actor:
        query = query.where(audit.c.actor == str(actor))
    if about:
        query = query.where(audit.c.object == str(about))
    while page := connection.execute(query.where(audit.c.sequence > after)).all():
        for found in page:
            yield Row(*found)
        after = page[-1].sequence


def holds(connection: sa.Connection, actor: Ref, action: Action, about: Ref, since: datetime) -> bool:
    """Return whether that was logged since then."""
    query = sa.select(audit.c.sequence).where(audit.c.object == str(about), audit.c.actor == str(actor))
    query = query.where(audit.c.action == action.value, audit.c.at >= since).limit(1)
    return connection.execute(query).first() is not None


def done_by(
    connection: sa.Connection, actors: Sequence[str], thing: Thing, since: datetime, at_most: int
) -> list[tuple[datetime, str, str, int]]:
    """Return time, actor, action and number of what these actors did to such things, the newest first."""
    prefix = f"{thing.value}:"
    query = sa.select(audit.c.at, audit.c.actor, audit.c.action, audit.c.object).where(
        audit.c.actor.in_(actors), audit.c.at >= since
    )
    query = query.where(audit.c.object.startswith(prefix, autoescape=True)).order_by(audit.c.sequence.desc()).limit(at_most)
    return [(row.at, row.actor, row.action, int(row.object.removeprefix(prefix))) for row in connection.execute(query)]


def verify_log(connection: sa.Connection, key: bytes, anchors: Sequence[Anchor] = (), after: Anchor = EMPTY) -> Verdict:
    """Return whether the log in the database is sound and reaches the published anchors."""
    return verify(rows(connection, after.sequence), key, anchors, after)
