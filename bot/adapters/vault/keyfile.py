"""The file that holds the keys: made, rotated and thinned out for the command line. Only its owner may read it."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from pathlib import Path

from bot.adapters.vault.faults import KeyFault
from bot.adapters.vault.keys import EVERYONE, Key, Keyring, new_key, read_keys


def make_key_file(path: Path, owner: str = EVERYONE) -> Key:
    """Make the file with a new secret key and return the key. Raises KeyFault where the file is already there."""
    key = new_key(owner)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyFault(f"{path} is already there; a new key would not open what the old one sealed. Rotate instead") from None
    _put(descriptor, key.line() + "\n")
    _settle(path.parent)
    return key


def read_key_file(path: Path, *, make: bool = False) -> Keyring:
    """Return the keys in the file; with `make` (a demonstration) it is made first where there is none.

    Raises KeyFault when it is missing, faulty, or readable by others.
    """
    if make and not path.exists():
        make_key_file(path)
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        lines = path.read_text()
    except OSError as fault:
        raise KeyFault(f"{path}: {fault.strerror}; cases cannot be opened without it") from None
    if mode & 0o077:
        raise KeyFault(f"{path} can be read by others (mode {mode:03o}); run: chmod 600 {path}")
    return read_keys(lines)


def keys_of_service(setting: str, path: Path, *, demonstration: bool) -> Keyring:
    """Return the keys of BOT_VAULT_KEY where it is set, else of the file, which a demonstration makes by itself.

    Raises KeyFault: a service in earnest never makes a key that nobody has put in the safe.
    """
    if setting:
        return read_keys(setting)
    if not path.exists() and not demonstration:
        raise KeyFault(f"BOT_VAULT_KEY is missing. Make a key: python -m bot.adapters.vault make {path} (docs/keys.md)")
    return read_key_file(path, make=demonstration)


def rotate_key_file(path: Path, owner: str = EVERYONE) -> Key:
    """Put a new current key for the owner above its older ones, which stay, and return it. Then rewrap the case keys."""
    read_key_file(path)
    key = new_key(owner)
    _replace(path, key.line() + "\n" + path.read_text())
    return key


def add_escrow(path: Path, owner: str = EVERYONE) -> Key:
    """Add the public half of a new key for the safe to the file; return the key, whose secret half is kept nowhere."""
    read_key_file(path)
    key = new_key(owner)
    _replace(path, path.read_text().rstrip("\n") + "\n" + key.public_half("escrow").line() + "\n")
    return key


def retire_keys(path: Path, in_use: Collection[bytes]) -> list[Key]:
    """Move secret keys that are not current and seal no case any more to FILE.retired; return them.

    `in_use`: ids from `key_ids` of all cases. They are moved and not destroyed: older backups still open with them only.
    """
    ring = read_key_file(path)
    gone = [k for k in ring.keys if k.secret and k.id not in in_use and ring.current(k.owner) != k]
    if not gone:
        return []
    retired = path.with_name(f"{path.name}.retired")
    unwanted = [key.line() for key in gone]
    before = retired.read_text() if retired.exists() else ""
    _replace(retired, before + "".join(line + "\n" for line in unwanted if line not in before))
    kept = [line for line in path.read_text().splitlines() if not _holds(line, unwanted)]
    _replace(path, "".join(line + "\n" for line in kept))
    return gone


def _holds(line: str, lines: Collection[str]) -> bool:
    return bool(line.partition("#")[0].strip()) and read_keys(line).keys[0].line() in lines


def _replace(path: Path, lines: str) -> None:
    """Write all or nothing: a power cut leaves the old file or the new one, never half a key."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    _put(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), lines)
    beside.replace(path)
    _settle(path.parent)


def _put(descriptor: int, lines: str) -> None:
    with os.fdopen(descriptor, "w") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Make the name durable too, not only the bytes."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
