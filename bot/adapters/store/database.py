"""Open a database and run work in it, one transaction each.

SQLite: one writer thread with its own connection; whatever queued while the last COMMIT ran goes into the next one (group
commit), and readers have connections of their own. PostgreSQL: asyncpg; the same statements run through `run_sync`. The work
is a plain function of a Transaction, so no flow of control differs between the two.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import NullPool, QueuePool

from bot.adapters.store.ready import Direct
from bot.adapters.store.sealed import Box, Unsealed
from bot.adapters.store.transaction import Transaction
from bot.services.ports import StoreUnavailable

T = TypeVar("T")
GROUP_AT_MOST = 64
GIVEN_UP = ("40P01", "40001")  # PostgreSQL: deadlock detected, serialization failure
RIDES_WITHIN_S = 0.003
# The log is written back to the file when nothing has come for a moment, not within somebody's COMMIT. It stays so short that
# COMMIT soon writes over room that the log has already: growing it costs the disk several times as much.
TIDY_AFTER = 100  # commits, about five megabytes
TIDY_WHEN_QUIET_S = 0.002
STATEMENTS_KEPT = 1_000  # more than there are: one that the driver has let go is read anew, which takes longer than to run it

_Item = tuple[Callable[[Transaction], Any], "asyncio.Future[Any]"]


class Database(Protocol):
    dialect: str

    async def write(self, work: Callable[[Transaction], T], *, rides: bool = False) -> T: ...
    async def read(self, work: Callable[[Transaction], T]) -> T: ...
    async def close(self) -> None: ...


class AlreadyRunning(Exception):
    """Another process has this SQLite file open for writing."""


async def open_database(
    url: str, mark_key: bytes = b"", box: Box | None = None, quiet: Callable[[], None] = lambda: None
) -> Database:
    """Return the open database. `mark_key` keys the hashes of event ids; `box` seals what people said. `quiet` is called by
    SQLite's writer now and then when nothing is to be written.

    Raises StoreUnavailable when it cannot be reached, AlreadyRunning when another process writes to the SQLite file.
    """
    if url.startswith("sqlite"):
        return _Sqlite(sqlite_path(url), mark_key, box or Unsealed(), quiet)
    database = _Postgres(url, mark_key, box or Unsealed())
    await database.check()
    return database


async def beside(url: str, mark_key: bytes, box: Box, work: Callable[[Transaction], T], *, writes: bool = True) -> T:
    """Run the work in one transaction of its own, also while a service writes to the same SQLite file.

    For commands that add a row or two: they hold no leases and never migrate under a running service. Not `writes`: it only
    looks, and no writer waits for it.
    """
    if not url.startswith("sqlite"):
        database = await open_database(url, mark_key, box)
        try:
            return await database.write(work)
        finally:
            await database.close()

    def in_thread() -> T:
        engine = sqlite_engine(sqlite_path(url), writes=writes)
        try:
            with engine.begin() as connection:
                return _carried_out(work, Transaction(Direct(connection), mark_key, box))
        except sa.exc.OperationalError as fault:
            raise _unavailable(fault) from fault
        finally:
            engine.dispose()

    return await asyncio.to_thread(in_thread)


def sqlite_path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def asyncpg_url(url: str) -> str:
    return "postgresql+asyncpg://" + url.split("://", 1)[1]


def sqlite_engine(path: Path, *, writes: bool) -> sa.Engine:
    """Return an engine whose connections never lose what was committed (WAL, synchronous=FULL)."""
    engine = sa.create_engine(
        f"sqlite:///{path}",
        poolclass=NullPool if writes else QueuePool,
        connect_args={"check_same_thread": False, "timeout": 10, "cached_statements": STATEMENTS_KEPT},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        # NORMAL loses acknowledged rows at a power cut; memory for the cache is 16 MB.
        pragmas = ["foreign_keys=ON", "synchronous=FULL", "cache_size=-16000", "temp_store=MEMORY", "secure_delete=ON"]
        pragmas += ["journal_mode=WAL", "wal_autocheckpoint=4000"] if writes else ["wal_autocheckpoint=0", "query_only=ON"]
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # Without IMMEDIATE two writers that first read get "database is locked".
        if not Direct(connection).begun:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


class _Sqlite:
    dialect = "sqlite"

    def __init__(self, path: Path, mark_key: bytes, box: Box, quiet: Callable[[], None]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = (path.parent / f"{path.name}.lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            raise AlreadyRunning(f"{path} is in use by another process; stop that one first") from None
        self._mark_key = mark_key
        self._box = box
        self._quiet = quiet
        self._loop = asyncio.get_running_loop()
        self._writer_engine = sqlite_engine(path, writes=True)
        self._reader_engine = sqlite_engine(path, writes=False)
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="sqlite-read")
        self._queue: queue.SimpleQueue[list[_Item] | None] = queue.SimpleQueue()
        self._riders: list[_Item] = []  # each waits a moment, so that what somebody waits for goes first
        # Started by the first write: until then the file may be migrated by another connection of ours.
        self._thread = threading.Thread(target=self._write_forever, name="sqlite-write", daemon=True)
        self._started = False

    async def write(self, work: Callable[[Transaction], T], *, rides: bool = False) -> T:
        if not self._started:
            self._started = True
            self._thread.start()
        future: asyncio.Future[T] = self._loop.create_future()
        if rides:
            if not self._riders:
                self._loop.call_later(RIDES_WITHIN_S, self._send_off)
            self._riders.append((work, future))
        else:
            self._queue.put([(work, future)])
        return await future

    def _send_off(self) -> None:
        if self._riders:
            riders, self._riders = self._riders, []
            self._queue.put(riders)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        def run() -> T:
            with self._reader_engine.begin() as connection:
                return work(Transaction(Direct(connection), self._mark_key, self._box))

        return await self._loop.run_in_executor(self._readers, run)

    async def close(self) -> None:
        if self._started:
            self._send_off()
            self._queue.put(None)
            await self._loop.run_in_executor(None, self._thread.join)
        self._readers.shutdown()
        self._reader_engine.dispose()
        self._writer_engine.dispose()
        self._lock.close()

    def _write_forever(self) -> None:
        connection = self._writer_engine.connect()
        commits = 0  # since the log was last written back
        while True:
            try:
                items: list[_Item] | None = self._queue.get(timeout=TIDY_WHEN_QUIET_S if commits >= TIDY_AFTER else None)
            except queue.Empty:
                _tidy(connection)
                self._quiet()
                commits = 0
                continue
            works: list[_Item] = []
            while items is not None:
                works += items
                if len(works) >= GROUP_AT_MOST or self._queue.empty():
                    break
                items = self._queue.get()
            if works:
                results = self._commit(connection, works)
                commits += 1
                self._loop.call_soon_threadsafe(_resolve, [future for _, future in works], results)
            if items is None:
                connection.close()
                return

    def _commit(self, connection: sa.Connection, works: list[_Item]) -> list[Any]:
        """Run all works in one transaction; one that raises is undone alone. Return results or exceptions, in order."""
        results: list[Any] = []
        try:
            direct = Direct(connection)
            with direct.begin():
                for work, _ in works:
                    if len(works) == 1:
                        results.append(_carried_out(work, Transaction(direct, self._mark_key, self._box)))
                        continue
                    try:
                        with direct.begin_nested():
                            results.append(_carried_out(work, Transaction(direct, self._mark_key, self._box)))
                    except Exception as fault:  # its caller gets it; the others of the group must not lose their commit
                        if not direct.begun:
                            raise
                        results.append(fault)
        except (sa.exc.OperationalError, sqlite3.OperationalError) as fault:
            return [_unavailable(fault)] * len(works)
        except BaseException as fault:
            return [fault] * len(works)
        return results


def _tidy(connection: sa.Connection) -> None:
    """Write the log back to the file, as far as no reader needs it. What fails here is tried again later, or by a COMMIT."""
    with contextlib.suppress(sqlite3.Error):
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(PASSIVE)")  # type: ignore[union-attr]


def _carried_out(work: Callable[[Transaction], T], tx: Transaction) -> T:
    result = work(tx)
    tx.finish_log()
    return result


def _unavailable(fault: Exception) -> StoreUnavailable:
    unavailable = StoreUnavailable(type(getattr(fault, "orig", fault)).__name__)
    unavailable.__cause__ = fault
    return unavailable


def _resolve(futures: list[asyncio.Future[Any]], results: list[Any]) -> None:
    for future, result in zip(futures, results, strict=True):
        if future.cancelled():
            continue
        if isinstance(result, BaseException):
            future.set_exception(result)
        else:
            future.set_result(result)


class _Postgres:
    dialect = "postgresql"

    def __init__(self, url: str, mark_key: bytes, box: Box) -> None:
        from sqlalchemy.ext.asyncio import create_async_engine

        self._mark_key = mark_key
        self._box = box
        self._engine = create_async_engine(asyncpg_url(url), pool_size=8, max_overflow=4, pool_pre_ping=True)

    async def check(self) -> None:
        await self.read(lambda tx: tx.connection.exec_driver_sql("SELECT 1"))

    async def write(self, work: Callable[[Transaction], T], *, rides: bool = False) -> T:
        for last in (False, False, True):
            try:
                async with self._engine.begin() as connection:
                    return await connection.run_sync(
                        lambda sync: _carried_out(work, Transaction(sync, self._mark_key, self._box))
                    )
            except (sa.exc.OperationalError, sa.exc.InterfaceError, OSError) as fault:
                raise _unavailable(fault) from fault
            except sa.exc.DBAPIError as fault:
                # Two that wait for each other's rows: one is given up by the database, undone whole, and simply done again.
                if getattr(fault.orig, "sqlstate", "") not in GIVEN_UP:
                    raise
                if last:
                    raise _unavailable(fault) from fault
        raise AssertionError("the last try returns or raises")

    async def read(self, work: Callable[[Transaction], T]) -> T:
        return await self.write(work)

    async def close(self) -> None:
        await self._engine.dispose()
