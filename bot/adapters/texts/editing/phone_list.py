"""Every office with its phone as a spreadsheet, and back: one row an office, so that a list is checked in one sitting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bot.adapters.texts.editing import cells, tables
from bot.adapters.texts.editing.changes import REMOVED, Change, apply
from bot.adapters.texts.faults import ContentFaults, Fault
from bot.adapters.texts.models import ServiceFile
from bot.adapters.texts.reading import Drafts, read
from bot.domain.hours import DAYS


@dataclass(frozen=True, slots=True)
class _Column:
    """A column that can be changed: where its value stands below the office, and how it looks in a cell."""

    loc: tuple[str, ...]
    read: Callable[[str], Any] = str
    show: Callable[[Any], str] = str
    checked: bool = False  # a change of it needs a new day in `checked`

    def value(self, service: ServiceFile) -> Any:
        value: Any = service
        for step in self.loc:
            value = getattr(value, step)
        return value


def _read_day(cell: str) -> date:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise cells.Unreadable(f"checked is '{cell}'; write the day as 2026-11-24") from None


COLUMNS = {
    "phone": _Column(("phone",), cells.read_phone, cells.phone_cell, checked=True),
    "hours": _Column(("hours",), cells.read_hours, cells.hours_cell, checked=True),
    "status": _Column(("status",), checked=True),
    "confidence": _Column(("confidence",), checked=True),
    "source": _Column(("source", "publisher")),
    "source title": _Column(("source", "title")),
    "source address": _Column(("source", "url")),
    "source dated": _Column(("source", "dated")),
    "checked": _Column(("source", "checked_on"), _read_day),
}
KEYS = ("place", "role")
HEAD = (*KEYS, "office", *COLUMNS)


@dataclass(slots=True)
class ImportedPhones:
    rows: int = 0
    changed: int = 0  # values
    files: list[str] = field(default_factory=list)


def phone_rows(content_dir: Path) -> list[list[str]]:
    """Return the list with its head. Raises ContentFaults."""
    rows = [list(HEAD)]
    for place, entry in _whole(content_dir).places.items():
        for service in entry.value.services:
            shown = [column.show(column.value(service)) for column in COLUMNS.values()]
            rows.append([place, service.role, service.names.get("sv", ""), *shown])
    return rows


def import_phones(content_dir: Path, locales_dir: Path, file: Path, today: date) -> ImportedPhones:
    """Write what changed in the list. Rows and columns that are left out stay as they are.

    Raises ContentFaults with every refused row, and then writes nothing.
    """
    drafts = _whole(content_dir)
    rows = _rows(file)
    done, faults, changes = ImportedPhones(len(rows)), [], []
    seen: dict[tuple[str, str], int] = {}
    for number, row in rows:
        key = (row["place"], row["role"])
        if key in seen:
            faults.append(Fault(file.name, number, f"{key[0]} {key[1]} stands in row {seen[key]} too; keep one of the two"))
            continue
        seen[key] = number
        try:
            changes += _changes(drafts, row, Fault(file.name, number, ""), today)
        except cells.Unreadable as wrong:
            faults.append(Fault(file.name, number, str(wrong)))
    if faults:
        raise ContentFaults(faults)
    done.changed = len(changes)
    done.files = apply(content_dir, locales_dir, changes, today)
    return done


def _whole(content_dir: Path) -> Drafts:
    drafts = read(content_dir)
    if drafts.faults:
        raise ContentFaults(drafts.faults)
    return drafts


def _rows(file: Path) -> list[tuple[int, dict[str, str]]]:
    """Return the filled rows with their numbers in the spreadsheet."""
    (top, head), *lines = tables.read(file) or [(1, [])]
    head = [cell.casefold() for cell in head]
    if missing := [name for name in KEYS if name not in head]:
        text = f"the column {' and '.join(missing)} is missing; keep the first row of the export"
        raise ContentFaults([Fault(file.name, top, text)])
    if strange := [name for name in head if name and name not in HEAD]:
        raise ContentFaults([Fault(file.name, top, f"the column '{strange[0]}' is unknown; the columns are {', '.join(HEAD)}")])
    return [(number, {name: cell for name, cell in zip(head, line, strict=False) if name}) for number, line in lines]


def _changes(drafts: Drafts, row: dict[str, str], at: Fault, today: date) -> Iterator[Change]:
    place, role = row["place"], row["role"]
    if place not in drafts.places:
        raise cells.Unreadable(f"place '{place}' is no file in content/places; mend the id, or add the place there first")
    entry = drafts.places[place]
    number = next((n for n, service in enumerate(entry.value.services) if service.role == role), None)
    if number is None:
        raise cells.Unreadable(f"{place} has no office with the role '{role}'; add it in {entry.document.path} first")
    service = entry.value.services[number]
    file = entry.document.path.partition("/")[2]
    wanted = {name: column.read(row[name]) for name, column in COLUMNS.items() if name in row}
    changed = {name: value for name, value in wanted.items() if not _same(COLUMNS[name].value(service), value)}
    day = wanted.get("checked", service.source.checked_on)
    if (what := [name for name in changed if COLUMNS[name].checked]) and "checked" not in changed and day != today:
        raise cells.Unreadable(f"{' and '.join(what)} changed, but checked is still {day}; write the day somebody checked it")
    if wanted.get("phone", service.phone) and wanted.get("status", service.status) == "unknown" and changed:
        raise cells.Unreadable("there is a phone, but status is unknown; write verify, or ok when somebody has rung it")
    office = ("services", number)
    for name, value in changed.items():
        loc = (*office, *COLUMNS[name].loc)
        there = COLUMNS[name].value(service)
        if isinstance(value, dict) and value.keys() & (there or {}).keys():  # day by day: comments beside the others stay
            days = [day for day in DAYS if value.get(day) != there.get(day)]
            yield from (Change(file, (*loc, day), value.get(day, REMOVED), at.path, at.line, about=office) for day in days)
        else:
            yield Change(file, loc, REMOVED if value is None else value, at.path, at.line, about=office)


def _same(there: Any, wanted: Any) -> bool:
    if isinstance(there, dict) and isinstance(wanted, dict):
        return {day: spans for day, spans in there.items() if spans} == wanted
    return bool(there == wanted)
