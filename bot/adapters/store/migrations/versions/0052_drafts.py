"""Drafts of articles: who wrote and last changed each, and who published it."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_INSTANT = sa.String(27)


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=96), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("written_by", _ID, nullable=True),
        sa.Column("changed_by", _ID, nullable=True),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.Column("published_by", _ID, nullable=True),
        sa.Column("published_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )


def downgrade() -> None:
    op.drop_table("drafts")
