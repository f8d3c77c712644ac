"""Carries out the outbox of one channel: sends what is due, page before reply before broadcast, and records the outcome.

What intake has just committed is handed over in memory, already leased to this process; the rest (retries, leases run out,
rows of a dead process) is claimed from the database. Per recipient one send at a time, in order; recipients in parallel.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from bot.domain.events import Address
from bot.domain.outbox import GIVE_UP_AFTER, Delivery, Outcome, Refused, RetryAt, Sent, Unknown, backoff, once_more
from bot.domain.pacing import Limits, Pace
from bot.services.ports import Clock, Gateway, Store, StoreUnavailable, Tx

log = structlog.get_logger()

CLAIM_EVERY_S = 1.0
RENEW_EVERY_S = 20.0
AT_ONCE = 100  # sends under way at the same time
HELD_AT_MOST = 2_000  # deliveries kept in memory; more stay in the database until there is room


class Dispatcher:
    """One per channel that we push to. A send to be retried stays here, first in its line, so that nothing overtakes it."""

    def __init__(
        self,
        *,
        store: Store,
        gateway: Gateway,
        clock: Clock,
        owner: str,
        limits: Limits,
        monotonic: Callable[[], float],
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._clock = clock
        self._owner = owner
        self._pace = Pace(limits)
        self._monotonic = monotonic
        self._queues: dict[Address, deque[Delivery]] = {}
        self._ready: tuple[deque[Address], deque[Address]] = (deque(), deque())  # with a page first; the rest
        self._under_way: set[int] = set()  # ids of deliveries being sent
        self._claimed: set[int] = set()  # ids of those that came from the database: more may stand behind them there
        self._held = 0
        self._woken = asyncio.Event()
        self._poked = asyncio.Event()
        self._outcomes: list[tuple[Delivery, Outcome]] = []
        self._to_record = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._tasks: set[asyncio.Task[None]] = set()

    def has_room(self) -> bool:
        return self._held < HELD_AT_MOST

    def take(self, deliveries: Sequence[Delivery]) -> None:
        """Queue deliveries that this process has leased."""
        for delivery in deliveries:
            line = self._queues.get(delivery.to)
            if line is None:
                line = self._queues[delivery.to] = deque()
                self._ready[delivery.lane != "page"].append(delivery.to)
            if delivery.lane == "page":
                line.appendleft(delivery)
            else:
                line.append(delivery)
            self._held += 1
            self._idle.clear()
        if self._start_what_may() is not None:
            self._woken.set()

    def poke(self) -> None:
        """There is something new in the database: claim it now."""
        self._poked.set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._send_forever())
            group.create_task(self._record_forever())
            group.create_task(self._claim_forever())
            group.create_task(self._renew_forever())

    async def drain(self) -> None:
        """Return when all that is held in memory has been sent and recorded."""
        await self._idle.wait()

    async def _send_forever(self) -> None:
        while True:
            pause = self._start_what_may()
            self._woken.clear()
            try:
                async with asyncio.timeout(pause):
                    await self._woken.wait()
            except TimeoutError:
                continue

    def _start_what_may(self) -> float | None:
        """Begin every send that the pace allows. Return the seconds until the next one may begin, None = until woken."""
        soonest: float | None = None
        for ready in self._ready:
            for _ in range(len(ready)):
                if len(self._under_way) >= AT_ONCE:
                    return soonest
                address = ready.popleft()
                delivery = self._queues[address][0]
                group = self._gateway.is_group(address)
                now = self._monotonic()
                wait = self._pace.wait(address.key, page=delivery.lane == "page", group=group, now=now)
                if wait > 0:
                    ready.append(address)
                    soonest = wait if soonest is None else min(soonest, wait)
                    continue
                self._queues[address].popleft()
                self._pace.sent(address.key, group=group, now=now)
                self._under_way.add(delivery.id)
                task = asyncio.create_task(self._send(delivery))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        return soonest

    async def _send(self, delivery: Delivery) -> None:
        outcome = await self._outcome(delivery)
        self._under_way.discard(delivery.id)
        if not isinstance(outcome, Sent):
            log.info(
                "not_sent",
                channel=self._gateway.channel,
                lane=delivery.lane,
                attempt=delivery.attempts,
                outcome=type(outcome).__name__,
                why=outcome.why,
            )
        line = self._queues.setdefault(delivery.to, deque())
        if isinstance(outcome, RetryAt):
            pause = (outcome.when - self._clock.now()).total_seconds()
            self._pace.pause(delivery.to.key, self._monotonic() + pause)
            line.appendleft(replace(delivery, attempts=delivery.attempts + 1))
            self._free(delivery.to)
            return
        self._finish(delivery, outcome)
        if isinstance(outcome, Refused) and (outcome.gone or outcome.moved_to):
            # The address is dead, or lives elsewhere: what stands behind shares its fate.
            rest = RetryAt(self._clock.now(), outcome.why) if outcome.moved_to else Refused(outcome.why)
            while line:
                self._finish(line.popleft(), rest)

    def _free(self, address: Address) -> None:
        """Let the next send to that address begin."""
        line = self._queues.get(address)
        if line:
            self._ready[line[0].lane != "page"].append(address)
        elif line is not None:
            del self._queues[address]
        self._woken.set()

    def _finish(self, delivery: Delivery, outcome: Outcome) -> None:
        self._held -= 1
        self._outcomes.append((delivery, outcome))
        self._to_record.set()

    async def _outcome(self, delivery: Delivery) -> Outcome:
        now = self._clock.now()
        if delivery.lane != "page" and now - delivery.created_at > GIVE_UP_AFTER:
            return Refused("too late")
        try:
            outcome = await self._gateway.send(delivery)
            if isinstance(outcome, Unknown) and once_more(delivery):
                return RetryAt(now + backoff(delivery.attempts), outcome.why)
            return outcome
        except Exception as fault:
            # A fault of ours must neither lose the message nor stop the others: it is tried again, with an alarm.
            log.exception("send_failed", channel=self._gateway.channel, attempt=delivery.attempts, alarm=True)
            return RetryAt(now + backoff(delivery.attempts), type(fault).__name__)

    async def _record_forever(self) -> None:
        while True:
            await self._to_record.wait()
            self._to_record.clear()
            outcomes, self._outcomes = self._outcomes, []
            behind = any(self._queues.get(delivery.to) for delivery, _ in outcomes)  # waits for this one to be recorded
            try:
                now = self._clock.now()
                await self._store.write(lambda tx, rows=outcomes, at=now: tx.record(rows, at), rides=not behind)
            except StoreUnavailable as fault:
                # Kept and tried again: the leases hold until then, so nothing is sent twice meanwhile.
                log.error("store_unavailable", error=str(fault))
                self._outcomes = [*outcomes, *self._outcomes]
                await asyncio.sleep(CLAIM_EVERY_S)
                self._to_record.set()
                continue
            # Only now: so a crash repeats one message a person at most, however many stand in line.
            for address in {delivery.to for delivery, _ in outcomes}:
                self._free(address)
            if claimed := self._claimed.intersection(delivery.id for delivery, _ in outcomes):
                self._claimed -= claimed
                self.poke()  # a claim takes the first of each contact
            if not self._held and not self._outcomes:
                self._idle.set()

    async def _claim_forever(self) -> None:
        while True:
            poked = self._poked.is_set()
            self._poked.clear()  # before: what is put there while this claims is claimed after it
            try:
                await self._claim(rides=not poked)
            except StoreUnavailable as fault:
                log.error("store_unavailable", error=str(fault))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLAIM_EVERY_S):  # wait_for may swallow the cancelling that ends the service
                    await self._poked.wait()

    async def _claim(self, *, rides: bool) -> None:
        """Take what is due as there is room, and pages also where there is none: they must not wait behind a heap of replies."""

        def due(tx: Tx) -> list[Delivery]:
            now, full = self._clock.now(), not self.has_room()
            tx.release_leases(now, self._owner)
            return tx.claim(now, self._owner, self._gateway.channel, AT_ONCE, pages_only=full)

        while True:
            claimed = await self._store.write(due, rides=rides)
            self._claimed.update(delivery.id for delivery in claimed)
            self.take(claimed)
            if len(claimed) < AT_ONCE:
                return

    async def _renew_forever(self) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY_S)
            ids = [*self._under_way, *(d.id for line in self._queues.values() for d in line)]
            if ids:
                try:
                    now = self._clock.now()
                    await self._store.write(lambda tx, rows=ids, at=now: tx.renew(rows, at))
                except StoreUnavailable as fault:
                    log.error("store_unavailable", error=str(fault))
