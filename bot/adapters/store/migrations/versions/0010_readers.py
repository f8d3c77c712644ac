"""Who asked to be told when an answer changes."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0002"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_INSTANT = sa.String(27)


def upgrade() -> None:
    op.create_table(
        "readers",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("article", sa.String(64), nullable=False),
        sa.Column("place", sa.String(64)),
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.UniqueConstraint("channel", "key", "article", name="uq_readers_channel_key_article"),
    )


def downgrade() -> None:
    op.drop_table("readers")
