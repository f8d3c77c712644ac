"""Offers of a home in the store, on SQLite and PostgreSQL: sealed, of their sender, gone on their day."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.adapters.store.database import Database, open_database
from bot.adapters.vault import RowBox
from bot.domain.events import Address
from bot.domain.offer import CLOSED, ENDED_KEPT, KEPT, TAKEN_UP, new_offer
from bot.domain.offer_effects import Home
from tests.support.builders import NOW, SettableClock
from tests.support.databases import KINDS, ready_url

BO, EVA = Address("telegram", "4711"), Address("web", "eva")
HOME = Home("room", 2, "now", "до Великодня")
WAY = "070-123 45 67, зателефонуйте"
MOMENT = timedelta(microseconds=1)


async def left(database: Database, key: str, sender: Address = BO, place: str = "hjo") -> None:
    await database.write(lambda tx: tx.offers.add(new_offer(key, "uk", place, NOW), sender, HOME, WAY))


async def stored(database: Database) -> list[str]:
    return await database.read(lambda tx: [r.key for r in tx.connection.execute(sa.text("SELECT key FROM offers ORDER BY id"))])


async def test_an_offer_comes_back_as_it_was_left_and_a_repeat_is_one(database: Database) -> None:
    for _ in range(2):
        await left(database, "a")
    await left(database, "b", EVA, "orebro")

    def look(tx) -> tuple:  # type: ignore[no-untyped-def]
        return tx.offers.at({"hjo", "kiruna"}, NOW), tx.offers.of(EVA, NOW), tx.offers.home("a"), tx.offers.way("a")

    at_hjo, of_eva, home, way = await database.read(look)
    assert [o.key for o in at_hjo] == ["a"] and [o.key for o in of_eva] == ["b"] and (home, way) == (HOME, WAY)
    assert at_hjo[0].ends_at == NOW + KEPT and await database.read(lambda tx: tx.offers.sender("b")) == EVA
    assert await database.read(lambda tx: tx.offers.at((), NOW)) == []


async def test_on_its_day_it_is_gone_at_once_and_swept_from_the_disk(database: Database) -> None:
    clock = SettableClock()
    await left(database, "a")
    for by, kept in ((KEPT - MOMENT, ["a"]), (MOMENT, [])):
        clock.at += by
        now = clock.now()
        assert [o.key for o in await database.read(lambda tx, at=now: tx.offers.at({"hjo"}, at))] == kept
        assert (await database.read(lambda tx, at=now: tx.offers.by_key("a", at)) is not None) == bool(kept)
        assert len(await database.read(lambda tx, at=now: tx.offers.of(BO, at))) == len(kept)
        await database.write(lambda tx, at=now: tx.sweep(at))
        assert await stored(database) == kept


@pytest.mark.parametrize("state", [TAKEN_UP, CLOSED])
async def test_what_staff_have_marked_goes_within_days(database: Database, state: str) -> None:
    clock = SettableClock()
    await left(database, "a")
    await left(database, "b")
    offer = await database.read(lambda tx: tx.offers.by_key("a", NOW))
    assert offer
    await database.write(lambda tx: tx.offers.keep(offer.ended(state, NOW)))
    for by, kept in ((ENDED_KEPT - MOMENT, ["a", "b"]), (MOMENT, ["b"])):
        clock.at += by
        await database.write(lambda tx: tx.sweep(clock.now()))
        assert await stored(database) == kept


async def test_only_its_sender_withdraws_it_and_erasing_or_moving_the_contact_takes_it_along(database: Database) -> None:
    for key in ("a", "b"):
        await left(database, key)
    await left(database, "c", EVA)
    assert await database.write(lambda tx: tx.offers.drop("a", EVA)) is False
    assert await database.write(lambda tx: tx.offers.drop("a", BO)) is True
    assert await stored(database) == ["b", "c"]
    await database.write(lambda tx: tx.move_address(BO, "-100"))
    assert [o.key for o in await database.read(lambda tx: tx.offers.of(Address("telegram", "-100"), NOW))] == ["b"]
    await database.write(lambda tx: tx.offers.forget(EVA))
    assert await stored(database) == ["b"]


@pytest.mark.parametrize("kind", KINDS)
async def test_no_word_of_it_stands_in_the_database(kind: str, tmp_path: Path) -> None:
    url = await ready_url(kind, tmp_path)
    database = await open_database(url, b"k" * 32, RowBox(["k" * 32]))
    try:
        await left(database, "a")
        (row,) = await database.read(lambda tx: tx.connection.execute(sa.text("SELECT * FROM offers")).all())
        raw = b"".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row)
        assert await database.read(lambda tx: tx.offers.way("a")) == WAY
    finally:
        await database.close()
    if kind == "sqlite":
        raw += b"".join(path.read_bytes() for path in tmp_path.glob("bot.sqlite*"))
    for word in ("070-123", "зателефонуйте", "Великодня", '"room"', '"beds"'):
        assert word.encode() not in raw, word
