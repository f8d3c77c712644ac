"""The tables of reports, alerts and staff. What people said is in `sealed` columns only; everything else may be read in a crisis.

Times are UTC text, see tables.py.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

from bot.adapters.store.tables import Instant, _Id, metadata, written

units = Table(
    "units",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("kind", String(12), nullable=False),  # domain.routing.KINDS
    Column("places", Text, nullable=False),  # JSON list
)

aids = Table(
    "aids",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("of_unit", String(64), nullable=False, index=True),
    Column("to_unit", String(64), nullable=False, index=True),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("accepted_at", Instant),  # by the unit that helps; before that nothing goes there
)

staff = Table(
    "staff",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("unit", String(64), nullable=False),
    Column("name", String(80), nullable=False),
    Column("roles", String(120), nullable=False),  # comma-separated
    Column("language", String(8), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("sign_in", String(80), nullable=False, unique=True),  # what they type to sign in
    Column("password", String(160), nullable=False),  # Argon2id; '' until the invite is used
    Column("totp", LargeBinary, nullable=False),  # sealed
    Column("totp_step", Integer, nullable=False),  # the last time step used: a code counts once
    Column("created_at", Instant, nullable=False),
)

methods = Table(
    "methods",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("staff", _Id, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("key", String(120), nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("verified_at", Instant),
    Column("dead", Boolean, nullable=False, server_default=false()),
    Column("dead_told", Boolean, nullable=False, server_default=false()),  # its owner knows
    Column("paged_at", Instant),  # the last page, so that a flood comes in bundles
    UniqueConstraint("staff", "channel", "key"),
)
Index("ix_methods_address", methods.c.channel, methods.c.key)

shifts = Table(
    "shifts",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("unit", String(64), nullable=False, index=True),
    Column("staff", _Id, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("days", String(7), nullable=False),  # '01234': Monday = 0
    Column("opens", String(5), nullable=False),  # Swedish wall time
    Column("closes", String(5), nullable=False),
    Column("since", String(10), nullable=False),
    Column("until", String(10)),
    Column("every_weeks", SmallInteger, nullable=False),
)

overrides = Table(
    "overrides",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("unit", String(64), nullable=False, index=True),
    Column("level", SmallInteger, nullable=False),
    Column("out", _Id),
    Column("stand_in", _Id),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("key", String(32), nullable=False, unique=True),
    Column("code", String(12), nullable=False, index=True),
    Column("place", String(64)),
    Column("unit", String(64)),
    Column("safety", String(8), nullable=False),
    Column("state", String(8), nullable=False),
    Column("language", String(8), nullable=False),
    Column("practice", Boolean, nullable=False),
    Column("unfinished", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("owner", _Id),
    Column("taken_at", Instant),
    Column("asked_at", Instant),
    Column("closed_at", Instant),
    Column("offered_to", String(64)),
    Column("outcome", String(16), nullable=False),
    Column("source", String(32), nullable=False),  # keyed hash of the reporter's address
    Column("proved", Boolean, nullable=False, server_default=true()),
    Column("case_key", LargeBinary, nullable=False),  # what is written about it is sealed to this; b'' = erased
    Column("answers", LargeBinary, nullable=False),  # sealed
    Column("finish_at", Instant),  # marked unfinished then, unless the reporter has come to the end
    Column("tell_at", Instant, index=True),  # the owner hears then that the reporter has written more
    Column("seen_at", Instant),  # a member of staff first read it
    Column("handed_over_at", Instant),  # a human confirmed that the records system has it
    Column("receipt", String(32), nullable=False),  # the part of the receipt code that finds the row; '' = none given
    Column("receipt_hash", String(160), nullable=False),
)
not_closed = reports.c.state != written("closed")
Index("ix_reports_not_closed", reports.c.id, sqlite_where=not_closed, postgresql_where=not_closed)
Index("ix_reports_state", reports.c.unit, reports.c.state, reports.c.id)
Index("ix_reports_receipt", reports.c.receipt)

proofs = Table(
    "proofs",
    metadata,
    Column("mark", String(32), primary_key=True),  # of the challenge that was solved: it counts once
    Column("source", String(32), nullable=False),  # as in reports
    Column("used", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
)
Index("ix_proofs_source", proofs.c.source, proofs.c.used)
Index("ix_proofs_at", proofs.c.at)

reporters = Table(
    "reporters",
    metadata,
    Column("report", _Id, primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("key", String(80), primary_key=True),
)
Index("ix_reporters_address", reporters.c.channel, reporters.c.key)

posts = Table(
    "posts",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("report", _Id, nullable=False, index=True),
    Column("author", String(8), nullable=False),  # reporter, staff, note
    Column("staff", _Id),
    Column("mark", String(32), nullable=False),  # what its sealed words are bound to
    Column("phrase", String(40), nullable=False),  # '' for free words
    Column("language", String(8), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
)

translations = Table(
    "translations",
    metadata,
    Column("report", _Id, primary_key=True, autoincrement=False),
    Column("part", String(40), primary_key=True),  # the mark of a post, or answer.<question>
    Column("language", String(8), primary_key=True),  # that it is translated into
    Column("sealed", LargeBinary, nullable=False),  # b'' until it is there
    Column("tries", SmallInteger, nullable=False),
    Column("due_at", Instant, index=True),  # when the machine is asked; None = not any more
)

alerts = Table(
    "alerts",
    metadata,
    Column("report", _Id, primary_key=True),
    Column("policy", Text, nullable=False),  # JSON snapshot
    Column("state", String(8), nullable=False),
    Column("step", SmallInteger, nullable=False),
    Column("round", Integer, nullable=False),
    Column("due_at", Instant),
    Column("told", Boolean, nullable=False),
    Column("owner", _Id),
    Column("active_at", Instant),
    Column("reminded", Boolean, nullable=False),
)
not_over = alerts.c.state != written("over")
Index("ix_alerts_due", alerts.c.due_at, sqlite_where=not_over, postgresql_where=not_over)

pages = Table(
    "pages",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("report", _Id, nullable=False, index=True),
    Column("staff", _Id, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("round", Integer, nullable=False),
    Column("method", _Id),  # the last one tried
    Column("handle", String(32), nullable=False),  # hash of the button's handle
    Column("delivery", _Id),  # row of the outbox
    Column("next_at", Instant),  # when the person's next method is tried; None = all have been
    Column("left_at", Instant),  # when the next way was tried though the one before had sent it
    Column("state", String(9), nullable=False),  # open, answered, withdrawn
)
open_pages = pages.c.state == written("open")
Index("ix_pages_open", pages.c.id, sqlite_where=open_pages, postgresql_where=open_pages)
Index("ix_pages_delivery", pages.c.delivery)
Index("ix_pages_staff", pages.c.staff, pages.c.id)
Index("ix_pages_handle", pages.c.handle)

transfers = Table(
    "transfers",
    metadata,
    Column("report", _Id, primary_key=True, autoincrement=False),
    Column("unit", String(64), nullable=False),  # that is asked to take it over
    Column("began_at", Instant, nullable=False),
    Column("due_at", Instant, index=True),  # when the next of its people are told; None = the alert calls them
    Column("step", SmallInteger, nullable=False),
    Column("round", Integer, nullable=False),
    Column("asked", Boolean, nullable=False),  # somebody there could be
)

timeline = Table(
    "timeline",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("report", _Id, nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("what", String(24), nullable=False),  # a word of domain.timeline
    Column("staff", _Id),
    Column("channel", String(16), nullable=False),
    Column("detail", String(80), nullable=False),  # a level, an outcome, a unit: never words of a person
)

links = Table(
    "links",
    metadata,
    Column("hash", String(64), primary_key=True),  # of the one-time token
    Column("kind", String(12), nullable=False),  # handover, telegram, mail, invite
    Column("target", _Id, nullable=False),  # report, method or staff
    Column("until", Instant, nullable=False),
    Column("used_at", Instant),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("mark", String(64), nullable=False, unique=True),  # hash of the token in the cookie
    Column("staff", _Id, nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

failures = Table(
    "failures",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("mark", String(64), nullable=False),  # keyed hash of a source, or of what was guessed at
    Column("at", Instant, nullable=False),
)
Index("ix_failures_mark", failures.c.mark, failures.c.at)
