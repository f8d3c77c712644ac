"""Bring a database to the newest schema, or refuse one that is newer than we are.

SQLite is migrated when the service starts; PostgreSQL by `python -m bot migrate`. Alembic is imported only when there is
something to do: it costs a second.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.adapters.store.database import asyncpg_url, sqlite_engine, sqlite_path
from bot.services.ports import StoreUnavailable

HEAD = "0089"
_SCRIPTS = Path(__file__).with_name("migrations")


class SchemaTooNew(Exception):
    """A newer version of the service has written this database."""


class SchemaTooOld(Exception):
    """The database waits for `python -m bot migrate`."""


async def schema(url: str) -> str | None:
    """Return the revision that the database is at, None when it is empty. Raises StoreUnavailable."""

    def current(connection: sa.Connection) -> str | None:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()

    return await _run(url, current)


async def prepare(url: str, *, may_migrate: bool) -> None:
    """Return when the schema is ours. Raises SchemaTooNew, SchemaTooOld (unless `may_migrate`), StoreUnavailable."""
    found = await schema(url)
    if found == HEAD:
        return
    if found is not None and found not in revisions():
        raise SchemaTooNew(
            f"The database has schema {found}; this version knows {HEAD} and older. Start the newer version of the service."
        )
    if not may_migrate:
        raise SchemaTooOld(f"The database has schema {found or 'none'}, {HEAD} is needed. Run: python -m bot migrate")
    await migrate(url)


def revisions() -> set[str]:
    return {path.name.split("_")[0] for path in (_SCRIPTS / "versions").glob("[0-9]*.py")}


async def migrate(url: str, to: str = "head") -> None:
    """Run the migrations up to `to`, all in one transaction."""
    from alembic import command
    from alembic.config import Config

    def run(connection: sa.Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(_SCRIPTS))
        config.attributes["connection"] = connection
        if to == "base":
            command.downgrade(config, to)
        else:
            command.upgrade(config, to)

    await _run(url, run)


async def _run(url: str, work: Any) -> Any:
    if url.startswith("sqlite"):
        path = sqlite_path(url)
        path.parent.mkdir(parents=True, exist_ok=True)

        def in_thread() -> Any:
            engine = sqlite_engine(path, writes=True)
            try:
                with engine.begin() as connection:
                    return work(connection)
            finally:
                engine.dispose()

        return await asyncio.to_thread(in_thread)
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(asyncpg_url(url))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    except (sa.exc.OperationalError, sa.exc.InterfaceError, OSError) as fault:
        raise StoreUnavailable(type(getattr(fault, "orig", fault)).__name__) from fault
    finally:
        await engine.dispose()
