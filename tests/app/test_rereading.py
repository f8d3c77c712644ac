"""Texts that change under a running service are read again; what is not in order is never shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import structlog

from bot.adapters.texts.locales import Locales
from bot.app import config
from bot.app.content import marks_of
from bot.app.rereading import Shelf, read
from bot.domain.messages import ArticleShown, Capabilities, Message
from bot.services.leaflets import Leaflets
from bot.services.render import Renderer
from bot.services.sheets import Sheets
from tests.content.copies import a_copy, edit

ARTICLE = "school-lunch-books-transport"
OLD, NEW = "I grundskolan är lunch", "I alla grundskolor är lunch"


class Words:
    """A printer whose PDFs are the words."""

    def pdf(self, title: str, sheets: tuple, today: date) -> bytes:
        return "\n".join(sheet.plain() for sheet in sheets).encode()


class Reading:
    def __init__(self, folder: Path) -> None:
        self.root = a_copy(folder)
        self.file = self.root / "content" / "articles" / f"{ARTICLE}.yaml"
        folders = {"BOT_CONTENT_DIR": str(self.root / "content"), "BOT_LOCALES_DIR": str(self.root / "locales")}
        self.settings = config.read(folders)
        content = read(self.settings)
        self.renderer = Renderer(content.catalog, content.translator)
        self.leaflets = Leaflets(Sheets(self.renderer), Words())
        self.reads = 0
        self.shelf = Shelf(content, self.renderer, lambda: marks_of(self.settings.content_dir), self._read)
        self.while_reading = lambda: None

    def _read(self):
        self.reads += 1
        content = read(self.settings)
        self.while_reading()
        return content

    def shown(self) -> str:
        """Return the words of the article as a reader gets them, in the chat and on paper."""
        day, message = date(2026, 11, 26), Message((ArticleShown(ARTICLE, None),))
        bodies = self.renderer.bodies(message, "sv", day, Capabilities())
        return "\n".join(piece.plain() for _, piece in bodies) + self.leaflets.article(ARTICLE, None, "sv", day).decode()


@pytest.fixture
def reading(tmp_path: Path) -> Iterator[Reading]:
    yield Reading(tmp_path)


async def test_a_changed_text_is_shown_and_found_and_read_only_once(reading: Reading) -> None:
    assert not await reading.shelf.look() and reading.shown().count(OLD) == 2
    edit(reading.file, OLD, NEW)
    edit(reading.file, "  sv:\n  - ", "  sv:\n  - xylofonlektion i parken\n  - ")
    assert ARTICLE not in [hit.article for hit in (await reading.shelf.find("xylofonlektion")).hits[:1]]
    assert await reading.shelf.look()
    assert reading.shown().count(NEW) == 2 and OLD not in reading.shown()
    assert (await reading.shelf.find("xylofonlektion")).hits[0].article == ARTICLE
    assert not await reading.shelf.look() and reading.reads == 1


async def test_a_fault_keeps_the_texts_in_use_with_one_alarm_until_it_is_mended(reading: Reading) -> None:
    edit(reading.file, OLD, NEW)
    edit(reading.file, "\ntopic: school", "\ntopic: [school")
    with structlog.testing.capture_logs() as logged:
        assert not await reading.shelf.look()
        assert not await reading.shelf.look()
    assert [(line["event"], line["alarm"]) for line in logged] == [("texts_refused", True)]
    assert NEW not in reading.shown() and reading.reads == 1
    edit(reading.file, "\ntopic: [school", "\ntopic: school")
    assert await reading.shelf.look() and NEW in reading.shown()


async def test_texts_that_change_while_they_are_read_wait_for_the_next_look(reading: Reading) -> None:
    edit(reading.file, OLD, NEW)
    reading.while_reading = lambda: edit(reading.file, NEW, "Lunchen i grundskolan är")
    assert not await reading.shelf.look() and OLD in reading.shown()
    reading.while_reading = lambda: None
    assert await reading.shelf.look() and "Lunchen i grundskolan är" in reading.shown()


async def test_an_article_that_is_taken_away_is_gone(reading: Reading) -> None:
    other = reading.root / "content" / "articles" / "pets.yaml"
    other.unlink()
    for path in (reading.root / "content" / "articles").glob("*.yaml"):
        path.write_text(path.read_text().replace(", pets]", "]").replace("[pets, ", "[").replace(", pets,", ","))
    assert await reading.shelf.look()
    assert "pets" not in reading.renderer.catalog.articles
    assert isinstance(reading.renderer._translator, Locales)
