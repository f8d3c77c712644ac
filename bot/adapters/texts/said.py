"""Figures in the sentences of the code that state a rule: those of the guides and of the deadlines for staff.

They stand in locales/, not in an article; content/said.yaml names the facts that carry them.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.adapters.texts.extract import template
from bot.adapters.texts.facts import Carrier, Register, Traced, carrier, entries, figures_in
from bot.adapters.texts.faults import Fault
from bot.adapters.texts.models import SaidFile
from bot.adapters.texts.reading import Drafts, Entry

SAID = "said.yaml"
STATING = ("bot/domain/guides/", "bot/domain/statutory.py", "bot/domain/report_talk.py")
_AT_ANY_TIME = frozenset({"112", "½"})  # "half-way" is no figure


def said_faults(drafts: Drafts, known: Register) -> Iterator[Fault]:
    """Yield sentences with a figure that no fact carries and no reason covers, and lines about sentences that are gone."""
    faults: list[Fault] = []
    listed = _listed(drafts, faults)
    yield from faults
    stating = dict(_stating())
    for sentence, (entry, loc) in listed.items():
        if sentence not in stating:
            yield entry.fault(loc, f"no sentence of the code is '{sentence}' and has a figure; mend it or remove it here")
        for number, id_ in enumerate(entry.value.facts):
            if id_ not in known.facts:
                yield entry.fault(("facts", number), f"the fact '{id_}' is not in content/facts; add it there or mend the id")
    for sentence, figures in stating.items():
        if sentence not in listed:
            text = f"'{sentence}' says {', '.join(sorted(figures))}; name the facts that carry it"
            yield Fault(drafts.path(SAID), 1, text)
    for traced in said_traces(drafts, known):
        if not traced.carriers:
            yield Fault(traced.place.path, traced.place.line, f"no fact named here carries the figure {traced.place.text}")


def said_traces(drafts: Drafts, known: Register) -> Iterator[Traced]:
    """Yield every figure of these sentences with what carries it."""
    stating = dict(_stating())
    for sentence, (entry, loc) in _listed(drafts, []).items():
        value = entry.value
        reason = (Carrier("no fact needed", frozenset(), value.why),) if value.why else ()
        carriers = [carrier(known.facts[id_].value) for id_ in value.facts if id_ in known.facts]
        for figure in sorted(stating.get(sentence, ())):
            yield Traced(entry.fault(loc, figure), tuple(c for c in carriers if figure in c.values) or reason)


def _listed(drafts: Drafts, faults: list[Fault]) -> dict[str, tuple[Entry[SaidFile], tuple[str | int, ...]]]:
    if not (drafts.root / SAID).exists():
        return {}
    found: dict[str, tuple[Entry[SaidFile], tuple[str | int, ...]]] = {}
    for entry in entries(drafts.root, SAID, SaidFile, faults):
        for number, sentence in enumerate(entry.value.sentences):
            found[sentence] = entry, ("sentences", number)
    return found


def _stating() -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the sentences that state a rule, each with its figures."""
    for message in template():
        if message.id and any(file.startswith(STATING) for file, _ in message.locations):
            for sentence in (message.id,) if isinstance(message.id, str) else message.id:
                if figures := figures_in(sentence) - _AT_ANY_TIME:
                    yield sentence, figures
