"""Who reports a child and with whom it is, by Telegram and in our own chat from one script; and hours that come once a year."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.calendar import SWEDEN
from bot.domain.routing import CATCH_ALL, DUTY, OFFICE
from tests.support.builders import SettableClock
from tests.support.duty import Duty
from tests.support.staff import Clerk
from tests.support.teller import WAYS, Teller, anna_of, told_by, until

ALONE = "Counts as unaccompanied: no parent or legal guardian is there."
GUARDED = "A parent or legal guardian is said to be there. Check it."


KINDS = [
    ("a child by itself", ("q:who:self", "q:company:alone", "q:ages:13-15", "q.done"), "Ніхто на тебе не сердиться", ALONE),
    (
        "a teacher",
        ("q:who:job", "q:company:relative", "q:guardian:unknown", "q.done"),
        "socialtjänstlagen 2025:400",
        "Not known yet",
    ),
    ("with a grandmother", ("q:who:with", "q:company:relative", "q:guardian:no", "q:count:1", "q.done"), "опікун", ALONE),
    ("with a mother", ("q:who:saw", "q:company:adult", "q:guardian:yes", "q.done"), "опікун", GUARDED),
    ("seven and a coach", ("q:who:with", "q:company:group", "q:guardian:no", "q:count:4+", "q.done"), "опікун", ALONE),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("acts", "shown", "counts"), [kind[1:] for kind in KINDS], ids=[kind[0] for kind in KINDS])
async def test_reported_read_answered_and_closed(
    way: str, acts: tuple[str, ...], shown: str, counts: str, tmp_path: Path
) -> None:
    async with told_by(way, tmp_path) as (whole, olena):
        anna = await anna_of(whole)
        report = await olena.reports("norrkoping", *acts)
        assert shown in await olena.reads()
        case = f"/staff/c/{report.code}"
        await anna.opens(case)
        assert counts in anna.text and "The reporter came to the end of the questions." in anna.text
        await anna.sends(f"{case}/take")
        await until(lambda: _says(olena, "займається людина із соціальної служби"))
        await anna.sends(f"{case}/write", phrase="stay-there")
        await until(lambda: _says(olena, "Залишайтеся там, де ви є"))
        assert "Stanna" not in await olena.reads(), "each side reads its own language"
        await olena.does("says Ми на пероні 3")
        await anna.opens(case)
        assert "Ми на пероні 3" in anna.text
        await anna.sends(f"{case}/close", outcome="met")
        await until(lambda: _says(olena, f"{report.code} закрито"))
        assert "We met the child" in anna.text


async def _says(olena: Teller, words: str) -> bool:
    return words in await olena.reads()


@pytest.mark.parametrize("way", WAYS)
async def test_whatever_was_pressed_since_words_of_danger_reach_staff(way: str, tmp_path: Path) -> None:
    async with told_by(way, tmp_path) as (whole, olena):
        anna = await anna_of(whole)
        report = await olena.reports("norrkoping", "q.done")
        await olena.does("sos", "says Ми в синій машині", "home", "says він б’є дитину, вона плаче")

        async def reads_all() -> bool:
            await anna.opens(f"/staff/c/{report.code}")
            return "Ми в синій машині" in anna.text and "він б’є дитину" in anna.text

        await until(reads_all)
        await olena.does("help", "says дитина сама на вокзалі")
        await until(lambda: _says(olena, f"У вас тут є повідомлення: {report.code}"))
        assert len(await whole.service.store.read(lambda tx: tx.reports.open())) == 1, "the open report is offered first"


@pytest.mark.parametrize("way", WAYS)
async def test_abandoned_half_way_it_counts_all_the_same_and_is_marked(way: str, tmp_path: Path) -> None:
    clock = SettableClock()
    async with told_by(way, tmp_path, clock) as (whole, olena):
        anna = await anna_of(whole)
        report = await olena.reports("norrkoping", "q:who:saw")
        assert len(await whole.service.store.read(lambda tx: tx.alerts.pages(report.id))) == 1, "paged before the questions"
        await anna.opens("/staff/queue")
        assert report.code in anna.text and "unfinished" not in anna.text
        clock.passes(minutes=16)
        await whole.service.casework.alerting.look()
        await anna.opens(f"/staff/c/{report.code}")
        assert "The reporter stopped half-way: marked as unfinished." in anna.text
        await anna.opens(f"/staff/c/{report.code}/news")
        before = anna.text
        await olena.does("q:company:alone")
        await anna.opens(f"/staff/c/{report.code}/news")
        assert anna.text != before, "an open page sees that there is more to read"
        await anna.opens(f"/staff/c/{report.code}")
        assert "<mark>unfinished" not in anna.text, "somebody who comes back is no longer half-way"


@pytest.mark.parametrize("way", WAYS)
async def test_where_nobody_takes_part_the_catch_all_is_called_and_the_reporter_has_numbers(way: str, tmp_path: Path) -> None:
    async with told_by(way, tmp_path) as (whole, olena):
        duty = Duty(whole.service.store)
        await duty.on_call("Anna", "norrkoping", web="anna")
        await duty.unit("alla", kind=CATCH_ALL)
        await duty.on_call("Vakt", "alla", web="vakt")
        await whole.service.casework.alerting.look()
        report = await olena.reports("gavle")
        assert report.unit == "alla" and "112" in await olena.reads()
        (page,) = await whole.service.store.read(lambda tx: tx.alerts.pages(report.id))
        assert (await whole.service.store.read(lambda tx: tx.people.staff(page.staff))).name == "Vakt"


HOURS = [
    ("Midsummer Eve 23:50", datetime(2027, 6, 25, 21, 50, tzinfo=UTC), "jour", "23:50"),
    ("the hour that does not exist", datetime(2027, 3, 28, 1, 30, tzinfo=UTC), "jour", "03:30"),
    ("the doubled hour, first", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "jour", "02:30"),
    ("the doubled hour, again", datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "jour", "02:30"),
    ("the last minute of the year", datetime(2026, 12, 31, 22, 59, tzinfo=UTC), "jour", "23:59"),
    ("the first minute of the year", datetime(2026, 12, 31, 23, 0, tzinfo=UTC), "jour", "00:00"),
    ("an ordinary noon", datetime(2026, 11, 25, 11, 0, tzinfo=UTC), "kontor", "12:00"),
]


@pytest.mark.parametrize(("at", "unit", "shown"), [hour[1:] for hour in HOURS], ids=[hour[0] for hour in HOURS])
async def test_who_is_awake_is_paged_and_the_reporter_reads_the_swedish_hour(
    at: datetime, unit: str, shown: str, tmp_path: Path
) -> None:
    clock = SettableClock()
    clock.at = at
    async with told_by("web", tmp_path, clock) as (whole, olena):
        duty = Duty(whole.service.store)
        for id_, kind in (("kontor", OFFICE), ("jour", DUTY)):
            await duty.unit(id_, kind=kind, places=("norrkoping",))
            await duty.on_call(f"Anna {id_}", id_, web=id_)
        await whole.service.casework.alerting.look()
        report = await olena.reports("norrkoping")
        assert report.unit == unit, at.astimezone(SWEDEN)
        (page,) = await whole.service.store.read(lambda tx: tx.alerts.pages(report.id))
        person = await whole.service.store.read(lambda tx: tx.people.staff(page.staff))
        assert person.name == f"Anna {unit}"
        cases = whole.service.casework.cases

        def takes(tx: Any) -> None:
            for saying in cases.take(tx, person, report.id, at).sayings:
                tx.put_deliveries(whole.service.casework.speaker.rows(saying, at), at, "")

        await whole.service.store.write(takes)
        assert f"з {shown}" in await olena.reads()


STAY_IN_RUSSIAN, STAY = "Оставайтесь там, где вы есть", "Залишайтеся там, де ви є"


@pytest.mark.parametrize("way", WAYS)
async def test_who_writes_in_russian_gets_prepared_phrases_in_russian(way: str, tmp_path: Path) -> None:
    async with told_by(way, tmp_path) as (whole, olena):
        anna = await anna_of(whole)
        report = await olena.reports("norrkoping", "q.done", "says да")
        case = f"/staff/c/{report.code}"
        await anna.opens(case)
        await anna.sends(f"{case}/take")
        await anna.sends(f"{case}/write", phrase="stay-there")
        await olena.sees(STAY)
        assert STAY_IN_RUSSIAN not in await olena.reads(), "one short word says nothing"
        await olena.does("says Мы на перроне, что нам делать")

        async def is_heard() -> bool:
            await anna.opens(case)
            return "The reporter writes in Russian. Prepared phrases go in Russian." in anna.text

        await until(is_heard)
        assert "They arrive in Русский." in anna.text and STAY_IN_RUSSIAN in anna.text, "staff see what goes out"
        await anna.sends(f"{case}/write", phrase="stay-there")
        await olena.sees(STAY_IN_RUSSIAN)
        await olena.does("says Дякую, ми вже їдемо додому")
        await until(lambda: _again(anna, case))
        before = (await olena.reads()).count(STAY)
        await anna.sends(f"{case}/write", phrase="stay-there")

        async def in_ukrainian() -> bool:
            return (await olena.reads()).count(STAY) == before + 1

        await until(in_ukrainian)


async def _again(anna: Clerk, case: str) -> bool:
    await anna.opens(case)
    return "Prepared phrases go in the language of the reporter's chat again." in anna.text


async def test_a_child_that_speaks_russian_best_gets_its_phrases_in_russian(tmp_path: Path) -> None:
    async with told_by("web", tmp_path) as (whole, child):
        anna = await anna_of(whole)
        report = await child.reports("norrkoping", "q:who:self", "q:languages:ru", "q.done")
        case = f"/staff/c/{report.code}"
        await anna.opens(case)
        await anna.sends(f"{case}/take")
        await anna.sends(f"{case}/write", phrase="your-language-child")
        await child.sees("Пиши на своём языке.")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("spot", "kept"), [("Norrköpings centralstation", True), ("Норчепінг", False)])
async def test_staff_read_which_station_was_meant(way: str, spot: str, kept: bool, tmp_path: Path) -> None:
    """A port, a station, an airport is its municipality, whose people are called; they read where in it."""
    async with told_by(way, tmp_path) as (whole, olena):
        anna = await anna_of(whole)
        await olena.does("lang:uk", "child", "safe:unsure", f"says {spot}")
        (report,) = await whole.service.store.read(lambda tx: tx.reports.open())
        assert report.place == "norrkoping"
        await anna.opens(f"/staff/c/{report.code}")
        assert (f">{spot}<" in anna.text) is kept
