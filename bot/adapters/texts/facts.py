"""Every figure in the texts with the fact that carries it, and that fact with its source; a figure without one is a fault.

content/facts/*.yaml is the register. An article names the facts it rests on in `sources[].facts`; a figure must stand in one
of them, in the act of law it leans on (`rules`), or be the number of an office in content/places. What no fact carries needs a
line with a reason in content/untraced.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from bot.adapters.texts import strict_yaml
from bot.adapters.texts.explain import validated
from bot.adapters.texts.faults import Fault
from bot.adapters.texts.figures import Figure, carried, figures
from bot.adapters.texts.markdown import OFFICE
from bot.adapters.texts.models import ArticleFile, FactFile, RuleFile, SourceFile, UntracedFile
from bot.adapters.texts.reading import Drafts, Entry
from bot.adapters.texts.strict_yaml import Loc
from bot.adapters.texts.wording import numbers_to_ring, pieces, without_targets

FOLDER, UNTRACED = "facts", "untraced.yaml"
_STEP = re.compile(r"^\s*\d{1,2}\. ", re.MULTILINE)  # not a year that ends a sentence at the start of a line


@dataclass(frozen=True, slots=True)
class Carrier:
    """What a figure rests on: a fact, an act of law, an office, or a reason why it needs none."""

    id: str
    values: frozenset[str]
    said: str  # publisher, title and day of the source, or the reason

    def __str__(self) -> str:
        return f"{self.id} -> {self.said}"

    def said_on(self, dated: str) -> Carrier:
        """Return it with the day of its source, which a text may name too ("the agency wrote in 2022")."""
        return replace(self, values=self.values | _of_day(dated))


@lru_cache  # a few days, asked for at every text
def _of_day(dated: str) -> frozenset[str]:
    return carried((dated,))


@dataclass(frozen=True, slots=True)
class Traced:
    """One figure where it stands. `carriers` empty: nothing carries it."""

    place: Fault  # its text is the figure as it stands there
    carriers: tuple[Carrier, ...]
    to_ring: bool = False  # a phone number: `wording` says when it is of no office

    def __str__(self) -> str:
        return f"{self.place} -> {'; '.join(map(str, self.carriers)) or 'NOTHING'}"


@dataclass(slots=True)
class Register:
    facts: dict[str, Entry[FactFile]]
    untraced: list[Entry[UntracedFile]]
    faults: list[Fault]


def register(root: Path) -> Register:
    """Return the facts and the exceptions under the content folder `root`, with the faults of their files."""
    found = Register({}, [], [])
    for path in sorted((root / FOLDER).glob("*.yaml")):
        for entry in entries(root, f"{FOLDER}/{path.name}", FactFile, found.faults):
            if entry.value.id in found.facts:
                found.faults.append(entry.fault(("id",), f"the fact '{entry.value.id}' stands here twice; remove one of the two"))
            found.facts[entry.value.id] = entry
    if (root / UNTRACED).exists():
        found.untraced = list(entries(root, UNTRACED, UntracedFile, found.faults))
    return found


def entries(root: Path, name: str, model: type, faults: list[Fault]) -> Iterator[Entry]:
    """Yield the entries of a file that is a list; what is wrong with it goes to `faults`."""
    document = strict_yaml.parse(f"{root.name}/{name}", (root / name).read_bytes())
    faults += document.faults
    if not document.faults and not isinstance(document.value, list):
        faults.append(document.fault((), "the file must be a list, one `- ` an entry"))
    elif not document.faults:
        for number, value in enumerate(document.value):
            made, wrong = validated(model, document, value, (number,))
            faults += wrong
            if made is not None:
                yield Entry(made, document, (number,))


def fact_faults(drafts: Drafts, known: Register, today: date) -> Iterator[Fault]:
    """Yield facts that are not in the register or wrongly dated, figures that nothing carries, exceptions no longer needed."""
    yield from known.faults
    for entry in known.facts.values():
        if entry.value.source.checked_on > today:
            text = f"{entry.value.id}: checked_on {entry.value.source.checked_on} has not come yet; mend the day"
            yield entry.fault(("source", "checked_on"), text)
    for entry, loc, source in _sources(drafts):
        for number, id_ in enumerate(source.facts):
            if id_ not in known.facts:
                text = f"the fact '{id_}' is not in content/facts; add it there or mend the id"
                yield entry.fault((*loc, "facts", number), text)
    used: set[tuple[str, str]] = set()
    for traced in _traced(drafts, known, used):
        if not traced.carriers and not traced.to_ring:
            text = f"no fact of this article carries the figure {traced.place.text}"
            yield Fault(traced.place.path, traced.place.line, f"{text}; name the fact in sources, or mend the figure")
    for exception in known.untraced:
        for number, value in enumerate(exception.value.figures):
            if (exception.value.article, value) not in used:
                text = f"{exception.value.article} has no figure {value} without a fact; remove it here"
                yield exception.fault(("figures", number), text)


def traces(drafts: Drafts, known: Register) -> list[Traced]:
    """Return every figure of every text with what carries it, in order of file and line."""
    return sorted(_traced(drafts, known, set()), key=lambda traced: traced.place)


def _sources(drafts: Drafts) -> Iterator[tuple[Entry, Loc, SourceFile]]:
    for entry in drafts.articles.values():
        for number, source in enumerate(entry.value.sources):
            yield entry, ("sources", number), source
        for number, part in enumerate(entry.value.parts):
            for at, source in enumerate(part.sources):
                yield entry, ("parts", number, "sources", at), source
    for rule in drafts.rules.values():
        yield rule, ("source",), rule.value.source


def _traced(drafts: Drafts, known: Register, used: set[tuple[str, str]]) -> Iterator[Traced]:
    facts = {id_: carrier(entry.value) for id_, entry in known.facts.items()}
    rules = {id_: _rule(entry.value) for id_, entry in drafts.rules.items()}
    offices = {number: Carrier(id_, frozenset(), said) for number, (id_, said) in _offices(drafts).items()}
    for piece in pieces(drafts):
        value = piece.entry.value
        if isinstance(value, ArticleFile):
            named = list(_named(value, piece.loc))
            leans_on = [rules[r] for r in value.rules if r in rules]
            reasons = [e.value for e in known.untraced if e.value.article == value.id]
        elif isinstance(value, RuleFile):
            named, leans_on, reasons = [(f, value.source.dated) for f in value.source.facts], [rules[value.id]], []
        else:
            continue  # an office or a place has its own source beside it
        carriers = [*(facts[f].said_on(dated) for f, dated in dict(named).items() if f in facts), *leans_on]
        for found, number in _found(piece.text):
            if number:
                by = (offices[number],) if number in offices else ()
            else:
                by = tuple(c for c in carriers if found.value in c.values)
                for reason in reasons if not by else ():
                    if found.value in reason.figures:
                        used.add((value.id, found.value))
                        by = (Carrier("no fact needed", frozenset(), reason.why),)
            yield Traced(piece.fault(" ".join(found.words.split()), found.at, bare=True), by, bool(number))


def figures_told(text: str) -> Iterator[str]:
    """Yield the figures and the numbers to ring in a text as a reader is told them."""
    yield from (number or " ".join(found.words.split()) for found, number in _found(text))


def figures_in(text: str) -> frozenset[str]:
    """Return the values of the figures in a text, the numbers to ring as they are dialled."""
    return frozenset(number or figure.value for figure, number in _found(text))


def _found(text: str) -> Iterator[tuple[Figure, str]]:
    """Yield the figures of a text, each with the number to ring that it is, '' for all others."""
    words = without_targets(text)
    for pattern in (OFFICE, _STEP):
        words = pattern.sub(lambda found: " " * len(found[0]), words)
    for number, found in numbers_to_ring(words):
        yield Figure(number, found.start(), found[0].strip()), number
        words = words[: found.start()] + " " * len(found[0]) + words[found.end() :]
    for figure in figures(words):
        yield figure, ""


def _named(article: ArticleFile, loc: Loc) -> Iterable[tuple[str, str]]:
    """Return the facts that a text may rest on, with the day of the source: those of its part first, then the article's own."""
    own = article.parts[int(loc[1])].sources if loc[0] == "parts" else []
    yield from ((fact, source.dated) for source in (*own, *article.sources) for fact in source.facts)


def carrier(fact: FactFile) -> Carrier:
    """A fact of low confidence is never stated: it carries the day of its source and nothing else."""
    days = [day.isoformat() for day in (fact.valid_from, fact.valid_until) if day]
    stated = [] if fact.confidence == "low" else [fact.claim, *fact.values.values(), fact.law, *days]
    return Carrier(fact.id, carried((*stated, fact.source.dated)), _said(fact.source))


def _rule(rule: RuleFile) -> Carrier:
    until = rule.confirmed_until.isoformat() if rule.confirmed_until else ""
    return Carrier(f"rule {rule.id}", carried((until,)), _said(rule.source))


def _said(source: SourceFile) -> str:
    return f"{source.publisher}, {source.title} ({source.dated or 'undated'}, read {source.checked_on})"


def _offices(drafts: Drafts) -> dict[str, tuple[str, str]]:
    return {
        service.phone: (f"office {entry.value.id}.{service.role}", _said(service.source))
        for entry in drafts.places.values()
        for service in entry.value.services
        if service.phone
    }
