"""What reports, alerts and staff need from the outside, as Protocols. See ports.py."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.escalation import Alert, Watched
from bot.domain.events import Address
from bot.domain.people import Method, Staff
from bot.domain.report import DANGER, Report
from bot.domain.rota import Override, Rota, Shift
from bot.domain.routing import Aid, Unit
from bot.domain.transfer import Transfer


@dataclass(frozen=True, slots=True)
class Post:
    """`author`: reporter, staff or note (staff among themselves). `phrase`: id of a prepared one, '' for free words.

    `mark`: random, what the sealed words are bound to.
    """

    id: int
    report: int
    author: str
    staff: int | None
    mark: str
    phrase: str
    language: str
    sealed: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a report's timeline: what happened and what was not sent, never words of a person."""

    at: datetime
    what: str
    staff: int | None = None
    channel: str = ""
    detail: str = ""

    @property
    def of_danger(self) -> bool:
        """Whether the child turned out to be in danger now."""
        return self.what == "now_in_danger" or (self.what, self.detail) == ("safety_corrected", DANGER)


@dataclass(frozen=True, slots=True)
class Page:
    """One attempt to reach one person about one report. `method`: the last one tried. `delivery`: its row in the outbox."""

    id: int
    report: int
    staff: int
    level: int
    round: int
    method: int | None
    delivery: int | None
    next_at: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class Translation:
    """A machine's translation of one part of a case (services/interpreting.py). `sealed` b'': it is not there yet."""

    report: int
    part: str
    language: str
    sealed: bytes
    tries: int


@dataclass(frozen=True, slots=True)
class NewReport:
    report: Report
    case_key: bytes
    answers: bytes
    source: str
    finish_at: datetime


class Reports(Protocol):
    def add(self, new: NewReport) -> int | None:
        """Store it and return its id; None when that key is there already (a repeat)."""

    def by_key(self, key: str, lock: bool = False) -> Report | None: ...
    def by_code(self, code: str) -> Report | None: ...
    def by_id(self, id_: int, lock: bool = False) -> Report | None: ...
    def by_receipt(self, finding: str) -> list[tuple[int, str]]: ...
    def open(self, unit: str | None = None) -> list[Report]: ...
    def to_hand_over(self, unit: str, at_most: int) -> list[Report]:
        """Return closed cases that nobody has confirmed to be in the records system, the oldest first."""

    def case_key(self, id_: int) -> bytes: ...
    def answers(self, id_: int) -> bytes: ...
    def change(self, id_: int, **values: object) -> None: ...
    def lately(self, newest: int, since: datetime) -> int:
        """Return how many of so many newest reports came in after that time."""

    def keep_proof(self, mark: str, source: str, now: datetime) -> None: ...
    def use_proof(self, source: str) -> bool:
        """Return whether there was a proof of that source, and use one up."""

    def to_finish(self, now: datetime) -> list[int]: ...
    def to_tell(self, now: datetime) -> list[int]: ...
    def add_reporter(self, id_: int, address: Address) -> None: ...
    def drop_reporter(self, address: Address) -> list[int]: ...
    def reporters(self, id_: int) -> list[Address]: ...
    def of_reporter(self, address: Address) -> list[Report]: ...
    def post(self, post: Post) -> int: ...
    def posts(self, id_: int) -> list[Post]: ...
    def unread(self, owners: Mapping[int, int]) -> dict[int, int]:
        """Return how many posts of the reporter came in after the owner last opened the case, for cases that have any.

        `owners`: by case. When somebody opened a case stands in the audit log.
        """

    def note(self, id_: int, *moments: Moment) -> None: ...
    def timeline(self, id_: int) -> list[Moment]: ...
    def put_link(self, hash_: str, kind: str, target: int, until: datetime) -> None: ...
    def link(self, hash_: str, kind: str, now: datetime) -> int | None:
        """Return the target of a link that could be used now, without using it."""

    def use_link(self, hash_: str, kinds: Sequence[str], now: datetime) -> tuple[str, int] | None:
        """Return kind and target of a link that was not used before and is not over, and use it up."""


class Transfers(Protocol):
    def put(self, transfer: Transfer) -> None: ...
    def of(self, report: int) -> Transfer | None: ...
    def due(self, now: datetime, at_most: int) -> list[Transfer]:
        """Return those whose next step is due, locked for this transaction."""

    def drop(self, report: int) -> None: ...


class Translations(Protocol):
    def want(self, report: int, part: str, language: str, now: datetime) -> None:
        """Ask for it; nothing where it is there or asked for."""

    def forget(self, report: int, part: str) -> None: ...

    def waits(self, now: datetime) -> bool: ...
    def claim(self, now: datetime, until: datetime, at_most: int) -> list[Translation]:
        """Return what is due, each counted as tried once more and not due again before `until`."""

    def again(self, report: int, part: str, language: str, at: datetime) -> None: ...
    def give_up(self, report: int, part: str, language: str) -> None: ...
    def keep(self, report: int, part: str, language: str, sealed: bytes) -> bool:
        """Store it. False when it is there already."""

    def of(self, report: int) -> list[Translation]:
        """Return those that are there."""


class Alerts(Protocol):
    def put(self, alert: Alert) -> None: ...
    def of(self, report: int) -> Alert | None: ...
    def due(self, now: datetime, at_most: int) -> list[Alert]:
        """Return alerts that are due, the most urgent first, locked for this transaction."""

    def of_owner(self, staff: int) -> list[Alert]: ...
    def watch(self) -> list[Watched]: ...
    def mend_clock(self, now: datetime) -> int: ...
    def unheard(self, report: int, before: datetime) -> bool: ...
    def next_due(self) -> datetime | None: ...
    def add_page(self, page: Page, handle: str) -> int: ...
    def change_page(self, id_: int, **values: object) -> None: ...
    def page_by_handle(self, handle: str) -> Page | None: ...
    def pages(self, report: int, state: str | None = None) -> list[Page]: ...
    def pages_due(self, now: datetime, at_most: int) -> list[Page]: ...
    def close_pages(self, report: int, state: str) -> list[Page]: ...
    def may_page(self, method: int, now: datetime, pause: timedelta) -> bool: ...
    def shared(self, delivery: int) -> bool: ...
    def withdraw(self, deliveries: Sequence[int]) -> int:
        """Take back what has not been sent. Return how many."""

    def delivery_status(self, deliveries: Sequence[int]) -> dict[int, str]: ...
    def last_refused(self, people: Sequence[int]) -> set[int]:
        """Return those whose last page was refused."""

    def took(self, people: Sequence[int], since: datetime) -> dict[int, datetime]:
        """Return when each of these people last took a case that they had been paged for, where that was since then."""


class People(Protocol):
    def units(self) -> list[Unit]: ...
    def put_unit(self, unit: Unit) -> None: ...
    def aids(self, at: datetime) -> list[Aid]:
        """Return what is accepted and in force."""

    def aids_of(self, unit: str, after: datetime) -> list[Aid]:
        """Return what the unit gives or takes, accepted or not, that ends after that moment."""

    def aid(self, id_: int) -> Aid | None: ...
    def put_aid(self, aid: Aid) -> int: ...
    def accept_aid(self, id_: int, now: datetime) -> None: ...
    def end_aid(self, id_: int, now: datetime) -> None: ...
    def staff(self, id_: int) -> Staff | None: ...
    def staff_of(self, unit: str) -> list[Staff]: ...
    def methods(self, staff: Sequence[int]) -> list[Method]: ...
    def by_address(self, address: Address) -> Method | None: ...
    def add_staff(self, person: Staff, sign_in: str, now: datetime) -> int: ...
    def change_staff(self, id_: int, **values: object) -> None: ...
    def add_method(self, person: int, channel: str, key: str, position: int, verified_at: datetime | None = None) -> int: ...
    def method(self, id_: int) -> Method | None: ...
    def place_method(self, id_: int, position: int) -> None: ...
    def drop_method(self, id_: int) -> None: ...
    def mark_method(self, id_: int, *, verified_at: datetime | None = None, dead: bool | None = None) -> None: ...
    def newly_dead(self) -> list[Method]:
        """Return ways that were verified, have been refused for good, and whose owners do not know yet."""

    def told_dead(self, id_: int) -> None: ...
    def set_address(self, id_: int, key: str) -> None: ...
    def rota(self, unit: str, channels: Collection[str]) -> Rota:
        """Return the unit's rules. `channels`: those set up here; who has no working way on one of them counts on no shift."""

    def shifts(self, unit: str) -> list[Shift]: ...
    def overrides(self, unit: str) -> list[Override]: ...
    def add_shift(self, unit: str, shift: Shift) -> int: ...
    def drop_shift(self, id_: int, unit: str) -> None: ...
    def add_override(self, unit: str, change: Override) -> int: ...
    def drop_override(self, id_: int, unit: str) -> None: ...


class Interpreter(Protocol):
    """A machine that translates. `where`: the host that words go to, for people to read."""

    where: str

    async def translated(self, words: str, source: str, target: str) -> str:
        """Return the words in the language `target`, within seconds. Raises NotInterpreted."""


class NotInterpreted(Exception):
    """There is no translation. `why`: a word for the log."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Vault(Protocol):
    """Sealing: anybody of us may write to a case, only holders of its owner's secret key can read. b'' = the key is destroyed.

    `where`: case, table, row, column: a sealed text opens nowhere else.
    """

    def new_case_key(self, owner: str) -> bytes: ...
    def seal(self, case_key: bytes, text: str, *where: str) -> bytes: ...
    def open(self, case_key: bytes, sealed: bytes, *where: str) -> str:
        """Return the text. Raises Locked."""

    def passed_on(self, case_key: bytes, owner: str) -> bytes:
        """Return the case key sealed to another owner's key. Raises Locked."""


class Locked(Exception):
    """The key that opens it is not here, or it has been destroyed."""
