"""content/ -> Catalog, or all that keeps it from being one. Fast: what only editors need to know, `check` says."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Mapping
from datetime import time, timedelta
from pathlib import Path

from bot.adapters.texts import allowance
from bot.adapters.texts.allowance import made_source
from bot.adapters.texts.explain import label
from bot.adapters.texts.faults import ContentFaults, Fault
from bot.adapters.texts.markdown import blocks
from bot.adapters.texts.models import ArticleFile, PlaceFile, ServiceFile
from bot.adapters.texts.reading import Drafts, Entry, read
from bot.adapters.texts.references import references
from bot.adapters.texts.strict_yaml import Loc
from bot.adapters.texts.translated import Unit, units
from bot.domain import content as domain
from bot.domain.hours import DAYS, Week, parse_span
from bot.domain.messages import Block

__all__ = ["ContentFaults", "load"]


def load(content_dir: Path) -> domain.Catalog:
    """Return the catalogue. Raises ContentFaults with every fault that would make an answer wrong or missing."""
    collecting = gc.isenabled()
    gc.disable()  # what is made here stays: looking through it again and again for garbage takes a third of the time
    try:
        drafts = read(Path(content_dir))
        faults = [*drafts.faults, *references(drafts)]
        catalog = build(drafts, faults)
    finally:
        if collecting:
            gc.enable()
    if faults:
        raise ContentFaults(faults)
    return catalog


def build(drafts: Drafts, faults: list[Fault]) -> domain.Catalog:
    """Return the catalogue of all that could be read; faults of the texts themselves are added to `faults`."""
    places = {id_: _place(entry.value) for id_, entry in drafts.places.items()}
    by_code = {place.code: place.id for place in places.values() if place.code}
    made = {unit.id: unit for unit in units(drafts)}
    articles = {id_: _article(entry, made, faults) for id_, entry in drafts.articles.items()}
    by_topic: dict[str, list[str]] = defaultdict(list)
    for article in sorted(articles.values(), key=lambda a: (a.order, a.id)):
        by_topic[article.topic].append(article.id)
    return domain.Catalog(
        languages=tuple(
            domain.Language(
                code=e.value.code,
                name=e.value.name,
                short=e.value.short,
                direction=e.value.direction,
                fallback=tuple(e.value.fallback),
                telegram=tuple(e.value.telegram),
            )
            for e in drafts.languages.values()
        ),
        topics=tuple(
            domain.Topic(e.value.id, e.value.names, tuple(w for words in e.value.words.values() for w in words))
            for e in drafts.topics.values()
        ),
        articles=articles,
        places=places,
        rules={
            id_: domain.Rule(id_, e.value.name, e.value.confirmed_until, e.value.caveat, made_source(e.value.source))
            for id_, e in drafts.rules.items()
        },
        borders=tuple((by_code[code], rings) for code, rings, _ in drafts.borders if code in by_code),
        by_topic={topic: tuple(ids) for topic, ids in by_topic.items()},
        allowance=allowance.versions(drafts),
    )


def _place(place: PlaceFile) -> domain.Place:
    return domain.Place(
        id=place.id,
        kind=place.kind,
        code=place.code,
        parent=place.parent,
        names=place.names,
        also=tuple(place.also),
        county=place.county,
        featured=place.featured,
        services={service.role: _service(place.id, service) for service in place.services},
    )


def _service(place: str, service: ServiceFile) -> domain.Service:
    return domain.Service(
        place=place,
        role=service.role,
        names=service.names,
        phone=service.phone,
        hours=_week(service.hours),
        hours_notes=service.hours_notes,
        address=service.address,
        url=service.url,
        languages=tuple(service.languages),
        shared_group=service.shared_group,
        status=service.status,
        confidence=service.confidence,
        source=made_source(service.source),
        review_every=timedelta(days=service.review_every_days),
        half_day_closes=_time(service.half_day_closes),
        summer_closes=_time(service.summer_closes),
        when_office_closed=service.when_office_closed,
    )


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def _week(hours: Mapping[str, list[str]] | None) -> Week | None:
    """Return seven days, those left out closed; None where the hours are not known at all."""
    if hours is None:
        return None
    return tuple(tuple(parse_span(span) for span in hours.get(day, ())) for day in DAYS)


def _article(entry: Entry[ArticleFile], made: Mapping[str, Unit], faults: list[Fault]) -> domain.Article:
    article = entry.value

    def behind(unit: str, code: str) -> bool:
        return unit in made and code in made[unit].behind

    def version(unit: str) -> str:
        return made[unit].version if unit in made else ""

    return domain.Article(
        id=article.id,
        topic=article.topic,
        order=article.order,
        intents=tuple(article.intents),
        reviewed_on=article.reviewed_on,
        review_every=timedelta(days=article.review_every_days),
        rules=tuple(article.rules),
        sources=tuple(made_source(s) for s in article.sources),
        next=tuple(article.next),
        phrasings={code: tuple(words) for code, words in article.phrasings.items()},
        texts={
            code: domain.Body(
                text.title,
                text.short,
                _blocks(entry, ("texts", code, "body"), text.body, faults),
                text.button,
                behind(article.id, code),
            )
            for code, text in article.texts.items()
        },
        sections=tuple(
            domain.Section(
                id=part.id,
                places=frozenset(part.places),
                elsewhere=part.elsewhere,
                status=part.status,
                since=part.from_,
                until=part.until,
                sources=tuple(made_source(s) for s in part.sources),
                texts={
                    code: domain.Body(
                        text.heading,
                        text.short,
                        _blocks(entry, ("parts", number, "texts", code, "body"), text.body, faults),
                        behind=behind(f"{article.id}.{part.id}", code),
                    )
                    for code, text in part.texts.items()
                },
                version=version(f"{article.id}.{part.id}"),
                offers=part.offers,
            )
            for number, part in enumerate(article.parts)
        ),
        version=version(article.id),
    )


def _blocks(entry: Entry, loc: Loc, body: str, faults: list[Fault]) -> tuple[Block, ...]:
    if not body.strip():
        return ()
    made, problems = blocks(body)
    for line, text in problems:
        at = entry.document.text_line(loc, line)
        faults.append(entry.fault_at(at, f"{label(entry.document, loc)}: {text}"))
    return made
