"""Every fault of content/ and locales/, for editors: where, what, and what to do.

Run it with `python -m bot check`, or with `python -m bot.adapters.texts.check [content folder]`, which adds notes.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from bot.adapters.texts.agreement import agreement
from bot.adapters.texts.due import ends_unseen, overdue
from bot.adapters.texts.escalation import escalation
from bot.adapters.texts.examples import examples
from bot.adapters.texts.facts import fact_faults, register, traces
from bot.adapters.texts.faults import Fault
from bot.adapters.texts.glossary import glossary_faults
from bot.adapters.texts.load import build
from bot.adapters.texts.papers import papers
from bot.adapters.texts.phrases import phrases
from bot.adapters.texts.plainness import plainness_faults, summary
from bot.adapters.texts.reading import read
from bot.adapters.texts.references import references
from bot.adapters.texts.said import said_faults, said_traces
from bot.adapters.texts.schema import schema_faults
from bot.adapters.texts.sizes import long_answers, sections_too_long
from bot.adapters.texts.translations import translations
from bot.adapters.texts.wording import wording


def check(content_dir: Path, locales_dir: Path, today: date) -> list[Fault]:
    """Return all faults in order of file and line; an empty list means that readers may have it."""
    content_dir, locales_dir = Path(content_dir), Path(locales_dir)
    drafts = read(content_dir)
    known = register(content_dir)
    faults = [*drafts.faults, *references(drafts)]
    catalog = build(drafts, faults)
    whole = not faults  # only then every lookup of the renderer finds what it looks for
    faults += [
        *papers(drafts, today),
        *examples(drafts),
        *overdue(drafts, today),
        *ends_unseen(drafts, known.facts),
        *fact_faults(drafts, known, today),
        *agreement(drafts),
        *said_faults(drafts, known),
        *glossary_faults(drafts),
        *plainness_faults(drafts),
        *escalation(drafts),
        *phrases(drafts),
        *wording(drafts),
        *translations(drafts, locales_dir),
        *schema_faults(content_dir),
    ]
    if whole and all(code in entry.value.texts for entry in drafts.articles.values() for code in drafts.complete_languages):
        faults += sections_too_long(drafts, catalog, locales_dir, today)
    return sorted(set(faults))


def notes(content_dir: Path, locales_dir: Path, today: date) -> list[Fault]:
    """Return what is allowed but worth a second look: answers that take several messages. The content must be in order."""
    drafts = read(Path(content_dir))
    return sorted(set(long_answers(drafts, build(drafts, []), Path(locales_dir), today)))


def traced(content_dir: Path) -> list[str]:
    """Return a line for every figure in the texts: file, line, figure, what carries it, its source."""
    drafts, known = read(Path(content_dir)), register(Path(content_dir))
    return [str(trace) for trace in (*traces(drafts, known), *said_traces(drafts, known))]


def reading(content_dir: Path) -> list[str]:
    """Return a line for each language: how easy its texts are to read."""
    return summary(read(Path(content_dir)))


def main() -> int:
    """Print the faults of the content folder and of locales/ beside it; return 1 where there are any."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else "content").resolve()
    faults = check(root, root.parent / "locales", date.today())
    for fault in faults:
        print(fault)
    for note in () if faults else notes(root, root.parent / "locales", date.today()):
        print(f"note: {note}")
    print(f"{len(faults)} faults" if faults else "No faults.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
