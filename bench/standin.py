"""The stand-in for Telegram with the crowd inside, as a process of its own on its own core.

async with a_standin(core=0) as telegram:
    await telegram.do("fresh")
    figures = await telegram.do("crowd", people=50, seconds=5, mixed=True, screens=True)
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from bench.crowd import Crowd
from bench.post import posting
from tests.support.bot_api_wire import Answer, as_json
from tests.support.hosted import Control, Hosted, run

ROOT = Path(__file__).resolve().parents[1]


class Verbs:
    """POST /bench with {"do": verb, …}."""

    def __init__(self, control: Control) -> None:
        self._api = control.api
        self._api.keep_calls = False
        self._crowd = Crowd(control.api, control.town)
        posting(control.api)

    async def answer(self, query: dict[str, str], body: bytes) -> Answer:
        given = orjson.loads(body)
        result = await getattr(self, f"do_{given.pop('do')}")(**given)
        return 200, as_json({"result": result}), "application/json"

    async def do_fresh(self) -> None:
        """Forget the bot before: its webhook, what waits for it, what the people know of it."""
        updates = self._api.updates
        await updates.set_webhook({"url": ""})
        updates.pending.clear()
        updates.posts.clear()
        updates.allowed = []
        self._api.refused.clear()
        self._api.queries.clear()
        self._crowd.forget()
        gc.collect()
        gc.freeze()

    async def do_state(self) -> dict[str, Any]:
        updates = self._api.updates
        polls = updates._poll is not None and not updates._poll.done()
        return {
            "webhook": updates.webhook.get("url", ""),
            "polls": polls,
            "pending": len(updates.pending),
            "refused": self._api.refused,
            "not_taken": sum(not 200 <= status < 300 for _, status in updates.posts),
            "calls": dict(self._api.counts),
            "cpu_s": time.process_time(),
        }

    async def do_crowd(self, **shape: Any) -> dict[str, Any]:
        return await self._crowd.run(**shape)


class Standin(Hosted):
    async def do(self, verb: str, /, **fields: Any) -> Any:
        async with self._session.post(f"{self.url}/bench", data=orjson.dumps({"do": verb, **fields})) as answer:
            answer.raise_for_status()
            return (await answer.json())["result"]


@asynccontextmanager
async def a_standin(core: int) -> AsyncIterator[Standin]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.standin", cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin and process.stdout
    os.sched_setaffinity(process.pid, {core})
    try:
        said = json.loads(await asyncio.wait_for(process.stdout.readline(), 60))
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:
            yield Standin(said["url"], said["token"], session)
    finally:
        process.stdin.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 5)
        if process.returncode is None:
            process.kill()


def main() -> None:
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(0, strict=False, routes=lambda control: {"/bench": Verbs(control).answer}))


if __name__ == "__main__":
    main()
