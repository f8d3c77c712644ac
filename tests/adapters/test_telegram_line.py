"""The lines to Telegram: kept, bounded, and honest about whether anything was sent when they fail."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.adapters.telegram import line
from bot.adapters.telegram.line import Broken, Lines, NoLine
from tests.support.smtp import KEY, trusting

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Answers as told. `heads`: what was asked, one for each request. `lines`: how many connections there have been."""

    def __init__(self, answer: Callable[[bytes], bytes], rest: Serve | None = None) -> None:
        self.heads: list[str] = []
        self.lines = 0
        self.url = ""
        self._answer = answer
        self._rest = rest

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = next(int(h.split(":")[1]) for h in head.split("\r\n") if h.lower().startswith("content-length"))
                body = await reader.readexactly(length)
                self.heads.append(head)
                writer.write(self._answer(body))
                if self._rest:
                    await self._rest(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def a_server(answer: Callable[[bytes], bytes], rest: Serve | None = None, **more: Any) -> AsyncIterator[Server]:
    server = Server(answer, rest)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, **more)
    scheme = "https" if more.get("ssl") else "http"
    server.url = f"{scheme}://127.0.0.1:{listening.sockets[0].getsockname()[1]}/botX/sendMessage"
    try:
        yield server
    finally:
        listening.close()


def echo(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    raise ConnectionError


async def ask(lines: Lines, server: Server, body: bytes = b"{}", within_s: float = 5.0) -> tuple[int, bytes]:
    return await lines.ask("POST", server.url, {"Content-Type": "application/json"}, body, connect_s=1, answer_s=within_s)


async def test_a_line_is_used_again_and_the_request_is_what_was_asked() -> None:
    async with a_server(echo) as server:
        lines = Lines(4)
        for number in range(5):
            assert await ask(lines, server, b"%d" % number) == (200, b"%d" % number)
        assert server.lines == 1
        place = server.url.removeprefix("http://").partition("/")[0]
        assert server.heads[0].startswith(
            f"POST /botX/sendMessage HTTP/1.1\r\nHost: {place}\r\nContent-Type: application/json\r\n"
        )
        lines.close()


async def test_answers_at_the_same_time_go_to_whoever_asked_and_never_more_than_the_room() -> None:
    async with a_server(echo) as server:
        lines = Lines(3)
        asked = [b"%d" % number for number in range(40)]
        assert await asyncio.gather(*(ask(lines, server, body) for body in asked)) == [(200, body) for body in asked]
        assert server.lines <= 3
        lines.close()


async def test_an_answer_in_chunks_and_one_that_ends_the_line() -> None:
    chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    last = b"HTTP/1.1 429 No\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno"
    answers = iter([chunks, last, chunks])
    async with a_server(lambda _: next(answers)) as server:
        lines = Lines(1)
        assert await ask(lines, server) == (200, b"abcde")
        assert await ask(lines, server) == (429, b"no")
        assert await ask(lines, server) == (200, b"abcde")
        assert server.lines == 2
        lines.close()


async def test_a_line_that_the_server_has_closed_meanwhile_is_not_written_to() -> None:
    async with a_server(echo, hang_up) as server:
        lines = Lines(2)
        for _ in range(3):
            assert await ask(lines, server) == (200, b"{}")
            await asyncio.sleep(0.05)
        assert server.lines == 3
        lines.close()


async def test_a_line_that_is_closed_before_it_could_be_written_to_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    connected = Lines._connected

    async def then_closed(self: Lines, *given: Any) -> Any:
        made = await connected(self, *given)
        made.close()
        return made

    monkeypatch.setattr(Lines, "_connected", then_closed)
    async with a_server(echo) as server:
        with pytest.raises(NoLine):
            await ask(Lines(1), server)
        assert not server.heads


async def test_a_line_unused_for_long_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "KEEP_S", 0.0)
    async with a_server(echo) as server:
        lines = Lines(2)
        await ask(lines, server)
        await asyncio.sleep(0.01)
        await ask(lines, server)
        assert server.lines == 2
        lines.close()


@pytest.mark.parametrize(
    "half", [b"", b"HTTP/1.1 200 OK\r\nContent-Le", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", b"what?\r\n\r\n"]
)
async def test_half_an_answer_or_none_is_told_as_broken_and_the_next_call_gets_a_line_of_its_own(half: bytes) -> None:
    answers = iter([half])
    async with a_server(lambda body: next(answers, echo(body)), hang_up) as server:
        lines = Lines(1)
        with pytest.raises(Broken):
            await ask(lines, server)
        assert await ask(lines, server) == (200, b"{}")
        lines.close()


async def test_a_server_that_sends_a_byte_now_and_then_does_not_hold_us() -> None:
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with a_server(lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n", drip) as server:
        lines = Lines(1)
        with pytest.raises(TimeoutError):
            await ask(lines, server, within_s=0.2)
        assert not lines._room.locked()
        lines.close()


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/x", "http://no-such-host.invalid/x", "ftp://127.0.0.1/x", "http://127.0.0.1:999999/", ""]
)
async def test_where_nobody_answers_nothing_was_sent(url: str) -> None:
    with pytest.raises(NoLine):
        await Lines(1).ask("POST", url, {}, b"{}", connect_s=1, answer_s=1)


async def test_encrypted_lines_are_for_servers_that_we_trust() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(KEY)
    async with a_server(echo, ssl=context) as server:
        lines = Lines(1, trusting())
        assert await ask(lines, server, b"sealed") == (200, b"sealed")
        lines.close()
        with pytest.raises(NoLine):
            await ask(Lines(1), server)
        assert len(server.heads) == 1
