"""What editors have to look at by which day: articles and offices past their day or nearly, rules in doubt.

An editor's task is a line here, with file and line. `check` takes the overdue ones as faults; readers are no longer told
their figures (domain/freshness.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bot.adapters.texts.facts import register
from bot.adapters.texts.faults import Fault
from bot.adapters.texts.models import ArticleFile, FactFile, PlaceFile
from bot.adapters.texts.reading import Drafts, Entry, read
from bot.adapters.texts.translated import translation_tasks

Facts = Mapping[str, Entry[FactFile]]
SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Due:
    """Tasks in order of file and line. `overdue`: readers no longer get the figures. `soon`: within two weeks."""

    overdue: tuple[Fault, ...]
    soon: tuple[Fault, ...]
    translations: tuple[Fault, ...]  # older than their Swedish text
    standing: tuple[Fault, ...]  # a rule in doubt, a fact that has ended since the last review


def due(content_dir: Path, today: date) -> Due:
    """Return all tasks of that day. Files with other faults are left to `check`."""
    drafts = read(Path(content_dir))
    days = sorted(_days(drafts), key=lambda found: found[1])
    return Due(
        overdue=tuple(fault for day, fault in days if day < today),
        soon=tuple(fault for day, fault in days if today <= day <= today + SOON),
        translations=tuple(sorted(translation_tasks(drafts))),
        standing=tuple(sorted((*_standing(drafts, today), *_ends(drafts, today)))),
    )


def overdue(drafts: Drafts, today: date) -> Iterator[Fault]:
    return (fault for day, fault in _days(drafts) if day < today)


def _days(drafts: Drafts) -> Iterator[tuple[date, Fault]]:
    """Yield the last good day of every article and office, with the task."""
    for article in drafts.articles.values():
        yield _article(article)
    for place in drafts.places.values():
        yield from _offices(place)


def ends_unseen(drafts: Drafts, facts: Facts) -> Iterator[Fault]:
    """Yield articles that would still be told as fact after a fact of theirs has ended: the review comes first."""
    for article, id_, until in _endings(drafts, facts):
        days = (until - article.value.reviewed_on).days
        if article.value.review_every_days > days:
            text = f"the fact {id_} ends on {until}, before the next review; set review_every_days: {days} or less"
            yield article.fault(("review_every_days",), text)


def _ends(drafts: Drafts, today: date) -> Iterator[Fault]:
    """Yield facts that ended after the last review of an article that rests on them."""
    for article, id_, until in _endings(drafts, register(drafts.root).facts):
        if until < today:
            yield article.fault(("reviewed_on",), f"the fact {id_} ended on {until}; see what holds now and set reviewed_on")


def _endings(drafts: Drafts, facts: Facts) -> Iterator[tuple[Entry[ArticleFile], str, date]]:
    """Yield the articles with a fact that had not ended when they were reviewed, the fact and its last day."""
    for article in drafts.articles.values():
        parts = (source for part in article.value.parts for source in part.sources)
        for id_ in dict.fromkeys(id_ for source in (*article.value.sources, *parts) for id_ in source.facts):
            until = facts[id_].value.valid_until if id_ in facts else None
            if until and article.value.reviewed_on <= until:
                yield article, id_, until


def _article(entry: Entry[ArticleFile]) -> tuple[date, Fault]:
    day = entry.value.reviewed_on + timedelta(days=entry.value.review_every_days)
    text = f"the review was due on {day}; read it against its sources and set reviewed_on"
    return day, entry.fault(("reviewed_on",), text)


def _offices(entry: Entry[PlaceFile]) -> Iterator[tuple[date, Fault]]:
    for number, service in enumerate(entry.value.services):
        day = service.source.checked_on + timedelta(days=service.review_every_days)
        text = f"{service.role} was due to be checked on {day}; ask the office and set checked_on"
        yield day, entry.fault(("services", number, "source", "checked_on"), text)


def _standing(drafts: Drafts, today: date) -> Iterator[Fault]:
    for entry in drafts.rules.values():
        until = entry.value.confirmed_until
        if until and today > until:
            text = f"{entry.value.id} is confirmed up to {until} only; confirm the rules and set confirmed_until: ''"
            yield entry.fault(("confirmed_until",), text)
