"""`python -m bot vault` and `audit`: keys of cases changed, and the log of who did what verified, beside a service that runs."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.adapters import vault
from bot.adapters.store import audit, ended, migrate
from bot.adapters.store.database import beside
from bot.adapters.store.transaction import Transaction
from bot.adapters.vault.keyfile import read_key_file, retire_keys, rotate_key_file
from bot.app import config
from bot.app.keys import beside_database, secret_key
from bot.domain.audit import SYSTEM, Action, Happening, Ref, Thing, read_anchors
from bot.services.ports import StoreUnavailable
from bot.services.reporting import CATCH_ALL_OWNER

T = TypeVar("T")


class Faulty(Exception):
    """What was asked for cannot be done; says what to do instead."""


def run(settings: config.Settings, given: argparse.Namespace) -> int:
    """Return 0 when it is done and all is well, 1 when it is not."""
    command: Callable[[config.Settings, argparse.Namespace], str] = {
        ("vault", "rotate"): _rotate,
        ("vault", "rewrap"): _rewrap,
        ("vault", "retire"): _retire,
        ("audit", "head"): _head,
        ("audit", "verify"): _verify,
    }[given.command, given.doing]
    try:
        print(command(settings, given))
    except (Faulty, vault.VaultFault, StoreUnavailable, migrate.SchemaTooNew, migrate.SchemaTooOld, ValueError) as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


def in_store(settings: config.Settings, work: Callable[[Transaction], T], *, writes: bool = True) -> T:
    """Return what the work returns, from one transaction beside the service. Raises StoreUnavailable and schema faults."""

    async def carried_out() -> T:
        key = secret_key(settings)
        await migrate.prepare(settings.database_url, may_migrate=False)
        return await beside(settings.database_url, key.encode(), vault.RowBox([key]), work, writes=writes)

    return asyncio.run(carried_out())


# --- keys -----------------------------------------------------------------------------------------------------------------


def _key_file(settings: config.Settings, given: argparse.Namespace) -> Path:
    path = given.file or config.file_of("BOT_VAULT_KEY")
    if path is None and not settings.vault_key and not settings.operator:
        path = beside_database(settings, "vault.key")
    if path is None:
        raise Faulty("Say which file holds the keys: set BOT_VAULT_KEY_FILE, or give --file. A key in BOT_VAULT_KEY has none.")
    return path


def _named(key_id: bytes) -> Ref:
    """Return a reference to the key: the first six bytes of its public id."""
    return Ref(Thing.KEY, int.from_bytes(key_id[:6], "big"))


def _rotate(settings: config.Settings, given: argparse.Namespace) -> str:
    path = _key_file(settings, given)
    key = rotate_key_file(path, given.owner)
    now = datetime.now(UTC)
    in_store(settings, lambda tx: tx.log([Happening(SYSTEM, Action.KEY_ROTATED, _named(key.id))], now))
    return (
        f"Key {key.id.hex()} is the current one for '{given.owner}' in {path}. Copy its line on paper for the safe.\n"
        "Restart the service now: it does not know the new key before. Then: python -m bot vault rewrap"
    )


def _rewrap(settings: config.Settings, given: argparse.Namespace) -> str:
    ring = read_key_file(_key_file(settings, given))
    box = vault.Vault(ring)
    done = after = 0
    while True:
        cases = in_store(settings, lambda tx, at=after: ended.case_keys(tx.connection, at), writes=False)
        if not cases:
            break
        after = cases[-1][0]
        old = {str(id_): key for id_, _, key in cases}
        fresh = list(box.rotated((str(id_), unit or CATCH_ALL_OWNER, key) for id_, unit, key in cases))
        done += in_store(settings, lambda tx, old=old, new=fresh: _exchanged(tx, old, new))
    now = datetime.now(UTC)
    if done:
        used = [Happening(SYSTEM, Action.KEY_USED, _named(key.id)) for key in ring.keys if key.secret]
        in_store(settings, lambda tx: tx.log(used, now))
    return f"{done} case keys are sealed anew. No text was touched. Then, on every machine: python -m bot vault retire"


def _exchanged(tx: Transaction, old: dict[str, bytes], new: list[tuple[str, bytes]]) -> int:
    return sum(ended.exchange_key(tx.connection, int(case), old[case], key) for case, key in new)


def _retire(settings: config.Settings, given: argparse.Namespace) -> str:
    path = _key_file(settings, given)

    def work(tx: Transaction) -> list[Any]:
        """Look and move within one transaction: on SQLite no case can be stored in between."""
        in_use: set[bytes] = set()
        after = 0
        while cases := ended.case_keys(tx.connection, after):
            in_use.update(id_ for _, _, key in cases for id_ in vault.key_ids(key))
            after = cases[-1][0]
        gone = retire_keys(path, in_use)
        tx.log([Happening(SYSTEM, Action.KEY_RETIRED, _named(key.id)) for key in gone], datetime.now(UTC))
        return gone

    gone = in_store(settings, work)
    if not gone:
        return "No key was moved: each one is the current one, or still seals a case (python -m bot vault rewrap)."
    names = ", ".join(key.id.hex() for key in gone)
    return f"Moved to {path}.retired: {names}. Backups from before still open with it only; destroy it when they are gone."


# --- the log --------------------------------------------------------------------------------------------------------------


def _head(settings: config.Settings, given: argparse.Namespace) -> str:
    return in_store(settings, lambda tx: audit.head(tx.connection), writes=False).line(datetime.now(UTC))


def _verify(settings: config.Settings, given: argparse.Namespace) -> str:
    lines = [*given.anchor, *([given.anchors.read_text()] if given.anchors else [])]
    anchors = read_anchors("\n".join(lines))
    key = audit.log_key(secret_key(settings).encode())
    verdict = in_store(settings, lambda tx: audit.verify_log(tx.connection, key, anchors), writes=False)
    if not verdict.sound:
        raise Faulty(str(verdict))
    known = "" if anchors else ". Without a published line, rows cut off at the end cannot be missed: give --anchor"
    return f"{verdict}{known}"
