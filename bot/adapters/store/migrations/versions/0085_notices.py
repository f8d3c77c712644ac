"""Words to staff that matter, each tried by the next way when one is dead, and answered where an answer is asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0074"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("staff", _ID, nullable=False),
        sa.Column("report", _ID, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.String(length=80), nullable=False),
        sa.Column("once", sa.String(length=80), nullable=True),
        sa.Column("method", _ID, nullable=True),
        sa.Column("delivery", _ID, nullable=True),
        sa.Column("next_at", sa.String(27), nullable=True),
        sa.Column("handle", sa.String(length=32), nullable=False),
        sa.Column("until", sa.String(27), nullable=True),
        sa.Column("answered_at", sa.String(27), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("once", name="uq_notices_once"),
    )
    open_ = sa.text("state = 'open'")
    op.create_index("ix_notices_open", "notices", ["id"], sqlite_where=open_, postgresql_where=open_)
    op.create_index("ix_notices_staff", "notices", ["staff", "id"])
    op.create_index("ix_notices_handle", "notices", ["handle"])
    op.create_index("ix_notices_created_at", "notices", ["created_at"])


def downgrade() -> None:
    op.drop_table("notices")
