"""Schemas: made by migrations, equal to the tables, refused when newer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.adapters.store import migrate as schemas
from bot.adapters.store.case_tables import metadata
from bot.adapters.store.database import AlreadyRunning, open_database
from tests.support.databases import KINDS, fresh_url


@pytest.mark.parametrize("kind", KINDS)
async def test_up_down_up_and_equal_to_the_tables(kind: str, tmp_path: Path) -> None:
    url = await fresh_url(kind, tmp_path)
    assert await schemas.schema(url) is None
    await schemas.migrate(url)
    assert await schemas.schema(url) == schemas.HEAD
    await schemas.migrate(url, "base")
    await schemas.migrate(url)

    def differences(connection: sa.Connection) -> list[Any]:
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext

        return compare_metadata(MigrationContext.configure(connection), metadata)

    assert await schemas._run(url, differences) == []


def test_head_is_the_newest_revision() -> None:
    assert max(schemas.revisions()) == schemas.HEAD


@pytest.mark.parametrize("kind", KINDS)
async def test_a_newer_schema_is_refused_by_name(kind: str, tmp_path: Path) -> None:
    url = await fresh_url(kind, tmp_path)
    await schemas.migrate(url)
    newer = sa.text("UPDATE alembic_version SET version_num = '9999'")
    await schemas._run(url, lambda connection: connection.execute(newer))
    with pytest.raises(schemas.SchemaTooNew, match="9999"):
        await schemas.prepare(url, may_migrate=True)


async def test_postgresql_is_not_migrated_by_itself(tmp_path: Path) -> None:
    url = await fresh_url("postgresql", tmp_path)
    with pytest.raises(schemas.SchemaTooOld, match="python -m bot migrate"):
        await schemas.prepare(url, may_migrate=False)


async def test_one_sqlite_file_has_one_process(tmp_path: Path) -> None:
    url = await fresh_url("sqlite", tmp_path)
    await schemas.migrate(url)
    first = await open_database(url)
    with pytest.raises(AlreadyRunning, match="in use by another process"):
        await open_database(url)
    await first.close()
    await (await open_database(url)).close()
