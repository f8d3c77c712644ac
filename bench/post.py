"""Webhook deliveries over a small HTTP/1.1 client: the stand-in's own costs most of its core, and it must not be the limit."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from urllib.parse import urlsplit

import httptools
import orjson

from tests.support.bot_api import BotApi
from tests.support.bot_api_wire import as_json


class Line(asyncio.Protocol):
    """One connection, one request at a time. `answer`: status, body and when it was read; 0 and nothing when the line breaks."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport = None  # type: ignore[assignment]
        self.open = True
        self.answer: asyncio.Future[tuple[int, bytes, float]] | None = None
        self._new()

    def _new(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False
        self._settle(0, b"")

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        status, body = self._parser.get_status_code(), b"".join(self._body)
        self.open = self._parser.should_keep_alive()
        self._new()
        self._settle(status, body)

    def _settle(self, status: int, body: bytes) -> None:
        if self.answer is not None and not self.answer.done():
            self.answer.set_result((status, body, time.perf_counter()))


def posting(api: BotApi) -> None:
    """Let the updates go out over lines of ours. What Telegram does with the answer stays as it is."""
    updates = api.updates
    idle: list[Line] = []

    async def post(update_id: int, update: dict[str, Any]) -> bool:
        loop = asyncio.get_running_loop()
        url = urlsplit(updates.webhook["url"])
        body = as_json(update)
        secret = f"X-Telegram-Bot-Api-Secret-Token: {updates.secret}\r\n" if updates.secret else ""
        head = (
            f"POST {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Type: application/json\r\n{secret}"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        while idle and not idle[-1].open:
            idle.pop()
        try:
            line = idle.pop() if idle else (await loop.create_connection(Line, url.hostname, url.port))[1]
        except OSError as fault:
            updates.last_error = (int(time.time()), type(fault).__name__)
            updates.posts.append((update_id, 0))
            return False
        line.answer = loop.create_future()
        line.transport.write(head.encode() + body)
        status, said, api.read_at = await line.answer
        if line.open:
            idle.append(line)
        updates.posts.append((update_id, status))
        if not 200 <= status < 300:
            updates.last_error = (int(time.time()), f"Wrong response from the webhook: {status}")
            return False
        if said.startswith(b"{"):
            asked = orjson.loads(said)
            if method := asked.pop("method", ""):
                updates.execute(method, asked)
        return True

    updates._post = post  # type: ignore[method-assign]
