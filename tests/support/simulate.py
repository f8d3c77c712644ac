"""Play a person on Telegram with neither a token nor a network: `make simulate`, then open the address it prints.

Serves the Bot API stand-in and one page on this machine, and runs the bot itself against it, with a database of its own that
goes when it ends.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.support.bot_api import BotApi
from tests.support.bot_api_wire import Answer, serve
from tests.support.hosted import ROOT, Control

PAGE = Path(__file__).with_name("simulate.html")
PORT = 8090
KEPT = ("BOT_CONTENT_DIR", "BOT_LOCALES_DIR", "BOT_OPERATOR", "BOT_LOG_LEVEL")


async def simulate(port: int) -> int:
    """Return the exit code of the bot, 0 when it was stopped from outside."""
    api = BotApi()
    server = await serve(api, port if _is_free(port) else 0)
    server.routes |= {"/": _page, "/control": Control(api).answer}
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    with tempfile.TemporaryDirectory() as folder:
        # A session of its own, so that Ctrl-C reaches it through us and it can finish in peace.
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=ROOT, env=settings(api, Path(folder)), start_new_session=True
        )
        print(f"Open       {api.url}/  and write to the bot as a person on Telegram.", flush=True)
        ended = asyncio.create_task(bot.wait())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([ended, stopping], return_when=asyncio.FIRST_COMPLETED)
            code = ended.result() if ended.done() else 0
        finally:
            stopping.cancel()
            if bot.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    bot.terminate()
            await ended
            await api.updates.stop()
            server.close()
    return code


def settings(api: BotApi, folder: Path) -> dict[str, str]:
    """Return the bot's environment: nothing of the real bot's settings but who runs it and where its texts are."""
    (folder / "env").touch()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BOT_") or name in KEPT}
    return {
        "BOT_LOG_LEVEL": "warning",
        **kept,
        "BOT_ENV_FILE": str(folder / "env"),
        "BOT_TELEGRAM_TOKEN": api.token,
        "BOT_TELEGRAM_API_URL": api.url,
        "BOT_TELEGRAM_MODE": "poll",
        "BOT_DATABASE_URL": f"sqlite:///{folder}/bot.sqlite",
        "BOT_PORT": str(_free_port()),
    }


async def _page(query: dict[str, str], body: bytes) -> Answer:
    return 200, PAGE.read_bytes(), "text/html; charset=utf-8"


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        found: Any = probe.getsockname()[1]
    return int(found)


def main() -> None:
    parser = argparse.ArgumentParser(description="Play a person on Telegram, on this machine only")
    parser.add_argument("--port", type=int, default=PORT, help=f"port of the page (default {PORT}, else a free one)")
    sys.exit(asyncio.run(simulate(parser.parse_args().port)))


if __name__ == "__main__":
    main()
