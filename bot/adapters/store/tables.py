"""The tables. Times are UTC text of fixed width: they sort alike in both databases and can be read in a crisis.

Migrations (migrations/versions) make them; a test holds the two together.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    FromClause,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
    false,
    literal_column,
    true,
)

_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"


class Instant(TypeDecorator[datetime]):
    """An aware datetime kept as UTC text. Raises ValueError for a naive one."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> str | None:
        return None if value is None else _stored(value)

    def process_result_value(self, value: str | None, dialect: Any) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


@lru_cache(maxsize=64)
def _stored(value: datetime) -> str:
    """Return the time as it is kept. One transaction stores the same moment many times."""
    if value.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored; pass aware UTC")
    return value.astimezone(UTC).strftime(_FORM)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def written(word: str) -> ColumnElement[str]:
    """Return the word as part of the statement. A partial index is used only for conditions that the planner can read."""
    return literal_column(f"'{word}'")


# SQLite numbers rows by itself only for INTEGER primary keys.
_Id = BigInteger().with_variant(Integer, "sqlite")

contacts = Table(
    "contacts",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("channel", String(16), nullable=False),
    Column("key", String(80), nullable=False),
    Column("language", String(8)),
    Column("place", String(64)),
    Column("flow", String(32), nullable=False),
    Column("answers", LargeBinary, nullable=False),  # JSON, sealed
    Column("alive", Boolean, nullable=False, server_default=true()),
    Column("reach", String(32)),  # random; set where the contact lets volunteers send them answers
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    UniqueConstraint("channel", "key"),
)
_reachable = contacts.c.reach.is_not(None)
Index("ix_contacts_seen", contacts.c.seen_at)
Index("ix_contacts_reach", contacts.c.reach, unique=True, sqlite_where=_reachable, postgresql_where=_reachable)

inbox = Table(
    "inbox",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("mark", String(32), nullable=False, unique=True),  # keyed hash of channel and event id: a repeat is a no-op
    Column("channel", String(16), nullable=False),
    Column("key", String(80), nullable=False),  # '' once handled
    Column("event", LargeBinary, nullable=False),  # JSON, sealed; b'' once handled
    Column("state", String(8), nullable=False),  # waiting, done, aside
    Column("attempts", SmallInteger, nullable=False),
    Column("error", String(80), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
)
not_done = inbox.c.state != written("done")
Index("ix_inbox_not_done", inbox.c.channel, inbox.c.key, inbox.c.id, sqlite_where=not_done, postgresql_where=not_done)
Index("ix_inbox_received", inbox.c.received_at)

readers = Table(
    "readers",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("channel", String(16), nullable=False),
    Column("key", String(80), nullable=False),
    Column("article", String(64), nullable=False),
    Column("place", String(64)),
    Column("version", String(16), nullable=False),  # of the answer, as they know it
    Column("until", Instant, nullable=False),  # the wish ends
    UniqueConstraint("channel", "key", "article"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("channel", String(16), nullable=False),
    Column("key", String(80), nullable=False),
    Column("lane", SmallInteger, nullable=False),  # index into domain.outbox.LANES
    Column("own_words", Boolean, nullable=False, server_default=false()),
    Column("body", LargeBinary, nullable=False),  # Rendered as JSON, or own words, sealed; b'' once sent
    Column("status", String(9), nullable=False),  # pending, sending, sent, refused, unknown, withdrawn
    Column("attempts", SmallInteger, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("owner", String(32), nullable=False),
    Column("provider_id", String(40), nullable=False),
    Column("why", String(80), nullable=False),
    Column("created_at", Instant, nullable=False),
)


def under_way(rows: FromClause) -> ColumnElement[bool]:
    """Return the condition that a row of the outbox, or of an alias of it, is not done with."""
    return rows.c.status.in_((written("pending"), written("sending")))


_under_way = under_way(outbox)
# With the state in it: else SQLite takes ix_outbox_contact, and reads all that a contact was ever sent.
_of_contact = (outbox.c.channel, outbox.c.key, outbox.c.status, outbox.c.id)
Index("ix_outbox_under_way", *_of_contact, sqlite_where=_under_way, postgresql_where=_under_way)
Index("ix_outbox_due", outbox.c.channel, outbox.c.lane, outbox.c.id, sqlite_where=_under_way, postgresql_where=_under_way)
Index("ix_outbox_contact", outbox.c.channel, outbox.c.key, outbox.c.id)
Index("ix_outbox_created", outbox.c.created_at)

# Append-only: triggers of migration 0030 refuse every change, the hashes show one that was made all the same.
audit = Table(
    "audit",
    metadata,
    Column("sequence", _Id, primary_key=True, autoincrement=False),  # 1, 2, 3, … without gaps
    Column("at", Instant, nullable=False),
    Column("actor", String(32), nullable=False),  # str(domain.audit.Ref)
    Column("action", String(40), nullable=False),
    Column("object", String(32), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_object", "object", "sequence"),
    Index("ix_audit_actor", "actor", "sequence"),
)
