"""The audit log in both databases: whole with its transaction, refused when changed, found when changed all the same."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.adapters.store import audit
from bot.adapters.store.database import Database
from bot.adapters.store.transaction import Transaction
from bot.domain.audit import EMPTY, SYSTEM, Action, Happening, Ref, Thing
from bot.services.case_ports import Post

KEY = b"k" * 32
NOW = datetime(2026, 11, 25, 21, 40, 0, 123456, tzinfo=UTC)
ANNA, BERIT = Ref(Thing.STAFF, 1), Ref(Thing.STAFF, 2)
CASE = Ref(Thing.CASE, 12)


def seen(actor: Ref = ANNA, about: Ref = CASE) -> Happening:
    return Happening(actor, Action.CASE_VIEWED, about)


async def log(database: Database, *happenings: Happening) -> Any:
    return await database.write(lambda tx: audit.append(tx.connection, happenings, NOW, KEY))


async def verdict(database: Database, *anchors: Any) -> Any:
    return await database.read(lambda tx: audit.verify_log(tx.connection, KEY, anchors))


async def test_what_is_logged_is_read_back_in_order_and_sound(database: Database) -> None:
    assert await database.read(lambda tx: audit.head(tx.connection)) == EMPTY
    await log(database, seen(), seen(BERIT), Happening(SYSTEM, Action.CASE_ESCALATED, CASE))
    end = await log(database, seen(ANNA, Ref(Thing.CASE, 13)))
    assert await log(database) == end, "nothing happened, nothing is logged"
    found = await verdict(database, end)
    assert (found.sound, found.rows, found.head) == (True, 4, end)
    written = await database.read(lambda tx: list(audit.rows(tx.connection)))
    assert [(row.sequence, row.actor, row.action, row.object) for row in written] == [
        (1, "staff:1", "case.viewed", "case:12"),
        (2, "staff:2", "case.viewed", "case:12"),
        (3, "system:0", "case.escalated", "case:12"),
        (4, "staff:1", "case.viewed", "case:13"),
    ]
    of_anna = await database.read(lambda tx: [row.sequence for row in audit.rows(tx.connection, actor=ANNA)])
    about = await database.read(lambda tx: [row.sequence for row in audit.rows(tx.connection, 1, about=CASE)])
    assert (of_anna, about) == ([1, 4], [2, 3])


async def test_a_transaction_that_fails_leaves_no_row_and_no_gap(database: Database) -> None:
    async def fails(number: int) -> None:
        def work(tx: Transaction) -> None:
            audit.append(tx.connection, [seen()], NOW, KEY)
            if number % 3 == 0:
                raise LookupError

        await database.write(work)

    results = await asyncio.gather(*(fails(number) for number in range(60)), return_exceptions=True)
    assert sum(isinstance(result, LookupError) for result in results) == 20
    found = await verdict(database)
    assert found.sound and found.rows == 40


async def test_a_hundred_at_once_make_one_chain(database: Database) -> None:
    ends = await asyncio.gather(*(log(database, seen(), seen(BERIT)) for _ in range(100)))
    assert sorted(end.sequence for end in ends) == list(range(2, 201, 2))
    assert (await verdict(database, *ends)).rows == 200


CHANGES = [
    "UPDATE audit SET actor = 'staff:2' WHERE sequence = 2",
    "DELETE FROM audit WHERE sequence = 2",
    "DELETE FROM audit",
    "INSERT INTO audit SELECT 9, at, actor, action, object, previous, hash FROM audit WHERE sequence = 2",
    "INSERT INTO audit SELECT sequence - 1, at, actor, action, object, previous, hash FROM audit WHERE sequence = 1",
]
ONLY_SQLITE = [
    "INSERT OR REPLACE INTO audit SELECT sequence, at, 'staff:9', action, object, previous, hash FROM audit WHERE sequence = 2",
    "UPDATE OR IGNORE audit SET actor = 'staff:2'",
    "INSERT INTO audit SELECT 3, at, actor, action, object, previous, hash FROM audit WHERE sequence = 2"
    " ON CONFLICT DO UPDATE SET actor = 'staff:9'",
]
ONLY_POSTGRESQL = ["TRUNCATE audit"]


async def test_the_database_refuses_every_change(database: Database) -> None:
    end = await log(database, seen(), seen(BERIT), seen())
    for change in CHANGES + (ONLY_SQLITE if database.dialect == "sqlite" else ONLY_POSTGRESQL):

        def work(tx: Transaction, change: str = change) -> None:
            tx.connection.exec_driver_sql(change)

        with pytest.raises(sa.exc.DBAPIError, match=r"append-only|must follow"):
            await database.write(work)
    assert (await verdict(database, end)).rows == 3


def unlock(connection: sa.Connection) -> None:
    """Do as an attacker who owns the database."""
    if connection.dialect.name == "sqlite":
        for name in ("audit_update", "audit_delete", "audit_insert"):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
    else:
        connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("change", "first"),
    [
        ("UPDATE audit SET actor = 'staff:2' WHERE sequence = 4", 4),
        ("UPDATE audit SET at = '2026-11-25T03:00:00.000000Z' WHERE sequence = 2", 2),
        ("UPDATE audit SET at = 'rubbish' WHERE sequence = 2", 2),
        ("DELETE FROM audit WHERE sequence = 3", 3),
        ("DELETE FROM audit WHERE sequence > 5", 6),
        ("DELETE FROM audit", 1),
        ("UPDATE audit SET sequence = 9 WHERE sequence = 1", 1),
    ],
)
async def test_the_owner_of_the_database_is_found_out(database: Database, change: str, first: int) -> None:
    end = await log(database, *[seen()] * 8)

    def work(tx: Transaction) -> None:
        unlock(tx.connection)
        tx.connection.exec_driver_sql(change)

    await database.write(work)
    found = await verdict(database, end)
    assert found.broken == first and found.why


async def test_what_a_transaction_logs_comes_last_and_goes_with_what_is_undone(database: Database) -> None:
    person, case = Ref(Thing.STAFF, 1), Ref(Thing.CASE, 1)

    def work(tx: Transaction) -> int:
        tx.log([Happening(person, Action.CASE_NOTED, case)], NOW)
        with suppress(RuntimeError), tx.savepoint():
            tx.log([Happening(person, Action.CASE_CLOSED, case)], NOW)
            raise RuntimeError
        return len(list(audit.rows(tx.connection)))

    assert await database.write(work) == 0
    actions = await database.read(lambda tx: [row.action for row in audit.rows(tx.connection)])
    assert actions == [Action.CASE_NOTED.value]
    assert await database.read(lambda tx: tx.logged(person, Action.CASE_NOTED, case, NOW))
    assert not await database.read(lambda tx: tx.logged(person, Action.CASE_CLOSED, case, NOW))

    def fails(tx: Transaction) -> None:
        tx.log([Happening(person, Action.CASE_REOPENED, case)], NOW)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await database.write(fails)
    assert len(await database.read(lambda tx: list(audit.rows(tx.connection)))) == 1


async def test_what_an_owner_has_not_read_is_told_from_their_own_views_alone(database: Database) -> None:
    """Of three posts of case 12, Anna saw one; Berit, who looked later, does not count. Case 13 has an owner who never looked."""

    def work(tx: Transaction) -> None:
        for case, minute, author in (
            (12, 0, "reporter"),
            (12, 2, "reporter"),
            (12, 3, "staff"),
            (12, 4, "reporter"),
            (13, 1, "reporter"),
        ):
            tx.reports.post(Post(0, case, author, None, f"{case}{minute}", "", "uk", b"", NOW + timedelta(minutes=minute)))
        for minute, actor, action in (
            (1, ANNA, Action.CASE_VIEWED),
            (5, BERIT, Action.CASE_VIEWED),
            (5, ANNA, Action.CASE_CLOSED),
        ):
            audit.append(tx.connection, [Happening(actor, action, CASE)], NOW + timedelta(minutes=minute), KEY)

    await database.write(work)
    assert await database.read(lambda tx: tx.reports.unread({12: 1, 13: 1, 14: 1})) == {12: 2, 13: 1}
    assert await database.read(lambda tx: tx.reports.unread({12: 2})) == {}
    assert await database.read(lambda tx: tx.reports.unread({})) == {}
