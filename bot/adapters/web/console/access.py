"""The one table of the console: which address does what, to whose. A route without a row cannot be built."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from bot.domain.people import Do, Staff, may
from bot.domain.report import Report


class Of(Enum):
    """Whose it is that something is done to."""

    ANYBODY = auto()  # no session needed
    SELF = auto()  # any session
    UNIT = auto()  # the person's own unit
    SERVICE = auto()  # no unit's: running the service
    CASE = auto()  # the case's unit
    SHOWN = auto()  # the case's unit, or the one that it is offered to
    OFFER = auto()  # the unit that the case is offered to


@dataclass(frozen=True, slots=True)
class Rule:
    """`do`: any one of these is enough. `watches`: only ever fetched by a page by itself, which keeps no session awake."""

    of: Of
    do: tuple[Do, ...] = ()
    watches: bool = False

    @property
    def about_a_case(self) -> bool:
        return self.of in (Of.CASE, Of.SHOWN, Of.OFFER)


_CASE = "/c/{code}"
RULES: dict[tuple[str, str], Rule] = {
    ("GET", "/static/{name}"): Rule(Of.ANYBODY),
    ("GET", "/sign-in"): Rule(Of.ANYBODY),
    ("POST", "/sign-in"): Rule(Of.ANYBODY),
    ("POST", "/sign-in/demonstration"): Rule(Of.ANYBODY),  # made-up people, from this machine only
    ("GET", "/invite"): Rule(Of.ANYBODY),
    ("GET", "/invite/{token}"): Rule(Of.ANYBODY),
    ("POST", "/invite/{token}"): Rule(Of.ANYBODY),
    ("GET", "/reach/{token}"): Rule(Of.ANYBODY),  # whoever holds the link: it says yes and opens nothing
    ("POST", "/reach/{token}"): Rule(Of.ANYBODY),
    ("POST", "/sign-out"): Rule(Of.SELF),
    ("POST", "/sign-out-everywhere"): Rule(Of.SELF),
    ("POST", "/language"): Rule(Of.SELF),
    ("GET", "/"): Rule(Of.SELF),  # leads to the first page that the person may see
    ("GET", "/watch"): Rule(Of.UNIT, (Do.SEE_QUEUE,), watches=True),
    ("POST", "/awake"): Rule(Of.SELF),
    ("GET", "/queue"): Rule(Of.UNIT, (Do.SEE_QUEUE,)),
    ("GET", "/queue/lines"): Rule(Of.UNIT, (Do.SEE_QUEUE,), watches=True),
    ("GET", "/find"): Rule(Of.UNIT, (Do.SEE_QUEUE,)),
    ("POST", "/queue/take"): Rule(Of.UNIT, (Do.TAKE,)),
    ("GET", "/me"): Rule(Of.SELF, (Do.OWN_METHODS,)),
    ("POST", "/me/telegram"): Rule(Of.SELF, (Do.OWN_METHODS,)),
    ("POST", "/me/add"): Rule(Of.SELF, (Do.OWN_METHODS,)),
    ("POST", "/me/verify"): Rule(Of.SELF, (Do.OWN_METHODS,)),
    ("POST", "/me/confirm"): Rule(Of.SELF, (Do.OWN_METHODS,)),
    ("POST", "/me/reached"): Rule(Of.SELF, (Do.OWN_METHODS,)),
    ("POST", "/me/first"): Rule(Of.SELF, (Do.OWN_METHODS,)),
    ("POST", "/me/remove"): Rule(Of.SELF, (Do.OWN_METHODS,)),
    ("GET", "/rota"): Rule(Of.UNIT, (Do.SEE_ROTA,)),
    ("POST", "/rota/shift"): Rule(Of.UNIT, (Do.EDIT_ROTA,)),
    ("POST", "/rota/shift/drop"): Rule(Of.UNIT, (Do.EDIT_ROTA,)),
    ("POST", "/rota/stand-in"): Rule(Of.UNIT, (Do.EDIT_ROTA,)),
    ("POST", "/rota/stand-in/drop"): Rule(Of.UNIT, (Do.EDIT_ROTA,)),
    ("POST", "/rota/aid"): Rule(Of.UNIT, (Do.EDIT_ROTA,)),
    ("POST", "/rota/aid/accept"): Rule(Of.UNIT, (Do.EDIT_ROTA,)),
    ("POST", "/rota/aid/end"): Rule(Of.UNIT, (Do.EDIT_ROTA,)),
    ("POST", "/drill"): Rule(Of.UNIT, (Do.DRILL,)),
    ("GET", "/log"): Rule(Of.UNIT, (Do.READ_AUDIT,)),
    ("GET", "/questions"): Rule(Of.UNIT, (Do.ANSWER_QUESTION,)),
    ("POST", "/questions/relay"): Rule(Of.UNIT, (Do.PUBLISH,)),
    ("GET", "/questions/{key}"): Rule(Of.UNIT, (Do.ANSWER_QUESTION,)),
    ("POST", "/questions/{key}/claim"): Rule(Of.UNIT, (Do.ANSWER_QUESTION,)),
    ("POST", "/questions/{key}/answer"): Rule(Of.UNIT, (Do.ANSWER_QUESTION,)),
    ("POST", "/questions/{key}/hand-on"): Rule(Of.UNIT, (Do.ANSWER_QUESTION,)),
    ("POST", "/questions/{key}/editor"): Rule(Of.UNIT, (Do.ANSWER_QUESTION,)),
    ("POST", "/questions/{key}/urgent"): Rule(Of.UNIT, (Do.ANSWER_QUESTION,)),
    ("POST", "/questions/{key}/people"): Rule(Of.UNIT, (Do.ANSWER_QUESTION,)),
    ("POST", "/questions/{key}/draft"): Rule(Of.UNIT, (Do.EDIT_DRAFT,)),
    ("GET", "/offers"): Rule(Of.UNIT, (Do.READ_OFFERS,)),
    ("GET", "/offers/{key}"): Rule(Of.UNIT, (Do.READ_OFFERS,)),
    ("POST", "/offers/{key}/taken-up"): Rule(Of.UNIT, (Do.READ_OFFERS,)),
    ("POST", "/offers/{key}/close"): Rule(Of.UNIT, (Do.READ_OFFERS,)),
    ("POST", "/offers/{key}/put-back"): Rule(Of.UNIT, (Do.READ_OFFERS,)),
    ("GET", "/drafts/{draft}"): Rule(Of.UNIT, (Do.EDIT_DRAFT,)),
    ("POST", "/drafts/{draft}/save"): Rule(Of.UNIT, (Do.EDIT_DRAFT,)),
    ("POST", "/drafts/{draft}/review"): Rule(Of.UNIT, (Do.EDIT_DRAFT,)),
    ("POST", "/drafts/{draft}/publish"): Rule(Of.UNIT, (Do.PUBLISH,)),
    ("GET", "/units"): Rule(Of.SERVICE, (Do.EDIT_UNITS,)),
    ("GET", _CASE): Rule(Of.SHOWN, (Do.OPEN, Do.OPEN_OTHERS)),
    ("GET", f"{_CASE}/news"): Rule(Of.SHOWN, (Do.OPEN, Do.OPEN_OTHERS), watches=True),
    ("POST", f"{_CASE}/seen"): Rule(Of.SHOWN, (Do.OPEN,)),
    ("POST", f"{_CASE}/reason"): Rule(Of.SHOWN, (Do.OPEN_OTHERS,)),
    ("POST", f"{_CASE}/take"): Rule(Of.CASE, (Do.TAKE,)),
    ("POST", f"{_CASE}/write"): Rule(Of.CASE, (Do.WRITE,)),
    ("POST", f"{_CASE}/note"): Rule(Of.CASE, (Do.NOTE,)),
    ("POST", f"{_CASE}/clock"): Rule(Of.CASE, (Do.NOTE,)),
    ("POST", f"{_CASE}/offer"): Rule(Of.CASE, (Do.TRANSFER,)),
    ("POST", f"{_CASE}/take-back"): Rule(Of.CASE, (Do.TRANSFER,)),
    ("POST", f"{_CASE}/accept"): Rule(Of.OFFER, (Do.ACCEPT,)),
    ("POST", f"{_CASE}/decline"): Rule(Of.OFFER, (Do.ACCEPT,)),
    ("POST", f"{_CASE}/close"): Rule(Of.CASE, (Do.CLOSE,)),
    ("POST", f"{_CASE}/reopen"): Rule(Of.CASE, (Do.REOPEN,)),
    ("POST", f"{_CASE}/handed-over"): Rule(Of.CASE, (Do.CONFIRM_HANDOVER,)),
}


def allowed(rule: Rule, person: Staff, report: Report | None = None) -> bool:
    """Return whether the person may do that, by people.may alone."""
    if rule.of in (Of.ANYBODY, Of.SELF):
        return person.active and (not rule.do or any(may(person, do, person.unit) for do in rule.do))
    return any(may(person, do, unit) for do in rule.do for unit in _units(rule.of, person, report))


def _units(of: Of, person: Staff, report: Report | None) -> tuple[str | None, ...]:
    if of is Of.UNIT:
        return (person.unit,)
    if of is Of.SERVICE:
        return (None,)
    if report is None:
        return ()
    found = {Of.CASE: (report.unit,), Of.OFFER: (report.offered_to,), Of.SHOWN: (report.unit, report.offered_to)}[of]
    return tuple(unit for unit in found if unit)
