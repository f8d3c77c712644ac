"""What more content and more people cost: 100 and 10,000 articles, a thousand and a million contacts, as ratios."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.bots import OURS_WEBHOOK
from bench.figures import spread, table
from bench.standin import ROOT, a_standin
from bench.telegram import Row, cores, measure

ARTICLES = (100, 10_000)
CONTACTS = (1_000, 1_000_000)


def more_articles(folder: Path, count: int) -> Path:
    """Return a copy of content/ filled up to that many articles, each with words of its own."""
    content = folder / f"content-{count}"
    shutil.copytree(ROOT / "content", content)
    own = sorted((content / "articles").glob("*.yaml"))
    texts = [path.read_text() for path in own]
    for number in range(count - len(own)):
        text = texts[number % len(own)]
        name = own[number % len(own)].stem
        text = text.replace(f"id: {name}\n", f"id: copy-{number}\n", 1)
        lines = []
        for line in text.splitlines(keepends=True):
            # Phrasings differ from article to article, as they do in life.
            lines.append(
                line.rstrip("\n") + f" {number}\n"
                if line.startswith("  - ") and not line.rstrip().endswith(("'", '"', ":"))
                else line
            )
        (content / "articles" / f"copy-{number}.yaml").write_text("".join(lines))
    return content


def more_contacts(folder: Path, count: int) -> None:
    """Fill the database in that folder with contacts who have written before."""
    import asyncio
    import threading

    from bot.adapters.store.migrate import migrate

    def migrated() -> None:
        asyncio.run(migrate(f"sqlite:///{folder}/bot.sqlite"))

    thread = threading.Thread(target=migrated)  # a loop is already running here
    thread.start()
    thread.join()
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with closing(sqlite3.connect(folder / "bot.sqlite")) as database, database:
        database.executemany(
            "INSERT INTO contacts (channel, key, language, place, flow, answers, alive, version, created_at, seen_at)"
            " VALUES ('telegram', ?, 'uk', 'norrkoping', '', '{}', 1, 3, ?, ?)",
            ((str(10_000_000 + n), now, now) for n in range(count)),
        )


async def grow(rounds: int) -> str:
    """Return the table; each ratio is the larger against the smaller within this run."""
    theirs, ours = cores()
    rows: dict[str, Row] = {}
    # Each question in new words, and judged by them alone: what is recalled, and a model, cost the same with any content.
    load: dict[str, Any] = {"mixed": True, "new_words": True, "BOT_MODEL": "off"}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        contents = {n: more_articles(Path(folder), n) for n in ARTICLES}
        async with a_standin(theirs) as telegram:
            for _ in range(rounds):
                for n, content in contents.items():
                    row = rows.setdefault(f"{n:,} articles", Row(""))
                    await measure(OURS_WEBHOOK, telegram, ours, row, **load, BOT_CONTENT_DIR=str(content))
                for n in CONTACTS:
                    row = rows.setdefault(f"{n:,} contacts", Row(""))
                    await measure(OURS_WEBHOOK, telegram, ours, row, **load, prepared=lambda f, n=n: more_contacts(f, n))
    lines, names = [], list(rows)
    for small, large in ((names[0], names[1]), (names[2], names[3])):
        for name in (small, large):
            row = rows[name]
            ratio = _middle(row.open_p99_ms) / _middle(rows[small].open_p99_ms)
            shown = [name, spread(row.per_s, 0), spread(row.open_p50_ms, 1), spread(row.open_p99_ms, 1), f"{ratio:.2f}"]
            lines.append([*shown, spread(row.rss_mb, 0), spread(row.first_s, 1), str(row.lost)])
    return table(["with", "updates/s", "100/s: p50 ms", "p99 ms", "p99 ratio", "RSS MB", "first answer s", "lost"], lines)


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
