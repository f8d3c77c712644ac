"""The receiving half of Telegram: by long poll or by webhook. Nothing is confirmed before `Inlet.accept` has returned.

Neither uses telegram.ext. Both take raw JSON, so that one update nobody can read never stops the others.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, Coroutine, Mapping, MutableMapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.adapters.telegram.inline import Offering, Query, answer_of, query_of
from bot.adapters.telegram.send import TelegramGateway
from bot.adapters.telegram.translate import KINDS_WANTED, press_id, translate
from bot.domain.events import Event
from bot.services.ports import Clock, Inlet, StoreUnavailable

log = structlog.get_logger()

POLL_S = 25
POLL_MARGIN_S = 10
PAUSES_S = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
TRIES = 3
MAX_BODY = 1024 * 1024
QUICK_AT_MOST = 200  # above that an inline query goes unanswered: the next letter brings another

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Poller:
    """Asks for updates until cancelled. `heard_at`: when Telegram last answered, for the health page."""

    def __init__(
        self,
        telegram: TelegramGateway,
        inlet: Inlet,
        *,
        clock: Clock,
        inline: Offering | None = None,
        poll_s: int = POLL_S,
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:
        self.heard_at: datetime | None = None
        self._bot = telegram.bot
        self._inlet = inlet
        self._clock = clock
        self._poll_s = poll_s
        self._pauses_s = pauses_s
        self._offset = 0
        self._failures = 0
        self._tries: dict[int, int] = {}
        self._inline = inline
        self._quick: set[asyncio.Task[None]] = set()  # calls that nothing depends on

    async def run(self) -> None:
        try:
            while True:
                await self._round()
        finally:
            for task in self._quick:
                task.cancel()

    async def _round(self) -> None:
        try:
            updates = await self._bot.call(
                "getUpdates",
                wait_s=self._poll_s + POLL_MARGIN_S,
                offset=self._offset,
                timeout=self._poll_s,
                allowed_updates=list(KINDS_WANTED),
            )
        except TelegramError as fault:
            await self._pause(fault)
            return
        self.heard_at = self._clock.now()
        if not isinstance(updates, list):
            await self._pause(TelegramError("no list"))
        elif not updates:
            # All before the offset is confirmed by now. Ids start anew after a quiet week, maybe below it, so it goes.
            self._failures, self._offset = 0, 0
        elif await self._take(updates):
            self._failures = 0
            self._offset = 1 + max(_id(u) for u in updates)
        else:
            await self._pause(None)

    async def _take(self, updates: list[Any]) -> bool:
        """Return whether all of the batch is on disk (or given up), so that the offset may move."""
        now = self._clock.now()
        events: list[tuple[int, Event]] = []
        for update in updates:
            event = translate(update, now=now, own_id=self._bot.own_id, own_name=self._bot.own_name)
            if event is not None:
                events.append((_id(update), event))
            if press := press_id(update):
                self._quickly("answerCallbackQuery", callback_query_id=press)
            if self._inline and len(self._quick) < QUICK_AT_MOST and (query := query_of(update)):
                self._start(self._answer_query(query, self._inline))
        outcomes = await asyncio.gather(*(self._inlet.accept(e) for _, e in events), return_exceptions=True)
        stored = True
        for (update_id, event), outcome in zip(events, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                stored = self._may_pass(update_id, event, outcome) and stored
            else:
                self._tries.pop(update_id, None)
        return stored

    def _may_pass(self, update_id: int, event: Event, fault: BaseException) -> bool:
        """Return whether to go on without this event: never while the store is away, after three tries if it is at fault."""
        if not isinstance(fault, Exception):
            raise fault
        kind = type(event).__name__
        if isinstance(fault, StoreUnavailable):
            log.error("update_not_stored", kind=kind, error=type(fault).__name__)
            return False
        tries = self._tries[update_id] = self._tries.get(update_id, 0) + 1
        log.error("update_failed", kind=kind, error=type(fault).__name__, attempt=tries, exc_info=fault, alarm=True)
        if tries < TRIES:
            return False
        del self._tries[update_id]
        log.error("update_given_up", kind=kind, error=type(fault).__name__, alarm=True)
        return True

    async def _pause(self, fault: TelegramError | None) -> None:
        wait = self._pauses_s[min(self._failures, len(self._pauses_s) - 1)]
        self._failures += 1
        if isinstance(fault, RetryAfter):
            pause = fault.retry_after
            wait = max(wait, pause.total_seconds() if isinstance(pause, timedelta) else pause)
        if fault is not None:
            # Another process polls with the same token (Conflict), or the token is wrong: a person has to look.
            alarm = isinstance(fault, Conflict | InvalidToken)
            log.warning("poll_failed", error=type(fault).__name__, attempt=self._failures, seconds=wait, alarm=alarm)
        await asyncio.sleep(wait)

    def _quickly(self, method: str, **params: Any) -> None:
        """Stop the spinner on a button. Nothing depends on it, so it is not waited for."""
        self._start(self._call(method, params))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._quick.add(task)
        task.add_done_callback(self._quick.discard)

    async def _answer_query(self, query: Query, offering: Offering) -> None:
        if params := await _offers(query, offering, self._bot.own_name):
            await self._call("answerInlineQuery", params)

    async def _call(self, method: str, params: dict[str, Any]) -> None:
        try:
            await self._bot.call(method, **params)
        except TelegramError as fault:
            log.debug("quick_call_failed", method=method, error=type(fault).__name__)


async def _offers(query: Query, offering: Offering, own_name: str) -> dict[str, Any] | None:
    """Return the answer to an inline query, None when a fault of ours is in the way: the typist sees an empty list then."""
    try:
        return await answer_of(query, offering, own_name)
    except Exception as fault:
        log.error("inline_failed", error=type(fault).__name__, exc_info=fault, alarm=True)
        return None


def _id(update: Any) -> int:
    """Return the update's id, -1 for one that has none: it cannot be confirmed, the others can."""
    found = update.get("update_id") if isinstance(update, Mapping) else None
    return found if isinstance(found, int) else -1


class Webhook:
    """An ASGI app for the one path that Telegram posts to. 200 only when the event is on disk, 503 when it is not.

    The secret stands in a header, never in the path: paths get into logs. A button press and an inline query are answered in
    the answer's body, as nothing is lost should that call be lost.
    """

    def __init__(
        self, telegram: TelegramGateway, inlet: Inlet, secret: str, *, clock: Clock, inline: Offering | None = None
    ) -> None:
        if not secret:
            raise ValueError("a webhook without a secret could be driven by anybody")
        self.heard_at: datetime | None = None
        self._bot = telegram.bot
        self._inlet = inlet
        self._clock = clock
        self._secret = secret.encode()
        self._inline = inline

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        status, body = await self._answer(scope, receive)
        headers = [(b"content-length", str(len(body)).encode())]
        if body:
            headers.append((b"content-type", b"application/json"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        if scope["method"] != "POST":
            return 405, b""
        given = next((v for k, v in scope["headers"] if k == b"x-telegram-bot-api-secret-token"), b"")
        if not hmac.compare_digest(given, self._secret):
            log.warning("webhook_refused", status=401)
            return 401, b""
        body = await _read(receive)
        if body is None:
            log.warning("webhook_refused", status=413)
            return 413, b""
        update = _parsed(body)
        if not isinstance(update, dict):
            log.warning("webhook_refused", status=400)
            return 400, b""
        now = self.heard_at = self._clock.now()
        event = translate(update, now=now, own_id=self._bot.own_id, own_name=self._bot.own_name)
        if event is not None and not await self._stored(event):
            return 503, b""
        if press := press_id(update):
            return 200, orjson.dumps({"method": "answerCallbackQuery", "callback_query_id": press})
        if self._inline and (query := query_of(update)):
            params = await _offers(query, self._inline, self._bot.own_name)
            return 200, orjson.dumps({"method": "answerInlineQuery", **params}) if params else b""
        return 200, b""

    async def _stored(self, event: Event) -> bool:
        try:
            await self._inlet.accept(event)
        except StoreUnavailable as fault:
            log.error("update_not_stored", kind=type(event).__name__, error=type(fault).__name__)
            return False
        except Exception as fault:
            # A fault of ours must not count as taken: Telegram brings the update again for a day, other chats go on.
            log.error("update_failed", kind=type(event).__name__, error=type(fault).__name__, exc_info=fault, alarm=True)
            return False
        return True


async def _read(receive: Receive) -> bytes | None:
    """Return the body, None when it is longer than any update can be or the line broke before its end."""
    parts: list[bytes] = []
    size = 0
    while True:
        part = await receive()
        if part["type"] != "http.request":
            return None
        size += len(part.get("body", b""))
        if size > MAX_BODY:
            return None
        parts.append(part.get("body", b""))
        if not part.get("more_body"):
            return b"".join(parts)


def _parsed(body: bytes) -> Any:
    """Return the JSON, None for what is none. The standard parser takes half surrogates, which orjson refuses."""
    try:
        return orjson.loads(body)
    except ValueError:
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            return None
