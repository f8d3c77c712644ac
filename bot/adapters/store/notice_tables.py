"""Tables of words to staff and of the clocks of the law. See tables.py."""

from __future__ import annotations

from sqlalchemy import Column, Index, SmallInteger, String, Table

from bot.adapters.store.tables import Instant, _Id, metadata, written

notices = Table(
    "notices",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("staff", _Id, nullable=False),
    Column("report", _Id),
    Column("kind", String(16), nullable=False),  # a word of domain.staff_words
    Column("detail", String(80), nullable=False),  # a clock, a time, a name of a colleague: never words of a person
    Column("once", String(80), unique=True),  # what it is about: said to that person once
    Column("method", _Id),  # the last way tried
    Column("delivery", _Id),  # row of the outbox
    Column("next_at", Instant),  # when it is looked whether it arrived; None = not any more
    Column("handle", String(32), nullable=False),  # hash of what answers it; '' = no answer is asked for
    Column("until", Instant),  # when somebody else hears that it was not answered
    Column("answered_at", Instant),
    Column("state", String(8), nullable=False),  # open, done
    Column("created_at", Instant, nullable=False, index=True),
)
open_notices = notices.c.state == written("open")
Index("ix_notices_open", notices.c.id, sqlite_where=open_notices, postgresql_where=open_notices)
Index("ix_notices_staff", notices.c.staff, notices.c.id)
Index("ix_notices_handle", notices.c.handle)

clocks = Table(
    "clocks",
    metadata,
    Column("report", _Id, primary_key=True, autoincrement=False),
    Column("clock", String(16), primary_key=True),  # domain.statutory
    Column("deadline", Instant, nullable=False),
    Column("due_at", Instant, index=True),  # the next reminder; None = none any more
    Column("told", SmallInteger, nullable=False),  # 0 nothing yet, 1 that it comes, 2 that it has passed
    Column("done_at", Instant),
    Column("done_by", _Id),
)
