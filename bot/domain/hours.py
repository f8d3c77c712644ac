"""When an office answers: a week of opening hours in local (Swedish) time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Span:
    """From `opens` to `closes`, local wall time. `closes` at or before `opens` runs past midnight; 00:00 is midnight."""

    opens: time
    closes: time

    def __str__(self) -> str:
        closes = "24:00" if self.closes == time(0) else f"{self.closes:%H:%M}"
        return f"{self.opens:%H:%M}–{closes}"


Week = tuple[tuple[Span, ...], ...]  # seven days, Monday first


def parse_span(text: str) -> Span:
    """Return the span written `08:00-16:30` or `00:00-24:00`. Raises ValueError with the text that is wrong."""
    opens, dash, closes = text.strip().partition("-")
    if not dash:
        raise ValueError(f"'{text}' is not hours; write them as 08:00-16:30")
    try:
        end = time(0) if closes == "24:00" else time.fromisoformat(closes)
        return Span(time.fromisoformat(opens), end)
    except ValueError:
        raise ValueError(f"'{text}' is not hours; write them as 08:00-16:30") from None


def always_open(week: Week) -> bool:
    return all(day == (Span(time(0), time(0)),) for day in week)


def grouped(week: Week) -> tuple[tuple[int, int, tuple[Span, ...]], ...]:
    """Return runs of days with the same hours: (first weekday, last weekday, spans), closed days left out."""
    runs: list[tuple[int, int, tuple[Span, ...]]] = []
    for day, spans in enumerate(week):
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == spans:
            runs[-1] = (runs[-1][0], day, spans)
        elif spans:
            runs.append((day, day, spans))
    return tuple(run for run in runs if run[2])
