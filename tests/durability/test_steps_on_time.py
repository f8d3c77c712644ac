"""500 steps of escalation fall due within seconds while the real loop runs by the real clock: none is early, none 2 s late.

The reports are made at random moments of four seconds, by a clock that is set; five minutes on, the clock goes as fast as any
other, and nobody but `Alerting.run` looks. What counts is when a second reader of the file sees the step: after its commit.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.adapters.store.case_tables import reports, timeline
from bot.adapters.store.database import Database
from bot.domain.events import Address
from tests.services.test_alerting import Ward, ward  # noqa: F401
from tests.support.builders import SettableClock
from tests.support.databases import a_database

STEPS = 500
WITHIN = timedelta(seconds=4)
LATE_AT_MOST = timedelta(seconds=2)
LOOK_S = 0.02


class Clock(SettableClock):
    """Stands still where it is set, until it goes."""

    went: float | None = None

    def now(self) -> datetime:
        return self.at + timedelta(seconds=time.monotonic() - self.went) if self.went else self.at

    def goes(self) -> None:
        self.went = time.monotonic()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with a_database("sqlite", tmp_path) as opened:
        yield opened


async def test_no_step_is_early_and_none_is_late(ward: Ward, clock: Clock) -> None:  # noqa: F811
    chance, policy = random.Random(9), ward.alerting.policy
    for level in (1, 2):
        await ward.duty.on_call(f"L{level}", "norrkoping", level=level, telegram=f"10{level}")
    begins = clock.at
    for number, after in enumerate(sorted(chance.uniform(0, WITHIN.total_seconds()) for _ in range(STEPS))):
        clock.at = begins + timedelta(seconds=after)
        await ward.reports(number, who=Address("telegram", str(5_000 + number)))
    clock.at = begins + policy.step(1).after - timedelta(milliseconds=300)
    await ward.alerting.look()
    assert not await _seen(ward), "nothing is due yet"
    clock.goes()
    loop = asyncio.create_task(ward.alerting.run())
    try:
        late = await _lateness(ward, begins + policy.step(1).after + WITHIN + 2 * LATE_AT_MOST)
    finally:
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)
    assert len(late) == STEPS
    waits = sorted(late.values())
    print(f"\n{STEPS} steps: p50 {waits[STEPS // 2]:.3f} s late, p99 {waits[STEPS * 99 // 100]:.3f} s, longest {waits[-1]:.3f} s")
    assert waits[0] >= 0, "early"
    assert waits[-1] <= LATE_AT_MOST.total_seconds()


async def _lateness(ward: Ward, until: datetime) -> dict[int, float]:  # noqa: F811
    """Return, of each report, how many seconds after its due time level 2 was seen to be called."""
    after, late = ward.alerting.policy.step(1).after, {}
    while len(late) < STEPS and ward.clock.now() < until:
        found = await _seen(ward)
        now = ward.clock.now()
        for report, created in found.items():
            late.setdefault(report, (now - created - after).total_seconds())
        await asyncio.sleep(LOOK_S)
    return late


async def _seen(ward: Ward) -> dict[int, datetime]:  # noqa: F811
    """Return the reports whose second step is in the file, with when they were made."""
    called = sa.and_(timeline.c.report == reports.c.id, timeline.c.what == "called", timeline.c.detail == "level 2")
    query = sa.select(reports.c.id, reports.c.created_at).join(timeline, called)

    def look(tx: Any) -> dict[int, datetime]:
        return dict(tx.connection.execute(query).all())

    return await ward.store.read(look)
