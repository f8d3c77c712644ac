"""Statements made once, and on SQLite handed straight to its driver.

SQLAlchemy takes its time over every execution: keys for its cache, contexts, results. Between two answers, when nothing of
it is in the processor's caches, that is ten times what SQLite itself needs. A statement that is `ready` is written out once;
its values go through the same types. PostgreSQL runs it as it runs any other.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as _postgresql_insert
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.dialects.sqlite import insert as _sqlite_insert

S = TypeVar("S", bound=sa.Executable)
Values = Mapping[str, Any]
_Convert = Callable[[Any], Any] | None

INSERT = {"sqlite": _sqlite_insert, "postgresql": _postgresql_insert}  # each knows its own ON CONFLICT
_SQLITE = sqlite_dialect(paramstyle="qmark")
_READY: dict[sa.Executable, _Ready] = {}


def ready(statement: S) -> S:
    """Return the statement, which a module makes once: all that differs from one execution to the next is a parameter."""
    _READY[statement] = _Ready(statement)
    return statement


@lru_cache
def changing(table: sa.Table, names: tuple[str, ...]) -> sa.Update:
    """Return the statement that gives these columns new values (`as_new`) in the row whose id is `of_id`."""
    values = {name: sa.bindparam(f"new_{name}") for name in names}
    return ready(sa.update(table).where(table.c.id == sa.bindparam("of_id")).values(values))


def as_new(values: Values) -> dict[str, Any]:
    return {f"new_{name}": value for name, value in values.items()}


class Direct:
    """A connection to SQLite, as far as the store uses one."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        self.dialect = connection.dialect
        self.exec_driver_sql = connection.exec_driver_sql

    @property
    def begun(self) -> bool:
        """A full disk ends the whole transaction, whatever is nested in it."""
        return self._driver.in_transaction

    @contextmanager
    def begin(self) -> Iterator[None]:
        self._driver.execute("BEGIN IMMEDIATE")  # without IMMEDIATE two writers that first read get "database is locked"
        try:
            yield
            self._stands("COMMIT")
        except BaseException:
            self._connection.rollback()
            self._driver.rollback()
            raise
        # A statement that is not ready lets SQLAlchemy believe that it began the transaction.
        self._connection.commit() if self._connection.in_transaction() else self._driver.commit()

    @contextmanager
    def begin_nested(self) -> Iterator[None]:
        self._stands("SAVEPOINT")
        self._driver.execute("SAVEPOINT nested")
        try:
            yield
        except BaseException:
            if self.begun:
                self._driver.execute("ROLLBACK TO nested")
            raise
        finally:
            if self.begun:
                self._driver.execute("RELEASE nested")

    def _stands(self, title: str) -> None:
        """Raises OperationalError where the transaction has ended: nothing may be written beside what was undone with it."""
        if not self.begun:
            raise sa.exc.OperationalError(title, None, sqlite3.OperationalError("the transaction has ended"))

    def execute(self, statement: sa.Executable, values: Values | Sequence[Values] | None = None) -> Any:
        """Return the result. Raises what SQLAlchemy raises."""
        self._stands(type(statement).__name__)
        if (own := _READY.get(statement)) is None:
            return self._connection.execute(statement, values)
        try:
            return own.run(self._driver, values or {})
        except sqlite3.IntegrityError as fault:
            raise sa.exc.IntegrityError(own.title, None, fault) from fault
        except sqlite3.OperationalError as fault:
            raise sa.exc.OperationalError(own.title, None, fault) from fault


class Rows:
    """What a statement returned; the part of SQLAlchemy's Result that the store uses."""

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> list[Any]:
        return self._rows

    def first(self) -> Any:
        return self._rows[0] if self._rows else None

    def scalars(self) -> list[Any]:
        return [row[0] for row in self._rows]

    def scalar(self) -> Any:
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:
        (row,) = self._rows
        return row[0]


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement as SQLite reads it, for one choice of parameters and lengths of lists."""

    sql: str
    fixed: Values  # what the statement itself says
    order: tuple[tuple[str, int | None, _Convert], ...]  # name of the parameter, place in its list, conversion


class _Ready:
    def __init__(self, statement: sa.Executable) -> None:
        self._statement = statement
        self._forms: dict[tuple[Any, ...], _Form] = {}
        self._row: Any = None
        self._read: list[tuple[int, Callable[[Any], Any]]] = []

    @property
    def title(self) -> str:
        return type(self._statement).__name__

    def run(self, driver: sqlite3.Connection, values: Values | Sequence[Values]) -> Rows:
        if isinstance(values, Mapping):
            form = self._form(values)
            cursor = driver.execute(form.sql, _ordered(form, values))
            return Rows(self._rows(cursor) if cursor.description else [], cursor.rowcount)
        form = self._form(values[0])
        if len(values) > 1 and not self._returns():
            return Rows([], driver.executemany(form.sql, [_ordered(form, row) for row in values]).rowcount)
        results = [self.run(driver, row) for row in values]
        return Rows([row for result in results for row in result], sum(result.rowcount for result in results))

    def _form(self, values: Values) -> _Form:
        lists = [name for name, value in values.items() if type(value) is list]
        key = (*values, *(_room(values[name]) for name in lists))
        if (form := self._forms.get(key)) is None:
            form = self._forms[key] = self._written({**values, **{name: [None] * _room(values[name]) for name in lists}})
        return form

    def _written(self, values: Values) -> _Form:
        compiled = self._statement.compile(dialect=_SQLITE, column_keys=list(values))  # type: ignore[attr-defined]
        state = compiled.construct_expanded_state(dict(values))
        parts = {part: (name, at) for name, own in state.parameter_expansion.items() for at, part in enumerate(own)}
        order = []
        for name in state.positiontup:
            whole, at = parts.get(name, (name, None))
            kind = compiled.binds[whole].type.dialect_impl(_SQLITE)
            order.append((whole, at, kind.bind_processor(_SQLITE)))
        return _Form(state.statement, dict(compiled.params), tuple(order))

    def _returns(self) -> bool:
        return bool(getattr(self._statement, "exported_columns", ()))

    def _rows(self, cursor: sqlite3.Cursor) -> list[Any]:
        if self._row is None:
            columns = list(self._statement.exported_columns)  # type: ignore[attr-defined]
            converts = [c.type.dialect_impl(_SQLITE).result_processor(_SQLITE, None) for c in columns]
            self._read = [(at, convert) for at, convert in enumerate(converts) if convert]
            named = namedtuple("Row", [c.key for c in columns], rename=True)  # type: ignore[misc]
            self._row = type("Row", (named,), {"__slots__": (), "_mapping": property(named._asdict)})
        make, read = self._row._make, self._read
        if not read:
            return [make(row) for row in cursor]
        rows = []
        for row in cursor:
            values = list(row)
            for at, convert in read:
                values[at] = convert(values[at])
            rows.append(make(values))
        return rows


def _room(values: list[Any]) -> int:
    """Return for how many values the statement is written: a power of two, as every length would have to be written once."""
    return 1 << (len(values) - 1).bit_length() if values else 0


def _ordered(form: _Form, values: Values) -> list[Any]:
    ordered = []
    for name, at, convert in form.order:
        value = values[name] if name in values else form.fixed[name]
        if at is not None:
            value = value[min(at, len(value) - 1)]  # the last one again, where there is more room
        ordered.append(convert(value) if convert else value)
    return ordered
