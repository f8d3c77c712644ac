"""`python -m bot retention`: why each closed case is kept, and erasing those that may go."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from bot.adapters.store import ended, migrate
from bot.adapters.store.ended import Ended
from bot.adapters.store.transaction import Transaction
from bot.app import config
from bot.app.custody import in_store
from bot.domain.audit import SYSTEM, Action, Happening, Ref, Thing
from bot.domain.retention import Decision, Keep, erased_from, reminders, why_kept
from bot.services.ports import StoreUnavailable

_WHY = {
    Keep.OPEN: "it is open",
    Keep.UNREAD: "{unread} of the reporter's words have been read by nobody",
    Keep.UNDER_DEADLINE: "a clock of the law may run until {clock:%Y-%m-%d}",
    Keep.NOT_HANDED_OVER: "nobody has confirmed that the records system has it",
    Keep.NOT_DECIDED: "no decision on erasure is in force (BOT_ERASURE_DECISION)",
    Keep.TOO_EARLY: "it may go from {day:%Y-%m-%d}",
}


def run(settings: config.Settings, given: argparse.Namespace) -> int:
    """Return 0, or 1 where nothing could be done."""
    now = datetime.now(UTC)
    try:
        cases = in_store(settings, lambda tx: ended.ended(tx.connection, now), writes=False)
        if given.doing == "erase":
            return _erase(settings, cases, now)
    except (StoreUnavailable, migrate.SchemaTooNew, migrate.SchemaTooOld) as fault:
        print(fault, file=sys.stderr)
        return 1
    for case in cases:
        print(_line(case, settings.erasure_decision, now))
    print(f"{len(cases)} closed cases are kept.")
    return 0


def _line(case: Ended, decision: Decision | None, now: datetime) -> str:
    why = why_kept(case.remains, decision, now)
    closed = f"{case.remains.closed_at:%Y-%m-%d}" if case.remains.closed_at else "?"
    told = _told(why, case, decision) if why else "may go: python -m bot retention erase"
    due = reminders(case.remains, now)
    return f"{case.code}  {case.unit or '-':24} closed {closed}  {told}" + (f"; reminded {due} times by now" if due else "")


def _told(why: Keep, case: Ended, decision: Decision | None) -> str:
    remains = case.remains
    day = None
    if decision and remains.closed_at and remains.handed_over_at:
        day = erased_from(remains.closed_at, remains.handed_over_at, decision)
    return _WHY[why].format(unread=remains.unread, clock=max(remains.deadlines, default=None), day=day)


def _erase(settings: config.Settings, cases: list[Ended], now: datetime) -> int:
    decision = settings.erasure_decision
    if decision is None:
        print("Nothing is erased: BOT_ERASURE_DECISION is not set (docs/retention.md).", file=sys.stderr)
        return 1
    gone = 0
    for case in cases:
        if why_kept(case.remains, decision, now) is None and in_store(settings, lambda tx, c=case: _gone(tx, settings, c.id)):
            gone += 1
            print(f"{case.code}  erased")
    print(f"{gone} cases are erased, {len(cases) - gone} are kept. Backups older than now still hold their keys.")
    return 0


def _gone(tx: Transaction, settings: config.Settings, id_: int) -> bool:
    """Ask again inside the transaction that erases: it may have been reopened, or written to, since it was listed."""
    now = datetime.now(UTC)
    found = ended.ended(tx.connection, now, id_)
    if not found or why_kept(found[0].remains, settings.erasure_decision, now) is not None:
        return False
    ended.erase(tx, id_, now)
    tx.log([Happening(SYSTEM, Action.CASE_ERASED, Ref(Thing.CASE, id_))], now)
    return True
