"""What the console shows: lines of the queue, a case as it lies on the desk, what was done lately."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain import report as reports
from bot.domain import statutory
from bot.domain.messages import Text, say
from bot.domain.report import Report
from bot.services.case_ports import Post


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the queue."""

    report: Report
    owner: str
    mine: bool
    offered: bool  # to this unit, by another
    minutes: int  # since it came in, or since it was taken
    unread: int = 0  # posts of the reporter that its owner has not had before them


@dataclass(frozen=True, slots=True)
class Queue:
    """`danger`: in danger now and not taken. Each list is oldest first, within how urgent it is."""

    danger: tuple[Waiting, ...]
    free: tuple[Waiting, ...]
    mine: tuple[Waiting, ...]
    taken: tuple[Waiting, ...]  # by others
    practice: tuple[Waiting, ...]
    closed: tuple[Report, ...]  # and not confirmed to be in the records system
    dead: bool = False  # a way to page the person was refused for good

    @property
    def first_free(self) -> Report | None:
        free = [w for w in (*self.danger, *self.free, *self.practice) if w.report.owner is None and not w.offered]
        return free[0].report if free else None

    @property
    def count(self) -> int:
        return len(self.danger) + len(self.free)

    @property
    def unread(self) -> int:
        return sum(w.unread for w in self.mine)

    @property
    def newest(self) -> int:
        return max((w.report.id for w in (*self.danger, *self.free, *self.practice)), default=0)


@dataclass(frozen=True, slots=True)
class Interpreted:
    """A machine's translation, beside its original."""

    language: str
    words: str
    numbers_differ: bool


@dataclass(frozen=True, slots=True)
class Written:
    """A post, opened. `words` None: it cannot be opened here."""

    post: Post
    words: str | None
    who: str
    translated: Mapping[str, Interpreted] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Running:
    """A clock of the law as it stands. `done_at` None: what it asks for is not marked as done."""

    deadline: statutory.Deadline
    done_at: datetime | None = None
    who: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A case as it lies on the desk. `answers` None: its key is not here, or is destroyed."""

    report: Report
    owner: str
    unit: str
    offered_unit: str
    answers: dict[str, str] | None
    posts: tuple[Written, ...]
    timeline: tuple[tuple[datetime, Text, bool], ...]  # when, what, and whether something was NOT sent
    deadlines: tuple[Running, ...]
    handed_over: bool
    translated: Mapping[str, Mapping[str, Interpreted]] = field(default_factory=dict)  # of answers, by question and language
    state: str = ""  # of the page: another one, and it is out of date
    reads_also: str = ""  # the language that the reporter writes in, where only prepared phrases are written in it
    asked: str = ""  # id of the unit that somebody asked to take it over

    @property
    def unaccompanied(self) -> bool | None:
        return reports.unaccompanied(self.answers) if self.answers else None

    @property
    def told(self) -> list[tuple[Text, Text | str, Mapping[str, Interpreted]]]:
        """Return what was answered: the question, the chosen words or the reporter's own, and translations of those."""
        known = self.answers or {}
        return [
            (
                say(reports.wording(q, known)[0]),
                say(label) if (label := reports.label(q, known[q.id], known)) else known[q.id],
                self.translated.get(q.id, {}),
            )
            for q in reports.asked_of(known)
            if q.id in known
        ]


@dataclass(frozen=True, slots=True)
class Did:
    at: datetime
    who: str
    action: str
    code: str
