"""Keys from the command line: python -m bot.adapters.vault make|rotate|public|safe FILE [--owner PLACE]. See docs/keys.md."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.adapters.vault.faults import KeyFault
from bot.adapters.vault.keyfile import add_escrow, make_key_file, read_key_file, rotate_key_file
from bot.adapters.vault.keys import EVERYONE


def main(argv: list[str] | None = None) -> int:
    """Return 0 when it is done, 1 when it is not; then nothing was changed."""
    parser = argparse.ArgumentParser(prog="python -m bot.adapters.vault", description="Make and look after the vault's keys.")
    parser.add_argument("what", choices=("make", "rotate", "public", "safe"))
    parser.add_argument("file", type=Path, help="the key file")
    parser.add_argument("--owner", default=EVERYONE, help="id of a place whose cases the key is for (default: all)")
    given = parser.parse_args(argv)
    try:
        print(_COMMANDS[given.what](given.file, given.owner))
    except KeyFault as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


def _make(file: Path, owner: str) -> str:
    key = make_key_file(file, owner)
    return f"Key {key.id.hex()} is in {file}. Copy its line on paper and put it in the safe: without it no case can be read."


def _rotate(file: Path, owner: str) -> str:
    key = rotate_key_file(file, owner)
    return f"Key {key.id.hex()} is the current one for '{owner}'. Restart, rewrap the case keys, then retire the older key."


def _public(file: Path, owner: str) -> str:
    """Return the lines for a machine that takes reports in and must not be able to read them."""
    keys = read_key_file(file).keys
    return "\n".join((key if key.kind == "escrow" else key.public_half()).line() for key in keys)


def _safe(file: Path, owner: str) -> str:
    key = add_escrow(file, owner)
    return f"Write this line on paper, twice, and clear the screen. It is kept nowhere else.\n\n{key.line()}\n"


_COMMANDS = {"make": _make, "rotate": _rotate, "public": _public, "safe": _safe}

if __name__ == "__main__":
    sys.exit(main())
