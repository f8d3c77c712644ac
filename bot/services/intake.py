"""The one way in: an event is stored, stepped and answered in one transaction; events of many contacts share it.

`accept` returns when the event is on disk. While one group is being written the next one gathers, so the more there is to
do the fewer commits it takes. A step that raises costs nobody else anything: its row waits, is tried three times, then set
aside with an alarm, and the person gets the fixed fallback with the numbers to ring.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot.domain.conversation import (
    Carried,
    Conversation,
    EraseContact,
    Flows,
    Frame,
    LetReach,
    MarkAddress,
    MoveAddress,
    PassOn,
    Reply,
    Transition,
    UnwatchArticle,
    WatchArticle,
    step,
)
from bot.domain.events import Address, Event
from bot.domain.messages import Capabilities
from bot.domain.outbox import Delivery
from bot.domain.screens import FALLBACK
from bot.services.alerting import Alerting
from bot.services.askers import completed
from bot.services.findings import Finder, Findings
from bot.services.frames import Frames
from bot.services.ports import Clock, Outgoing, Store, StoreUnavailable, Tx, Waiting
from bot.services.questions import Carrying
from bot.services.receipts import Receipts
from bot.services.render import Renderer
from bot.services.speak import Saying, Speaker
from bot.services.turns import Turns

log = structlog.get_logger()

TRIES = 3
RETRY_AFTER_S = (1, 5)
STRANDED_EVERY_S = 0.5
GROUP_AT_MOST = 200

Committed = Callable[[Sequence[Delivery], Sequence[Address]], None]


@dataclass(slots=True)
class _Arrival:
    event: Event
    stored: asyncio.Future[None]


@dataclass(slots=True)
class _Result:
    """What a transaction leaves for after its commit."""

    leased: list[Delivery] = field(default_factory=list)
    touched: list[Address] = field(default_factory=list)
    alarmed: bool = False  # somebody is to be called: the alerting must look at once
    failures: list[tuple[Waiting, Exception]] = field(default_factory=list)
    done: list[Event] = field(default_factory=list)


class Intake:
    """services.ports.Inlet. `committed` is told of every delivery that this process is to send, and of web mailboxes."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        flows: Flows,
        renderer: Renderer,
        finder: Finder,
        capabilities: dict[str, Capabilities],
        committed: Committed,
        room: Callable[[], bool],
        owner: str,
        frames: Frames | None = None,
        carrying: Carrying | None = None,
        receipts: Receipts | None = None,
        alerting: Alerting | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._flows = flows
        self.renderer = renderer
        self._findings = Findings(finder, receipts)
        self._capabilities = capabilities
        self._frames = frames or Frames(renderer, capabilities)
        self._speaker = Speaker(renderer, capabilities)
        self._committed = committed
        self._room = room
        self._owner = owner
        self._carrying = carrying
        self._alerting = alerting
        self._arrivals: list[_Arrival] = []
        self._turns = Turns()
        self._woken = asyncio.Event()

    async def accept(self, event: Event) -> None:
        await self._turns.found(event.sender, self._findings.look(event))
        arrival = _Arrival(event, asyncio.get_running_loop().create_future())
        self._arrivals.append(arrival)
        self._woken.set()
        await arrival.stored

    async def run(self) -> None:
        """Write groups for ever; pick up what was left waiting by a crash, a failed try or another process."""
        loop = asyncio.get_running_loop()
        look_at = loop.time()
        while True:
            if loop.time() >= look_at:
                await self._pick_up()
                look_at = loop.time() + STRANDED_EVERY_S
            try:
                async with asyncio.timeout_at(look_at):  # wait_for may swallow the cancelling that ends the service
                    await self._woken.wait()
            except TimeoutError:
                continue
            self._woken.clear()
            while self._arrivals:
                group, self._arrivals = self._arrivals[:GROUP_AT_MOST], self._arrivals[GROUP_AT_MOST:]
                await self._write_group(group)

    async def _write_group(self, group: list[_Arrival]) -> None:
        try:
            await self._write([a.event for a in group])
        except StoreUnavailable as fault:
            log.error("store_unavailable", error=str(fault))
            for arrival in group:
                _settle(arrival.stored, fault)
        except Exception as fault:
            # One row spoils the group: each alone, so that only the guilty one suffers.
            if len(group) == 1:
                log.exception("event_not_stored", kind=type(group[0].event).__name__, alarm=True)
                _settle(group[0].stored, StoreUnavailable(type(fault).__name__))
                return
            for arrival in group:
                await self._write_group([arrival])
        else:
            for arrival in group:
                _settle(arrival.stored, None)

    async def _pick_up(self) -> None:
        """Handle rows that are due and were not handled when they came: also those that waited for more of the same."""
        try:
            now = self._clock.now()
            addresses = await self._store.read(lambda tx: tx.stranded(now, GROUP_AT_MOST))
            if addresses:
                for row in await self._store.read(lambda tx: tx.waiting(addresses, now)):
                    await self._findings.look(row.event)
                await self._write([], addresses)
        except StoreUnavailable as fault:
            log.error("store_unavailable", error=str(fault))
        except Exception:
            log.exception("pick_up_failed", alarm=True)

    async def _write(self, events: Sequence[Event], stranded: Sequence[Address] = ()) -> None:
        now = self._clock.now()
        result = await self._store.write(lambda tx: self._transact(tx, events, stranded, now))
        self._findings.forget(result.done)
        for row, fault in result.failures:
            last = row.attempts + 1 >= TRIES
            log.error(
                "event_set_aside" if last else "event_failed",
                kind=type(row.event).__name__,
                attempt=row.attempts + 1,
                error=type(fault).__name__,
                alarm=last,
                exc_info=fault,
            )
        if result.leased or result.touched:
            self._committed(result.leased, result.touched)
        if result.alarmed and self._alerting:
            self._alerting.wake()

    def _transact(self, tx: Tx, events: Sequence[Event], stranded: Sequence[Address], now: datetime) -> _Result:
        """The whole way from inbox to outbox, in one transaction. Pure between the statements."""
        result = _Result()
        new = tx.put_in_inbox(events, now) if events else []
        conversations = tx.open_conversations(list(dict.fromkeys([*(row.event.sender for row in new), *stranded])), now)
        rows = tx.waiting(list(conversations), now, new)
        outgoing: list[Outgoing] = []
        before: dict[Address, list[Outgoing]] = {}  # what the last row of the contact that led to anything did
        done: list[Waiting] = []
        changed: dict[Address, Conversation] = {}
        effects: list[tuple[Address, Transition]] = []
        failed: list[tuple[int, str, datetime | None]] = []
        stopped: set[Address] = set()  # a contact whose row failed: the later ones wait for it
        for row in rows:
            address = row.event.sender
            if address in stopped or self._findings.lacks(row.event):
                stopped.add(address)  # without what its words ask for it is picked up in a moment
                continue
            conversation = changed.get(address, conversations[address])
            try:
                frame = self._frames.frame(address.channel, now, **self._findings.of(row.event))
                frame = completed(tx, conversation, row.event, frame)
                transition = step(conversation, row.event, frame, self._flows)
                sayings = self._speaker.said(transition, row.event, now)
                transition, more = self._carry(tx, transition, frame, result)
                sayings += more
            except Exception as fault:
                result.failures.append((row, fault))
                last = row.attempts + 1 >= TRIES
                pause = None if last else timedelta(seconds=RETRY_AFTER_S[min(row.attempts, len(RETRY_AFTER_S) - 1)])
                failed.append((row.id, type(fault).__name__, now + pause if pause else None))
                if last:
                    outgoing.extend(self._speaker.rows(Saying(address, FALLBACK, conversation.language), now))
                else:
                    stopped.add(address)
                continue
            done.append(row)
            if any(isinstance(e, Reply) and e.replaces for e in transition.effects):
                for out in before.get(address, ()):
                    outgoing.remove(out)
            before[address] = sayings or before.get(address, [])  # a further picture of an album says nothing
            changed[address] = transition.conversation
            effects.append((address, transition))
            outgoing.extend(sayings)
        handled = {row.id for row in done}
        tx.keep([row for row in new if row.id not in handled])  # before any erasure, which removes what is still waiting
        for id_, error, again_at in failed:
            tx.fail(id_, error, again_at)
        tx.finish(list(handled.difference(row.id for row in new)), now)
        for address, transition in effects:
            self._apply(tx, address, transition, changed, now)
        self._put(tx, outgoing, now, result)
        tx.save_conversations(list(changed.values()), now)
        result.done = [row.event for row in done]
        return result

    def _carry(self, tx: Tx, transition: Transition, frame: Frame, result: _Result) -> tuple[Transition, list[Outgoing]]:
        """Carry out what the step does to reports and questions, by itself: a fault undoes it, and nothing of other people's."""
        effects = [e for e in transition.effects if isinstance(e, Carried)]
        if not effects or self._carrying is None:
            return transition, []
        conversation, out = transition.conversation, []
        with tx.savepoint():
            for effect in effects:
                conversation, sayings, alarmed = self._carrying.apply(tx, effect, conversation, frame)
                out.extend(row for saying in sayings for row in self._speaker.rows(saying, frame.now))
                result.alarmed |= alarmed
        return replace(transition, conversation=conversation), out

    def _apply(
        self, tx: Tx, address: Address, transition: Transition, changed: dict[Address, Conversation], now: datetime
    ) -> None:
        for effect in transition.effects:
            match effect:
                case Reply() | PassOn():
                    pass  # already in words
                case LetReach(allowed):
                    tx.let_reach(address, allowed)
                case MarkAddress(alive):
                    tx.mark_address(address, alive)
                case MoveAddress(new_key):
                    tx.move_address(address, new_key)
                    changed.pop(address, None)
                case WatchArticle(article, place, version, until):
                    tx.watch(address, article, place, version, until)
                case UnwatchArticle(article):
                    tx.unwatch(address, article)
                case EraseContact():
                    tx.erase(address)
                    if self._carrying:
                        self._carrying.left(tx, address, now)
                    changed.pop(address, None)

    def _put(self, tx: Tx, outgoing: list[Outgoing], now: datetime, result: _Result) -> None:
        """Put the messages in the outbox; lease to ourselves what we can send right away, in order per contact."""
        if not outgoing:
            return
        sent_by_us = [o.to for o in outgoing if self._capabilities[o.to.channel].pushed]
        busy = tx.busy(list(dict.fromkeys(sent_by_us)), self._owner) if sent_by_us else set()
        room = self._room()
        ready = [replace(o, leased=room and self._capabilities[o.to.channel].pushed and o.to not in busy) for o in outgoing]
        ids = tx.put_deliveries(ready, now, self._owner)
        for id_, out in zip(ids, ready, strict=True):
            if out.leased:
                result.leased.append(Delivery(id_, out.to, out.lane, out.body, 1, now, out.rendered))
            elif not self._capabilities[out.to.channel].pushed:
                result.touched.append(out.to)


def _settle(future: asyncio.Future[None], fault: Exception | None) -> None:
    if not future.done():
        future.set_exception(fault) if fault else future.set_result(None)
