"""Kept HTTP/1.1 lines to a server: whole bodies there and back, one request at a time on each line.

Telegram is called once or twice for each message, and a general client is what most of such a call costs
(docs/decisions/0080-lines-to-telegram.md has the figures). Connecting is left to aiohappyeyeballs, TLS to ssl, the answers
to httptools.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections import deque
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

import aiohappyeyeballs
import httptools

KEEP_S = 15.0  # a line unused for longer may be closing at the other end just as we write to it
NEXT_ADDRESS_S = 0.25  # how long one address may take before the next is tried beside it


class NoLine(Exception):
    """No connection was made: nothing was sent."""


class Broken(Exception):
    """The line broke, or the answer was none, after we had begun to send."""


class _Server(NamedTuple):
    host: str
    port: int
    tls: bool
    named: str  # as the address names it


class _Line(asyncio.Protocol):
    def __init__(self) -> None:
        self.transport: asyncio.Transport
        self.open = True
        self.used_at = 0.0
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    def ask(self, request: bytes) -> asyncio.Future[tuple[int, bytes]]:
        """Write the request; the future has status and body. Raises Broken through it."""
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._answer

    def close(self) -> None:
        self.open = False
        self.transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False
        self._settle(None)

    def data_received(self, data: bytes) -> None:
        if self._answer is None or self._answer.done():
            self.close()  # nobody asked
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.close()
            self._settle(None)

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        self.open = self.open and self._parser.should_keep_alive()
        self._settle((self._parser.get_status_code(), b"".join(self._body)))

    def _settle(self, answer: tuple[int, bytes] | None) -> None:
        if self._answer is None or self._answer.done():
            return
        if answer is None:
            self._answer.set_exception(Broken())
        else:
            self._answer.set_result(answer)


class Lines:
    """At most `at_once` requests at the same time; a line that is free is used again. `tls`: None for the system's trust."""

    def __init__(self, at_once: int, tls: ssl.SSLContext | None = None) -> None:
        self._room = asyncio.Semaphore(at_once)
        self._free: dict[_Server, deque[_Line]] = {}
        self._tls = tls

    async def ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, *, connect_s: float, answer_s: float
    ) -> tuple[int, bytes]:
        """Return status and body. Raises NoLine, Broken, and TimeoutError when the answer is not whole within `answer_s`."""
        server, path = _parts(url)
        more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: {server.named}\r\n{more}Content-Length: {len(body)}\r\n\r\n"
        async with self._room:
            line = self._kept(server) or await self._connected(server, connect_s)
            if not line.open:
                raise NoLine("closed at once")
            try:
                async with asyncio.timeout(answer_s):
                    answer = await line.ask(head.encode("latin-1") + body)
            except BaseException:
                line.close()
                raise
            if line.open:
                line.used_at = time.monotonic()
                self._free.setdefault(server, deque()).append(line)
            else:
                line.close()
            return answer

    def close(self) -> None:
        for lines in self._free.values():
            for line in lines:
                line.close()
        self._free.clear()

    def _kept(self, server: _Server) -> _Line | None:
        """Return the line used last that is still good; close those that nobody used for long."""
        lines = self._free.get(server)
        too_old = time.monotonic() - KEEP_S
        while lines and lines[0].used_at < too_old:
            lines.popleft().close()
        while lines:
            line = lines.pop()
            if line.open and not line.transport.is_closing():
                return line
        return None

    async def _connected(self, server: _Server, within_s: float) -> _Line:
        loop = asyncio.get_running_loop()
        if server.tls and self._tls is None:
            self._tls = ssl.create_default_context()
        try:
            async with asyncio.timeout(within_s):
                found = await loop.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
                chosen = await aiohappyeyeballs.start_connection(found, happy_eyeballs_delay=NEXT_ADDRESS_S)
                chosen.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                tls = {"ssl": self._tls, "server_hostname": server.host} if server.tls else {}
                _, line = await loop.create_connection(_Line, sock=chosen, **tls)
                return line
        except (OSError, TimeoutError) as fault:
            raise NoLine(type(fault).__name__) from None


@lru_cache(maxsize=256)
def _parts(url: str) -> tuple[_Server, str]:
    """Return where to connect and what to ask for there. Raises NoLine for an address that is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise NoLine("ValueError") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NoLine("ValueError")
    named = parts.netloc.rpartition("@")[2]
    return _Server(parts.hostname, port, parts.scheme == "https", named), urlunsplit(("", "", parts.path or "/", parts.query, ""))
