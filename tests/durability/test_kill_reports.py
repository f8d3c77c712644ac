"""SIGKILL at random instants while people report children: no report is lost, every page arrives, and repeats are few."""

from __future__ import annotations

import asyncio
import random
import re
import socket
import time
from bisect import bisect
from collections import Counter
from pathlib import Path

import pytest

from bot.adapters.store.database import open_database
from bot.adapters.store.migrate import migrate
from tests.durability.killing import DYING_S, Service, environment
from tests.support.bot_api import BotApi, running
from tests.support.duty import Duty
from tests.support.town import Person, Town

KILLS = 300
REPORTERS = 10
STAFF = 3
MORE = re.compile(r"… och (\d+) till")
CODE = re.compile(r"\b[CDFHJKMNPRTWXY34679]{3}-[CDFHJKMNPRTWXY34679]{3}\b")


async def _people_on_call(folder: Path, town: Town) -> list[Person]:
    url = f"sqlite:///{folder}/bot.sqlite"
    await migrate(url)
    store = await open_database(url)
    people = [town.person(f"Staff {n}", language_code="sv") for n in range(STAFF)]
    for person in people:
        await Duty(store).on_call(person.name, "norrkoping", telegram=person.key)
    await store.close()
    return people


async def _reports(person: Person, chance: random.Random, over: asyncio.Event) -> int:
    filed = 0
    while not over.is_set():
        for action in ("child.new", f"safe:{chance.choice(['danger', 'safe', 'unsure'])}", "at:norrkoping"):
            await person.taps(action)
            await asyncio.sleep(chance.uniform(0.5, 1.5))  # a page lists 40 codes at most: more than that would go unseen here
        filed += 1
    return filed


@pytest.mark.long
@pytest.mark.timeout(1200)
async def test_no_report_is_lost_and_every_page_arrives_under_kill_9(tmp_path: Path) -> None:
    await reported_under_fire(tmp_path, KILLS, 7)


async def reported_under_fire(folder: Path, count: int, seed: int) -> None:
    """Let people report while the service is killed so often, and balance the books."""
    chance = random.Random(seed)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    async with running() as api:
        town = Town(api)
        staff = await _people_on_call(folder, town)
        reporters = [town.person(f"Reporter {n}") for n in range(REPORTERS)]
        kills, over = [], asyncio.Event()
        service = Service(environment(api, folder, port))
        await service.load()
        await service.start()
        work = [asyncio.create_task(_reports(person, chance, over)) for person in reporters]
        try:
            for _ in range(count):
                if chance.random() < 0.5:  # the others hit the start: on a slow machine all of them would
                    await _sends(api)
                await asyncio.sleep(chance.uniform(0.02, 0.4))
                service.kill()
                await asyncio.sleep(DYING_S)
                kills.append(time.monotonic())
                await service.start()
            over.set()
            filed = sum(await asyncio.gather(*work))
            received = await _all_paged(api, staff, reporters, filed)
        finally:
            for task in work:
                task.cancel()
            await service.close()
    assert filed > 3 * REPORTERS, "too quiet to prove anything"
    assert len(received) == filed, "a report that was made was not confirmed"
    for person in staff:
        assert _reached(api, person, received), f"reports never reached {person.name}"
    repeats = _repeats(api, [*staff, *reporters], kills)
    print(f"\n{count} kills, {filed} reports, 0 lost, {sum(repeats.values())} repeats")
    assert max(repeats.values(), default=0) <= 1


async def _sends(api: BotApi, within_s: float = 5.0) -> None:
    """Return when the service sends something, or there was nothing to send."""
    end, before = time.monotonic() + within_s, len(api.called("sendMessage"))
    while time.monotonic() < end and len(api.called("sendMessage")) == before:
        await asyncio.sleep(0.01)


async def _all_paged(api: BotApi, staff: list[Person], reporters: list[Person], filed: int) -> set[str]:
    """Return the codes that reporters were given, once everybody has been paged or nothing more happens."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        received = {code for person in reporters for code in _codes(api, person)}
        if len(received) >= filed and all(_reached(api, person, received) for person in staff):
            await asyncio.sleep(1)
            return {code for person in reporters for code in _codes(api, person)}
        await asyncio.sleep(0.2)
    return received


def _reached(api: BotApi, person: Person, received: set[str]) -> bool:
    """Return whether each report stood in a page, by its code or, after a long stand-still, as one of those `… and 3 more`."""
    sent = [c.params["text"] for c in api.called("sendMessage") if str(c.params["chat_id"]) == str(person.id)]
    counted = sum(int(n) for text in sent for n in MORE.findall(text))
    return len(received - set(_codes(api, person))) <= counted


def _codes(api: BotApi, person: Person) -> list[str]:
    sent = [
        c.params["text"] for c in api.called("sendMessage") if str(c.params["chat_id"]) == str(person.id) and c.code in (0, 200)
    ]
    return [code for text in sent for code in CODE.findall(text)]


def _repeats(api: BotApi, people: list[Person], kills: list[float]) -> Counter[tuple[int, int]]:
    """Count the messages that say word for word what was sent before, by the kill before them and the person."""
    names = {str(p.id): p.id for p in people}
    seen: set[tuple[str, str]] = set()
    repeats: Counter[tuple[int, int]] = Counter()
    for call in api.called("sendMessage"):
        text, to = call.params["text"], str(call.params["chat_id"])
        if to not in names or not CODE.search(text) or call.code not in (0, 200):
            continue
        if (to, text) in seen:
            repeats[bisect(kills, call.at), names[to]] += 1
        seen.add((to, text))
    return repeats
