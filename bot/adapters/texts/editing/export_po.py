"""content/ -> one .po file for a translator: Swedish texts with their translations, as Poedit, Weblate and others read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from babel.messages import Catalog

from bot.adapters.texts.editing.flow import flowed
from bot.adapters.texts.editing.units import SOURCE, Terms, Unit, units
from bot.adapters.texts.extract import as_text
from bot.adapters.texts.faults import ContentFaults
from bot.adapters.texts.models import SourceFile
from bot.adapters.texts.reading import Drafts, read

AT_EXPORT = "At export: "  # then the mark of the translation as it was, so that nobody's later work is overwritten
SOURCES_AT_MOST = 3
_WITHOUT_CLAIMS = (("button",), ("title",), ("heading",))


class UnknownLanguage(Exception):
    """Says which languages there are."""


def export_po(content_dir: Path, language: str) -> bytes:
    """Return the file. The same content gives the same bytes. Raises ContentFaults, UnknownLanguage."""
    drafts = read(content_dir)
    if drafts.faults:
        raise ContentFaults(drafts.faults)
    check_language(drafts, language)
    every = list(units(drafts))
    terms = Terms(every, drafts.languages)
    catalog = Catalog(locale=language, project="First answers in Sweden", version="content", charset="utf-8", fuzzy=False)
    for unit in every:
        catalog.add(
            shown(unit, SOURCE),
            shown(unit, language),
            [(unit.entry.document.path, None)],
            auto_comments=list(_comments(unit, language, terms)),
            context=unit.name,
        )
    return as_text(catalog)


def check_language(drafts: Drafts, language: str) -> None:
    """Raise UnknownLanguage unless texts can be translated into it."""
    if language == SOURCE:
        raise UnknownLanguage(f"{SOURCE} is what the texts are translated from; change it in content/ itself")
    if language not in drafts.languages:
        there = ", ".join(code for code in drafts.languages if code != SOURCE)
        raise UnknownLanguage(f"'{language}' is not a language of content/languages.yaml ({there}); add a line for it first")


def shown(unit: Unit, language: str) -> str:
    """Return the text as a translator sees it."""
    text = unit.text(language)
    return flowed(text) if unit.body else text


def mark(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]


def _comments(unit: Unit, language: str, terms: Terms) -> Iterator[str]:
    if unit.limit:
        yield f"At most {unit.limit} characters."
    if keep := terms.of(unit.text(SOURCE)):
        yield f"Stays Swedish, in brackets beside its meaning: {', '.join(keep)}"
    if kept := unit.kept():
        yield f"Leave as it is: {' '.join(kept)}"
    if unit.after not in _WITHOUT_CLAIMS:
        yield from (f"Source: {source}" for source in _sources(unit.sources))
    yield AT_EXPORT + mark(shown(unit, language))


def _sources(sources: Iterable[SourceFile]) -> list[str]:
    said = dict.fromkeys(f"{s.publisher}, {s.title}, checked {s.checked_on} {s.url}".strip() for s in sources)
    return list(said)[:SOURCES_AT_MOST]
