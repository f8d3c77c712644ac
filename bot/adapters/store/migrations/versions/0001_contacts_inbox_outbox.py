"""Contacts, inbox and outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_INSTANT = sa.String(27)


def upgrade() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("language", sa.String(8)),
        sa.Column("place", sa.String(64)),
        sa.Column("flow", sa.String(32), nullable=False),
        sa.Column("answers", sa.LargeBinary, nullable=False),
        sa.Column("alive", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.UniqueConstraint("channel", "key", name="uq_contacts_channel_key"),
    )
    op.create_table(
        "inbox",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("event", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("attempts", sa.SmallInteger, nullable=False),
        sa.Column("error", sa.String(80), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.UniqueConstraint("mark", name="uq_inbox_mark"),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_inbox_waiting", "inbox", ["channel", "key", "id"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_table(
        "outbox",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("lane", sa.SmallInteger, nullable=False),
        sa.Column("own_words", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("status", sa.String(9), nullable=False),
        sa.Column("attempts", sa.SmallInteger, nullable=False),
        sa.Column("not_before", _INSTANT, nullable=False),
        sa.Column("lease_until", _INSTANT),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("provider_id", sa.String(40), nullable=False),
        sa.Column("why", sa.String(80), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
    )
    under_way = sa.text("status IN ('pending', 'sending')")
    web = sa.text("channel = 'web'")
    for name, columns, where in (
        ("ix_outbox_under_way", ["channel", "key", "id"], under_way),
        ("ix_outbox_due", ["channel", "lane", "id"], under_way),
        ("ix_outbox_mailbox", ["key", "id"], web),
    ):
        op.create_index(name, "outbox", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for table in ("outbox", "inbox", "contacts"):
        op.drop_table(table)
