"""`python -m bot oncall`: who answers for a child alone at a place and moment, why, and on which number."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar

from bot.adapters.store import migrate
from bot.adapters.store.database import beside, sqlite_path
from bot.adapters.store.sealed import Unsealed
from bot.adapters.texts.load import load
from bot.app import demo
from bot.app.config import Settings
from bot.app.staff_channels import set_up
from bot.domain import phones, routing
from bot.domain.calendar import SWEDEN, holiday_name
from bot.domain.content import NATION, Catalog, Place
from bot.domain.hours import DAYS, always_open, grouped
from bot.domain.oncall import Lines, lines
from bot.domain.places import spelled
from bot.domain.register import Service
from bot.domain.rota import DUTY_MANAGER, LEVELS, Rota
from bot.domain.routing import Aid, Unit
from bot.services.ports import StoreUnavailable, Tx

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rows:
    """What the database says about who is paged."""

    units: list[Unit]
    aids: list[Aid]
    rotas: dict[str, Rota]
    names: dict[int, str]


def explain(settings: Settings, at: str, place: str) -> tuple[str, bool]:
    """Return the explanation, and False when the place or time could not be read. `at` '': now; without a zone: Swedish time."""
    catalog = load(settings.content_dir)
    catalog = demo.made_up(catalog) if demo.is_demonstration(settings) else catalog
    try:
        moment, note = _moment(at)
    except ValueError:
        return f"'{at}' is not a time; write it as 2027-03-28T02:30", False
    found = named(catalog, place) if place else (catalog.places[NATION],)
    if len(found) != 1:
        names = ", ".join(p.id for p in found)
        return (f"'{place}' may be: {names}" if found else f"No place is called '{place}'; content/places/ has them all"), False
    return "\n".join([*note, *_told(catalog, found[0], moment), *_staffed(settings, catalog, found[0], moment)]), True


def named(catalog: Catalog, words: str) -> tuple[Place, ...]:
    """Return the places meant by an id, a name, or `city/district`, the district by its name or id."""
    if words in catalog.places:
        return (catalog.places[words],)
    city, slash, district = words.partition("/")
    if not slash:
        return spelled(catalog, words)
    above = {p.id for p in named(catalog, city)}
    return tuple(p for p in named(catalog, district) if p.parent in above)


def _moment(at: str) -> tuple[datetime, list[str]]:
    if not at:
        return datetime.now(UTC), []
    given = datetime.fromisoformat(at)
    if given.tzinfo:
        return given.astimezone(UTC), []
    moment = given.replace(tzinfo=SWEDEN).astimezone(UTC)
    shown = moment.astimezone(SWEDEN)
    if shown.replace(tzinfo=None) != given:
        return moment, [f"{given:%H:%M} does not exist that night: clocks go forward. Read as {shown:%H:%M}."]
    if given.replace(tzinfo=SWEDEN, fold=1).astimezone(UTC) != moment:
        return moment, [f"{given:%H:%M} comes twice that night: clocks go back. This is the first one."]
    return moment, []


def _told(catalog: Catalog, place: Place, moment: datetime) -> list[str]:
    local = moment.astimezone(SWEDEN)
    offices: Lines = lines(catalog, place.id)
    now = offices.awake(moment)
    name = " / ".join(p.names["sv"] for p in reversed(catalog.up(place.id)[:-1])) or place.names["sv"]
    holiday = holiday_name(local.date())
    who = f"{now.service.names.get('sv', now.service.id)} ({now.service.id})" if now.service else "SOS Alarm, standing in"
    return [
        f"{name}, {local:%A %Y-%m-%d %H:%M %Z} ({moment:%H:%M} UTC){f', {holiday}' if holiday else ''}",
        f"State:  {now.state.value}{'' if now.sure or not now.service else ' (not certain)'}",
        f"Why:    {'; '.join(why.value for why in now.why)}",
        f"Who:    {who}",
        f"Number: {phones.shown(now.phone)}{_late(now.service, local.date())}",
        f"Office:    {_line(offices.office)}",
        f"Duty line: {_line(offices.duty)}",
        f"Stand-in:  {_line(offices.stand_in)}",
    ]


def _staffed(settings: Settings, catalog: Catalog, place: Place, moment: datetime) -> list[str]:
    """Return which unit of this service is paged for a report made there and then, why it and no other, and who in it."""
    try:
        rows = asyncio.run(looked_up(settings, lambda tx: _rows(tx, set_up(settings), moment)))
    except StoreUnavailable as fault:
        return [f"Paged:  not known, the database cannot be read ({fault})"]
    if rows is None or not rows.units:
        return ["Paged:  nobody, no unit takes reports here (python -m bot unit add --help)"]
    units, aids = rows.units, rows.aids
    found = routing.route(catalog, units, aids, place.id, moment)
    if found.unit is None:
        return ["Paged:  nobody, no unit serves the place and none is of kind catch_all"]
    names = {u.id: u.name for u in units}
    why = "the place is its own" if found.connected else "no unit serves the place"
    if found.aid_for:
        until = next(a.ends for a in aids if a.of == found.aid_for and a.to == found.unit.id)
        why = f"mutual aid: it takes the cases of {names[found.aid_for]} until {until.astimezone(SWEDEN):%Y-%m-%d %H:%M}"
    return [f"Paged:  {found.unit.name} ({why})", *_levels(rows.rotas[found.unit.id], rows.names, moment)]


def _levels(rota: Rota, names: dict[int, str], moment: datetime) -> list[str]:
    """Return who is called, level by level, in the order in which they are."""

    def called(level: int) -> str:
        return ", ".join(names.get(person, "?") for person in rota.on_call(level, moment)) or "nobody"

    manager = f"{called(DUTY_MANAGER)}, paged with everybody when none of the levels has taken it"
    if not any(shift.level == DUTY_MANAGER for shift in rota.shifts) and called(DUTY_MANAGER) == "nobody":
        manager = "none on the rota; everybody else of the unit is paged when none of the levels has taken it"
    return [*(f"Level {level}: {called(level)}" for level in LEVELS), f"Duty manager: {manager}"]


def _rows(tx: Tx, channels: frozenset[str], moment: datetime) -> Rows:
    units = tx.people.units()
    names = {person.id: person.name for unit in units for person in tx.people.staff_of(unit.id)}
    return Rows(units, tx.people.aids(moment), {u.id: tx.people.rota(u.id, channels) for u in units}, names)


async def looked_up(settings: Settings, work: Callable[[Tx], T]) -> T | None:
    """Return what the work finds in the database, None where there is none yet. Raises StoreUnavailable."""
    sqlite = settings.database_url.startswith("sqlite")
    if sqlite and not sqlite_path(settings.database_url).exists():
        return None
    if await migrate.schema(settings.database_url) != migrate.HEAD:
        raise StoreUnavailable("another schema; start the service once, or run migrate")
    return await beside(settings.database_url, b"", Unsealed(), work, writes=False)


def _late(service: Service | None, today: date) -> str:
    """Return a warning where readers no longer get the number."""
    if service is None or service.stands(today):
        return ""
    return f" (last checked {service.source.checked_on}, past its day: readers get 112 instead until it is checked)"


def _line(service: Service | None) -> str:
    if service is None:
        return "none with a known number"
    when = "hours not known"
    if service.hours is not None:
        runs = grouped(service.hours)
        days = (
            f"{DAYS[a]}{'' if a == b else f'-{DAYS[b]}'} {', '.join(str(span).replace('–', '-') for span in spans)}"
            for a, b, spans in runs
        )
        when = "day and night" if always_open(service.hours) else "; ".join(days)
    elif service.when_office_closed:
        when = "whenever the office is closed"
    half = f"; {service.half_day_closes:%H:%M} before a holiday" if service.half_day_closes else ""
    summer = f"; {service.summer_closes:%H:%M} June to August" if service.summer_closes else ""
    return f"{service.id}, {phones.shown(service.phone)}, {when}{half}{summer}"
