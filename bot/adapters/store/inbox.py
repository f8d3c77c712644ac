"""The inbox: every event is a row before anybody is told that we have it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.adapters.store.ready import ready
from bot.adapters.store.sealed import Box
from bot.adapters.store.tables import inbox, not_done, written
from bot.domain.events import Address, Event, from_json, pause_before, to_json
from bot.services.ports import Waiting

KEEP_MARKS = timedelta(days=14)  # Telegram repeats an update for 24 hours at most


def mark(channel: str, event_id: str, key: bytes) -> str:
    """Return the keyed hash by which a repeat is known: event ids carry chat ids, and those are not kept."""
    return blake2b(f"{channel}\n{event_id}".encode(), digest_size=16, key=key[:64]).hexdigest()


# What runs for every update is made once: making a statement costs more than carrying it out.
_PUT = {
    name: ready(insert(inbox).on_conflict_do_nothing(index_elements=["mark"]).returning(inbox.c.id, inbox.c.mark))
    for name, insert in (("sqlite", sqlite_insert), ("postgresql", pg_insert))
}


def put(connection: sa.Connection, events: Sequence[Event], now: datetime, mark_key: bytes) -> list[Waiting]:
    """Store the events as if they were handled, for nearly all are within this transaction; `keep` those that are not."""
    marks = {mark(e.sender.channel, e.id, mark_key): e for e in events}
    rows = [
        {
            "mark": m,
            "channel": e.sender.channel,
            "key": "",
            "event": b"",
            "state": "done",
            "attempts": 0,
            "error": "",
            "due_at": now + pause_before(e),
            "received_at": now,
        }
        for m, e in marks.items()
    ]
    new = connection.execute(_PUT[connection.dialect.name], rows)
    return [Waiting(row.id, marks[row.mark], 0) for row in new]


_KEEP = ready(
    sa.update(inbox)
    .where(inbox.c.id == sa.bindparam("row"))
    .values(state="waiting", key=sa.bindparam("of_key"), event=sa.bindparam("sealed"))
)


def keep(connection: sa.Connection, rows: Sequence[Waiting], mark_key: bytes, box: Box) -> None:
    """Let the rows of this transaction wait, with their events."""
    kept = []
    for row in rows:
        event = row.event
        words = json.dumps(to_json(event), ensure_ascii=False)
        sealed = box.seal(words, "inbox", mark(event.sender.channel, event.id, mark_key))
        kept.append({"row": row.id, "of_key": event.sender.key, "sealed": sealed})
    if kept:
        connection.execute(_KEEP, kept)


def of_channel(rows: sa.FromClause) -> sa.ColumnElement[bool]:
    """Return the condition that the row is of one of the addresses of a channel; `by_channel` gives its parameters."""
    keys = sa.bindparam("keys", expanding=True)
    return sa.and_(rows.c.channel == sa.bindparam("of_channel"), rows.c.key.in_(keys))


def by_channel(addresses: Sequence[Address]) -> list[dict[str, Any]]:
    channels: dict[str, list[str]] = {}
    for address in addresses:
        channels.setdefault(address.channel, []).append(address.key)
    return [{"of_channel": channel, "keys": keys} for channel, keys in channels.items()]


def of_one(rows: sa.FromClause) -> sa.ColumnElement[bool]:
    """Return the condition that the row is of one address; `by_one` gives its parameters."""
    return sa.and_(rows.c.channel == sa.bindparam("of_channel"), rows.c.key == sa.bindparam("of_key"))


def by_one(address: Address) -> dict[str, str]:
    return {"of_channel": address.channel, "of_key": address.key}


def by_address(columns: sa.FromClause, addresses: Sequence[Address]) -> sa.ColumnElement[bool]:
    """Return the condition that the row is one of these addresses'. One channel at a time is the common case."""
    groups = by_channel(addresses)
    return sa.or_(*(sa.and_(columns.c.channel == g["of_channel"], columns.c.key.in_(g["keys"])) for g in groups))


_WAITING = ready(
    sa.select(inbox.c.id, inbox.c.mark, inbox.c.channel, inbox.c.key, inbox.c.event, inbox.c.attempts, inbox.c.due_at).where(
        not_done, inbox.c.state == written("waiting"), of_channel(inbox)
    )
)


def waiting(
    connection: sa.Connection, addresses: Sequence[Address], now: datetime, box: Box, new: Sequence[Waiting]
) -> list[Waiting]:
    stored = {row.id: row for group in by_channel(addresses) for row in connection.execute(_WAITING, group)}
    fresh = {row.id: row for row in new if row.event.sender in addresses}
    turns = [(r.id, Address(r.channel, r.key), r.due_at, r.attempts) for r in stored.values()]
    turns += [(r.id, r.event.sender, now + pause_before(r.event), 0) for r in fresh.values()]
    held: set[Address] = set()  # contacts with a row to be tried again later: nothing may overtake it
    going: list[tuple[int, Address]] = []
    due: set[Address] = set()
    for id_, contact, due_at, attempts in sorted(turns, key=itemgetter(0)):
        if due_at > now and attempts:
            held.add(contact)
        if contact not in held:
            going.append((id_, contact))
            due |= {contact} if due_at <= now else set()
    # What waits for more of the same goes with the first row of its contact that is due, in order.
    return [fresh.get(id_) or _opened(stored[id_], box) for id_, contact in going if contact in due]


def _opened(row: sa.Row, box: Box) -> Waiting:
    return Waiting(row.id, from_json(json.loads(box.open(row.event, "inbox", row.mark))), row.attempts)


_STRANDED = ready(
    sa.select(inbox.c.channel, inbox.c.key)
    .where(not_done, inbox.c.state == written("waiting"), inbox.c.due_at <= sa.bindparam("now"))
    .group_by(inbox.c.channel, inbox.c.key)
    .order_by(sa.func.min(inbox.c.id))
    .limit(sa.bindparam("at_most"))
)


def stranded(connection: sa.Connection, now: datetime, at_most: int) -> list[Address]:
    found = connection.execute(_STRANDED, {"now": now, "at_most": at_most})
    return [Address(row.channel, row.key) for row in found]


_FINISH = ready(
    sa.update(inbox).where(inbox.c.id.in_(sa.bindparam("ids", expanding=True))).values(state="done", event=b"", key="")
)


def finish(connection: sa.Connection, ids: Sequence[int]) -> None:
    if ids:
        connection.execute(_FINISH, {"ids": list(ids)})


def fail(connection: sa.Connection, row: int, error: str, again_at: datetime | None) -> None:
    values: dict[str, object] = {"attempts": inbox.c.attempts + 1, "error": error[:80]}
    values |= {"due_at": again_at} if again_at else {"state": "aside"}
    connection.execute(sa.update(inbox).where(inbox.c.id == row).values(**values))


def sweep(connection: sa.Connection, now: datetime) -> int:
    old = sa.delete(inbox).where(inbox.c.state == "done", inbox.c.received_at < now - KEEP_MARKS)
    return connection.execute(old).rowcount


def counts(connection: sa.Connection) -> dict[str, int]:
    query = sa.select(inbox.c.state, sa.func.count()).where(not_done).group_by(inbox.c.state)
    found = {state: n for state, n in connection.execute(query)}
    return {"inbox_waiting": found.get("waiting", 0), "inbox_aside": found.get("aside", 0)}
