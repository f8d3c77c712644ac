"""Many changes of content/ from one file of a translator or editor: all of them, or none and why."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.adapters.texts.check import check
from bot.adapters.texts.editing.patch import CannotPatch, Patch
from bot.adapters.texts.faults import ContentFaults, Fault
from bot.adapters.texts.strict_yaml import Document, Loc, parse

REMOVED = object()


@dataclass(frozen=True, slots=True)
class Change:
    """A value that shall stand at `loc` of a file under content/, and the line that asked for it."""

    file: str
    loc: tuple[str | int, ...]
    value: Any
    path: str  # of the translator's or editor's file
    line: int
    lines: Mapping[str, int] = field(default_factory=dict)  # of the fields, when the value is a mapping
    about: tuple[str | int, ...] = ()  # what the line speaks of beside the value, such as the whole office

    def fault(self, text: str) -> Fault:
        return Fault(self.path, self.line, text)


def apply(content_dir: Path, locales_dir: Path, changes: Sequence[Change], today: date) -> list[str]:
    """Write the changes and return the names of the changed files.

    Raises ContentFaults, and writes nothing, when `check` would find a fault that was not there before: it is named with the
    line that brought it.
    """
    made = _made(content_dir, changes)
    if not made:
        return []
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / content_dir.resolve().name
        shutil.copytree(content_dir, trial)
        for name, raw in made.items():
            (trial / name).write_bytes(raw)
        after = check(trial, locales_dir, today)
    if after:
        before = Counter((fault.path, fault.text) for fault in check(content_dir, locales_dir, today))
        if new := list(_new(after, before)):
            raise ContentFaults(_named(new, changes, made, content_dir))
    for name, raw in made.items():
        written(content_dir / name, raw)
    return sorted(made)


def written(path: Path, raw: bytes) -> None:
    """Put the file in place whole: whoever reads it meanwhile gets the old one or the new one."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_bytes(raw)
        if path.exists():
            shutil.copymode(path, fresh)
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def _made(content_dir: Path, changes: Iterable[Change]) -> dict[str, bytes]:
    """Return the changed files by name."""
    by_file: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_file[change.file].append(change)
    made, faults = {}, []
    for name, wanted in by_file.items():
        path = f"{content_dir.name}/{name}"
        raw = (content_dir / name).read_bytes()
        try:
            patch = Patch(path, raw)
            for change in wanted:
                if change.value is REMOVED:
                    patch.remove(change.loc)
                else:
                    patch.set(change.loc, change.value)
            result = patch.result()
        except CannotPatch as wrong:
            faults.append(wanted[0].fault(str(wrong)))
            continue
        if result != raw:
            made[name] = result
    if faults:
        raise ContentFaults(faults)
    return made


def _new(after: Iterable[Fault], before: Counter[tuple[str, str]]) -> Iterable[Fault]:
    for fault in after:
        if before[(fault.path, fault.text)]:
            before[(fault.path, fault.text)] -= 1
        else:
            yield fault


def _named(faults: Iterable[Fault], changes: Sequence[Change], made: dict[str, bytes], content_dir: Path) -> list[Fault]:
    """Return each fault at the line of the change that it lies in; one that lies in none stays where it is."""
    spans: dict[str, list[tuple[int, int, Change]]] = defaultdict(list)
    for name, raw in made.items():
        path = f"{content_dir.name}/{name}"
        document = parse(path, raw)
        for change in changes:
            if change.file == name:
                for loc in {change.loc, change.about or change.loc}:
                    spans[path].append((*_lines(document, loc), change))
                for key, line in change.lines.items():
                    spans[path].append((*_lines(document, (*change.loc, key)), replace(change, line=line)))
    named = []
    for fault in faults:
        around = [(last - first, change) for first, last, change in spans[fault.path] if first <= fault.line <= last]
        if around:
            change = min(around, key=lambda found: found[0])[1]
            named.append(change.fault(f"{fault.text} (in {fault.path})"))
        else:
            named.append(fault)
    return named


def _lines(document: Document, loc: Loc) -> tuple[int, int]:
    """Return the first and the last line of the value, its key included."""
    first, node = document.line(loc), document.node(loc)
    if node is None:
        return first, first
    return first, max(first, node.end_mark.line + bool(node.end_mark.column))
