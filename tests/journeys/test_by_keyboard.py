"""A child alone by the keyboard alone, each key counted: from the first page to a person paged, and from the queue to the end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.domain.events import Address
from tests.support.browser import Phone, a_phone
from tests.support.duty import Duty
from tests.support.staff import Clerk
from tests.support.whole import Whole, a_service_running

pytestmark = pytest.mark.asyncio(loop_scope="module")
AT_MOST = 20
DESK = {"viewport": {"width": 1200, "height": 800}, "is_mobile": False, "has_touch": False, "device_scale_factor": 1}


class Keyboard:
    """The only way in: whoever has no other counts what they press."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)
            self.pressed += 1

    async def tab_to(self, label: str) -> None:
        """Press Tab until that has the focus, which is seen, and Enter. Fails when the keys run out on the way."""
        while self.pressed < AT_MOST:
            await self.press("Tab")
            if (await self.page.evaluate("document.activeElement.innerText || ''")).strip() == label:
                assert await self.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
                return await self.press("Enter")
        raise AssertionError(f"{label!r} is not reached with {AT_MOST} keys")

    async def answered(self, words: str) -> None:
        """Wait until that is said and the focus stands where it was said: a person who reads is in no hurry."""
        await expect(self.page.locator("#log > .m:focus", has_text=words)).to_be_visible()


async def reports(phone: Phone) -> Keyboard:
    """Press what it takes to report a child that is safe for the moment, in Norrköping, and return what was pressed."""
    keys = Keyboard(phone.page)
    await phone.page.goto("/")
    await keys.press("Tab", "Enter")  # the skip link: to the newest answer
    await expect(phone.page.locator("#log > .m:focus")).to_be_visible()
    await keys.tab_to("Бачу дитину саму")
    await keys.answered("Дитина зараз у безпеці?")
    await keys.tab_to("Так, поки що")
    await keys.answered("Де дитина?")
    await keys.tab_to("Норрчепінг")
    await keys.answered("Зараз викликаємо")
    return keys


async def is_paged(whole: Whole, key: str) -> None:
    async with asyncio.timeout(15):
        while not await whole.service.store.read(lambda tx: tx.mailbox(Address("web", key), 0)):
            await asyncio.sleep(0.05)


async def test_from_the_first_page_to_a_person_paged_and_from_the_queue_to_the_end(browser: Browser, tmp_path: Path) -> None:
    async with a_service_running(tmp_path) as whole:
        await Duty(whole.service.store).on_call("Bo", "norrkoping", web="bo")
        anna = await Clerk.hired(whole, "Anna", "norrkoping", language="sv")
        await whole.service.casework.alerting.look()
        desk, phone = await a_phone(browser, whole.url, **DESK, locale="sv-SE"), await a_phone(browser, whole.url)
        await anna.lets_herself_in()
        await desk.context.add_cookies([{"name": "staff", "value": anna.http.cookies["staff"], "url": whole.url}])

        pressed = (await reports(phone)).pressed
        await is_paged(whole, "bo")
        assert pressed <= 14, f"{pressed} keys; {AT_MOST} is the bar, and 14 is what it takes"

        await desk.page.goto("/staff/queue")
        staff = Keyboard(desk.page)
        await staff.press("a")
        await expect(desk.page.get_by_text("Du har haft det sedan")).to_be_visible()
        assert staff.pressed == 1, "one key acknowledges"
        await expect(phone.page.locator("#log")).to_contain_text("займається людина із соціальної служби")
        await staff.press("p", "p", "Tab", "Enter")  # the second group of phrases, the first phrase in it
        await expect(desk.page.locator(".talk .staff")).to_have_count(1)
        await expect(phone.page.locator("#log > .m").last).to_contain_text("?")
        await staff.press("c", "ArrowDown", "Tab", "Enter")
        await expect(desk.page.get_by_text("Anna avslutade det")).to_be_visible()
        assert staff.pressed == 9
        assert phone.noise == desk.noise == []
        await anna.http.aclose()
        Clerk.everybody.remove(anna)
        await phone.context.close()
        await desk.context.close()
