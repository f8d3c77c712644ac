"""Machine translations of what is written in a case."""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0065"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "translations",
        sa.Column("report", _ID, autoincrement=False, nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("report", "part", "language", name="pk_translations"),
    )
    op.create_index("ix_translations_due_at", "translations", ["due_at"])


def downgrade() -> None:
    op.drop_table("translations")
