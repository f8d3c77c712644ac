"""Words to staff and the clocks of the law as rows with due times. services.notice_ports over a connection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.adapters.store.case_tables import not_closed, reports
from bot.adapters.store.notice_tables import clocks, notices, open_notices
from bot.adapters.store.ready import INSERT, ready
from bot.adapters.store.tables import outbox
from bot.services.notice_ports import ClockRow, Notice

_NOTICE = [getattr(notices.c, name) for name in Notice.__dataclass_fields__]
_CLOCK = [getattr(clocks.c, name) for name in ClockRow.__dataclass_fields__]
_refused = sa.exists().where(outbox.c.id == notices.c.delivery, outbox.c.status.in_(("refused", "unknown")))
_NOTICES_DUE = ready(
    sa.select(*_NOTICE)
    .where(open_notices, notices.c.next_at.is_not(None), sa.or_(notices.c.next_at <= sa.bindparam("now"), _refused))
    .order_by(notices.c.id)
    .limit(sa.bindparam("at_most"))
)
_UNANSWERED = ready(
    sa.select(*_NOTICE)
    .where(open_notices, notices.c.until <= sa.bindparam("now"), notices.c.answered_at.is_(None))
    .order_by(notices.c.id)
)
_START = {name: ready(insert(clocks).on_conflict_do_nothing()) for name, insert in INSERT.items()}
_CLOCKS = ready(sa.select(*_CLOCK).where(clocks.c.report == sa.bindparam("report")).order_by(clocks.c.deadline))
_CLOCKS_DUE = ready(
    sa.select(*_CLOCK)
    .where(clocks.c.due_at <= sa.bindparam("now"))
    .order_by(clocks.c.due_at, clocks.c.report)
    .limit(sa.bindparam("at_most"))
)


class NoticeRows:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._postgres = connection.dialect.name == "postgresql"

    def add(self, notice: Notice, now: datetime) -> int | None:
        insert = INSERT[self._connection.dialect.name]
        values = {name: getattr(notice, name) for name in Notice.__dataclass_fields__ if name != "id"}
        statement = insert(notices).values(**values, created_at=now).on_conflict_do_nothing(index_elements=["once"])
        return self._connection.execute(statement.returning(notices.c.id)).scalar()

    def change(self, id_: int, **values: object) -> None:
        self._connection.execute(sa.update(notices).where(notices.c.id == id_).values(**values))

    def due(self, now: datetime, at_most: int) -> list[Notice]:
        query = _NOTICES_DUE.with_for_update(skip_locked=True, of=notices) if self._postgres else _NOTICES_DUE
        return [Notice(**row._mapping) for row in self._connection.execute(query, {"now": now, "at_most": at_most})]

    def told_of(self, report: int, kind: str, since: datetime) -> list[int]:
        own = sa.and_(notices.c.report == report, notices.c.kind == kind, notices.c.created_at >= since)
        return sorted(set(self._connection.execute(sa.select(notices.c.staff).where(own)).scalars()))

    def by_handle(self, handle: str) -> Notice | None:
        """Return the newest that is answered by it."""
        query = sa.select(*_NOTICE).where(notices.c.handle == handle, notices.c.handle != "").order_by(notices.c.id.desc())
        row = self._connection.execute(query.limit(1)).first()
        return Notice(**row._mapping) if row else None

    def unanswered(self, now: datetime) -> list[Notice]:
        query = _UNANSWERED.with_for_update(skip_locked=True, of=notices) if self._postgres else _UNANSWERED
        return [Notice(**row._mapping) for row in self._connection.execute(query, {"now": now})]

    def asked(self, people: Sequence[int], kind: str, since: datetime) -> list[Notice]:
        """Return what of that kind was asked of these people since then, the oldest first."""
        own = sa.and_(notices.c.staff.in_(people), notices.c.kind == kind, notices.c.created_at >= since)
        query = sa.select(*_NOTICE).where(own).order_by(notices.c.id)
        return [Notice(**row._mapping) for row in self._connection.execute(query)] if people else []

    def sweep(self, until: datetime) -> int:
        old = sa.and_(notices.c.created_at <= until, notices.c.state != "open")
        return self._connection.execute(sa.delete(notices).where(old)).rowcount


class ClockRows:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._postgres = connection.dialect.name == "postgresql"

    def start(self, rows: Sequence[ClockRow]) -> None:
        """A repeat is a no-op."""
        values = [{name: getattr(row, name) for name in ClockRow.__dataclass_fields__} for row in rows]
        self._connection.execute(_START[self._connection.dialect.name], values)

    def of(self, report: int) -> list[ClockRow]:
        return [ClockRow(**row._mapping) for row in self._connection.execute(_CLOCKS, {"report": report})]

    def change(self, report: int, clock: str, **values: object) -> None:
        one = sa.and_(clocks.c.report == report, clocks.c.clock == clock)
        self._connection.execute(sa.update(clocks).where(one).values(**values))

    def due(self, now: datetime, at_most: int) -> list[ClockRow]:
        query = _CLOCKS_DUE.with_for_update(skip_locked=True, of=clocks) if self._postgres else _CLOCKS_DUE
        return [ClockRow(**row._mapping) for row in self._connection.execute(query, {"now": now, "at_most": at_most})]

    def missing(self) -> list[int]:
        """Return open reports, drills apart, whose clocks were never started."""
        started = sa.exists().where(clocks.c.report == reports.c.id)
        query = sa.select(reports.c.id).where(not_closed, reports.c.practice.is_(False), ~started).order_by(reports.c.id)
        return list(self._connection.execute(query).scalars())

    def passed(self, now: datetime) -> int:
        """Return how many deadlines of open reports have passed and are not marked as done."""
        late = sa.and_(clocks.c.deadline < now, clocks.c.done_at.is_(None))
        query = sa.select(sa.func.count()).select_from(clocks).join(reports, sa.and_(clocks.c.report == reports.c.id, not_closed))
        return self._connection.execute(query.where(late)).scalar_one()
