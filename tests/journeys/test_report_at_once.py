"""A child in danger and a reporter who falls silent: it is filed with the first answer, and goes on by the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.report import Report
from bot.domain.routing import CATCH_ALL
from tests.support.builders import SettableClock
from tests.support.duty import Duty
from tests.support.teller import WAYS, Teller, told_by, until
from tests.support.whole import Whole

DANGER, HALF_WAY = "Ні, дитина в небезпеці", "За 15 хв позначимо його незавершеним"


async def on_call(whole: Whole, *units: str) -> None:
    """One person on call at each, and a catch-all for the rest."""
    duty = Duty(whole.service.store)
    for unit in units:
        await duty.on_call(f"Anna {unit}", unit, web=unit)
    await duty.unit("alla", kind=CATCH_ALL)
    await duty.on_call("Vakt", "alla", web="vakt")
    await whole.service.casework.alerting.look()


async def reported(whole: Whole) -> list[Report]:
    """Return the open reports, once the look has passed that the commit of a report wakes."""
    await whole.service.casework.alerting.look()
    return await whole.service.store.read(lambda tx: tx.reports.open())


async def paged(whole: Whole, report: Report) -> list[str]:
    """Return the names of everybody who was paged, in order."""
    pages = await whole.service.store.read(lambda tx: tx.alerts.pages(report.id))
    return [(await whole.service.store.read(lambda tx, p=page: tx.people.staff(p.staff))).name for page in pages]


async def happened(whole: Whole, report: Report) -> list[str]:
    return [m.what for m in await whole.service.store.read(lambda tx: tx.reports.timeline(report.id))]


async def now_in(whole: Whole, place: str) -> Report:
    """Wait until the newest report is there, and return it."""

    async def there() -> bool:
        return (await reported(whole))[-1].place == place

    await until(there)
    return (await reported(whole))[-1]


async def begins(olena: Teller, *more: str) -> None:
    await olena.does("lang:uk", *more, "child")
    await olena.sees(HALF_WAY)
    await olena.presses(DANGER)
    await olena.sees("вже викликаємо чергових")


@pytest.mark.parametrize("way", WAYS)
async def test_danger_and_then_silence_has_called_somebody_already(way: str, tmp_path: Path) -> None:
    clock = SettableClock()
    async with told_by(way, tmp_path, clock) as (whole, olena):
        await on_call(whole, "norrkoping")
        await begins(olena)
        (report,) = await reported(whole)
        assert (report.safety, report.place, report.unit) == ("danger", None, "alla")
        assert await paged(whole, report) == ["Vakt"]
        clock.passes(minutes=16)
        await whole.service.casework.alerting.look()
        (report,) = await reported(whole)
        assert report.unfinished, "whoever reads it sees that the reporter stopped"


@pytest.mark.parametrize("way", WAYS)
async def test_the_place_told_after_it_calls_the_right_unit_and_makes_no_second_report(way: str, tmp_path: Path) -> None:
    async with told_by(way, tmp_path) as (whole, olena):
        await on_call(whole, "norrkoping")
        await begins(olena)
        await olena.does("says на вокзалі")
        await olena.presses("Норрчепінг")
        report = await now_in(whole, "norrkoping")
        assert (report.place, report.unit, report.offered_to) == ("norrkoping", "norrkoping", "alla")
        assert await paged(whole, report) == ["Vakt", "Anna norrkoping"], "each of them once"
        posts = await whole.service.store.read(lambda tx: tx.reports.posts(report.id))
        assert len(posts) == 1, "words that were no place are words for whoever reads it"
        anna = await whole.service.store.read(lambda tx: tx.people.staff_of("norrkoping")[0])
        now = whole.service.casework.frames.frame("web", report.created_at).now
        await whole.service.store.write(lambda tx: whole.service.casework.cases.take(tx, anna, report.id, now))
        (report,) = await reported(whole)
        assert (report.unit, report.owner) == ("norrkoping", anna.id)


@pytest.mark.parametrize("way", WAYS)
async def test_whoever_chose_a_place_before_is_answered_from_there(way: str, tmp_path: Path) -> None:
    async with told_by(way, tmp_path) as (whole, olena):
        await on_call(whole, "norrkoping", "orebro")
        await begins(olena, "place:norrkoping")
        (report,) = await reported(whole)
        assert (report.place, report.unit) == ("norrkoping", "norrkoping")
        assert await paged(whole, report) == ["Anna norrkoping"] and "place_presumed" in await happened(whole, report)
        await olena.does("home", "case")
        await olena.presses("Еребру")
        report = await now_in(whole, "orebro")
        assert (report.place, report.unit, report.offered_to) == ("orebro", "orebro", "norrkoping")
        assert await paged(whole, report) == ["Anna norrkoping", "Anna orebro"]


@pytest.mark.parametrize("way", WAYS)
async def test_pressed_again_it_is_one_report_and_another_child_is_another(way: str, tmp_path: Path) -> None:
    clock = SettableClock()
    async with told_by(way, tmp_path, clock) as (whole, olena):
        await on_call(whole, "norrkoping")
        await begins(olena)
        clock.passes(seconds=5)
        await olena.does("home", "safe:danger", "at:none")
        assert len(await reported(whole)) == 1
        await olena.does("child.new", "safe:danger", "at:norrkoping")
        second = await now_in(whole, "norrkoping")
        assert [report.id for report in await reported(whole)] == [second.id - 1, second.id]
