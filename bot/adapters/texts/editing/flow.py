"""Bodies without the line breaks that only the YAML file needs, and back: a translator sees one line a paragraph."""

from __future__ import annotations

import re
import textwrap

from bot.adapters.texts.editing.scalars import WIDTH
from bot.adapters.texts.markdown import OFFICE, blocks

_UNIT = re.compile(r"- |\d+\. ")


def flowed(text: str) -> str:
    """Return the text with each paragraph and each list item on one line, without line breaks at its end."""
    return "\n".join(" ".join(part.strip() for part in unit) for unit in _units(text)).strip("\n")


def refolded(new: str, old: str, indent: int) -> str:
    """Return `new` (flowed) broken into lines as `old` is; lines that stand in both keep the breaks they have.

    `indent`: columns that the file takes from each line. Where breaking would change what a reader sees, the line stays long.
    """
    kept = {flowed("\n".join(unit)): unit for unit in _units(old)}
    wraps = not old.strip() or any(len(unit) > 1 for unit in kept.values())
    lines: list[str] = []
    for line in new.strip("\n").split("\n"):
        if line in kept:
            lines.extend(kept[line])
        elif wraps and len(line) > WIDTH - indent:
            lines.extend(_wrapped(line, WIDTH - indent))
        else:
            lines.append(line)
    text = "\n".join(lines) + "\n"
    return text if flowed(text) == new.strip("\n") and blocks(text)[0] == blocks(new)[0] else new.strip("\n") + "\n"


def _units(text: str) -> list[list[str]]:
    """Return the lines of each paragraph, list item, office line and empty line."""
    units: list[list[str]] = []
    open_ = False  # whether the next line may belong to the unit before
    for line in text.split("\n"):
        bare = line.strip()
        alone = not bare or bool(OFFICE.fullmatch(bare))
        if open_ and not alone and not _UNIT.match(bare):
            units[-1].append(line)
        else:
            units.append([line])
        open_ = not alone
    return units


def _wrapped(line: str, width: int) -> list[str]:
    mark = _UNIT.match(line)
    return textwrap.wrap(
        line,
        width,
        subsequent_indent=" " * len(mark[0]) if mark else "",
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
    )
