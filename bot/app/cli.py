"""The commands of `python -m bot`. Each imports what it needs when it is called, so --help is quick."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import sys
from datetime import date

from bot.app import config, content_commands, custody_commands, staff_commands


def main(argv: list[str] | None = None) -> int:
    """Return the exit code: 0 well, 1 faults found, 2 wrong settings or usage."""
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Answers for people who have just fled Ukraine to Sweden, on Telegram and in a web chat.",
        epilog="Settings are environment variables; README.md has the table. `python -m bot doctor` says what is missing.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("run", help="start everything: web chat, Telegram when a token is set")
    check = commands.add_parser("check", help="name every fault in content/ and locales/, with file and line")
    check.add_argument("--today", type=date.fromisoformat, metavar="YYYY-MM-DD", help="check as on that day")
    check.add_argument("--facts", action="store_true", help="list every figure with the fact that carries it and its source")
    check.add_argument("--reading", action="store_true", help="say how long sentences and words are, per language")
    ask = commands.add_parser("ask", help="answer questions as the chat would (arguments, or one a line on standard input)")
    ask.add_argument("--json", action="store_true", help="one JSON line each")
    ask.add_argument("--language", default="en", metavar="CODE", help="language of the answer (default en)")
    ask.add_argument("--place", metavar="ID", help="id of a place in content/places, such as norrkoping")
    ask.add_argument("--on", type=date.fromisoformat, metavar="YYYY-MM-DD", help="answer as on that day")
    ask.add_argument("question", nargs="*")
    commands.add_parser("learn", help="let the small model learn content/ anew, after phrasings have changed (five minutes)")
    oncall = commands.add_parser("oncall", help="say who answers for a child alone at a place and time, why, and which number")
    oncall.add_argument("--at", default="", metavar="TIME", help="2027-03-28T02:30, Swedish time without a zone (default now)")
    oncall.add_argument("--place", default="", metavar="PLACE", help="an id, a name, or city/district: stockholm/södermalm")
    content_commands.add_to(commands)
    leaflets = commands.add_parser("leaflets", help="make PDFs of the answers to print: one each, all in one, and a notice board")
    leaflets.add_argument("--article", action="append", default=[], metavar="ID", help="only this one (may be given again)")
    leaflets.add_argument("--sms", action="store_true", help="print each answer as one line for an SMS instead")
    _on_paper(leaflets)
    pack = commands.add_parser("pack", help="make what an office keeps for an outage: numbers, a sheet to fill in, answers")
    _on_paper(pack)
    static = commands.add_parser("static", help="make a copy of all answers that opens from a folder or stick, with no server")
    _on_paper(static)
    gaps = commands.add_parser("gaps", help="list what our texts did not answer, by week, topic and language")
    gaps.add_argument("--weeks", type=int, default=1, metavar="N", help="how many weeks back, this one counted (default 1)")
    freshness = commands.add_parser("freshness", help="list what editors have to check again, with file and line")
    freshness.add_argument("--on", type=date.fromisoformat, metavar="YYYY-MM-DD", help="as on that day")
    translated = commands.add_parser("translated", help="mark that translations fit the Swedish text as it stands")
    translated.add_argument("text", nargs="*", help="an article or one part of it: school-start, school-start.norrkoping")
    translated.add_argument("--all", action="store_true", help="every text there is")
    translated.add_argument("--language", action="append", default=[], metavar="CODE", help="only this one (may be repeated)")
    translated.add_argument("--small-change", action="store_true", help="the Swedish means what it meant: no translation ages")
    commands.add_parser("doctor", help="say what is set, what is missing and what to do")
    commands.add_parser("migrate", help="bring the database to this version's schema")
    custody_commands.add_to(commands)
    staff_commands.add_to(commands)
    given = parser.parse_args(argv)
    try:
        settings = config.from_environment()
    except config.WrongSettings as wrong:
        print(f"{len(wrong.faults)} settings are wrong:" if len(wrong.faults) > 1 else "A setting is wrong:", file=sys.stderr)
        print("\n".join(f"  {fault}" for fault in wrong.faults), file=sys.stderr)
        return 2
    return _COMMANDS[given.command](settings, given)


def _on_paper(command: argparse.ArgumentParser) -> None:
    command.add_argument("--place", default="", metavar="PLACE", help="id or name of a municipality (default: all of Sweden)")
    command.add_argument("--lang", action="append", default=[], metavar="CODE", help="a language; may be given again")
    command.add_argument("--out", default="var/paper", metavar="DIR", help="folder to write to (default var/paper)")
    command.add_argument("--date", type=date.fromisoformat, metavar="YYYY-MM-DD", help="day of printing (default today)")


def _run(settings: config.Settings, given: argparse.Namespace) -> int:
    import uvloop

    gc.disable()  # what is built at start stays: looking through it for garbage takes a fifth of the time; serve() turns it on
    from bot.app.wiring import CannotStart, opened, serve

    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(settings, opened(settings)))
    except CannotStart as fault:
        print(fault, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def _check(settings: config.Settings, given: argparse.Namespace) -> int:
    from bot.adapters.texts.check import check, reading, traced

    if given.facts:
        print("\n".join(traced(settings.content_dir)))
    if given.reading:
        print("\n".join(reading(settings.content_dir)))
    faults = check(settings.content_dir, settings.locales_dir, given.today or date.today())
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults" if faults else "Content and translations are in order.")
    return 1 if faults else 0


def _ask(settings: config.Settings, given: argparse.Namespace) -> int:
    from bot.app.asking import Asker

    questions = given.question or (line.rstrip("\n") for line in sys.stdin)
    with Asker(settings, given.on) as asker:
        for question in questions:
            if given.json:
                print(json.dumps(asker.result(question), ensure_ascii=False), flush=True)
            else:
                print(asker.answer(question, given.language, given.place), flush=True)
    return 0


def _learn(settings: config.Settings, given: argparse.Namespace) -> int:
    from bot.app.content import teach

    print(f"Learnt from {teach(settings)} examples.")
    return 0


def _oncall(settings: config.Settings, given: argparse.Namespace) -> int:
    from bot.app.oncall import explain

    text, understood = explain(settings, given.at, given.place)
    print(text, file=sys.stdout if understood else sys.stderr)
    return 0 if understood else 2


def _paper(settings: config.Settings, given: argparse.Namespace) -> int:
    from bot.app.paper import Press
    from bot.services.ports import Unprintable

    try:
        for line in Press(settings, given.place, given.lang, given.date).run(given):
            print(line, flush=True)
    except Unprintable as fault:
        print(fault, file=sys.stderr)
        return 2
    return 0


def _gaps(settings: config.Settings, given: argparse.Namespace) -> int:
    from bot.adapters.store.migrate import SchemaTooNew, SchemaTooOld
    from bot.app.gaps import listed
    from bot.services.ports import StoreUnavailable

    try:
        print(listed(settings, given.weeks))
    except (StoreUnavailable, SchemaTooNew, SchemaTooOld) as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


def _freshness(settings: config.Settings, given: argparse.Namespace) -> int:
    from bot.app.freshness import listed

    text, overdue = listed(settings, given.on or date.today())
    print(text)
    return 1 if overdue else 0


def _translated(settings: config.Settings, given: argparse.Namespace) -> int:
    from bot.app.freshness import mark_translated

    wrong = "Name the texts, or --all." if bool(given.text) == given.all else ""
    wrong = wrong or mark_translated(settings, given.text, given.language, given.small_change)
    print(wrong or "Marked in content/translated.yaml.", file=sys.stderr if wrong else sys.stdout)
    return 2 if wrong else 0


def _doctor(settings: config.Settings, given: argparse.Namespace) -> int:
    from bot.app.doctor import examine

    return asyncio.run(examine(settings))


def _migrate(settings: config.Settings, given: argparse.Namespace) -> int:
    from bot.adapters.store import migrate
    from bot.services.ports import StoreUnavailable

    try:
        asyncio.run(migrate.prepare(settings.database_url, may_migrate=True))
    except (migrate.SchemaTooNew, StoreUnavailable) as fault:
        print(f"Not migrated: {fault}", file=sys.stderr)
        return 1
    print(f"The database has schema {migrate.HEAD}.")
    return 0


def _custody(settings: config.Settings, given: argparse.Namespace) -> int:
    from bot.app.custody import run

    return run(settings, given)


def _retention(settings: config.Settings, given: argparse.Namespace) -> int:
    from bot.app.retention import run

    return run(settings, given)


def _staff(settings: config.Settings, given: argparse.Namespace) -> int:
    from bot.app.staff import run

    return run(settings, given)


_COMMANDS = {
    "run": _run,
    "check": _check,
    "ask": _ask,
    "learn": _learn,
    "oncall": _oncall,
    "content": content_commands.run,
    "leaflets": _paper,
    "pack": _paper,
    "static": _paper,
    "doctor": _doctor,
    "migrate": _migrate,
    "freshness": _freshness,
    "gaps": _gaps,
    "translated": _translated,
    "vault": _custody,
    "audit": _custody,
    "retention": _retention,
    "staff": _staff,
    "unit": _staff,
}
