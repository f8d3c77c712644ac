"""The static copy: opens from a folder, no dead link, 112 and the day on each page, no script, readable by everybody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.adapters.web.copy import Copy
from bot.services.render import Renderer
from bot.services.sheets import Sheets
from tests.support.browser import Phone, a_browser, a_phone
from tests.support.pdfs import squeezed
from tests.support.whole import real_content

TODAY = date(2026, 11, 25)
LANGUAGES = [language.code for language in real_content().catalog.languages]
PLACES = ["sverige", "norrkoping"]


def sheets() -> Sheets:
    content = real_content()
    return Sheets(Renderer(content.catalog, content.translator))


def files() -> dict[str, bytes]:
    return dict(Copy(sheets(), LANGUAGES, TODAY).files(PLACES))


class _Page(HTMLParser):
    """Collects where a page leads, its ids, its words and what it would fetch."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.tags: list[str] = []
        self.language = ""
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.language = given.get("lang") or "" if tag == "html" else self.language
        self.links += [value for name, value in attrs if name in ("href", "src") and value]
        self.ids |= {given["id"] or ""} if "id" in given else set()

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture(scope="module")
def pages() -> dict[str, _Page]:
    return {name: _Page(content.decode()) for name, content in files().items() if name.endswith(".html")}


def test_there_is_a_page_for_each_answer_place_and_language(pages: dict[str, _Page]) -> None:
    names = ["index", "duty-list", *real_content().catalog.articles]
    assert set(pages) == {"index.html", *(f"{code}/{p}/{name}.html" for code in LANGUAGES for p in PLACES for name in names)}


def test_no_link_is_dead(pages: dict[str, _Page]) -> None:
    there = {*pages, "style.css"}
    dead = []
    for name, page in pages.items():
        for link in page.links:
            if link.startswith(("https://", "tel:", "http://")):
                continue
            path, _, mark = link.partition("#")
            target = normpath(join(dirname(name), path)) if path else name
            if link.startswith("/") or target not in there or (mark and mark not in pages[target].ids):
                dead.append(f"{name}: {link}")
    assert dead == []


def test_every_page_can_be_reached_from_the_first_one(pages: dict[str, _Page]) -> None:
    seen, waiting = set(), ["index.html"]
    while waiting:
        name = waiting.pop()
        if name in pages and name not in seen:
            seen.add(name)
            waiting += [normpath(join(dirname(name), link.partition("#")[0])) for link in pages[name].links if ":" not in link]
    assert seen == set(pages)


def test_each_page_has_112_the_day_and_nothing_to_run_or_fetch(pages: dict[str, _Page]) -> None:
    for name, page in pages.items():
        assert "tel:112" in page.links and "2026" in page.words and page.language in LANGUAGES, name
        assert not {"script", "img", "iframe", "form"} & set(page.tags), name


def test_each_answer_has_every_word_of_its_source(pages: dict[str, _Page]) -> None:
    for code in LANGUAGES:
        for sheet in sheets().articles("norrkoping", code, TODAY):
            words = squeezed(pages[f"{code}/norrkoping/{sheet.name}.html"].words)
            for part in sheet.plain().splitlines():
                assert squeezed(part) in words, f"{code} {sheet.name}: {part}"


def test_the_same_day_gives_the_same_bytes() -> None:
    assert files() == files()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def phone() -> AsyncIterator[Phone]:
    async with a_browser() as browser:
        yield await a_phone(browser, "file:///")


@pytest.mark.asyncio(loop_scope="module")
async def test_it_opens_from_a_folder_and_everybody_can_use_it(tmp_path: Path, phone: Phone) -> None:
    for name, content in files().items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    page = phone.page
    await page.goto((tmp_path / "index.html").as_uri())
    await _is_good(phone)
    await page.get_by_role("link", name="Норрчепінг").click()
    await _is_good(phone)
    await page.get_by_role("link", name="Як записати дитину до школи").click()
    await expect(page.get_by_role("link", name="011-15 00 00").first).to_have_attribute("href", "tel:+4611150000")
    await _is_good(phone)
    await page.get_by_role("link", name="Svenska").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Så får barnet en skolplats")
    await page.get_by_role("link", name="Hem").click()
    await page.get_by_role("link", name="Ett ensamt barn: vem du ska ringa").click()
    await _is_good(phone)


async def _is_good(phone: Phone) -> None:
    assert phone.noise == []
    assert await phone.violations() == []
    assert await phone.overflow() == []
    phone.noise.clear()  # axe asks for the style sheet anew, which a page from a folder may not
