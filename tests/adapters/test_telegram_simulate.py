"""`make simulate`: the page, the stand-in and the real bot, as a human plays it."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import expect

from tests.support.browser import a_browser

ROOT = Path(__file__).resolve().parents[2]


@asynccontextmanager
async def simulated() -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.simulate", "--port", "0", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        async with asyncio.timeout(60):
            while not (line := (await process.stdout.readline()).decode()).startswith("Open"):
                assert line, "it ended before it said where it is"
        yield line.split()[1], process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.wait(), 30)


async def test_a_human_plays_olena():
    async with simulated() as (url, process), a_browser() as browser:
        page = await browser.new_page(viewport={"width": 360, "height": 640}, locale="en")
        noise: list[str] = []
        page.on("console", lambda said: noise.append(said.text))
        page.on("pageerror", lambda fault: noise.append(str(fault)))
        await page.goto(url)
        await page.get_by_role("button", name="Open the chat").click()
        await page.get_by_role("button", name="Start", exact=True).click(timeout=60_000)
        screen = page.get_by_label("Messages")
        await screen.get_by_role("button", name="Українська").click(timeout=60_000)
        await screen.get_by_role("button", name="Norrköping").or_(screen.get_by_role("button", name="Норрчепінг")).click()
        answers = screen.locator(".message:not(.mine)")
        await expect(screen.get_by_role("button", name="Житло")).to_be_visible()
        seen = await answers.count()
        await page.get_by_label("Message", exact=True).fill("Де школа?")
        await page.get_by_role("button", name="Send", exact=True).click()
        await expect(screen.get_by_text("Де школа?")).to_be_visible()
        await expect(answers).not_to_have_count(seen)
        seen = await answers.count()
        await page.get_by_label("Send something else").select_option("Voice")
        await expect(answers).not_to_have_count(seen)
        await expect(screen.get_by_role("button", name="112").last).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not noise
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 30) == 0
