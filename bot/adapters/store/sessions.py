"""Accounts, sessions and failed tries. services.console_ports.Sessions over a connection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.adapters.store.case_tables import failures, sessions, staff
from bot.services.console_ports import Account, Session


class SessionRows:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def _account(self, condition: sa.ColumnElement[bool]) -> Account | None:
        row = self._connection.execute(sa.select(staff).where(condition)).first()
        return Account(row.id, row.sign_in, row.active, row.password, bytes(row.totp), row.totp_step) if row else None

    def account(self, sign_in: str) -> Account | None:
        return self._account(staff.c.sign_in == sign_in)

    def account_of(self, staff_id: int) -> Account | None:
        return self._account(staff.c.id == staff_id)

    def enroll(self, staff_id: int, password: str, totp: bytes, step: int) -> None:
        change = sa.update(staff).where(staff.c.id == staff_id)
        self._connection.execute(change.values(password=password, totp=totp, totp_step=step))

    def renew(self, staff_id: int, password: str) -> None:
        self._connection.execute(sa.update(staff).where(staff.c.id == staff_id).values(password=password))

    def use_step(self, staff_id: int, step: int) -> bool:
        use = sa.update(staff).where(staff.c.id == staff_id, staff.c.totp_step < step).values(totp_step=step)
        return bool(self._connection.execute(use.returning(staff.c.id)).first())

    def open(self, mark: str, staff_id: int, now: datetime) -> int:
        values = {"mark": mark, "staff": staff_id, "created_at": now, "seen_at": now}
        return self._connection.execute(sa.insert(sessions).returning(sessions.c.id), values).scalar_one()

    def find(self, mark: str) -> Session | None:
        row = self._connection.execute(sa.select(sessions).where(sessions.c.mark == mark)).first()
        return Session(row.id, row.staff, row.created_at, row.seen_at) if row else None

    def seen(self, mark: str, now: datetime) -> None:
        self._connection.execute(sa.update(sessions).where(sessions.c.mark == mark).values(seen_at=now))

    def end(self, mark: str) -> None:
        self._connection.execute(sa.delete(sessions).where(sessions.c.mark == mark))

    def end_all(self, staff_id: int) -> None:
        self._connection.execute(sa.delete(sessions).where(sessions.c.staff == staff_id))

    def failed(self, marks: Sequence[str], now: datetime) -> None:
        self._connection.execute(sa.insert(failures), [{"mark": mark, "at": now} for mark in marks])

    def failures(self, mark: str, since: datetime) -> list[datetime]:
        query = sa.select(failures.c.at).where(failures.c.mark == mark, failures.c.at >= since)
        return list(self._connection.execute(query).scalars())

    def sweep(self, before: datetime) -> int:
        """Forget sessions and failures that are older. Return how many."""
        gone = self._connection.execute(sa.delete(sessions).where(sessions.c.created_at < before)).rowcount
        return gone + self._connection.execute(sa.delete(failures).where(failures.c.at < before)).rowcount
