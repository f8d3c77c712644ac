"""Words to staff that matter: by the first way that works, and by the next one where that does not carry them.

Each is a row that is looked at until a channel has taken it, as pages are; a crash between two looks loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2b

import structlog

from bot.domain import duty_check, passes, staff_words
from bot.domain.awake_first import numbers_at
from bot.domain.events import Address
from bot.domain.messages import Button, Capabilities, Line, Message, say
from bot.domain.people import Method, Role, Staff
from bot.domain.report import CLOSED, Report
from bot.domain.staff_words import Told
from bot.services.case_ports import Moment
from bot.services.notice_ports import DONE, Notice
from bot.services.paging import Paging, Work
from bot.services.ports import Tx
from bot.services.speak import Saying, Speaker

log = structlog.get_logger()

LOOK_AGAIN = timedelta(seconds=45)  # not sent for so long: the next way is tried, too
ANSWER_WITHIN = timedelta(minutes=15)  # not answered for so long: the next way is asked by, too
AT_ONCE = 200


class Notices:
    """`secret` makes the tokens of answers: a next way carries the one that the first did, and the rows hold its mark only."""

    def __init__(self, speaker: Speaker, paging: Paging, secret: bytes) -> None:
        self._speaker = speaker
        self._paging = paging
        self._secret = secret

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

    def token(self, once: str) -> str:
        """Return what answers the question that is asked once under that name."""
        return passes.token(blake2b(once.encode(), key=self._secret[:64], digest_size=16, person=b"notice.answer").digest())

    def tell_leads(self, tx: Tx, person: Staff, kind: str, starts: datetime, now: datetime) -> list[Address]:
        """Tell whoever leads of a colleague whose duty begins then, each once. Return where to."""
        detail, leads = staff_words.of_duty(starts, person.id), self.leads(tx, person.unit, but=person.id)
        if not leads:
            log.error("nobody_leads_the_unit", alarm=True)
        told = [self.tell(tx, lead, kind, now, detail=detail, once=f"{kind} {detail} {lead}") for lead in leads]
        return [address for addresses in told for address in addresses]

    def reaches(self, tx: Tx, people: Sequence[int]) -> set[int]:
        """Return those of these people who have a way that works on a channel that is set up here."""
        return {m.staff for m in tx.people.methods(people) if m.works and self._speaker.can_reach(m.address)}

    def leads(self, tx: Tx, unit: str | None, *, but: int | None = None) -> list[int]:
        """Return who answers for a unit and can be told something: its leads, else who runs its rota."""
        people = [p for p in tx.people.staff_of(unit or "") if p.active and p.id != but]
        reached = self.reaches(tx, [p.id for p in people])
        found = [[p.id for p in people if role in p.roles and p.id in reached] for role in (Role.LEAD, Role.ADMIN)]
        return found[0] or found[1]

    def due(self, tx: Tx, now: datetime) -> list[Work]:
        """Return what looks after each that is on its way."""
        due = tx.notices.due(now, AT_ONCE)
        states = tx.alerts.delivery_status([n.delivery for n in due if n.delivery])
        return [partial(self._look_after, tx, notice, states.get(notice.delivery or 0, ""), now) for notice in due]

    def _look_after(self, tx: Tx, notice: Notice, state: str, now: datetime) -> list[Address]:
        report = tx.reports.by_id(notice.report) if notice.report else None
        if (report and report.state == CLOSED) or (state == "sent" and not notice.handle):
            tx.notices.change(notice.id, state=DONE, next_at=None)
            return []
        if notice.handle and not self._asks(tx, notice, now):
            tx.notices.change(notice.id, next_at=None if notice.until and now >= notice.until else now + LOOK_AGAIN)
            return []
        if state in ("refused", "unknown") and report:
            tx.reports.note(report.id, Moment(now, "word_refused", notice.staff, self._channel(tx, notice)))
        sent = self._send(tx, notice, report, now, waits=state in ("pending", "sending"))
        if not sent and notice.handle and state == "refused":
            return self._refused(tx, notice, now)
        return sent

    def _refused(self, tx: Tx, notice: Notice, now: datetime) -> list[Address]:
        """The last way refused the question: the leads hear at once where it was the only one. Return where to."""
        person, methods = tx.people.staff(notice.staff), tx.people.methods([notice.staff])
        first = self._next(replace(notice, method=None), methods)
        if person is None or (first and first.id != notice.method):
            return []
        return self.tell_leads(tx, person, "duty_no_way", staff_words.duty(notice.detail)[0], now)

    def _asks(self, tx: Tx, notice: Notice, now: datetime) -> bool:
        """Return whether the question is still to be put: its time is not over, and the duty has not become somebody else's."""
        starts, staff = staff_words.duty(notice.detail)
        person = tx.people.staff(staff)
        if person is None or (notice.until and now >= notice.until):
            return False
        return staff in tx.people.rota(person.unit, self._speaker.channels).planned(starts)

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
        message = self._message(tx, notice, report, person, channel, now)
        lane = "reply" if notice.kind in staff_words.OF_DUTY else "page"  # a question that cannot leave holds up no page
        rows = self._speaker.rows(Saying(method.address, message, person.language, lane), now)
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

    def _message(self, tx: Tx, notice: Notice, report: Report | None, to: Staff, channel: Capabilities, now: datetime) -> Message:
        place = self._speaker.catalog.places.get((report.place if report else "") or "")
        where = place.names if place else say("place not known")
        of = notice.detail if notice.kind in staff_words.OF_TRANSFER else to.unit
        unit = next((unit for unit in tx.people.units() if unit.id == of), None)
        about = tx.people.staff(staff_words.duty(notice.detail)[1]) if notice.kind in staff_words.OF_DUTY else None
        line = staff_words.line(
            notice.kind, Told(report, where, notice.detail, about.name if about else "", unit.name if unit else "")
        )
        if notice.handle:
            return self._question(line, self.token(notice.once or ""), channel)
        opens = self._paging.opens(report) if report and notice.kind in staff_words.OPENS else ()
        ring = notice.kind in staff_words.OF_TRANSFER and unit and channel.can_press
        numbers = numbers_at(min(unit.places, default=None), self._speaker.catalog, now) if ring and unit else ()
        return Message((line, *numbers), opens, bare=True)

    def _question(self, line: Line, token: str, channel: Capabilities) -> Message:
        """Return the question with what answers it on that channel."""
        link = () if channel.can_press else self._paging.answers(token)
        press = ((Button(say("It reaches me"), f"duty:{token}", style="primary"),),) if channel.can_press else link
        code, press_here = duty_check.code(token), channel.can_press
        how = staff_words.how_to_answer(code, can_press=press_here, can_reply=channel.can_reply, link=bool(link))
        return Message((line, how), press, bare=True)
