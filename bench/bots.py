"""The bots that are measured: how each is started, and what its process costs."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.standin import ROOT, Standin

SECRET = "a_secret_of_the_bench"
READY_WITHIN_S = 600.0
THEIRS = Path(__file__).with_name("references")
THEIR_PYTHON = ROOT / ".venv-bench" / "bin" / "python"


@dataclass(frozen=True, slots=True)
class Bot:
    """`ours`: the service itself, else the file name of an echo in bench/references with its further arguments."""

    name: str
    title: str
    webhook: bool
    script: str = ""
    more: tuple[str, ...] = ()

    @property
    def ours(self) -> bool:
        return not self.script


OURS_WEBHOOK = Bot("ours-webhook", "ours, webhook, SQLite on disk", True)
OURS_POLL = Bot("ours-poll", "ours, polling, SQLite on disk", False)
PTB_WEBHOOK = Bot("ptb-webhook", "PTB webhook echo, Starlette + queue, concurrent", True, "ptb_webhook.py", ("256",))
PTB_WEBHOOK_PLAIN = Bot("ptb-webhook-plain", "PTB webhook echo, Starlette + queue, sequential", True, "ptb_webhook.py")
PTB_POLL = Bot("ptb-poll", "PTB polling echo, defaults", False, "ptb_poll.py")
AIOGRAM_POLL = Bot("aiogram-poll", "aiogram polling echo, defaults", False, "aiogram_poll.py")
AIOGRAM_WEBHOOK = Bot("aiogram-webhook", "aiogram webhook echo, defaults", True, "aiogram_webhook.py")
BOTS = (OURS_WEBHOOK, OURS_POLL, PTB_WEBHOOK, PTB_WEBHOOK_PLAIN, PTB_POLL, AIOGRAM_POLL, AIOGRAM_WEBHOOK)


@dataclass(slots=True)
class Running:
    """A bot at work. `first_answer_s`: from the start of its process until it had answered somebody."""

    process: psutil.Process
    folder: Path
    first_answer_s: float
    rss_after_start: int

    def cpu_s(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system

    def rss(self) -> int:
        return self.process.memory_info().rss

    def unfinished(self) -> dict[str, int]:
        """Return the rows of our database that are not done with: all sums must be 0 once it is quiet."""
        with contextlib.closing(sqlite3.connect(f"file:{self.folder}/bot.sqlite?mode=ro", uri=True)) as database:
            inbox = database.execute("SELECT count(*) FROM inbox WHERE state != 'done'").fetchone()[0]
            outbox = database.execute("SELECT count(*) FROM outbox WHERE status != 'sent'").fetchone()[0]
        return {"inbox": inbox, "outbox": outbox}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def _command(bot: Bot, telegram: Standin, folder: Path, port: int, settings: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("BOT_")}
    if not bot.ours:
        return [str(THEIR_PYTHON), str(THEIRS / bot.script), telegram.url, telegram.token, str(port), *bot.more], kept
    nothing = folder / "nothing.env"
    nothing.touch()
    environment = {
        **kept,
        "BOT_ENV_FILE": str(nothing),
        "BOT_TELEGRAM_TOKEN": telegram.token,
        "BOT_TELEGRAM_API_URL": telegram.url,
        "BOT_TELEGRAM_MODE": "webhook" if bot.webhook else "poll",
        "BOT_TELEGRAM_WEBHOOK_SECRET": SECRET,
        "BOT_TELEGRAM_MESSAGES_PER_S": "0",
        "BOT_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "BOT_PORT": str(port),
        "BOT_DATABASE_URL": f"sqlite:///{folder}/bot.sqlite",
        "BOT_LOG_LEVEL": "warning",
        **{k: v for k, v in os.environ.items() if k in ("BOT_CONTENT_DIR", "BOT_LOCALES_DIR")},
        **settings,
    }
    return [sys.executable, "-m", "bot", "run"], environment


@asynccontextmanager
async def a_bot(
    bot: Bot,
    telegram: Standin,
    core: int | None,
    *,
    prepared: Callable[[Path], None] | None = None,
    **settings: str,
) -> AsyncIterator[Running]:
    """Start the bot on that core with an empty database, wait for its first answer, and stop it when the block ends.

    `prepared` may fill the folder of the database before.
    """
    await telegram.do("fresh")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if prepared:
            prepared(Path(folder))
        port = free_port()
        command, environment = _command(bot, telegram, Path(folder), port, settings)
        began = time.perf_counter()
        with (Path(folder) / "said.log").open("wb") as said:
            process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stdout=said, stderr=said)
        if core is not None:
            os.sched_setaffinity(process.pid, {core})
        try:
            try:
                await asyncio.wait_for(_ready(bot, telegram, port, process), READY_WITHIN_S)
            except (RuntimeError, TimeoutError) as fault:
                raise RuntimeError(f"{bot.title} does not start:\n{(Path(folder) / 'said.log').read_text()[-2000:]}") from fault
            seen = psutil.Process(process.pid)
            at_rest = seen.memory_info().rss
            await telegram.do("crowd", people=1, seconds=0.001, mixed=bot.ours, screens=bot.ours)
            yield Running(seen, Path(folder), time.perf_counter() - began - 0.05, at_rest)
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGINT)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), 10)
            if process.returncode is None:
                process.kill()
                await process.wait()


async def _ready(bot: Bot, telegram: Standin, port: int, process: asyncio.subprocess.Process) -> None:
    while True:
        if process.returncode is not None:
            raise RuntimeError("it ended")
        state = await telegram.do("state")
        if state["polls"] and not bot.webhook:
            return
        if state["webhook"] and bot.webhook:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                return
        await asyncio.sleep(0.01)
