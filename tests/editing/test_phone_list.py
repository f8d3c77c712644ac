"""The list of offices goes out as a spreadsheet, .csv or .xlsx, and comes back: zeros, comments and untouched rows stay."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.texts.check import check
from bot.adapters.texts.editing import cells, tables
from bot.adapters.texts.editing.phone_list import COLUMNS, HEAD, ImportedPhones, import_phones, phone_rows
from bot.adapters.texts.faults import ContentFaults
from bot.adapters.texts.reading import read
from bot.app import cli
from bot.app.config import ROOT
from bot.domain.hours import DAYS
from tests.content.copies import a_copy, differing, edit, snapshot

TODAY = date(2026, 11, 25)
TOWN = "content/places/norrkoping.yaml"
Rows = list[list[str]]


def export_phones(content_dir: Path) -> bytes:
    return tables.made(phone_rows(content_dir), tables.CSV)


def rows_of(raw: bytes) -> Rows:
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))


def saved(rows: Rows, delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding, "replace")


def workbook(rows: Rows) -> bytes:
    """As Excel saves it: what was text stays text, without the sign that CSV needs for it."""
    return tables.made(without_the_text_sign(rows), tables.XLSX)


def comes_back(root: Path, raw: bytes, name: str = "phones.csv") -> ImportedPhones:
    (root / name).write_bytes(raw)
    return import_phones(root / "content", root / "locales", root / name, TODAY)


def with_cells(rows: Rows, of_place: str, of_role: str, /, **cells_: str) -> int:
    """Change cells of an office's row and return its number in the spreadsheet."""
    at = next(n for n, row in enumerate(rows) if row[:2] == [of_place, of_role])
    for name, cell in cells_.items():
        rows[at][HEAD.index(name.replace("_", " "))] = cell
    return at + 1


def as_saved(rows: Rows) -> Rows:
    return rows


def without_the_text_sign(rows: Rows) -> Rows:
    """As a spreadsheet that swallows the sign which keeps a cell text."""
    return [[cell.removeprefix("'") for cell in row] for row in rows]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("spreadsheet", [as_saved, without_the_text_sign])
def test_an_unchanged_list_leaves_every_file_as_it_was(
    tmp_path: Path, encoding: str, delimiter: str, spreadsheet: Callable[[Rows], Rows]
) -> None:
    root = a_copy(tmp_path)
    before = snapshot(root)
    raw = export_phones(root / "content")
    assert raw.startswith(b"\xef\xbb\xbfplace;role;"), "Swedish Excel needs the mark and semicolons"
    done = comes_back(root, saved(spreadsheet(rows_of(raw)), delimiter, encoding))
    assert snapshot(root) == before and (done.changed, done.files) == (0, []) and done.rows == len(rows_of(raw)) - 1


def test_every_office_is_a_row_and_no_cell_is_taken_for_a_number_or_a_formula() -> None:
    rows = rows_of(export_phones(ROOT / "content"))
    offices = [(p, s.role) for p, e in read(ROOT / "content").places.items() for s in e.value.services]
    assert [(row[0], row[1]) for row in rows[1:]] == offices
    phones = [row[HEAD.index("phone")] for row in rows[1:]]
    assert all(not p.startswith(("+", "46")) and (p[:1] in ("", "0") or len(p) <= 6) for p in phones)
    assert all(not p.startswith("0") or " " in p for p in phones), "digits alone would lose their zero"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_a_changed_office_changes_its_lines_and_its_comments_stay(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    edit(root / TOWN, "  phone: '+4611150000'\n", "  phone: '+4611150000'  # Anna knows them\n")
    edit(root / TOWN, "    tue: [08:00-16:00]\n", "    tue: [08:00-16:00]  # long queue\n")
    before = snapshot(root)
    rows = rows_of(export_phones(root / "content"))
    with_cells(
        rows,
        "norrkoping",
        "contact_centre",
        phone="011-99 88 77",
        hours="mån-tor 08:00–16:00, lör 10:00-12:00",
        status="ok",
        checked="2026-11-25",
    )
    done = comes_back(root, saved(rows))
    assert done.files == ["places/norrkoping.yaml"]
    after = (root / TOWN).read_text()
    assert (
        "  phone: '+4611998877'  # Anna knows them\n  hours:\n    mon: [08:00-16:00]\n    tue: [08:00-16:00]  # long queue\n"
        in after
    )
    assert "    thu: [08:00-16:00]\n    sat: [10:00-12:00]\n  hours_notes:" in after
    assert list(differing(before, snapshot(root))) == [TOWN]
    assert after.count("checked_on: 2026-11-25") == 1 and after.count("status: ok") == 1
    assert check(root / "content", root / "locales", TODAY) == []


def test_hours_become_known_and_unknown(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    rows = rows_of(export_phones(root / "content"))
    with_cells(rows, "norrkoping", "social_duty", hours="mon-sun 00:00-24:00", checked="2026-11-25")
    with_cells(rows, "norrkoping", "child_intake", hours="", checked="2026-11-25")
    comes_back(root, saved(rows))
    place = read(root / "content").places["norrkoping"].value
    by_role = {service.role: service for service in place.services}
    assert by_role["social_duty"].hours == {day: ["00:00-24:00"] for day in DAYS} and by_role["child_intake"].hours is None
    assert len(by_role) == len(place.services) == 5


def test_a_list_of_some_rows_and_columns_leaves_the_rest(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    table = [["Place", "Role", "Checked"], ["norrkoping", "social_duty", "2026-11-25"], ["", "", ""]]
    assert comes_back(root, saved(table)).changed == 1
    assert (root / TOWN).read_text().count("2026-11-25") == 1


SLIPS: dict[str, tuple[dict[str, str], str]] = {
    "zero lost": ({"phone": "11150001", "checked": "2026-11-25"}, "has lost its first 0 or its +"),
    "a number of the spreadsheet": ({"phone": "4,61115E+10", "checked": "2026-11-25"}, "turned into a number"),
    "no phone at all": ({"phone": "se webben", "checked": "2026-11-25"}, "is not a number"),
    "nobody checked it": ({"phone": "011-15 00 01"}, "phone changed, but checked is still 2026-11-23"),
    "hours as words": ({"hours": "vardagar 8-16", "checked": "2026-11-25"}, "hours 'vardagar 8-16' cannot be read"),
    "hours backwards": ({"hours": "fri-mon 08:00-16:00", "checked": "2026-11-25"}, "end before they begin"),
    "hours that are none": ({"hours": "mon 08:00-26:00", "checked": "2026-11-25"}, "is not hours"),
    "a day twice": ({"hours": "mon 08:00-12:00, mon 13:00-16:00", "checked": "2026-11-25"}, "hours name mon twice"),
    "day as words": ({"checked": "igår"}, "checked is 'igår'; write the day as 2026-11-24"),
    "unknown with a phone": ({"status": "unknown", "checked": "2026-11-25"}, "there is a phone, but status is unknown"),
    "place unknown": ({"place": "norkoping"}, "place 'norkoping' is no file"),
    "office unknown": ({"role": "advice"}, "norrkoping has no office with the role 'advice'"),
}


@pytest.mark.parametrize(("name", "made"), [("phones.csv", saved), ("phones.xlsx", workbook)])
@pytest.mark.parametrize("slip", SLIPS)
def test_a_refused_row_is_named_with_its_number_and_nothing_changes(
    tmp_path: Path, slip: str, name: str, made: Callable[[Rows], bytes]
) -> None:
    change, said = SLIPS[slip]
    root = a_copy(tmp_path)
    before = snapshot(root)
    rows = rows_of(export_phones(root / "content"))
    with_cells(rows, "norrkoping", "child_intake", phone="011-15 00 02", checked="2026-11-25")  # a good one
    number = with_cells(rows, "norrkoping", "social_duty", **change)
    with pytest.raises(ContentFaults) as refused:
        comes_back(root, made(rows), name)
    (fault,) = refused.value.faults
    assert (fault.path, fault.line) == (name, number), str(fault)
    assert said in fault.text
    assert snapshot(root) == before


def test_what_check_would_say_is_said_of_the_row(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    before = snapshot(root)
    rows = rows_of(export_phones(root / "content"))
    today = {"checked": "2026-11-25"}
    said = {
        with_cells(rows, "danderyd", "child_intake", checked="2027-11-25"): "has not come yet",
        with_cells(rows, "borgholm", "social_duty", phone="", **today): "has no phone but status verify",
        with_cells(rows, "emmaboda", "social_duty", status="checked", **today): "it must be one of",
        with_cells(rows, "falkenberg", "child_intake", confidence="low", **today): "low confidence and a phone",
        with_cells(rows, "hjo", "child_intake", source_address="http://hjo.se"): "begins with http://",
    }
    with pytest.raises(ContentFaults) as refused:
        comes_back(root, saved(rows))
    assert snapshot(root) == before
    named = {fault.line: fault.text for fault in refused.value.faults if fault.path == "phones.csv"}
    assert named.keys() == said.keys() and len(refused.value.faults) == len(said)
    assert all(words in named[number] for number, words in said.items())


def test_an_office_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    rows = rows_of(export_phones(root / "content"))
    with pytest.raises(ContentFaults, match=rf"phones.csv:{len(rows) + 1}: .* stands in row 2 too"):
        comes_back(root, saved([*rows, rows[1]]))


@pytest.mark.parametrize(
    ("head", "said"),
    [(["office", "phone"], "the column place and role is missing"), (["place", "role", "fax"], "the column 'fax' is unknown")],
)
def test_another_table_is_refused(tmp_path: Path, head: list[str], said: str) -> None:
    with pytest.raises(ContentFaults, match=said):
        comes_back(a_copy(tmp_path), saved([head]))


def test_the_commands_say_what_they_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = a_copy(tmp_path)
    monkeypatch.setenv("BOT_CONTENT_DIR", str(root / "content"))
    monkeypatch.setenv("BOT_LOCALES_DIR", str(root / "locales"))
    for name in ("phones.csv", "phones.xlsx"):
        out = root / name
        assert cli.main(["content", "export-phones", "--out", str(out)]) == 0
        assert cli.main(["content", "import-phones", str(out)]) == 0
        assert capsys.readouterr().out.endswith("rows read, 0 values changed.\n")
    assert cli.main(["content", "export-phones", "--out", str(root / "phones.pdf")]) == 2


# --- any number, any hours ---------------------------------------------------------------------------------------------


@given(
    st.from_regex(r"\A\+46[1-9][0-9]{5,8}\Z")
    | st.from_regex(r"\A\+(?!46)[1-9][0-9]{6,13}\Z")
    | st.from_regex(r"\A[1-9][0-9]{2,5}\Z")
)
def test_any_number_comes_back_as_it_was(number: str) -> None:
    for cell in (cells.phone_cell(number), cells.guarded(cells.phone_cell(number))):
        assert cells.read_phone(cells.unguarded(cell)) == number


def test_numbers_as_people_type_them() -> None:
    for typed in (
        "011-15 00 00",
        "011 150 000",
        "+46 11 15 00 00",
        "+46 (0)11-15 00 00",
        "0046 11 150000",
        "011/150000",
        "011–15\u00a00000",
    ):
        assert cells.read_phone(cells.unguarded(typed)) == "+4611150000", typed


TIMES = st.builds(
    "{:02}:{:02}-{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59), st.integers(0, 23), st.integers(0, 59)
)


@given(st.none() | st.dictionaries(st.sampled_from(DAYS), st.lists(TIMES, min_size=1, max_size=3)))
def test_any_hours_come_back_as_they_were(hours: dict[str, list[str]] | None) -> None:
    assert cells.read_hours(cells.hours_cell(hours)) == hours


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(str.strip).filter(lambda t: "\u00a0" not in t))
def test_any_words_come_back_and_none_begin_a_formula(text: str) -> None:
    cell = cells.guarded(text)
    assert cells.unguarded(cell) == text and not cell.startswith(("=", "+", "-", "@"))


def test_the_columns_are_those_of_the_documentation() -> None:
    said = (ROOT / "docs" / "content.md").read_text()
    assert all(f"`{name}`" in said for name in COLUMNS)
