"""The register of services: each office once, with its number, hours and papers. An unknown number is never guessed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from bot.domain.hours import Week
from bot.domain.messages import Names


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was read. `dated`: the day the source itself gives, '' when undated."""

    publisher: str
    title: str
    url: str
    dated: str
    checked_on: date
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """An office with a role at a place. `phone`: E.164 or a short number; '' when nobody has confirmed one."""

    place: str
    role: str
    names: Names
    phone: str
    hours: Week | None
    hours_notes: Names
    address: str
    url: str
    languages: tuple[str, ...]
    shared_group: str
    status: str  # ok, verify, stale, unknown
    confidence: str  # high, medium, low
    source: Source
    review_every: timedelta
    half_day_closes: time | None = None  # local time, the day before a public holiday; None = not known
    summer_closes: time | None = None  # local time, June to August; None = as the rest of the year
    when_office_closed: bool = False  # a source says: open whenever the municipality's own office is closed

    @property
    def id(self) -> str:
        return f"{self.place}.{self.role}"

    @property
    def due(self) -> date:
        """Return the last day on which its papers hold."""
        return self.source.checked_on + self.review_every

    def overdue(self, today: date) -> bool:
        return today > self.due

    def phone_may_be_shown(self) -> bool:
        return bool(self.phone) and self.status in ("ok", "verify") and self.confidence != "low"

    def stands(self, today: date) -> bool:
        """Return whether number and hours may still be given: not past their day. 112 always may."""
        return self.role == "emergency" or not self.overdue(today)

    def phone_on(self, today: date) -> str:
        """Return the number that may be given on that day, '' when there is none."""
        return self.phone if self.phone_may_be_shown() and self.stands(today) else ""
