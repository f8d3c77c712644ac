"""The console in a real browser: the whole loop with a reporter's phone, by keys alone, read by a screen reader's rules."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.domain.people import Role
from bot.domain.routing import Aid
from tests.console.test_access import a_draft, a_question, an_offer
from tests.support.browser import Phone, a_phone
from tests.support.reporter import Reporter
from tests.support.staff import PASSWORD, Clerk, a_unit
from tests.support.whole import Whole, a_service_running

pytestmark = pytest.mark.asyncio(loop_scope="module")
DESK = {
    "viewport": {"width": 1200, "height": 800},
    "is_mobile": False,
    "has_touch": False,
    "device_scale_factor": 1,
    "locale": "sv-SE",
}


@pytest_asyncio.fixture(loop_scope="module")
async def whole(tmp_path: Path) -> AsyncIterator[Whole]:
    async with a_service_running(tmp_path) as service:
        try:
            yield service
        finally:
            while Clerk.everybody:
                await Clerk.everybody.pop().http.aclose()


async def at_the_desk(browser: Browser, whole: Whole, clerk: Clerk, **more: object) -> Phone:
    desk = await a_phone(browser, whole.url, **{**DESK, **more})
    await clerk.lets_herself_in()
    await desk.context.add_cookies([{"name": "staff", "value": clerk.http.cookies["staff"], "url": whole.url}])
    return desk


async def test_from_the_reporters_first_tap_to_a_closed_case(browser: Browser, whole: Whole) -> None:
    anna = await Clerk.hired(whole, "Anna", "norrkoping", language="sv")
    await whole.service.casework.alerting.look()
    desk = await a_phone(browser, whole.url, **DESK)
    page = desk.page
    await page.goto(f"/staff/invite/{anna.invitation}")
    anna.secret = _read_key(await page.locator("code").inner_text())
    await page.get_by_label("Sex siffror").fill(anna.digits())
    await page.get_by_label("Lösenord", exact=True).fill(PASSWORD)
    await page.get_by_label("Samma lösenord igen").fill(PASSWORD)
    await page.get_by_role("button", name="Klart").click()
    await expect(page.get_by_role("heading", name="Väntar: 0")).to_be_visible()

    phone = await a_phone(browser, whole.url)
    olena = phone.page
    await olena.goto("/?lang=uk")
    await olena.locator("#log").get_by_role("button", name="Українська").click()
    await expect(olena.locator("#log")).to_contain_text("Де ви зараз? Оберіть")  # the page loads anew in her language
    await expect(olena.locator("html")).to_have_attribute("lang", "uk")
    await olena.locator("#log").get_by_role("button", name="Норрчепінг").last.click()
    await olena.locator("#log").get_by_role("button", name="Бачу дитину саму").last.click()
    await olena.locator("#log").get_by_role("button", name="Ні, дитина в небезпеці").last.click()
    await expect(olena.locator("#log")).to_contain_text("Де дитина? Виберіть")
    await olena.locator("#log").get_by_role("button", name=re.compile("Норрчепінг")).last.click()
    await expect(olena.locator("#log")).to_contain_text("Ми отримали ваше повідомлення")

    await expect(page.get_by_role("heading", name="I fara nu, ingen har det: 1")).to_be_visible()
    assert (await page.title()).startswith("(1) ")
    await page.keyboard.press("a")
    await expect(page.get_by_text("Du har haft det sedan")).to_be_visible()
    await expect(olena.locator("#log")).to_contain_text("займається людина із соціальної служби")

    await page.locator("summary", has_text="Vi kommer").click()
    first = page.locator("details[open] form", has=page.get_by_label("Minuter")).first
    await first.get_by_label("Minuter").fill("10")
    await first.get_by_label("Plats").fill("Centralstationen")
    await expect(first.locator(".preview")).to_contain_text("10")
    await first.get_by_role("button", name="Skicka detta").click()
    await expect(olena.locator("#log")).to_contain_text(re.compile("10 (хв|minut)"))
    await page.get_by_label("Skriv till anmälaren").fill("Stå kvar där ni är")
    await page.get_by_role("button", name="Skicka till anmälaren").click()
    await expect(olena.locator("#log")).to_contain_text("Stå kvar där ni är")

    await page.get_by_label("Hur slutade det?").select_option("met")
    await page.get_by_role("button", name="Avsluta ärendet").click()
    await expect(page.get_by_text("Anna avslutade det: Vi mötte barnet.")).to_be_visible()
    await expect(olena.locator("#log")).to_contain_text("закрито")
    assert desk.noise == []
    await phone.context.close()
    await desk.context.close()


def _read_key(typed: str) -> bytes:
    from tests.support.staff import _bytes

    return _bytes(typed)


async def test_by_keys_alone(browser: Browser, whole: Whole) -> None:
    """Sign in, take, answer and close with no pointer at all."""
    anna = await Clerk.hired(whole, "Anna", "norrkoping", language="sv")
    await anna.joins()
    await Reporter(whole, "uk").reports("norrkoping", "danger")
    desk = await a_phone(browser, whole.url, **DESK)
    page = desk.page
    await page.goto("/staff/")
    await page.keyboard.type(anna.sign_in)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Tab")
    await page.keyboard.type(anna.digits())
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="I fara nu, ingen har det: 1")).to_be_visible()
    await page.keyboard.press("a")
    await expect(page.get_by_text("Du har haft det sedan")).to_be_visible()
    await page.keyboard.press("r")
    await expect(page.locator("#words")).to_be_focused()
    await page.keyboard.type("Vi kommer")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".talk .staff")).to_contain_text("Vi kommer")
    await reached(page, "#outcome")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Anna avslutade det")).to_be_visible()
    await desk.context.close()


async def reached(page, selector: str, at_most: int = 60) -> None:  # type: ignore[no-untyped-def]
    """Press Tab until that has the focus, which must be seen."""
    for _ in range(at_most):
        await page.keyboard.press("Tab")
        if await page.evaluate(f"document.activeElement.matches('{selector}')"):
            assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            return
    raise AssertionError(f"Tab never reaches {selector}")


@pytest.mark.parametrize(
    ("wide", "text", "dark"), [(320, 100, False), (320, 100, True), (360, 200, False)], ids=["light", "dark", "large text"]
)
async def test_every_page_is_accessible_on_a_narrow_screen(
    browser: Browser, whole: Whole, wide: int, text: int, dark: bool
) -> None:
    await a_unit(whole, "linkoping")
    anna = await Clerk.hired(whole, "Anna", "norrkoping", *Role, language="sv")
    bjorn = await Clerk.hired(whole, "Björn", "norrkoping")
    reporter = Reporter(whole, "uk")
    mine, danger = await reporter.reports("norrkoping"), await Reporter(whole, "uk").reports("norrkoping", "danger")
    await reporter.presses("q:who:with", "q.done")
    await reporter.writes("Ми біля входу до вокзалу")
    await anna.lets_herself_in()
    await bjorn.lets_herself_in()
    await bjorn.opens(f"/staff/c/{danger.code}")
    await _with_everything(whole, anna, mine.id)
    narrow = {"viewport": {"width": wide, "height": 640}, "locale": "sv-SE", "reduced_motion": "reduce"}
    desk = await at_the_desk(browser, whole, anna, dark=dark, **narrow)
    await desk.text_size(text)
    asked, home = f"/staff/questions/{await a_question(whole)}", f"/staff/offers/{await an_offer(whole)}"
    pages = ["/staff/queue", f"/staff/c/{mine.code}", "/staff/c/CCC-CCC", asked, home, f"/staff/drafts/{a_draft(whole)}", *MORE]
    found: list[str] = []
    for number, path in enumerate(pages):
        await desk.page.goto(path)
        found += await looked_at(desk, path)
        if number == 1:
            assert "maskinöversättning" in await desk.page.content()
            await anna.opens(path)
            await anna.sends(f"{path}/take")
            await anna.sends(f"{path}/write", words="Hej")
            await anna.sends(f"{path}/note", words="Anteckning")
            await desk.page.reload()
            for group in await desk.page.locator("details.group").all():
                await group.evaluate("el => el.open = true")
            found += await looked_at(desk, f"{path} taken")
            await reporter.writes("Ми тут")
            await desk.page.goto("/staff/queue")
            await expect(desk.page.locator(".unread")).to_be_visible()
            found += await looked_at(desk, "a queue with unread words")
    await bjorn.opens(f"/staff/c/{danger.code}")
    await bjorn.sends(f"/staff/c/{danger.code}/take")
    await desk.page.goto(f"/staff/c/{danger.code}")
    found += await looked_at(desk, "a colleague's")
    await desk.context.clear_cookies()
    await desk.page.goto("/staff/queue")
    for path in ("/staff/sign-in", "/staff/invite", f"/staff/invite/{(await Clerk.hired(whole, 'Ny', 'norrkoping')).invitation}"):
        await desk.page.goto(path)
        found += await looked_at(desk, path)
    assert not found, "\n".join(found)
    await desk.context.close()


async def _with_everything(whole: Whole, anna: Clerk, report: int) -> None:
    """Put in what shows only now and then: a machine's translation, an account to confirm, a dead way, aid to accept."""
    sealing, now = whole.service.casework.sealing, datetime.now(UTC)

    def work(tx: Any) -> None:
        found, key, (post, *_) = tx.reports.by_id(report), tx.reports.case_key(report), tx.reports.posts(report)
        for language, words in (("sv", "Vi är 3 vid stationens ingång"), ("en", "We are at the station")):
            sealed = sealing.seal(key, words, found.key, "translations", f"{post.mark} {language}", "words")
            tx.translations.want(report, post.mark, language, now)
            tx.translations.keep(report, post.mark, language, sealed)
        tx.people.add_method(anna.id, "telegram", "5151", 0)
        tx.people.mark_method(tx.people.add_method(anna.id, "mail", "anna@example.se", 1, now), dead=True)
        tx.people.put_aid(Aid("linkoping", "norrkoping", now, now + timedelta(hours=9)))

    await whole.service.store.write(work)


MORE = ["/staff/questions", "/staff/offers", "/staff/me", "/staff/rota", "/staff/units", "/staff/log"]


async def looked_at(desk: Phone, where: str) -> list[str]:
    violations = [f"{where}: {v}" for v in await desk.violations()]
    moves = await desk.page.evaluate(
        """() => document.getAnimations().length
        + [...document.querySelectorAll("*")].filter((el) => getComputedStyle(el).scrollBehavior === "smooth").length"""
    )
    violations += [f"{where}: moves for who wants no motion"] * bool(moves)
    violations += [f"{where}: small {t}" for t in await desk.small_targets(44)]
    return violations + [f"{where}: sticks out {o}" for o in await desk.overflow()]


async def test_a_queue_page_sees_new_reports_by_itself_and_a_signed_out_one_says_so(browser: Browser, whole: Whole) -> None:
    anna = await Clerk.hired(whole, "Anna", "norrkoping", language="sv")
    desk = await at_the_desk(browser, whole, anna)
    await desk.page.goto("/staff/queue")
    await Reporter(whole, "uk").reports("norrkoping")
    await expect(desk.page.get_by_role("heading", name="Väntar: 1")).to_be_visible()
    await expect(desk.page.locator("#net")).to_have_text("En ny anmälan väntar.")
    await whole.service.store.write(lambda tx: tx.people.change_staff(anna.id, active=False))
    await expect(desk.page.get_by_role("alert")).to_contain_text("du är utloggad")
    await desk.context.close()


NASTY = (
    "<script>canary()</script>",
    "<img src=x onerror=canary()>",
    "</p></li></article><svg onload=canary()>",
    "\"'><iframe srcdoc='<script>parent.canary()</script>'>",
    "{{ 7*7 }} {% if true %}",
    "javascript:canary()",
    "\u202eevil\u202c \u200b\u2066x\u2069",
    "<a href='javascript:canary()'>click</a>",
    "\ud83d\ude00" * 3 + "\x00\x1b[31m",
    "<style>*{display:none}</style>",
)


async def test_what_a_reporter_writes_is_only_ever_words(browser: Browser, whole: Whole) -> None:
    anna = await Clerk.hired(whole, "<b onclick=canary()>Anna", "norrkoping", *Role)
    olena = Reporter(whole, "uk")
    report = await olena.reports("norrkoping")
    await olena.presses("q:who:with")
    await olena.writes(NASTY[0])  # the answer to a question
    await olena.presses("q.done")
    for words in NASTY:
        await olena.writes(words.encode("utf-16", "surrogatepass").decode("utf-16"))
    desk = await at_the_desk(browser, whole, anna)
    await desk.page.add_init_script("window.hits = 0; window.canary = () => { window.hits++ }")
    await desk.page.goto(f"/staff/c/{report.code}")
    await desk.page.get_by_role("button", name="I take it").click()
    await expect(desk.page.locator(".talk .reporter")).to_have_count(len(NASTY))
    await expect(desk.page.locator(".talk .words").first).to_have_text(NASTY[0])
    await desk.page.locator("#words").fill(NASTY[1])
    await desk.page.get_by_role("button", name="Send to the reporter").click()
    await expect(desk.page.locator(".talk .staff .words")).to_have_text(NASTY[1])
    assert await desk.page.evaluate("window.hits") == 0
    assert (
        await desk.page.evaluate("document.querySelectorAll('article img, article iframe, article script, article style').length")
        == 0
    )
    assert await desk.page.locator("#h-end").is_visible()
    assert desk.noise == []
    await desk.context.close()
