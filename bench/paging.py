"""From a report to the first page at the channel: 60 reports a minute for a minute, and the taps until somebody is called.

The clock starts at the reporter's last tap, before the commit: what is shown is never less than the time from the commit on.
"""

from __future__ import annotations

import asyncio
import re
import socket
import tempfile
import time
from pathlib import Path

from bench.figures import table
from bot.adapters.store.database import open_database
from bot.adapters.store.migrate import migrate
from tests.durability.killing import Service, environment
from tests.support.bot_api import BotApi, running
from tests.support.duty import Duty
from tests.support.town import Person, Town

REPORTS = 60
EVERY_S = 1.0
CODE = re.compile(r"\b[A-Z0-9]{3}-[A-Z0-9]{3}\b")
GIVE_UP_S = 30.0


async def paging() -> str:
    """Return two tables: seconds from the last tap to the first page, and taps until a person is called."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
        probe.close()
        async with running() as api:
            town = Town(api)
            env = environment(api, Path(folder), port, BOT_TELEGRAM_MESSAGES_PER_S="25", BOT_MODEL="off")
            await migrate(env["BOT_DATABASE_URL"])
            store = await open_database(env["BOT_DATABASE_URL"])
            staff = [town.person(f"Staff {n}", language_code="sv") for n in range(3)]
            for person in staff:
                await Duty(store).on_call(person.name, "norrkoping", telegram=person.key)
            await store.close()
            service = Service(env, Path(folder) / "log.txt")
            await service.load()
            await service.start()
            try:
                ways = [
                    ["first time here, by the buttons", str(await _taps(api, town.person("New"), staff, ""))],
                    ["here before, by the buttons", str(await _taps(api, await _settled(town.person("Olena")), staff, ""))],
                    ["first time here, /child typed", str(await _taps(api, town.person("Writer"), staff, "/child"))],
                    ["QR code with the place", str(await _taps(api, town.person("Passer-by"), staff, "child_norrkoping"))],
                ]
                waits = await _minute(api, town, staff)
            finally:
                await service.close()
    waits.sort()
    figures = [f"{waits[len(waits) // 2]:.2f}", f"{waits[int(len(waits) * 0.99)]:.2f}", f"{waits[-1]:.2f}"]
    speed = table(["reports", "paged", "p50 s", "p99 s", "longest s"], [[str(REPORTS), str(len(waits)), *figures]])
    return f"{speed}\n\n{table(['way in, Telegram', 'taps until somebody is paged'], ways)}"


async def _minute(api: BotApi, town: Town, staff: list[Person]) -> list[float]:
    people = [town.person(f"Reporter {n}") for n in range(REPORTS)]
    tapped: dict[int, float] = {}

    async def reports(person: Person) -> None:
        for action in ("child.new", "safe:unsure", "at:norrkoping"):
            tapped[person.id] = time.monotonic()
            await person.taps(action)
            await asyncio.sleep(0.3)

    tasks: list[asyncio.Task[None]] = []
    for person in people:
        tasks.append(asyncio.create_task(reports(person)))
        await asyncio.sleep(EVERY_S)
    await asyncio.gather(*tasks)
    ends = time.monotonic() + GIVE_UP_S
    while time.monotonic() < ends:
        given, paged = _codes(api, {p.key: p.id for p in people}), _codes(api, {p.key: 0 for p in staff})
        if len(given) == REPORTS and given.keys() <= paged.keys():
            break
        await asyncio.sleep(0.2)
    return [paged[code][1] - tapped[person] for code, (person, _) in given.items() if code in paged]


def _codes(api: BotApi, chats: dict[str, int]) -> dict[str, tuple[int, float]]:
    """Return, of each report's code, who was first sent it and when."""
    found: dict[str, tuple[int, float]] = {}
    for call in api.called("sendMessage"):
        if str(call.params["chat_id"]) in chats and call.code == 200:
            for code in CODE.findall(call.params["text"]):
                found.setdefault(code, (chats[str(call.params["chat_id"])], call.at))
    return found


async def _taps(api: BotApi, person: Person, staff: list[Person], way: str) -> int:
    """Return how many taps lead to a page, that on Start or on the command too; a button that leads on is tapped each time."""
    if way.startswith("/"):
        await person.says(way)
    else:
        await person.starts(way)
    await person.answered()
    files = ("at:norrkoping", "safe:unsure:norrkoping")  # the second where the place is filled in, and its language follows
    left = [*files, "safe:unsure", "child", "child:uk"]
    taps = 1
    while left[: len(files)] == [*files]:
        seen = {b["callback_data"] for m in person.received for b in _buttons(m)}
        wanted, action = next((a, s) for a in left for s in seen if s == a or (a in files and s.startswith(a)))
        left.remove(wanted)
        person.looks_at_all()
        await person.taps(action)
        await person.answered()
        taps += 1
    ends = time.monotonic() + GIVE_UP_S
    while not _codes(api, {person.key: 0}).keys() & _codes(api, {s.key: 0 for s in staff}).keys():
        assert time.monotonic() < ends, "nobody was paged"
        await asyncio.sleep(0.1)
    return taps


async def _settled(person: Person) -> Person:
    """Return the person once language and place are chosen."""
    await person.starts()
    await person.answered()
    for action in ("lang:uk", "place:norrkoping"):
        person.looks_at_all()
        await person.taps(action)
        await person.answered()
    person.looks_at_all()
    return person


def _buttons(message: dict) -> list[dict]:
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", ())
    return [b for row in rows for b in row if "callback_data" in b]
