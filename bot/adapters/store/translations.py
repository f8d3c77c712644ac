"""Translations of what was written in a case: wanted, being asked for, sealed. services.case_ports.Translations."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.adapters.store.case_tables import translations
from bot.services.case_ports import Translation

_SEEN = [translations.c.report, translations.c.part, translations.c.language, translations.c.sealed, translations.c.tries]


class TranslationRows:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._postgres = connection.dialect.name == "postgresql"

    def want(self, report: int, part: str, language: str, now: datetime) -> None:
        blank = {"sealed": b"", "tries": 0, "due_at": now}
        insert = (pg_insert if self._postgres else sqlite_insert)(translations)
        self._connection.execute(insert.values(report=report, part=part, language=language, **blank).on_conflict_do_nothing())

    def forget(self, report: int, part: str) -> None:
        self._connection.execute(sa.delete(translations).where(translations.c.report == report, translations.c.part == part))

    def waits(self, now: datetime) -> bool:
        return self._connection.execute(sa.select(_SEEN[0]).where(translations.c.due_at <= now).limit(1)).first() is not None

    def claim(self, now: datetime, until: datetime, at_most: int) -> list[Translation]:
        due = sa.select(*_SEEN).where(translations.c.due_at <= now).order_by(translations.c.due_at).limit(at_most)
        if self._postgres:
            due = due.with_for_update(skip_locked=True)
        found = [_translation(row) for row in self._connection.execute(due)]
        for row in found:
            self._change(row.report, row.part, row.language, due_at=until, tries=row.tries + 1)
        return [Translation(r.report, r.part, r.language, r.sealed, r.tries + 1) for r in found]

    def again(self, report: int, part: str, language: str, at: datetime) -> None:
        self._change(report, part, language, due_at=at)

    def give_up(self, report: int, part: str, language: str) -> None:
        self._change(report, part, language, due_at=None)

    def keep(self, report: int, part: str, language: str, sealed: bytes) -> bool:
        own = _own(report, part, language)
        first = sa.update(translations).where(own, translations.c.sealed == b"").values(sealed=sealed, due_at=None)
        return self._connection.execute(first.returning(translations.c.report)).first() is not None

    def of(self, report: int) -> list[Translation]:
        made = sa.select(*_SEEN).where(translations.c.report == report, translations.c.sealed != b"")
        return [_translation(row) for row in self._connection.execute(made.order_by(translations.c.language))]

    def _change(self, report: int, part: str, language: str, **values: object) -> None:
        self._connection.execute(sa.update(translations).where(_own(report, part, language)).values(**values))


def _own(report: int, part: str, language: str) -> sa.ColumnElement[bool]:
    c = translations.c
    return sa.and_(c.report == report, c.part == part, c.language == language)


def _translation(row: sa.Row) -> Translation:
    return Translation(row.report, row.part, row.language, bytes(row.sealed), row.tries)
