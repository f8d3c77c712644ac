"""Ends this process with SIGKILL just before, or just behind, the commit of a transaction that holds a named happening.

Installed by forks.py in the process under test, and nowhere in the product. The test names the point in a file, as
`taken before`; the file is taken away as it goes off, so that the next process lives. A happening is a word of the timeline
(domain/timeline.py), with its detail for `called`; `page sent` is the outcome of a page that a channel has taken.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.adapters.store import database
from bot.adapters.store.ready import Direct
from bot.adapters.store.reports import ReportRows
from bot.adapters.store.transaction import Transaction
from bot.domain.outbox import Delivery, Outcome, Sent
from bot.services.case_ports import Moment

BEFORE, BEHIND = "before", "behind"
FILED, ANSWERED, WROTE, PAGED, TAKEN = "received", "answered", "reporter_wrote", "page sent", "taken"
CALLED, ESCALATED, STAFF_WROTE, RELEASED, CLOSED = "called level 1", "called level 2", "staff_wrote", "released", "closed"
POINTS = (FILED, CALLED, ANSWERED, WROTE, PAGED, TAKEN, ESCALATED, STAFF_WROTE, RELEASED, CLOSED)


def install(file: Path) -> None:
    """Watch every commit of the SQLite store of this process."""
    held: set[str] = set()  # by the transaction under way: one thread writes
    note, record, commit = ReportRows.note, Transaction.record, database._Sqlite._commit

    def noted(rows: ReportRows, id_: int, *moments: Moment) -> None:
        held.update(f"{m.what} {m.detail}" if m.what == "called" else m.what for m in moments)
        note(rows, id_, *moments)

    def recorded(tx: Transaction, outcomes: Sequence[tuple[Delivery, Outcome]], now: Any) -> None:
        held.update(PAGED for delivery, outcome in outcomes if delivery.lane == "page" and isinstance(outcome, Sent))
        record(tx, outcomes, now)

    def goes_off(when: str) -> None:
        if held and file.exists():
            what, _, moment = file.read_text().rpartition(" ")
            if what in held and moment == when:
                file.unlink()
                os.kill(os.getpid(), signal.SIGKILL)

    def committed(store: database._Sqlite, connection: sa.Connection, works: Any) -> list[Any]:
        held.clear()
        results = commit(store, connection, works)
        goes_off(BEHIND)
        return results

    def stands(direct: Direct, title: str) -> None:
        still_stands(direct, title)
        if title == "COMMIT":  # asked last of all before it
            goes_off(BEFORE)

    ReportRows.note, Transaction.record, database._Sqlite._commit = noted, recorded, committed  # type: ignore[method-assign]
    still_stands, Direct._stands = Direct._stands, stands  # type: ignore[method-assign]
