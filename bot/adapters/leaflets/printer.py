"""Sheets become a PDF, or pictures of their pages. The same sheets and day give the same bytes.

The sheets reach the template as JSON, never as markup: no letter of a text can change the layout.
"""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import fontpkg
import segno

from bot.domain.paper import Sheet
from bot.services.ports import Unprintable

if TYPE_CHECKING:
    import typst

_TEMPLATE = Path(__file__).with_name("sheet.typ")


class Printer:
    """services.ports.Printer. May be called from any thread; one sheet is set at a time.

    The first font is Noto Sans; other font packages that are installed (fontpkg-noto-sans-arabic, ...) lend it their letters.
    """

    def __init__(self) -> None:
        families = [fontpkg.family("Noto Sans"), *fontpkg.families().values()]
        self._families = list(dict.fromkeys(family.name for family in families))
        self._folders = sorted({str(file.path.parent) for family in families for file in family.files})
        self._template = _TEMPLATE.read_bytes()
        self._one_at_a_time = threading.Lock()

    @cached_property
    def _compiler(self) -> typst.Compiler:
        """Return Typst, loaded when the first sheet is set: it takes 25 MB, and many a process never prints."""
        import typst

        return typst.Compiler(root=_TEMPLATE.parent, font_paths=typst.Fonts(False, False, self._folders))

    def pdf(self, title: str, sheets: Sequence[Sheet], printed: date) -> bytes:
        """Return one PDF of all the sheets, in the language of the first. Raises Unprintable."""
        made = self._set(title, sheets, printed, format="pdf", pdf_standards=["ua-1"])
        return made if isinstance(made, bytes) else b"".join(made)

    def pictures(self, sheet: Sheet, printed: date, dots_per_inch: float = 72) -> list[bytes]:
        """Return each page as a PNG."""
        made = self._set(sheet.title, (sheet,), printed, format="png", ppi=dots_per_inch)
        return [made] if isinstance(made, bytes) else made

    def _set(self, title: str, sheets: Sequence[Sheet], printed: date, **how: object) -> bytes | list[bytes]:
        given = {
            "fonts": self._families,
            "title": title,
            "printed": [printed.year, printed.month, printed.day],
            "sheets": [{**asdict(sheet), "code": _code(sheet.link)} for sheet in sheets],
        }
        inputs = {"given": json.dumps(given, ensure_ascii=False)}
        try:
            with self._one_at_a_time:
                return self._compiler.compile(self._template, sys_inputs=inputs, **how)  # type: ignore[call-overload, return-value]
        except RuntimeError as fault:  # typst.TypstError is one
            raise Unprintable(f"{sheets[0].name} ({sheets[0].language}) cannot be printed: {fault}") from fault


def _code(link: str) -> str:
    """Return the QR code as SVG, '' for no link."""
    if not link:
        return ""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, omitsize=True)
    return out.getvalue().decode()
