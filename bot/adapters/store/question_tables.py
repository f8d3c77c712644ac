"""The tables of questions for people, and what is counted without anybody's name. Words are in `sealed` columns only."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table

from bot.adapters.store.tables import Instant, _Id, metadata

questions = Table(
    "questions",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("key", String(32), nullable=False, unique=True),
    Column("channel", String(16), nullable=False),  # of whoever sent it: no console ever reads these three
    Column("sender", String(80), nullable=False),
    Column("reach", String(32), nullable=False),  # mark of the asker, where a volunteer passed it on
    Column("language", String(8), nullable=False),
    Column("place", String(64)),
    Column("topic", String(64), nullable=False),
    Column("passed_on", Boolean, nullable=False),
    Column("state", String(8), nullable=False),
    Column("editors", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("owner", _Id),
    Column("claimed_at", Instant),
    Column("ended_at", Instant),
    Column("mark", String(12), nullable=False),
    Column("draft", String(64), nullable=False),
    Column("thread", String(32), nullable=False, server_default=""),  # key of the question that it goes on from
    Column("words", LargeBinary, nullable=False),  # sealed
    Column("answer", LargeBinary, nullable=False),  # sealed; b'' = none
    Column("answer_language", String(8), nullable=False),
)
Index("ix_questions_thread", questions.c.thread)
Index("ix_questions_state", questions.c.state, questions.c.id)
Index("ix_questions_sender", questions.c.channel, questions.c.sender)

relays = Table(  # conversations that people answer wholly
    "relays",
    metadata,
    Column("channel", String(16), primary_key=True),  # whose it is: no console ever reads these two
    Column("sender", String(80), primary_key=True),
    Column("thread", String(32), nullable=False),
    Column("until", Instant, nullable=False),
    Column("staff", _Id, nullable=False),
)

gaps = Table(
    "gaps",
    metadata,
    Column("week", String(8), primary_key=True),
    Column("topic", String(64), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("kind", String(12), primary_key=True),
    Column("count", Integer, nullable=False),
)

helps = Table(
    "helps",
    metadata,
    Column("article", String(64), primary_key=True),  # or the mark of a person's answer
    Column("version", String(16), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("helped", Boolean, primary_key=True),
    Column("count", Integer, nullable=False),
)

told = Table(
    "told",
    metadata,
    Column("staff", _Id, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
)

drafts = Table(  # the texts themselves are files
    "drafts",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("name", String(96), nullable=False, unique=True),
    Column("version", String(16), nullable=False),
    Column("state", String(12), nullable=False),
    Column("written_by", _Id),
    Column("changed_by", _Id),
    Column("changed_at", Instant, nullable=False),
    Column("published_by", _Id),
    Column("published_at", Instant),
)

switches = Table(
    "switches",
    metadata,
    Column("name", String(24), primary_key=True),
    Column("at", Instant, nullable=False),  # a row is a switch that is on
    Column("staff", _Id, nullable=False),
)
