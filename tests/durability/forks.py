"""Starts the real service again and again, fast: everything is loaded once, then each start is a fork.

For each line on standard input one service starts and its process id is printed; the test kills it with SIGKILL. What runs
is `bot.app.wiring.serve` in a process of its own, with its own database file, sockets and threads. KILL_AT: the file of
commit_points.py.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from pathlib import Path

import aiohttp  # noqa: F401 - what a service imports only when it is needed is loaded here, before the forks
import uvloop

import bot.adapters.telegram.profile
import bot.adapters.telegram.receive
import bot.adapters.telegram.send  # noqa: F401
from bot.app import config
from bot.app.wiring import opened, serve
from tests.durability import commit_points


def main() -> None:
    settings = config.from_environment()
    content = opened(settings)
    if file := os.environ.get("KILL_AT"):
        commit_points.install(Path(file))
    gc.freeze()
    print("ready", flush=True)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_RDWR), 0)
            os.dup2(2, 1)
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(serve(settings, content))
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
