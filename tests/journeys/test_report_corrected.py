"""The first two answers, told wrong and put right: before there is a report, while nobody has it, and when somebody has."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.test_report_at_once import happened, now_in, on_call, paged, reported
from tests.support.staff import Clerk
from tests.support.teller import WAYS, told_by, until


@pytest.mark.parametrize("way", WAYS)
async def test_before_it_is_filed_one_may_go_back(way: str, tmp_path: Path) -> None:
    async with told_by(way, tmp_path) as (whole, olena):
        await on_call(whole, "norrkoping")
        await olena.does("lang:uk", "child")
        await olena.presses("Так, поки що", "Назад", "Не знаю", "Норрчепінг")
        report = await now_in(whole, "norrkoping")
        assert (report.safety, len(await reported(whole))) == ("unsure", 1)


@pytest.mark.parametrize("way", WAYS)
async def test_it_was_not_safe_after_all(way: str, tmp_path: Path) -> None:
    async with told_by(way, tmp_path) as (whole, olena):
        await on_call(whole, "norrkoping")
        report = await olena.reports("norrkoping")
        await olena.does("q.done" if way == "web" else "case")
        await olena.presses("Змінити: чи безпечно", "Ні, дитина в небезпеці")
        await olena.sees(f"Так тепер стоїть у вашому повідомленні {report.code}")
        (now,) = await reported(whole)
        assert (now.id, now.safety) == (report.id, "danger")
        anna = await (await Clerk.hired(whole, "Anna", "norrkoping")).lets_herself_in()
        await anna.opens(f"/staff/c/{report.code}")
        assert "CORRECTED by the reporter: IN DANGER NOW." in anna.text
        assert "Level 2 was called." in anna.text or "NOT CALLED: nobody was on call at level 2." in anna.text, "at once"
        await Clerk.everybody.pop().http.aclose()


@pytest.mark.parametrize("way", WAYS)
async def test_it_was_another_town_and_nobody_had_it_yet(way: str, tmp_path: Path) -> None:
    async with told_by(way, tmp_path) as (whole, olena):
        await on_call(whole, "norrkoping", "orebro")
        report = await olena.reports("norrkoping")
        await olena.does("q.done" if way == "web" else "case")
        await olena.presses("Змінити: комуна", "Еребру")
        report = await now_in(whole, "orebro")
        assert await paged(whole, report) == ["Anna norrkoping", "Anna orebro"], "nobody is called twice"
        assert (report.unit, report.offered_to) == ("orebro", "norrkoping"), "who was called first may still take it"
        assert "place_corrected" in await happened(whole, report)
        await olena.does("at:norrkoping")
        report = await now_in(whole, "norrkoping")
        assert (report.unit, report.offered_to) == ("norrkoping", "orebro") and len(await reported(whole)) == 1


@pytest.mark.parametrize("way", WAYS)
async def test_it_was_another_town_and_somebody_has_it(way: str, tmp_path: Path) -> None:
    async with told_by(way, tmp_path) as (whole, olena):
        await on_call(whole, "norrkoping", "orebro")
        report = await olena.reports("norrkoping")
        bo = await (await Clerk.hired(whole, "Bo", "norrkoping")).lets_herself_in()
        eva = await (await Clerk.hired(whole, "Eva", "orebro")).lets_herself_in()
        await bo.opens(f"/staff/c/{report.code}")
        await bo.sends(f"/staff/c/{report.code}/take")
        await olena.does("case", "child.where")
        await olena.does("says Örebro")
        report = await now_in(whole, "orebro")
        assert (report.unit, report.owner, report.offered_to) == ("norrkoping", bo.id, "orebro")
        assert (await paged(whole, report))[-1] == "Anna orebro"
        await bo.opens(f"/staff/c/{report.code}")
        assert "CORRECTED by the reporter: the child is in Örebro." in bo.text
        assert "Bo was told that the reporter wrote." in bo.text
        await eva.opens(f"/staff/c/{report.code}")
        await eva.sends(f"/staff/c/{report.code}/accept")

        async def has_moved() -> bool:
            (now,) = await reported(whole)
            return (now.unit, now.owner) == ("orebro", eva.id)

        await until(has_moved)
        while Clerk.everybody:
            await Clerk.everybody.pop().http.aclose()
