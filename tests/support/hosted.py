"""The stand-in as a process of its own, for tests that kill the bot and for benchmarks.

    async with hosted() as telegram:                  # telegram.url, telegram.token
        olena = await telegram.person("Olena")
        await olena.says("школа")
        print((await olena.screen())["text"])
        await telegram.do("fault", method="sendMessage", fault={"code": 429, "parameters": {"retry_after": 3}})

Everything goes through POST /control with {"do": verb, …}; the page of `tests.support.simulate` uses the same.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from tests.support.bot_api import TOKEN, BotApi
from tests.support.bot_api_faults import Fault, Flood
from tests.support.bot_api_wire import Answer, as_json, serve
from tests.support.load import Load
from tests.support.town import Person, Town

ROOT = Path(__file__).resolve().parents[2]


class Control:
    """The verbs of POST /control. Each takes the other fields of the body and returns what JSON can carry."""

    def __init__(self, api: BotApi) -> None:
        self.api = api
        self.town = Town(api)

    async def answer(self, query: dict[str, str], body: bytes) -> Answer:
        try:
            given = orjson.loads(body)
            verb = given.pop("do")
            result = await getattr(self, f"do_{verb}")(**given)
        except AssertionError as fault:
            return 409, as_json({"error": str(fault)}), "application/json"
        except (AttributeError, KeyError, TypeError, ValueError) as fault:
            return 400, as_json({"error": repr(fault)}), "application/json"
        return 200, as_json({"result": result}), "application/json"

    async def do_person(self, name: str, language_code: str = "uk", started: bool = True) -> int:
        return self.town.person(name, language_code, started=started).id

    async def do_act(self, name: str, verb: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if verb.startswith("_") or not callable(getattr(Person, verb, None)):
            raise AttributeError(verb)
        done = getattr(self.town.people[name], verb)(*args, **kwargs)
        return await done if asyncio.iscoroutine(done) else done

    async def do_screen(self, name: str, count: int = 50) -> dict[str, Any]:
        person = self.town.people[name]
        messages = [m for _, m in sorted(person.chat.messages.items())[-count:]]
        return {"messages": messages, "keyboard": person.chat.reply_keyboard, "text": person.screen()}

    async def do_profile(self, language_code: str) -> dict[str, Any]:
        """Return what somebody with that app language sees before they start the bot."""
        face, commands = self.api.face, self.api.commands
        shown = {f: face.get((f, language_code), face.get((f, ""), "")) for f in ("name", "description", "short_description")}
        return {**shown, "commands": commands.get(("default", language_code), commands.get(("default", ""), []))}

    async def do_numbers(self) -> dict[str, Any]:
        updates = self.api.updates
        return {
            "calls": self.api.counts,
            "refused": self.api.refused,
            "pending": len(updates.pending),
            "delivered": updates.delivered,
            "faults": self.api.faults.given,
        }

    async def do_calls(self, method: str = "", since: int = 0) -> list[dict[str, Any]]:
        """Return the calls from number `since` on, of one method or of all."""
        return [
            {"method": c.method, "params": c.params, "at": c.at, "code": c.code, "description": c.description}
            for c in self.api.calls[since:]
            if not method or c.method == method
        ]

    async def do_fault(self, method: str, fault: dict[str, Any], **when: Any) -> None:
        self.api.faults.add(method, Fault(**fault), **when)

    async def do_calm(self) -> None:
        self.api.faults.clear()

    async def do_settings(self, strict: bool | None = None, **settings: Any) -> None:
        """Set `strict` flood limits, and any of keep_calls, query_life, retry_scale, duplicates, callback_life."""
        if strict is not None:
            self.api.flood = Flood() if strict else None
        for name, value in settings.items():
            owner = self.api if name in ("keep_calls", "query_life") else self.api.updates
            if name not in ("keep_calls", "query_life", "retry_scale", "duplicates", "callback_life"):
                raise KeyError(name)
            setattr(owner, name, value)

    async def do_load(self, words: list[str], **shape: Any) -> dict[str, Any]:
        return await Load(self.api, words, self.town).run(**shape)


async def run(port: int, *, strict: bool, routes: Callable[[Control], dict[str, Any]] | None = None) -> None:
    """Serve until standard input ends, which it does when the parent dies."""
    api = BotApi(strict=strict)
    control = Control(api)
    server = await serve(api, port)
    server.routes["/control"] = control.answer
    server.routes.update(routes(control) if routes else {})
    print(json.dumps({"url": api.url, "token": api.token}), flush=True)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    await api.updates.stop()
    server.close()


# --- the other side of the control -------------------------------------------------------------------------------------


class FarPerson:
    """A person in the hosted town: every verb of `town.Person`, awaited; and `screen`."""

    def __init__(self, telegram: Hosted, name: str, id: int) -> None:
        self._telegram = telegram
        self.name = name
        self.id = id
        self.key = str(id)

    async def screen(self) -> dict[str, Any]:
        return await self._telegram.do("screen", name=self.name)

    def __getattr__(self, verb: str) -> Any:
        async def act(*args: Any, **kwargs: Any) -> Any:
            return await self._telegram.do("act", name=self.name, verb=verb, args=args, kwargs=kwargs)

        return act


class Hosted:
    def __init__(self, url: str, token: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.token = token
        self._session = session

    async def do(self, verb: str, /, **fields: Any) -> Any:
        """Return the verb's result. AssertionError with the screen when a person could not do it."""
        body = {"do": verb, **fields}
        async with self._session.post(f"{self.url}/control", data=orjson.dumps(body)) as answer:
            told = await answer.json()
        if answer.status == 200:
            return told["result"]
        raise (AssertionError if answer.status == 409 else ValueError)(told["error"])

    async def person(self, name: str, language_code: str = "uk") -> FarPerson:
        return FarPerson(self, name, await self.do("person", name=name, language_code=language_code))


@asynccontextmanager
async def hosted(*, strict: bool = False, port: int = 0, cpu: int | None = None) -> AsyncIterator[Hosted]:
    """Run the stand-in as a process while the block runs. `cpu`: the core it is bound to, for benchmarks."""
    command = [sys.executable, "-m", "tests.support.hosted", "--port", str(port), *(["--strict"] if strict else [])]
    if cpu is not None:
        command = ["taskset", "-c", str(cpu), *command]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin and process.stdout
    try:
        said = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
        waiting = aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(timeout=waiting) as session:
            yield Hosted(said["url"], said["token"], session)
    finally:
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 5)
        except TimeoutError:
            process.kill()
            await process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=f"A Bot API for one bot, token {TOKEN}")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--strict", action="store_true", help="flood limits as Telegram's")
    given = parser.parse_args()
    with contextlib.suppress(ImportError):
        import uvloop

        uvloop.install()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(given.port, strict=given.strict))


if __name__ == "__main__":
    main()
