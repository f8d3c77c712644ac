"""A municipality with people on call, put straight into the store.

anna = await duty.on_call("Anna", "norrkoping", telegram=person.key)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from bot.domain.people import Role, Staff
from bot.domain.rota import EVERYBODY, Shift
from bot.domain.routing import ALWAYS, CATCH_ALL, Unit

EVERY_DAY = frozenset(range(7))
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Duty:
    """`store`: anything with write(work)."""

    store: Any
    units: set[str] = field(default_factory=set)

    async def unit(self, id_: str, *, kind: str = ALWAYS, places: tuple[str, ...] = ()) -> str:
        served = frozenset(places or (() if kind == CATCH_ALL else (id_,)))
        await self.store.write(lambda tx: tx.people.put_unit(Unit(id_, f"Socialtjänsten {id_}", kind, served)))
        self.units.add(id_)
        return id_

    async def on_call(
        self,
        name: str,
        unit: str,
        *,
        level: int = 1,
        roles: tuple[Role, ...] = (Role.ON_CALL,),
        verified: bool = True,
        days: frozenset[int] = EVERY_DAY,
        opens: time = time(0),
        closes: time = time(0),
        **ways: str,
    ) -> int:
        """Return the id of a new member of staff who can be reached by `ways` (channel=key), in that order, on a shift.

        `level` EVERYBODY: on none.
        """
        if unit not in self.units:
            await self.unit(unit)

        def work(tx: Any) -> int:
            person = tx.people.add_staff(Staff(0, unit, name, frozenset(roles), "sv"), f"{name}@{unit}".lower(), LONG_AGO)
            for position, (channel, key) in enumerate(ways.items()):
                tx.people.add_method(person, channel, key, position, LONG_AGO if verified else None)
            if level != EVERYBODY:
                tx.people.add_shift(unit, Shift(0, person, level, days, opens, closes, date(2026, 1, 1)))
            return person

        return await self.store.write(work)
