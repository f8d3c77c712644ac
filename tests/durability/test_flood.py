"""17 reports a second, one in 51 of them true, by the running service to a Telegram with its flood limits: all are stored, each
true one is in a page within 10 s, and no member of staff gets more than one message a second.

`make test` runs ten seconds of it; `make test-long` and `make soak` the whole minute, 1,000 junk reports and 20 true ones.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import socket
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.adapters.store.database import open_database
from bot.adapters.store.migrate import migrate
from tests.durability.killing import Service, environment
from tests.support.bot_api import BotApi, running
from tests.support.duty import Duty
from tests.support.town import Person, Town

A_SECOND, ONE_TRUE_IN = 17, 51  # 1,020 a minute, 20 of them true
MINUTE = 60
SHORT = 10
PAGED_WITHIN_S = 10.0
STAFF = 3
IN_A_ROW = 4  # one may come a moment early or late over the wire
CODE = re.compile(r"\b[CDFHJKMNPRTWXY34679]{3}-[CDFHJKMNPRTWXY34679]{3}\b")


@dataclass(slots=True)
class Flooded:
    """What came of it. `waits`: of the true ones, from the tap that files it to the page, not from the commit."""

    reports: int
    stored: int
    waits: list[float]
    between: list[float]  # seconds from message to message to the same member of staff, the mean of any four that follow
    confirmed: list[float] = field(default_factory=list)  # of the true ones: until they had their code

    def p99(self) -> float:
        return sorted(self.waits)[min(len(self.waits) - 1, int(len(self.waits) * 0.99))]

    def __str__(self) -> str:
        waits, last = sorted(self.waits), max(self.confirmed, default=0)
        told = f"{self.reports} reports, {self.stored} stored; {len(waits)} true ones paged in p50 {waits[len(waits) // 2]:.2f} s"
        told += f", p99 {self.p99():.2f} s; at least {self.rest():.2f} s between messages to staff"
        return told + f"; {len(self.confirmed)} true reporters had their code by then, the last after {last:.1f} s"

    def rest(self) -> float:
        return min(self.between, default=PAGED_WITHIN_S)


@pytest.mark.timeout(240)
async def test_no_true_report_drowns_in_junk(tmp_path: Path) -> None:
    held(await flooded(tmp_path, MINUTE if os.environ.get("LONG") else SHORT))


def held(found: Flooded) -> None:
    print(f"\n{found}")
    assert found.stored == found.reports
    assert len(found.waits) == -(-found.reports // ONE_TRUE_IN), "a true report was never paged"
    assert found.p99() <= PAGED_WITHIN_S
    assert found.rest() >= 1.0


async def flooded(folder: Path, seconds: int) -> Flooded:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    async with running(strict=True) as api:
        town = Town(api)
        env = environment(api, folder, port, BOT_TELEGRAM_MESSAGES_PER_S="25")
        await migrate(env["BOT_DATABASE_URL"])
        store = await open_database(env["BOT_DATABASE_URL"])
        staff = [town.person(f"Staff {n}", language_code="sv") for n in range(STAFF)]
        for person in staff:
            await Duty(store).on_call(person.name, "norrkoping", telegram=person.key)
        await store.close()
        service = Service(env, folder / "log.txt")
        await service.load()
        await service.start()
        try:
            tapped = await _everybody_reports(town, seconds)
            true = dict(list(tapped.items())[::ONE_TRUE_IN])
            codes = await _stored(folder, len(tapped))
            paged = await _until_paged(api, staff, [codes[person] for person in true if person in codes])
            waits = [paged[codes[p]] - at for p, at in true.items() if codes.get(p) in paged]
            confirmed = _first_seen(api, set(true))
        finally:
            await service.close()
    between = [(later - sooner) / IN_A_ROW for person in staff for sooner, later in _runs(_tried_at(api, person))]
    told = [confirmed[codes[p]] - at for p, at in true.items() if codes.get(p) in confirmed]
    return Flooded(len(tapped), len(codes), waits, between, told)


async def _everybody_reports(town: Town, seconds: int) -> dict[str, float]:
    """Each reporter is somebody else; nothing tells the true ones. Return when each tapped what files the report, in order."""
    chance, tapped = random.Random(11), {}

    async def reports(person: Person) -> None:
        safe = f"safe:{chance.choice(['danger', 'safe', 'unsure'])}"
        files = safe if safe == "safe:danger" else "at:norrkoping"
        for action in ("child.new", safe, "at:norrkoping"):
            if action == files:
                tapped[person.key] = time.monotonic()
            await person.taps(action)
            await asyncio.sleep(0.3)

    began, tasks = time.monotonic(), []
    for number in range(seconds * A_SECOND):
        await asyncio.sleep(max(0.0, began + number / A_SECOND - time.monotonic()))
        tasks.append(asyncio.create_task(reports(town.person(f"Reporter {number}"))))
    await asyncio.gather(*tasks)
    return tapped


async def _stored(folder: Path, count: int, within_s: float = 30.0) -> dict[str, str]:
    """Return the code of each reporter's report, once as many are in the file, or no more come."""
    query = "SELECT reporters.key, reports.code FROM reports JOIN reporters ON reporters.report = reports.id"
    ends = time.monotonic() + within_s
    while True:
        with sqlite3.connect(f"file:{folder}/bot.sqlite?mode=ro", uri=True) as rows:
            found = rows.execute(query + " WHERE reports.place IS NOT NULL").fetchall()
        if len(found) >= count or time.monotonic() > ends:
            assert len(dict(found)) == len(found), "a report too many"
            return dict(found)
        await asyncio.sleep(0.2)


async def _until_paged(api: BotApi, staff: list[Person], codes: list[str]) -> dict[str, float]:
    """Return when each code first stood in a message to staff, once all do or time is over."""
    ends = time.monotonic() + 3 * PAGED_WITHIN_S
    while True:
        paged = _first_seen(api, {person.key for person in staff})
        if paged.keys() >= set(codes) or time.monotonic() > ends:
            return paged
        await asyncio.sleep(0.2)


def _first_seen(api: BotApi, chats: set[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for call in api.called("sendMessage"):
        if call.code == 200 and str(call.params["chat_id"]) in chats:
            for code in CODE.findall(call.params["text"]):
                found.setdefault(code, call.at)
    return found


def _tried_at(api: BotApi, person: Person) -> list[float]:
    """Return when the service sent them something, what the strict Telegram refused as too fast too."""
    return [call.at for call in api.called("sendMessage") if str(call.params["chat_id"]) == person.key]


def _runs(times: list[float]) -> Iterator[tuple[float, float]]:
    return zip(times, times[IN_A_ROW:], strict=False)
