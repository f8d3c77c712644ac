"""Mutual aid counts once the unit that helps has accepted it."""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"


def upgrade() -> None:
    op.add_column("aids", sa.Column("accepted_at", sa.String(27)))
    op.create_index("ix_aids_of_unit", "aids", ["of_unit"])
    op.create_index("ix_aids_to_unit", "aids", ["to_unit"])


def downgrade() -> None:
    op.drop_index("ix_aids_to_unit", "aids")
    op.drop_index("ix_aids_of_unit", "aids")
    op.drop_column("aids", "accepted_at")
