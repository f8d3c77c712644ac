"""What staff write to a reporter, on its way: to our own chat as it stands, to Telegram a prepared phrase or only a link."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import passes, report_talk
from bot.domain.events import Address
from bot.domain.messages import Button, Line, Message, Text, Verbatim, say
from bot.domain.people import Staff
from bot.domain.report import Report
from bot.services import tongues
from bot.services.alerting import Alerting
from bot.services.case_ports import Moment
from bot.services.ports import Tx
from bot.services.speak import Saying

LINK_LIVES = timedelta(hours=24)


def prepared(shown: Text, reads_also: str) -> Line:
    """Return a prepared phrase: in the language that the reporter writes in where it is written in that, else in their own."""
    texts = dict(shown.params).get("words")
    return Line(texts, language=reads_also) if isinstance(texts, Mapping) and reads_also in texts else Line(shown)


def _expects(tx: Tx, address: Address, report: Report, now: datetime) -> None:
    """What the reporter writes next is for this report, whichever their chat was about. A report under way is filed first."""
    if tx.conversation(address) is None:
        return  # they have erased themselves: no row of theirs is made anew
    conversation = tx.open_conversations([address], now).get(address)
    if conversation is None:  # another process holds it; its step is done again after this
        tx.set_flow(address, "case")
        return
    if "child" in conversation.answers:
        return
    known = report_talk.report_of(conversation)
    if known is None or known["key"] != report.key:
        known = report_talk.known(report.key, report.code, report.place, report.safety)
    answers = {**conversation.answers, "report": known}
    tx.save_conversations([replace(conversation, flow="case", answers=answers)], now)


class Answering:
    """`public_url`: of our own chat, where a reporter on Telegram reads what is written freely; '' when there is none."""

    def __init__(self, alerting: Alerting, public_url: str) -> None:
        self._alerting = alerting
        self._public_url = public_url

    def delivered(self, tx: Tx, report: Report, words: str, shown: Text | None, now: datetime, person: Staff) -> list[Saying]:
        """Our own chat shows the words; Telegram shows a prepared phrase, or only that an answer waits and where."""
        unit = next((u.name for u in tx.people.units() if u.id == person.unit), "")
        signed = Line(
            say("From the social services, {unit}. They never ask for money, or for a photo of papers.", unit=unit), "note"
        )
        reads_also = tongues.of(tx, report)
        sayings = []
        for address, language in self._alerting.reachable(tx, report):
            if shown or self._alerting.private(address):
                body = prepared(shown, reads_also) if shown else Verbatim(words, person.language)
                message = Message((body, signed), ((Button(say("Other questions"), "home"),),))
            else:
                message = self._waiting_answer(tx, report, now)
                moment = Moment(now, "answer_waits" if self._public_url else "asked_to_ring", channel=address.channel)
                tx.reports.note(report.id, moment)
            _expects(tx, address, report, now)
            sayings.append(Saying(address, replace(message, hushed=True), language))
        if not sayings:
            tx.reports.note(report.id, Moment(now, "not_reached"))
        return sayings

    def _waiting_answer(self, tx: Tx, report: Report, now: datetime) -> Message:
        line = Line(say("You have an answer about {code}.", code=report.code))
        if not self._public_url:
            return Message((line, Line(say("Ring the social services to hear it."))))
        token = passes.token(secrets.token_bytes(16))
        tx.reports.put_link(passes.mark(token), "handover", report.id, now + LINK_LIVES)
        button = Button(say("Read it in our chat"), url=f"{self._public_url}/r/{token}", style="primary")
        return Message((line,), ((button,),))
