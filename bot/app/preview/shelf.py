"""The content as it stands on disk right now, read again whenever a file changes; what cannot be read is named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from threading import Lock

from bot.adapters.texts.check import check
from bot.adapters.texts.faults import Fault
from bot.adapters.texts.load import build
from bot.adapters.texts.locales import Locales
from bot.adapters.texts.reading import read
from bot.adapters.texts.references import references
from bot.domain.content import NATION, Catalog
from bot.services.render import Renderer


@dataclass(frozen=True, slots=True)
class Edition:
    """The content at one moment. Articles with faults are as they last could be read: their ids stand in `earlier`."""

    catalog: Catalog
    renderer: Renderer
    earlier: frozenset[str] = frozenset()


class Shelf:
    def __init__(self, content_dir: Path, locales_dir: Path) -> None:
        self._content_dir, self._locales_dir = content_dir, locales_dir
        self._lock = Lock()
        self._edition: Edition | None = None
        self._seen = ""  # the version that was tried last
        self._faults: tuple[tuple[str, date], list[Fault]] | None = None

    def version(self) -> str:
        """Return a word that changes with every change of a file."""
        seen = sha256()
        for folder in (self._content_dir, self._locales_dir):
            for path, stat in sorted(_files(folder)):
                seen.update(f"{path} {stat.st_mtime_ns} {stat.st_size}\n".encode())
        return seen.hexdigest()[:16]

    def edition(self) -> Edition | None:
        """Return the content of now, the last that could be read, or None when there was none yet."""
        version = self.version()
        with self._lock:
            if version != self._seen:
                self._seen = version
                self._edition = self._read() or self._edition
            return self._edition

    def faults(self, today: date) -> list[Fault]:
        """Return what `check` says of the files as they are, on that day."""
        key = (self.version(), today)
        with self._lock:
            if self._faults is None or self._faults[0] != key:
                self._faults = (key, check(self._content_dir, self._locales_dir, today))
            return self._faults[1]

    def _read(self) -> Edition | None:
        drafts = read(self._content_dir)
        if not drafts.languages or NATION not in drafts.places:
            return None
        faults = references(drafts)
        catalog = build(drafts, texts := [])
        broken = {fault.path for fault in (*drafts.faults, *faults, *texts)}
        bad = {id_ for id_ in drafts.article_ids if drafts.path(f"articles/{id_}.yaml") in broken}
        bad |= {a.id for a in catalog.articles.values() if not a.texts or not all(part.texts for part in a.sections)}
        articles = {id_: article for id_, article in catalog.articles.items() if id_ not in bad}
        before = self._edition.catalog.articles if self._edition else {}
        earlier = {id_: before[id_] for id_ in bad if id_ in before}
        whole = _with(catalog, articles | earlier)
        return Edition(whole, Renderer(whole, Locales(self._locales_dir, whole)), frozenset(earlier))


def _with(catalog: Catalog, articles: dict) -> Catalog:
    """Return the catalogue with those articles, without what leans on a rule that could not be read."""
    kept = {id_: a for id_, a in sorted(articles.items()) if all(rule in catalog.rules for rule in a.rules)}
    return Catalog(catalog.languages, catalog.topics, kept, catalog.places, catalog.rules)


def _files(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    for path in folder.rglob("*"):
        try:
            yield str(path), path.stat()
        except FileNotFoundError:
            continue  # an editor's program has just put a new one in its place
