"""What staff see and do at the console: the queue, a case opened, and every act with its line in the audit log.

What a case may be done to is decided by people.may, asked again here in the transaction that reads or writes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from bot.domain import escalation, statutory, timeline
from bot.domain.audit import Action, Happening, Ref, Thing
from bot.domain.events import Address
from bot.domain.interpreted import numbers_differ
from bot.domain.messages import say
from bot.domain.people import Do, Staff, may
from bot.domain.report import CLOSED, DANGER, URGENCY, Report
from bot.services import tongues, writing
from bot.services.case_ports import Locked, Moment, Post, Translation, Vault
from bot.services.cases import Done, Refused
from bot.services.interpreting import ANSWER
from bot.services.notice_ports import ClockRow
from bot.services.ports import Clock, Store, Tx
from bot.services.shown import Did, Interpreted, Opened, Queue, Running, Waiting, Written
from bot.services.speak import Speaker

REASON_HOLDS = timedelta(hours=8)
REASON_AT_LEAST = 5  # signs
LISTED_AT_MOST = 100
REVIEWED, REVIEWED_AT_MOST = timedelta(days=31), 1_000
Work = Callable[[Tx, Report, datetime], Done]


class ReasonNeeded(Exception):
    """The case is a colleague's: it opens with a reason, which is logged."""


class Unknown(Exception):
    """There is no such case for this person: it does not exist, or is another unit's. The two must look alike."""


class Desk:
    """`committed` is told which addresses got new rows, once they are on disk. `acted`: an alert may be due now."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        speaker: Speaker,
        vault: Vault,
        committed: Callable[[Sequence[Address]], None],
        acted: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._speaker = speaker
        self._vault = vault
        self._committed = committed
        self._acted = acted

    async def queue(self, person: Staff) -> Queue:
        """Return what waits at the person's unit, or is offered to it."""
        now = self._clock.now()

        def look(tx: Tx) -> Queue:
            found = tx.reports.open(person.unit)
            names = _names(tx, {r.owner for r in found})
            unread = tx.reports.unread({r.id: r.owner for r in found if r.owner})
            lines = [_waiting(r, names, person, now, unread.get(r.id, 0)) for r in found]
            lines.sort(key=lambda w: (URGENCY[w.report.safety], w.report.created_at, w.report.id))
            true = [w for w in lines if not w.report.practice]
            free = [w for w in true if w.report.owner is None or w.offered]
            return Queue(
                tuple(w for w in free if w.report.safety == DANGER),
                tuple(w for w in free if w.report.safety != DANGER),
                tuple(w for w in true if w.mine and w not in free),
                tuple(w for w in true if not w.mine and w not in free),
                tuple(w for w in lines if w.report.practice),
                tuple(tx.reports.to_hand_over(person.unit, LISTED_AT_MOST)),
                any(m.dead for m in tx.people.methods([person.id])),
            )

        return await self._store.read(look)

    async def find(self, code: str) -> Report | None:
        """Return the case of that code, whoever's it is: for the one place that decides access."""
        return await self._store.read(lambda tx: tx.reports.by_code(code))

    async def open(self, person: Staff, code: str, *, by_itself: bool = False) -> Opened:
        """Open a case and log that it was. `by_itself`: an open page brings itself up to date. Raises ReasonNeeded, Unknown."""
        now = self._clock.now()

        def work(tx: Tx) -> Opened:
            report = self._seen(tx, person, code, now)
            if not by_itself:
                _looked(tx, person, report, now)
            case = self._opened(tx, report)
            action = Action.CASE_REFRESHED if by_itself else Action.CASE_VIEWED
            tx.log([_happening(person, action, report.id)], now)
            return case

        return await self._store.write(work)

    async def saw(self, person: Staff, code: str) -> None:
        """Log that somebody sits before the case as its page now shows it. Raises ReasonNeeded, Unknown."""
        now = self._clock.now()

        def work(tx: Tx) -> None:
            report = self._seen(tx, person, code, now)
            _looked(tx, person, report, now)
            tx.log([_happening(person, Action.CASE_VIEWED, report.id)], now)

        await self._store.write(work)

    async def news(self, person: Staff, code: str) -> tuple[int, str]:
        """Return the newest post of a case and its state, for a page that looks whether it is out of date."""
        now = self._clock.now()

        def look(tx: Tx) -> tuple[int, str]:
            report = self._seen(tx, person, code, now)
            posts = tx.reports.posts(report.id)
            return max((p.id for p in posts), default=0), _state(tx, report, posts, tx.translations.of(report.id))

        return await self._store.read(look)

    async def give_reason(self, person: Staff, code: str, words: str) -> None:
        """Note why a colleague's case is opened, sealed like everything else in it. Raises Refused, Unknown."""
        now = self._clock.now()
        if len(words.strip()) < REASON_AT_LEAST:
            raise Refused(say("Write why you open a case that is not yours. It is logged and read by a reviewer."))

        def work(tx: Tx) -> None:
            report = tx.reports.by_code(code)
            if report is None or not any(may(person, Do.OPEN_OTHERS, unit) for unit in _units(report)):
                raise Unknown
            writing.note(tx, self._vault, report, person, words, now, about="reason")
            tx.reports.note(report.id, Moment(now, "viewed", person.id))
            tx.log([_happening(person, Action.CASE_VIEWED_AS_STRANGER, report.id)], now)

        await self._store.write(work)

    async def act(self, person: Staff, code: str, action: Action, work: Work) -> None:
        """Do something to a case: act, messages and the line of the audit log are one transaction.

        Raises Refused, ReasonNeeded, Unknown, Locked.
        """
        now = self._clock.now()

        def carry_out(tx: Tx) -> list[Address]:
            report = self._seen(tx, person, code, now, taking=action is Action.CASE_ACKNOWLEDGED)
            done = work(tx, report, now)
            rows = [row for saying in done.sayings for row in self._speaker.rows(saying, now)]
            tx.put_deliveries(rows, now, "")
            tx.log([_happening(person, action, report.id)], now)
            return [*(row.to for row in rows), *done.paged]

        touched = await self._store.write(carry_out)
        if touched:
            self._committed(touched)
        self._acted()

    async def done_lately(self, unit: str) -> list[Did]:
        """Return what the unit's staff did with cases in the last month, the newest first."""
        since = self._clock.now() - REVIEWED

        def look(tx: Tx) -> list[Did]:
            names = {str(Ref(Thing.STAFF, p.id)): p.name for p in tx.people.staff_of(unit)}
            rows = tx.logged_by(sorted(names), Thing.CASE, since, REVIEWED_AT_MOST)
            codes = {id_: r.code for id_ in {case for _, _, _, case in rows} if (r := tx.reports.by_id(id_))}
            return [Did(at, names[who], action, codes.get(case, "?")) for at, who, action, case in rows]

        return await self._store.read(look)

    def confirm_handover(self, tx: Tx, person: Staff, report: Report, now: datetime) -> Done:
        """A human says that the records system has the case. Nothing is erased before that."""
        if not may(person, Do.CONFIRM_HANDOVER, report.unit):
            raise Unknown
        if report.state != CLOSED:
            raise Refused(say("Close the case first."))
        tx.reports.change(report.id, handed_over_at=now)
        tx.reports.note(report.id, Moment(now, "handed_over", person.id))
        return Done([], [])

    def _seen(self, tx: Tx, person: Staff, code: str, now: datetime, *, taking: bool = False) -> Report:
        report = tx.reports.by_code(code)
        if report is None:
            raise Unknown
        units = _units(report)
        if any(may(person, Do.OPEN, unit) for unit in units) and (report.owner in (None, person.id) or taking):
            return report
        if report.offered_to and may(person, Do.ACCEPT, report.offered_to):
            return report  # it was put before them
        if not any(may(person, Do.OPEN_OTHERS, unit) for unit in units):
            raise Unknown
        about = Ref(Thing.CASE, report.id)
        if not tx.logged(Ref(Thing.STAFF, person.id), Action.CASE_VIEWED_AS_STRANGER, about, now - REASON_HOLDS):
            raise ReasonNeeded
        return report

    def _opened(self, tx: Tx, report: Report) -> Opened:
        moments, posts, units = tx.reports.timeline(report.id), tx.reports.posts(report.id), tx.people.units()
        clocks = {row.clock: row for row in tx.clocks.of(report.id)}
        people = (*(m.staff for m in moments), *(p.staff for p in posts), *(row.done_by for row in clocks.values()))
        names = _names(tx, {report.owner, *people})
        called = {u.id: u.name for u in units}
        lines = []
        for m in moments:
            unit = called.get(m.detail.split(" ")[0], "")
            text = timeline.sentence(m.what, who=names.get(m.staff, ""), channel=m.channel, detail=m.detail, unit=unit)
            lines.append((m.at, text, m.what in timeline.NOT_SENT))
        case_key = tx.reports.case_key(report.id)
        machine = tx.translations.of(report.id)
        answers = self._open(case_key, tx.reports.answers(report.id), report.key, "reports", report.key, "answers")
        known = {} if answers is None else json.loads(answers)
        words = {p.mark: self._open(case_key, p.sealed, report.key, "posts", p.mark, "words") for p in posts}
        translated = self._translated(report, case_key, machine, {**words, **{ANSWER + q: a for q, a in known.items()}})
        return Opened(
            report,
            names.get(report.owner, ""),
            called.get(report.unit or "", ""),
            called.get(report.offered_to or "", ""),
            None if answers is None else known,
            tuple(Written(p, words[p.mark], names.get(p.staff, ""), translated.get(p.mark, {})) for p in posts),
            tuple(lines),
            ()
            if report.practice
            else tuple(_running(d, clocks.get(d.id), names) for d in statutory.deadlines(report.created_at)),
            any(m.what == "handed_over" for m in moments),
            {part.removeprefix(ANSWER): found for part, found in translated.items() if part.startswith(ANSWER)},
            _state(tx, report, posts, machine),
            tongues.of(tx, report),
            asked.unit if (asked := tx.transfers.of(report.id)) else "",
        )

    def _translated(
        self, report: Report, case_key: bytes, rows: Sequence[Translation], originals: Mapping[str, str | None]
    ) -> dict[str, dict[str, Interpreted]]:
        """Return the translations of each part that can be opened, by language."""
        found: dict[str, dict[str, Interpreted]] = {}
        for row in rows:
            text = self._open(case_key, row.sealed, report.key, "translations", f"{row.part} {row.language}", "words")
            original = originals.get(row.part)
            if text and original:
                one = Interpreted(row.language, text, numbers_differ(original, text))
                found.setdefault(row.part, {})[row.language] = one
        return found

    def _open(self, case_key: bytes, sealed: bytes, *where: str) -> str | None:
        try:
            return self._vault.open(case_key, sealed, *where)
        except Locked:
            return None


def _state(tx: Tx, report: Report, posts: Sequence[Post], translations: Sequence[Translation]) -> str:
    """Return what a page compares to see whether it is out of date: who has it, what the reporter has answered, what was
    translated. Translations of the staff's own words are no news.
    """
    answers = sha256(tx.reports.answers(report.id)).hexdigest()[:8]
    ours = {p.mark for p in posts if p.author == "staff"}
    where = f"{report.safety} {report.place} {report.offered_to}"
    return f"{report.state} {report.owner or 0} {where} {answers} {sum(row.part not in ours for row in translations)}"


def _running(deadline: statutory.Deadline, row: ClockRow | None, names: dict[int | None, str]) -> Running:
    return Running(deadline, row.done_at, names.get(row.done_by, "")) if row else Running(deadline)


def _looked(tx: Tx, person: Staff, report: Report, now: datetime) -> None:
    """Its owner has it before their eyes: danger that was told them is known."""
    if report.owner != person.id or (held := tx.reports.by_id(report.id, lock=True)) is None:
        return  # somebody may take it over in this moment
    if held.owner == person.id and (alert := tx.alerts.of(report.id)) and (seen := escalation.seen(alert, now)) != alert:
        tx.alerts.put(seen)


def _units(report: Report) -> tuple[str, ...]:
    return tuple(unit for unit in (report.unit, report.offered_to) if unit)


def _names(tx: Tx, people: set[int | None]) -> dict[int | None, str]:
    found = (tx.people.staff(id_) for id_ in sorted(p for p in people if p))
    return {person.id: person.name for person in found if person}


def _waiting(report: Report, names: dict[int | None, str], person: Staff, now: datetime, unread: int) -> Waiting:
    since = report.taken_at if report.owner and report.taken_at else report.created_at
    minutes = max(0, int((now - since).total_seconds()) // 60)
    offered = report.offered_to == person.unit and report.unit != person.unit
    return Waiting(report, names.get(report.owner, ""), report.owner == person.id, offered, minutes, unread)


def _happening(person: Staff, action: Action, case: int) -> Happening:
    return Happening(Ref(Thing.STAFF, person.id), action, Ref(Thing.CASE, case))
