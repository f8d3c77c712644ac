"""A child alone, in our own chat: every question, back and correct, the code to come back with, the way in from Telegram."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest_asyncio
import sqlalchemy as sa

from bot.domain.conversation import Conversation
from bot.domain.events import Address
from bot.domain.report import Report
from bot.domain.report_effects import FileReport
from bot.services.alerting import FLOOD
from tests.support.bot_api import running
from tests.support.browser import Phone, a_browser, a_phone
from tests.support.duty import Duty
from tests.support.town import Town
from tests.support.whole import Whole, a_service_running


@pytest_asyncio.fixture
async def whole(tmp_path: Path) -> AsyncIterator[Whole]:
    async with a_service_running(tmp_path) as service:
        await Duty(service.service.store).on_call("Anna", "norrkoping", web="anna")
        await service.service.casework.alerting.look()
        yield service


async def presses(phone: Phone, label: str) -> None:
    answers = phone.page.locator("#log > .m:not(.me)")
    before = await answers.count()
    await phone.page.get_by_role("button", name=label, exact=True).last.click()
    await answers.nth(before).wait_for()


async def says(phone: Phone, words: str) -> None:
    await phone.page.fill("#words", words)
    await phone.page.locator("button.send").click()


async def sees(phone: Phone, words: str) -> None:
    await phone.page.locator("#log").get_by_text(words).last.wait_for()


async def begins(phone: Phone, *, safety: str = "Так, поки що") -> None:
    await phone.page.goto("/")
    for label in ("Українська", "Норрчепінг", "Бачу дитину саму", safety, "Норрчепінг"):
        await presses(phone, label)
    await sees(phone, "Хто ви?")


async def answers_of(whole: Whole) -> dict[str, str]:
    """Return what the newest report says, opened with the key of its unit."""
    import json

    work = whole.service.casework

    def read(tx):  # type: ignore[no-untyped-def]
        report = max(tx.reports.open(), key=lambda r: r.id)
        return report, tx.reports.case_key(report.id), tx.reports.answers(report.id)

    report, key, sealed = await whole.service.store.read(read)
    return json.loads(work.sealing.open(key, sealed, report.key, "reports", report.key, "answers"))


async def test_a_report_is_answered_corrected_and_read_back(whole: Whole) -> None:
    async with a_browser() as browser:
        olena = await a_phone(browser, whole.url)
        await begins(olena)
        await presses(olena, "Я поруч із дитиною")
        await sees(olena, "Де саме дитина")
        await says(olena, "Перон 3, червона куртка")
        await sees(olena, "До котрої години дитина буде там?")
        await presses(olena, "Назад")
        await sees(olena, "Де саме дитина")
        await says(olena, "Перон 4, червона куртка")
        await sees(olena, "До котрої години дитина буде там?")
        await says(olena, "потяг о 21:40")
        await sees(olena, "З ким дитина?")
        await presses(olena, "Родич чи родичка")
        await sees(olena, "законний опікун")
        await presses(olena, "Ні")
        await presses(olena, "Одна")
        await presses(olena, "Пропустити")
        await presses(olena, "Це все")
        await sees(olena, "Соціальна служба все отримала")
        assert await answers_of(whole) == {
            "who": "with", "where": "Перон 4, червона куртка", "until": "потяг о 21:40",
            "company": "relative", "guardian": "no", "count": "1",
        }  # fmt: skip
        assert await olena.violations() == []
        assert olena.noise == []


async def test_in_a_flood_the_browser_works_for_its_report_and_without_script_it_is_taken_all_the_same(whole: Whole) -> None:
    store, alerting = whole.service.store, whole.service.casework.alerting

    async def newest() -> Report:
        return await store.read(lambda tx: max(tx.reports.open(), key=lambda r: r.id))

    async with a_browser() as browser:
        calm = await a_phone(browser, whole.url)
        await begins(calm)
        assert await calm.page.locator("script#proof").count() == 0 and (await newest()).proved
        reporting, frame = whole.service.casework.reporting, whole.service.casework.frames.frame("web", datetime.now(UTC))
        for number in range(FLOOD):
            junk = Conversation(Address("web", f"{number:064x}"), "uk")
            effect = FileReport(f"{number:024x}", f"JJJ-{number:03}", "norrkoping", "unsure")
            await store.write(lambda tx, e=effect, c=junk: reporting.apply(tx, e, c, frame))
        await alerting.look()
        assert alerting.flooded
        olena = await a_phone(browser, whole.url)
        await olena.page.goto("/")
        for label in ("Українська", "Норрчепінг", "Бачу дитину саму", "Так, поки що"):
            await presses(olena, label)
        async with asyncio.timeout(30):
            while not await store.read(lambda tx: tx.connection.execute(sa.text("SELECT 1 FROM proofs")).first()):
                await asyncio.sleep(0.05)
        await presses(olena, "Норрчепінг")
        await sees(olena, "Хто ви?")
        assert (await newest()).proved and olena.noise == []
        plain = await a_phone(browser, whole.url, script=False)
        await plain.page.goto("/")
        for label in ("Українська", "Норрчепінг", "Бачу дитину саму", "Так, поки що", "Норрчепінг"):
            await plain.page.get_by_role("button", name=label, exact=True).last.click()
        await sees(plain, "Хто ви?")
        report = await newest()
        assert not report.proved
        await whole.service.casework.alerting.look()  # as the commit wakes it
        assert "called" in [m.what for m in await store.read(lambda tx: tx.reports.timeline(report.id))]


async def test_a_child_reports_for_itself_in_words_for_a_child(whole: Whole) -> None:
    async with a_browser() as browser:
        child = await a_phone(browser, whole.url)
        await begins(child)
        await presses(child, "Дитина — це я")
        await sees(child, "Ніхто на тебе не сердиться")
        await sees(child, "Що ти бачиш навколо?")
        await says(child, "великий годинник")
        await sees(child, "Скільки ти можеш там побути?")
        await presses(child, "Пропустити")
        await sees(child, "Хто з тобою?")
        await presses(child, "Назад")
        await presses(child, "Мені скоро треба йти")
        await sees(child, "Хто з тобою?")
        assert (await answers_of(whole))["until"] == "leaving"
        await presses(child, "Це все")
        await sees(child, "Ти все робиш правильно")


async def test_the_code_brings_the_reporter_back_on_another_phone(whole: Whole) -> None:
    async with a_browser() as browser:
        olena = await a_phone(browser, whole.url)
        await begins(olena)
        await presses(olena, "Це все")
        await presses(olena, "Код для повернення")
        await sees(olena, "Ваш код, показуємо один раз")
        code = await olena.page.locator("#log blockquote").last.inner_text()
        assert len(code.split()) == 6
        await says(olena, code.upper())
        await sees(olena, "Правильно")
        other = await a_phone(browser, whole.url)
        await other.page.goto("/?lang=uk")
        await says(other, code)
        await sees(other, "Повідомлення")
        known = await other.page.locator("#log").inner_text()
        first = await olena.page.locator("#log").inner_text()
        assert set(re.findall(r"\b\w{3}-\w{3}\b", known)) & set(re.findall(r"\b\w{3}-\w{3}\b", first))


NEUTRAL = "https://www.smhi.se/"


async def _weather_answers(phone: Phone) -> None:
    """The neutral page, without the net."""
    page = "<!doctype html><html lang=sv><title>SMHI</title><h1>Regn"
    await phone.context.route(f"{NEUTRAL}**", lambda route: route.fulfill(body=page, content_type="text/html"))


async def test_leaving_quickly_leaves_nothing_to_go_back_to(whole: Whole) -> None:
    async with a_browser() as browser:
        olena = await a_phone(browser, whole.url)
        await _weather_answers(olena)
        await olena.page.goto(f"{NEUTRAL}?before")
        await olena.page.goto("/")
        leave = olena.page.get_by_role("link", name="Швидко вийти")
        assert await leave.count() == 0, "it stands there only where a child is spoken of"
        for label in ("Українська", "Норрчепінг"):
            await presses(olena, label)
        await presses(olena, "Бачу дитину саму")
        box = await leave.bounding_box()
        assert box and box["height"] >= 48 and box["y"] + box["height"] < 640, "seen without scrolling"
        assert await olena.violations() == [] and await olena.small_targets() == [] and await olena.overflow() == []
        before = await olena.page.evaluate("history.length")
        await leave.click()
        await olena.page.wait_for_url(NEUTRAL)
        assert await olena.page.evaluate("history.length") == before, "the chat's own entry is taken, no new one made"
        assert await olena.page.title() == "SMHI" and "дитин" not in await olena.page.content()
        await olena.page.go_back()
        assert olena.page.url == f"{NEUTRAL}?before"


async def test_escape_pressed_twice_leaves_and_once_does_not(whole: Whole) -> None:
    async with a_browser() as browser:
        olena = await a_phone(browser, whole.url)
        await _weather_answers(olena)
        await begins(olena)
        await olena.page.focus("#words")
        await olena.page.keyboard.press("Escape")
        await olena.page.keyboard.press("a")
        assert await olena.page.input_value("#words") == "a" and olena.page.url.startswith(whole.url)
        await olena.page.keyboard.press("Escape")
        await olena.page.keyboard.press("Escape")
        await olena.page.wait_for_url(NEUTRAL)


async def test_leaving_works_without_script(whole: Whole) -> None:
    async with a_browser() as browser:
        olena = await a_phone(browser, whole.url, script=False)
        await _weather_answers(olena)
        await olena.page.goto("/")
        for label in ("Українська", "Норрчепінг", "Бачу дитину саму"):
            await olena.page.get_by_role("button", name=label, exact=True).last.click()
        await olena.page.get_by_role("link", name="Швидко вийти").click()
        await olena.page.wait_for_url(NEUTRAL)


async def test_close_and_clear_takes_the_reporter_from_the_report_and_leaves_the_report(whole: Whole) -> None:
    async with a_browser() as browser:
        olena = await a_phone(browser, whole.url)
        await begins(olena)
        store = whole.service.store
        report = await store.read(lambda tx: tx.reports.open()[0])
        assert len(await store.read(lambda tx: tx.reports.reporters(report.id))) == 1
        await olena.page.locator("footer summary").click()
        await olena.page.locator("#close").click()
        await olena.page.wait_for_url("**/closed?lang=uk")
        assert await store.read(lambda tx: tx.reports.reporters(report.id)) == []
        assert [r.id for r in await store.read(lambda tx: tx.reports.open())] == [report.id], "staff go on with it"
        assert "reporter_left" in [m.what for m in await store.read(lambda tx: tx.reports.timeline(report.id))]
        await olena.page.goto("/")
        assert report.code not in await olena.page.content()


async def test_from_telegram_through_the_door_to_our_own_chat(tmp_path: Path) -> None:
    async with (
        running() as api,
        a_service_running(tmp_path, api, BOT_PUBLIC_URL="https://chat.example") as whole,
        a_browser() as browser,
    ):
        town = Town(api)
        anna, olena = town.person("Anna", language_code="sv"), town.person("Olena")
        await Duty(whole.service.store).on_call("Anna", "norrkoping", telegram=anna.key)
        await whole.service.casework.alerting.look()
        await olena.starts("child_norrkoping")
        await olena.answered()
        await olena.presses("Не знаю")
        await olena.waits_for("Продовжте в нашому чаті")
        await anna.answered()
        address = await olena.presses("До нашого чату")
        assert address.startswith("https://chat.example/r/")
        phone = await a_phone(browser, whole.url)
        await phone.page.goto(address.removeprefix("https://chat.example"))
        await phone.page.get_by_role("button", name="Відкрити", exact=True).click()
        await sees(phone, "Хто ви?")
        again = await a_phone(browser, whole.url)
        await again.page.goto(address.removeprefix("https://chat.example"))
        await again.page.get_by_role("button", name="Відкрити", exact=True).click()
        await again.page.locator("#log").get_by_text("вже використано").wait_for()
        await sees(again, "натисніть «Продовжити», потім «Відкрити наш чат знову»")
        await olena.says("/child")
        await olena.waits_for("У вас тут є повідомлення")
        await olena.presses("Продовжити")
        await olena.waits_for("Ми отримали ваше повідомлення. Людина його ще не прийняла.")
        await olena.presses("Відкрити наш чат знову")
        before = address
        async with asyncio.timeout(10):
            while (address := await olena.presses("До нашого чату")) == before:
                await asyncio.sleep(0.05)
        await again.page.goto(address.removeprefix("https://chat.example"))
        await again.page.get_by_role("button", name="Відкрити", exact=True).click()
        await sees(again, "Хто ви?")
