"""What staff are told besides pages: a code, a municipality, a time, a colleague's name. Never a word of a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain import statutory
from bot.domain.calendar import SWEDEN
from bot.domain.messages import Line, Text, say
from bot.domain.report import Report


@dataclass(frozen=True, slots=True)
class Told:
    """What a word may name. `detail`: a clock, or a time and what else the word needs, parted by |. `who`: a colleague."""

    report: Report | None
    place: Mapping[str, str] | Text  # names of the municipality
    detail: str = ""
    who: str = ""
    unit: str = ""

    @property
    def code(self) -> str:
        return self.report.code if self.report else "?"

    def part(self, number: int) -> str:
        parts = self.detail.split("|")
        return parts[number] if number < len(parts) else ""

    @property
    def clock(self) -> statutory.Deadline:
        assert self.report
        return statutory.deadline(self.detail, self.report.created_at)


_WORDS: dict[str, Callable[[Told], Text]] = {
    "reporter_wrote": lambda t: say("{code}: the reporter has written.", code=t.code),
    "danger": lambda t: say("{code}: the reporter writes of DANGER. Read it now.", code=t.code),
    "corrected": lambda t: say("{code}: the reporter corrected where the child is, or if it is safe. Read it now.", code=t.code),
    "still_there": lambda t: say(
        "{code}: nothing has happened for a while. Write, note or close it, or others are called.", code=t.code
    ),
    "let_go": lambda t: say("{code}: you have been silent, so others are called now.", code=t.code),
    "offered": lambda t: say("{code}: another unit asks you to take it over.", code=t.code),
    "clock_soon": lambda t: say(
        "{code} · {place}: {what}. The time ends {day} at {time}. Mark it as done in the case.",
        code=t.code,
        place=t.place,
        what=say(statutory.NAMES[t.detail]),
        **_local(t.clock.due),
    ),
    "clock_passed": lambda t: say(
        "{code} · {place}: {what}. The time passed {day} at {time}, and it is not marked as done.",
        code=t.code,
        place=t.place,
        what=say(statutory.NAMES[t.detail]),
        **_local(t.clock.due),
    ),
}
WARNS = frozenset(("danger", "corrected", "clock_passed"))
OPENS = frozenset(_WORDS) - {"let_go"}  # with a button that opens the case


def line(kind: str, told: Told) -> Line:
    """Return the word as one line. Raises KeyError for one that there is not."""
    return Line(_WORDS[kind](told), "warning" if kind in WARNS else "text")


def _local(at: datetime) -> dict[str, object]:
    local = at.astimezone(SWEDEN)
    return {"day": local.date(), "time": f"{local:%H:%M}"}
