"""A real Chromium with the profile of a small phone, and what a test looks at in it.

async with a_browser() as browser:
    phone = await a_phone(browser, url, dark=True)
    await phone.page.goto("/")
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.async_api import Browser, BrowserContext, CDPSession, ConsoleMessage, Page, async_playwright, expect

NAMES = ("chromium", "chromium-browser", "google-chrome")
WAIT_MS = 15_000  # a busy machine is slow
_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
_TOUCHABLE = "a, button, summary, textarea"


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """Start Chromium: the machine's own, else Playwright's. Without either the test fails with the line that helps."""
    async with async_playwright() as playwright:
        found = next((path for name in NAMES if (path := shutil.which(name))), playwright.chromium.executable_path)
        if not shutil.which(found):
            pytest.fail("No browser: install one with `apt-get install chromium` (or `playwright install chromium`)", False)
        browser = await playwright.chromium.launch(executable_path=found, args=_ARGS)
        try:
            yield browser
        finally:
            await browser.close()


@dataclass(slots=True)
class Phone:
    """A page on a phone of 360 by 640. `noise`: all that the console said; a good page says nothing."""

    context: BrowserContext
    page: Page
    noise: list[str] = field(default_factory=list)

    async def cdp(self) -> CDPSession:
        return await self.context.new_cdp_session(self.page)

    async def slow_net(self, kbit_s: float = 50, latency_ms: float = 800) -> None:
        await (await self.cdp()).send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": latency_ms,
                "downloadThroughput": kbit_s * 1000 / 8,
                "uploadThroughput": kbit_s * 1000 / 8,
            },
        )

    async def text_size(self, percent: int) -> None:
        """Set the text size as a person does in the browser's settings."""
        await (await self.cdp()).send("Page.setFontSizes", {"fontSizes": {"standard": round(16 * percent / 100)}})

    async def violations(self) -> list[str]:
        """Return what axe finds: rule, and the elements it means."""
        await self.page.evaluate(_AXE)
        result = await self.page.evaluate("axe.run()")
        return [f"{v['id']}: {[n['target'] for n in v['nodes']]}" for v in result["violations"]]

    async def overflow(self) -> list[str]:
        """Return what sticks out of the screen at either side, what is only for screen readers apart."""
        return await self.page.evaluate(
            """() => {
              const hidden = [...document.querySelectorAll(".v, .skip")];
              hidden.forEach((el) => el.style.display = "none");
              const range = document.createRange(), wide = document.documentElement.clientWidth;
              const over = [...document.body.querySelectorAll("*")]
                .map((el) => (range.selectNodeContents(el), [el, el.getBoundingClientRect(), range.getBoundingClientRect()]))
                .filter(([, ...boxes]) => boxes.some((box) => box.width && (box.left < -0.5 || box.right > wide + 0.5)))
                .map(([el]) => el.outerHTML.slice(0, 80));
              hidden.forEach((el) => el.style.display = "");
              return over;
            }"""
        )

    async def small_targets(self, least_px: float = 48) -> list[str]:
        """Return the touch targets smaller than that in height, those inside running text apart."""
        return await self.page.evaluate(
            """([what, least]) => [...document.querySelectorAll(what)]
              .filter((el) => !el.closest("p, li") && !el.matches(".skip"))
              .map((el) => [el, el.getBoundingClientRect()])
              .filter(([, box]) => box.height && (box.height < least - 0.5 || box.width < least - 0.5))
              .map(([el, box]) => `${el.outerHTML.slice(0, 80)} ${Math.round(box.width)}x${Math.round(box.height)}`)""",
            [_TOUCHABLE, least_px],
        )


async def a_phone(browser: Browser, url: str, *, dark: bool = False, script: bool = True, **more: Any) -> Phone:
    """Open a page in a context of its own: Ukrainian, touch, 360 by 640 at double density."""
    options: dict[str, Any] = {
        "base_url": url,
        "viewport": {"width": 360, "height": 640},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
        "locale": "uk-UA",
        "color_scheme": "dark" if dark else "light",
        "java_script_enabled": script,
        **more,
    }
    context = await browser.new_context(**options)
    context.set_default_timeout(WAIT_MS)
    expect.set_options(timeout=WAIT_MS)
    phone = Phone(context, await context.new_page())

    def heard(message: ConsoleMessage) -> None:
        # The browser's receipt for erasing, and its word that nothing was pressed yet: asking is the only way to know.
        if not message.text.startswith(("Clear-Site-Data header", "The AudioContext was not allowed to start")):
            phone.noise.append(f"{message.type}: {message.text}")

    phone.page.on("console", heard)
    phone.page.on("pageerror", lambda fault: phone.noise.append(f"error: {fault}"))
    return phone
