"""`python -m bot gaps`: what our texts did not answer, week by week, which answers did not help. Counts only."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.adapters.store import migrate
from bot.adapters.store.database import beside
from bot.adapters.vault import RowBox
from bot.app import config
from bot.app.keys import secret_key
from bot.domain.calendar import SWEDEN
from bot.domain.question import week_of
from bot.domain.question_effects import ASKED, NOT_THESE, UNKNOWN

_KINDS = {UNKNOWN: "nothing found", NOT_THESE: "none fitted", ASKED: "asked people"}


def listed(settings: config.Settings, weeks: int) -> str:
    """Return the list. Raises StoreUnavailable, SchemaTooNew, SchemaTooOld."""
    today = datetime.now(UTC).astimezone(SWEDEN).date()
    since = week_of(today - timedelta(weeks=max(1, weeks) - 1))
    return asyncio.run(_read(settings, lambda tx: shown(tx.questions.gaps(since), tx.questions.helps())))


def shown(gaps: list[Any], helps: list[tuple[str, str, int, int]]) -> str:
    """Return the counts as lines: by week, topic and language, the most first."""
    counts: dict[tuple[str, str, str], dict[str, int]] = defaultdict(dict)
    for gap in gaps:
        counts[gap.week, gap.topic or "-", gap.language][gap.kind] = gap.count
    lines = []
    for (week, topic, language), by_kind in sorted(counts.items(), key=lambda c: (c[0][0], -sum(c[1].values()), c[0])):
        words = ", ".join(f"{by_kind[kind]} {name}" for kind, name in _KINDS.items() if kind in by_kind)
        lines.append(f"{week}  {topic:12} {language:3} {words}")
    bad = [f"{article} {version}: {no} no, {yes} yes" for article, version, yes, no in helps if no]
    return "\n".join([*(lines or ["No gaps counted."]), *(["", "Did not help:", *bad] if bad else [])])


async def _read(settings: config.Settings, work: Any) -> str:
    key = secret_key(settings)
    await migrate.prepare(settings.database_url, may_migrate=settings.database_url.startswith("sqlite"))
    return await beside(settings.database_url, key.encode(), RowBox([key]), work)
