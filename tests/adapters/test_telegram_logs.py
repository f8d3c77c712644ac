"""No log line, of ours or of a library, at any level, carries the token, somebody's words or their id."""

from __future__ import annotations

import logging

import pytest
import structlog

from bot.services.ports import StoreUnavailable
from tests.adapters.telegram_world import SECRET, delivery, polling, until, waiting, webhook, world
from tests.support.bot_api_faults import act_then_drop, bad_request, broken, reset, too_many

WORDS = "моя таємниця"


async def test_a_day_with_every_kind_of_trouble_is_logged_without_anybody_in_it(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    caplog.set_level(logging.DEBUG)
    for name in ("telegram", "aiohttp", "asyncio", "uvicorn"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    with structlog.testing.capture_logs() as logs:
        async with world() as w:
            olena = w.town.person("Olena")
            for fault in (reset(), act_then_drop(), broken(502), broken(500), too_many(0), bad_request(WORDS)):
                w.api.faults.add("sendMessage", fault)
                w.api.faults.add("getUpdates", fault)
            w.inlet.refuse, w.inlet.times = StoreUnavailable(WORDS), 2
            async with polling(w):
                await olena.says(WORDS)
                await olena.taps("home")
                await w.inlet.got(2)
            for _ in range(7):
                await w.telegram.send(delivery(olena.key, WORDS))
            w.api.updates.retry_scale = 0.01
            w.inlet.refuse, w.inlet.times = RuntimeError(WORDS), 1
            async with webhook(w):
                await olena.says(WORDS)
                await w.inlet.got(3)
            async with waiting(w) as url:
                await w.telegram.bot.call("setWebhook", url=url, secret_token="wrong-secret-000000")
                await olena.says(WORDS)
                await until(lambda: any(line["event"] == "webhook_refused" for line in logs))
                await w.api.updates.stop()
            token, key = w.api.token, olena.key
    ours = [{k: v for k, v in line.items() if k != "exc_info"} for line in logs]
    assert {"telegram_send_failed", "poll_failed", "update_not_stored", "update_failed"} <= {line["event"] for line in ours}
    printed = capfd.readouterr()
    everything = f"{ours} {printed.out} {printed.err} " + " ".join(
        f"{record.getMessage()} {record.exc_text or ''}" for record in caplog.records
    )
    for secret in (token, token.partition(":")[2], SECRET, WORDS, key, "Olena"):
        assert secret not in everything, f"{secret!r} is in the log"


async def test_a_fault_while_answering_inline_is_logged_without_what_was_typed(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    class Broken:
        async def offered(self, words: str, app_language: str):
            raise RuntimeError(words)

    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as logs:
        async with world() as w, polling(w, inline=Broken()):
            olena = w.town.person("Olena")
            await olena.asks_inline(WORDS)
            await until(lambda: any(line["event"] == "inline_failed" for line in logs))
            await olena.says("школа")  # and life goes on
            await w.inlet.got(1)
    ours = [{k: v for k, v in line.items() if k != "exc_info"} for line in logs]
    printed = capfd.readouterr()
    everything = f"{ours} {printed.out} {printed.err} " + " ".join(r.getMessage() for r in caplog.records)
    assert WORDS not in everything and olena.key not in everything
