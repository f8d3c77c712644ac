"""Reads every file of content/ into models, gathering faults as it goes; what needs two files is checked elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel

from bot.adapters.texts import strict_yaml
from bot.adapters.texts.duty_models import EscalationFile, PhrasesFile
from bot.adapters.texts.explain import validated
from bot.adapters.texts.faults import Fault
from bot.adapters.texts.models import (
    AllowanceFile,
    ArticleFile,
    IntentFile,
    IntentsFile,
    LanguageFile,
    PlaceFile,
    RuleFile,
    TopicFile,
    TranslatedFile,
)
from bot.adapters.texts.strict_yaml import Document, Loc

M = TypeVar("M", bound=BaseModel)
Rings = tuple[tuple[tuple[float, float], ...], ...]

BORDERS = "borders.geojson"
ESCALATION = "escalation.yaml"
PHRASES = "phrases.yaml"
TRANSLATED = "translated.yaml"


@dataclass(frozen=True, slots=True)
class Entry(Generic[M]):
    """A model and where it stands, so that what is wrong with it can be said with file and line."""

    value: M
    document: Document
    loc: tuple[str | int, ...] = ()

    def fault(self, loc: Loc, text: str) -> Fault:
        return self.document.fault((*self.loc, *loc), text)

    def fault_at(self, line: int, text: str) -> Fault:
        return Fault(self.document.path, line, text)


@dataclass(slots=True)
class Drafts:
    """All of content/ that could be read. Files with faults are missing here, but their ids are known."""

    root: Path
    languages: dict[str, Entry[LanguageFile]] = field(default_factory=dict)
    topics: dict[str, Entry[TopicFile]] = field(default_factory=dict)
    rules: dict[str, Entry[RuleFile]] = field(default_factory=dict)
    allowance: dict[str, Entry[AllowanceFile]] = field(default_factory=dict)
    intents: dict[str, Entry[IntentFile]] = field(default_factory=dict)
    proposed: dict[str, Entry[IntentFile]] = field(default_factory=dict)
    articles: dict[str, Entry[ArticleFile]] = field(default_factory=dict)
    places: dict[str, Entry[PlaceFile]] = field(default_factory=dict)
    escalation: Entry[EscalationFile] | None = None
    phrases: Entry[PhrasesFile] | None = None
    translated: dict[str, Entry[TranslatedFile]] = field(default_factory=dict)
    borders: list[tuple[str, Rings, int]] = field(default_factory=list)  # municipality code, rings, line
    article_ids: set[str] = field(default_factory=set)
    place_ids: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    def path(self, name: str) -> str:
        return f"{self.root.name}/{name}"

    @property
    def complete_languages(self) -> tuple[str, ...]:
        return tuple(code for code, entry in self.languages.items() if entry.value.complete)


def read(root: Path) -> Drafts:
    """Return everything under `root`, with the faults that single files have."""
    drafts = Drafts(root)
    _list(drafts, "languages.yaml", LanguageFile, drafts.languages, "code")
    _list(drafts, "topics.yaml", TopicFile, drafts.topics, "id")
    _list(drafts, "rules.yaml", RuleFile, drafts.rules, "id")
    _list(drafts, "allowance.yaml", AllowanceFile, drafts.allowance, "id")
    _intents(drafts)
    _folder(drafts, "articles", ArticleFile, drafts.articles, drafts.article_ids)
    _folder(drafts, "places", PlaceFile, drafts.places, drafts.place_ids)
    if (root / TRANSLATED).exists():
        _list(drafts, TRANSLATED, TranslatedFile, drafts.translated, "id")
    _borders(drafts)
    drafts.escalation = read_one(drafts, ESCALATION, EscalationFile)
    drafts.phrases = read_one(drafts, PHRASES, PhrasesFile)
    return drafts


def read_one(drafts: Drafts, name: str, model: type[M]) -> Entry[M] | None:
    """Return the file that is one entry, None when it has faults, which are added to the drafts."""
    document = _open(drafts, name)
    if document is None:
        return None
    value, faults = validated(model, document, document.value)
    drafts.faults += faults
    return None if value is None else Entry(value, document)


def _open(drafts: Drafts, name: str) -> Document | None:
    path = drafts.path(name)
    try:
        document = strict_yaml.parse(path, (drafts.root / name).read_bytes())
    except FileNotFoundError:
        drafts.faults.append(Fault(path, 1, "the file is missing; add it"))
        return None
    drafts.faults += document.faults
    return None if document.faults else document


def _list(drafts: Drafts, name: str, model: type[M], into: dict[str, Entry[M]], key: str) -> None:
    document = _open(drafts, name)
    if document is None:
        return
    if not isinstance(document.value, list):
        drafts.faults.append(document.fault((), "the file must be a list, one `- ` an entry"))
        return
    _entries(drafts, document, (), document.value, model, into, key)


def _entries(
    drafts: Drafts, document: Document, base: Loc, values: list[object], model: type[M], into: dict[str, Entry[M]], key: str
) -> None:
    for number, value in enumerate(values):
        loc = (*base, number)
        entry, faults = validated(model, document, value, loc)
        drafts.faults += faults
        if entry is None:
            continue
        id_ = getattr(entry, key)
        if id_ in into:
            drafts.faults.append(document.fault((*loc, key), f"'{id_}' stands in the list twice; remove one of the two"))
        else:
            into[id_] = Entry(entry, document, loc)


def _intents(drafts: Drafts) -> None:
    document = _open(drafts, "intents.yaml")
    if document is None:
        return
    value = document.value if isinstance(document.value, dict) else {}
    if set(value) <= {"intents", "proposed"} and all(isinstance(v, list) for v in value.values()) and "intents" in value:
        _entries(drafts, document, ("intents",), value["intents"], IntentFile, drafts.intents, "id")
        _entries(drafts, document, ("proposed",), value.get("proposed", []), IntentFile, drafts.proposed, "id")
        return
    drafts.faults += validated(IntentsFile, document, document.value)[1]


def _files(drafts: Drafts, folder: str) -> Iterator[Path]:
    for path in sorted((drafts.root / folder).iterdir()) if (drafts.root / folder).is_dir() else ():
        if path.name.startswith("."):
            continue
        if path.suffix == ".yaml":
            yield path
        else:
            text = "only .yaml files are read here; rename or remove it"
            drafts.faults.append(Fault(drafts.path(f"{folder}/{path.name}"), 1, text))


def _folder(drafts: Drafts, folder: str, model: type[M], into: dict[str, Entry[M]], ids: set[str]) -> None:
    files = list(_files(drafts, folder))
    ids |= {path.stem for path in files}
    for path in files:
        document = _open(drafts, f"{folder}/{path.name}")
        if document is None:
            continue
        value, faults = validated(model, document, document.value)
        drafts.faults += faults
        if value is None:
            continue
        id_ = value.id  # type: ignore[attr-defined]
        if id_ == path.stem:
            into[id_] = Entry(value, document)
        elif id_ in ids:
            text = f"id is '{id_}', which {drafts.path(f'{folder}/{id_}.yaml')} has too; write {path.stem}"
            drafts.faults.append(document.fault(("id",), text))
        else:
            text = f"id is '{id_}' but the file is {path.name}; make them the same"
            drafts.faults.append(document.fault(("id",), text))


def _borders(drafts: Drafts) -> None:
    """Read municipality borders; a feature's id is the municipality's code at Statistics Sweden."""
    path = drafts.root / BORDERS
    if not path.exists():
        return
    try:
        features = json.loads(path.read_bytes())["features"]
        for feature in features:
            shape = feature["geometry"]
            polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
            rings = tuple(tuple(map(tuple, ring)) for polygon in polygons for ring in polygon)
            drafts.borders.append((feature["id"], rings, 1))
    except (ValueError, KeyError, TypeError) as wrong:
        text = f"this is not GeoJSON with polygons ({type(wrong).__name__}: {wrong}); put the original file back"
        drafts.faults.append(Fault(drafts.path(BORDERS), 1, text))
