"""Before each duty: does a message reach whoever begins? They are asked, and whoever leads hears of those who do not answer.

Everything is rows: a question is a notice that waits for its answer until the duty begins, asked once for that beginning. Of
somebody who cannot be paged at all the leads hear at once, while there is time. When and whom, see domain/duty_check.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain import duty_check, passes, staff_words
from bot.domain.calendar import SWEDEN
from bot.domain.duty_check import Standing
from bot.domain.events import Address
from bot.domain.messages import Line, Message, Text, say
from bot.domain.people import Staff
from bot.domain.rota import Beginning, Rota
from bot.services.notice_ports import DONE, Notice
from bot.services.notices import ANSWER_WITHIN, Notices
from bot.services.ports import Tx
from bot.services.speak import Saying, Speaker

log = structlog.get_logger()

DUTY = "duty_check"
SHOWN_AHEAD, SHOWN_AFTER = timedelta(hours=24), timedelta(hours=12)
_LOOK_BACK = duty_check.SURE_FOR + duty_check.AHEAD + duty_check.LATE  # what is older tells nothing of a duty to come


@dataclass(frozen=True, slots=True)
class Question:
    """A question that can be answered now, as its person sees it."""

    token: str
    starts: datetime
    answered: bool


class RollCall:
    def __init__(self, notices: Notices, speaker: Speaker) -> None:
        self._notices = notices
        self._speaker = speaker

    def look(self, tx: Tx, now: datetime) -> list[Address]:
        """Ask who is to be asked by now, tell leads of who cannot be paged and of who has not answered. Return where to."""
        sent = self._silent(tx, now)
        for unit in tx.people.units():
            rota = tx.people.rota(unit.id, self._speaker.channels)
            due = [b for b in rota.beginnings(now, now + duty_check.AHEAD) if duty_check.asked_at(b.at) <= now]
            people = sorted({b.staff for b in due})
            shown, asked = self._shown(tx, people, now), tx.notices.asked(people, DUTY, now - _LOOK_BACK)
            for beginning in due:
                person = tx.people.staff(beginning.staff)
                if person and person.id not in rota.staff:
                    told = self._notices.tell_leads(tx, person, "duty_no_way", beginning.at, now)
                    if told:
                        log.error("on_call_cannot_be_paged", alarm=True)
                    sent += told
                elif person and not _known(beginning, shown) and not _same_duty(beginning, asked):
                    sent += self._ask(tx, person.id, beginning.at, now)
        return sent

    def _ask(self, tx: Tx, person: int, starts: datetime, now: datetime) -> list[Address]:
        detail = staff_words.of_duty(starts, person)
        once = f"{DUTY} {detail}"
        handle = passes.mark(self._notices.token(once))
        until = max(starts, now + ANSWER_WITHIN)  # put on call a moment ago
        return self._notices.tell(tx, person, DUTY, now, detail=detail, once=once, handle=handle, until=until)

    def _shown(self, tx: Tx, people: Sequence[int], now: datetime) -> dict[int, datetime]:
        """Return when these people last showed that pages reach them, but for those whose last page was refused.

        An answer counts from when it was asked for: whoever begins at the same hour every day is asked every day.
        """
        shown = tx.alerts.took(people, now - _LOOK_BACK)
        for notice in tx.notices.asked(people, DUTY, now - _LOOK_BACK):
            if notice.answered_at:
                asked = duty_check.asked_at(staff_words.duty(notice.detail)[0])
                shown[notice.staff] = max(asked, shown.get(notice.staff, asked))
        refused = tx.alerts.last_refused(people)
        return {person: at for person, at in shown.items() if person not in refused}

    def _silent(self, tx: Tx, now: datetime) -> list[Address]:
        """Close the questions whose duty has begun. The leads hear of who has neither answered nor taken a case since."""
        sent: list[Address] = []
        for notice in tx.notices.unanswered(now):
            starts, staff = staff_words.duty(notice.detail)
            took = tx.alerts.took([staff], duty_check.asked_at(starts)).get(staff)
            tx.notices.change(notice.id, state=DONE, next_at=None, answered_at=took)
            person = tx.people.staff(staff)
            if took is None and person and person.active and staff in self._planned(tx, person, starts):
                log.error("on_call_not_confirmed", alarm=True)
                sent += self._notices.tell_leads(tx, person, "duty_silent", starts, now)
        return sent

    def _planned(self, tx: Tx, person: Staff, at: datetime) -> frozenset[int]:
        return tx.people.rota(person.unit, self._speaker.channels).planned(at)

    # --- answers ----------------------------------------------------------------------------------------------------------

    def answered(self, tx: Tx, address: Address, handle: str, code: str, now: datetime) -> list[Saying]:
        """Somebody pressed the button or replied OK at this address. Always answered, but for a stranger's SMS."""
        method = tx.people.by_address(address)
        person = tx.people.staff(method.staff) if method else None
        if person is None and address.channel == "sms":
            return []  # a stranger's: no answer that somebody pays for
        notice = tx.notices.by_handle(passes.mark(handle)) if handle else None
        if person is None or (notice and notice.staff != person.id):
            text = say("This button is not for this chat.")
        elif handle:
            text = self.confirm(tx, notice, now)
        else:
            text = self._by_code(tx, person, code, now)
        return [Saying(address, Message((Line(text),), bare=True), person.language if person else None)]

    def _by_code(self, tx: Tx, person: Staff, code: str, now: datetime) -> Text:
        waiting = {duty_check.code(self._notices.token(n.once or "")): n for n in self._of(tx, person, now)}
        if not code and len(waiting) == 1:
            return say("Write the code, too: OK {code}", code=next(iter(waiting)))
        return self.confirm(tx, waiting.get(code), now)

    def confirm(self, tx: Tx, notice: Notice | None, now: datetime) -> Text:
        """Note that it was answered, and return what to say. One from before, or of what is somebody else's duty now, is none."""
        if notice is None or not self._counts(tx, notice, now):
            return say("That question is from before. Nothing is asked of you now.")
        starts, _ = staff_words.duty(notice.detail)
        if notice.answered_at is None:
            tx.notices.change(notice.id, answered_at=now, state=DONE, next_at=None)
        local = starts.astimezone(SWEDEN)
        return say("Thank you. Your duty begins {day} at {time}.", day=local.date(), time=f"{local:%H:%M}")

    def question(self, tx: Tx, token: str, now: datetime) -> tuple[Notice, Question] | None:
        """Return what the token of a link asks, None where it asks nothing any more."""
        notice = tx.notices.by_handle(passes.mark(token))
        return (notice, self._as_question(notice)) if notice and self._counts(tx, notice, now) else None

    def questions(self, tx: Tx, person: Staff, now: datetime) -> list[Question]:
        """Return what the person is asked now."""
        return [self._as_question(n) for n in self._of(tx, person, now)]

    def _of(self, tx: Tx, person: Staff, now: datetime) -> list[Notice]:
        since = now - duty_check.AHEAD - duty_check.LATE
        return [n for n in tx.notices.asked([person.id], DUTY, since) if self._counts(tx, n, now)]

    def _as_question(self, notice: Notice) -> Question:
        token = self._notices.token(notice.once or "")
        return Question(token, staff_words.duty(notice.detail)[0], notice.answered_at is not None)

    def _counts(self, tx: Tx, notice: Notice, now: datetime) -> bool:
        """Return whether an answer means something: not long after the beginning, and the duty is still theirs."""
        starts, staff = staff_words.duty(notice.detail)
        person = tx.people.staff(staff)
        return now < starts + duty_check.LATE and bool(person and person.active and staff in self._planned(tx, person, starts))

    # --- for the rota page ------------------------------------------------------------------------------------------------

    def standing(self, tx: Tx, rota: Rota, now: datetime) -> tuple[Standing, ...]:
        """Return how it stands with everybody whose duty begins within a day, or began within half a day."""
        begun = rota.beginnings(now - SHOWN_AFTER, now + SHOWN_AHEAD)
        people = sorted({b.staff for b in begun})
        asked = {n.detail: n for n in tx.notices.asked(people, DUTY, now - _LOOK_BACK)}
        shown = self._shown(tx, people, now)
        found = []
        for b in begun:
            notice = asked.get(staff_words.of_duty(b.at, b.staff))
            if notice and notice.answered_at:
                found.append(Standing(b.staff, b.at, "confirmed", notice.answered_at))
            elif notice:
                found.append(Standing(b.staff, b.at, "asked" if notice.until and notice.until > now else "silent"))
            elif b.at > now and b.staff not in rota.staff:
                found.append(Standing(b.staff, b.at, "cut_off"))
            elif b.at > now and _known(b, shown):
                found.append(Standing(b.staff, b.at, "known"))
            elif b.at > now and not _same_duty(b, list(asked.values())):
                found.append(Standing(b.staff, b.at, "to_be_asked", duty_check.asked_at(b.at)))
        return tuple(found)


def _known(beginning: Beginning, shown: dict[int, datetime]) -> bool:
    """Return whether the person showed within a day of being asked that pages reach them."""
    asked = duty_check.asked_at(beginning.at)
    return beginning.staff in shown and shown[beginning.staff] > asked - duty_check.SURE_FOR


def _same_duty(beginning: Beginning, asked: Sequence[Notice]) -> bool:
    """Return whether the person goes on with a duty for which they were asked within a day."""
    since = duty_check.asked_at(beginning.at) - duty_check.SURE_FOR
    own = [staff_words.duty(n.detail)[0] for n in asked if n.staff == beginning.staff]
    return beginning.follows and any(starts < beginning.at and duty_check.asked_at(starts) > since for starts in own)
