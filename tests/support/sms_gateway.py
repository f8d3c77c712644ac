"""An SMS gateway on loopback, in the manner of 46elks, that keeps what it is given and fails on demand.

async with an_sms_gateway() as gateway:
    gateway.fails(reply(429, {"Retry-After": "7"}))   # the next call
    gateway.fails(TAKES_AND_DROPS)                     # the SMS goes out, the line breaks before the answer
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

USER, PASSWORD = "u123", "p4ss:/@word"


@dataclass(frozen=True, slots=True)
class Fault:
    """`takes`: the SMS goes out all the same. `ends`: reply, hang or drop."""

    ends: str = "reply"
    takes: bool = False
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = "Internal error"


def reply(status: int, headers: Mapping[str, str] | None = None, body: str = "no") -> Fault:
    return Fault(status=status, headers=headers or {}, body=body)


HANGS, DROPS = Fault("hang"), Fault("drop")
TAKES_AND_HANGS, TAKES_AND_DROPS = Fault("hang", takes=True), Fault("drop", takes=True)


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> object:
        return json.loads(self.body)


@dataclass(slots=True)
class Gateway:
    """`calls` are all that came in, `sent` those of them that reached a phone."""

    port: int = 0
    calls: list[Call] = field(default_factory=list)
    sent: list[Call] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    never: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://{USER}:p4ss%3A%2F%40word@127.0.0.1:{self.port}/a1/sms"

    def fails(self, fault: Fault, times: int = 1) -> None:
        self.faults.extend([fault] * times)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        form = dict(await request.post()) if "form" in request.content_type else {}
        call = Call(request.method, request.path, dict(request.headers), dict(request.query), form, body)  # type: ignore[arg-type]
        self.calls.append(call)
        fault = self.faults.pop(0) if self.faults else None
        if fault is None or fault.takes:
            self.sent.append(call)
        if fault is None:
            return web.json_response({"status": "created", "id": f"s{len(self.sent)}", "parts": 1})
        if fault.ends == "drop" and request.transport:
            request.transport.abort()
        if fault.ends in ("hang", "drop"):
            await self.never.wait()
        return web.Response(status=fault.status, headers=fault.headers, text=fault.body)


@asynccontextmanager
async def an_sms_gateway() -> AsyncIterator[Gateway]:
    gateway = Gateway()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", gateway.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    gateway.port = runner.addresses[0][1]
    try:
        yield gateway
    finally:
        gateway.never.set()
        await runner.cleanup()
