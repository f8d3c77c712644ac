"""The real texts in a real browser: every page fits a small phone in every language, and the first view stays light."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.browser import Phone, a_browser, a_phone
from tests.support.whole import a_service_running, real_content

pytestmark = pytest.mark.asyncio(loop_scope="module")
LANGUAGES = [language.code for language in real_content().catalog.languages]
BUDGET_BYTES = 15 * 1024


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def phone(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Phone]:
    async with a_service_running(tmp_path_factory.mktemp("web")) as whole, a_browser() as browser:
        yield await a_phone(browser, whole.url)


@pytest.mark.parametrize("code", LANGUAGES)
async def test_no_article_runs_off_the_side(phone: Phone, code: str) -> None:
    over: list[str] = []
    paths = [f"/a/{article}?lang={code}&place=norrkoping" for article in real_content().catalog.articles]
    paths += [f"/112?lang={code}", f"/child?lang={code}&place=stockholm", f"/offline?lang={code}", f"/closed?lang={code}"]
    for path in paths:
        await phone.page.goto(path)
        over += [f"{path}: {what}" for what in await phone.overflow()]
    assert over == []
    assert phone.noise == []


@pytest.mark.parametrize("code", LANGUAGES)
async def test_the_header_is_one_line(phone: Phone, code: str) -> None:
    await phone.page.goto(f"/112?lang={code}")
    height = await phone.page.locator("header").evaluate("(el) => el.getBoundingClientRect().height")
    assert height < 60


@pytest.mark.parametrize("article", ["housing-tonight", "lma-amounts", "minor-report"])
async def test_long_articles_can_be_used_by_everybody(phone: Phone, article: str) -> None:
    await phone.page.goto(f"/a/{article}?lang=uk&place=norrkoping")
    assert await phone.violations() == []
    assert await phone.small_targets() == []


async def test_the_first_view_is_light_with_the_real_texts(tmp_path: Path) -> None:
    async with a_service_running(tmp_path) as whole, a_browser() as browser:
        page = (await a_phone(browser, whole.url, service_workers="block")).page
        await page.goto("/")
        await page.wait_for_load_state("networkidle")
        entries = "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
        sizes = await page.evaluate(f"{entries}.map((entry) => entry.transferSize)")
    assert 0 < sum(sizes) < BUDGET_BYTES, sizes
    assert 4 <= len(sizes) <= 8, sizes


@pytest.mark.parametrize("code", LANGUAGES)
async def test_the_card_for_an_office_can_be_used_by_everybody(phone: Phone, code: str) -> None:
    await phone.page.goto(f"/office/school-start?lang={code}&place=norrkoping")
    assert await phone.violations() == []
    assert await phone.overflow() == []
    assert await phone.small_targets() == []
