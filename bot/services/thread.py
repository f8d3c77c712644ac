"""What staff have written in a case, for a reporter who comes to it anew: by a link, by code, on another device."""

from __future__ import annotations

from bot.domain.interpreted import machine_words
from bot.domain.messages import Line, Message, Part, Verbatim, say
from bot.domain.report import Report
from bot.services.case_ports import Locked, Vault
from bot.services.ports import Tx

SHOWN_AT_MOST = 10


def written(tx: Tx, vault: Vault, report: Report, language: str) -> Message | None:
    """Return the last words of staff, each with its translation where there is one. None: none, or they cannot be opened here."""
    key = tx.reports.case_key(report.id)
    translations = {row.part: row for row in tx.translations.of(report.id) if row.language == language}
    parts: list[Part] = []
    for post in [p for p in tx.reports.posts(report.id) if p.author == "staff"][-SHOWN_AT_MOST:]:
        try:
            words = vault.open(key, post.sealed, report.key, "posts", post.mark, "words")
            parts.append(Verbatim(words, post.language))
            if row := translations.get(post.mark):
                text = vault.open(key, row.sealed, report.key, "translations", f"{post.mark} {language}", "words")
                parts += machine_words(words, text, language)
        except Locked:
            return None  # this machine only takes reports in
    return Message((Line(say("From the social services:"), "title"), *parts)) if parts else None
