"""What the outside may ask: alive, ready, numbers on a port of their own. The heartbeat stops when a report is in silence."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.adapters.store.database import open_database
from bot.adapters.store.migrate import migrate
from bot.app import health
from bot.app.health import STALE_PAGE_S, Health
from bot.services.ports import StoreUnavailable
from tests.durability.killing import Service, environment
from tests.support.bot_api import running
from tests.support.bot_api_faults import broken
from tests.support.builders import SettableClock
from tests.support.duty import Duty
from tests.support.ports import listen
from tests.support.town import Town
from tests.support.whole import a_service_running


@asynccontextmanager
async def a_watcher() -> AsyncIterator[tuple[str, list[float]]]:
    """Somebody outside who listens for the heartbeat: its address, and when each came."""
    heard: list[float] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert (await reader.readline()).startswith(b"GET /beat ")
        heard.append(time.monotonic())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/beat", heard
    finally:
        server.close()


async def test_the_heartbeat_leaves_the_house_only_when_no_report_is_in_silence(tmp_path: Path) -> None:
    """The running service: its heartbeat, its doors and its numbers; then the next step of a report is lost, and found."""
    ports = _free(2)
    log = tmp_path / "log.txt"
    async with running() as api, a_watcher() as (url, heard), httpx.AsyncClient() as http:
        env = environment(api, tmp_path, ports[0], BOT_HEARTBEAT_URL=url, BOT_METRICS_PORT=str(ports[1]))
        town = Town(api)
        anna, olena = town.person("Anna", language_code="sv"), town.person("Olena")
        await migrate(env["BOT_DATABASE_URL"])
        store = await open_database(env["BOT_DATABASE_URL"])
        await Duty(store).on_call("Anna", "norrkoping", telegram=anna.key)
        await store.close()
        service = Service(env, log)
        await service.load()
        try:
            await service.start()
            await _until(lambda: len(heard) == 1, "a heartbeat soon after the start")
            for action in ("child.new", "safe:unsure", "at:norrkoping"):
                await olena.taps(action)
            await anna.answered()
            await _doors(http, *ports)
            service.kill()
            await asyncio.sleep(0.2)  # its lock goes with it
            with closing(sqlite3.connect(tmp_path / "bot.sqlite")) as rows, rows:
                assert rows.execute("UPDATE alerts SET due_at = NULL").rowcount == 1
            anna.looks_at_all()
            await service.start()
            await anna.answered()  # the auditor has looked and put it right, so she is called anew
            assert "no next step" in log.read_text()
            await asyncio.sleep(0.5)
            assert len(heard) == 1, "not while something was wrong"
            service.kill()
            await asyncio.sleep(0.2)
            await service.start()
            await _until(lambda: len(heard) == 2, "a heartbeat when all is well again")
        finally:
            await service.close()
    with closing(sqlite3.connect(tmp_path / "bot.sqlite")) as rows:
        assert rows.execute("SELECT count(*), min(detail) FROM timeline WHERE what = 'put_right'").fetchone() == (
            1,
            "no next step",
        )


async def _doors(http: httpx.AsyncClient, port: int, numbers: int) -> None:
    public, own = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{numbers}"
    for door, answer in (("/healthz", "ok\n"), ("/readyz", "ready\n")):
        for side in (public, own):
            found = await http.get(side + door)
            assert (found.status_code, found.text, found.headers["cache-control"]) == (200, answer, "no-store")
    told = (await http.get(own + "/metrics")).text
    figures = dict(line.rsplit(" ", 1) for line in told.splitlines() if not line.startswith("#"))
    assert figures["bot_reports_open"] == figures["bot_alerts_unacknowledged"] == "1.0", told
    assert figures["bot_inbox_aside"] == figures['bot_outbox_age_seconds{lane="page"}'] == "0.0", told
    assert (await http.get(public + "/metrics")).status_code == 404, "numbers are nobody's business outside"
    assert (await http.get(own + "/staff")).status_code == 404, "nor is anything else there"


async def test_not_ready_while_no_page_gets_out_and_ready_when_it_has(tmp_path: Path) -> None:
    clock = SettableClock()
    async with running() as api, a_service_running(tmp_path, api, clock=clock) as whole, httpx.AsyncClient() as http:
        town = Town(api)
        anna, olena = town.person("Anna", language_code="sv"), town.person("Olena")
        await Duty(whole.service.store).on_call("Anna", "norrkoping", telegram=anna.key)
        await whole.service.casework.alerting.look()
        api.faults.add("sendMessage", broken(500), chat=anna.id, times=None)
        for action in ("child.new", "safe:unsure", "at:norrkoping"):
            await olena.taps(action)
        await _until(lambda: bool(api.called("sendMessage", chat_id=anna.id)), "a page that is refused")
        assert (await http.get(whole.url + "/readyz")).text == "ready\n"
        clock.passes(seconds=STALE_PAGE_S + 1)
        found = await http.get(whole.url + "/readyz")
        assert (found.status_code, found.text) == (503, "not ready\n")
        assert (await http.get(whole.url + "/healthz")).status_code == 200, "alive: a restart would not help"
        api.faults.rules.clear()
        await anna.answered(within=30)
        async with asyncio.timeout(10):
            while (await http.get(whole.url + "/readyz")).status_code != 200:
                await asyncio.sleep(0.05)
        olena.looks_at_all()


async def test_not_ready_while_the_database_is_away_or_does_not_answer(
    clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "READY_WITHIN_S", 0.05)

    class Away:
        async def read(self, work: Any) -> Any:
            raise StoreUnavailable("away")

    class Slow:
        async def read(self, work: Any) -> Any:
            await asyncio.Event().wait()

    assert not await Health(Away(), clock).ready()  # type: ignore[arg-type]
    assert not await Health(Slow(), clock).ready(), "the probe gets its answer"  # type: ignore[arg-type]


async def _until(true: Callable[[], bool], what: str, within_s: float = 20.0) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, f"waited {within_s} s for {what}"
        await asyncio.sleep(0.02)


def _free(count: int) -> list[int]:
    sockets = [listen() for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports
