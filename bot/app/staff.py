"""`python -m bot staff` and `python -m bot unit`: set a municipality up from the shell, beside a service that runs."""

from __future__ import annotations

import argparse
import asyncio
import re
import secrets
import sys
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import segno

from bot.adapters.store import migrate
from bot.adapters.store.database import beside
from bot.adapters.texts.load import load
from bot.adapters.vault import RowBox
from bot.app import config
from bot.app.casework import CONSOLE
from bot.app.keys import secret_key
from bot.domain import escalation, passes, routing
from bot.domain.audit import SYSTEM, Action, Happening, Ref, Thing
from bot.domain.people import Role, Staff
from bot.domain.routing import Unit
from bot.services.ports import StoreUnavailable
from bot.services.sign_in import INVITE, INVITE_LIVES

_ID = re.compile(r"[a-z0-9-]{1,64}")


class Faulty(Exception):
    """What was asked for cannot be done; says what to write instead."""


def run(settings: config.Settings, given: argparse.Namespace) -> int:
    work: Callable[[Any], str] = {
        ("staff", "invite"): lambda tx: _invite(tx, settings, given),
        ("staff", "list"): _list,
        ("staff", "disable"): lambda tx: _disable(tx, given.sign_in),
        ("unit", "add"): lambda tx: _add_unit(tx, settings, given),
        ("unit", "list"): _units,
    }[given.command, given.doing]
    try:
        print(asyncio.run(_write(settings, work)))
    except (Faulty, StoreUnavailable, migrate.SchemaTooNew, migrate.SchemaTooOld) as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


async def _write(settings: config.Settings, work: Callable[[Any], str]) -> str:
    key = secret_key(settings)
    await migrate.prepare(settings.database_url, may_migrate=settings.database_url.startswith("sqlite"))
    return await beside(settings.database_url, key.encode(), RowBox([key]), work)


def _invite(tx: Any, settings: config.Settings, given: argparse.Namespace) -> str:
    now = datetime.now(UTC)
    if given.again:
        account = tx.sessions.account(given.again.casefold())
        if account is None:
            raise Faulty(f"Nobody signs in as '{given.again}'. python -m bot staff list shows them all.")
        person, sign_in = account.staff, account.sign_in
        tx.people.change_staff(person, active=True)
    else:
        units = {u.id for u in tx.people.units()}
        if not given.name or not given.role or given.unit not in units:
            known = ", ".join(sorted(units)) or "none yet: python -m bot unit add --help"
            raise Faulty(f"Give --unit, --name and --role. Units: {known}.")
        languages = [lang.code for lang in load(settings.content_dir).languages]
        if given.language not in languages:
            raise Faulty(f"--language is one of {', '.join(languages)}.")
        sign_in = _free(tx, f"{_plain(given.name)}.{given.unit}"[:70])
        roles = frozenset(Role(r) for r in given.role)
        person = tx.people.add_staff(Staff(0, given.unit, given.name.strip()[:80], roles, given.language), sign_in, now)
    token = passes.token(secrets.token_bytes(16))
    tx.reports.put_link(passes.mark(token), INVITE, person, now + INVITE_LIVES)
    tx.log([Happening(SYSTEM, Action.STAFF_INVITED, Ref(Thing.STAFF, person))], now)
    return invitation(settings.public_url or settings.local_url, sign_in, token)


def invitation(url: str, sign_in: str, token: str) -> str:
    """Return what is given to the person: in an envelope, or shown on this screen. It is good once, for seven days."""
    link = f"{url}{CONSOLE}/invite/{token}"
    picture = _drawn(segno.make(link, error="l"))
    typed = "-".join(token[at : at + 4] for at in range(0, 32, 4))
    return (
        f"Invitation for {sign_in}, good once, for {INVITE_LIVES.days} days. Give it to that person only.\n"
        f"{picture}\nLink:  {link}\nOr open {url}{CONSOLE}/invite and type:  {typed}"
    )


def _drawn(code: segno.QRCode) -> str:
    """Return the QR code in half blocks: two rows of it in a line of text."""
    rows = [list(row) for row in code.matrix_iter(scale=1, border=2)]
    rows += [[0] * len(rows[0])] * (len(rows) % 2)
    signs = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(signs[bool(a), bool(b)] for a, b in zip(upper, lower, strict=True)) for upper, lower in pairs)


def _plain(name: str) -> str:
    """Return the name as it is easily typed: Åsa Öberg-Lind is asa.oberg.lind."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return ".".join(re.findall(r"[^\W_]+", bare))


def _free(tx: Any, wanted: str) -> str:
    return next(name for name in (wanted, *(f"{wanted}{n}" for n in range(2, 1000))) if tx.sessions.account(name) is None)


def _list(tx: Any) -> str:
    lines = []
    for unit in tx.people.units():
        people = tx.people.staff_of(unit.id)
        ways = {m.staff for m in tx.people.methods([p.id for p in people]) if m.works}
        for person in people:
            account = tx.sessions.account_of(person.id)
            state = "disabled" if not person.active else "active" if account.password else "invited"
            reach = "can be paged" if person.id in ways else "NO WORKING WAY TO PAGE"
            roles = ",".join(sorted(person.roles))
            lines.append(f"{account.sign_in:32} {person.name:24} {unit.id:20} {roles:20} {state:9} {reach}")
    return "\n".join(lines) or "Nobody yet: python -m bot staff invite --help"


def _disable(tx: Any, sign_in: str) -> str:
    account = tx.sessions.account(sign_in.casefold())
    if account is None:
        raise Faulty(f"Nobody signs in as '{sign_in}'. python -m bot staff list shows them all.")
    tx.people.change_staff(account.staff, active=False)
    tx.sessions.end_all(account.staff)
    now = datetime.now(UTC)
    had = tx.alerts.of_owner(account.staff)
    for alert in had:
        tx.alerts.put(escalation.let_go(alert, now))
    tx.log([Happening(SYSTEM, Action.STAFF_DISABLED, Ref(Thing.STAFF, account.staff))], now)
    free = f" Open cases of theirs that are free now, with others called: {len(had)}." if had else ""
    return f"{account.sign_in} is signed out and cannot sign in any more.{free} Look for gaps in the rota."


def _add_unit(tx: Any, settings: config.Settings, given: argparse.Namespace) -> str:
    places = [p.strip() for p in given.places.split(",") if p.strip()]
    known = load(settings.content_dir).places
    unknown = [p for p in places if p not in known]
    if not _ID.fullmatch(given.id):
        raise Faulty("--id takes small letters, digits and dashes, at most 64.")
    if unknown:
        raise Faulty(f"No such places: {', '.join(unknown)}. Their ids are the file names in {settings.content_dir}/places.")
    if not places and given.kind != routing.CATCH_ALL:
        raise Faulty("Give --places; only a unit of kind catch_all serves none of its own.")
    tx.people.put_unit(Unit(given.id, given.name.strip()[:120], given.kind, frozenset(places)))
    return f"Unit {given.id} takes reports: {', '.join(places) or 'all that nobody else takes'}."


def _units(tx: Any) -> str:
    lines = (
        f"{u.id:24} {u.name:36} {u.kind:10} {len(tx.people.staff_of(u.id)):3} staff  {', '.join(sorted(u.places))}"
        for u in tx.people.units()
    )
    return "\n".join(lines) or "No unit yet: python -m bot unit add --help"
