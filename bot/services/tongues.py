"""The language that a reporter writes in, where the chat has no texts in it but prepared phrases do: Russian.

They chose one of ours to read; what they write says what is easiest for them. Kept as a line of the timeline: staff see it, too.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.report import BY_ID, Report, label
from bot.domain.tongue import spoken
from bot.services.case_ports import Moment
from bot.services.ports import Tx

PHRASES_ONLY = ("ru",)
TELLING_WORDS = 3  # a "да" says nothing


def of(tx: Tx, report: Report) -> str:
    """Return the language of PHRASES_ONLY that the reporter writes in, '' for none."""
    said = next((m.detail for m in reversed(tx.reports.timeline(report.id)) if m.what == "writes_in"), "")
    return said if said in PHRASES_ONLY else ""


def heard(tx: Tx, report: Report, words: str, now: datetime) -> None:
    """Look at what the reporter wrote. Mixed words change nothing."""
    languages = spoken(words).languages
    if len(languages) == 1 and len(words.split()) >= TELLING_WORDS:
        _note(tx, report, languages[0], now)


def told(tx: Tx, report: Report, changed: str, answers: dict[str, str], now: datetime) -> None:
    """Look at an answer. A child that reports for itself says what it speaks best; own words say it by themselves."""
    value = answers.get(changed)
    if value is None:
        return
    chosen = label(BY_ID[changed], value, answers) is not None
    if chosen and changed == "languages" and answers.get("who") == "self":
        _note(tx, report, value, now)
    elif not chosen:
        heard(tx, report, value, now)


def _note(tx: Tx, report: Report, language: str, now: datetime) -> None:
    before = of(tx, report)
    if language != before and (language in PHRASES_ONLY or before):
        tx.reports.note(report.id, Moment(now, "writes_in", detail=language))
