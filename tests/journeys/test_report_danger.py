"""Somebody with a report writes of danger, whatever they have just been asked: the social services hear it, at once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.domain.report import DANGER, SAFE
from tests.support.teller import WAYS, anna_of, told_by, until

KNIFE = "says він б’є дитину, у нього ніж"


async def _becomes_danger(whole: Any, id_: int) -> None:
    async def is_danger() -> bool:
        return (await whole.service.store.read(lambda tx: tx.reports.by_id(id_))).safety == DANGER

    assert not await is_danger()
    await until(is_danger)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("before", [("q.done",), ("child.where",), ("home",), ("language",)], ids="/".join)
async def test_danger_reaches_the_report_whatever_was_asked(way: str, before: tuple[str, ...], tmp_path: Path) -> None:
    async with told_by(way, tmp_path) as (whole, olena):
        await anna_of(whole)
        report = await olena.reports("norrkoping", *before)
        hears = asyncio.create_task(_becomes_danger(whole, report.id))
        await asyncio.sleep(0.05)
        await olena.does(KNIFE)
        await hears
        posts = await whole.service.store.read(lambda tx: tx.reports.posts(report.id))
        assert [post.author for post in posts] == ["reporter"], "once"
        await olena.sees("112")


async def test_danger_in_place_of_an_answer_reaches_the_report(tmp_path: Path) -> None:
    async with told_by("web", tmp_path) as (whole, olena):
        await anna_of(whole)
        report = await olena.reports("norrkoping", "q:who:with")
        hears = asyncio.create_task(_becomes_danger(whole, report.id))
        await asyncio.sleep(0.05)
        await olena.does(KNIFE)
        await hears


@pytest.mark.parametrize("way", WAYS)
async def test_safe_a_moment_ago_and_danger_where_the_place_was_asked_is_filed_as_danger(way: str, tmp_path: Path) -> None:
    async with told_by(way, tmp_path) as (whole, olena):
        await anna_of(whole)
        await olena.does("child", f"safe:{SAFE}", KNIFE)

        async def filed() -> bool:
            return [r.safety for r in await whole.service.store.read(lambda tx: tx.reports.open())] == [DANGER]

        await until(filed)


async def _staff_ask(anna: Any, report: Any, olena: Any) -> None:
    await anna.opens(f"/staff/c/{report.code}")
    await anna.sends(f"/staff/c/{report.code}/write", phrase="where-now", asks="1")
    await olena.sees("соціальної служби")


async def _hears(whole: Any, report: Any) -> None:
    async def written() -> bool:
        posts = await whole.service.store.read(lambda tx: tx.reports.posts(report.id))
        return [post.author for post in posts][-1:] == ["reporter"]

    await until(written)


@pytest.mark.parametrize("way", WAYS)
async def test_an_answer_goes_to_the_report_that_was_asked_about(way: str, tmp_path: Path) -> None:
    async with told_by(way, tmp_path) as (whole, olena):
        anna = await anna_of(whole)
        first = await olena.reports("norrkoping", "q.done")
        await anna.opens(f"/staff/c/{first.code}")
        await anna.sends(f"/staff/c/{first.code}/take")
        await olena.does("child.new", "safe:safe", "at:norrkoping", "q.done")
        await _staff_ask(anna, first, olena)
        await olena.does("says Ми біля ICA на Storgatan 5")
        await _hears(whole, first)


@pytest.mark.parametrize("way", WAYS)
async def test_who_called_it_a_mistake_is_heard_when_staff_ask_all_the_same(way: str, tmp_path: Path) -> None:
    async with told_by(way, tmp_path) as (whole, olena):
        anna = await anna_of(whole)
        report = await olena.reports("norrkoping", "q.done")
        await anna.opens(f"/staff/c/{report.code}")
        await anna.sends(f"/staff/c/{report.code}/take")
        await olena.does("child.cancel", "child.cancel:yes")
        await _staff_ask(anna, report, olena)
        await olena.does("says Ми біля ICA на Storgatan 5, він забрав телефон")
        await _hears(whole, report)
