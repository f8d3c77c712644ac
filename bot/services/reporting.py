"""The reporter's side: a report is stored and added to in the transaction of the event that brings it.

Its alert is stored with it, due at once. The alerting, which the commit wakes, pages a moment later: the reporter does not wait
for what is written to staff, and after a crash the next look finds the alert due.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b

from bot.domain import own_report, passes, report_talk, routing
from bot.domain.calendar import SWEDEN
from bot.domain.conversation import Conversation, Frame, Reply, Transition
from bot.domain.events import Address
from bot.domain.messages import Button, Line, Message, say
from bot.domain.report import CLOSED, DANGER, RECEIVED, UNFINISHED_AFTER, Report, status
from bot.domain.report_effects import (
    AnswerReport,
    CancelReport,
    ConfirmDuty,
    FileReport,
    GiveReceipt,
    OpenDoor,
    PlaceReport,
    RateReport,
    ReportEffect,
    ShowReport,
    TakeReport,
    UseReceipt,
    UseToken,
    WriteToReport,
)
from bot.domain.screens import CHILD_ALONE
from bot.domain.urgent import CALL_112
from bot.services import thread, tongues, writing
from bot.services.alerting import Alerting
from bot.services.answering import LINK_LIVES
from bot.services.case_ports import Moment, NewReport, Vault
from bot.services.cases import Cases
from bot.services.correcting import Correcting, locked
from bot.services.interpreting import Interpreting
from bot.services.ports import Tx
from bot.services.speak import Saying
from bot.services.taking import Taking
from bot.services.ways import linked

NUDGE_EVERY = timedelta(seconds=60)
CATCH_ALL_OWNER = "*"  # whose key seals a case that no unit takes

Applied = tuple[Conversation, list[Saying], bool]  # as it stands now, what to say, whether the alerting must look at once


class Reporting:
    """Carries out the report effects of a step. `secret` keys the mark by which reports of one sender are known as such."""

    def __init__(
        self,
        *,
        alerting: Alerting,
        cases: Cases,
        taking: Taking,
        vault: Vault,
        interpreting: Interpreting,
        secret: bytes,
    ) -> None:
        self._alerting = alerting
        self._cases = cases
        self._taking = taking
        self._correcting = Correcting(alerting, cases, vault)
        self._vault = vault
        self._interpreting = interpreting
        self._secret = secret

    def apply(self, tx: Tx, effect: ReportEffect, conversation: Conversation, frame: Frame) -> Applied:
        match effect:
            case FileReport():
                self._file(tx, effect, conversation, frame)
                return conversation, [], True
            case PlaceReport(key, place):
                changed = self._correcting.placed(tx, key, place, frame.now)
                self._prove_late(tx, key, conversation.address)
                return conversation, [], changed
            case RateReport(key, safety):
                return conversation, [], self._correcting.rated(tx, key, safety, frame.now)
            case AnswerReport():
                return conversation, [], self._answered(tx, effect, conversation.language, frame.now)
            case WriteToReport():
                return conversation, [], self._wrote(tx, effect, conversation, frame.now)
            case CancelReport(key):
                return conversation, [], self._taken_back(tx, key, frame.now)
            case OpenDoor(key, token):
                if report := tx.reports.by_key(key):
                    tx.reports.put_link(passes.mark(token), "handover", report.id, frame.now + LINK_LIVES)
                return conversation, [], False
            case UseToken(token):
                return self._use(tx, token, conversation, frame)
            case GiveReceipt(key, finding, hash_):
                if report := tx.reports.by_key(key):
                    tx.reports.change(report.id, receipt=finding, receipt_hash=hash_)
                    tx.reports.note(report.id, Moment(frame.now, "receipt_given"))
                return conversation, [], False
            case UseReceipt(opens):
                if opens:
                    return self.joined(tx, opens, conversation, frame)
                text = say("These words open no report. Look at them once more, or report anew.")
                way_on = ((Button(say("I have a code"), "code"),), (CHILD_ALONE,))
                return conversation, [self._to(conversation, Message((Line(text),), way_on))], False
            case TakeReport(handle, code):
                return conversation, self._taking.take_from(tx, conversation.address, handle, code, frame.now), False
            case ConfirmDuty(handle, code):
                return conversation, self._alerting.roll_call.answered(tx, conversation.address, handle, code, frame.now), False
            case ShowReport(key):
                return conversation, [self._stands(tx, key, conversation, frame)], False
        raise TypeError(f"nobody carries out {type(effect).__name__}")

    def prove(self, tx: Tx, address: Address, mark: str, now: datetime) -> None:
        """The browser of that address worked for a report, and so for one: see adapters/web/proof.py."""
        tx.reports.keep_proof(mark, self._sender(address), now)

    def left(self, tx: Tx, address: Address, now: datetime) -> None:
        """The contact is erased: their reports stay, and staff see that this way to them is gone."""
        for report in tx.reports.drop_reporter(address):
            tx.reports.note(report, Moment(now, "reporter_left", channel=address.channel))

    def _file(self, tx: Tx, effect: FileReport, conversation: Conversation, frame: Frame) -> None:
        now = frame.now
        route = routing.route(frame.catalog, tx.people.units(), tx.people.aids(now), effect.place, now)
        unit = route.unit.id if route.unit else None
        source = self._sender(conversation.address)
        report = Report(
            id=0,
            key=effect.key,
            code=effect.code,
            place=effect.place,
            unit=unit,
            safety=effect.safety,
            state=RECEIVED,
            language=conversation.language or "",
            practice=False,
            unfinished=False,
            created_at=now,
            proved=not (self._alerting.flooded and frame.capabilities.on_our_site) or tx.reports.use_proof(source),
        )
        case_key = self._vault.new_case_key(unit or CATCH_ALL_OWNER)
        answers = self._vault.seal(case_key, "{}", effect.key, "reports", effect.key, "answers")
        new = NewReport(report, case_key, answers, source, now + UNFINISHED_AFTER)
        id_ = tx.reports.add(new)
        if id_ is None:
            return
        tx.reports.add_reporter(id_, conversation.address)
        received = Moment(now, "received", channel=conversation.address.channel, detail=effect.safety)
        why = "routed" if route.connected else "not_connected"
        moments = [received, Moment(now, why, detail=f"{unit or 'nobody'} {route.state.name.lower()}")]
        if effect.presumed:
            moments.append(Moment(now, "place_presumed"))
        if route.aid_for:
            moments.append(Moment(now, "aided", detail=route.aid_for))
        tx.reports.note(id_, *moments)
        self._alerting.start(tx, replace(report, id=id_), now)

    def _prove_late(self, tx: Tx, key: str, sender: Address) -> None:
        """A report filed at the first answer was there before the browser could work for it."""
        report = tx.reports.by_key(key)
        if report and not report.proved and tx.reports.use_proof(self._sender(sender)):
            tx.reports.change(report.id, proved=True)

    def _sender(self, address: Address) -> str:
        return blake2b(str(address).encode(), key=self._secret[:64], digest_size=16, person=b"report.sender").hexdigest()

    def _answered(self, tx: Tx, effect: AnswerReport, language: str | None, now: datetime) -> bool:
        key, finished = effect.key, effect.finished
        report = locked(tx, key)
        if report is None:
            return False
        words = json.dumps(dict(effect.answers), ensure_ascii=False)
        sealed = self._vault.seal(tx.reports.case_key(report.id), words, key, "reports", key, "answers")
        finish_at = None if finished else now + UNFINISHED_AFTER
        tx.reports.change(report.id, answers=sealed, finish_at=finish_at, unfinished=False)
        tx.reports.note(report.id, Moment(now, "completed" if finished else "answered"))
        tongues.told(tx, report, effect.changed, dict(effect.answers), now)
        self._interpreting.answer(tx, report, effect.changed, effect.answers, language or report.language, now)
        if report.state == CLOSED:  # it was closed while they were at the questions: what they add is read
            if effect.changed:
                self._cases.reopened(tx, report, now)
            return bool(effect.changed)
        return finished and self._nudge(tx, report, now)

    def _wrote(self, tx: Tx, effect: WriteToReport, conversation: Conversation, now: datetime) -> bool:
        report, words, danger = locked(tx, effect.key), effect.words, effect.danger
        if report is None:
            return False
        said = conversation.language or report.language
        mark = writing.from_reporter(tx, self._vault, report, words, said, now)
        self._interpreting.from_reporter(tx, report, mark, words, said, now)
        worse = danger and report.safety != DANGER
        wrote = Moment(now, "reporter_wrote", channel=conversation.address.channel)
        tx.reports.note(report.id, wrote, *([Moment(now, "now_in_danger")] if worse else []))
        tongues.heard(tx, report, words, now)
        if report.asked_at:
            tx.reports.change(report.id, asked_at=None)
        if worse:
            report = replace(report, safety=DANGER)
            tx.reports.change(report.id, safety=DANGER)
        if report.state == CLOSED:
            if not effect.courtesy:
                self._cases.reopened(tx, report, now)
            return not effect.courtesy
        if danger and report.owner is not None and report.owner in tx.notices.told_of(report.id, "danger", now - NUDGE_EVERY):
            self._alerting.endangered(tx, report, now)  # told a moment ago: no storm of the same
            self._nudge(tx, report, now)
            return True
        if worse or (danger and report.owner is not None):
            self._alerting.endangered(tx, report, now, "danger")
            return True
        return self._nudge(tx, report, now)

    def _nudge(self, tx: Tx, report: Report, now: datetime) -> bool:
        """Tell the owner that there is something to read, and return True: at once, or a minute after they heard last."""
        if report.owner is None:
            return False
        told = max((m.at for m in tx.reports.timeline(report.id) if m.what == "owner_told"), default=None)
        if told and timedelta(0) <= now - told < NUDGE_EVERY:
            tx.reports.change(report.id, tell_at=told + NUDGE_EVERY)
            return False
        return bool(self._alerting.tell_owner(tx, report, now))

    def _taken_back(self, tx: Tx, key: str, now: datetime) -> bool:
        report = locked(tx, key)
        if report is None or report.state == CLOSED:
            return False
        tx.reports.note(report.id, Moment(now, "taken_back"))
        return self._nudge(tx, report, now)

    def _use(self, tx: Tx, token: str, conversation: Conversation, frame: Frame) -> Applied:
        found = tx.reports.use_link(passes.mark(token), ("handover", "method"), frame.now)
        if found is None:
            text = say("This link has been used, or its time is over. Ask for a new one where you got it.")
            if frame.capabilities.on_our_site:
                text = say(
                    "This link has been used, or its time is over. For a new one go to Telegram: write /child, press "
                    "“{go_on}”, then “{again}”. Or use your code here.",
                    go_on=report_talk.GO_ON.label,
                    again=report_talk.AGAIN.label,
                )
            own = ((report_talk.GO_ON,),) if report_talk.report_of(conversation) else ()
            buttons = (*own, (Button(say("I have a code"), "code"),), (CHILD_ALONE,))
            return conversation, [self._to(conversation, Message((Line(text),), buttons))], False
        kind, target = found
        if kind == "method":
            return conversation, [linked(tx, target, conversation.address, conversation.language, frame.now)], False
        return self.joined(tx, target, conversation, frame)

    def joined(self, tx: Tx, id_: int, conversation: Conversation, frame: Frame) -> Applied:
        """The conversation becomes one of the report's own; its questions go on here."""
        report = tx.reports.by_id(id_)
        if report is None:
            return conversation, [], False
        tx.reports.add_reporter(id_, conversation.address)
        tx.reports.note(id_, Moment(frame.now, "reporter_joined", channel=conversation.address.channel))
        known = report_talk.known(report.key, report.code, report.place, report.safety)
        own = replace(
            conversation,
            language=conversation.language or report.language or None,
            place=conversation.place or report.place,
            answers={**conversation.answers, "report": known},
        )
        begun = Transition(own_report.came_back(own, frame.now))
        if report.state == RECEIVED and frame.capabilities.on_our_site:
            begun = report_talk.begin(begun, frame)
        replies = [self._to(begun.conversation, e.message) for e in begun.effects if isinstance(e, Reply)]
        told = [self._stands(tx, report.key, own, frame)]
        said = thread.written(tx, self._vault, report, own.language or frame.catalog.languages[0].code)
        if said and frame.capabilities.on_our_site:
            told.append(self._to(own, said))
        return begun.conversation, [*told, *replies], False

    def _stands(self, tx: Tx, key: str, conversation: Conversation, frame: Frame) -> Saying:
        report = tx.reports.by_key(key)
        if report is None:
            text = say("This report is not open here any more. To go on, use your code, or start again.")
            return self._to(conversation, Message((Line(text),), ((CHILD_ALONE,),)))
        taken = f"{report.taken_at.astimezone(SWEDEN):%H:%M}" if report.taken_at else ""
        line = Line(status(report, taken))
        title = Line(say("Your report {code}", code=report.code), "title")
        door = ((report_talk.AGAIN,),) if frame.public_url and not frame.capabilities.on_our_site else ()
        more = ((report_talk.ANOTHER,),) if report.state == CLOSED else report_talk.CHANGES
        buttons = ((CALL_112,), *door, *more, (Button(say("Other questions"), "home"),))
        return self._to(conversation, Message((title, line), buttons))

    def _to(self, conversation: Conversation, message: Message) -> Saying:
        return Saying(conversation.address, message, conversation.language)
