"""Contacts that let volunteers send them answers."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("contacts", sa.Column("reach", sa.String(32)))
    reachable = sa.text("reach IS NOT NULL")
    where = {"sqlite_where": reachable, "postgresql_where": reachable}
    op.create_index("ix_contacts_reach", "contacts", ["reach"], unique=True, **where)


def downgrade() -> None:
    op.drop_index("ix_contacts_reach", "contacts")
    op.drop_column("contacts", "reach")
