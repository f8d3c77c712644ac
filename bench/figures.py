"""Figures as text: a median with its range, and Markdown tables."""

from __future__ import annotations

from collections.abc import Sequence


def spread(values: Sequence[float], digits: int) -> str:
    """Return `median [least–most]`."""
    ordered = sorted(values)
    least, middle, most = (f"{v:,.{digits}f}" for v in (ordered[0], ordered[len(ordered) // 2], ordered[-1]))
    return f"{middle} [{least}–{most}]"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
