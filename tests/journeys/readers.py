"""One reader, two doors: the same script by Telegram and by the web chat on a phone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from tests.support.bot_api import running
from tests.support.browser import a_browser, a_phone
from tests.support.screen import WAIT_S, buttons
from tests.support.screen import words as text_of
from tests.support.town import Person, Town
from tests.support.whole import Whole, a_service_running


class Reader(Protocol):
    """Somebody who presses, writes and reads. `taps` counts what it took them."""

    taps: int

    async def arrives(self) -> None: ...
    async def presses(self, label: str) -> None: ...
    async def writes(self, words: str) -> None: ...
    async def reads(self, words: str) -> None:
        """Fails unless the words come into view."""

    async def count(self, words: str) -> int:
        """Return how many messages on the screen have the words."""

    async def choices(self) -> list[str]:
        """Return the buttons of the newest message, with what stands around every screen."""


class OnTelegram:
    def __init__(self, person: Person) -> None:
        self.person = person
        self.taps = 0

    async def arrives(self) -> None:
        self.taps += 1  # the Start button
        await self.person.starts()

    async def presses(self, label: str) -> None:
        self.taps += 1
        async with asyncio.timeout(WAIT_S):
            while label not in self._labels():
                await asyncio.sleep(0.01)
        await self.person.presses(label)

    async def writes(self, words: str) -> None:
        await self.person.says(words)

    async def reads(self, words: str) -> None:
        await self.person.waits_for(words)

    async def count(self, words: str) -> int:
        return sum(words in text_of(message) for message in self.person.received)

    async def choices(self) -> list[str]:
        return self._labels()

    def _labels(self) -> list[str]:
        return [b["text"] for b in buttons(self.person.last)] if self.person.received else []


class OnTheWeb:
    def __init__(self, phone, url: str) -> None:  # type: ignore[no-untyped-def]
        self.phone = phone
        self.page = phone.page
        self.url = url
        self.taps = 0

    async def arrives(self) -> None:
        await self.page.goto(self.url + "/")

    async def presses(self, label: str) -> None:
        self.taps += 1
        button = self.page.locator("#log .m").last.get_by_role("button", name=label, exact=True)
        count = await self.page.locator("#log .m").count()
        await button.click()
        await self.page.wait_for_function("n => document.querySelectorAll('#log .m').length > n", arg=count)

    async def writes(self, words: str) -> None:
        await self.page.fill("#words", words)
        await self.page.click(".send")

    async def reads(self, words: str) -> None:
        await self.page.locator("#log").get_by_text(words).last.wait_for(state="attached")

    async def count(self, words: str) -> int:
        return await self.page.locator("#log .m", has_text=words).count()

    async def choices(self) -> list[str]:
        own = await self.page.locator("#log .m").last.locator("button, a.b").all_inner_texts()
        around = await self.page.locator("header").locator("button, a").all_inner_texts()
        return [text.strip() for text in (*own, *around)]


@asynccontextmanager
async def a_reader(door: str, folder: Path, language: str = "uk", **settings: Any) -> AsyncIterator[tuple[Reader, Whole]]:
    """Open the whole service and one reader at that door: `telegram` or `web`."""
    if door == "telegram":
        async with running() as api, a_service_running(folder, api, **settings) as whole:
            yield OnTelegram(Town(api).person("Olena", language_code=language)), whole
    else:
        locale = {"uk": "uk-UA", "sv": "sv-SE", "en": "en-GB"}.get(language, language)
        async with a_service_running(folder, **settings) as whole, a_browser() as browser:
            phone = await a_phone(browser, whole.url, locale=locale)
            yield OnTheWeb(phone, whole.url), whole
            assert phone.noise == []
