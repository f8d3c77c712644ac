"""What waits for the bot, and the two ways to it: long poll with Telegram's offset rule, and webhook with its retries.

Read off the public server's source: updates of one chat go out one at a time, chats in parallel up to max_connections; a
refused update comes again at once, then after 2, 4, 8 … 60 s; a button press not delivered within 150 s is dropped.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Any

import aiohttp
import orjson

from tests.support.bot_api_wire import as_json

DEFAULT_KINDS_LEFT_OUT = ("chat_member", "message_reaction", "message_reaction_count")
CALLBACK_LIFE_S = 150.0


class Conflict(Exception):
    """409, with the server's words."""


class Updates:
    """`execute` is called with the method that a webhook's answer asks for."""

    def __init__(self, execute: Callable[[str, dict[str, Any]], None]) -> None:
        self.execute = execute
        self.pending: OrderedDict[int, tuple[float, str, dict[str, Any]]] = OrderedDict()  # id -> (since, queue, update)
        self.next_id = 500_000_001
        self.allowed: list[str] = []
        self.webhook: dict[str, Any] = {}
        self.secret = ""
        self.retry_scale = 1.0  # 0.01 makes "2, 4, 8 s" milliseconds
        self.duplicates = 0  # this many of the next updates go out twice
        self.callback_life = CALLBACK_LIFE_S
        self.delivered = 0
        self.posts: list[tuple[int, int]] = []  # (update id, status of the answer; 0 = no answer) of webhook deliveries
        self.last_error: tuple[int, str] | None = None
        self._poll: asyncio.Future[None] | None = None
        self._queues: dict[str, deque[int]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(40)
        self._session: aiohttp.ClientSession | None = None

    def push(self, kind: str, content: dict[str, Any], queue: str) -> int | None:
        """Queue an update and return its id; None when the bot did not ask for this kind."""
        wanted = kind in self.allowed if self.allowed else kind not in DEFAULT_KINDS_LEFT_OUT
        if not wanted:
            return None
        update_id = self.next_id
        self.next_id += 1
        self.pending[update_id] = (time.monotonic(), queue, {"update_id": update_id, kind: content})
        self._hand_over(update_id, queue)
        if self.duplicates and self.webhook:
            self.duplicates -= 1
            self._hand_over(update_id, queue)
        return update_id

    def push_raw(self, update: dict[str, Any], queue: str = "raw") -> None:
        """Queue an update as it is, malformed or not; `update_id` is set when it is missing."""
        update_id = update.setdefault("update_id", self.next_id)
        self.next_id = max(self.next_id, update_id) + 1
        self.pending[update_id] = (time.monotonic(), queue, update)
        self._hand_over(update_id, queue)

    def _hand_over(self, update_id: int, queue: str) -> None:
        if self.webhook:
            self._queues.setdefault(queue, deque()).append(update_id)
            if queue not in self._workers:
                self._workers[queue] = asyncio.get_running_loop().create_task(self._drain(queue))
        elif self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    # --- polling -------------------------------------------------------------------------------------------------------

    async def poll(self, offset: int, limit: int, wait: float, allowed: list[str] | None) -> list[dict[str, Any]]:
        """Drop all below `offset`, then return up to `limit` updates, waiting for the first of them."""
        if self.webhook:
            raise Conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(
                Conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
            )
        if allowed is not None:
            self.allowed = allowed
        if offset < 0:
            offset = (list(self.pending) or [self.next_id])[max(offset, -len(self.pending))]
        while self.pending and next(iter(self.pending)) < offset:
            self.pending.popitem(last=False)
        self._drop_stale()
        if not self.pending and wait > 0:
            self._poll = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(wait):
                    await self._poll
            except TimeoutError:
                return []
        batch = [update for _, (_, _, update) in zip(range(limit), self.pending.values(), strict=False)]
        if self.duplicates and batch:
            self.duplicates -= 1
            batch = [batch[0], *batch]
        self.delivered += len(batch)
        return batch

    def _drop_stale(self) -> None:
        before = time.monotonic() - self.callback_life
        for update_id in [i for i, (since, _, u) in self.pending.items() if since < before and "callback_query" in u]:
            del self.pending[update_id]

    # --- webhook -------------------------------------------------------------------------------------------------------

    async def set_webhook(self, wanted: dict[str, Any]) -> None:
        await self.stop()
        if wanted.get("drop_pending_updates"):
            self.pending.clear()
        if "allowed_updates" in wanted:
            self.allowed = wanted["allowed_updates"]
        self.webhook = wanted if wanted.get("url") else {}
        self.secret = wanted.get("secret_token", "")
        if self.webhook:
            if self._poll is not None and not self._poll.done():
                self._poll.set_exception(Conflict("terminated by setWebhook request"))
            most = wanted.get("max_connections", 40)
            self._slots = asyncio.Semaphore(most)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=most), timeout=aiohttp.ClientTimeout(total=30)
            )
            for update_id, (_, queue, _) in list(self.pending.items()):
                self._hand_over(update_id, queue)

    async def stop(self) -> None:
        """End deliveries; what was not taken stays pending."""
        workers = list(self._workers.values())
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        self._workers.clear()
        self._queues.clear()
        if self._poll is not None and not self._poll.done():
            self._poll.cancel()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _drain(self, queue: str) -> None:
        """Deliver a chat's updates in their order, each until it is taken."""
        waiting = self._queues[queue]
        failures = 0
        while waiting:
            update_id = waiting[0]
            since, _, update = self.pending.get(update_id, (0.0, "", {}))
            stale = "callback_query" in update and time.monotonic() - since > self.callback_life
            if not update or stale:
                self.pending.pop(update_id, None)
                waiting.popleft()
                continue
            async with self._slots:
                taken = await self._post(update_id, update)
            if taken:
                waiting.popleft()
                if update_id not in waiting:  # a duplicate is still to go out
                    self.pending.pop(update_id, None)
                failures = 0
                self.delivered += 1
            else:
                failures += 1
                await asyncio.sleep(0 if failures == 1 else min(2.0 ** (failures - 1), 60.0) * self.retry_scale)
        del self._queues[queue], self._workers[queue]

    async def _post(self, update_id: int, update: dict[str, Any]) -> bool:
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.secret
        assert self._session is not None
        status = 0
        try:
            async with self._session.post(self.webhook["url"], data=as_json(update), headers=headers) as answer:
                body = await answer.read()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            self.last_error = (int(time.time()), type(error).__name__)
        self.posts.append((update_id, status))
        if not 200 <= status < 300:
            if status:
                self.last_error = (int(time.time()), f"Wrong response from the webhook: {status}")
            return False
        if body.startswith(b"{"):
            with contextlib.suppress(ValueError):
                asked = orjson.loads(body)
                if method := asked.pop("method", ""):
                    self.execute(method, asked)
        return True
