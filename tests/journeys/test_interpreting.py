"""A report in Ukrainian, staff who write Swedish: each reads their own language, and the original is always there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.adapters.store.case_tables import translations
from tests.support.bot_api import running
from tests.support.builders import SettableClock
from tests.support.reporter import Reporter
from tests.support.staff import Clerk
from tests.support.town import Town
from tests.support.translate_server import HANGS, KEY, Machine, a_translate_server
from tests.support.whole import Whole, a_service_running

WHERE_IS = "Хлопчик стоїть на пероні 3, у червоній куртці"
IN_SWEDISH = "Pojken står på perrong 3, i röd jacka"
WE_COME = "Vi kommer kl 21:40. Ring 070-123 45 67."
IN_UKRAINIAN = "Ми приїдемо о 21:40. Телефонуйте 070-123 45 67."
MACHINE = "machine translation, check numbers and places"
UNDER_IT = "Машинний переклад повідомлення вище."
DIFFER = "Numbers differ: read the original."


@asynccontextmanager
async def translating(folder: Path, **settings: str) -> AsyncIterator[tuple[Whole, Machine]]:
    async with a_translate_server() as machine:
        machine.knows |= {WHERE_IS: IN_SWEDISH, WE_COME: IN_UKRAINIAN}
        given = {"BOT_TRANSLATE_URL": machine.url, "BOT_TRANSLATE_KEY": KEY, **settings}
        async with a_service_running(folder, **given) as whole:
            try:
                yield whole, machine
            finally:
                while Clerk.everybody:
                    await Clerk.everybody.pop().http.aclose()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await holds():
            await asyncio.sleep(0.02)


async def taken(whole: Whole, olena: Reporter) -> tuple[Clerk, str]:
    """Return a Swedish-speaking member of staff who has taken Olena's report, and its page."""
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping", language="sv")).lets_herself_in()
    path = f"/staff/c/{(await olena.reports('norrkoping')).code}"
    await anna.opens(path + "?lang=en")
    await anna.sends(f"{path}/take")
    return anna, path


async def shows(clerk: Clerk, path: str, words: str) -> bool:
    await clerk.opens(path + "?lang=en")
    return words in clerk.text


async def reads(olena: Reporter, words: str) -> bool:
    return words in await olena.reads()


async def test_each_reads_their_own_language_and_the_original_stands_above(tmp_path: Path) -> None:
    async with translating(tmp_path) as (whole, machine):
        olena = Reporter(whole, "uk")
        anna, path = await taken(whole, olena)
        await olena.presses("q:who:with")
        await olena.writes(WHERE_IS)  # the answer to "where exactly?"
        await until(lambda: shows(anna, path, IN_SWEDISH))
        assert anna.text.index(WHERE_IS) < anna.text.index(MACHINE) < anna.text.index(IN_SWEDISH)
        assert DIFFER not in anna.text
        await olena.presses("q.done")
        machine.knows["Де ви? Нас 2"] = "Var är ni? Vi är 3"
        await olena.writes("Де ви? Нас 2")
        await until(lambda: shows(anna, path, "Var är ni? Vi är 3"))
        assert anna.text.count(DIFFER) == 1 and "Де ви? Нас 2" in anna.text

        await anna.sends(f"{path}/write", words=WE_COME)
        assert await reads(olena, WE_COME), "the original is there at once"
        await until(lambda: reads(olena, IN_UKRAINIAN))
        chat = await olena.reads()
        assert chat.index(WE_COME) < chat.index(UNDER_IT) < chat.index(IN_UKRAINIAN) and chat.count(IN_UKRAINIAN) == 1
        await anna.opens(path + "?lang=en")
        assert IN_UKRAINIAN in anna.text, "staff see what the reporter got"
        assert {(a["source"], a["target"]) for a in machine.asked} == {("uk", "sv"), ("sv", "uk")}

        rows = await whole.service.store.read(lambda tx: tx.connection.execute(sa.select(translations)).all())
        assert len(rows) == 3 and all(row.sealed and row.due_at is None and row.tries == 1 for row in rows)
        stored = b"".join(p.read_bytes() for p in tmp_path.glob("bot.sqlite*"))
        for words in (IN_SWEDISH, IN_UKRAINIAN, "Vi är 3"):
            assert words.encode() not in stored, "sealed like the words themselves"


async def test_a_corrected_answer_forgets_the_translation_of_the_first(tmp_path: Path) -> None:
    async with translating(tmp_path) as (whole, machine):
        olena = Reporter(whole, "uk")
        anna, path = await taken(whole, olena)
        await olena.presses("q:who:with")
        await olena.writes(WHERE_IS)
        await until(lambda: shows(anna, path, IN_SWEDISH))
        machine.fails(500, times=2)
        await olena.presses("q.ask:where")
        await olena.writes("Він уже біля кіоску")
        await until(lambda: shows(anna, path, "Він уже біля кіоску"))
        assert IN_SWEDISH not in anna.text


async def test_nothing_leaves_without_the_setting(tmp_path: Path) -> None:
    async with translating(tmp_path, BOT_TRANSLATE_URL="", BOT_TRANSLATE_KEY="") as (whole, machine):
        olena = Reporter(whole, "uk")
        anna, path = await taken(whole, olena)
        await olena.presses("q:who:with")
        await olena.writes(WHERE_IS)
        await anna.opens(path + "?lang=en")
        await anna.sends(f"{path}/write", words=WE_COME)
        await whole.service.casework.interpreting.look()
        rows = await whole.service.store.read(lambda tx: tx.connection.execute(sa.select(translations)).all())
        assert rows == [] and machine.asked == []
        assert WE_COME in await olena.reads() and MACHINE not in anna.text
        await olena.presses("privacy")
        assert "перекладає машина" not in await olena.reads()


async def test_who_reads_is_told_where_the_words_go(tmp_path: Path) -> None:
    async with translating(tmp_path) as (whole, machine):
        olena = Reporter(whole, "uk")
        await olena.presses("lang:uk", "privacy")
        assert f"127.0.0.1:{machine.port}" in await olena.reads()


@pytest.mark.parametrize("how", [500, HANGS, b"<html>", b'{"translatedText": ""}'])
async def test_a_machine_that_fails_delays_and_changes_nothing(
    tmp_path: Path, how: Any, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture
) -> None:
    async with translating(tmp_path) as (whole, machine):
        whole.service.casework.interpreting._interpreter._limits = type(whole.service.casework.interpreting._interpreter._limits)(
            total=0.3
        )
        machine.fails(how, times=50)
        olena = Reporter(whole, "uk")
        anna, path = await taken(whole, olena)
        await anna.sends(f"{path}/write", words=WE_COME)
        assert WE_COME in await olena.reads()
        await olena.writes("Дякую, ми чекаємо тут")
        await anna.opens(path + "?lang=en")
        assert "Дякую, ми чекаємо тут" in anna.text

        async def asked_for_both() -> bool:
            return len(machine.asked) >= 2

        await until(asked_for_both)
        await anna.opens(path + "?lang=en")
        assert MACHINE not in anna.text and UNDER_IT not in await olena.reads()
        logged = "".join(capfd.readouterr()) + caplog.text
        assert WE_COME not in logged and "Дякую" not in logged


async def test_each_text_is_tried_twice_and_no_more(tmp_path: Path) -> None:
    clock = SettableClock()
    async with a_translate_server() as machine:
        given = {"BOT_TRANSLATE_URL": machine.url, "BOT_TRANSLATE_KEY": KEY}
        async with a_service_running(tmp_path, clock=clock, **given) as whole:
            interpreting = whole.service.casework.interpreting
            await Clerk.hired(whole, "Anna", "norrkoping", language="sv")
            olena = Reporter(whole, "uk")
            await olena.reports("norrkoping")
            machine.fails(500, times=50)
            await olena.presses("q.done")
            await olena.writes("Дякую, ми чекаємо тут")
            for _ in range(6):
                await interpreting.look()
                clock.passes(minutes=1)

            async def settled() -> bool:
                rows = await whole.service.store.read(lambda tx: tx.connection.execute(sa.select(translations)).all())
                return [(r.tries, r.due_at, r.sealed) for r in rows] == [(2, None, b"")]

            await until(settled)
            assert len(machine.asked) == 2
            await Clerk.everybody.pop().http.aclose()


async def test_who_comes_from_telegram_reads_the_answer_in_our_own_chat(tmp_path: Path) -> None:
    """Telegram carries neither the words nor their translation; behind the link both wait."""
    async with running() as api, a_translate_server() as machine:
        machine.knows[WE_COME] = IN_UKRAINIAN
        given = {"BOT_TRANSLATE_URL": machine.url, "BOT_TRANSLATE_KEY": KEY, "BOT_PUBLIC_URL": "https://chat.example"}
        async with a_service_running(tmp_path, api, **given) as whole:
            anna = await (await Clerk.hired(whole, "Anna", "norrkoping", language="sv")).lets_herself_in()
            anna.http.cookies.set("__Host-staff", anna.http.cookies["staff"])
            await whole.service.casework.alerting.look()
            olena = Town(api).person("Olena")
            await olena.starts("child_norrkoping")
            await olena.answered()
            await olena.presses("Так, поки що")
            await olena.waits_for("Продовжте в нашому чаті")
            (report,) = await whole.service.store.read(lambda tx: tx.reports.open())
            path = f"/staff/c/{report.code}"
            await anna.opens(path)
            await anna.sends(f"{path}/take")
            await anna.sends(f"{path}/write", words=WE_COME)
            await olena.waits_for("Вам відповіли")
            assert not any("21:40" in str(m) for m in olena.chat.messages.values())
            await until(lambda: shows(anna, path, IN_UKRAINIAN))
            token = (await olena.presses("Прочитати в чаті")).removeprefix("https://chat.example/r/")
            here = Reporter(whole, "uk")
            await here.presses("lang:uk", f"use:{token}")
            chat = await here.reads()
            assert chat.index(WE_COME) < chat.index(UNDER_IT) < chat.index(IN_UKRAINIAN)
            machine.knows["Stanna där ni är, vi ser er 3"] = "Залишайтеся на місці, ми вас бачимо 3"
            await anna.sends(f"{path}/write", words="Stanna där ni är, vi ser er 3")
            await until(lambda: reads(here, "Залишайтеся на місці"))
            assert not any(words in str(olena.chat.messages) for words in ("21:40", "на місці", "Stanna"))
            await anna.http.aclose()
            Clerk.everybody.clear()
