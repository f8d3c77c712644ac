"""Who changed which draft last, and who published it. services.question_ports.DraftRows over a connection."""

from __future__ import annotations

from dataclasses import fields, replace

import sqlalchemy as sa

from bot.adapters.store.question_tables import drafts
from bot.domain.draft import Draft


class DraftRows:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def by_name(self, name: str, lock: bool = False) -> Draft | None:
        query = sa.select(drafts).where(drafts.c.name == name)
        if lock and self._connection.dialect.name == "postgresql":
            query = query.with_for_update()
        row = self._connection.execute(query).first()
        return Draft(**row._mapping) if row else None

    def states(self) -> dict[str, str]:
        """Return the state of every draft by its name."""
        return {row.name: row.state for row in self._connection.execute(sa.select(drafts.c.name, drafts.c.state))}

    def add(self, draft: Draft) -> Draft:
        """Store it and return it with its number."""
        id_ = self._connection.execute(sa.insert(drafts).values(_values(draft)).returning(drafts.c.id)).scalar_one()
        return replace(draft, id=id_)

    def keep(self, draft: Draft) -> None:
        self._connection.execute(sa.update(drafts).where(drafts.c.id == draft.id).values(_values(draft)))


def _values(draft: Draft) -> dict[str, object]:
    return {f.name: getattr(draft, f.name) for f in fields(Draft) if f.name != "id"}
