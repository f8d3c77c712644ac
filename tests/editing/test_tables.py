"""The list of offices as an Excel workbook: text stays text, what Excel made of it is read or refused, nothing gets lost."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from bot.adapters.texts.editing import tables
from bot.adapters.texts.editing.phone_list import HEAD, import_phones, phone_rows
from bot.adapters.texts.faults import ContentFaults
from bot.app.config import ROOT
from tests.content.copies import a_copy, differing, snapshot

TODAY = date(2026, 11, 25)
TOWN = "content/places/norrkoping.yaml"


def exported(root: Path) -> Path:
    file = root / "phones.xlsx"
    file.write_bytes(tables.made(phone_rows(root / "content"), tables.XLSX))
    return file


def edited(file: Path, change: Callable[[Any, int], None], role: str = "contact_centre") -> int:
    """Change Norrköping's row of that office as a person at a spreadsheet would, and return the row's number."""
    book = load_workbook(file)
    sheet = book.worksheets[0]
    row = next(r for r in range(2, sheet.max_row + 1) if [sheet.cell(r, c).value for c in (1, 2)] == ["norrkoping", role])
    change(sheet, row)
    book.save(file)
    return row


def put(**cells: Any) -> Callable[[Any, int], None]:
    def change(sheet: Any, row: int) -> None:
        for name, value in cells.items():
            sheet.cell(row, HEAD.index(name) + 1).value = value

    return change


def comes_back(root: Path, file: Path) -> Any:
    return import_phones(root / "content", root / "locales", file, TODAY)


def test_an_unchanged_workbook_leaves_every_file_as_it_was(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    before, file = snapshot(root), exported(root)
    done = comes_back(root, file)
    edited(file, lambda sheet, row: None)  # opened and saved again by another program
    again = comes_back(root, file)
    assert (done.changed, again.changed) == (0, 0) and done.rows == again.rows == len(phone_rows(root / "content")) - 1
    file.unlink()
    assert snapshot(root) == before


def test_every_cell_is_text_in_the_file_itself(tmp_path: Path) -> None:
    raw = tables.made([["phone", "x"], ["+46111500", "=1+1"], ["011", "0"]], tables.XLSX)
    with zipfile.ZipFile(io.BytesIO(raw)) as inside:
        sheet = inside.read("xl/worksheets/sheet1.xml").decode()
    kinds = re.findall(r"<c r=\"[A-B]\d\"[^>]*?t=\"(\w+)\"", sheet)
    assert len(kinds) == 6 and set(kinds) <= {"s", "inlineStr"} and "<f>" not in sheet
    book = load_workbook(io.BytesIO(raw)).worksheets[0]
    assert {cell.number_format for row in book.iter_rows() for cell in row} == {"@"}, "what is typed there stays text as well"
    assert [[c.value for c in row] for row in book.iter_rows()] == [["phone", "x"], ["+46111500", "=1+1"], ["011", "0"]]


def test_a_changed_office_and_a_day_that_excel_made_a_day_of(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    before, file = snapshot(root), exported(root)
    edited(file, put(phone="+46 11 99 88 77", status="ok", checked=datetime(2026, 11, 25)))
    done = comes_back(root, file)
    file.unlink()
    assert list(differing(before, snapshot(root))) == [TOWN] and done.files == ["places/norrkoping.yaml"]
    after = (root / TOWN).read_text()
    assert "phone: '+4611998877'" in after and "checked_on: 2026-11-25" in after


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"phone": 11998877, "checked": "2026-11-25"}, "phone '11998877' has lost its first 0"),
        ({"phone": 4611998877.0, "checked": "2026-11-25"}, "has lost its first 0 or its +"),
        ({"phone": "=SUM(A1:A2)", "checked": "2026-11-25"}, "holds a formula"),
        ({"hours": time(8, 0), "checked": "2026-11-25"}, "hours '08:00' cannot be read"),
        ({"phone": "011-99 88 77"}, "phone changed, but checked is still"),
        ({"place": "norkoping"}, "place 'norkoping' is no file"),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_row_and_nothing_changes(tmp_path: Path, cells: dict, said: str) -> None:
    root = a_copy(tmp_path)
    file = exported(root)
    number = edited(file, put(**cells))
    before = snapshot(root)
    with pytest.raises(ContentFaults) as refused:
        comes_back(root, file)
    (fault,) = refused.value.faults
    assert (fault.path, fault.line) == ("phones.xlsx", number) and said in fault.text
    assert snapshot(root) == before


def test_some_rows_in_another_order_with_gaps_keep_their_numbers(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["Role", "Place", "Checked"],
        [],
        ["social_duty", "norrkoping", date(2026, 11, 25)],
        [],
        ["advice", "nowhere", None],
    ):
        sheet.append(row)
    book.save(root / "some.xlsx")
    with pytest.raises(ContentFaults, match=r"some\.xlsx:5: place 'nowhere' is no file"):
        comes_back(root, root / "some.xlsx")
    sheet.delete_rows(5)
    book.save(root / "some.xlsx")
    assert comes_back(root, root / "some.xlsx").changed == 1


@pytest.mark.parametrize("raw", [b"", b"place;role\r\n", b"PK\x03\x04 cut short"])
def test_a_file_that_is_no_workbook_is_refused_in_words(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "phones.xlsx"
    file.write_bytes(raw)
    with pytest.raises(ContentFaults, match=r"phones\.xlsx:1: this cannot be read as a spreadsheet"):
        tables.read(file)


def test_a_workbook_without_a_head_is_refused(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "phones.xlsx")
    with pytest.raises(ContentFaults, match="the column place and role is missing"):
        import_phones(ROOT / "content", ROOT / "locales", tmp_path / "phones.xlsx", TODAY)


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=20).map(str.strip)
CELLS = WORDS.filter(lambda t: t and "\u00a0" not in t and "_x" not in t) | st.sampled_from(
    ["=1", "+46", "'x", "''", "@a", "007"]
)


@given(rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=4), ending=st.sampled_from(tables.ENDINGS))
def test_any_words_come_back_from_either_kind_of_file(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], ending: str
) -> None:
    file = tmp_path_factory.mktemp("t") / f"t{ending}"
    rows = [["place", "role", "phone"], *rows]
    file.write_bytes(tables.made(rows, ending))
    assert [line for _, line in tables.read(file)] == rows
