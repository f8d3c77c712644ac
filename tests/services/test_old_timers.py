"""A timer set in an earlier step does nothing in a later one: no step comes twice, nobody is let go by another's clock."""

from __future__ import annotations

import asyncio

from bot.services.alerting import Alerting
from tests.services.test_alerting import Ward, ward  # noqa: F401
from tests.support.builders import SettableClock


def _beside(ward: Ward, clock: SettableClock) -> Alerting:  # noqa: F811
    """Return the loop of another process on the same database, by its own clock."""
    ours = ward.alerting
    return Alerting(
        store=ward.store,
        clock=clock,
        speaker=ours._speaker,
        paging=ours._paging,
        policy=ours.policy,
        committed=lambda touched: None,
        secret=b"a secret of tests",
    )


async def _called(ward: Ward) -> list[str]:  # noqa: F811
    moments = await ward.store.read(lambda tx: tx.reports.timeline(1))
    return [moment.detail for moment in moments if moment.what in ("called", "called_again")]


async def test_who_looks_with_an_old_clock_or_at_the_same_moment_calls_no_level_again(ward: Ward) -> None:  # noqa: F811
    """Two processes look at once at every step, and a third one whose clock stands at step one."""
    for level in (1, 2, 3):
        await ward.duty.on_call(f"L{level}", "norrkoping", level=level, telegram=f"10{level}")
    await ward.reports()
    twin, behind = _beside(ward, ward.clock), _beside(ward, SettableClock(ward.clock.now()))
    steps = ["level 1", "level 2", "level 3"]
    for number in range(3):
        for loop in (behind, ward.alerting, twin, behind):
            await loop.look()
        await asyncio.gather(*(loop.look() for loop in (ward.alerting, twin, behind) * 3))
        await ward.sent()
        assert await _called(ward) == steps[: number + 1]
        ward.clock.passes(minutes=5)
    assert [len(ward.heard(f"telegram:10{level}")) for level in (1, 2, 3)] == [1, 1, 1]


async def test_the_next_way_of_a_page_of_step_one_does_not_go_out_once_somebody_has_it(ward: Ward) -> None:  # noqa: F811
    await ward.duty.on_call("Anna", "norrkoping", telegram="101", sms="+46700000001")
    bo = await ward.duty.on_call("Bo", "norrkoping", level=2, telegram="102")
    await ward.reports()
    await ward.sent()
    ward.clock.passes(minutes=6)  # nobody has looked since, so Anna's SMS and Bo's page are both due
    await ward.takes(bo)
    await ward.later(minutes=14)
    assert ward.heard("sms:+46700000001") == [] and len(await _called(ward)) == 1


async def test_the_timer_of_whoever_had_it_first_lets_the_next_one_alone(ward: Ward) -> None:  # noqa: F811
    anna = await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    bo = await ward.duty.on_call("Bo", "norrkoping", telegram="102")
    await ward.reports()
    await ward.takes(anna)
    policy = ward.alerting.policy
    await ward.later(seconds=policy.idle_release.total_seconds() + 5)
    assert "released" in await ward.timeline()
    await ward.takes(bo)
    taken = ward.clock.now()
    await ward.later(seconds=2)
    before = len(ward.heard("telegram:102"))
    await ward.later(seconds=(taken + policy.idle_remind - ward.clock.now()).total_seconds() - 1)
    assert (await ward.store.read(lambda tx: tx.reports.by_id(1))).owner == bo and len(ward.heard("telegram:102")) == before
    await ward.later(seconds=5)
    assert "inget har hänt" in ward.heard("telegram:102")[-1], "by his own clock"
    await ward.later(seconds=(taken + policy.idle_release - ward.clock.now()).total_seconds() - 2)
    assert (await ward.store.read(lambda tx: tx.reports.by_id(1))).owner == bo
    await ward.later(seconds=5)
    assert (await ward.timeline()).count("released") == 2
