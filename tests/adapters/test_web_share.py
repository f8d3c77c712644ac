"""Sharing an answer in a real browser: by the phone's own sheet, by a copied link, and without any script by a plain link."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from tests.support.browser import Phone, a_browser, a_phone
from tests.support.web_site import Site, a_site

pytestmark = pytest.mark.asyncio(loop_scope="module")
COPYING = ["clipboard-read", "clipboard-write"]
# Desktop Chromium has no sheet of its own: this one notes what it is given, and answers as a person does.
SHEET = """
  window.given = [];
  navigator.share = (what) => {
    window.given.push([what, navigator.userActivation.isActive]);
    return ANSWER ? Promise.reject(new DOMException("", ANSWER)) : Promise.resolve();
  };
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with a_site(tmp_path) as running:
        yield running


async def a_reader(browser: Browser, site: Site, *, sheet: str | None = None, **phone: Any) -> Phone:
    made = await a_phone(browser, site.url, **phone)
    if sheet is not None:
        await made.page.add_init_script(SHEET.replace("ANSWER", f'"{sheet}"' if sheet else '""'))
    return made


async def at_the_answer(phone: Phone) -> Locator:
    """Ask in the chat and return the button that shares the answer."""
    await phone.page.goto("/")
    for label in ("Українська", "Норрчепінг"):
        await phone.page.locator("#log").get_by_role("button", name=label, exact=True).last.click()
        # The person's own line: a page that loads anew meanwhile would take the next words for a draft.
        await expect(phone.page.locator("#log .me").get_by_text(label, exact=True)).to_be_visible()
    await phone.page.locator("#words").fill("школа")
    await phone.page.get_by_role("button", name="Send").click()
    share = phone.page.locator("#log").get_by_role("link", name="Share", exact=True).last
    await expect(share).to_be_visible()
    return share


def address(site: Site) -> str:
    return f"{site.url}/a/school-start?lang=uk&place=norrkoping"


async def test_by_the_phones_own_sheet(browser: Browser, site: Site) -> None:
    phone = await a_reader(browser, site, sheet="")
    share = await at_the_answer(phone)
    await share.click()
    given = await phone.page.evaluate("window.given")
    assert given == [[{"title": "Школа для дитини", "url": address(site)}, True]], "at once, as the phone demands of a tap"
    assert len(phone.context.pages) == 1 and await share.inner_text() == "Share"
    assert phone.noise == []
    await phone.context.close()


@pytest.mark.parametrize("fault", ["AbortError", "NotAllowedError"])
async def test_a_sheet_that_is_closed_is_left_and_one_that_is_refused_copies(browser: Browser, site: Site, fault: str) -> None:
    phone = await a_reader(browser, site, sheet=fault, permissions=COPYING)
    share = await at_the_answer(phone)
    await phone.page.evaluate("navigator.clipboard.writeText('before')")
    await share.click()
    if fault == "AbortError":
        await phone.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert await phone.page.evaluate("navigator.clipboard.readText()") == "before"
    else:
        await expect(phone.page.get_by_role("link", name="Link copied")).to_be_visible()
        assert await phone.page.evaluate("navigator.clipboard.readText()") == address(site)
    assert phone.noise == []
    await phone.context.close()


async def test_without_a_sheet_the_link_is_copied_in_the_chat_and_on_the_answers_page(browser: Browser, site: Site) -> None:
    phone = await a_reader(browser, site, permissions=COPYING)
    assert await phone.page.evaluate("navigator.share") is None, "so this is the way of this browser itself"
    await (await at_the_answer(phone)).click()
    await expect(phone.page.locator("#log").get_by_role("link", name="Link copied")).to_be_visible()
    assert await phone.page.evaluate("navigator.clipboard.readText()") == address(site)
    assert await phone.violations() == [] and await phone.overflow() == [] and await phone.small_targets() == []
    await phone.page.goto("/a/school-start?lang=sv")
    await phone.page.get_by_role("link", name="Share", exact=True).click()
    await expect(phone.page.get_by_role("link", name="Link copied")).to_be_visible()
    assert await phone.page.evaluate("navigator.clipboard.readText()") == f"{site.url}/a/school-start?lang=sv"
    assert len(phone.context.pages) == 1 and phone.noise == []
    await phone.context.close()


async def test_without_script_it_is_a_plain_link_to_the_answer(browser: Browser, site: Site) -> None:
    phone = await a_reader(browser, site, script=False)
    share = await at_the_answer(phone)
    await share.click()
    await phone.page.wait_for_url(address(site))
    await expect(phone.page.get_by_role("heading", name="Школа для дитини")).to_be_visible()
    assert phone.noise == []
    await phone.context.close()
