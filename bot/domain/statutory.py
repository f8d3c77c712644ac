"""The clocks that the law starts when a report of a child comes in: what is due when, and where that is written.

They remind; what counts is what the social services decide and write in their records system.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain.calendar import SWEDEN
from bot.domain.messages import N_, Text, say

CHECKED_ON = date(2026, 11, 23)
REVIEW_ON = date(2027, 2, 23)  # the paragraphs of the act of 2025 are still to be read for the days and months
SOON = timedelta(days=3)
_WITHIN = timedelta(hours=24)
_DAYS, _MONTHS = 14, 4
_HOURS_AHEAD = timedelta(hours=6)  # of the first clock; the others are counted in days
_MORNING = time(8)  # days are reminded of when people are at work
NAMES = {
    "protection": N_("immediate protection assessment"),
    "preliminary": N_("decision whether to open an inquiry"),
    "inquiry": N_("the inquiry"),
}
NOTHING_YET, TOLD_SOON, TOLD_PASSED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Deadline:
    """`due`: the end of it, aware. `sentence`: what is to be done until when."""

    id: str
    sentence: Text
    due: datetime
    publisher: str
    url: str

    @property
    def remind_at(self) -> datetime:
        """Return when it is said that the time ends soon, aware."""
        if self.id == "protection":
            return self.due - _HOURS_AHEAD
        return _morning(self.due.astimezone(SWEDEN).date() - SOON)

    @property
    def passed_at(self) -> datetime:
        """Return when it is said that the time is over: at once for hours, the next morning for days."""
        return self.due if self.id == "protection" else _morning(self.due.astimezone(SWEDEN).date() + timedelta(days=1))

    def next_at(self, told: int) -> datetime | None:
        """Return when the next reminder is due after `told` of them, None after the last."""
        return {NOTHING_YET: self.remind_at, TOLD_SOON: self.passed_at}.get(told)

    def late(self, now: datetime) -> bool:
        return now > self.due

    def near(self, now: datetime) -> bool:
        return not self.late(now) and self.due - now <= SOON


def deadlines(received_at: datetime) -> tuple[Deadline, ...]:
    """Return the three clocks of a report that came in at that moment (aware)."""
    local = received_at.astimezone(SWEDEN)
    today = local.date()
    assessed, inquired = today + timedelta(days=_DAYS), months_later(today, _MONTHS)
    return (
        Deadline(
            "protection",
            # The act says "genast"; within a day is how municipalities describe their practice.
            say("Assess at once whether the child needs protection now (omedelbar skyddsbedömning), within 24 hours at most."),
            received_at + _WITHIN,
            "Sveriges riksdag, SoU4",
            "http://www.riksdagen.se/sv/dokument-lagar/arende/betankande/starkt-stod-och-skydd-for-barn-och-unga_H001SoU4",
        ),
        Deadline(
            "preliminary",
            say("Decide by {day} whether to open an inquiry (förhandsbedömning, 14 days).", day=assessed),
            _end_of(assessed),
            "Sveriges riksdag, SoU4",
            "http://www.riksdagen.se/sv/dokument-lagar/arende/betankande/starkt-stod-och-skydd-for-barn-och-unga_H001SoU4",
        ),
        Deadline(
            "inquiry",
            say(
                "Finish an inquiry (utredning) within four months of the day it is opened. Opened with the report: by {day}.",
                day=inquired,
            ),
            _end_of(inquired),
            "Kunskapsguiden (Socialstyrelsen)",
            "https://kunskapsguiden.se/omraden-och-teman/vald-och-fortryck/sex-mot-ersattning-barn/anmalan-och-utredning/",
        ),
    )


def deadline(clock: str, received_at: datetime) -> Deadline:
    """Return one of them by its name. Raises StopIteration for one that there is not."""
    return next(d for d in deadlines(received_at) if d.id == clock)


def months_later(day: date, months: int) -> date:
    """Return the same day of a later month, its last day where that is earlier."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - timedelta(days=1))


def _morning(day: date) -> datetime:
    return datetime.combine(day, _MORNING, SWEDEN)


def _end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=SWEDEN)
