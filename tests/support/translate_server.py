"""A LibreTranslate server on loopback that translates what it was taught, keeps what it was asked, and fails on demand.

async with a_translate_server() as machine:
    machine.knows["Де ви?"] = "Var är ni?"
    machine.fails(500)          # the next call; also HANGS, DROPS, or a body to answer with
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

KEY = "k3y-of-the-tests"
LANGUAGES = [{"code": code, "name": code, "targets": ["en", "sv", "uk"]} for code in ("en", "sv", "uk", "ru")]
HANGS, DROPS = object(), object()


@dataclass(slots=True)
class Machine:
    port: int = 0
    knows: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Any] = field(default_factory=list)
    never: asyncio.Event = field(default_factory=asyncio.Event)
    needs_key: bool = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def fails(self, how: Any, times: int = 1) -> None:
        self.faults.extend([how] * times)

    async def translate(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        assert set(body) <= {"q", "source", "target", "format", "api_key"} and body["format"] == "text"
        self.asked.append(body)
        how = self.faults.pop(0) if self.faults else None
        if how is DROPS and request.transport:
            request.transport.abort()
        if how in (HANGS, DROPS):
            await self.never.wait()
        if isinstance(how, int):
            return web.json_response({"error": body["q"]}, status=how, headers={"Location": f"{self.url}/elsewhere"})
        if how is not None:
            return web.Response(body=how, content_type="application/json")
        if self.needs_key and body.get("api_key") != KEY:
            return web.json_response({"error": "Invalid API key"}, status=403)
        if body["target"] not in ("en", "sv", "uk") or body["source"] not in ("auto", "en", "sv", "uk", "ru"):
            return web.json_response({"error": f"{body['target']} is not supported"}, status=400)
        found = {"translatedText": self.knows.get(body["q"], f"[{body['target']}] {body['q']}")}
        if body["source"] == "auto":
            found["detectedLanguage"] = {"confidence": 90, "language": "en"}  # type: ignore[assignment]
        return web.json_response(found)

    async def languages(self, request: web.Request) -> web.Response:
        return web.json_response(LANGUAGES)

    async def elsewhere(self, request: web.Request) -> web.Response:
        raise AssertionError("words were led to another server")


@asynccontextmanager
async def a_translate_server() -> AsyncIterator[Machine]:
    machine = Machine()
    app = web.Application()
    app.router.add_post("/translate", machine.translate)
    app.router.add_get("/languages", machine.languages)
    app.router.add_route("*", "/elsewhere", machine.elsewhere)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    machine.port = runner.addresses[0][1]
    try:
        yield machine
    finally:
        machine.never.set()
        await runner.cleanup()
