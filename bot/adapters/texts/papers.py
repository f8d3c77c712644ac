"""Checks of dates, sources, languages and coverage: is every fact in date, and does everyone get an answer?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bot.adapters.texts.allowance import allowance_papers
from bot.adapters.texts.faults import Fault
from bot.adapters.texts.models import ArticleFile, PlaceFile, ServiceFile, SourceFile
from bot.adapters.texts.reading import Drafts, Entry
from bot.adapters.texts.strict_yaml import Loc

CALLBACK_BYTES = 64  # Bot API: callback_data, 1-64 bytes
_NAME_LANGUAGES_FROM = "content/languages.yaml"


def papers(drafts: Drafts, today: date) -> Iterator[Fault]:
    for entry in drafts.articles.values():
        yield from _article(drafts, entry, today)
    for entry in drafts.places.values():
        yield from _place(drafts, entry, today)
    for entry in drafts.topics.values():
        yield from _missing(drafts, entry, ("names",), entry.value.names)
        yield from _callback(entry, "topic", entry.value.id)
    for entry in drafts.rules.values():
        yield from _missing(drafts, entry, ("name",), entry.value.name)
        yield from _missing(drafts, entry, ("caveat",), entry.value.caveat)
        yield from _source(entry, ("source",), entry.value.source, today)
    yield from allowance_papers(drafts, today)
    for entry in drafts.allowance.values():
        for number, source in enumerate(entry.value.sources):
            yield from _source(entry, ("sources", number), source, today)
    yield from _coverage(drafts)


def _missing(drafts: Drafts, entry: Entry, loc: Loc, texts: Mapping[str, Any], name: str = "") -> Iterator[Fault]:
    """Fault each complete language that is not there, and each that we do not speak."""
    said = f"{name}: " if name else f"{loc[-1]}: "
    for code in drafts.complete_languages:
        if code not in texts:
            yield entry.fault(loc, f"{said}{code} is missing; write it")
    for code in texts:
        if code not in drafts.languages:
            yield entry.fault((*loc, code), f"{said}'{code}' is not a language of {_NAME_LANGUAGES_FROM}; mend the code")


def _callback(entry: Entry, kind: str, id_: str) -> Iterator[Fault]:
    size = len(f"{kind}:{id_}".encode())
    if size > CALLBACK_BYTES:
        text = f"id makes a button of {size} bytes ('{kind}:{id_}'), at most {CALLBACK_BYTES}; shorten it"
        yield entry.fault(("id",), text)


def _article(drafts: Drafts, entry: Entry[ArticleFile], today: date) -> Iterator[Fault]:
    article = entry.value
    yield from _callback(entry, "unwatch", article.id)  # the longest of its buttons
    yield from _missing(drafts, entry, ("texts",), article.texts)
    if article.reviewed_on > today:
        yield entry.fault(("reviewed_on",), f"reviewed_on {article.reviewed_on} has not come yet; mend the day")
    for number, source in enumerate(article.sources):
        yield from _source(entry, ("sources", number), source, today)
    for number, part in enumerate(article.parts):
        yield from _missing(drafts, entry, ("parts", number, "texts"), part.texts, part.id)
        for code, text in part.texts.items():
            if not text.short and not text.body.strip():
                text = f"{part.id}: {code} has neither short nor body; write one or remove the part"
                yield entry.fault(("parts", number, "texts", code), text)
        for at, source in enumerate(part.sources):
            yield from _source(entry, ("parts", number, "sources", at), source, today)
    asked = {code for lang in drafts.languages.values() for code in (lang.value.code, *lang.value.telegram)}
    for code in article.phrasings:
        if code not in asked:
            text = f"phrasings: '{code}' is not a language people write to us in; mend the code"
            yield entry.fault(("phrasings", code), text)
    for code in drafts.complete_languages:
        if not article.phrasings.get(code):
            yield entry.fault(("phrasings",), f"phrasings: {code} is missing; write how people ask")


def _source(entry: Entry, loc: Loc, source: SourceFile, today: date) -> Iterator[Fault]:
    if source.checked_on > today:
        yield entry.fault((*loc, "checked_on"), f"checked_on {source.checked_on} has not come yet; mend the day")
    if source.dated and source.dated > source.checked_on.isoformat():
        text = f"dated '{source.dated}' is after checked_on {source.checked_on}; mend one of the days"
        yield entry.fault((*loc, "dated"), text)


def _place(drafts: Drafts, entry: Entry[PlaceFile], today: date) -> Iterator[Fault]:
    place = entry.value
    yield from _callback(entry, "place", place.id)
    yield from _missing(drafts, entry, ("names",), place.names)
    for number, service in enumerate(place.services):
        loc = ("services", number)
        yield from _missing(drafts, entry, (*loc, "names"), service.names, service.role)
        yield from _source(entry, (*loc, "source"), service.source, today)
        if service.hours_notes:
            yield from _missing(drafts, entry, (*loc, "hours_notes"), service.hours_notes, f"{service.role}.hours_notes")
        yield from _number(entry, loc, service)


def _number(entry: Entry, loc: Loc, service: ServiceFile) -> Iterator[Fault]:
    if service.phone and service.confidence == "low":
        text = f"{service.role} has low confidence and a phone; write phone: '' until somebody has confirmed the number"
        yield entry.fault((*loc, "phone"), text)
    if not service.phone and service.status in ("ok", "verify"):
        text = f"{service.role} has no phone but status {service.status}; write status: unknown"
        yield entry.fault((*loc, "status"), text)


def _coverage(drafts: Drafts) -> Iterator[Fault]:
    """Every intent of the catalogue needs an article. Articles that could not be read count as silent, not as missing."""
    if len(drafts.articles) < len(drafts.article_ids):
        return
    answered = {intent for entry in drafts.articles.values() for intent in entry.value.intents}
    for id_, entry in drafts.intents.items():
        if id_ not in answered:
            text = f"no article has the intent '{id_}'; write one, or add the intent to the article that answers it"
            yield entry.fault(("id",), text)
