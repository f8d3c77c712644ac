"""What `python -m bot staff` and `unit` take. Apart from what they do, so that --help is quick."""

from __future__ import annotations

from typing import Any

from bot.domain import routing
from bot.domain.people import Role


def add_to(commands: Any) -> None:
    staff = commands.add_parser("staff", help="invite, list and disable those who use the staff console")
    doing = staff.add_subparsers(dest="doing", required=True, metavar="what")
    invite = doing.add_parser("invite", help="print a link, a QR code and a code to type, good once")
    invite.add_argument("--unit", default="", help="id of a unit (python -m bot unit list)")
    invite.add_argument("--name", default="", help='as colleagues say it: "Anna Berg"')
    invite.add_argument("--role", action="append", default=[], choices=[r.value for r in Role], help="may be given again")
    invite.add_argument("--language", default="sv", help="language of the console (default sv)")
    invite.add_argument("--again", default="", metavar="SIGN-IN", help="a new password and second factor for that person")
    doing.add_parser("list", help="everybody, their unit, roles and state")
    disable = doing.add_parser("disable", help="end all sessions of a person; they cannot sign in any more")
    disable.add_argument("sign_in", metavar="SIGN-IN")
    unit = commands.add_parser("unit", help="add and list the units that take reports")
    doing = unit.add_subparsers(dest="doing", required=True, metavar="what")
    add = doing.add_parser("add", help="add a unit, or change the one of that id")
    add.add_argument("--id", required=True, help="small letters, digits and dashes: norrkoping-jour")
    add.add_argument("--name", required=True, help='in Swedish, as on the door: "Socialjouren Norrköping"')
    add.add_argument("--kind", default=routing.ALWAYS, choices=routing.KINDS, help="when it takes reports (default always)")
    add.add_argument("--places", default="", help="ids of the places it serves, with commas: norrkoping,soderkoping")
    doing.add_parser("list", help="every unit with its places and number of staff")
