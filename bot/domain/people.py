"""Staff, how they are reached, and the one table of who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.events import Address


class Role(StrEnum):
    ON_CALL = "on_call"
    LEAD = "lead"
    DUTY_MANAGER = "duty_manager"  # takes cases as on_call does, and is called only while on a rota
    RECORDS = "records"
    REVIEWER = "reviewer"
    ADMIN = "admin"  # of one municipality
    OPERATOR = "operator"  # runs the service; never reads a case
    HELPER = "helper"  # a volunteer who answers questions; never sees a case or the rota
    EDITOR = "editor"  # answers for the texts


@dataclass(frozen=True, slots=True)
class Method:
    """One way to reach a person. Counts only once `verified_at` is set; `dead`: the last try was refused for good."""

    id: int
    staff: int
    address: Address
    order: int
    verified_at: datetime | None
    dead: bool

    @property
    def works(self) -> bool:
        return self.verified_at is not None and not self.dead


@dataclass(frozen=True, slots=True)
class Staff:
    """`unit` is where they work; what they may see follows from it and their roles."""

    id: int
    unit: str
    name: str
    roles: frozenset[Role]
    language: str
    active: bool = True


class Do(StrEnum):
    """Everything that access is decided for."""

    SEE_QUEUE = "see_queue"
    TAKE = "take"
    OPEN = "open"  # read a case that is one's own, or free
    OPEN_OTHERS = "open_others"  # read a colleague's case: with a reason, and it is logged
    WRITE = "write"
    NOTE = "note"
    TRANSFER = "transfer"
    ACCEPT = "accept"  # take over a case that another unit passes on
    CLOSE = "close"
    REOPEN = "reopen"
    CONFIRM_HANDOVER = "confirm_handover"  # the records system has it
    EDIT_ROTA = "edit_rota"
    SEE_ROTA = "see_rota"
    EDIT_STAFF = "edit_staff"
    EDIT_UNITS = "edit_units"
    DRILL = "drill"
    READ_AUDIT = "read_audit"
    SEE_HEALTH = "see_health"
    OWN_METHODS = "own_methods"
    ANSWER_QUESTION = "answer_question"
    EDIT_DRAFT = "edit_draft"
    PUBLISH = "publish"
    READ_OFFERS = "read_offers"  # offers of a home, with how to reach who made them


_ALL = frozenset(Role)
_CASE = frozenset({Role.ON_CALL, Role.LEAD, Role.DUTY_MANAGER})
_MAY: dict[Do, frozenset[Role]] = {
    Do.SEE_QUEUE: _CASE | {Role.RECORDS, Role.REVIEWER},
    Do.TAKE: _CASE,
    Do.OPEN: _CASE | {Role.RECORDS},
    Do.OPEN_OTHERS: _CASE | {Role.REVIEWER, Role.RECORDS},
    Do.WRITE: _CASE,
    Do.NOTE: _CASE | {Role.RECORDS},
    Do.TRANSFER: _CASE,
    Do.ACCEPT: _CASE,
    Do.CLOSE: _CASE,
    Do.REOPEN: _CASE,
    Do.CONFIRM_HANDOVER: frozenset({Role.RECORDS, Role.LEAD}),
    Do.EDIT_ROTA: frozenset({Role.LEAD, Role.ADMIN}),
    Do.SEE_ROTA: _ALL - {Role.OPERATOR, Role.HELPER, Role.EDITOR},
    Do.EDIT_STAFF: frozenset({Role.ADMIN}),
    Do.EDIT_UNITS: frozenset({Role.OPERATOR}),
    Do.DRILL: frozenset({Role.LEAD, Role.ADMIN, Role.OPERATOR}),
    Do.READ_AUDIT: frozenset({Role.REVIEWER}),
    Do.SEE_HEALTH: frozenset({Role.OPERATOR, Role.ADMIN, Role.LEAD}),
    Do.OWN_METHODS: _ALL,
    Do.ANSWER_QUESTION: frozenset({Role.ON_CALL, Role.LEAD, Role.RECORDS, Role.ADMIN, Role.HELPER, Role.EDITOR}),
    Do.EDIT_DRAFT: frozenset({Role.LEAD, Role.ADMIN, Role.EDITOR}),
    Do.PUBLISH: frozenset({Role.LEAD, Role.ADMIN, Role.EDITOR}),
    Do.READ_OFFERS: frozenset({Role.ON_CALL, Role.LEAD, Role.ADMIN, Role.HELPER}),
}
# What reaches beyond the own unit: nothing but running the service, and taking over what is offered to the own unit.
_ANYWHERE = frozenset({Do.EDIT_UNITS, Do.SEE_HEALTH, Do.OWN_METHODS, Do.DRILL})


def takes_cases(roles: frozenset[Role]) -> bool:
    """Return whether somebody with these roles may take a case: only they are paged."""
    return bool(roles & _MAY[Do.TAKE])


def only_on_duty(roles: frozenset[Role]) -> bool:
    """Return whether somebody with these roles is paged only while on a rota: a duty manager who is neither on_call nor lead."""
    return roles & _MAY[Do.TAKE] == {Role.DUTY_MANAGER}


def may(staff: Staff, do: Do, unit: str | None) -> bool:
    """Return whether the person may do that to something of `unit` (None: of no unit). Decides every access there is."""
    if not staff.active or not staff.roles & _MAY[do]:
        return False
    if do in _ANYWHERE and (do is Do.OWN_METHODS or Role.OPERATOR in staff.roles):
        return True
    return unit == staff.unit
