"""What of a text may still be said past its day: the words stay; sums, dates and numbers to ring are left out.

112 is the exception: it is right on every day. All functions are pure and work on texts of any language we speak.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from bot.domain.messages import Block, Span
from bot.domain.number_words import says_a_number

_MONEY = r"[ \u00a0]?(?:kr|SEK|крон|%)"
_FIGURE = re.compile(rf"(?<!\d)(?!112(?!\d|{_MONEY}))\d")
# A sentence that begins with a figure follows a full stop after a whole word only: "kl. 8" is one piece.
_SENTENCE = re.compile(r"(?<=[.!?…])[\"»”)]*(?:\s+(?=[^\W\d_]|[«“\"(])|\n)|(?<=[^\W\d_]{4}[.!?…])\s+(?=\d)")
_ASIDE = re.compile(r"\s*\([^()]*\d[^()]*\)")


def has_figure(words: str) -> bool:
    """Return whether the words hold a figure other than 112, in digits or as a number of months, per cent and the like."""
    return bool(_FIGURE.search(words)) or says_a_number(words)


def sentences_without_figures(words: str) -> str:
    """Return the sentences that hold none; '' when nothing is left."""
    return _unless_a_question("".join(piece for piece in _pieces(words) if not has_figure(piece)).strip())


def heading_without_figures(heading: str) -> str:
    """Return the heading without the asides that hold one ("(as of 2022)"); '' where the rest has one too."""
    left = _ASIDE.sub("", heading)
    return "" if has_figure(left) else left


def blocks_without_figures(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return what is left of the blocks. A line that only led to what was left out goes with it."""
    kept: list[Block] = []
    for block in blocks:
        if block.kind == "office":
            kept.append(block)  # its own papers decide what it shows
        elif block.kind in ("list", "steps"):
            items = tuple(item for item in block.items if not has_figure(_plain(item)))
            if items:
                kept.append(Block(block.kind, items=items, language=block.language))
            elif kept and _leads_on(kept[-1]):
                kept.pop()
        elif spans := _spans(block.spans):
            kept.append(Block(block.kind, spans, language=block.language))
        elif kept and _leads_on(kept[-1]):
            kept.pop()
    while kept and _leads_on(kept[-1]):
        kept.pop()
    return tuple(kept)


def _pieces(words: str) -> list[str]:
    """Return the sentences, each with the white space that follows it."""
    cuts = [0, *(found.end() for found in _SENTENCE.finditer(words)), len(words)]
    return [words[a:b] for a, b in pairwise(cuts) if a < b]


def _plain(spans: Iterable[Span]) -> str:
    return "".join(span.text for span in spans)


def _spans(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return the spans of the sentences that hold no figure; a sentence may run over several of them."""
    whole = _plain(spans)
    stays = "".join(("0" if has_figure(piece) else "1") * len(piece) for piece in _pieces(whole))
    kept, at = [], 0
    for span in spans:
        words = "".join(char for char, stay in zip(span.text, stays[at:], strict=False) if stay == "1")
        at += len(span.text)
        if words:
            kept.append(replace(span, text=words))
    while kept and not kept[-1].text.strip():
        kept.pop()
    if kept:
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return tuple(kept) if _unless_a_question(_plain(kept)) or _plain(kept) == whole else ()


def _unless_a_question(left: str) -> str:
    """Return the words, or '' when they are a single question: its answer went with the figures."""
    return "" if left.endswith("?") and len(_pieces(left)) == 1 else left


def _leads_on(block: Block) -> bool:
    """Return whether the paragraph only announces the next one: all of it bold, or a colon at its end."""
    words = _plain(block.spans).strip()
    return block.kind == "text" and bool(words) and (words.endswith(":") or all(s.bold for s in block.spans if s.text.strip()))
