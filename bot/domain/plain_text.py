"""A Rendered as plain words, for channels without marks and buttons: mail and SMS.

Nothing that could be opened or dialled is lost: addresses and numbers are written out. A button that only presses is left
out, as there is nothing to press; a page therefore names its code and carries a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.messages import Block, Rendered, Span
from bot.domain.phones import shown

# Control characters, and marks that turn the direction of what follows: a reader must see what was written.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff\ud800-\udfff]")


def words(rendered: Rendered) -> str:
    """Return the blocks as paragraphs, with no marks and no hidden characters."""
    return clean("\n\n".join(filter(None, (_block(block) for block in rendered.blocks))))


def ways_on(rendered: Rendered) -> tuple[str, ...]:
    """Return a line for each button that leads somewhere: `Open the case: https://…`, `Call 112`."""
    lines = []
    for choice in (choice for row in rendered.buttons for choice in row):
        target = choice.url or choice.tel
        if target:
            number = shown(choice.tel) if choice.tel else ""
            lines.append(clean(choice.label if number and number in choice.label else f"{choice.label}: {choice.url or number}"))
    return tuple(lines)


def clean(text: str) -> str:
    """Return the text without characters that cannot be seen; lines stay."""
    return _HIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def first_line(rendered: Rendered, at_most: int) -> str:
    """Return what stands for the whole, at most that many characters: all up to the title, else the first paragraph.

    What stands above the title belongs to it: that this is a drill, that nobody has taken it yet.
    """
    title = next((number for number, block in enumerate(rendered.blocks) if block.kind == "title"), None)
    above = rendered.blocks if title is None else rendered.blocks[: title + 1]
    lines = [line for block in above if (line := " ".join(clean(block.plain()).split()))]
    line = " ".join(lines[:1] if title is None else lines)
    return line if len(line) <= at_most else line[: at_most - 1].rsplit(" ", 1)[0] + "…"


def _block(block: Block) -> str:
    if block.kind in ("list", "steps"):
        marks = ("-" if block.kind == "list" else f"{number}." for number in range(1, len(block.items) + 1))
        return "\n".join(f"{mark} {_spans(item)}" for mark, item in zip(marks, block.items, strict=False))
    if block.kind == "fold":
        return "\n\n".join(filter(None, [block.heading, *(_block(inner) for inner in block.blocks)]))
    text = _spans(block.spans)
    return "\n".join(f"> {line}" for line in text.splitlines()) if block.kind == "quote" else text


def _spans(spans: tuple[Span, ...]) -> str:
    return "".join(_written_out(spans))


def _written_out(spans: tuple[Span, ...]) -> Iterator[str]:
    for span in spans:
        yield span.text
        if span.href and span.href != span.text.strip():
            yield f" ({span.href})"
        elif span.tel and _digits(shown(span.tel)) not in _digits(span.text) and _digits(span.tel) not in _digits(span.text):
            yield f" ({shown(span.tel)})"


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
