"""The index of what is under way: with the state in it, so that what a contact was sent long ago is not read again each time."""

import sqlalchemy as sa
from alembic import op

revision = "0089"
down_revision = "0088"

_NAME, _UNDER_WAY = "ix_outbox_under_way", sa.text("status IN ('pending', 'sending')")


def upgrade() -> None:
    _made_anew(["channel", "key", "status", "id"])


def downgrade() -> None:
    _made_anew(["channel", "key", "id"])


def _made_anew(columns: list[str]) -> None:
    op.drop_index(_NAME, "outbox")
    op.create_index(_NAME, "outbox", columns, sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY)
