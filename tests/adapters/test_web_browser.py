"""The chat in a real browser on a small phone: with and without script, without net, in the dark, from right to left."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Route, expect

from bot.adapters.web.session import Visitor
from bot.domain.events import Address, TextReceived
from tests.support.browser import Phone, a_phone
from tests.support.builders import a_catalog
from tests.support.web_site import Site, a_site

pytestmark = pytest.mark.asyncio(loop_scope="module")
BUDGET_BYTES = 15 * 1024
BUDGET_REQUESTS = 8


@pytest_asyncio.fixture(loop_scope="module")
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with a_site(tmp_path) as running:
        yield running


class Olena:
    """Reads Ukrainian, has a small phone."""

    def __init__(self, site: Site, phone: Phone) -> None:
        self.site, self.phone, self.page = site, phone, phone.page
        self.log = phone.page.locator("#log")
        self.field = phone.page.locator("#words")

    async def arrives(self) -> None:
        await self.page.goto("/")
        await self.presses("Українська")
        await self.sees("Where are you now?")

    async def presses(self, label: str) -> None:
        """Press the newest button with these words."""
        await self.page.locator("#log").get_by_role("button", name=label, exact=True).last.click()

    async def says(self, words: str) -> None:
        await self.field.fill(words)
        await self.page.get_by_role("button", name="Send").click()

    async def sees(self, words: str) -> None:
        await expect(self.log.get_by_text(words).last).to_be_visible()

    async def address(self) -> Address:
        cookies = await self.phone.context.cookies()
        return Visitor(next(c["value"] for c in cookies if c["name"] == "visitor")).address

    async def is_written_to(self, id: str, words: str) -> None:
        """Let her words come from elsewhere, so that an answer appears without a press of hers."""
        await self.site.intake.accept(TextReceived(id, self.site.clock.now(), await self.address(), words))

    async def phone_is_ready(self) -> None:
        """Wait until the worker runs and has kept what it keeps for when there is no net."""
        await self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await self.page.wait_for_function("caches.match('/offline').then((kept) => !!kept)")

    async def lines(self) -> list[int]:
        return await self.page.evaluate("[...document.querySelectorAll('#log > .m')].map((el) => +el.id.slice(1))")

    def heard_nothing_bad(self) -> None:
        assert self.phone.noise == []


WithPhone = Callable[..., Awaitable[Olena]]


@pytest_asyncio.fixture(loop_scope="module")
async def olena_with(site: Site, browser: Browser) -> AsyncIterator[WithPhone]:
    """Give Olena another phone than her usual one."""
    everyone: list[Olena] = []

    async def make(**phone: Any) -> Olena:
        everyone.append(Olena(site, await a_phone(browser, site.url, **phone)))
        return everyone[-1]

    yield make
    for somebody in everyone:
        await somebody.phone.context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def olena(olena_with: WithPhone) -> Olena:
    return await olena_with()


# --- journeys -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
async def test_from_the_first_page_to_an_answer(olena_with: WithPhone, script: bool) -> None:
    olena = await olena_with(script=script)
    await olena.arrives()
    await olena.says("Норрчепінг")
    await olena.sees("What do you need help with?")
    await olena.says("Як записати дитину до школи?")
    await olena.sees("Зверніться до приймальні школи")
    await olena.page.locator(".m summary").last.click()
    await expect(olena.page.get_by_role("link", name="011-15 00 00")).to_have_attribute("href", "tel:+4611150000")
    await olena.page.get_by_role("link", name="Про садок").click()
    await expect(olena.page).to_have_url(re.compile(r"/a/preschool\?lang=uk&place=norrkoping$"))
    await olena.page.go_back()
    await olena.sees("Зверніться до приймальні школи")
    await olena.page.get_by_role("button", name="Home").click()
    await olena.sees("What do you need help with?")
    own = ["Українська", "Норрчепінг", "Як записати дитину до школи?", "Home"]
    await expect(olena.page.locator(".me p")).to_have_text(own)
    olena.heard_nothing_bad()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
async def test_home_is_one_tap_away_from_the_first_answer_on(olena_with: WithPhone, script: bool) -> None:
    olena = await olena_with(script=script)
    await olena.arrives()
    await olena.page.get_by_role("navigation").get_by_role("button", name="Home").click()
    await olena.sees("What do you need help with?")
    olena.heard_nothing_bad()


async def test_an_old_button_still_works(olena: Olena) -> None:
    await olena.arrives()
    await olena.presses("Норрчепінг")
    await olena.sees("What do you need help with?")
    await olena.log.get_by_role("button", name="Svenska").first.click()
    await expect(olena.page.locator("html")).to_have_attribute("lang", "sv")
    olena.heard_nothing_bad()


async def test_the_newest_answer_is_in_sight(olena: Olena) -> None:
    await olena.arrives()
    for words in ("перше", "друге", "третє"):
        await olena.says(words)
        await olena.sees(words)
    await olena.presses("I do not know, skip")
    await expect(olena.log.get_by_role("heading", name="What do you need help with?")).to_be_in_viewport(ratio=1)
    await olena.page.goto("about:blank")
    await olena.page.goto("/")
    await expect(olena.log.get_by_role("heading", name="What do you need help with?")).to_be_in_viewport(ratio=1)
    await expect(olena.page.locator(".me", has_text="I do not know, skip")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
async def test_changing_the_language_keeps_what_is_half_written(olena_with: WithPhone, script: bool) -> None:
    olena = await olena_with(script=script)
    await olena.arrives()
    await olena.field.fill("Ще не дописано")
    await olena.page.get_by_role("group", name="Language").get_by_role("button", name="Svenska").click()
    await expect(olena.page.locator("html")).to_have_attribute("lang", "sv")
    await expect(olena.field).to_have_value("Ще не дописано")
    olena.heard_nothing_bad()


async def test_the_answer_is_in_sight_when_the_stream_was_faster_than_the_post(olena: Olena) -> None:
    async def slow_post(route: Route) -> None:
        answer = await route.fetch()
        await olena.sees("What do you need help with?")
        await route.fulfill(response=answer)

    await olena.arrives()
    for words in ("перше", "друге"):
        await olena.says(words)
        await olena.sees(words)
    await olena.page.evaluate("scrollTo(0, 0)")
    await olena.page.route("**/act", slow_post)
    await olena.page.get_by_role("navigation").get_by_role("button", name="Home").click()
    await expect(olena.log.get_by_role("heading", name="What do you need help with?")).to_be_in_viewport(ratio=1)
    await expect(olena.page.locator(".me", has_text="Home")).to_be_in_viewport(ratio=1)
    await expect(olena.page.locator("[aria-busy]")).to_have_count(0)


async def test_focus_stays_in_the_field_after_sending(olena: Olena) -> None:
    await olena.arrives()
    await olena.says("школа")
    await olena.sees("Зверніться")
    await expect(olena.field).to_be_focused()
    await expect(olena.field).to_have_value("")


async def test_the_phone_tells_where_it_is(olena_with: WithPhone) -> None:
    where = {"latitude": 58.59, "longitude": 16.19}
    olena = await olena_with(geolocation=where, permissions=["geolocation"])
    await olena.arrives()
    await olena.presses("Share where I am")
    await olena.sees("Tap the button to share where you are.")
    await olena.presses("Share where I am")
    await olena.sees("Your place: Норрчепінг.")
    olena.heard_nothing_bad()


async def test_a_phone_that_will_not_tell_where_it_is(olena_with: WithPhone) -> None:
    olena = await olena_with()
    await olena.arrives()
    await olena.presses("Share where I am")
    await olena.sees("Tap the button to share where you are.")
    await olena.presses("Share where I am")
    await expect(olena.page.get_by_role("status")).to_contain_text("Write the name of the place instead.")
    await expect(olena.field).to_be_focused()
    olena.heard_nothing_bad()


async def test_without_script_the_place_is_typed(olena_with: WithPhone) -> None:
    olena = await olena_with(script=False)
    await olena.arrives()
    await olena.presses("Share where I am")
    await olena.presses("Share where I am")
    await olena.sees("Where are you now? Choose, or write the name of the municipality or town.")


async def test_close_and_clear_on_a_shared_phone(site: Site, olena: Olena) -> None:
    await olena.page.goto("/a/school-start?lang=uk")
    await olena.phone_is_ready()
    await olena.arrives()
    await olena.field.fill("таємне")
    await olena.page.get_by_text("Close and clear", exact=True).click()
    await olena.page.get_by_role("button", name="Yes, close and clear").click()
    await expect(olena.page.get_by_role("heading", name="Closed and cleared")).to_be_visible()
    assert await olena.phone.context.cookies() == []
    left = "Promise.all([caches.has('read'), localStorage.length, sessionStorage.length])"
    assert await olena.page.evaluate(left) == [False, 0, 0]
    assert await site.rows() == 0
    await olena.page.goto("/")
    await expect(olena.field).to_have_value("")
    assert await olena.lines() == [0], "the first screen again"
    olena.heard_nothing_bad()


# --- new lines by themselves --------------------------------------------------------------------------------------------


async def test_new_lines_come_by_themselves_and_in_order(olena: Olena) -> None:
    await olena.arrives()
    await olena.is_written_to("a", "школа")
    await olena.sees("Зверніться")
    for words in ("перше", "друге", "третє"):
        await olena.says(words)
    await olena.sees("третє")
    await expect(olena.page.locator(".unsent")).to_have_count(0)
    await olena.page.wait_for_function("document.querySelectorAll('#log > .m').length === 11")
    lines = await olena.lines()
    assert lines[1:] == sorted(set(lines[1:]))
    own = await olena.page.locator(".me p").all_inner_texts()
    assert own == ["Українська", "школа", "перше", "друге", "третє"]
    olena.heard_nothing_bad()


async def test_a_restart_of_the_server_loses_and_doubles_nothing(site: Site, olena: Olena) -> None:
    await olena.arrives()
    await site.stop()
    await olena.is_written_to("while away", "школа")
    await site.start()
    await olena.sees("Зверніться")
    await olena.is_written_to("after", "а садок?")
    await olena.sees("а садок?")
    await olena.page.wait_for_function("document.querySelectorAll('#log > .m').length === 7")
    lines = await olena.lines()
    assert lines == sorted(set(lines))
    assert all("ERR_" in noise for noise in olena.phone.noise), "the browser itself notes the broken line, nothing else"


async def test_a_phone_that_slept_catches_up(olena: Olena) -> None:
    await olena.arrives()
    hide = """(hidden) => {
        Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    await olena.page.evaluate(hide, True)
    await olena.is_written_to("asleep", "школа")
    assert len(await olena.lines()) == 3, "a hidden page holds no stream"
    await olena.page.evaluate(hide, False)
    await olena.sees("Зверніться")
    olena.heard_nothing_bad()


async def test_a_browser_without_streams_asks_every_eight_seconds(olena: Olena) -> None:
    await olena.page.add_init_script("delete window.EventSource")
    await olena.page.clock.install()
    await olena.arrives()
    await olena.is_written_to("a", "школа")
    await olena.page.clock.fast_forward(8_000)
    await olena.sees("Зверніться")
    olena.heard_nothing_bad()


# --- no net -------------------------------------------------------------------------------------------------------------


async def test_without_net_words_wait_and_go_out_by_themselves(olena: Olena) -> None:
    await olena.arrives()
    await olena.phone.context.set_offline(True)
    await olena.says("Як записати дитину до школи?")
    await expect(olena.page.locator(".unsent")).to_contain_text("Waiting to be sent")
    await expect(olena.page.get_by_role("status")).to_contain_text("It goes out by itself")
    await olena.phone.context.set_offline(False)
    await olena.sees("Зверніться до приймальні школи")
    await expect(olena.page.locator(".unsent")).to_have_count(0)
    await expect(olena.page.get_by_role("status")).to_be_empty()
    assert await olena.page.locator(".me", has_text="Як записати").count() == 1


async def test_without_net_a_page_opened_before_can_be_read(olena: Olena) -> None:
    await olena.page.goto("/a/school-start?lang=uk&place=norrkoping")
    await olena.phone_is_ready()
    await olena.page.reload()
    await olena.phone.context.set_offline(True)
    await olena.page.reload()
    await expect(olena.page.get_by_role("heading", name="Школа для дитини")).to_be_visible()
    await expect(olena.page.get_by_role("link", name="011-15 00 00")).to_be_visible()
    await olena.page.goto("/a/preschool?lang=uk")
    await expect(olena.page.locator("#offline")).to_contain_text("A call to 112 works all the same")


async def test_without_net_a_copy_past_its_day_is_not_shown(olena: Olena) -> None:
    """The page was kept two months ago, its facts were good for one: no old number stands there as a new one."""
    await olena.page.goto("/a/school-start?lang=uk&place=norrkoping")
    await olena.phone_is_ready()
    await olena.page.reload()
    await olena.page.evaluate(
        """async () => {
            const cache = await caches.open("read"), kept = await cache.match(location.href);
            const days = (n) => new Date(Date.now() - n * 864e5).toUTCString();
            const headers = { "Content-Type": "text/html", "Date": days(60), "Good-For": "30" };
            await cache.put(location.href, new Response(await kept.text(), { headers }));
        }"""
    )
    await olena.phone.context.set_offline(True)
    await olena.page.reload()
    await expect(olena.page.locator("#offline")).to_be_visible()
    await expect(olena.page.get_by_role("link", name="011-15 00 00")).to_have_count(0)


async def test_reloading_without_net_keeps_the_words_and_the_conversation_is_not_on_the_phone(olena: Olena) -> None:
    await olena.arrives()
    await olena.phone_is_ready()
    await olena.page.reload()
    await olena.phone.context.set_offline(True)
    await olena.says("Як записати дитину до школи?")
    await olena.page.goto("/")
    await expect(olena.page.locator("#offline")).to_be_visible()
    assert "Where are you now?" not in await olena.page.content()
    await expect(olena.page.get_by_role("link", name="Call 112").last).to_be_visible()
    await olena.phone.context.set_offline(False)
    await olena.sees("Зверніться до приймальні школи")
    await expect(olena.page.locator(".me", has_text="Як записати")).to_have_count(1)


# --- the look -----------------------------------------------------------------------------------------------------------

LOOKS = {"light": {}, "dark": {"dark": True}, "right to left": {"locale": "ar"}}


@pytest.mark.parametrize("look", LOOKS)
async def test_every_page_can_be_used_by_everybody(olena_with: WithPhone, look: str) -> None:
    olena = await olena_with(**LOOKS[look])
    page = olena.page
    await page.goto("/")
    assert await olena.phone.violations() == []
    await olena.presses("العربية" if look == "right to left" else "Українська")
    await olena.sees("Where are you now?")
    await olena.says("школа")
    await page.locator(".m summary").last.click()
    code = await page.locator("html").get_attribute("lang")
    assert await page.locator("html").get_attribute("dir") == ("rtl" if look == "right to left" else "ltr")
    await page.get_by_text("Close and clear", exact=True).click()
    faults = await olena.phone.violations()
    for path in (f"/a/school-start?lang={code}&place=norrkoping", "/112", "/child", "/offline", "/closed", "/nothing"):
        await page.goto(path)
        faults += [f"{path} {fault}" for fault in await olena.phone.violations()]
        faults += [f"{path} small: {target}" for target in await olena.phone.small_targets()]
    assert faults == []
    assert len(olena.phone.noise) == 1, "only that /nothing is a 404"


@pytest.mark.parametrize("percent", [100, 200])
async def test_nothing_runs_off_the_side_of_a_small_screen(olena: Olena, percent: int) -> None:
    await olena.phone.text_size(percent)
    await olena.arrives()
    await olena.says("Як" + "довжелезнеслово" * 10)
    await olena.sees("довжелезнеслово")
    await olena.says("школа")
    await olena.page.locator(".m summary").last.click()
    over = await olena.phone.overflow()
    for path in ("/a/school-start?lang=uk&place=norrkoping", "/112", "/child", "/offline", "/nothing"):
        await olena.page.goto(path)
        over += await olena.phone.overflow()
    assert over == []
    shown = await olena.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    assert shown == pytest.approx(17 * percent / 100)


async def test_targets_of_the_chat_are_wide_enough_for_a_thumb(olena: Olena) -> None:
    await olena.arrives()
    await olena.says("школа")
    await olena.page.get_by_text("Close and clear", exact=True).click()
    assert await olena.phone.small_targets() == []


async def test_the_first_view_is_light(site: Site, olena: Olena) -> None:
    await olena.page.goto("/")
    await olena.phone_is_ready()
    await olena.page.wait_for_load_state("networkidle")
    total = sum(size for _, size in site.wire)
    assert total <= BUDGET_BYTES, site.wire
    assert len(site.wire) <= BUDGET_REQUESTS, site.wire
    assert await site.rows() == 0
    olena.heard_nothing_bad()


async def test_the_first_screen_fits_without_scrolling(tmp_path: Path, browser: Browser) -> None:
    async with a_site(tmp_path, catalog=a_catalog()) as site:  # with the three languages that we have
        olena = Olena(site, await a_phone(browser, site.url))
        await olena.page.goto("/")
        for language in ("Українська", "Svenska", "English"):
            await expect(olena.log.get_by_role("button", name=language)).to_be_in_viewport(ratio=1)
        await expect(olena.field).to_be_in_viewport(ratio=1)
        await expect(olena.page.get_by_role("link", name="Call 112")).to_be_in_viewport(ratio=1)
        await olena.phone.context.close()


# --- passing answers on ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", [True, False])
async def test_a_helper_pastes_a_message_copies_the_card_and_shows_it_at_the_desk(
    browser: Browser, site: Site, script: bool
) -> None:
    phone = await a_phone(browser, site.url, script=script, locale="sv-SE", permissions=["clipboard-read", "clipboard-write"])
    bjorn = Olena(site, phone)
    await bjorn.page.goto("/")
    for label in ("Svenska", "Norrköping", "I am helping somebody"):
        await bjorn.presses(label)
        await expect(bjorn.log.locator(".me").get_by_text(label, exact=True)).to_be_visible()
    await bjorn.sees("Forward their message here, or paste it.")
    await bjorn.says("Привіт, підкажіть де школа для моєї дитини?")
    await bjorn.sees("Школа для дитини")
    await bjorn.sees("Title sv")
    assert await phone.overflow() == [] and (not script or await phone.violations() == [])
    await bjorn.log.get_by_role("link", name="Make a card").last.click()
    text = bjorn.page.locator("#copy")
    await expect(text).to_have_value(re.compile(rf"Школа для дитини[\s\S]*{re.escape(site.url)}/a/school-start\?lang=uk"))
    copy = bjorn.page.get_by_role("button", name="Copy")
    if script:
        await copy.click()
        await expect(bjorn.page.get_by_role("button", name="Copied")).to_be_visible()
        assert await bjorn.page.evaluate("navigator.clipboard.readText()") == await text.input_value()
        assert await phone.violations() == [] and await phone.small_targets() == []
    else:
        await expect(copy).to_be_hidden()
    assert await phone.overflow() == []
    await bjorn.page.get_by_role("link", name="Show at the desk").click()
    shown = await bjorn.page.locator("article").inner_text()
    assert shown.index("Школа для дитини") < shown.index("Title sv") < shown.index("Kontaktcenter")
    assert await phone.overflow() == [] and (not script or await phone.violations() == [])
    assert phone.noise == []
    await phone.context.close()
