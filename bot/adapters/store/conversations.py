"""Contacts and their conversations: one row each, locked while a step is under way."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_urlsafe

import sqlalchemy as sa

from bot.adapters.store import readers
from bot.adapters.store.inbox import by_address, by_channel, by_one, of_channel, of_one
from bot.adapters.store.ready import INSERT, ready
from bot.adapters.store.sealed import Box
from bot.adapters.store.tables import contacts, inbox, not_done, outbox, under_way
from bot.domain.conversation import NOTE, SAID, Conversation
from bot.domain.events import Address

LOOK_BACK = timedelta(days=2)  # longer than the service may stand still
KEEP_UNFINISHED = timedelta(days=1)  # what a flow was told by somebody who left it half-way; its buttons still carry it
SWEPT_AT_ONCE = 1_000


class ConversationChanged(Exception):
    """Somebody else saved the conversation since it was opened."""


_LET_REACH = ready(sa.update(contacts).where(of_one(contacts)).values(reach=sa.bindparam("new_reach")))
_OPEN = ready(sa.select(contacts).where(of_channel(contacts)))
_OPEN_AND_LOCK = _OPEN.order_by(contacts.c.id).with_for_update(skip_locked=True)


def open_conversations(
    connection: sa.Connection, addresses: Sequence[Address], now: datetime, box: Box
) -> dict[Address, Conversation]:
    query = _OPEN_AND_LOCK if connection.dialect.name == "postgresql" else _OPEN
    found = {}
    for group in by_channel(addresses):
        for row in connection.execute(query, group):
            kept = _conversation(row, box)
            found[kept.address] = kept
    missing = [a for a in addresses if a not in found]
    if missing:
        for row in _make(connection, missing, now, box):
            address = Address(row.channel, row.key)
            found[address] = Conversation(address)
    return found


def conversation(connection: sa.Connection, address: Address, box: Box) -> Conversation | None:
    row = connection.execute(sa.select(contacts).where(by_address(contacts, [address]))).first()
    return _conversation(row, box) if row else None


def _conversation(row: sa.Row, box: Box) -> Conversation:
    address = Address(row.channel, row.key)
    answers = json.loads(box.open(row.answers, "contacts", row.channel))
    return Conversation(address, row.language, row.place, row.flow, answers, row.alive, row.version, row.reach or "")


_NEW = {
    name: ready(
        insert(contacts).on_conflict_do_nothing(index_elements=["channel", "key"]).returning(contacts.c.channel, contacts.c.key)
    )
    for name, insert in INSERT.items()
}


def _make(connection: sa.Connection, addresses: Sequence[Address], now: datetime, box: Box) -> Sequence[sa.Row]:
    """Insert new contacts. One that another process has just made, or holds, is not returned."""
    blank = {"flow": "", "version": 0, "created_at": now, "seen_at": now}
    rows = [{"channel": a.channel, "key": a.key, "answers": box.seal("{}", "contacts", a.channel), **blank} for a in addresses]
    return connection.execute(_NEW[connection.dialect.name], rows).all()


_save = ready(
    sa.update(contacts)
    .where(
        contacts.c.channel == sa.bindparam("to_channel"),
        contacts.c.key == sa.bindparam("to_key"),
        contacts.c.version == sa.bindparam("was"),
    )
    .values(
        language=sa.bindparam("language"),
        place=sa.bindparam("place"),
        flow=sa.bindparam("flow"),
        answers=sa.bindparam("answers"),
        alive=sa.bindparam("alive"),
        version=sa.bindparam("is_now"),
        seen_at=sa.bindparam("seen_at"),
    )
)


def save_conversations(connection: sa.Connection, conversations: Sequence[Conversation], now: datetime, box: Box) -> None:
    """Write them by compare-and-swap on the version. Raises ConversationChanged."""
    if not conversations:
        return
    rows = [
        {
            "to_channel": c.address.channel,
            "to_key": c.address.key,
            "was": c.version,
            "is_now": c.version + 1,
            "language": c.language,
            "place": c.place,
            "flow": c.flow,
            "answers": box.seal(json.dumps(c.answers, ensure_ascii=False), "contacts", c.address.channel),
            "alive": c.alive,
            "seen_at": now,
        }
        for c in conversations
    ]
    saved = connection.execute(_save, rows).rowcount
    if 0 <= saved < len(rows):  # asyncpg does not count; there the row locks hold
        raise ConversationChanged


def set_flow(connection: sa.Connection, address: Address, flow: str) -> None:
    """A step under way on the old version then fails to save and is done again."""
    own = sa.update(contacts).where(by_address(contacts, [address]))
    connection.execute(own.values(flow=flow, version=contacts.c.version + 1))


def mark_address(connection: sa.Connection, address: Address, alive: bool) -> None:
    connection.execute(sa.update(contacts).where(by_address(contacts, [address])).values(alive=alive))
    if not alive:
        readers.forget(connection, address)
        withdraw = sa.update(outbox).where(by_address(outbox, [address]), under_way(outbox), outbox.c.status == "pending")
        connection.execute(withdraw.values(status="refused", why="address gone", body=b""))


def let_reach(connection: sa.Connection, address: Address, allowed: bool) -> None:
    """Give the contact a new random mark, or take it away: marks that were handed out before lead nowhere then."""
    mark = token_urlsafe(18) if allowed else None
    connection.execute(_LET_REACH, {**by_one(address), "new_reach": mark})


def reached(connection: sa.Connection, mark: str, box: Box) -> Conversation | None:
    row = connection.execute(sa.select(contacts).where(contacts.c.reach == mark, contacts.c.alive)).first()
    return _conversation(row, box) if row else None


def move_address(connection: sa.Connection, address: Address, new_key: str) -> None:
    """Give the contact its new key, with all that is under way to it. An older contact under that key gives way."""
    new = Address(address.channel, new_key)
    if connection.execute(sa.select(contacts.c.id).where(by_address(contacts, [address]))).first():
        connection.execute(sa.delete(contacts).where(by_address(contacts, [new])))
        connection.execute(sa.update(contacts).where(by_address(contacts, [address])).values(key=new_key))
    connection.execute(sa.update(outbox).where(by_address(outbox, [address])).values(key=new_key))
    readers.move(connection, address, new)


def erase(connection: sa.Connection, address: Address) -> None:
    connection.execute(sa.delete(contacts).where(by_address(contacts, [address])))
    connection.execute(sa.delete(outbox).where(by_address(outbox, [address])))
    waiting = sa.delete(inbox).where(by_address(inbox, [address]), not_done)
    connection.execute(waiting)
    readers.forget(connection, address)


def sweep(connection: sa.Connection, now: datetime, box: Box) -> int:
    """Forget what flows were told that nobody has gone on with. Returns how many contacts that was.

    The answers are sealed, so all contacts that fell silent lately are opened; the sweep comes each hour.
    """
    silent = sa.and_(contacts.c.seen_at < now - KEEP_UNFINISHED, contacts.c.seen_at > now - KEEP_UNFINISHED - LOOK_BACK)
    swept = 0
    for row in connection.execute(sa.select(contacts).where(silent).limit(SWEPT_AT_ONCE)).all():
        told = json.loads(box.open(row.answers, "contacts", row.channel))
        if NOTE not in told and SAID not in told:
            continue
        kept = json.dumps({name: value for name, value in told.items() if name not in (NOTE, SAID)}, ensure_ascii=False)
        same = sa.and_(contacts.c.id == row.id, contacts.c.version == row.version)
        forget = sa.update(contacts).where(same)
        answers = box.seal(kept, "contacts", row.channel)
        connection.execute(forget.values(flow="" if NOTE in told else row.flow, answers=answers, version=row.version + 1))
        swept += 1
    return swept
