"""`python -m bot content …`: what translators and editors do with content/ beside writing in it."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bot.adapters.texts.faults import ContentFaults
from bot.app.config import Settings

if TYPE_CHECKING:
    from bot.adapters.texts.editing.links import Link


def add_to(commands: argparse._SubParsersAction) -> None:
    """Add the command `content` with its own commands."""
    content = commands.add_parser("content", help="for translators and editors: export, import, new, preview, links")
    parts = content.add_subparsers(dest="part", required=True, metavar="what")
    export = parts.add_parser("export-po", help="write a .po file of all texts, for Poedit, Weblate and others")
    export.add_argument("--lang", required=True, metavar="CODE", help="language to translate into, such as uk")
    export.add_argument("--out", type=Path, metavar="FILE", help="default content-<CODE>.po")
    import_ = parts.add_parser("import-po", help="put the finished translations of a .po file into content/")
    import_.add_argument("file", type=Path)
    phones = parts.add_parser(
        "export-phones", help="write a spreadsheet of all offices with phone, hours, source and day checked"
    )
    phones.add_argument("--out", type=Path, default=Path("phones.xlsx"), metavar="FILE", help="default phones.xlsx; or .csv")
    import_ = parts.add_parser("import-phones", help="put what changed in that spreadsheet into content/")
    import_.add_argument("file", type=Path)
    new = parts.add_parser("new", help="begin an article: a skeleton, and what is left to fill in")
    new.add_argument("id", help="the file's name, such as school-lunch")
    new.add_argument(
        "--intent", required=True, action="append", metavar="ID", help="an id of content/intents.yaml; may be repeated"
    )
    new.add_argument("--topic", default="", metavar="ID", help="an id of content/topics.yaml (default: the intent's first word)")
    preview = parts.add_parser("preview", help="see a text in the browser as its readers will, while you write it")
    preview.add_argument("article", nargs="?", default="", help="id of an article (default: the first)")
    preview.add_argument("--lang", default="", metavar="CODE")
    preview.add_argument("--place", default="", metavar="ID", help="id of a place in content/places, such as norrkoping")
    preview.add_argument("--day", default="", metavar="YYYY-MM-DD", help="as on that day (default: today)")
    preview.add_argument("--port", type=int, default=8090)
    links = parts.add_parser("links", help="list every web address of content/ with file and line")
    links.add_argument("--fetch", action="store_true", help="ask each over the network, and name those that do not answer")


def run(settings: Settings, given: argparse.Namespace) -> int:
    """Return the exit code: 0 well, 1 faults found and nothing changed, 2 wrong usage."""
    try:
        return _PARTS[given.part](settings, given)
    except ContentFaults as wrong:
        for fault in wrong.faults:
            print(fault, file=sys.stderr)
        print(f"{len(wrong.faults)} faults; nothing was changed.", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our lines has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as wrong:
        print(f"{wrong.filename}: {wrong.strerror}", file=sys.stderr)
        return 2


def _export_po(settings: Settings, given: argparse.Namespace) -> int:
    from bot.adapters.texts.editing.export_po import UnknownLanguage, export_po

    try:
        made = export_po(settings.content_dir, given.lang)
    except UnknownLanguage as wrong:
        print(wrong, file=sys.stderr)
        return 2
    out = given.out or Path(f"content-{given.lang}.po")
    out.write_bytes(made)
    print(f"{out}: {made.count(b'msgctxt')} texts. Translate, save, then: python -m bot content import-po {out}")
    return 0


def _import_po(settings: Settings, given: argparse.Namespace) -> int:
    from bot.adapters.texts.editing.import_po import import_po

    done = import_po(settings.content_dir, settings.locales_dir, given.file, date.today())
    for fault in (*done.left_out, *done.notes):
        print(fault)
    for name in done.files:
        print(f"changed: content/{name}")
    print(f"{done.changed} texts changed, {len(done.left_out)} left out, {done.empty} not translated yet.")
    return 0


def _export_phones(settings: Settings, given: argparse.Namespace) -> int:
    from bot.adapters.texts.editing import tables
    from bot.adapters.texts.editing.phone_list import phone_rows

    ending = given.out.suffix.lower()
    if ending not in tables.ENDINGS:
        print(f"{given.out}: only {' and '.join(tables.ENDINGS)} can be written", file=sys.stderr)
        return 2
    rows = phone_rows(settings.content_dir)
    given.out.write_bytes(tables.made(rows, ending))
    form = "an Excel workbook" if ending == tables.XLSX else "CSV"
    print(f"{given.out}: {len(rows) - 1} offices. Change, save as {form}, then: python -m bot content import-phones {given.out}")
    return 0


def _import_phones(settings: Settings, given: argparse.Namespace) -> int:
    from bot.adapters.texts.editing.phone_list import import_phones

    done = import_phones(settings.content_dir, settings.locales_dir, given.file, date.today())
    for name in done.files:
        print(f"changed: content/{name}")
    print(f"{done.rows} rows read, {done.changed} values changed.")
    return 0


def _new(settings: Settings, given: argparse.Namespace) -> int:
    from bot.adapters.texts.editing.skeleton import CannotBegin, new_article

    try:
        path, left = new_article(settings.content_dir, given.id, given.intent, given.topic)
    except CannotBegin as why:
        print(why, file=sys.stderr)
        return 2
    print(f"{path} is begun. Left to fill in (`python -m bot check` says what still is):")
    for fault in left:
        print(f"  {fault}")
    return 0


def _preview(settings: Settings, given: argparse.Namespace) -> int:
    from bot.app.preview.serving import PortTaken, serve

    shows = {"article": given.article, "lang": given.lang, "place": given.place, "day": given.day}
    try:
        serve(settings.content_dir, settings.locales_dir, given.port, shows)
    except PortTaken as fault:
        print(fault, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        pass
    return 0


def _links(settings: Settings, given: argparse.Namespace) -> int:
    from bot.adapters.texts.editing.links import links

    there = links(settings.content_dir)
    if not given.fetch:
        print("\n".join(map(str, there)))
        return 0
    return _fetched(there)


def _fetched(there: list[Link]) -> int:
    """Name what does not answer as it should; nothing is changed. Return 1 when an address is dead."""
    from bot.adapters.links import Verdict, ask

    counts: Counter[str] = Counter()

    def told(url: str, verdict: Verdict) -> None:
        counts[verdict.kind] += 1
        if verdict.kind != "ok":
            for link in there:
                if link.url == url:
                    print(f"{link.path}:{link.line}: {verdict.kind} ({verdict.text}) {url}", flush=True)

    asyncio.run(ask((link.url for link in there), told))
    print(", ".join(f"{counts[kind]} {kind}" for kind in ("ok", "moved", "unsure", "dead")))
    return 1 if counts["dead"] else 0


_PARTS = {
    "export-po": _export_po,
    "import-po": _import_po,
    "export-phones": _export_phones,
    "import-phones": _import_phones,
    "new": _new,
    "preview": _preview,
    "links": _links,
}
