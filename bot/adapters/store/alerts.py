"""Alerts and pages as rows with due times. services.case_ports.Alerts over a connection."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from bot.adapters.store.case_tables import (
    alerts,
    methods,
    not_closed,
    not_over,
    open_pages,
    pages,
    reports,
    staff,
    timeline,
    transfers,
)
from bot.adapters.store.notice_tables import notices, open_notices
from bot.adapters.store.ready import INSERT, as_new, changing, ready
from bot.adapters.store.tables import outbox, under_way
from bot.domain.escalation import LATE, TAKEN, Alert, Watched
from bot.domain.outbox import LANES
from bot.domain.policy import LAST_RESORT, from_json, to_json
from bot.services.case_ports import Page

log = structlog.get_logger()

_PAGE = [getattr(pages.c, name) for name in Page.__dataclass_fields__]
_BY_HANDLE = ready(sa.select(*_PAGE).where(pages.c.handle == sa.bindparam("handle")))
_OF = ready(sa.select(alerts).where(alerts.c.report == sa.bindparam("report")))
_ADD_PAGE = ready(sa.insert(pages).returning(pages.c.id))
_PAGES = ready(sa.select(*_PAGE).where(pages.c.report == sa.bindparam("report")).order_by(pages.c.id))
_IN_STATE = ready(_PAGES.where(pages.c.state == sa.bindparam("in_state")))
_RESTED = sa.or_(methods.c.paged_at.is_(None), methods.c.paged_at <= sa.bindparam("rested_since"))
_MAY_PAGE = ready(
    sa.update(methods)
    .where(methods.c.id == sa.bindparam("method"), _RESTED)
    .values(paged_at=sa.bindparam("now"))
    .returning(methods.c.id)
)
_URGENT_FIRST = sa.case((reports.c.practice, 3), (reports.c.safety == "danger", 0), (reports.c.safety == "safe", 2), else_=1)
_DUE = ready(
    sa.select(alerts)
    .join(reports, reports.c.id == alerts.c.report)
    .where(not_over, alerts.c.due_at <= sa.bindparam("now"))
    .order_by(_URGENT_FIRST, alerts.c.due_at)
    .limit(sa.bindparam("at_most"))
)
_AHEAD = timedelta(hours=1)  # no page is tried again later than that
_CALLS = (pages.c.report == reports.c.id, open_pages, pages.c.delivery == outbox.c.id)  # what calls people to a report now
_SENT = outbox.c.status == "sent"
_own = sa.and_(open_pages, pages.c.report == sa.bindparam("report"))
_went = sa.select(pages.c.id).where(_own, sa.or_(_SENT, pages.c.left_at.is_not(None)), pages.c.delivery == outbox.c.id)
_UNHEARD = ready(
    sa.select(pages.c.id)
    .join(outbox, outbox.c.id == pages.c.delivery)
    .where(_own, outbox.c.created_at <= sa.bindparam("before"), ~_went.correlate(None).exists())
    .limit(1)
)
_STATUS = ready(sa.select(outbox.c.id, outbox.c.status).where(outbox.c.id.in_(sa.bindparam("deliveries", expanding=True))))
_NEXT_ALERT = ready(sa.select(sa.func.min(alerts.c.due_at)).where(not_over))
_NEXT_PAGE = ready(sa.select(sa.func.min(pages.c.next_at)).where(open_pages))
_refused = sa.exists().where(outbox.c.id == pages.c.delivery, outbox.c.status.in_(("refused", "unknown")))
_PAGES_DUE = ready(
    sa.select(*_PAGE)
    .where(open_pages, pages.c.next_at.is_not(None), sa.or_(pages.c.next_at <= sa.bindparam("now"), _refused))
    .order_by(pages.c.id)
    .limit(sa.bindparam("at_most"))
)
_FIELDS = [name for name in Alert.__dataclass_fields__ if name != "report"]


def _put(insert: Callable[..., Any]) -> Any:
    statement = insert(alerts)
    return ready(
        statement.on_conflict_do_update(
            index_elements=["report"], set_={name: getattr(statement.excluded, name) for name in _FIELDS}
        )
    )


_PUT = {name: _put(insert) for name, insert in INSERT.items()}


class AlertRows:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._postgres = connection.dialect.name == "postgresql"

    def put(self, alert: Alert) -> None:
        values = {name: getattr(alert, name) for name in Alert.__dataclass_fields__ if name != "policy"}
        values["policy"] = json.dumps(to_json(alert.policy))
        self._connection.execute(_PUT[self._connection.dialect.name], values)

    def of(self, report: int) -> Alert | None:
        row = self._connection.execute(_OF, {"report": report}).first()
        return _alert(row) if row else None

    def of_owner(self, staff: int) -> list[Alert]:
        """Return the alerts of the open reports that the person has."""
        query = sa.select(alerts).where(not_over, alerts.c.owner == staff, alerts.c.state == TAKEN)
        return [_alert(row) for row in self._connection.execute(query)]

    def due(self, now: datetime, at_most: int) -> list[Alert]:
        query = _DUE.with_for_update(skip_locked=True, of=alerts) if self._postgres else _DUE
        return [_alert(row) for row in self._connection.execute(query, {"now": now, "at_most": at_most})]

    def watch(self) -> list[Watched]:
        """Return what the rows say of every open report, however old."""
        made = sa.select(sa.func.min(outbox.c.created_at)).where(*_CALLS).scalar_subquery()
        left = sa.case((_SENT, outbox.c.created_at), else_=pages.c.left_at)
        sent = sa.select(sa.func.max(left)).where(*_CALLS).scalar_subquery()
        works = sa.exists().where(staff.c.id == reports.c.owner, staff.c.active)
        has_it = sa.case((works, reports.c.owner)).label("has_it")
        query = (
            sa.select(reports.c.id, has_it, made.label("made"), sent.label("sent"), alerts)
            .join(alerts, alerts.c.report == reports.c.id, isouter=True)
            .where(not_closed)
            .order_by(reports.c.id)
        )
        return [
            Watched(row.id, _alert(row) if row.report is not None else None, row.has_it, row.made, row.sent)
            for row in self._connection.execute(query)
        ]

    def unheard(self, report: int, before: datetime) -> bool:
        """Return whether pages of the report were made before that moment and not one has left the house."""
        return self._connection.execute(_UNHEARD, {"report": report, "before": before}).first() is not None

    def next_due(self) -> datetime | None:
        """Return the earliest due time of an alert or a page."""
        alert = self._connection.execute(_NEXT_ALERT).scalar()
        page = self._connection.execute(_NEXT_PAGE).scalar()
        return min((t for t in (alert, page) if t), default=None)

    def add_page(self, page: Page, handle: str) -> int:
        values = {name: getattr(page, name) for name in Page.__dataclass_fields__ if name != "id"}
        return self._connection.execute(_ADD_PAGE, {**values, "handle": handle}).scalar_one()

    def change_page(self, id_: int, **values: object) -> None:
        self._connection.execute(changing(pages, tuple(values)), {"of_id": id_, **as_new(values)})

    def page_by_handle(self, handle: str) -> Page | None:
        row = self._connection.execute(_BY_HANDLE, {"handle": handle}).first()
        return Page(**row._mapping) if row else None

    def pages(self, report: int, state: str | None = None) -> list[Page]:
        query, given = (_PAGES, {}) if state is None else (_IN_STATE, {"in_state": state})
        return [Page(**row._mapping) for row in self._connection.execute(query, {"report": report, **given})]

    def pages_due(self, now: datetime, at_most: int) -> list[Page]:
        """Return open pages whose person's next method is to be tried: its time has come, or the last one was refused."""
        query = _PAGES_DUE.with_for_update(skip_locked=True, of=pages) if self._postgres else _PAGES_DUE
        return [Page(**row._mapping) for row in self._connection.execute(query, {"now": now, "at_most": at_most})]

    def close_pages(self, report: int, state: str) -> list[Page]:
        """Close the report's open pages and return them."""
        open_ = self.pages(report, "open")
        own = sa.update(pages).where(pages.c.report == report, open_pages)
        self._connection.execute(own.values(state=state, next_at=None))
        return open_

    def may_page(self, method: int, now: datetime, pause: timedelta) -> bool:
        """Return whether the method was not used within `pause`, and if so note that it is used now."""
        given = {"method": method, "rested_since": now - pause, "now": now}
        return self._connection.execute(_MAY_PAGE, given).first() is not None

    def mend_clock(self, now: datetime) -> int:
        """Let pages go out now that wait only because a clock ran ahead. Return how many rows were wrong."""
        used = sa.update(methods).where(methods.c.paged_at > now + LATE).values(paged_at=None)
        tried = sa.update(pages).where(open_pages, pages.c.next_at > now + _AHEAD).values(next_at=now)
        page = sa.and_(under_way(outbox), outbox.c.lane == LANES.index("page"))
        sent = sa.update(outbox).where(page, outbox.c.not_before > now + _AHEAD).values(not_before=now)
        word = sa.update(notices).where(open_notices, notices.c.next_at > now + _AHEAD).values(next_at=now)
        passed = sa.update(transfers).where(transfers.c.due_at > now + _AHEAD).values(due_at=now)
        return sum(self._connection.execute(each).rowcount for each in (used, tried, sent, word, passed))

    def shared(self, delivery: int) -> bool:
        """Return whether another open page went out in the same message."""
        query = sa.select(pages.c.id).where(pages.c.delivery == delivery, open_pages).limit(1)
        return self._connection.execute(query).first() is not None

    def withdraw(self, deliveries: Sequence[int]) -> int:
        if not deliveries:
            return 0
        unsent = sa.update(outbox).where(outbox.c.id.in_(deliveries), outbox.c.status == "pending")
        return self._connection.execute(unsent.values(status="withdrawn", body=b"")).rowcount

    def delivery_status(self, deliveries: Sequence[int]) -> dict[int, str]:
        found = self._connection.execute(_STATUS, {"deliveries": list(deliveries)}) if deliveries else ()
        return {row.id: row.status for row in found}

    def took(self, people: Sequence[int], since: datetime) -> dict[int, datetime]:
        paged = sa.and_(pages.c.staff.in_(people), pages.c.delivery.is_not(None))
        own = sa.and_(timeline.c.report == pages.c.report, timeline.c.staff == pages.c.staff, timeline.c.at >= since)
        taken = sa.and_(own, timeline.c.what.in_(("taken", "accepted")))
        query = sa.select(pages.c.staff, sa.func.max(timeline.c.at)).join(timeline, taken).where(paged).group_by(pages.c.staff)
        return {row[0]: row[1] for row in self._connection.execute(query)} if people else {}

    def last_refused(self, people: Sequence[int]) -> set[int]:
        last = (
            sa.select(sa.func.max(pages.c.id))
            .where(pages.c.staff.in_(people), pages.c.delivery.is_not(None))
            .group_by(pages.c.staff)
        )
        query = sa.select(pages.c.staff).join(outbox, outbox.c.id == pages.c.delivery)
        query = query.where(pages.c.id.in_(last), outbox.c.status == "refused")
        return set(self._connection.execute(query).scalars()) if people else set()


def _alert(row: sa.Row) -> Alert:
    values = {name: getattr(row, name) for name in Alert.__dataclass_fields__}
    try:
        policy = from_json(json.loads(row.policy))
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        log.error("policy_unreadable", alarm=True)  # no row may stop the escalation of the others
        policy = LAST_RESORT
    return Alert(**{**values, "policy": policy})
