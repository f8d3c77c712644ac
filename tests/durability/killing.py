"""People write, the service is killed at random instants and started again, and then the books are balanced."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from bot.adapters.texts.load import load
from bot.app.config import ROOT
from tests.support.bot_api import BotApi, Call
from tests.support.town import Person, Town

PEOPLE = 20
DYING_S = 0.02  # what the dead process had already put on the wire still reaches the stand-in within this time


@dataclass(slots=True)
class Books:
    """What was asked and what was answered, per person and title. Times are monotonic seconds."""

    kills: list[float] = field(default_factory=list)
    asked: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    answered: Counter[tuple[str, str]] = field(default_factory=Counter)
    repeats: Counter[tuple[int, str]] = field(default_factory=Counter)  # (number of the kill before it, person)

    def updates(self) -> int:
        return sum(map(len, self.asked.values()))

    def lost(self) -> Counter[tuple[str, str]]:
        return Counter({key: len(times) for key, times in self.asked.items()}) - self.answered


class Service:
    """The program under test, in forks of one loaded parent. `log`: the file its log goes to, else it is shown."""

    def __init__(self, environment: dict[str, str], log: Path | None = None) -> None:
        self._environment = environment
        self._log = log
        self._parent: asyncio.subprocess.Process | None = None
        self.pid = 0

    async def load(self) -> None:
        log = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if self._log else None
        self._parent = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.durability.forks",
            cwd=ROOT, env=self._environment, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )  # fmt: skip
        if log is not None:
            os.close(log)
        assert self._parent.stdout
        assert await self._parent.stdout.readline() == b"ready\n"

    async def start(self) -> None:
        assert self._parent and self._parent.stdin and self._parent.stdout
        self._parent.stdin.write(b"\n")
        await self._parent.stdin.drain()
        self.pid = int(await self._parent.stdout.readline())

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    async def died(self) -> None:
        """Return when it has ended by itself."""
        async with asyncio.timeout(20):
            while self._lives():
                await asyncio.sleep(0.01)

    def _lives(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    async def close(self) -> None:
        assert self._parent and self._parent.stdin
        if self._lives():
            self.kill()
        self._parent.stdin.close()
        await self._parent.wait()


async def under_fire(api: BotApi, environment: dict[str, str], *, kills: int, seed: int, pause_s: float = 0.05) -> Books:
    """Let 20 people write while the service is killed `kills` times; return the books once all is quiet."""
    chance = random.Random(seed)
    town, books = Town(api), Books()
    articles = load(ROOT / "content").articles.values()
    # Each title once a round, so that an answer beyond those asked for so far is a repeat of this very one.
    links = {text.title: f"a_{article.id}_{code}" for article in articles for code, text in article.texts.items()}
    people = [town.person(f"Person {n}", language_code="uk") for n in range(PEOPLE)]
    over = asyncio.Event()

    async def writes(person: Person) -> None:
        for title in cycle(chance.sample(sorted(links), len(links))):
            if over.is_set():
                return
            books.asked[person.name, title].append(time.monotonic())
            await person.says(f"/start {links[title]}")
            await asyncio.sleep(chance.uniform(0.5, 1.5) * pause_s * PEOPLE)

    service = Service(environment)
    await service.load()
    await service.start()
    writing = [asyncio.create_task(writes(person)) for person in people]
    try:
        for _ in range(kills):
            await asyncio.sleep(chance.uniform(0.02, 0.35))
            service.kill()
            await asyncio.sleep(DYING_S)
            books.kills.append(time.monotonic())
            await service.start()
        over.set()
        await asyncio.gather(*writing)
        await _quiet(api, books)
    finally:
        for task in writing:
            task.cancel()
        await service.close()
    for call in api.called("sendMessage"):
        if call.code == 200 or call.code == 0:
            _note(books, call, links, people)
    return books


def _note(books: Books, call: Call, titles: Iterable[str], people: list[Person]) -> None:
    title = next((t for t in titles if f"<b>{t}</b>" in call.params["text"]), None)
    person = next((p for p in people if p.id == int(call.params["chat_id"])), None)
    if title and person:
        key = person.name, title
        books.answered[key] += 1
        if books.answered[key] > bisect(books.asked[key], call.at):
            books.repeats[bisect(books.kills, call.at), person.name] += 1


async def _quiet(api: BotApi, books: Books, still_s: float = 3.0, at_most_s: float = 90.0) -> None:
    """Return when nothing has been sent for a while."""
    loop = asyncio.get_running_loop()
    end, seen, since = loop.time() + at_most_s, -1, loop.time()
    while loop.time() < end:
        count = len(api.called("sendMessage"))
        if count != seen:
            seen, since = count, loop.time()
        elif loop.time() - since > still_s and count >= books.updates():
            return
        await asyncio.sleep(0.1)


def environment(api: BotApi, folder: Path, port: int, **more: str) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("BOT_")},
        "BOT_TELEGRAM_TOKEN": api.token,
        "BOT_TELEGRAM_API_URL": api.url,
        "BOT_TELEGRAM_MESSAGES_PER_S": "0",
        "BOT_DATABASE_URL": f"sqlite:///{folder}/bot.sqlite",
        "BOT_PORT": str(port),
        "BOT_LOG_LEVEL": "error",
        "BOT_MODEL": "off",  # it has nothing to lose, and each start would cost a second
        **more,
    }
