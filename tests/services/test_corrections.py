"""A reader who agreed is told once when the answer changes; nobody else is, nobody at night, nobody who erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.adapters.store.database import Database
from bot.adapters.store.tables import outbox, readers
from bot.domain.content import Catalog
from bot.domain.corrections import may_be_watched, version_of
from bot.domain.events import Address, AddressBlocked, AddressMoved, ButtonPressed
from bot.domain.messages import Block, Capabilities, Rendered, unpacked
from bot.services.corrections import Corrections
from bot.services.render import Renderer
from tests.services.test_intake import Desk
from tests.support.builders import NOW, PlainTranslator, SettableClock, a_catalog, a_place, a_service, an_article
from tests.support.databases import KINDS, a_database

OLENA, ANDRIY, WEB = Address("telegram", "1"), Address("telegram", "2"), Address("web", "abc")
CAPABILITIES = {"telegram": Capabilities(max_text=4096), "web": Capabilities(has_header=True, pushed=False)}
CHANGED = "An answer that you asked about has changed. Read it again:"


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path):  # type: ignore[no-untyped-def]
    async with a_database(request.param, tmp_path) as database:
        yield database


class Office:
    """Intake and corrections over one database, with a clock and a catalogue that an editor may change."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = SettableClock(NOW)
        self.desk = Desk(database, self.clock)
        self.catalog = a_catalog()
        self.touched: list[Address] = []
        self._presses = 0

    async def presses(self, who: Address, action: str) -> None:
        self._presses += 1
        self.clock.passes(minutes=1)
        event = ButtonPressed(str(self._presses), self.clock.now(), who, action)
        await self.desk.intake._write([event], {})

    async def tells(self, catalog: Catalog | None = None) -> int:
        """Run a round as after a restart with that catalogue."""
        renderer = Renderer(catalog or self.catalog, PlainTranslator())
        corrections = Corrections(
            store=self.database, clock=self.clock, renderer=renderer, capabilities=CAPABILITIES, touched=self.touched.extend
        )
        return await corrections.tell()

    async def notices(self) -> list[tuple[str, Rendered]]:
        query = sa.select(outbox.c.key, outbox.c.lane, outbox.c.body).where(outbox.c.lane == 2).order_by(outbox.c.id)
        rows = await self.database.read(lambda tx: tx.connection.execute(query).all())
        return [(row.key, unpacked(row.body)) for row in rows]

    async def wishes(self) -> list[Any]:
        return await self.database.read(lambda tx: tx.connection.execute(sa.select(readers)).all())


def changed(version: str = "new") -> Catalog:
    catalog = a_catalog()
    return replace(
        catalog, articles={**catalog.articles, "school-start": replace(catalog.articles["school-start"], version=version)}
    )


async def test_told_once_per_version_in_the_lane_of_broadcasts(database: Database) -> None:
    office = Office(database)
    await office.presses(OLENA, "lang:uk")
    await office.presses(OLENA, "watch:school-start")
    await office.presses(ANDRIY, "a:school-start")
    assert await office.tells() == 0, "nothing has changed"
    assert await office.tells(changed()) == 1
    assert await office.tells(changed()) == 0, "once"
    assert await office.tells(changed("newer")) == 1, "and again for the next version"
    notices = await office.notices()
    assert [key for key, _ in notices] == ["1", "1"], "only who agreed"
    shown = notices[0][1]
    assert shown.blocks[0].plain() == CHANGED and "Title" not in shown.plain(), "the lock screen does not say which answer"
    assert [c.action for row in shown.buttons[:2] for c in row] == ["a:school-start", "unwatch:school-start"]


async def test_nobody_is_told_at_night(database: Database) -> None:
    office = Office(database)
    await office.presses(OLENA, "watch:school-start")
    office.clock.at = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
    assert await office.tells(changed()) == 0
    office.clock.at = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
    assert await office.tells(changed()) == 1


async def test_a_wish_ends_by_itself_by_a_button_and_with_the_contact(database: Database) -> None:
    office = Office(database)
    for who in (OLENA, ANDRIY, WEB):
        await office.presses(who, "watch:school-start")
    await office.presses(OLENA, "unwatch:school-start")
    await office.presses(ANDRIY, "erase:yes")
    assert [w.key for w in await office.wishes()] == ["abc"], "nothing is left of the others"
    office.clock.passes(days=181)
    assert await office.tells(changed()) == 0
    await database.write(lambda tx: tx.sweep(office.clock.now()))
    assert await office.wishes() == []


async def test_who_blocked_us_is_forgotten_and_who_moved_is_found(database: Database) -> None:
    office = Office(database)
    await office.presses(OLENA, "watch:school-start")
    await office.presses(ANDRIY, "watch:school-start")
    await office.desk.intake._write([AddressBlocked("b", office.clock.now(), OLENA)], {})
    await office.desk.intake._write([AddressMoved("m", office.clock.now(), ANDRIY, "-1009")], {})
    assert [w.key for w in await office.wishes()] == ["-1009"]
    assert await office.tells(changed()) == 1


async def test_in_the_web_chat_it_is_a_line_of_the_mailbox(database: Database) -> None:
    office = Office(database)
    await office.presses(WEB, "watch:school-start")
    assert await office.tells(changed()) == 1 and office.touched == [WEB]
    lines = await database.read(lambda tx: tx.mailbox(WEB, 0))
    assert lines[-1].rendered and lines[-1].rendered.blocks[0].plain() == CHANGED


async def test_more_wishes_than_one_batch_holds(database: Database) -> None:
    office = Office(database)
    for number in range(100, 325):
        await office.presses(Address("telegram", str(number)), "watch:school-start")
    assert await office.tells(changed()) == 225 and await office.tells(changed()) == 0


async def test_an_answer_that_is_gone_is_told_too(database: Database) -> None:
    office = Office(database)
    await office.presses(OLENA, "watch:school-start")
    catalog = a_catalog()
    assert await office.tells(replace(catalog, articles={})) == 1
    assert "no longer here" in (await office.notices())[0][1].plain()


def test_what_makes_a_version() -> None:
    """The meaning of the text, the numbers of the reader's own place, and how far the act is confirmed; no other place's."""
    office = Block("office", heading="school_intake")
    article = an_article()
    article = replace(article, texts={code: replace(body, blocks=(office,)) for code, body in article.texts.items()})

    def catalog(phone: str) -> Catalog:
        town = a_place("norrkoping", services=(a_service("school_intake", "norrkoping", phone=phone),))
        return a_catalog(article, places=(town, a_place("orebro")))

    old, new = catalog("+4611150000"), catalog("+4611159999")
    assert version_of(old, article.id, "norrkoping") != version_of(new, article.id, "norrkoping")
    assert version_of(old, article.id, "orebro") == version_of(new, article.id, "orebro")
    assert version_of(old, article.id, "norrkoping") == version_of(catalog("+4611150000"), article.id, "norrkoping")


def test_answers_about_violence_leave_no_trace_of_having_been_read() -> None:
    assert not may_be_watched(an_article("safety-violence")) and may_be_watched(an_article("lma-amounts"))


def test_no_wish_outlives_half_a_year() -> None:
    from bot.domain.corrections import KEPT

    assert timedelta(days=150) < KEPT < timedelta(days=183)
