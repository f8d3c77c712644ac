"""Reports that are passed on, as rows with due times. services.case_ports.Transfers over a connection."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from bot.adapters.store.case_tables import transfers
from bot.adapters.store.ready import INSERT, ready
from bot.domain.transfer import Transfer

_ALL = [getattr(transfers.c, name) for name in Transfer.__dataclass_fields__]
_OF = ready(sa.select(*_ALL).where(transfers.c.report == sa.bindparam("report")))
_DUE = ready(
    sa.select(*_ALL).where(transfers.c.due_at <= sa.bindparam("now")).order_by(transfers.c.due_at).limit(sa.bindparam("at_most"))
)


class TransferRows:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def put(self, transfer: Transfer) -> None:
        insert = INSERT[self._connection.dialect.name](transfers)
        rest = {name: getattr(insert.excluded, name) for name in Transfer.__dataclass_fields__ if name != "report"}
        self._connection.execute(insert.on_conflict_do_update(index_elements=["report"], set_=rest), asdict(transfer))

    def of(self, report: int) -> Transfer | None:
        row = self._connection.execute(_OF, {"report": report}).first()
        return Transfer(**row._mapping) if row else None

    def due(self, now: datetime, at_most: int) -> list[Transfer]:
        postgres = self._connection.dialect.name == "postgresql"
        query = _DUE.with_for_update(skip_locked=True, of=transfers) if postgres else _DUE
        return [Transfer(**row._mapping) for row in self._connection.execute(query, {"now": now, "at_most": at_most})]

    def drop(self, report: int) -> None:
        self._connection.execute(sa.delete(transfers).where(transfers.c.report == report))
