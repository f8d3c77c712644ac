"""A full disk: SQLite ends the whole transaction, and so every work in it is told that nothing was stored."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from bot.adapters.store.database import Database
from bot.adapters.store.tables import contacts
from bot.domain.events import Address
from bot.services.ports import StoreUnavailable

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def fills_the_disk(tx: Any, work: Any = None) -> None:
    """Carry the work out on a disk that has no page left, or write too much to it."""
    pages = tx.connection.exec_driver_sql("PRAGMA page_count").scalar()
    tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    try:
        (work or _too_much)(tx)
    finally:
        tx.connection.exec_driver_sql("PRAGMA max_page_count = 1000000")


async def _fills(database: Any, work: Any) -> list[Any]:
    """Return how four works of one group fare, the third of which finds the disk full."""

    def one(n: int) -> Any:
        return lambda tx: tx.open_conversations([Address("telegram", str(n))], NOW)

    begun, busy = threading.Event(), threading.Event()
    before = asyncio.create_task(database.write(lambda tx: begun.set() or busy.wait(20)))
    await asyncio.to_thread(begun.wait, 20)
    group = (one(1), one(2), lambda tx: fills_the_disk(tx, work), one(4))
    works = [asyncio.create_task(database.write(each)) for each in group]
    await asyncio.sleep(0.05)  # the four wait for the one before them, and so become one group
    busy.set()
    assert await before
    return await asyncio.gather(*works, return_exceptions=True)


def _too_much(tx: Any) -> None:
    """A plain insert: with what RETURNING or a conflict asks for, SQLite would undo the statement alone."""
    columns = "mark, channel, key, event, state, attempts, error, due_at, received_at"
    values = "'m', 'telegram', '3', zeroblob(400000), 'waiting', 0, '', '2026', '2026'"
    tx.connection.exec_driver_sql(f"INSERT INTO inbox ({columns}) VALUES ({values})")


def _too_much_and_goes_on(tx: Any) -> None:
    with suppress(sa.exc.OperationalError), tx.savepoint():
        _too_much(tx)
    tx.open_conversations([Address("telegram", "33")], NOW)
    with tx.savepoint():
        tx.open_conversations([Address("telegram", "34")], NOW)


@pytest.mark.parametrize("work", [_too_much, _too_much_and_goes_on], ids=["told at once", "a fault that was swallowed"])
async def test_a_full_disk_fails_everybody_in_the_group_and_stores_nothing_of_it(work: Any, sqlite: Database) -> None:
    assert all(isinstance(each, StoreUnavailable) for each in await _fills(sqlite, work))
    kept = await sqlite.read(lambda tx: tx.connection.execute(sa.select(contacts.c.key)).all())
    assert kept == [], "what was told as lost is not half there"
    await sqlite.write(lambda tx: tx.open_conversations([Address("telegram", "5")], NOW))
    assert await sqlite.read(lambda tx: tx.conversation(Address("telegram", "5"))), "with room again it goes on"
