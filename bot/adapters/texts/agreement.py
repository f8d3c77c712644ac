"""All languages of a text tell the same figures: a slip of the finger in one of them is seen beside the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from bot.adapters.texts.facts import figures_in
from bot.adapters.texts.faults import Fault
from bot.adapters.texts.models import ArticleFile, RuleFile
from bot.adapters.texts.reading import Drafts
from bot.adapters.texts.wording import Piece, pieces


def agreement(drafts: Drafts) -> Iterator[Fault]:
    """Yield for each language the figures that another has and it has not, and those that only it has."""
    texts: dict[tuple[object, ...], list[Piece]] = defaultdict(list)
    for piece in pieces(drafts):
        if isinstance(piece.entry.value, ArticleFile | RuleFile) and piece.loc[-1] != "button":
            texts[id(piece.entry), *(step for step in piece.loc if step != piece.language)].append(piece)
    for languages in texts.values():
        said = {piece.language: figures_in(piece.text) for piece in languages}
        first, *others = languages
        for piece in others:
            mine, original = said[piece.language], said[first.language]
            missing, more = (_but_offices(those) for those in (original - mine, mine - original))
            if missing or more:
                parts = [f"lacks {', '.join(missing)}"] if missing else []
                parts += [f"has {', '.join(more)}"] if more else []
                text = f"{' and '.join(parts)}, unlike {first.language}; the figures of all languages must agree"
                yield piece.fault(text, 0)


def _but_offices(figures: frozenset[str]) -> list[str]:
    """Return them in order, without the numbers of offices: `wording` looks after those."""
    return sorted(figure for figure in figures if not figure.startswith("+"))
