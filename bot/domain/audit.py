"""Who did what to what, when: a chain in which no row can be changed, moved or taken out unseen.

Each row is hashed with a secret key over its own fields and the hash of the row before. Rows cut off at the end are found by
an anchor: the last hash, published regularly where nobody who can write to the database can reach. No row can hold words: a
row is two references to numbered things of ours, one action of a closed list, and a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum, unique

START = "0" * 64  # what the first row follows
_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"
_LARGEST = 2**53


@unique
class Thing(StrEnum):
    """What a reference can point at. Each is a row of ours with a number; a channel's own number for a person is not."""

    SYSTEM = "system"  # 0: the service itself
    STAFF = "staff"
    CONTACT = "contact"
    CASE = "case"
    POST = "post"
    ALERT = "alert"
    PAGE = "page"
    ROTA = "rota"
    SHIFT = "shift"
    AID = "aid"
    MUNICIPALITY = "municipality"  # its official code
    SESSION = "session"
    KEY = "key"
    QUESTION = "question"
    OFFER = "offer"  # of a home
    DRAFT = "draft"
    SETTING = "setting"
    EXPORT = "export"


@unique
class Action(StrEnum):
    """Everything that is ever logged. The texts stand in the log: never change one, only add."""

    CASE_OPENED = "case.opened"
    CASE_VIEWED = "case.viewed"
    CASE_REFRESHED = "case.refreshed"  # by the open page itself: whether anybody sat before it is not known
    CASE_VIEWED_AS_STRANGER = "case.viewed_as_stranger"  # not theirs: a reason was given
    CASE_ACKNOWLEDGED = "case.acknowledged"
    CASE_RELEASED = "case.released"
    CASE_ESCALATED = "case.escalated"
    CASE_ANSWERED = "case.answered"
    CASE_NOTED = "case.noted"
    CASE_CLOCK_MARKED = "case.clock_marked"  # what the law sets a time for: done, or not done after all
    CASE_OFFERED = "case.offered"  # to another municipality
    CASE_TAKEN_BACK = "case.taken_back"  # the other one is asked no longer
    CASE_ACCEPTED = "case.accepted"
    CASE_DECLINED = "case.declined"
    CASE_CLOSED = "case.closed"
    CASE_CLOSE_CONFIRMED = "case.close_confirmed"  # by the second person
    CASE_REOPENED = "case.reopened"
    CASE_HANDED_TO_RECORDS = "case.handed_to_records"
    CASE_ERASED = "case.erased"
    CASE_EXPORTED = "case.exported"
    CASES_SEARCHED = "cases.searched"
    QUESTION_CLAIMED = "question.claimed"
    QUESTION_HANDED_ON = "question.handed_on"
    QUESTION_ANSWERED = "question.answered"
    QUESTION_MADE_URGENT = "question.made_urgent"
    RELAY_BEGUN = "relay.begun"  # people answer the whole conversation of a question
    RELAY_ENDED = "relay.ended"
    DRAFT_BEGUN = "draft.begun"
    OFFER_VIEWED = "offer.viewed"  # opened, with how to reach who made it
    OFFER_TAKEN_UP = "offer.taken_up"
    OFFER_CLOSED = "offer.closed"
    OFFER_PUT_BACK = "offer.put_back"  # a mark taken off again
    DRAFT_CHANGED = "draft.changed"
    DRAFT_UP_FOR_REVIEW = "draft.up_for_review"
    DRAFT_PUBLISHED = "draft.published"
    RECEIPT_ISSUED = "receipt.issued"
    RECEIPT_USED = "receipt.used"
    RECEIPT_REFUSED = "receipt.refused"
    PAGE_SENT = "page.sent"
    PAGE_REFUSED = "page.refused"
    PAGE_WITHDRAWN = "page.withdrawn"
    DRILL_HELD = "drill.held"
    ROTA_CHANGED = "rota.changed"
    SHIFT_CHANGED = "shift.changed"
    MUTUAL_AID_CHANGED = "mutual_aid.changed"
    STAFF_INVITED = "staff.invited"
    STAFF_CHANGED = "staff.changed"  # role, contact method, municipality
    STAFF_DISABLED = "staff.disabled"
    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in.refused"
    SIGNED_OUT = "signed_out"
    SECOND_FACTOR_RESET = "second_factor.reset"
    ACCESS_REFUSED = "access.refused"
    KEY_MADE = "key.made"
    KEY_USED = "key.used"
    KEY_ROTATED = "key.rotated"
    KEY_RETIRED = "key.retired"
    ERASURE_SWITCHED = "erasure.switched"
    SETTING_CHANGED = "setting.changed"
    LOG_VERIFIED = "log.verified"
    LOG_PUBLISHED = "log.published"
    LOG_ARCHIVED = "log.archived"
    RESTORED = "restored"  # from a backup: what follows does not continue what was published
    FAULT_REPAIRED = "fault.repaired"
    TAMPERING_FOUND = "tampering.found"


@dataclass(frozen=True, slots=True)
class Ref:
    """A numbered thing of ours. Raises ValueError for anything that is not a plain row number."""

    thing: Thing
    number: int

    def __post_init__(self) -> None:
        if not isinstance(self.thing, Thing) or type(self.number) is not int or not 0 <= self.number < _LARGEST:
            raise ValueError("an audit reference is a Thing and the number of its row, nothing else")

    def __str__(self) -> str:
        return f"{self.thing.value}:{self.number}"


SYSTEM = Ref(Thing.SYSTEM, 0)


@dataclass(frozen=True, slots=True)
class Happening:
    """What is to be logged. Raises ValueError for an action that is not in the list."""

    actor: Ref
    action: Action
    object: Ref

    def __post_init__(self) -> None:
        if not (isinstance(self.actor, Ref) and isinstance(self.action, Action) and isinstance(self.object, Ref)):
            raise ValueError("an audit row holds two references and an action, nothing else")


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is stored, all as text: what verifies is what is written, whatever a tamperer wrote."""

    sequence: int
    at: str
    actor: str
    action: str
    object: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """The end of the log at some moment, to be kept elsewhere."""

    sequence: int
    hash: str

    def line(self, at: datetime) -> str:
        """Return one line for a printed list, a mail, another machine's log."""
        return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} {self.sequence} {self.hash}"


EMPTY = Anchor(0, START)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found. `broken` is the first row that cannot be trusted, None when all can."""

    rows: int
    head: Anchor
    broken: int | None = None
    why: str = ""

    @property
    def sound(self) -> bool:
        return self.broken is None

    def __str__(self) -> str:
        if self.broken is None:
            return f"The log is whole: {self.rows} rows, the last is {self.head.sequence} {self.head.hash}"
        return f"From row {self.broken} on the log cannot be trusted: {self.why}. {self.rows} rows before it are whole"


def chained(happenings: Sequence[Happening], now: datetime, after: Anchor, key: bytes) -> list[Row]:
    """Return the rows that continue the log. Raises ValueError for a time without a zone or a short key."""
    if now.tzinfo is None:
        raise ValueError("a time without a zone cannot be logged; pass aware UTC")
    at = now.astimezone(UTC).strftime(_FORM)
    rows, previous = [], after.hash
    for sequence, what in enumerate(happenings, after.sequence + 1):
        fields = (sequence, at, str(what.actor), what.action.value, str(what.object), previous)
        rows.append(Row(*fields, _hash(fields, key)))
        previous = rows[-1].hash
    return rows


def verify(rows: Iterable[Row], key: bytes, anchors: Sequence[Anchor] = (), after: Anchor = EMPTY) -> Verdict:
    """Return whether the rows are exactly those that were written, in order, and reach every anchor.

    `after`: where the rows begin, when older ones have been archived. Rows cut off behind the last anchor cannot be missed.
    """
    head, published = after, dict[int, set[str]]()
    for anchor in anchors:
        published.setdefault(anchor.sequence, set()).add(anchor.hash)
    for row in rows:
        why = _fault(row, head, published, key)
        if why:
            return Verdict(head.sequence - after.sequence, head, head.sequence + 1, why)
        head = Anchor(row.sequence, row.hash)
    if published and max(published) > head.sequence:
        why = f"the log ends before row {max(published)}, which was published"
        return Verdict(head.sequence - after.sequence, head, head.sequence + 1, why)
    return Verdict(head.sequence - after.sequence, head)


def read_anchors(text: str) -> list[Anchor]:
    """Return the anchors of published lines. Raises ValueError naming a line that is none."""
    return list(_anchors(text))


def _anchors(text: str) -> Iterator[Anchor]:
    for number, line in enumerate(text.splitlines(), 1):
        parts = line.split()
        if not parts:
            continue
        if len(parts) != 3 or not parts[1].isdecimal() or len(parts[2]) != 64:
            raise ValueError(f"line {number} is not a published end of the log: TIME ROW HASH")
        yield Anchor(int(parts[1]), parts[2].lower())


def _fault(row: Row, head: Anchor, published: dict[int, set[str]], key: bytes) -> str:
    wanted = head.sequence + 1
    fields = (row.sequence, row.at, row.actor, row.action, row.object, row.previous)
    if type(row.sequence) is not int or not all(isinstance(text, str) for text in (*fields[1:], row.hash)):
        return "the row holds something that was never written"
    if row.sequence > wanted:
        return f"rows {wanted} to {row.sequence - 1} are missing"
    if row.sequence < wanted:
        return f"row {row.sequence} stands in its place"
    if row.hash != _hash(fields, key):
        return "the row was changed, or written without the key"
    if row.previous != head.hash:
        return "the row does not follow the one before it"
    if published.get(row.sequence, {row.hash}) != {row.hash}:
        return "this is not the row that was published"
    return ""


def _hash(fields: tuple[int, str, str, str, str, str], key: bytes) -> str:
    if not 32 <= len(key) <= 64:
        raise ValueError("the audit key has 32 to 64 bytes")
    raw = [str(field).encode("utf-8", "surrogatepass") for field in fields]
    message = b"".join(len(part).to_bytes(4, "big") + part for part in raw)
    return hashlib.blake2b(message, digest_size=32, key=key, person=b"bot.audit.1").hexdigest()
