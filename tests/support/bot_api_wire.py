"""HTTP/1.1 in front of the stand-in: keep-alive, JSON, forms and multipart, and lines that break when they are told to.

Own protocol over httptools instead of a web framework, because the stand-in must not be the slow half of a benchmark.
"""

from __future__ import annotations

import asyncio
import json
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httptools
import orjson

from tests.support.schema import Upload

if TYPE_CHECKING:
    from tests.support.bot_api import BotApi

MAX_BODY = 50 * 1024 * 1024
Answer = tuple[int, bytes, str]  # status, body, content type


async def serve(api: BotApi, port: int = 0) -> Server:
    """Listen on loopback and set `api.url`."""
    server = Server(api)
    await server.start(port)
    return server


class Server:
    """`routes`: other paths than the Bot API's, for instance of a control page: path -> async (query, body) -> Answer."""

    def __init__(self, api: BotApi) -> None:
        self.api = api
        self.routes: dict[str, Any] = {}
        self.lines: set[Line] = set()
        self.works: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Line(self), "127.0.0.1", port)
        self.api.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def close(self) -> None:
        """Stop listening and break all lines, as a server that dies does."""
        if self._server is not None:
            self._server.close()
        for line in list(self.lines):
            line.transport.abort()
        for work in self.works:
            work.cancel()

    async def answer(self, target: str, content_type: str, body: bytes) -> Answer:
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        segments = parts.path.strip("/").split("/")
        if parts.path in self.routes:
            return await self.routes[parts.path](query, body)
        if segments[0] == "file" and len(segments) > 2:
            return self._file(unquote(segments[1]), segments[-1])
        if not segments[0].startswith("bot") or len(segments) != 2:
            return 404, b'{"ok":false,"error_code":404,"description":"Not Found"}', "application/json"
        try:
            given = {**query, **fields(content_type, body)}
        except ValueError:
            return 400, b'{"ok":false,"error_code":400,"description":"Bad Request: wrong body"}', "application/json"
        code, answer = await self.api.call(unquote(segments[0][3:]), segments[1], given)
        if isinstance(answer, str):
            return code, answer.encode(), "text/html"
        return code, as_json(answer), "application/json"

    def _file(self, token: str, file_id: str) -> Answer:
        if token != f"bot{self.api.token}" or file_id not in self.api.files:
            return 404, b'{"ok":false,"error_code":404,"description":"Not Found"}', "application/json"
        return 200, self.api.files[file_id][1], "application/octet-stream"


def as_json(value: Any) -> bytes:
    """Return the JSON, half surrogates and huge numbers included, which orjson refuses."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value).encode()


def fields(content_type: str, body: bytes) -> dict[str, Any]:
    """Return the parameters of a body in any of the three forms. Raises ValueError."""
    kind, _, rest = content_type.partition(";")
    if not body:
        return {}
    if kind == "application/json":
        given = orjson.loads(body)
        if not isinstance(given, dict):
            raise ValueError("an object is expected")
        return {name: value for name, value in given.items() if value is not None}
    if kind == "application/x-www-form-urlencoded":
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    if kind == "multipart/form-data":
        return _parts(rest.partition("boundary=")[2].split(";")[0].strip().strip('"'), body)
    raise ValueError("unknown content type")


def _parts(boundary: str, body: bytes) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for part in body.split(b"--" + boundary.encode())[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        content = content.removesuffix(b"\r\n")
        disposition = next(h for h in head.decode().split("\r\n") if h.lower().startswith("content-disposition"))
        said = dict(item.strip().split("=", 1) for item in disposition.split(";")[1:] if "=" in item)
        name = said["name"].strip('"')
        if "filename" in said:
            given[name] = Upload(said["filename"].strip('"'), content)
        else:
            given[name] = content.decode()
    return given


class Line(asyncio.Protocol):
    """One connection: requests are answered one after another in the order they came."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.transport: asyncio.Transport = None  # type: ignore[assignment]
        self._parser = httptools.HttpRequestParser(self)
        self._waiting: list[tuple[str, str, bytes, float]] = []
        self._work: asyncio.Task[None] | None = None
        self._clear()

    def _clear(self) -> None:
        self._target = b""
        self._type = ""
        self._body: list[bytes] = []
        self._size = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        self.server.lines.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.server.lines.discard(self)  # what was begun goes on: the real server acts though the caller has left

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.transport.abort()

    # httptools calls these

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self._type = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._size += len(body)
        if self._size > MAX_BODY:
            self.transport.abort()
        self._body.append(body)

    def on_message_complete(self) -> None:
        self._waiting.append((self._target.decode("latin-1"), self._type, b"".join(self._body), time.perf_counter()))
        self._clear()
        if self._work is None or self._work.done():
            self._work = asyncio.get_running_loop().create_task(self._answer_all())
            self.server.works.add(self._work)
            self._work.add_done_callback(self.server.works.discard)

    async def _answer_all(self) -> None:
        from tests.support.bot_api import Dropped

        while self._waiting:
            target, content_type, body, self.server.api.read_at = self._waiting.pop(0)
            try:
                status, answer, kind = await self.server.answer(target, content_type, body)
            except Dropped:
                self.transport.abort()
                return
            if self.transport.is_closing():
                return
            head = f"HTTP/1.1 {status} {_phrase(status)}\r\nContent-Type: {kind}\r\nContent-Length: {len(answer)}\r\n\r\n"
            self.transport.write(head.encode() + answer)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
