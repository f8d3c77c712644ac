"""10,000 words that exist nowhere else, said in every way, with crashes: none can be read in any file, backup, log or page."""

from __future__ import annotations

import asyncio
import base64
import json
import random
import re
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.adapters import vault
from bot.adapters.store.database import open_database
from bot.adapters.store.migrate import migrate
from bot.adapters.vault.keyfile import read_key_file
from bot.app import config
from bot.app.casework import Sealing
from bot.app.wiring import built
from tests.durability.killing import Service, environment
from tests.support.bot_api import BotApi, running
from tests.support.duty import Duty
from tests.support.town import Person, Town
from tests.support.whole import real_content

PREFIX = "qzkvx"  # in no language, no key, no id
WORDS = 10_000
IN_ONE_MESSAGE = 20
WAVES = 3
CANARY = re.compile(PREFIX + "[a-z]{9}")


class Canaries:
    """Words, each said once. `said`: by the way that they went."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self.said: dict[str, list[str]] = {}

    def line(self, way: str, count: int = IN_ONE_MESSAGE) -> str:
        letters = "abcdefghijklmnopqrstuvwxyz"
        words = [PREFIX + "".join(self._chance.choices(letters, k=9)) for _ in range(count)]
        self.said.setdefault(way, []).extend(words)
        return " ".join(words)

    def count(self) -> int:
        return sum(map(len, self.said.values()))


def _disguises() -> Iterator[bytes]:
    """Yield what gives a canary away: as it is, in capitals, in UTF-16, in base64 at each of its three positions, in hex."""
    for text in (PREFIX, PREFIX.upper()):
        yield from (text.encode(), text.encode("utf-16-le"), text.encode().hex().encode())
        for pad in range(3):
            whole = 8 * (pad + len(text)) // 6  # letters that nothing behind the word changes
            yield base64.b64encode(b"\0" * pad + text.encode())[-(-8 * pad // 6) : whole]


def _readable(raw: bytes) -> list[bytes]:
    return [disguise for disguise in _disguises() if disguise in raw]


def _betrayed(folder: Path) -> list[str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [f"{path.name}: {found}" for path in files if (found := _readable(path.read_bytes()))]


class Browser:
    """A web reader without eyes."""

    def __init__(self, url: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, headers={"Sec-Fetch-Site": "same-origin", "X-Requested-With": "chat"})
        self._csrf = ""
        self._number = 0

    async def send(self, path: str, **fields: str) -> None:
        """Send the form; while the service is down again and again with the same number, as the page does."""
        self._number += 1
        for _ in range(200):
            try:
                if not self._csrf:
                    found = re.search(r'name="csrf" value="([^"]+)"', (await self._http.get("/?lang=uk")).text)
                    assert found
                    self._csrf = found[1]
                form = {"csrf": self._csrf, "lang": "uk", "after": "0", "id": f"{self._number:032x}", **fields}
                assert (await self._http.post(path, data=form)).status_code in (200, 205)
                return
            except httpx.TransportError:
                await asyncio.sleep(0.05)
        raise AssertionError("the service never came back")

    async def close(self) -> None:
        await self._http.aclose()


async def _reports(person: Person, canaries: Canaries) -> None:
    for action in ("child.new", "safe:unsure", "at:norrkoping"):
        await person.taps(action)
    for _ in range(5):
        await person.says(canaries.line("written to a report"))


async def _asks(person: Person, canaries: Canaries) -> None:
    for _ in range(5):
        await person.says(canaries.line("asked"))


async def _forwards(person: Person, canaries: Canaries) -> None:
    for _ in range(5):
        await person.forwards(canaries.line("forwarded"))


async def _reports_on_our_site(browser: Browser, canaries: Canaries) -> None:
    for action in ("lang:uk", "child.new", "safe:safe", "at:norrkoping", "q:who:with"):
        await browser.send("/act", action=action)
    await browser.send("/say", words=canaries.line("answered on our site"))
    await browser.send("/act", action="q:company:alone")
    await browser.send("/say", words=canaries.line("answered on our site"))
    await browser.send("/act", action="q.done")
    for _ in range(3):
        await browser.send("/say", words=canaries.line("written on our site"))


async def _offers_a_home(browser: Browser, canaries: Canaries) -> None:
    for action in ("offer", "offer.at:norrkoping", "offer.on:norrkoping", "offer.yes", "offer.set:kind:room", "offer.set:beds:2"):
        await browser.send("/act", action=action)
    for before in ("", "", "bo@example.se "):
        await browser.send("/say", words=before + canaries.line("offered a home", 5))
    await browser.send("/act", action="offer.send")


async def _staff_write(env: dict[str, str], person: int, canaries: Canaries) -> None:
    """Every open report is taken, written to and noted about, by the services that every door of the staff's uses."""
    settings = config.read({name: value for name, value in env.items() if name.startswith("BOT_")})
    async with built(settings, real_content()) as service:
        work = service.casework
        assert work

        def acts(tx: Any) -> None:
            now, anna = datetime.now(UTC), tx.people.staff(person)
            for report in tx.reports.open():
                done = [work.cases.take(tx, anna, report.id, now)]
                for _ in range(4):
                    done.append(work.cases.write(tx, anna, report.id, canaries.line("staff wrote"), now))
                    done.append(work.cases.note(tx, anna, report.id, canaries.line("staff noted"), now))
                rows = [row for d in done for s in d.sayings for row in work.alerting._speaker.rows(s, now)]
                tx.put_deliveries(rows, now, "")

        await service.store.write(acts)


async def _quiet(api: BotApi) -> None:
    """Return when nothing has been sent for a second."""
    seen, still = -1, 0
    while still < 10:
        count = len(api.called("sendMessage"))
        still = still + 1 if count == seen else 0
        seen = count
        await asyncio.sleep(0.1)


def _backed_up(data: Path, to: Path) -> list[Path]:
    """Copy the database in each way that docs/keys.md names, beside the running service and whatever it does meanwhile."""
    to.mkdir(parents=True)
    copies = [to / "copied.sqlite", to / "vacuumed.sqlite"]
    with closing(sqlite3.connect(data / "bot.sqlite", isolation_level=None)) as rows:
        with closing(sqlite3.connect(copies[0])) as copy:
            rows.backup(copy)
        rows.execute("VACUUM INTO ?", (str(copies[1]),))
    for path in copies:
        with closing(sqlite3.connect(path)) as copy:
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return copies


async def _kept(folder: Path, database: Path) -> str:
    """Return all that the reports and the offers say, opened with the keys: the proof that the words were stored."""
    sealing = Sealing(read_key_file(folder / "vault.key"))
    secret = (folder / "secret.key").read_text().strip()
    store = await open_database(f"sqlite:///{database}", secret.encode(), vault.RowBox([secret]))

    def work(tx: Any) -> str:
        told = []
        for report in tx.reports.open():
            key = tx.reports.case_key(report.id)
            told.append(sealing.open(key, tx.reports.answers(report.id), report.key, "reports", report.key, "answers"))
            told += [sealing.open(key, p.sealed, report.key, "posts", p.mark, "words") for p in tx.reports.posts(report.id)]
        for offer in tx.offers.at({"norrkoping"}, datetime.now(UTC)):
            told += [repr(tx.offers.home(offer.key)), tx.offers.way(offer.key)]
        return json.dumps(told)

    try:
        return await store.read(work)
    finally:
        await store.close()


def test_what_gives_a_word_away_is_found() -> None:
    canary = f"{PREFIX}abcdefghi"
    for raw in (canary.encode(), canary.upper().encode(), canary.encode("utf-16-le"), canary.encode().hex().encode()):
        assert _readable(b"\0x" + raw)
    for before in ("", "a", "ab"):
        assert _readable(base64.b64encode(f"{before}{canary}".encode()))
    assert not _readable(b"words of nobody" * 100)


@pytest.mark.long
@pytest.mark.timeout(180)
async def test_no_word_of_anybody_is_readable_anywhere(tmp_path: Path) -> None:
    data, log, backups = tmp_path / "data", tmp_path / "log.txt", tmp_path / "backups"
    data.mkdir()
    ports = []
    for _ in range(2):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            ports.append(probe.getsockname()[1])
    canaries, chance, metrics = Canaries(5), random.Random(5), []
    async with running() as api:
        town = Town(api)
        staff = town.person("Anna", language_code="sv")
        env = environment(api, data, ports[0], BOT_LOG_LEVEL="debug", BOT_METRICS_PORT=str(ports[1]), BOT_MODEL="off")
        await migrate(env["BOT_DATABASE_URL"])
        store = await open_database(env["BOT_DATABASE_URL"])
        anna = await Duty(store).on_call("Anna", "norrkoping", telegram=staff.key)
        await store.close()
        people = [town.person(f"Person {n}") for n in range(25)]
        browsers = [Browser(f"http://127.0.0.1:{ports[0]}") for _ in range(5)]
        service = Service(env, log)
        await service.load()
        await service.start()
        try:
            for wave in range(WAVES):
                acts = [_reports(p, canaries) for p in people[:10]] + [_asks(p, canaries) for p in people[10:20]]
                acts += [_forwards(p, canaries) for p in people[20:]]
                if wave == 0:
                    acts += [_reports_on_our_site(b, canaries) for b in browsers]
                if wave == 1:
                    acts += [_offers_a_home(b, canaries) for b in browsers]
                saying = [asyncio.create_task(act) for act in acts]
                for crash in range(2):
                    await asyncio.sleep(chance.uniform(0.1, 0.5))
                    await asyncio.to_thread(_backed_up, data, backups / f"wave {wave} crash {crash}")
                    service.kill()
                    assert _betrayed(data) == [], "what a crash leaves"
                    await service.start()
                await asyncio.gather(*saying)
                await _quiet(api)
                copies = await asyncio.to_thread(_backed_up, data, backups / f"wave {wave}")
                async with httpx.AsyncClient() as http:
                    metrics.append((await http.get(f"http://127.0.0.1:{ports[1]}/metrics")).content)
                if wave == 0:
                    service.kill()
                    await asyncio.sleep(0.2)  # its lock goes with it
                    await _staff_write(env, anna, canaries)
                    await service.start()
            await _quiet(api)
        finally:
            await service.close()
            for browser in browsers:
                await browser.close()
        sent = api.called("sendMessage")
    assert canaries.count() >= WORDS and len(canaries.said) == 8, {way: len(words) for way, words in canaries.said.items()}
    assert len(list(backups.rglob("*.sqlite"))) == WAVES * 3 * 2 and _betrayed(backups) == []
    opened = set(CANARY.findall(await _kept(data, data / "bot.sqlite")))
    for copy in copies:
        assert set(CANARY.findall(await _kept(data, copy))) == opened, "with the keys a backup says all of it"
    for way in (
        "written to a report",
        "answered on our site",
        "written on our site",
        "staff wrote",
        "staff noted",
        "offered a home",
    ):
        assert opened >= set(canaries.said[way]), f"lost, so this proves nothing: {way}"
    assert _betrayed(data) == []
    assert log.stat().st_size > 1000 and _readable(log.read_bytes()) == []
    assert len(metrics) == WAVES and all(b"bot_reports_open" in page and not _readable(page) for page in metrics)
    pages = [c.params["text"] for c in sent if str(c.params["chat_id"]) == staff.key]
    assert len(pages) > 5 and not any(PREFIX in text for text in pages), "alert texts"
    assert not any(PREFIX in c.params["text"] for c in sent), "nor does the bot say anybody's words again on Telegram"
