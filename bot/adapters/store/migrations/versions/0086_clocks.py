"""The clocks that the law starts with a report: when each is reminded of next, and who marked it as done."""

import sqlalchemy as sa
from alembic import op

revision = "0086"
down_revision = "0085"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "clocks",
        sa.Column("report", _ID, autoincrement=False, nullable=False),
        sa.Column("clock", sa.String(length=16), nullable=False),
        sa.Column("deadline", sa.String(27), nullable=False),
        sa.Column("due_at", sa.String(27), nullable=True),
        sa.Column("told", sa.SmallInteger(), nullable=False),
        sa.Column("done_at", sa.String(27), nullable=True),
        sa.Column("done_by", _ID, nullable=True),
        sa.PrimaryKeyConstraint("report", "clock", name="pk_clocks"),
    )
    op.create_index("ix_clocks_due_at", "clocks", ["due_at"])


def downgrade() -> None:
    op.drop_table("clocks")
