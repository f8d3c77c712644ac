"""Units, staff, how they are reached, and the rules of the rota. services.case_ports.People over a connection."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.adapters.store.case_tables import aids, methods, overrides, shifts, staff, units
from bot.adapters.store.ready import ready
from bot.domain.events import Address
from bot.domain.people import Method, Role, Staff, only_on_duty, takes_cases
from bot.domain.rota import Override, Rota, Shift
from bot.domain.routing import Aid, Unit

_UNITS = ready(sa.select(units).order_by(units.c.id))
_AIDS = ready(
    sa.select(aids)
    .where(aids.c.starts_at <= sa.bindparam("at"), aids.c.ends_at > sa.bindparam("at"), aids.c.accepted_at.is_not(None))
    .order_by(aids.c.id)
)
_STAFF = ready(sa.select(staff).where(staff.c.id == sa.bindparam("id")))
_STAFF_OF = ready(sa.select(staff).where(staff.c.unit == sa.bindparam("of_unit")).order_by(staff.c.id))
_METHODS = ready(
    sa.select(methods)
    .where(methods.c.staff.in_(sa.bindparam("people", expanding=True)))
    .order_by(methods.c.staff, methods.c.position, methods.c.id)
)
_REACHABLE = ready(
    sa.select(staff.c.id, staff.c.roles)
    .join(methods, methods.c.staff == staff.c.id)
    .where(
        staff.c.unit == sa.bindparam("unit"),
        staff.c.active,
        methods.c.verified_at.is_not(None),
        methods.c.dead.is_(False),
        methods.c.channel.in_(sa.bindparam("channels", expanding=True)),
    )
    .distinct()
)
_SHIFTS = ready(sa.select(shifts).where(shifts.c.unit == sa.bindparam("unit")).order_by(shifts.c.id))
_OVERRIDES = ready(sa.select(overrides).where(overrides.c.unit == sa.bindparam("unit")).order_by(overrides.c.id))


class PeopleRows:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def units(self) -> list[Unit]:
        rows = self._connection.execute(_UNITS)
        return [Unit(r.id, r.name, r.kind, frozenset(json.loads(r.places))) for r in rows]

    def put_unit(self, unit: Unit) -> None:
        """Add the unit, or change the one with that id."""
        insert = pg_insert if self._connection.dialect.name == "postgresql" else sqlite_insert
        changed = {
            "name": unit.name,
            "kind": unit.kind,
            "places": json.dumps(sorted(unit.places)),
        }
        statement = insert(units).values(id=unit.id, **changed)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed))

    def aids(self, at: datetime) -> list[Aid]:
        """Return what is in force."""
        return [_aid(row) for row in self._connection.execute(_AIDS, {"at": at})]

    def aids_of(self, unit: str, after: datetime) -> list[Aid]:
        own = sa.and_(sa.or_(aids.c.of_unit == unit, aids.c.to_unit == unit), aids.c.ends_at > after)
        return [_aid(row) for row in self._connection.execute(sa.select(aids).where(own).order_by(aids.c.starts_at, aids.c.id))]

    def aid(self, id_: int) -> Aid | None:
        row = self._connection.execute(sa.select(aids).where(aids.c.id == id_)).first()
        return _aid(row) if row else None

    def put_aid(self, aid: Aid) -> int:
        values = {"of_unit": aid.of, "to_unit": aid.to, "starts_at": aid.starts, "ends_at": aid.ends}
        return self._connection.execute(sa.insert(aids).returning(aids.c.id), values).scalar_one()

    def accept_aid(self, id_: int, now: datetime) -> None:
        self._connection.execute(sa.update(aids).where(aids.c.id == id_).values(accepted_at=now))

    def end_aid(self, id_: int, now: datetime) -> None:
        self._connection.execute(sa.update(aids).where(aids.c.id == id_).values(ends_at=now))

    def staff(self, id_: int) -> Staff | None:
        row = self._connection.execute(_STAFF, {"id": id_}).first()
        return _staff(row) if row else None

    def staff_of(self, unit: str) -> list[Staff]:
        return [_staff(row) for row in self._connection.execute(_STAFF_OF, {"of_unit": unit})]

    def add_staff(self, person: Staff, sign_in: str, now: datetime) -> int:
        """Return the new id. Raises IntegrityError when somebody signs in so already."""
        values = {
            "unit": person.unit,
            "name": person.name,
            "roles": ",".join(sorted(person.roles)),
            "language": person.language,
            "active": person.active,
            "sign_in": sign_in,
            "password": "",
            "totp": b"",
            "totp_step": 0,
            "created_at": now,
        }
        return self._connection.execute(sa.insert(staff).returning(staff.c.id), values).scalar_one()

    def change_staff(self, id_: int, **values: object) -> None:
        self._connection.execute(sa.update(staff).where(staff.c.id == id_).values(**values))

    def methods(self, people: Sequence[int]) -> list[Method]:
        return [_method(row) for row in self._connection.execute(_METHODS, {"people": list(people)})] if people else []

    def by_address(self, address: Address) -> Method | None:
        query = sa.select(methods).where(methods.c.channel == address.channel, methods.c.key == address.key)
        row = self._connection.execute(query.where(methods.c.verified_at.is_not(None))).first()
        return _method(row) if row else None

    def add_method(self, person: int, channel: str, key: str, position: int, verified_at: datetime | None = None) -> int:
        values = {"staff": person, "channel": channel, "key": key, "position": position, "verified_at": verified_at}
        return self._connection.execute(sa.insert(methods).returning(methods.c.id), values).scalar_one()

    def mark_method(self, id_: int, *, verified_at: datetime | None = None, dead: bool | None = None) -> None:
        values: dict[str, object] = {} if dead is None else {"dead": dead, "dead_told": False}
        if verified_at is not None:
            values["verified_at"] = verified_at
        self._connection.execute(sa.update(methods).where(methods.c.id == id_).values(**values))

    def mark_address(self, address: Address, alive: bool) -> None:
        """The channel says that the address is dead, or that it lives again."""
        own = sa.and_(methods.c.channel == address.channel, methods.c.key == address.key, methods.c.dead.is_(alive))
        self._connection.execute(sa.update(methods).where(own).values(dead=not alive, dead_told=False))

    def newly_dead(self) -> list[Method]:
        dead = sa.and_(methods.c.dead, methods.c.dead_told.is_(False), methods.c.verified_at.is_not(None))
        return [_method(row) for row in self._connection.execute(sa.select(methods).where(dead).order_by(methods.c.id))]

    def told_dead(self, id_: int) -> None:
        self._connection.execute(sa.update(methods).where(methods.c.id == id_).values(dead_told=True))

    def set_address(self, id_: int, key: str) -> None:
        self._connection.execute(sa.update(methods).where(methods.c.id == id_).values(key=key))

    def method(self, id_: int) -> Method | None:
        row = self._connection.execute(sa.select(methods).where(methods.c.id == id_)).first()
        return _method(row) if row else None

    def place_method(self, id_: int, position: int) -> None:
        self._connection.execute(sa.update(methods).where(methods.c.id == id_).values(position=position))

    def drop_method(self, id_: int) -> None:
        self._connection.execute(sa.delete(methods).where(methods.c.id == id_))

    def rota(self, unit: str, channels: Collection[str]) -> Rota:
        """Return the unit's rules; only active staff count who may take a case and have a verified way on one of the channels."""
        reachable = self._connection.execute(_REACHABLE, {"unit": unit, "channels": sorted(channels)})
        roles = {row.id: _roles(row.roles) for row in reachable}
        people = frozenset(id_ for id_, own in roles.items() if takes_cases(own))
        managers = frozenset(id_ for id_ in people if only_on_duty(roles[id_]))
        return Rota(tuple(self.shifts(unit)), tuple(self.overrides(unit)), people, managers)

    def shifts(self, unit: str) -> list[Shift]:
        rows = self._connection.execute(_SHIFTS, {"unit": unit})
        return [
            Shift(
                r.id,
                r.staff,
                r.level,
                frozenset(map(int, r.days)),
                time.fromisoformat(r.opens),
                time.fromisoformat(r.closes),
                date.fromisoformat(r.since),
                date.fromisoformat(r.until) if r.until else None,
                r.every_weeks,
            )
            for r in rows
        ]

    def add_shift(self, unit: str, shift: Shift) -> int:
        values = {
            "unit": unit,
            "staff": shift.staff,
            "level": shift.level,
            "days": "".join(map(str, sorted(shift.days))),
            "opens": f"{shift.opens:%H:%M}",
            "closes": f"{shift.closes:%H:%M}",
            "since": shift.since.isoformat(),
            "until": shift.until.isoformat() if shift.until else None,
            "every_weeks": shift.every_weeks,
        }
        return self._connection.execute(sa.insert(shifts).returning(shifts.c.id), values).scalar_one()

    def drop_shift(self, id_: int, unit: str) -> None:
        self._connection.execute(sa.delete(shifts).where(shifts.c.id == id_, shifts.c.unit == unit))

    def overrides(self, unit: str) -> list[Override]:
        rows = self._connection.execute(_OVERRIDES, {"unit": unit})
        return [Override(r.id, r.level, r.out, r.stand_in, r.starts_at, r.ends_at) for r in rows]

    def add_override(self, unit: str, change: Override) -> int:
        values = {
            "unit": unit,
            "level": change.level,
            "out": change.out,
            "stand_in": change.stand_in,
            "starts_at": change.starts,
            "ends_at": change.ends,
        }
        return self._connection.execute(sa.insert(overrides).returning(overrides.c.id), values).scalar_one()

    def drop_override(self, id_: int, unit: str) -> None:
        self._connection.execute(sa.delete(overrides).where(overrides.c.id == id_, overrides.c.unit == unit))


def _aid(row: sa.Row) -> Aid:
    return Aid(row.of_unit, row.to_unit, row.starts_at, row.ends_at, row.id, row.accepted_at is not None)


def _staff(row: sa.Row) -> Staff:
    return Staff(row.id, row.unit, row.name, _roles(row.roles), row.language, row.active)


def _roles(written: str) -> frozenset[Role]:
    return frozenset(Role(word) for word in written.split(",") if word)


def _method(row: sa.Row) -> Method:
    return Method(row.id, row.staff, Address(row.channel, row.key), row.position, row.verified_at, row.dead)
