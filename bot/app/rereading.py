"""Texts that change while the service runs: read again, and shown from then on, once they are in order.

An editor who publishes, a pull of the repository and a change by hand all end in files, so the files are watched; other
processes see them too. Taken up are articles, places and the words for finding. Escalation, phrases and the words of receipt
codes stay until the next start: alerts, and people who hold a code, rely on them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import structlog

from bot.adapters.texts.faults import ContentFaults
from bot.app import demo, garbage
from bot.app.config import Settings
from bot.app.content import Content, Marks, marks_of, open_content
from bot.domain.conversation import Found
from bot.services.for_ever import for_ever
from bot.services.render import Renderer

log = structlog.get_logger()

EVERY_S = 10.0


def read(settings: Settings) -> Content:
    """Return the content as this service shows it. Raises ContentFaults."""
    content = open_content(settings)
    return demo.with_made_up_place(content) if demo.is_demonstration(settings) else content


class Shelf:
    """The content in use. `marks`: how its files stand now. `read`: opens all of it anew, raising ContentFaults."""

    def __init__(self, content: Content, renderer: Renderer, marks: Callable[[], Marks], read: Callable[[], Content]) -> None:
        self.content = content
        self._renderer = renderer
        self._marks = marks
        self._read = read
        self._seen = content.marks  # when the files were read last, whether they could be used or not

    async def find(self, words: str) -> Found:
        return await self.content.find(words)

    async def run(self) -> None:
        await for_ever(self.look, EVERY_S, "texts")

    async def look(self) -> bool:
        """Take up texts that have changed; return whether there were any. With a fault in them, those in use stay."""
        if self._seen == (marks := await asyncio.to_thread(self._marks)):
            return False
        try:
            content = await asyncio.to_thread(self._read)
        except ContentFaults as fault:
            self._seen = marks
            log.error("texts_refused", count=len(fault.faults), alarm=True)
            return False
        if content.marks != await asyncio.to_thread(self._marks):
            return False  # somebody is still writing: at the next look
        self._seen = content.marks
        self.content = replace(content, second=self.content.second)
        self._renderer.adopt(content.catalog, content.translator)
        del content
        garbage.replaced()  # the old index refers to itself
        log.info("texts_taken_up", count=len(self.content.catalog.articles))
        return True


def shelf_of(settings: Settings, content: Content, renderer: Renderer) -> Shelf:
    return Shelf(content, renderer, lambda: marks_of(settings.content_dir), lambda: read(settings))
