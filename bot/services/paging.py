"""Pages on their way: each open page tries its person's ways of being reached, one after the other, until somebody answers.

A page carries a code, a municipality, how urgent it is and a link: nothing of the child, nothing of the reporter. What comes
in while a person was paged a moment ago goes out together, so that a flood neither hides a report nor rings a thousand times.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.domain import passes
from bot.domain.events import Address
from bot.domain.messages import Button, Capabilities, Line, Message, Text, say, say_n
from bot.domain.people import Method
from bot.domain.report import DANGER, SAFE, URGENCY, Report
from bot.domain.rota import EVERYBODY
from bot.services.case_ports import Moment, Page
from bot.services.ports import Tx
from bot.services.speak import Saying, Speaker

TOGETHER = timedelta(seconds=2)  # a person is not paged more often than that; what comes meanwhile goes together
LISTED_AT_MOST = 15  # in an SMS or a letter
LISTED_IN_CHAT = 40  # in one message: more than a flood of a thousand a minute brings while a person is not paged
_PRACTICE = Line(say("PRACTICE. This is a drill, not a true report."), "warning")
AT_ONCE = 500
# A piece of what is due, carried out apart from all others; it returns where something was sent.
Work = Callable[[], list[Address]]
BESIDE = 0  # the level of a page that is no call: one more button of a person who was called


@dataclass(frozen=True, slots=True)
class _Due:
    page: Page
    report: Report
    handle: str


class Paging:
    """`console`: web address of the staff console, '' when there is none."""

    def __init__(self, speaker: Speaker, *, console: str) -> None:
        self._speaker = speaker
        self._console = console

    def call(self, tx: Tx, report: Report, level: int, people: Sequence[int], round_: int, now: datetime) -> None:
        """Open a page for each person; what is `due` is then sent."""
        already = {p.staff for p in tx.alerts.pages(report.id, "open") if (p.level, p.round) == (level, round_)}
        for person in people:
            if person not in already:
                tx.alerts.add_page(Page(0, report.id, person, level, round_, None, None, now, "open"), "")
        tx.reports.note(report.id, Moment(now, "called" if round_ == 1 else "called_again", detail=f"level {level}"))

    def due(self, tx: Tx, now: datetime) -> list[Work]:
        """Return what puts the pages that are due in the outbox, one piece for each person."""
        due = tx.alerts.pages_due(now, AT_ONCE)
        methods: dict[int, list[Method]] = {}
        for method in tx.people.methods(sorted({page.staff for page in due})):
            methods.setdefault(method.staff, []).append(method)
        self._bury_refused(tx, due, methods, now)
        lines: dict[int, list[Page]] = {}
        by_id: dict[int, Method] = {}
        for page in due:
            method = self._next(page, methods.get(page.staff, []))
            if method is None:
                tx.alerts.change_page(page.id, next_at=None)
                tx.reports.note(page.report, Moment(now, "no_way_left", page.staff))
            else:
                by_id[method.id] = method
                lines.setdefault(method.id, []).append(page)
        return [partial(self._send, tx, by_id[id_], methods[by_id[id_].staff], pages, now) for id_, pages in lines.items()]

    def _next(self, page: Page, methods: Sequence[Method]) -> Method | None:
        """Return the person's first method that works and has not been tried for this page."""
        tried = next((i for i, m in enumerate(methods) if m.id == page.method), -1)
        return next((m for m in methods[tried + 1 :] if m.works and self._speaker.can_reach(m.address)), None)

    def _bury_refused(self, tx: Tx, due: Sequence[Page], methods: dict[int, list[Method]], now: datetime) -> None:
        states = tx.alerts.delivery_status([p.delivery for p in due if p.delivery])
        for page in due:
            if page.delivery and states.get(page.delivery) == "refused":
                method = next((m for m in methods.get(page.staff, []) if m.id == page.method), None)
                tx.reports.note(page.report, Moment(now, "not_delivered", page.staff, method.address.channel if method else ""))

    def _send(self, tx: Tx, method: Method, own: Sequence[Method], pages: Sequence[Page], now: datetime) -> list[Address]:
        if not tx.alerts.may_page(method.id, now, TOGETHER):
            return []
        person = tx.people.staff(method.staff)
        reports = [(page, report) for page in pages if (report := tx.reports.by_id(page.report))]
        if not person or not reports:
            return []
        due = [_Due(page, report, passes.token(secrets.token_bytes(16))) for page, report in reports]
        due.sort(key=lambda d: (d.report.practice, URGENCY[d.report.safety], not d.report.proved, d.report.id))
        channel = self._speaker.capabilities[method.address.channel]
        message = self._one(due[0], channel) if len(due) == 1 else self._many(due, channel)
        rows = self._speaker.rows(Saying(method.address, message, person.language, "page"), now)
        delivery = tx.put_deliveries(rows, now, "")[-1]
        states = tx.alerts.delivery_status([d.page.delivery for d in due if d.page.delivery])
        for d in due:
            more = self._next(replace(d.page, method=method.id), own)
            alert = tx.alerts.of(d.report.id) if more else None
            later = now + alert.policy.channel_fallback if alert else None
            first = {"handle": passes.mark(d.handle)} if d.page.method is None else {}
            left = {"left_at": now} if states.get(d.page.delivery) == "sent" else {}
            tx.alerts.change_page(d.page.id, method=method.id, delivery=delivery, next_at=later, **first, **left)
            if not first and channel.can_press:  # the button that was sent before it goes on working
                self._add_button(tx, d.report, method, d.page.round, d.handle, now)
            tx.reports.note(d.report.id, Moment(now, "paged", method.staff, method.address.channel, f"level {d.page.level}"))
        return [method.address]

    def again(self, tx: Tx, report: Report, method: Method, round_: int, now: datetime) -> Button:
        """Return a new button that takes the report as it stands now, for that person only."""
        handle = passes.token(secrets.token_bytes(16))
        self._add_button(tx, report, method, round_, handle, now)
        return Button(say("I take it"), f"take:{handle}", style="primary")

    def _add_button(self, tx: Tx, report: Report, method: Method, round_: int, handle: str, now: datetime) -> None:
        page = Page(0, report.id, method.staff, BESIDE, round_, method.id, None, None, "open")
        tx.alerts.add_page(page, passes.mark(handle))

    def opens(self, report: Report) -> tuple[tuple[Button, ...], ...]:
        """Return the row of the button that opens the case, none where there is no console to open."""
        return ((Button(say("Open"), url=f"{self._console}/c/{report.code}"),),) if self._console else ()

    def answers(self, token: str) -> tuple[tuple[Button, ...], ...]:
        """Return the row of the link that answers a question to staff, none where there is no console to open."""
        return ((Button(say("It reaches me"), url=f"{self._console}/reach/{token}"),),) if self._console else ()

    def _one(self, due: _Due, channel: Capabilities) -> Message:
        report = due.report
        repeated = due.page.round > 1 or due.page.level >= EVERYBODY
        again = (Line(say("Sent again: nobody has taken it."), "warning"),) if repeated else ()
        practice = (_PRACTICE,) if report.practice else ()
        press = ((Button(say("I take it"), f"take:{due.handle}", style="primary"),),) if channel.can_press else ()
        how = Line(self._how_to_take(report.code, channel), "note")
        return Message((*practice, *again, Line(self._headline(report), "title"), how), (*press, *self.opens(report)), bare=True)

    def _how_to_take(self, code: str, channel: Capabilities) -> Text:
        if channel.can_press and channel.can_reply:
            return say("To take it, press the button, or answer: ta {code}", code=code)
        if channel.can_reply:
            return say("To take it, answer: ta {code}", code=code)
        return say("To take it, open the link. An answer to this message is read by nobody.")

    def _many(self, due: Sequence[_Due], channel: Capabilities) -> Message:
        """Say how many wait and list the first, true ones before drills."""
        title = Line(say_n("{n} report waits.", "{n} reports wait.", len(due)), "title")
        most = LISTED_IN_CHAT if channel.can_press else LISTED_AT_MOST
        listed = sorted(due, key=lambda d: d.report.practice)[:most]
        lines = [Line(self._headline(d.report)) for d in listed if not d.report.practice]
        if drills := [Line(self._headline(d.report)) for d in listed if d.report.practice]:
            lines += [_PRACTICE, *drills]
        if len(due) > most:
            lines.append(Line(say_n("… and {n} more.", "… and {n} more.", len(due) - most)))
        take = Line(self._how_to_take(due[0].report.code, replace(channel, can_press=False)), "note")
        buttons = ((Button(say("Open the queue"), url=f"{self._console}/"),),) if self._console else ()
        return Message((title, *lines, take), buttons, bare=True)

    def _headline(self, report: Report) -> Text:
        place = self._speaker.catalog.places.get(report.place or "")
        where = place.names if place else say("place not known")
        if report.safety == DANGER:
            return say("{code} · {place} · a child alone, IN DANGER NOW", code=report.code, place=where)
        if report.safety == SAFE:
            return say("{code} · {place} · a child alone, safe for the moment", code=report.code, place=where)
        return say("{code} · {place} · a child alone, not known if safe", code=report.code, place=where)
