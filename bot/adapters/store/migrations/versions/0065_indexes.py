"""Indexes: none of what runs all day reads a whole table."""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0060"

_NOT_DONE = sa.text("state != 'done'")
_WAITING = sa.text("state = 'waiting'")
_NOT_CLOSED = sa.text("state != 'closed'")
_OPEN = sa.text("state = 'open'")
_WEB = sa.text("channel = 'web'")


def upgrade() -> None:
    op.drop_index("ix_inbox_waiting", "inbox")
    op.create_index("ix_inbox_not_done", "inbox", ["channel", "key", "id"], sqlite_where=_NOT_DONE, postgresql_where=_NOT_DONE)
    op.create_index("ix_inbox_received", "inbox", ["received_at"])
    op.drop_index("ix_outbox_mailbox", "outbox")
    op.create_index("ix_outbox_contact", "outbox", ["channel", "key", "id"])
    op.create_index("ix_outbox_created", "outbox", ["created_at"])
    op.create_index("ix_contacts_seen", "contacts", ["seen_at"])
    op.create_index("ix_reports_not_closed", "reports", ["id"], sqlite_where=_NOT_CLOSED, postgresql_where=_NOT_CLOSED)
    op.create_index("ix_reports_source", "reports", ["source", "created_at"])
    op.drop_index("ix_pages_next", "pages")
    op.create_index("ix_pages_open", "pages", ["id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_pages_delivery", "pages", ["delivery"])
    op.create_index("ix_pages_staff", "pages", ["staff", "id"])


def downgrade() -> None:
    for table, name in (
        ("pages", "ix_pages_staff"),
        ("pages", "ix_pages_delivery"),
        ("pages", "ix_pages_open"),
        ("reports", "ix_reports_source"),
        ("reports", "ix_reports_not_closed"),
        ("contacts", "ix_contacts_seen"),
        ("outbox", "ix_outbox_created"),
        ("outbox", "ix_outbox_contact"),
        ("inbox", "ix_inbox_received"),
        ("inbox", "ix_inbox_not_done"),
    ):
        op.drop_index(name, table)
    op.create_index("ix_pages_next", "pages", ["next_at"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_outbox_mailbox", "outbox", ["key", "id"], sqlite_where=_WEB, postgresql_where=_WEB)
    op.create_index("ix_inbox_waiting", "inbox", ["channel", "key", "id"], sqlite_where=_WAITING, postgresql_where=_WAITING)
