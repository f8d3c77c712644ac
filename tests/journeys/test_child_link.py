"""The link on a poster at a station: a child alone, with the place filled in, by our own chat and by Telegram."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.services.sheets import Sheets
from tests.journeys.test_report_web import presses, says, sees
from tests.support.bot_api import running
from tests.support.browser import a_browser, a_phone
from tests.support.duty import Duty
from tests.support.town import Town
from tests.support.whole import Whole, a_service_running


async def with_staff(whole: Whole) -> Whole:
    await Duty(whole.service.store).on_call("Anna", "norrkoping", web="anna")
    await whole.service.casework.alerting.look()
    return whole


@pytest.mark.parametrize("script", [True, False])
async def test_scanned_in_the_web_chat_one_press_is_a_report(script: bool, tmp_path: Path) -> None:
    async with a_service_running(tmp_path) as service, a_browser() as browser:
        whole = await with_staff(service)
        renderer = whole.service.intake.renderer
        link = Sheets(renderer, public_url=whole.url).child_link("norrkoping", "sv")
        phone = await a_phone(browser, whole.url, script=script)
        await phone.page.goto(link)
        await sees(phone, "Är barnet tryggt just nu?")
        await sees(phone, "Anmälan går till Norrköping.")
        assert await whole.service.store.read(lambda tx: tx.reports.open()) == [], "looking stores nothing"
        await phone.page.get_by_role("button", name="Ja, just nu", exact=True).click()
        await sees(phone, "Vem är du?")
        (report,) = await whole.service.store.read(lambda tx: tx.reports.open())
        assert (report.place, report.unit, report.safety, report.language) == ("norrkoping", "norrkoping", "safe", "sv")
        await phone.page.goto(link)
        await sees(phone, f"Du har en anmälan här: {report.code}")


async def test_the_child_is_somewhere_else_than_the_poster(tmp_path: Path) -> None:
    async with a_service_running(tmp_path) as service, a_browser() as browser:
        whole = await with_staff(service)
        phone = await a_phone(browser, whole.url)
        await phone.page.goto("/?start=child_norrkoping&lang=en")
        await presses(phone, "The child is somewhere else")
        await presses(phone, "Yes, for the moment")
        await sees(phone, "Where is the child?")
        assert await whole.service.store.read(lambda tx: tx.reports.open()) == []


async def test_child_typed_in_the_web_chat_begins_a_report_as_in_telegram(tmp_path: Path) -> None:
    async with a_service_running(tmp_path) as service, a_browser() as browser:
        whole = await with_staff(service)
        phone = await a_phone(browser, whole.url)
        await phone.page.goto("/?lang=en")
        await presses(phone, "English")
        await says(phone, "/child")
        await sees(phone, "Is the child safe right now?")
        await phone.page.goto("/child?lang=en&place=norrkoping")
        await phone.page.get_by_role("link", name="Report it here: two answers").click()
        await sees(phone, "The report goes to Norrköping.")


async def test_scanned_with_telegram_one_press_is_a_report(tmp_path: Path) -> None:
    async with running() as api, a_service_running(tmp_path, api) as service:
        whole, olena = await with_staff(service), Town(api).person("Olena")
        await olena.starts("child_norrkoping")
        await olena.answered()
        await olena.presses("Не знаю")
        await olena.waits_for("Зараз викликаємо соціальну службу")
        (report,) = await whole.service.store.read(lambda tx: tx.reports.open())
        assert (report.place, report.safety) == ("norrkoping", "unsure")
