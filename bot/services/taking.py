"""A case is taken where its page arrived: by the page's button, or by its code. See cases.py."""

from __future__ import annotations

from datetime import datetime

from bot.domain import passes
from bot.domain.audit import Action, Happening, Ref, Thing
from bot.domain.events import Address
from bot.domain.messages import Line, Message, Text, say
from bot.domain.people import Do, Method, Staff, may
from bot.domain.report import RECEIVED, Report
from bot.services.cases import NOT_YOURS, Cases, Refused
from bot.services.paging import Paging
from bot.services.ports import Tx
from bot.services.speak import Saying


class Taking:
    def __init__(self, cases: Cases, paging: Paging) -> None:
        self._cases = cases
        self._paging = paging

    def take_from(self, tx: Tx, address: Address, handle: str, code: str, now: datetime) -> list[Saying]:
        """Somebody pressed a page's button or wrote "take KM4-R72" at this address. Always answered.

        A button is of its page: of an earlier step or round it still takes what nobody has taken. Once somebody had the report,
        the buttons from before do nothing by themselves: whoever presses one hears that it is free again, with a new button.
        """
        method = tx.people.by_address(address)
        person = tx.people.staff(method.staff) if method else None
        page = tx.alerts.page_by_handle(passes.mark(handle)) if handle else None
        report = tx.reports.by_id(page.report) if page else tx.reports.by_code(code) if code else None
        if person is None and address.channel == "sms":
            return []  # a stranger's SMS: no answer that somebody pays for
        if person is None or (page and page.staff != person.id):
            return [_say(address, say("This button is not for this chat."), person.language if person else None)]
        if report is None:
            return [_say(address, say("There is no open case behind that."), person.language)]
        if method and page and page.state != "open" and report.state == RECEIVED:
            return self._from_before(tx, person, method, report, now)
        try:
            done = self._cases.take(tx, person, report.id, now)
        except Refused as refused:
            return [_say(address, refused.why, person.language)]
        if report.owner != person.id:
            tx.log([Happening(Ref(Thing.STAFF, person.id), Action.CASE_ACKNOWLEDGED, Ref(Thing.CASE, report.id))], now)
        mine = Message(
            (Line(say("{code} is yours. The reporter sees that a person has it.", code=report.code)),),
            self._paging.opens(report),
            bare=True,
        )
        return [Saying(address, mine, person.language), *done.sayings]

    def _from_before(self, tx: Tx, person: Staff, method: Method, report: Report, now: datetime) -> list[Saying]:
        """It was taken after that page, and is free again: it may be let go for a reason, so it is not taken without a word."""
        if not may(person, Do.TAKE, report.unit) and not (report.offered_to and may(person, Do.ACCEPT, report.offered_to)):
            return [_say(method.address, NOT_YOURS, person.language)]
        alert = tx.alerts.of(report.id)
        text = say("That page is from before: {code} was taken since, and nobody has it now. Do you take it?", code=report.code)
        button = self._paging.again(tx, report, method, alert.round if alert else 1, now)
        message = Message((Line(text),), ((button,), *self._paging.opens(report)), bare=True)
        return [Saying(method.address, message, person.language)]


def _say(address: Address, text: Text, language: str | None) -> Saying:
    return Saying(address, Message((Line(text),), bare=True), language)
