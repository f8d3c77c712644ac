"""SIGKILL once just before and once just behind the commit of each thing that may happen to a report, while others report.

After each the service starts again, and: what was confirmed is there, what was not is done by redelivery or shows as not done;
the page arrives; one person has the case; nobody gets a message twice but once.
"""

from __future__ import annotations

import asyncio
import random
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from bot.adapters.store.database import beside, open_database
from bot.adapters.store.migrate import migrate
from bot.adapters.vault import RowBox
from bot.domain.people import Role
from bot.domain.rota import Shift
from tests.durability import commit_points as points
from tests.durability.killing import DYING_S, Service, environment
from tests.durability.test_kill_questions import _up
from tests.durability.test_kill_reports import _all_paged, _codes, _reached, _repeats, _reports
from tests.support.bot_api import BotApi, running
from tests.support.duty import Duty
from tests.support.staff import Clerk
from tests.support.town import Person, Town

KEY = "a secret of the tests, of forty letters."
UNIT = "norrkoping"
LOAD = 5  # people who report all the time


@dataclass
class World:
    api: BotApi
    town: Town
    service: Service
    url: str
    file: Path
    anna: Person
    bo: Person
    berit: Person  # second level
    clerk: Clerk  # Anna, at the console
    olena: Person
    kills: list[float] = field(default_factory=list)

    async def dies_at(self, what: str, when: str, act: Callable[[], Awaitable[Any]]) -> None:
        """Let the act lead to that commit, the service die there, and start again."""
        self.file.write_text(f"{what} {when}")
        acting = asyncio.ensure_future(act())
        await self.service.died()
        with suppress(httpx.TransportError):
            await acting
        await asyncio.sleep(DYING_S)
        self.kills.append(time.monotonic())
        await self.service.start()
        await _up(self.clerk)

    async def look(self, work: Callable[[Any], Any], *, writes: bool = False) -> Any:
        return await beside(self.url, KEY.encode(), RowBox([KEY]), work, writes=writes)

    async def until(self, holds: Callable[[], Awaitable[Any]]) -> Any:
        async with asyncio.timeout(30):
            while not (found := await holds()):
                await asyncio.sleep(0.05)
        return found

    async def files(self) -> str:
        """Olena reports. Return the code that she was told."""
        known = set(_codes(self.api, self.olena))
        for action in ("child.new", "safe:danger", f"at:{UNIT}"):
            await self.olena.taps(action)

        async def told() -> set[str]:
            return set(_codes(self.api, self.olena)) - known

        (code,) = await self.until(told)
        return str(code)

    async def report(self, code: str) -> Any:
        return await self.look(lambda tx: tx.reports.by_code(code))

    async def timeline(self, code: str) -> list[str]:
        return [m.what for m in await self.look(lambda tx: tx.reports.timeline(tx.reports.by_code(code).id))]

    async def hears(self, person: Person, *words: str) -> int:
        """Return how many messages to the person held all these words, once one does."""

        async def heard() -> int:
            return self.heard(person, *words)

        return int(await self.until(heard))

    def heard(self, person: Person, *words: str) -> int:
        return sum(all(w in c.params["text"] for w in words) for c in self.api.called("sendMessage") if _to(c, person))

    async def taken(self) -> str:
        code = await self.files()
        await self.anna.says(f"ta {code}")
        await self.hears(self.anna, code, "är ditt")
        return code

    async def due_now(self, code: str, **values: Any) -> None:
        """Let the alert's time come."""

        def work(tx: Any) -> None:
            alert = tx.alerts.of(tx.reports.by_code(code).id)
            tx.alerts.put(replace(alert, due_at=datetime.now(UTC), **values))

        await self.look(work, writes=True)


def _to(call: Any, person: Person) -> bool:
    return str(call.params["chat_id"]) == person.key and call.code in (0, 200)


async def filed(world: World, when: str, what: str = points.FILED) -> None:
    known = set(_codes(world.api, world.olena))

    async def act() -> None:
        for action in ("child.new", "safe:danger", f"at:{UNIT}"):
            await world.olena.taps(action)

    await world.dies_at(what, when, act)

    async def told() -> set[str]:
        return set(_codes(world.api, world.olena)) - known

    (code,) = await world.until(told)
    assert (await world.timeline(code)).count("received") == 1
    for person in (world.anna, world.bo):
        await world.hears(person, code)


async def called(world: World, when: str) -> None:
    """The report is stored and told, and the first look is cut off: the next one calls."""
    await filed(world, when, points.CALLED)


async def answered(world: World, when: str) -> None:
    code = await world.files()
    await world.dies_at(points.ANSWERED, when, lambda: world.olena.taps("q:who:saw"))

    async def there() -> bool:
        return "answered" in await world.timeline(code)

    await world.until(there)
    assert (await world.timeline(code)).count("answered") == 1


async def wrote(world: World, when: str) -> None:
    code = await world.files()
    await world.dies_at(points.WROTE, when, lambda: world.olena.says("він у червоній куртці"))

    async def there() -> bool:
        return "reporter_wrote" in await world.timeline(code)

    await world.until(there)
    posts = await world.look(lambda tx: tx.reports.posts(tx.reports.by_code(code).id))
    assert [p.author for p in posts] == ["reporter"]


async def paged(world: World, when: str) -> None:
    filing = asyncio.ensure_future(world.files())
    await world.dies_at(points.PAGED, when, lambda: asyncio.sleep(0))
    code = await filing
    for person in (world.anna, world.bo):
        assert 1 <= await world.hears(person, code, "FARA") <= 2


async def taken(world: World, when: str) -> None:
    code = await world.files()

    async def act() -> None:
        await asyncio.gather(world.anna.says(f"ta {code}"), world.bo.says(f"ta {code}"))

    await world.dies_at(points.TAKEN, when, act)
    report = await world.until(lambda: _owned(world, code))
    assert (await world.timeline(code)).count("taken") == 1
    names = {p.id: p.name for p in await world.look(lambda tx: tx.people.staff_of(UNIT))}
    first, second = (world.anna, world.bo) if names[report.owner] == "Anna" else (world.bo, world.anna)
    assert 1 <= await world.hears(first, code, "är ditt") <= 2
    assert 1 <= await world.hears(second, code, names[report.owner], "sedan") <= 2
    won = [c for c in world.api.called("sendMessage") if code in c.params["text"] and "är ditt" in c.params["text"]]
    assert {str(c.params["chat_id"]) for c in won} == {first.key}, "exactly one winner"


async def _owned(world: World, code: str) -> Any:
    report = await world.report(code)
    return report if report.owner else None


async def escalated(world: World, when: str) -> None:
    code = await world.files()
    await world.dies_at(points.ESCALATED, when, lambda: world.due_now(code))
    assert 1 <= await world.hears(world.berit, code, "FARA") <= 2
    moments = await world.look(lambda tx: tx.reports.timeline(tx.reports.by_code(code).id))
    assert [m.detail for m in moments if m.what == "called"].count("level 2") == 1


async def staff_wrote(world: World, when: str) -> None:
    """What staff send is not repeated by itself: the page shows whether it went, and who sees that it did not sends it again."""
    code = await world.taken()
    case, clerk = f"/staff/c/{code}", world.clerk
    await clerk.opens(case)
    phrase = {"phrase": "stay-there"}
    await world.dies_at(points.STAFF_WROTE, when, lambda: clerk.sends(f"{case}/write", **phrase))
    await clerk.opens(case)
    assert ("färdig fras, skickad" in clerk.text) == (when == points.BEHIND), "it is there if it was committed, and only then"
    if when == points.BEFORE:
        await clerk.sends(f"{case}/write", **phrase)
    posts = await world.look(lambda tx: tx.reports.posts(tx.reports.by_code(code).id))
    assert [p.phrase for p in posts] == ["stay-there"]
    await world.hears(world.olena, "Залишайтеся")


async def released(world: World, when: str) -> None:
    code = await world.taken()
    first = {person.key: world.heard(person, code, "FARA") for person in (world.anna, world.bo)}  # withdrawn, where unsent
    silent = {"reminded": True, "active_at": datetime.now(UTC) - timedelta(minutes=31)}
    await world.dies_at(points.RELEASED, when, lambda: world.due_now(code, **silent))
    for person in (world.anna, world.bo):
        before = first[person.key]

        async def again(person: Person = person, before: int = before) -> bool:
            return world.heard(person, code, "FARA") > before

        await world.until(again)
        assert world.heard(person, code, "FARA") <= before + 2
    assert (await world.timeline(code)).count("released") == 1
    await world.bo.says(f"ta {code}")
    await world.hears(world.bo, code, "är ditt")
    assert (await world.report(code)).owner is not None


async def closed(world: World, when: str) -> None:
    code = await world.taken()
    case, clerk = f"/staff/c/{code}", world.clerk
    await clerk.opens(case)
    await world.dies_at(points.CLOSED, when, lambda: clerk.sends(f"{case}/close", outcome="met"))
    assert ((await world.report(code)).state == "closed") == (when == points.BEHIND)
    if when == points.BEFORE:
        await clerk.opens(case)
        await clerk.sends(f"{case}/close", outcome="met")
    assert (await world.timeline(code)).count("closed") == 1
    assert 1 <= await world.hears(world.olena, code, "закрито") <= 2


WAYS = {
    points.FILED: filed,
    points.CALLED: called,
    points.ANSWERED: answered,
    points.WROTE: wrote,
    points.PAGED: paged,
    points.TAKEN: taken,
    points.ESCALATED: escalated,
    points.STAFF_WROTE: staff_wrote,
    points.RELEASED: released,
    points.CLOSED: closed,
}
BOTH = (points.BEFORE, points.BEHIND)
SHORT = [(what, when) for what in (points.FILED, points.CALLED, points.TAKEN) for when in BOTH]


@pytest.mark.timeout(120)
async def test_a_kill_at_the_commit_of_a_report_and_of_taking_it(tmp_path: Path) -> None:
    await _under_load(tmp_path, SHORT)


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_a_kill_at_every_named_commit_point(tmp_path: Path) -> None:
    assert set(WAYS) == set(points.POINTS)
    await _under_load(tmp_path, [(what, when) for what in points.POINTS for when in BOTH])


async def _under_load(folder: Path, kills: list[tuple[str, str]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    chance, over = random.Random(11), asyncio.Event()
    async with running() as api:
        world = await _world(folder, api, port)
        reporters = [world.town.person(f"Reporter {n}") for n in range(LOAD)]
        await world.service.load()
        await world.service.start()
        work: list[asyncio.Task[int]] = []
        try:
            await _up(world.clerk)
            await world.clerk.joins()
            work = [asyncio.create_task(_reports(person, chance, over)) for person in reporters]
            for what, when in kills:
                await WAYS[what](world, when)
            over.set()
            filed = sum(await asyncio.gather(*work))
            received = await _all_paged(api, [world.anna, world.bo], reporters, filed)
        finally:
            for task in work:
                task.cancel()
            await world.service.close()
            await world.clerk.http.aclose()
            Clerk.everybody.clear()
    assert len(world.kills) == len(kills)
    assert filed > len(kills), "too quiet to prove anything"
    assert len(received) == filed, "a report that was made was not confirmed"
    for person in (world.anna, world.bo):
        assert _reached(api, person, received)
    repeats = _repeats(api, [world.anna, world.bo, world.berit, world.olena, *reporters], world.kills)
    print(f"\n{len(kills)} kills at commits, {filed} reports beside them, 0 lost, {sum(repeats.values())} repeats")
    assert max(repeats.values(), default=0) <= 1


async def _world(folder: Path, api: BotApi, port: int) -> World:
    url, file = f"sqlite:///{folder}/bot.sqlite", folder / "kill"
    await migrate(url)
    store = await open_database(url, KEY.encode(), RowBox([KEY]))
    town = Town(api)
    anna, bo, berit = (town.person(name, language_code="sv") for name in ("Anna", "Bo", "Berit"))
    duty = Duty(store)
    await duty.unit(UNIT)
    beside_it = SimpleNamespace(url=f"http://127.0.0.1:{port}", service=SimpleNamespace(store=store))
    clerk = await Clerk.hired(beside_it, "Anna", UNIT, Role.ON_CALL, language="sv")
    await store.write(lambda tx: _on_level_1(tx, clerk.id, anna.key))
    await duty.on_call("Bo", UNIT, telegram=bo.key)
    await duty.on_call("Berit", UNIT, level=2, telegram=berit.key)
    await store.close()
    settings = environment(api, folder, port, BOT_SECRET_KEY=KEY, BOT_DRAFTS_DIR=str(folder / "drafts"), KILL_AT=str(file))
    return World(api, town, Service(settings), url, file, anna, bo, berit, clerk, town.person("Olena"))


def _on_level_1(tx: Any, person: int, telegram: str) -> None:
    tx.people.add_method(person, "telegram", telegram, 0, datetime.now(UTC))
    tx.people.add_shift(UNIT, Shift(0, person, 1, frozenset(range(7)), clock(0), clock(0), date(2026, 1, 1)))
