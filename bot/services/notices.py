"""Words to staff that matter: by the first way that works, and by the next one where that does not carry them.

Each is a row that is looked at until a channel has taken it, as pages are; a crash between two looks loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.domain import staff_words
from bot.domain.events import Address
from bot.domain.messages import Message, say
from bot.domain.people import Method, Role
from bot.domain.report import CLOSED, Report
from bot.domain.staff_words import Told
from bot.services.case_ports import Moment
from bot.services.notice_ports import DONE, Notice
from bot.services.paging import Paging
from bot.services.ports import Tx
from bot.services.speak import Saying, Speaker

log = structlog.get_logger()

LOOK_AGAIN = timedelta(seconds=45)  # not sent for so long: the next way is tried, too
ANSWER_WITHIN = timedelta(minutes=15)  # not answered for so long: the next way is asked by, too
AT_ONCE = 200


class Notices:
    def __init__(self, speaker: Speaker, paging: Paging) -> None:
        self._speaker = speaker
        self._paging = paging

    def tell(
        self,
        tx: Tx,
        person: int,
        kind: str,
        now: datetime,
        *,
        report: Report | None = None,
        detail: str = "",
        once: str | None = None,
        handle: str = "",
        until: datetime | None = None,
    ) -> list[Address]:
        """Say it, and return where to: nowhere when it was said before, or no way to the person works."""
        new = Notice(0, person, report.id if report else None, kind, detail, once, None, None, now, handle, until)
        id_ = tx.notices.add(new, now)
        return [] if id_ is None else self._send(tx, replace(new, id=id_), report, now)

    def reaches(self, tx: Tx, people: Sequence[int]) -> set[int]:
        """Return those of these people who have a way that works on a channel that is set up here."""
        return {m.staff for m in tx.people.methods(people) if m.works and self._speaker.can_reach(m.address)}

    def leads(self, tx: Tx, unit: str | None, *, but: int | None = None) -> list[int]:
        """Return who answers for a unit and can be told something: its leads, else who runs its rota."""
        people = [p for p in tx.people.staff_of(unit or "") if p.active and p.id != but]
        reached = self.reaches(tx, [p.id for p in people])
        found = [[p.id for p in people if role in p.roles and p.id in reached] for role in (Role.LEAD, Role.ADMIN)]
        return found[0] or found[1]

    def flush(self, tx: Tx, now: datetime) -> list[Address]:
        """Look after what is on its way, and return where something was sent."""
        sent: list[Address] = []
        due = tx.notices.due(now, AT_ONCE)
        states = tx.alerts.delivery_status([n.delivery for n in due if n.delivery])
        for notice in due:
            report = tx.reports.by_id(notice.report) if notice.report else None
            state = states.get(notice.delivery or 0, "")
            if (report and report.state == CLOSED) or (state == "sent" and not notice.handle):
                tx.notices.change(notice.id, state=DONE, next_at=None)
                continue
            if state in ("refused", "unknown") and report:
                tx.reports.note(report.id, Moment(now, "word_refused", notice.staff, self._channel(tx, notice)))
            sent += self._send(tx, notice, report, now, waits=state in ("pending", "sending"))
        return sent

    def _send(self, tx: Tx, notice: Notice, report: Report | None, now: datetime, *, waits: bool = False) -> list[Address]:
        """Send it by the next way. `waits`: the last one may still carry it."""
        person = tx.people.staff(notice.staff)
        method = self._next(notice, tx.people.methods([notice.staff])) if person and person.active else None
        if person is None or method is None:
            if waits:
                tx.notices.change(notice.id, next_at=now + LOOK_AGAIN)
            else:
                self._nobody(tx, notice, report, now)
            return []
        channel = self._speaker.capabilities[method.address.channel]
        message = self._message(tx, notice, report, can_press=channel.can_press)
        rows = self._speaker.rows(Saying(method.address, message, person.language, "page"), now)
        delivery = tx.put_deliveries(rows, now, "")[-1]
        later = now + (ANSWER_WITHIN if notice.handle else LOOK_AGAIN)
        tx.notices.change(notice.id, method=method.id, delivery=delivery, next_at=later)
        return [method.address]

    def _nobody(self, tx: Tx, notice: Notice, report: Report | None, now: datetime) -> None:
        """No way is left. Where an answer is asked for it may still come, by one of those that were tried."""
        tx.notices.change(notice.id, next_at=None, **({} if notice.handle else {"state": DONE}))
        if not notice.handle:
            log.error("word_to_staff_not_sent", alarm=True)
            if report:
                tx.reports.note(report.id, Moment(now, "no_way_left", notice.staff))

    def _next(self, notice: Notice, methods: Sequence[Method]) -> Method | None:
        tried = next((i for i, m in enumerate(methods) if m.id == notice.method), -1)
        return next((m for m in methods[tried + 1 :] if m.works and self._speaker.can_reach(m.address)), None)

    def _channel(self, tx: Tx, notice: Notice) -> str:
        method = tx.people.method(notice.method) if notice.method else None
        return method.address.channel if method else ""

    def _message(self, tx: Tx, notice: Notice, report: Report | None, *, can_press: bool) -> Message:
        place = self._speaker.catalog.places.get((report.place if report else "") or "")
        where = place.names if place else say("place not known")
        told = Told(report, where, notice.detail)
        line = staff_words.line(notice.kind, told)
        opens = self._paging.opens(report) if report and notice.kind in staff_words.OPENS else ()
        return Message((line,), opens, bare=True)
