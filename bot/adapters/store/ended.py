"""Case keys of all cases, and the end of a closed one: what is known of it, and what erasing leaves."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from bot.adapters.store.case_tables import links, posts, reporters, reports, timeline, translations
from bot.adapters.store.tables import audit
from bot.adapters.store.transaction import Transaction
from bot.domain import statutory
from bot.domain.audit import Action, Ref, Thing
from bot.domain.report import CLOSED
from bot.domain.retention import Remains
from bot.services.case_ports import Moment

_READ = (Action.CASE_VIEWED, Action.CASE_OPENED, Action.CASE_VIEWED_AS_STRANGER)
_WRITTEN_BY_READERS = ("staff_wrote", "noted")  # nobody writes in a case without having it before them
_SAID = ("answered", "completed")  # the reporter's answers came in


@dataclass(frozen=True, slots=True)
class Ended:
    """A closed case that has not been erased."""

    id: int
    code: str
    unit: str | None
    remains: Remains


def case_keys(connection: sa.Connection, after: int = 0, at_most: int = 500) -> list[tuple[int, str | None, bytes]]:
    """Return (id, unit, case key) of the next cases behind `after` that have a key."""
    query = sa.select(reports.c.id, reports.c.unit, reports.c.case_key).where(reports.c.id > after)
    query = query.where(reports.c.case_key != b"").order_by(reports.c.id).limit(at_most)
    return [(row.id, row.unit, bytes(row.case_key)) for row in connection.execute(query)]


def exchange_key(connection: sa.Connection, id_: int, old: bytes, new: bytes) -> bool:
    """Put the new case key in place of the old one. False where it was exchanged or erased meanwhile."""
    same = sa.update(reports).where(reports.c.id == id_, reports.c.case_key == old)
    return bool(connection.execute(same.values(case_key=new).returning(reports.c.id)).first())


def ended(connection: sa.Connection, now: datetime, id_: int | None = None) -> list[Ended]:
    """Return closed cases that still have their key, oldest first; with `id_` that one only, locked."""
    query = sa.select(reports).where(reports.c.state == CLOSED, reports.c.case_key != b"").order_by(reports.c.closed_at)
    if id_ is not None:
        query = query.where(reports.c.id == id_)
        query = query.with_for_update() if connection.dialect.name == "postgresql" else query
    return [Ended(row.id, row.code, row.unit, _remains(connection, row, now)) for row in connection.execute(query).all()]


def _remains(connection: sa.Connection, row: sa.Row, now: datetime) -> Remains:
    # A drill has nothing that a records system keeps, and no clock of the law.
    handed_over = row.closed_at if row.practice else row.handed_over_at
    # A clock that is over runs on in the records system, if anywhere; one that may still run keeps the case here.
    clocks = () if row.practice else tuple(d.due for d in statutory.deadlines(row.created_at) if not d.late(now))
    return Remains(row.closed_at, _unread(connection, row), clocks, handed_over)


def _unread(connection: sa.Connection, row: sa.Row) -> int:
    """Return how many posts and answers of the reporter came in after staff last had the case before them."""
    about = str(Ref(Thing.CASE, row.id))
    viewed = sa.select(sa.func.max(audit.c.at)).where(audit.c.object == about, audit.c.action.in_([a.value for a in _READ]))
    own = timeline.c.report == row.id
    wrote = sa.select(sa.func.max(timeline.c.at)).where(own, timeline.c.what.in_(_WRITTEN_BY_READERS))
    looks = [at for at in (connection.execute(viewed).scalar(), connection.execute(wrote).scalar()) if at]
    since = max(looks, default=None)
    written = sa.select(sa.func.count()).where(posts.c.report == row.id, posts.c.author == "reporter")
    said = sa.select(sa.func.count()).where(own, timeline.c.what.in_(_SAID))
    if since:
        written, said = written.where(posts.c.at > since), said.where(timeline.c.at > since)
    return connection.execute(written).scalar_one() + connection.execute(said).scalar_one()


def erase(tx: Transaction, id_: int, now: datetime) -> None:
    """Destroy the key of the case and all that was sealed to it. What stays: code, place, times, outcome, timeline.

    The reporter is no longer known, and no receipt code, link or conversation leads to it. Ask again in this transaction first.
    """
    connection = tx.connection
    key = connection.execute(sa.select(reports.c.key).where(reports.c.id == id_)).scalar_one()
    addresses = tx.reports.reporters(id_)
    tx.reports.change(
        id_, case_key=b"", answers=b"", source="", receipt="", receipt_hash="", key=f"erased-{secrets.token_hex(12)}"
    )
    connection.execute(sa.update(posts).where(posts.c.report == id_).values(sealed=b""))
    connection.execute(sa.delete(translations).where(translations.c.report == id_))
    connection.execute(sa.delete(reporters).where(reporters.c.report == id_))
    connection.execute(sa.delete(links).where(links.c.kind == "handover", links.c.target == id_))
    tx.reports.note(id_, Moment(now, "erased"))
    _forget(tx, addresses, key, now)


def _forget(tx: Transaction, addresses: Sequence, key: str, now: datetime) -> None:
    for address in addresses:
        known = tx.conversation(address)
        if known and (known.answers.get("report") or {}).get("key") == key:
            kept = {name: value for name, value in known.answers.items() if name != "report"}
            tx.save_conversations([replace(known, answers=kept, flow="")], now)
