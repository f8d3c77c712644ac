"""Offers of a home."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0052"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_INSTANT = sa.String(27)


def upgrade() -> None:
    op.create_table(
        "offers",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("sender", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("ends_at", _INSTANT, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.Column("home", sa.LargeBinary(), nullable=False),
        sa.Column("way", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_offers"),
        sa.UniqueConstraint("key", name="uq_offers_key"),
    )
    op.create_index("ix_offers_place", "offers", ["place", "id"])
    op.create_index("ix_offers_sender", "offers", ["channel", "sender"])


def downgrade() -> None:
    op.drop_table("offers")
