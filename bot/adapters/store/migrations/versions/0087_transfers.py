"""Reports that another unit is asked to take over: whom of it to call next, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0087"
down_revision = "0086"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "transfers",
        sa.Column("report", _ID, autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.String(27), nullable=False),
        sa.Column("due_at", sa.String(27), nullable=True),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("report", name="pk_transfers"),
    )
    op.create_index("ix_transfers_due_at", "transfers", ["due_at"])


def downgrade() -> None:
    op.drop_table("transfers")
