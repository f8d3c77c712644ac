"""A translator's .po file -> content/. Only finished entries that changed go in; what does not is named with its line."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po

from bot.adapters.texts.editing.changes import Change, apply
from bot.adapters.texts.editing.export_po import AT_EXPORT, UnknownLanguage, check_language, mark, shown
from bot.adapters.texts.editing.flow import flowed, refolded
from bot.adapters.texts.editing.scalars import STEP
from bot.adapters.texts.editing.units import KEPT, SOURCE, Terms, Unit, units
from bot.adapters.texts.faults import ContentFaults, Fault
from bot.adapters.texts.reading import read
from bot.adapters.texts.strict_yaml import Loc

_LINE = re.compile(r'\ufeff?\s*(?:#.*|(?:msg(?:ctxt|id|id_plural|str|str\[\d\])\s+)?"(?:[^"\\]|\\.)*"\s*)')


@dataclass(slots=True)
class Imported:
    """What an import did. `left_out` names the entries that were not taken, each with its line and why."""

    language: str
    changed: int = 0
    files: list[str] = field(default_factory=list)
    empty: int = 0
    left_out: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Entry:
    unit: Unit
    text: str
    path: str
    line: int

    def fault(self, text: str) -> Fault:
        return Fault(self.path, self.line, f"{self.unit.name}: {text}")


def import_po(content_dir: Path, locales_dir: Path, po: Path, today: date) -> Imported:
    """Write the translations and return what was done.

    Raises ContentFaults, and writes nothing, when one of them would break `check` or the file cannot be read.
    """
    drafts = read(content_dir)
    if drafts.faults:
        raise ContentFaults(drafts.faults)
    catalog = _read(po)
    language = _language(po, catalog)
    try:
        check_language(drafts, language)
    except UnknownLanguage as wrong:
        raise ContentFaults([Fault(po.name, 1, str(wrong))]) from None
    every = list(units(drafts))
    done = Imported(language)
    entries = list(_finished(po, catalog, {unit.name: unit for unit in every}, done))
    if faults := [fault for entry in entries for fault in _faults(entry)]:
        raise ContentFaults(faults)
    terms = Terms(every, drafts.languages)
    done.notes = [note for entry in entries for note in _notes(entry, language, terms)]
    changes = list(_changes(entries, language, done))
    done.files = apply(content_dir, locales_dir, changes, today)
    return done


def _read(po: Path) -> Catalog:
    raw = po.read_bytes()
    try:
        # Babel drops the last letter of a string whose closing quote is missing, and says nothing.
        for number, line in enumerate(raw.decode().split("\n"), 1):
            if line.strip() and not _LINE.fullmatch(line):
                text = "this is not a line of a .po file; mend it, often a missing quote, or export again"
                raise ContentFaults([Fault(po.name, number, text)])
        return read_po(BytesIO(raw), abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError) as wrong:
        line = (getattr(wrong, "lineno", None) or 0) + 1
        text = f"this is not a valid catalogue ({wrong}); mend the line, often a missing quote, or export again"
        raise ContentFaults([Fault(po.name, line, text)]) from None


def _language(po: Path, catalog: Catalog) -> str:
    language = str(catalog.locale_identifier or "").partition("_")[0]
    if not language:
        raise ContentFaults([Fault(po.name, 1, "the head has no line 'Language: …'; write it, as in \"Language: uk\\n\"")])
    return language


def _finished(po: Path, catalog: Catalog, by_name: dict[str, Unit], done: Imported) -> Iterator[_Entry]:
    """Yield entries that are translated, current and different from what stands in content/."""
    for message in catalog:
        if not message.id:
            continue
        line = message.lineno or 1
        unit = by_name.get(message.context or "")
        if unit is None:
            text = f"'{message.context or message.id}' is no text of content/ any more; it is left out"
            done.left_out.append(Fault(po.name, line, text))
            continue
        said = message.string if isinstance(message.string, str) else ""
        said = flowed(said) if unit.body else said.strip()
        if not said:
            done.empty += 1
            continue
        now = shown(unit, done.language)
        if said == now:
            continue
        entry = _Entry(unit, said, po.name, line)
        if why := _why_not(message, unit, now):
            done.left_out.append(entry.fault(why))
        else:
            yield entry


def _why_not(message: Message, unit: Unit, now: str) -> str:
    if message.fuzzy:
        return "is marked as unsure (fuzzy); it is left out until the mark is off"
    source = flowed(str(message.id)) if unit.body else str(message.id)
    if source != shown(unit, SOURCE):
        return "the Swedish text has changed since the export; export again and look at it once more"
    at_export = next((c.removeprefix(AT_EXPORT) for c in message.auto_comments if c.startswith(AT_EXPORT)), "")
    if at_export and at_export != mark(now):
        return "somebody changed this translation in content/ since the export; export again and decide which one holds"
    return ""


def _faults(entry: _Entry) -> Iterator[Fault]:
    """Yield what a translation must not lose or add; the rest `check` finds in the changed content."""
    wanted, there = entry.unit.kept(), Counter(KEPT.findall(entry.text))
    for lost in wanted - there:
        yield entry.fault(f"lacks {lost}; put it where it belongs")
    for more in there - wanted:
        yield entry.fault(f"has {more}, which the Swedish has not; remove it")


def _notes(entry: _Entry, language: str, terms: Terms) -> Iterator[Fault]:
    """Yield Swedish words that this translation had or that should stay, and that are gone."""
    before, now = entry.unit.text(language).casefold(), entry.text.casefold()
    for term in terms.of(entry.unit.text(SOURCE)):
        if term.casefold() in before and term.casefold() not in now:
            yield entry.fault(f"'{term}' stood in brackets before and is gone; readers look for it on the door and the letter")


def _changes(entries: Iterable[_Entry], language: str, done: Imported) -> Iterator[Change]:
    """Yield one change a text; where a language is new, all its texts of one place come in together or not at all."""
    fresh: dict[tuple[str, Loc], list[_Entry]] = defaultdict(list)
    for entry in entries:
        unit = entry.unit
        if unit.after and not unit.neighbours(language):
            fresh[(unit.file, unit.loc(language)[:-1])].append(entry)
            continue
        done.changed += 1
        yield Change(unit.file, unit.loc(language), _stored(entry, language), entry.path, entry.line)
    for (file, loc), together in fresh.items():
        first, texts = together[0], {entry.unit.after[0]: _stored(entry, language) for entry in together}
        swedish = first.unit.neighbours(SOURCE)
        if absent := [key for key, text in swedish.items() if str(text).strip() and key not in texts]:
            done.left_out.append(first.fault(f"left out with its neighbours until {', '.join(absent)} is translated too"))
            continue
        done.changed += len(together)
        lines = {entry.unit.after[0]: entry.line for entry in together}
        yield Change(file, tuple(loc), {key: texts.get(key, "") for key in swedish}, first.path, first.line, lines)


def _stored(entry: _Entry, language: str) -> str:
    """Return the text as it stands in the file, broken into lines as the one before it."""
    unit = entry.unit
    if not unit.body:
        return entry.text
    depth = sum(not isinstance(step, int) for step in unit.loc(language))
    return refolded(entry.text, unit.text(language), STEP * depth)
