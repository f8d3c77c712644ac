"""A copy of content/ and locales/ that a test may spoil or add to."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.texts import strict_yaml
from bot.app.config import ROOT

# A copy is the same but for a slip or two: a file that was read before is not parsed again.
strict_yaml.parse = lru_cache(maxsize=3_000)(strict_yaml.parse)


def one_in_two(names: Iterable[str]) -> list[Any]:
    """Return the names, every second one for the longer run only: each costs a check of the whole content."""
    return [pytest.param(n, marks=pytest.mark.long) if i % 2 else n for i, n in enumerate(names)]


def rounds(slips: Mapping[str, tuple[Any, ...]], count: int) -> list[tuple[str, ...]]:
    """Return the names of all slips in so many rounds. A check of the whole content takes seconds, so a round shares one:
    its slips are in different files, or far apart in a long one. The first field of a slip is its file.
    """
    made: list[list[str]] = [[] for _ in range(count)]
    turns: Counter[str] = Counter()
    for name, (file, *_) in slips.items():
        made[turns[file] % count].append(name)
        turns[file] += 1
    return [tuple(names) for names in made]


def a_copy(folder: Path) -> Path:
    """Return a folder with copies of content/ and locales/."""
    shutil.copytree(ROOT / "content", folder / "content")
    shutil.copytree(ROOT / "locales", folder / "locales")
    return folder


def edit(path: Path, old: str, new: str) -> int:
    """Replace the first `old` by `new` and return the line where it stands. Fails when it is not there."""
    text = path.read_text()
    assert old in text, f"{path.name} has no {old!r}"
    path.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def snapshot(root: Path) -> dict[str, bytes]:
    """Return every file of content/ with its bytes."""
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted((root / "content").rglob("*")) if p.is_file()}


def differing(before: dict[str, bytes], after: dict[str, bytes]) -> dict[str, tuple[list[str], list[str]]]:
    """Return for each file that changed the lines that went and those that came."""
    found = {}
    assert before.keys() == after.keys()
    for name, raw in before.items():
        if raw != after[name]:
            old, new = raw.decode().splitlines(), after[name].decode().splitlines()
            found[name] = ([x for x in old if x not in new], [x for x in new if x not in old])
    return found
