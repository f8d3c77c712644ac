"""SIGKILL at random instants while 20 people write: every update has its answer, and nobody gets more than one repeat a crash."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.durability.killing import Books, environment, under_fire
from tests.support.bot_api import running

KILLS = 300


def balanced(books: Books) -> None:
    assert books.updates() > 20 * 10, "too quiet to prove anything"
    assert not books.lost(), f"answers lost: {books.lost()}"
    crashes = len(books.kills)
    print(f"\n{crashes} kills, {books.updates()} updates, 0 lost, {books.repeats.total()} repeats")
    assert max(books.repeats.values(), default=0) <= 1, f"more than one repeat a crash and person: {books.repeats}"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", ["poll", "webhook"])
async def test_no_update_is_lost_under_kill_9(mode: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    async with running() as api:
        more = {"BOT_TELEGRAM_MODE": mode}
        if mode == "webhook":
            more |= {"BOT_TELEGRAM_WEBHOOK_SECRET": "a_secret_of_the_tests", "BOT_PUBLIC_URL": f"http://127.0.0.1:{port}"}
        books = await under_fire(api, environment(api, tmp_path, port, **more), kills=KILLS // 2, seed=1)
    balanced(books)
