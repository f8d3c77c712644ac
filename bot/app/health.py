"""What the outside may ask about the machine: alive, ready, and numbers for Prometheus. Never a word of a person."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from bot.adapters.store.case_tables import alerts, reports
from bot.adapters.store.database import Database
from bot.adapters.store.tables import inbox, outbox
from bot.domain.escalation import CALLING
from bot.domain.outbox import LANES
from bot.domain.report import CLOSED
from bot.services.ports import Clock, StoreUnavailable

READY_WITHIN_S = 2.0
STALE_PAGE_S = 120.0  # a page that waits longer says that no channel works
HEARTBEAT_WITHIN_S = 10.0

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Health:
    """ASGI for /healthz, /readyz and (on a port of its own) /metrics."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def __call__(self, scope: MutableMapping[str, Any], receive: object, send: Send) -> None:
        if scope["type"] != "http":
            return
        match scope["path"]:
            case "/healthz":
                await _answer(send, 200, b"ok\n")
            case "/readyz":
                ready = await self.ready()
                await _answer(send, 200 if ready else 503, b"ready\n" if ready else b"not ready\n")
            case "/metrics":
                await _answer(send, 200, await self.metrics(), CONTENT_TYPE_LATEST)
            case _:
                await _answer(send, 404, b"")

    async def ready(self) -> bool:
        """Return whether the database answers in time and pages leave the house."""
        try:
            numbers = await asyncio.wait_for(self._numbers(), READY_WITHIN_S)
        except (TimeoutError, StoreUnavailable):
            return False
        return numbers["outbox_age", "page"] < STALE_PAGE_S

    async def metrics(self) -> bytes:
        registry = CollectorRegistry()
        alone = {
            "reports_open": "Reports that are not closed",
            "alerts_unacknowledged": "Open reports that nobody has taken, drills apart",
            "alert_oldest_seconds": "How long the oldest of them has waited",
            "statutory_times_passed": "Times that the law sets which have passed in open reports and are not marked as done",
            "inbox_lag_seconds": "Age of the oldest event that has not been handled",
            "inbox_aside": "Events set aside after three tries",
        }
        gauges = {name: Gauge(f"bot_{name}", text, registry=registry) for name, text in alone.items()}
        lanes = Gauge("bot_outbox_age_seconds", "Age of the oldest message not sent yet", ["lane"], registry=registry)
        for (name, label), value in (await self._numbers()).items():
            (lanes.labels(label) if label else gauges[name]).set(value)
        return generate_latest(registry)

    async def _numbers(self) -> dict[tuple[str, str], float]:
        now = self._clock.now()

        def look(tx: Any) -> dict[tuple[str, str], float]:
            return {**_numbers(tx.connection, now), ("statutory_times_passed", ""): tx.clocks.passed(now)}

        return await self._store.read(look)


def _numbers(connection: sa.Connection, now: datetime) -> dict[tuple[str, str], float]:
    def one(query: sa.Select) -> Any:
        return connection.execute(query).scalar()

    def age(at: datetime | None) -> float:
        return (now - at).total_seconds() if at else 0.0

    calling = sa.and_(alerts.c.report == reports.c.id, alerts.c.state == CALLING, reports.c.practice.is_(False))
    waiting = inbox.c.state == "waiting"
    found = {
        ("reports_open", ""): one(sa.select(sa.func.count()).select_from(reports).where(reports.c.state != CLOSED)),
        ("alerts_unacknowledged", ""): one(sa.select(sa.func.count()).select_from(alerts).join(reports, calling)),
        ("alert_oldest_seconds", ""): age(one(sa.select(sa.func.min(reports.c.created_at)).join(alerts, calling))),
        ("inbox_lag_seconds", ""): age(one(sa.select(sa.func.min(inbox.c.received_at)).where(waiting))),
        ("inbox_aside", ""): one(sa.select(sa.func.count()).select_from(inbox).where(inbox.c.state == "aside")),
    }
    under_way = outbox.c.status.in_(("pending", "sending"))
    for number, lane in enumerate(LANES):
        oldest = sa.select(sa.func.min(outbox.c.created_at)).where(under_way, outbox.c.lane == number)
        found["outbox_age", lane] = age(one(oldest))
    return found


async def beat(url: str) -> bool:
    """Tell the outside watcher that all is well. Return whether it heard."""
    import aiohttp  # only where there is a watcher: it costs a tenth of a second at start

    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(HEARTBEAT_WITHIN_S)) as session,
            session.get(url) as answer,
        ):
            return answer.status < 400
    except (aiohttp.ClientError, OSError, TimeoutError):
        return False


async def _answer(send: Send, status: int, body: bytes, kind: str = "text/plain") -> None:
    headers = [(b"content-type", kind.encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
