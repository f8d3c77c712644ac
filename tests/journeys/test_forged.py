"""100,000 forged webhooks, forged and stale buttons without effect: what is stored before and after is the same, row by row.

Webhooks: all 100,000 in `make test`, 2,000 of them over HTTP and the others at the door behind it. Buttons are pressed by
webhooks with the true secret and go the whole way to an answer: 1,500 in `make test`, 100,000 in `make test-long` and in
`make soak`. That no forged handle finds a page by its hash: tests/services/test_alerting.py.
"""

from __future__ import annotations

import asyncio
import io
import itertools
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
import sqlalchemy as sa
import structlog

from bot.adapters.store.tables import metadata
from bot.adapters.telegram.receive import MAX_BODY
from bot.app.loops import WEBHOOK_PATH
from tests.support.bot_api import BotApi, running
from tests.support.builders import SettableClock
from tests.support.door import Post, at_the_door
from tests.support.duty import Duty
from tests.support.screen import buttons
from tests.support.town import Person, Town
from tests.support.whole import Whole, a_service_running

MANY = 100_000
OVER_HTTP = 2_000
SECRET = "a_secret_of_the_tests"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
NOBODYS = {"contacts", "inbox", "outbox", "readers"}  # that somebody wrote to us, and what we answered them
AT_ONCE = 100


@dataclass(slots=True)
class Street:
    """Olena has reported a child; Anna and Bo have been paged, and nobody has taken it yet."""

    whole: Whole
    town: Town
    anna: Person
    bo: Person
    olena: list[dict[str, Any]]  # her updates, as Telegram brought them
    ids: Iterator[int]

    def press(self, who: int, action: str) -> dict[str, Any]:
        """Return an update: somebody presses a button with that in it."""
        number = next(self.ids)
        chat = {"id": who, "type": "private", "first_name": "X"}
        person = {"id": who, "is_bot": False, "first_name": "X", "language_code": "uk"}
        message = {"chat": chat, "message_id": number, "date": 0}
        press = {"id": str(number), "from": person, "chat_instance": "1", "data": action, "message": message}
        return {"update_id": number, "callback_query": press}

    async def posts(self, update: dict[str, Any]) -> int:
        return await at_the_door(self.whole, ("POST", WEBHOOK_PATH, ((HEADER, SECRET),), orjson.dumps(update)))

    async def quiet(self) -> None:
        """Return when everything that was to be said has been."""
        waits = sa.text(
            "SELECT (SELECT count(*) FROM inbox WHERE state = 'waiting')"
            " + (SELECT count(*) FROM outbox WHERE status IN ('pending', 'sending'))"
        )
        async with asyncio.timeout(60):
            while await self.whole.service.store.read(lambda tx: tx.connection.execute(waits).scalar_one()):
                await asyncio.sleep(0.05)

    async def rows(self, but: frozenset[str] | set[str] = frozenset()) -> dict[str, list[Any]]:
        tables = [t for t in metadata.sorted_tables if t.name not in but]
        return await self.whole.service.store.read(
            lambda tx: {t.name: sorted(map(repr, tx.connection.execute(sa.select(t)))) for t in tables}
        )

    def handle(self, person: Person) -> str:
        actions = [b["callback_data"] for m in person.received for b in buttons(m) if "callback_data" in b]
        return next(a for a in actions if a.startswith("take:"))


@asynccontextmanager
async def a_street(folder: Path, api: BotApi) -> AsyncIterator[Street]:
    async with a_service_running(folder, api, clock=SettableClock(), BOT_TELEGRAM_MODE="webhook") as whole:
        town, duty = Town(api), Duty(whole.service.store)
        anna, bo = (town.person(name, language_code="sv") for name in ("Anna", "Bo"))
        for person in (anna, bo):
            await duty.on_call(person.name, "norrkoping", telegram=person.key)
        await whole.service.casework.alerting.look()
        street = Street(whole, town, anna, bo, [], itertools.count(900_000_000))
        town.person("Olena")
        for action in ("child.new", "safe:unsure", "at:norrkoping"):
            street.olena.append(street.press(town.person("Olena").id, action))
            assert await street.posts(street.olena[-1]) == 200
        for person in (anna, bo):
            await person.answered()
        await street.quiet()
        api.keep_calls = False
        yield street


def forged(street: Street, chance: random.Random) -> Iterator[Post]:
    """Yield webhooks that nobody but Telegram could send, each with what would take the case, or file another one."""
    worth = [orjson.dumps(u) for u in (street.press(street.anna.id, street.handle(street.anna)), *street.olena[-1:])]
    worth.append(orjson.dumps(street.press(9_001, "safe:danger")))
    letters = "abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
    near = [SECRET[:n] + c + SECRET[n + 1 :] for n in range(len(SECRET)) for c in letters if c != SECRET[n]]
    near += [SECRET[:n] for n in range(len(SECRET))] + [SECRET + c for c in letters]
    near += [SECRET.upper(), f" {SECRET} x", SECRET[::-1], f'"{SECRET}"', f"{SECRET},{SECRET}", "\xe5" * len(SECRET)]
    secrets = itertools.cycle(near)
    names = [HEADER, HEADER.lower(), HEADER.upper()]
    elsewhere = [WEBHOOK_PATH + end for end in ("/", "//", "/x", f"/{SECRET}", "%00", ";", ".json")]
    elsewhere += ["/webhook", "/telegram", "/telegram/Webhook", f"/{SECRET}", "/bot/webhook", f"/bot{street.town.api.token}"]
    true = ((HEADER, SECRET),)
    while True:
        yield "POST", WEBHOOK_PATH, (), chance.choice(worth)
        yield "POST", WEBHOOK_PATH, (("X-Telegram-Bot-Api-Secret", SECRET), ("Authorization", SECRET)), chance.choice(worth)
        yield "POST", WEBHOOK_PATH, ((HEADER, "".join(chance.choices(letters, k=len(SECRET)))),), chance.choice(worth)
        for _ in range(45):
            yield "POST", WEBHOOK_PATH, ((chance.choice(names), next(secrets)),), chance.choice(worth)
        yield chance.choice(["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"]), WEBHOOK_PATH, true, chance.choice(worth)
        yield "POST", chance.choice(elsewhere), true, chance.choice(worth)
        broken = [worth[0][:-1], b"[" + worth[0] + b"]", b"\xff" + worth[0], b"", b"null", b'"' + worth[0].replace(b'"', b"'")]
        yield "POST", WEBHOOK_PATH, true, chance.choice(broken)


@pytest.mark.timeout(120)
async def test_a_hundred_thousand_forged_webhooks_change_no_row(tmp_path: Path) -> None:
    async with running() as api, a_street(tmp_path, api) as street:
        before, answers, posts = await street.rows(), Counter[int](), forged(street, random.Random(4))
        url, large = street.whole.url, b'{"update_id": 1, "x": "' + b"x" * MAX_BODY + b'"}'
        with structlog.testing.capture_logs() as logs:
            async with aiohttp.ClientSession() as http:
                for method, path, headers, body in itertools.islice(posts, OVER_HTTP):
                    if "%" in path or " " in dict(headers).get(HEADER, ""):
                        continue  # a client mends those; they are tried at the door
                    async with http.request(method, url + path, headers=headers, data=body) as answer:
                        answers[answer.status] += 1
                for _ in range(20):
                    async with http.post(url + WEBHOOK_PATH, headers={HEADER: SECRET}, data=io.BytesIO(large)) as answer:
                        assert answer.status == 413
            for post in itertools.islice(posts, MANY - answers.total()):
                answers[await at_the_door(street.whole, post)] += 1
        await street.quiet()
        assert answers.total() == MANY and not answers.keys() - {400, 401, 403, 404, 405}, answers
        assert await street.rows() == before
        assert not any(SECRET in str(line) or "take:" in str(line) for line in logs)
        assert await street.posts(street.press(street.anna.id, street.handle(street.anna))) == 200
        await street.quiet()
        assert await _owners(street) == [1], "the true one takes it: so the others would have"


async def test_a_true_update_that_comes_again_and_again_counts_once(tmp_path: Path) -> None:
    """Telegram brings an update anew until it hears that we have it; who records one could bring it, too."""
    async with running() as api, a_street(tmp_path, api) as street:
        before = await street.rows()
        for _ in range(100):
            assert set(await asyncio.gather(*map(street.posts, street.olena * 3))) == {200}
        await street.quiet()
        assert await street.rows() == before


@pytest.mark.timeout(900)
async def test_forged_and_stale_buttons_change_no_row_of_a_case(tmp_path: Path) -> None:
    await pressed_in_vain(tmp_path, MANY if os.environ.get("LONG") else 1_500)


async def pressed_in_vain(folder: Path, many: int) -> None:
    """Let so many forged buttons be pressed by a stranger, by the reporter and by staff, and old ones of a case that is taken."""
    chance = random.Random(6)
    async with running() as api, a_street(folder, api) as street:
        takes = street.handle(street.anna)
        true = takes.removeprefix("take:")
        stale = street.handle(street.bo)
        strangers = [street.town.person(f"Stranger {n}").id for n in range(200)]
        before = await street.rows(NOBODYS)

        def invented() -> str:
            at = chance.randrange(32)
            near = true[:at] + chance.choice([c for c in "0123456789abcdef" if c != true[at]]) + true[at + 1 :]
            handle = chance.choice([near, f"{chance.getrandbits(128):032x}", true.upper() + "x", true[:-1], "' OR 1=1 --", "%"])
            return f"{chance.choice(['take', 'take', 'duty', 'offer.drop', 'person.drop', 'person.yes'])}:{handle}"

        def who() -> int:
            return chance.choice([street.anna.id, street.bo.id, street.town.person("Olena").id, chance.choice(strangers)])

        await _all(street, [street.press(who(), invented()) for _ in range(many * 2 // 3)])
        assert await street.rows(NOBODYS) == before
        borrowed = [street.press(chance.choice(strangers), takes) for _ in range(many // 6)]
        await _all(street, borrowed)
        assert await street.rows(NOBODYS) == before, "a true one in somebody else's hand"
        assert await street.posts(street.press(street.anna.id, takes)) == 200
        await street.quiet()
        assert await _owners(street) == [1]
        taken = await street.rows(NOBODYS)
        await _all(street, [street.press(street.bo.id, stale) for _ in range(many // 6)])
        assert await street.rows(NOBODYS) == taken, "too late"


async def _all(street: Street, updates: list[dict[str, Any]]) -> None:
    for start in range(0, len(updates), AT_ONCE):
        group = updates[start : start + AT_ONCE]
        assert set(await asyncio.gather(*map(street.posts, group))) == {200}
        await street.quiet()  # before a dispatcher holds all it can


async def _owners(street: Street) -> list[int | None]:
    return await street.whole.service.store.read(lambda tx: [r.owner for r in tx.reports.open()])
