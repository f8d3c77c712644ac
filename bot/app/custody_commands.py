"""What `python -m bot vault`, `audit` and `retention` take. Apart from what they do, so that --help is quick."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def add_to(commands: Any) -> None:
    vault = commands.add_parser("vault", help="change the key that opens cases (docs/keys.md)")
    doing = vault.add_subparsers(dest="doing", required=True, metavar="what")
    rotate = doing.add_parser("rotate", help="put a new current key above the older ones; restart the service afterwards")
    rotate.add_argument("--owner", default="*", metavar="UNIT", help="only for the cases of this unit (default: all)")
    doing.add_parser("rewrap", help="seal the case keys to the current key; may be stopped and begun again")
    doing.add_parser("retire", help="move keys that seal no case any more to FILE.retired")
    for command in doing.choices.values():
        command.add_argument("--file", type=Path, help="the key file (default: BOT_VAULT_KEY_FILE, or that of a demonstration)")
    audit = commands.add_parser("audit", help="verify the log of who did what, and print its end to be kept elsewhere")
    doing = audit.add_subparsers(dest="doing", required=True, metavar="what")
    doing.add_parser("head", help="print the end of the log: one line to publish every day")
    verify = doing.add_parser("verify", help="say whether the log is whole, or which row is the first that cannot be trusted")
    verify.add_argument("--anchor", action="append", default=[], metavar="LINE", help="a line that `audit head` printed once")
    verify.add_argument("--anchors", type=Path, metavar="FILE", help="a file of such lines")
    retention = commands.add_parser("retention", help="say of each closed case why it is kept; erase those that may go")
    retention.add_argument("doing", nargs="?", default="list", choices=("list", "erase"))
