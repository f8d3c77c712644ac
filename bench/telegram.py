"""Telegram under load: our bot and the echo bots that a team would start from, same stand-in, same people, one run."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from bench.bots import BOTS, OURS_WEBHOOK, PTB_WEBHOOK, Bot, a_bot
from bench.figures import spread, table
from bench.standin import Standin, a_standin

PEOPLE = 50
WARM_S, ROUND_S = 1.0, 4.0
# So long that the slowest hundredth is twenty acts: one moment in which the disk stands still is not all of it.
OPEN_RATE, OPEN_S = 100.0, 20.0


@dataclass(slots=True)
class Row:
    title: str
    per_s: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    open_p50_ms: list[float] = field(default_factory=list)
    open_p99_ms: list[float] = field(default_factory=list)
    not_typed_p99_ms: list[float] = field(default_factory=list)
    rss_mb: list[float] = field(default_factory=list)
    first_s: list[float] = field(default_factory=list)
    lost: int = 0
    refused: int = 0


def cores() -> tuple[int, int]:
    """Return a core for the stand-in with its people and one for the bot; the same one where there is no other."""
    own = sorted(os.sched_getaffinity(0))
    return own[0], own[-1]


async def measure(
    bot: Bot, telegram: Standin, core: int, row: Row, *, mixed: bool, new_words: bool = False, **settings: Any
) -> None:
    """Add one round: a closed loop at full load, then an open loop at 100 acts a second."""
    shape = {"mixed": mixed, "screens": bot.ours, "new_words": new_words}
    async with a_bot(bot, telegram, core, **settings) as running:
        row.first_s.append(running.first_answer_s)
        await telegram.do("crowd", people=PEOPLE, seconds=WARM_S, **shape)
        before = running.cpu_s()
        full = await telegram.do("crowd", people=PEOPLE, seconds=ROUND_S, **shape)
        row.cpu_us.append((running.cpu_s() - before) / max(1, full["acts"]) * 1e6)
        row.per_s.append(full["per_s"])
        row.p50_ms.append(full["p50_ms"])
        row.p99_ms.append(full["p99_ms"])
        calm = await telegram.do("crowd", people=PEOPLE, seconds=OPEN_S, rate=OPEN_RATE, **shape)
        row.open_p50_ms.append(calm["p50_ms"])
        row.open_p99_ms.append(calm["p99_ms"])
        row.not_typed_p99_ms.append(calm["not_typed_p99_ms"])
        row.rss_mb.append(running.rss() / 2**20)
        row.lost += full["lost"] + calm["lost"]
        row.refused += sum((await telegram.do("state"))["refused"].values())


async def compare(rounds: int) -> str:
    """Return the table of all bots, with the ratio to python-telegram-bot's documented webhook echo."""
    theirs, ours = cores()
    more = {
        "ours-new": "ours, webhook, in words that nobody has used before",
        "ours-words": "ours, webhook, without the small model",
        "ours-words-new": "ours, webhook, without the small model, in words that nobody has used before",
        "ours-typed": "ours, webhook, typed questions only",
    }
    rows = {bot.name: Row(bot.title) for bot in BOTS} | {name: Row(title) for name, title in more.items()}
    async with a_standin(theirs) as telegram:
        for _ in range(rounds):
            for bot in BOTS:
                await measure(bot, telegram, ours, rows[bot.name], mixed=bot.ours)
            await measure(OURS_WEBHOOK, telegram, ours, rows["ours-new"], mixed=True, new_words=True)
            await measure(OURS_WEBHOOK, telegram, ours, rows["ours-words"], mixed=True, BOT_MODEL="off")
            await measure(OURS_WEBHOOK, telegram, ours, rows["ours-words-new"], mixed=True, new_words=True, BOT_MODEL="off")
            await measure(OURS_WEBHOOK, telegram, ours, rows["ours-typed"], mixed=False)
    base = sorted(rows[PTB_WEBHOOK.name].per_s)[rounds // 2]
    head = [
        "bot",
        "updates/s",
        "× PTB webhook",
        "CPU µs",
        "p50 / p99 ms",
        "100/s: p50 / p99 ms",
        "p99 of taps and commands",
        "RSS MB",
        "first answer s",
        "lost",
        "refused",
    ]
    return table(
        head,
        [
            [
                row.title,
                spread(row.per_s, 0),
                f"{sorted(row.per_s)[rounds // 2] / base:.1f}",
                spread(row.cpu_us, 0),
                f"{spread(row.p50_ms, 1)} / {spread(row.p99_ms, 1)}",
                f"{spread(row.open_p50_ms, 1)} / {spread(row.open_p99_ms, 1)}",
                spread(row.not_typed_p99_ms, 1) if any(row.not_typed_p99_ms) else "–",
                spread(row.rss_mb, 0),
                spread(row.first_s, 1),
                str(row.lost),
                str(row.refused),
            ]
            for row in rows.values()
        ],
    )
