"""Sheets bound into PDFs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from bot.domain.messages import Text
from bot.domain.paper import Sheet
from bot.services.ports import Printer
from bot.services.sheets import Sheets


class Leaflets:
    """Prints articles; those printed lately are kept. Safe to call from several threads."""

    def __init__(self, sheets: Sheets, printer: Printer) -> None:
        self.sheets = sheets
        self._printer = printer
        self._printed = lru_cache(maxsize=200)(self._print)

    def article(self, article: str, place: str | None, language: str, today: date) -> bytes:
        """Return the article's leaflet. Raises KeyError for an unknown article."""
        sheet = self.sheets.article(article, place, language, today)
        return self._printed(sheet.title, (sheet,), today)

    def bound(self, sheets: Sequence[Sheet], today: date, title: Text | None = None) -> bytes:
        """Return the sheets as one PDF, with the title given, else that of its first sheet."""
        named = self.sheets.words(title, sheets[0].language) if title else sheets[0].title
        return self._print(named, tuple(sheets), today)

    def _print(self, title: str, sheets: tuple[Sheet, ...], today: date) -> bytes:
        return self._printer.pdf(title, sheets, today)
