"""An editor writes, and the page in a real browser follows: the answer on each surface, and every fault with file and line."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Page, expect

from bot.adapters.texts.editing.changes import written
from bot.adapters.texts.editing.patch import Patch
from bot.app import cli
from bot.app.preview.shelf import Edition, Shelf
from bot.app.preview.site import preview_app
from tests.content.copies import a_copy, edit
from tests.support.browser import WAIT_MS, a_browser
from tests.support.web_site import _Server

TODAY = date(2026, 11, 25)
SFI = "content/articles/school-sfi.yaml"


@asynccontextmanager
async def a_preview(root: Path, paper=None) -> AsyncIterator[str]:  # type: ignore[no-untyped-def]
    listening = socket.create_server(("127.0.0.1", 0))
    app = preview_app(Shelf(root / "content", root / "locales"), lambda: TODAY, paper)
    server = _Server(uvicorn.Config(app, lifespan="off", log_level="error", timeout_graceful_shutdown=1, ws="none"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def an_editor(root: Path, query: str, paper=None) -> AsyncIterator[tuple[Page, list[str]]]:  # type: ignore[no-untyped-def]
    """Open the preview; yield the page and what its console says."""
    async with a_preview(root, paper) as url, a_browser() as browser:
        context = await browser.new_context(base_url=url, viewport={"width": 1400, "height": 900})
        context.set_default_timeout(WAIT_MS)
        expect.set_options(timeout=WAIT_MS)
        page = await context.new_page()
        noise: list[str] = []
        page.on("console", lambda message: noise.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda fault: noise.append(f"error: {fault}"))
        await page.goto(f"/?{query}")
        yield page, noise
        await context.close()


def write(path: Path, loc: tuple[str | int, ...], value: object) -> None:
    patch = Patch(path.name, path.read_bytes())
    patch.set(loc, value)
    written(path, patch.result())


async def test_the_answer_stands_there_on_each_surface_and_follows_the_file(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    async with an_editor(root, "article=school-sfi&lang=sv&place=norrkoping") as (page, noise):
        telegram, site = page.locator(".telegram"), page.frame_locator("#web")
        title = "Svenska för vuxna: sfi och andra kurser"
        await expect(telegram.locator("b").first).to_have_text(title)
        await expect(site.locator("article h1")).to_have_text(title)
        await expect(telegram.locator(".row").last).to_contain_text("112")
        await expect(page.locator("#faults")).to_contain_text("check finds nothing")
        assert await site.locator("article").get_attribute("lang") == "sv"

        write(root / SFI, ("texts", "sv", "title"), "Lär dig svenska <här> & nu")
        await expect(telegram.locator("b").first).to_have_text("Lär dig svenska <här> & nu")
        await expect(site.locator("article h1")).to_have_text("Lär dig svenska <här> & nu")
        assert noise == []


async def test_a_fault_is_shown_with_file_and_line_and_the_last_good_text_stays(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    async with an_editor(root, "article=school-sfi&lang=uk") as (page, _):
        faults, telegram = page.locator("#faults"), page.locator(".telegram")
        await expect(faults).to_contain_text("check finds nothing")
        words = await telegram.inner_text()

        good = (root / SFI).read_text()
        line = edit(root / SFI, "order: 60", "order: sixty")
        await expect(faults.locator("code")).to_have_text(f"{SFI}:{line}")
        await expect(faults).to_contain_text("order must be a whole number")
        await expect(faults).to_contain_text("Shown is the last version that could be read.")
        assert await telegram.inner_text() == words

        line = edit(root / SFI, "intents: [", "intents: [[")
        await expect(faults).to_contain_text("this is not valid YAML")

        (root / SFI).write_text(good)
        await expect(faults).to_contain_text("check finds nothing")
        await expect(faults).not_to_contain_text("last version")

        line = edit(root / "content/places/norrkoping.yaml", "phone: '+4611150000'", "phone: '011-15 00 00'")
        await expect(faults.locator("summary")).to_contain_text("in other files")
        await faults.locator("summary").click()
        await expect(faults).to_contain_text(f"content/places/norrkoping.yaml:{line} contact_centre: phone is '011-15 00 00'")


async def test_language_place_and_day_are_chosen_on_the_page(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    async with an_editor(root, "article=lma-amounts&lang=en") as (page, noise):
        telegram, site = page.locator(".telegram"), page.frame_locator("#web")
        await expect(site.locator("article h1")).to_have_text("Daily allowance: how much per day")
        await expect(telegram).to_contain_text("A new reception act (mottagandelag) has applied")

        await page.locator("[name=day]").fill("2026-09-30")
        await expect(telegram).not_to_contain_text("A new reception act (mottagandelag) has applied")
        await expect(site.locator("article")).not_to_contain_text("A new reception act")

        await page.locator("[name=lang]").select_option("uk")
        await expect(site.locator("article h1")).to_have_text("Добові (dagersättning): скільки на день")

        await page.locator("[name=article]").select_option("contact-municipality")
        await page.locator("[name=place]").select_option("norrkoping")
        await expect(telegram).to_contain_text("011-15 00 00")
        await expect(site.locator("article")).to_contain_text("011-15 00 00")
        assert "place=norrkoping" in page.url and "day=2026-09-30" in page.url, "the address can be kept and sent"
        await page.reload()
        await expect(telegram).to_contain_text("011-15 00 00")
        assert noise == []


async def test_an_article_that_is_only_begun_says_what_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = a_copy(tmp_path)
    monkeypatch.setenv("BOT_CONTENT_DIR", str(root / "content"))
    assert cli.main(["content", "new", "school-lunchbox", "--intent", "school.start"]) == 0
    async with an_editor(root, "article=school-lunchbox&lang=sv") as (page, _):
        faults = page.locator("#faults")
        await expect(faults).to_contain_text("content/articles/school-lunchbox.yaml:26 sv.button is empty; write it")
        await expect(faults).to_contain_text("It cannot be shown before that is mended.")


async def test_content_that_was_never_readable_is_named_and_opens_when_it_is_mended(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    languages = root / "content" / "languages.yaml"
    good = languages.read_text()
    languages.write_text("- [\n")
    async with an_editor(root, "article=school-sfi&lang=sv") as (page, _):
        await expect(page.locator("body")).to_contain_text("content/languages.yaml:2 this is not valid YAML")
        languages.write_text(good)
        await expect(page.locator(".telegram b").first).to_have_text("Svenska för vuxna: sfi och andra kurser")


async def test_paper_is_a_column_where_there_is_a_printer(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    printed: list[tuple[str, str | None, str, date]] = []

    def paper(edition: Edition, article: str, place: str | None, language: str, day: date) -> bytes:
        assert edition.catalog.articles[article].texts[language].title
        printed.append((article, place, language, day))
        return b"%PDF-1.4\n%%EOF\n"

    async with an_editor(root, "article=school-sfi&lang=sv", paper) as (page, _):
        async with page.expect_response(lambda answer: "/paper?" in answer.url and "place=orebro" in answer.url) as asked:
            await page.locator("[name=place]").select_option("orebro")
        assert (await asked.value).headers["content-type"] == "application/pdf"
        assert ("school-sfi", "orebro", "sv", TODAY) in printed
    async with an_editor(root, "article=school-sfi&lang=sv") as (page, _):
        await expect(page.locator(".telegram b").first).to_be_visible()
        assert await page.locator("#paper").count() == 0


async def test_other_machines_names_are_refused(tmp_path: Path) -> None:
    import aiohttp

    async with a_preview(a_copy(tmp_path)) as url, aiohttp.ClientSession() as session:
        answers: list[int] = []
        for host in ("127.0.0.1", "evil.example"):
            async with session.get(f"{url}/version", headers={"Host": host}) as answer:
                answers.append(answer.status)
        assert answers == [200, 400]


def test_a_taken_port_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert cli.main(["content", "preview", "--port", str(port)]) == 2
    assert f"port {port} is taken; give another with --port" in capsys.readouterr().err
