"""An open page of the console at 03:00: it sounds, counts in its title, brings itself up to date, and says when it stops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.support.browser import Phone, a_phone
from tests.support.reporter import Reporter
from tests.support.staff import Clerk
from tests.support.whole import Whole, a_service_running

pytestmark = pytest.mark.asyncio(loop_scope="module")
REPORT, URGENT, WORDS, SOON, OFF = [880] * 3, [988, 1319] * 3, [659, 784], [523] * 2, [440, 330, 220] * 2
HEARD = """
window.tones = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...at) { window.tones.push(this.frequency.value); return start.apply(this, at); };
"""
MADE_OUT = 8_000  # ms: the page looks every five seconds


class Desk:
    """Anna's screen, with ears. `later`: her clock goes on, and the page looks."""

    def __init__(self, phone: Phone, whole: Whole, anna: Clerk) -> None:
        self.phone, self.page, self.whole, self.anna = phone, phone.page, whole, anna

    async def opens(self, path: str, *, presses: bool = True) -> None:
        await self.page.goto(path)
        if presses:
            await self.page.keyboard.press("End")
            await expect(self.page.locator("#sound")).to_contain_text("Ljudet är på.")

    async def later(self, seconds: float = 5) -> None:
        async with self.page.expect_response(lambda answer: "/staff/watch" in answer.url, timeout=MADE_OUT):
            await self.page.clock.fast_forward(int(seconds * 1000))

    async def hears(self, tones: list[int]) -> None:
        """Wait until exactly that has sounded since the last time."""
        async with asyncio.timeout(MADE_OUT / 1000):
            while await self.page.evaluate("window.tones") != tones:
                await asyncio.sleep(0.05)
        await self.page.evaluate("window.tones = []")

    async def hears_nothing(self) -> None:
        assert await self.page.evaluate("window.tones") == []

    async def signs_in(self) -> None:
        await self.anna.lets_herself_in()
        cookie = {"name": "staff", "value": self.anna.http.cookies["staff"], "url": self.whole.url}
        await self.phone.context.add_cookies([cookie])

    async def is_accessible(self) -> None:
        """The last look at a page: axe waits for time, so it goes on from here."""
        await self.page.clock.resume()
        assert await self.phone.violations() == []

    async def is_called(self, title: str) -> None:
        await expect(self.page).to_have_title(title)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def whole(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Whole]:
    async with a_service_running(Path(tmp_path_factory.mktemp("watching"))) as service:
        yield service
        while Clerk.everybody:
            await Clerk.everybody.pop().http.aclose()


@pytest_asyncio.fixture(loop_scope="module")
async def desk(browser: Browser, whole: Whole, request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    """Each test at a municipality of its own."""
    unit = PLACES.pop()
    anna = await Clerk.hired(whole, "Anna", unit, language="sv")
    phone = await a_phone(browser, whole.url, locale="sv-SE", is_mobile=False, has_touch=False)
    anna.unit = unit
    await phone.page.clock.install()
    await phone.page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))  # it goes on when a test says so
    await phone.page.add_init_script(HEARD)
    sits = Desk(phone, whole, anna)
    await sits.signs_in()
    yield sits
    await phone.context.close()


PLACES = ["norrkoping", "linkoping", "orebro", "jonkoping", "vaxjo", "kalmar", "motala", "nassjo"]


async def a_report(desk: Desk, safety: str = "safe") -> tuple[Reporter, str]:
    olena = Reporter(desk.whole, "uk")
    report = await olena.reports(desk.anna.unit, safety)
    await olena.presses("q.done")
    return olena, f"/staff/c/{report.code}"


async def taken(desk: Desk, case: str) -> None:
    await desk.anna.opens(case)
    await desk.anna.sends(f"{case}/take")


async def test_a_page_that_cannot_sound_says_so_and_one_button_turns_it_on_and_off_for_this_device(desk: Desk) -> None:
    sound = desk.page.locator("#sound")
    await desk.opens("/staff/queue", presses=False)
    await expect(sound).to_contain_text("kan inte låta än")
    await a_report(desk)
    await desk.later()
    await desk.is_called("(1) Kö")
    await desk.hears_nothing()
    await sound.get_by_role("button", name="Slå på ljudet").click()
    await expect(sound).to_contain_text("Ljudet är på.")
    await desk.hears(WORDS)  # so that whoever pressed it knows how loud it is
    await a_report(desk)
    await desk.later()
    await desk.hears(REPORT)
    await expect(desk.page.locator("#net")).to_have_text("En ny anmälan väntar.")
    await sound.get_by_role("button", name="Stäng av ljudet").click()
    await a_report(desk)
    await desk.later()
    await desk.is_called("(3) Kö")
    await desk.hears_nothing()
    await desk.page.reload()
    await expect(sound).to_contain_text("avstängt på den här enheten")
    assert desk.phone.noise == []


async def test_danger_sounds_again_until_somebody_has_it_on_every_page_of_the_console(desk: Desk) -> None:
    await desk.opens("/staff/rota")
    _, case = await a_report(desk, "danger")
    await desk.later()
    await desk.hears(URGENT)
    await desk.later(20)
    await desk.hears_nothing()
    await desk.later(10)
    await desk.hears(URGENT)
    await expect(desk.page.locator("#waits")).to_have_text("1 i fara")
    await desk.page.keyboard.press("q")
    await desk.is_called("(1) Kö")
    await taken(desk, case)
    await desk.later(60)
    await desk.hears_nothing()


async def test_an_open_case_sounds_for_new_words_shows_them_under_what_is_typed_and_counts_them_until_a_press(desk: Desk) -> None:
    olena, case = await a_report(desk)
    await taken(desk, case)
    await desk.opens(case)
    await desk.page.locator("#words").fill("Vi kommer snart")
    await olena.writes("Він плаче")
    await desk.later()
    await expect(desk.page.locator(".talk .reporter .words")).to_have_text("Він плаче")
    await expect(desk.page.locator("#words")).to_have_value("Vi kommer snart")
    await expect(desk.page.locator("#words")).to_be_focused()
    await desk.hears(WORDS)
    await desk.later()
    code = case.removeprefix("/staff/c/")
    await desk.is_called(f"(1) {code}")
    await desk.page.keyboard.press("End")
    await desk.is_called(code)
    await a_report(desk)
    await desk.later()
    await desk.hears(REPORT)
    await desk.is_called(f"(1) {code}")


async def test_a_case_that_changes_under_nobodys_hands_is_shown_as_it_is(desk: Desk) -> None:
    _, case = await a_report(desk)
    await desk.opens(case)
    await taken(desk, case)
    await desk.later()
    await expect(desk.page.get_by_text("Du har haft det sedan")).to_be_visible()
    await expect(desk.page.locator("#words")).to_be_visible()


async def test_before_an_idle_session_ends_the_page_warns_and_a_press_keeps_it(desk: Desk) -> None:
    await desk.opens("/staff/queue")
    await desk.anna.sits_still(28)
    await desk.later()
    await expect(desk.page.get_by_role("alert")).to_contain_text("Du loggas ut om 2 min.")
    await desk.is_called("! Snart utloggad")
    await desk.hears(SOON)
    await desk.later(30)
    await desk.hears_nothing()
    await desk.page.keyboard.press("End")
    await desk.is_called("Kö")
    await expect(desk.page.locator("#watch")).to_be_hidden()
    await desk.anna.sits_still(1, since_sign_in=8 * 60 - 2)
    await desk.later()
    await expect(desk.page.get_by_role("alert")).to_contain_text("vad du än gör")
    await desk.is_accessible()


async def test_signed_out_it_says_loudly_that_it_does_not_watch_and_keeps_words_for_the_same_person_alone(desk: Desk) -> None:
    olena, case = await a_report(desk)
    await olena.writes("Він плаче")
    await taken(desk, case)
    await desk.opens(case)
    await desk.page.locator("#words").fill("Vi kommer snart")
    await desk.anna.sits_still(31)
    await desk.later()
    await desk.is_called("! Bevakar inte – logga in")
    await expect(desk.page.get_by_role("alert")).to_contain_text("Bevakar inte: du är utloggad.")
    await expect(desk.page.get_by_role("alert")).to_contain_text("Det du höll på att skriva finns kvar")
    await desk.hears(OFF)
    assert "Він плаче" not in await desk.page.content(), "nobody may be sitting there"
    await desk.page.clock.fast_forward(61_000)
    await desk.hears(OFF)
    await desk.is_accessible()
    bo = await Clerk.hired(desk.whole, "Bo", desk.anna.unit, language="sv")
    desk.anna, anna = bo, desk.anna
    await desk.signs_in()
    await bo.opens(case)
    await bo.sends(f"{case}/reason", reason="Anna svarar inte")
    await desk.page.goto(case)
    await expect(desk.page.locator("#words")).to_have_value("")
    desk.anna = anna
    await desk.signs_in()
    await desk.page.goto(case)
    await expect(desk.page.locator("#words")).to_have_value("Vi kommer snart")
    assert [line for line in desk.phone.noise if "401" not in line] == []


async def test_without_a_connection_it_says_so_and_takes_it_back(desk: Desk) -> None:
    await desk.opens("/staff/queue")
    await desk.phone.context.set_offline(True)
    for _ in range(6):
        await desk.page.clock.fast_forward(4000)
        await asyncio.sleep(1.1)
    await desk.is_called("! Bevakar inte – ingen anslutning")
    await expect(desk.page.get_by_role("alert")).to_contain_text("ingen anslutning sedan")
    await desk.hears(OFF)
    await desk.phone.context.set_offline(False)
    await desk.later()
    await desk.is_called("Kö")
    await expect(desk.page.locator("#watch")).to_be_hidden()
