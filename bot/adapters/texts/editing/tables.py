"""A table of words as a spreadsheet file and back, by the file's ending: `.xlsx`, or `.csv` as Swedish Excel opens it.

No cell may be taken for a number, a day or a formula: in CSV a sign before it says so, in .xlsx the cell is text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from bot.adapters.texts.editing import cells
from bot.adapters.texts.faults import ContentFaults, Fault

if TYPE_CHECKING:
    from openpyxl.cell import Cell

CSV, XLSX = ".csv", ".xlsx"
ENDINGS = (CSV, XLSX)
_TEXT = "@"  # the format "text": what is typed into the cell stays as it is typed
_WIDEST = 50  # characters


def made(rows: Sequence[Sequence[str]], ending: str) -> bytes:
    """Return the file of the rows; the first one is the head."""
    return _xlsx(rows) if ending == XLSX else _csv(rows)


def read(file: Path) -> list[tuple[int, list[str]]]:
    """Return the rows that are not empty, with their numbers in the spreadsheet. Raises ContentFaults."""
    rows = _from_xlsx(file) if file.suffix.lower() == XLSX else _from_csv(file.read_bytes())
    return [(number, line) for number, row in enumerate(rows, 1) if any(line := [cells.unguarded(cell) for cell in row])]


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([cells.guarded(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _from_csv(raw: bytes) -> list[list[str]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")  # what older Excel saves in Sweden; only Swedish words stand in the list
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            cell = sheet.cell(number, column)
            cell.value = f"'{text}" if text.startswith("'") else text  # reading takes one such sign off
            cell.data_type, cell.number_format = "s", _TEXT
            if number == 1:
                cell.font = Font(bold=True)
    for column, texts in enumerate(zip(*rows, strict=True), 1):
        sheet.column_dimensions[get_column_letter(column)].width = min(_WIDEST, max(map(len, texts)) + 2)
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _from_xlsx(file: Path) -> list[list[str]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    raw = file.read_bytes()
    try:
        sheet = load_workbook(io.BytesIO(raw)).worksheets[0]
    except (BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, TypeError, SyntaxError):
        text = "this cannot be read as a spreadsheet; save it as Excel workbook (.xlsx) or as CSV"
        raise ContentFaults([Fault(file.name, 1, text)]) from None
    rows = list(sheet.iter_rows())
    faults = [
        Fault(file.name, cell.row, f"cell {cell.coordinate} holds a formula or an error; write the value itself")
        for row in rows
        for cell in row
        if cell.data_type in ("f", "e")
    ]
    if faults:
        raise ContentFaults(faults)
    return [[_words(cell) for cell in row] for row in rows]


def _words(cell: Cell) -> str:
    """Return what stands in the cell, also where the spreadsheet has made a number or a day of it."""
    value: Any = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
