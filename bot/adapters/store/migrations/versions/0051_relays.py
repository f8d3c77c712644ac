"""Conversations that people answer for a while, and questions that go on in a thread."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_INSTANT = sa.String(27)


def upgrade() -> None:
    op.add_column("questions", sa.Column("thread", sa.String(length=32), nullable=False, server_default=""))
    op.create_index("ix_questions_thread", "questions", ["thread"])
    op.create_table(
        "relays",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("sender", sa.String(length=80), nullable=False),
        sa.Column("thread", sa.String(length=32), nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.Column("staff", _ID, nullable=False),
        sa.PrimaryKeyConstraint("channel", "sender"),
    )


def downgrade() -> None:
    op.drop_table("relays")
    op.drop_index("ix_questions_thread", "questions")
    op.drop_column("questions", "thread")
