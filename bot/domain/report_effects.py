"""What a step does to reports of a child alone, as data: carried out by services/reporting.py in the step's own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileReport:
    """A child alone: stored and paged in this very transaction. `safety`: see report.py.

    `presumed`: the place is the one of the reporter's chat; where the child is has not been said yet.
    """

    key: str
    code: str
    place: str | None
    safety: str
    presumed: bool = False


@dataclass(frozen=True, slots=True)
class PlaceReport:
    """Where the child of an open report is, told late or corrected: whoever takes reports there is called, too."""

    key: str
    place: str


@dataclass(frozen=True, slots=True)
class RateReport:
    """The reporter says anew whether the child is safe. `safety`: see report.py."""

    key: str
    safety: str


@dataclass(frozen=True, slots=True)
class AnswerReport:
    """What the reporter has answered so far, whole; `changed`: the question just answered; `finished`: they came to the end."""

    key: str
    answers: Mapping[str, str]
    finished: bool = False
    changed: str = ""


@dataclass(frozen=True, slots=True)
class WriteToReport:
    """`danger`: the words say that somebody is in danger, so the report counts as that from now on.

    `courtesy`: they are thanks or a greeting, for which nobody is woken where the report is closed.
    """

    key: str
    words: str
    danger: bool = False
    courtesy: bool = False


@dataclass(frozen=True, slots=True)
class CancelReport:
    """The reporter says it was a mistake. Staff are told and decide: the report stays."""

    key: str


@dataclass(frozen=True, slots=True)
class OpenDoor:
    """A one-time link that leads from here to our own web chat."""

    key: str
    token: str


@dataclass(frozen=True, slots=True)
class UseToken:
    """A one-time link was opened: hand-over of a report, or a way to reach a member of staff. Answered by the service."""

    token: str


@dataclass(frozen=True, slots=True)
class GiveReceipt:
    """Keep what finds the report and the hash of what proves it; the code before it is worth nothing then."""

    key: str
    finding: str
    hash: str


@dataclass(frozen=True, slots=True)
class UseReceipt:
    """Somebody came back with a receipt code; `opens`: the report, 0 for none. Answered by the service."""

    opens: int


@dataclass(frozen=True, slots=True)
class TakeReport:
    """A member of staff takes a case, by a page's button or by its code. Answered by the service."""

    handle: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmDuty:
    """A member of staff says that the question before their duty reached them. Answered by the service.

    By its button, or by a reply with its `code`, '' for one that says yes and no more.
    """

    handle: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class ShowReport:
    """Tell the reporter how their report stands. Answered by the service."""

    key: str


ReportEffect = (
    FileReport
    | PlaceReport
    | RateReport
    | AnswerReport
    | WriteToReport
    | CancelReport
    | OpenDoor
    | UseToken
    | GiveReceipt
    | UseReceipt
    | TakeReport
    | ConfirmDuty
    | ShowReport
)
ANSWERED_BY_SERVICE = (
    UseToken,
    UseReceipt,
    TakeReport,
    ConfirmDuty,
    ShowReport,
)  # each becomes a message where it is carried out
