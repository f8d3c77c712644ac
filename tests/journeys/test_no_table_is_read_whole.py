"""What runs all day finds its rows by an index: a million rows cost no more than ten. Each statement of a day's work is
collected and its plan read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.adapters.store import ready
from bot.domain.rota import Override
from tests.journeys.test_report import settled
from tests.support.bot_api import running
from tests.support.duty import Duty
from tests.support.town import Person, Town
from tests.support.whole import a_service_running

# Grow for ever, or with every person who writes.
LARGE = ("contacts", "inbox", "outbox", "reports", "reporters", "posts", "alerts", "pages", "timeline", "audit", "links")
# Read whole by its primary key, newest first, and left after the first row.
LAST_OF_THE_LOG = "FROM audit ORDER BY audit.sequence DESC"


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    said: dict[str, Any] = {}

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        said.setdefault(statement, parameters[0] if many else parameters)

    written = ready._Ready._form

    def noted(self: Any, values: Any) -> Any:
        form = written(self, values)
        said.setdefault(form.sql, ready._ordered(form, values))
        return form

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    monkeypatch.setattr(ready._Ready, "_form", noted)
    yield said
    sa.event.remove(sa.Engine, "before_cursor_execute", note)


async def test_no_statement_of_a_day_reads_a_large_table_whole(statements: dict[str, Any], tmp_path: Path) -> None:
    async with running() as api, a_service_running(tmp_path, api) as whole:
        statements.clear()  # those of the migrations
        town = Town(api)
        olena, anna = town.person("Olena", language_code="uk"), town.person("Anna", language_code="sv")
        duty = Duty(whole.service.store)
        hour = datetime.now(UTC) + timedelta(hours=1)
        stand_in = Override(
            0, 2, None, await duty.on_call("Anna", "norrkoping", telegram=anna.key), hour, hour + timedelta(hours=1)
        )
        await whole.service.store.write(lambda tx: tx.people.add_override("norrkoping", stand_in))
        await whole.service.casework.auditor.call_the_roll()
        await _through(anna)
        await whole.service.casework.alerting.look()
        await settled(olena)
        olena.chat.unseen.clear()
        await olena.says("скільки грошей на день?")
        await _through(olena)
        await olena.says("/child")
        await _through(olena)
        for label in ("Так, поки що", "Норрчепінг"):
            await olena.presses(label)
            await _through(olena)
        await anna.answered()
        await anna.presses("Jag tar det")
        await _through(anna)
        await olena.waits_for("займається людина із соціальної служби")
        await whole.service.casework.auditor.audit()
        await whole.service.asked.look()
        await whole.service.store.write(lambda tx: tx.sweep(datetime.now(UTC)))
        await whole.service.store.read(lambda tx: tx.counts())
        await olena.says("/privacy")
        await _through(olena)
        for label in ("Стерти мої дані", "Так, стерти"):
            await olena.presses(label)
            await _through(olena)
        plans = _plans(tmp_path / "bot.sqlite", statements)
    assert len(plans) > 40, "hardly anything was collected"
    whole_tables = {
        (step, statement)
        for statement, steps in plans.items()
        for step in steps
        for table in LARGE
        if step.split()[:2] in (["SCAN", table], ["SCAN", f"{table}_1"])
        and "INDEX" not in step
        and LAST_OF_THE_LOG not in statement
    }
    assert not whole_tables
    under_way = {s: steps for s, steps in plans.items() if "status IN ('pending', 'sending')" in s and "outbox" in s}
    assert len(under_way) > 2
    reread = {(step, s) for s, steps in under_way.items() for step in steps if "ix_outbox_contact" in step}
    assert not reread, "what a contact was ever sent is read to find what is under way"


async def _through(person: Person) -> None:
    """Wait for the answer; what it says other journeys look at."""
    person.chat.unseen.clear()
    await person.answered()
    person.chat.unseen.clear()


def _plans(path: Path, statements: dict[str, Any]) -> dict[str, list[str]]:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        return {
            " ".join(statement.split()): [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {statement}", given)]
            for statement, given in statements.items()
            if statement.lstrip().startswith(("SELECT", "UPDATE", "DELETE"))
        }
