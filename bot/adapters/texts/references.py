"""Checks that every id named in content/ exists. `load` runs these too: what passes can be built without a KeyError."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.adapters.texts.allowance import allowance_faults
from bot.adapters.texts.explain import label
from bot.adapters.texts.faults import Fault
from bot.adapters.texts.markdown import OFFICE
from bot.adapters.texts.models import ROLES, ArticleFile
from bot.adapters.texts.reading import BORDERS, Drafts, Entry
from bot.adapters.texts.strict_yaml import Loc
from bot.domain.content import NATION

_TARGETS = re.compile(rf"\]\(article:([^)\s]*)\)|{OFFICE.pattern}")


def references(drafts: Drafts) -> Iterator[Fault]:
    yield from _languages(drafts)
    yield from _places(drafts)
    yield from allowance_faults(drafts)
    for entry in drafts.articles.values():
        yield from _article(drafts, entry)
    codes = {entry.value.code for entry in drafts.places.values()}
    for code, _, line in drafts.borders:
        if code not in codes and len(drafts.places) == len(drafts.place_ids):
            text = f"the border '{code}' belongs to no file in content/places with that code; add the place or the code"
            yield Fault(drafts.path(BORDERS), line, text)


def _languages(drafts: Drafts) -> Iterator[Fault]:
    for entry in drafts.languages.values():
        for number, code in enumerate(entry.value.fallback):
            if code not in drafts.languages:
                yield entry.fault(("fallback", number), f"fallback '{code}' is not a language of this list; remove it")


def _places(drafts: Drafts) -> Iterator[Fault]:
    if NATION not in drafts.place_ids:
        yield Fault(drafts.path(f"places/{NATION}.yaml"), 1, "the file is missing; the national numbers stand there")
    for entry in drafts.places.values():
        place = entry.value
        if place.kind == "nation":
            if place.id != NATION:
                yield entry.fault(("kind",), f"only {NATION} is a nation; write municipality or district")
            if place.parent:
                yield entry.fault(("parent",), "a nation has no parent; write ''")
        elif place.kind == "municipality" and place.parent != NATION:
            yield entry.fault(("parent",), f"a municipality's parent is {NATION}, not '{place.parent}'; mend it")
        elif place.kind == "district":
            yield from _district(drafts, entry)
        seen: set[str] = set()
        for number, service in enumerate(place.services):
            if service.role in seen:
                yield entry.fault(("services", number, "role"), f"{service.role} stands here twice; remove one of the two")
            seen.add(service.role)


def _district(drafts: Drafts, entry: Entry) -> Iterator[Fault]:
    parent = entry.value.parent
    if not parent:
        yield entry.fault(("parent",), "a district needs a parent; write the id of its municipality")
    elif parent not in drafts.place_ids:
        yield entry.fault(("parent",), f"parent '{parent}' is no file in content/places; mend the id")
    elif parent in drafts.places and drafts.places[parent].value.kind != "municipality":
        yield entry.fault(("parent",), f"parent '{parent}' is not a municipality; write the id of its municipality")


def _article(drafts: Drafts, entry: Entry[ArticleFile]) -> Iterator[Fault]:
    article = entry.value
    if article.topic not in drafts.topics:
        yield entry.fault(("topic",), f"topic '{article.topic}' is not in content/topics.yaml; mend the id")
    for number, rule in enumerate(article.rules):
        if rule not in drafts.rules:
            yield entry.fault(("rules", number), f"rule '{rule}' is not in content/rules.yaml; mend the id")
    for number, following in enumerate(article.next):
        if following not in drafts.article_ids:
            yield entry.fault(("next", number), f"next '{following}' is no file in content/articles; mend or remove it")
        elif following == article.id:
            yield entry.fault(("next", number), f"next '{following}' is this article itself; remove it")
    for number, intent in enumerate(article.intents):
        if intent not in drafts.intents and intent not in drafts.proposed:
            yield entry.fault(("intents", number), f"intent '{intent}' is not in content/intents.yaml; mend the id")
    yield from _parts(drafts, entry)
    for loc, body in bodies(article):
        yield from _links(drafts, entry, loc, body)


def _parts(drafts: Drafts, entry: Entry[ArticleFile]) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, part in enumerate(entry.value.parts):
        if part.id in seen:
            yield entry.fault(("parts", number, "id"), f"part '{part.id}' stands here twice; give each its own id")
        seen.add(part.id)
        for at, place in enumerate(part.places):
            if place not in drafts.place_ids:
                text = f"place '{place}' is no file in content/places; mend the id"
                yield entry.fault(("parts", number, "places", at), text)
        if part.places and part.elsewhere:
            text = f"{part.id} has both places and elsewhere; keep one of them"
            yield entry.fault(("parts", number, "elsewhere"), text)
        if part.from_ and part.until and part.until < part.from_:
            yield entry.fault(("parts", number, "until"), f"{part.id} ends before it begins; mend the days")


def bodies(article: ArticleFile) -> Iterable[tuple[Loc, str]]:
    """Return every body with the way to it."""
    for code, text in article.texts.items():
        yield ("texts", code, "body"), text.body
    for number, part in enumerate(article.parts):
        for code, section in part.texts.items():
            yield ("parts", number, "texts", code, "body"), section.body


def _links(drafts: Drafts, entry: Entry, loc: Loc, body: str) -> Iterator[Fault]:
    for found in _TARGETS.finditer(body):
        article, office = found.groups()
        if article is None:
            text = _no_office(drafts, office)
        elif article not in drafts.article_ids:
            text = f"the link article:{article} leads nowhere; mend the id or remove the link"
        else:
            continue
        if text:
            line = entry.document.text_line(loc, body.count("\n", 0, found.start()))
            yield entry.fault_at(line, f"{label(entry.document, loc)}: {text}")


def _no_office(drafts: Drafts, named: str) -> str:
    owner, dot, role = named.rpartition(".")
    if role not in ROLES:
        return f"the role '{role}' is unknown; docs/content.md lists the roles"
    if not dot:
        return ""
    if owner not in drafts.place_ids:
        return f"the place '{owner}' is no file in content/places; mend the id"
    if owner in drafts.places and all(s.role != role for s in drafts.places[owner].value.services):
        return f"content/places/{owner}.yaml has no office with the role {role}; mend one of the two"
    return ""
