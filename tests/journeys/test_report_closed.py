"""A report that was closed: what belongs to it opens it again, and another child somewhere else is a new report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.domain.report import CLOSED, DANGER
from tests.support.builders import SettableClock
from tests.support.duty import Duty
from tests.support.teller import WAYS, Teller, anna_of, told_by, until

ELSEWHERE = "says дитина сама на вокзалі в Норрчепінгу, чоловік її б’є"


async def _closed(whole: Any, olena: Teller, place: str, *acts: str) -> Any:
    """Olena reports, and Anna takes it and closes it."""
    anna = await anna_of(whole)
    report = await olena.reports("norrkoping", *acts)
    case = f"/staff/c/{report.code}"
    await anna.opens(case)
    await anna.sends(f"{case}/take")
    await anna.sends(f"{case}/close", outcome="met")
    await whole.service.store.write(lambda tx: tx.reports.change(report.id, place=place))
    await olena.sees(f"{report.code} закрито")
    return report


async def _open(whole: Any) -> list[Any]:
    return await whole.service.store.read(lambda tx: tx.reports.open())


async def _is_open_again(whole: Any, report: Any) -> None:
    async def opened() -> bool:
        return [r.id for r in await _open(whole)] == [report.id]

    await until(opened)


@pytest.mark.parametrize("way", WAYS)
async def test_another_child_another_day_is_a_new_report_and_the_old_one_stays_closed(
    way: str, tmp_path: Path, clock: SettableClock
) -> None:
    async with told_by(way, tmp_path, clock) as (whole, olena):
        old = await _closed(whole, olena, "orebro", "q.done")
        clock.passes(days=3)
        await olena.does(ELSEWHERE)
        await olena.does("safe:danger", "at:norrkoping")

        async def filed() -> bool:
            return [(r.place, r.safety) for r in await _open(whole)] == [("norrkoping", DANGER)]

        await until(filed)
        closed = await whole.service.store.read(lambda tx: tx.reports.by_id(old.id))
        assert (closed.state, closed.safety) == (CLOSED, old.safety)


@pytest.mark.parametrize("way", WAYS)
async def test_danger_beside_a_report_closed_today_begins_a_new_one(way: str, tmp_path: Path) -> None:
    async with told_by(way, tmp_path) as (whole, olena):
        old = await _closed(whole, olena, "orebro", "q.done", "home")
        await olena.does("safe:danger:norrkoping")

        async def filed() -> bool:
            return [(r.place, r.safety) for r in await _open(whole)] == [("norrkoping", DANGER)]

        await until(filed)
        assert (await whole.service.store.read(lambda tx: tx.reports.by_id(old.id))).state == CLOSED


@pytest.mark.parametrize("way", WAYS)
async def test_who_is_still_at_it_opens_it_again_with_what_they_write(way: str, tmp_path: Path) -> None:
    async with told_by(way, tmp_path) as (whole, olena):
        old = await _closed(whole, olena, "norrkoping", "q.done")
        await olena.does("says Він знову тут, на платформі 2")
        await _is_open_again(whole, old)
        await olena.sees("знову відкрито")
        assert olena.person is None or "Повідомити про іншу" in olena.labels(), "or is it another child?"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("half_way", [False, True], ids=["at the end", "at a question"])
async def test_who_says_thank_you_wakes_nobody(way: str, half_way: bool, tmp_path: Path) -> None:
    async with told_by(way, tmp_path) as (whole, olena):
        old = await _closed(whole, olena, "norrkoping", "q:who:with" if half_way else "q.done")
        await Duty(whole.service.store, {"norrkoping"}).on_call("Cai", "norrkoping", web="cai")
        await olena.does("says Дуже дякую!")

        async def kept() -> bool:
            return bool(await whole.service.store.read(lambda tx: tx.reports.posts(old.id)))

        await until(kept)
        assert await _open(whole) == []


@pytest.mark.parametrize("way", WAYS)
async def test_who_goes_back_to_it_days_later_is_heard_there(way: str, tmp_path: Path, clock: SettableClock) -> None:
    async with told_by(way, tmp_path, clock) as (whole, olena):
        old = await _closed(whole, olena, "norrkoping", "q.done")
        clock.passes(days=3)
        await olena.does("case", "says Ми знову там, і нікого немає")
        await _is_open_again(whole, old)


async def test_what_is_answered_while_it_is_closed_opens_it_again(tmp_path: Path) -> None:
    async with told_by("web", tmp_path) as (whole, olena):
        old = await _closed(whole, olena, "norrkoping", "q:who:with")
        await olena.does("says їм холодно, дитина плаче")
        await _is_open_again(whole, old)


async def test_a_closed_report_is_offered_as_closed(tmp_path: Path) -> None:
    async with told_by("telegram", tmp_path) as (whole, olena):
        await _closed(whole, olena, "norrkoping", "q.done")
        await olena.does("child")
        await olena.sees("Це інша дитина або інший день?")
        before = (await olena.reads()).count("Дитина зараз у безпеці?")
        await olena.presses("Повідомити про іншу")
        assert (await olena.reads()).count("Дитина зараз у безпеці?") == before + 1


@pytest.mark.parametrize("way", WAYS)
async def test_danger_where_the_code_of_a_closed_report_was_asked_back_is_danger(way: str, tmp_path: Path) -> None:
    async with told_by(way, tmp_path) as (whole, olena):
        await _closed(whole, olena, "norrkoping", "q.done")
        await olena.does("receipt")
        await olena.does("says він б’є мене, у нього ніж")
        await olena.sees("Небезпека")
