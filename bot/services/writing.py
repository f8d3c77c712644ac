"""Words put into a case: sealed to it, each bound to its own row."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from bot.domain.people import Staff
from bot.domain.report import Report
from bot.services.case_ports import Post, Vault
from bot.services.ports import Tx

WORDS_AT_MOST = 3_000  # of staff; the reporter's own are never cut


def from_reporter(tx: Tx, vault: Vault, report: Report, words: str, language: str, now: datetime) -> str:
    """Return the mark of the post."""
    return _write(tx, vault, report, words, Post(0, report.id, "reporter", None, "", "", language, b"", now))


def from_staff(tx: Tx, vault: Vault, report: Report, person: Staff, words: str, now: datetime, phrase: str = "") -> str:
    """Return the mark of the post."""
    return _write(
        tx, vault, report, words[:WORDS_AT_MOST], Post(0, report.id, "staff", person.id, "", phrase, person.language, b"", now)
    )


def note(tx: Tx, vault: Vault, report: Report, person: Staff, words: str, now: datetime, about: str = "") -> None:
    """Keep what staff write among themselves. `about`: what kind of note, '' for a plain one."""
    post = Post(0, report.id, "note", person.id, "", about, person.language, b"", now)
    _write(tx, vault, report, words[:WORDS_AT_MOST], post)


def _write(tx: Tx, vault: Vault, report: Report, words: str, post: Post) -> str:
    mark = secrets.token_hex(12)
    sealed = vault.seal(tx.reports.case_key(report.id), words, report.key, "posts", mark, "words")
    tx.reports.post(replace(post, mark=mark, sealed=sealed))
    return mark
