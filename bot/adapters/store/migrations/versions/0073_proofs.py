"""Proof of work under flood: which challenges were solved, and which reports came with a proof."""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"


def upgrade() -> None:
    op.add_column("reports", sa.Column("proved", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.drop_index("ix_reports_source", "reports")
    op.create_table(
        "proofs",
        sa.Column("mark", sa.String(32), primary_key=True),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
    )
    op.create_index("ix_proofs_source", "proofs", ["source", "used"])
    op.create_index("ix_proofs_at", "proofs", ["at"])


def downgrade() -> None:
    op.drop_table("proofs")
    op.create_index("ix_reports_source", "reports", ["source", "created_at"])
    op.drop_column("reports", "proved")
