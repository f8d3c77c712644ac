"""What staff are told besides pages: a code, a municipality, a time, a colleague's name. Never a word of a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain import statutory
from bot.domain.calendar import SWEDEN
from bot.domain.messages import Line, Text, say
from bot.domain.report import Report


@dataclass(frozen=True, slots=True)
class Told:
    """What a word may name. `detail`: a clock, a unit, or when a duty begins and whose it is, parted by |. `who`: a colleague."""

    report: Report | None
    place: Mapping[str, str] | Text  # names of the municipality
    detail: str = ""
    who: str = ""
    unit: str = ""

    @property
    def code(self) -> str:
        return self.report.code if self.report else "?"

    @property
    def starts(self) -> datetime:
        return duty(self.detail)[0]

    @property
    def clock(self) -> statutory.Deadline:
        assert self.report
        return statutory.deadline(self.detail, self.report.created_at)


_WORDS: dict[str, Callable[[Told], Text]] = {
    "reporter_wrote": lambda t: say("{code}: the reporter has written.", code=t.code),
    "danger": lambda t: say("{code}: the reporter writes of DANGER. Open it now, or others are called.", code=t.code),
    "corrected": lambda t: say("{code}: the reporter corrected where the child is, or if it is safe. Read it now.", code=t.code),
    "still_there": lambda t: say(
        "{code}: nothing has happened for a while. Write, note or close it, or others are called.", code=t.code
    ),
    "let_go": lambda t: say("{code}: you have been silent, so others are called now.", code=t.code),
    "offered": lambda t: say("{code}: another unit asks you to take it over.", code=t.code),
    "not_accepted": lambda t: say(
        "{code}: nobody at {unit} has accepted it yet, so it is still yours. Ring them, or ask somebody else.",
        code=t.code,
        unit=t.unit,
    ),
    "offer_nobody": lambda t: say(
        "{code}: nobody at {unit} can be called now, so it is still yours. Ring them, or ask somebody else.",
        code=t.code,
        unit=t.unit,
    ),
    "declined": lambda t: say("{code}: {unit} said no. It is still yours.", code=t.code, unit=t.unit),
    "offer_over": lambda t: say("{code}: you are not asked to take it over any more.", code=t.code),
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
    "duty_check": lambda t: say(
        "Your duty for {unit} begins {day} at {time}. Please confirm that this reaches you.", unit=t.unit, **_local(t.starts)
    ),
    "duty_silent": lambda t: say(
        "{name} goes on call for {unit} at {time} and has not confirmed that messages arrive. Ring, or put somebody else on.",
        name=t.who,
        unit=t.unit,
        time=_local(t.starts)["time"],
    ),
    "duty_no_way": lambda t: say(
        "{name} goes on call for {unit} at {time} and cannot be paged: no way to them works. Ring, or put somebody else on.",
        name=t.who,
        unit=t.unit,
        time=_local(t.starts)["time"],
    ),
}
OF_TRANSFER = frozenset(("not_accepted", "offer_nobody", "declined"))  # of the unit that was asked
WARNS = frozenset((*OF_TRANSFER, "danger", "corrected", "clock_passed", "duty_silent", "duty_no_way"))
OF_DUTY = frozenset(("duty_check", "duty_silent", "duty_no_way"))
OPENS = frozenset(_WORDS) - {"let_go", "offer_over", *OF_DUTY}  # with a button that opens the case


def duty(detail: str) -> tuple[datetime, int]:
    """Return when the duty begins and whose it is; `of_duty` writes it."""
    starts, _, staff = detail.partition("|")
    return datetime.fromisoformat(starts), int(staff)


def of_duty(starts: datetime, staff: int) -> str:
    return f"{starts.astimezone(UTC).isoformat()}|{staff}"


def how_to_answer(code: str, *, can_press: bool, can_reply: bool, link: bool) -> Line:
    """Return how somebody confirms before their duty, on a channel that can do that much."""
    if can_press:
        return Line(say("Press the button. A page would come to you the same way."), "note")
    if can_reply and link:
        return Line(say("Answer: OK {code}, or open the link.", code=code), "note")
    if can_reply:
        return Line(say("Answer: OK {code}", code=code), "note")
    return Line(say("Open the link and press there. An answer to this message is read by nobody."), "note")


def line(kind: str, told: Told) -> Line:
    """Return the word as one line. Raises KeyError for one that there is not."""
    return Line(_WORDS[kind](told), "warning" if kind in WARNS else "text")


def _local(at: datetime) -> dict[str, object]:
    local = at.astimezone(SWEDEN)
    return {"day": local.date(), "time": f"{local:%H:%M}"}
