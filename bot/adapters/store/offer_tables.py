"""The table of offers of a home. Whatever was told stands in `sealed` columns only."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, String, Table

from bot.adapters.store.tables import Instant, _Id, metadata

offers = Table(
    "offers",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("key", String(32), nullable=False, unique=True),
    Column("channel", String(16), nullable=False),  # of whoever left it: no console ever reads these two
    Column("sender", String(80), nullable=False),
    Column("language", String(8), nullable=False),
    Column("place", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("state", String(8), nullable=False),
    Column("ended_at", Instant),
    Column("home", LargeBinary, nullable=False),  # sealed
    Column("way", LargeBinary, nullable=False),  # sealed: how to reach the person
)
Index("ix_offers_place", offers.c.place, offers.c.id)
Index("ix_offers_sender", offers.c.channel, offers.c.sender)
