"""Which Swedish text each translation was made from: content/translated.yaml, one line per article and part.

A line holds the hash of the Swedish text when it was last marked (`of`), the text whose meaning that one has (`means`, left out
when it is the same), and for each language the meaning it was translated from. A small change (a comma, a misspelling) moves
`of` and leaves `means`: no translation ages. A Swedish text that nobody has marked is a new meaning: all are behind.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bot.adapters.texts.faults import Fault
from bot.adapters.texts.models import ArticleFile
from bot.adapters.texts.reading import TRANSLATED, Drafts, Entry
from bot.adapters.texts.strict_yaml import Loc

SOURCE = "sv"
_HEAD = "# Which Swedish text each translation was made from. Written by `python -m bot translated`; see docs/content.md.\n"


@dataclass(frozen=True, slots=True)
class Unit:
    """An article's own text or one of its parts. `version`: the meaning of its Swedish text."""

    id: str
    entry: Entry[ArticleFile]
    loc: Loc
    now: str  # hash of the Swedish text as it stands
    version: str
    languages: tuple[str, ...]  # it is translated into
    behind: frozenset[str]
    marked: bool  # somebody has marked the Swedish text as it stands


def units(drafts: Drafts) -> Iterator[Unit]:
    for entry in drafts.articles.values():
        article = entry.value
        yield from _unit(drafts, entry, article.id, ("texts",), {c: t.model_dump() for c, t in article.texts.items()})
        for number, part in enumerate(article.parts):
            texts = {c: t.model_dump() for c, t in part.texts.items()}
            yield from _unit(drafts, entry, f"{article.id}.{part.id}", ("parts", number, "texts"), texts)


def _unit(drafts: Drafts, entry: Entry[ArticleFile], id_: str, loc: Loc, texts: dict[str, dict[str, str]]) -> Iterator[Unit]:
    if SOURCE not in texts:
        return
    now = hashed(texts[SOURCE].values())
    mark = drafts.translated[id_].value if id_ in drafts.translated else None
    marked = mark is not None and mark.of == now
    version = (mark.means or mark.of) if mark and marked else now
    others = tuple(code for code in texts if code != SOURCE)
    # What nobody has ever marked is not called behind: there is nothing to compare it with.
    behind = frozenset(code for code in others if mark and mark.languages.get(code) != version)
    yield Unit(id_, entry, loc, now, version, others, behind, marked)


def hashed(fields: Iterable[str]) -> str:
    """Return the hash of a text; line breaks and runs of spaces do not count."""
    return sha256("\n".join(" ".join(field.split()) for field in fields).encode()).hexdigest()[:8]


def translation_tasks(drafts: Drafts) -> Iterator[Fault]:
    """Yield what translators and editors have to do, where the text stands."""
    for unit in units(drafts):
        for code in sorted(unit.behind):
            said = f"{unit.id}: {code} is older than the Swedish; mend it, then"
            text = f"{said} `python -m bot translated {unit.id} --language {code}`"
            yield unit.entry.fault((*unit.loc, code), text)
        if not unit.marked and not unit.behind:
            text = f"{unit.id}: nobody has said that the translations fit; `python -m bot translated {unit.id}`"
            yield unit.entry.fault((*unit.loc, SOURCE), text)


def mark(drafts: Drafts, wanted: Iterable[str], languages: Iterable[str] = (), *, small_change: bool = False) -> str:
    """Return translated.yaml after the mark. `wanted`: articles (with all their parts) or single parts; none = all.

    `small_change`: the Swedish text means what it meant, so nothing ages. Else the languages (none = all of them) are marked
    as translations of the Swedish text as it stands.
    """
    wanted, languages, lines = set(wanted), set(languages), []
    for unit in units(drafts):
        old = drafts.translated[unit.id].value if unit.id in drafts.translated else None
        marks = dict(old.languages) if old else {}
        of, means = (old.of, old.means) if old else (unit.now, "")
        if not wanted or wanted & {unit.id, unit.id.partition(".")[0]}:
            means = (means or of) if small_change else unit.version
            of = unit.now
            if not small_change:
                marks |= {code: means for code in unit.languages if not languages or code in languages}
        known = ", ".join(f"{code}: '{marks[code]}'" for code in sorted(marks) if code in unit.languages)
        meant = f", means: '{means}'" if means and means != of else ""
        lines.append(f"- {{id: {json.dumps(unit.id)}, of: '{of}'{meant}, languages: {{{known}}}}}\n")
    return _HEAD + "".join(sorted(lines))


def write(root: Path, text: str) -> None:
    (root / TRANSLATED).write_text(text, encoding="utf-8")
