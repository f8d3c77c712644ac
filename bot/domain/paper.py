"""What goes on paper: one sheet, whole, in the reader's words, before any page is laid out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.domain.messages import Block, Span

LEAFLET_AT_MOST_KB = 60  # what the button of a PDF promises; a test holds every leaflet to it
_SITE = re.compile(r"https?://(?:www\.)?([^/:?#]+)")


@dataclass(frozen=True, slots=True)
class Field:
    """A question with room to write by hand. `swedish`: the same question for the office, '' where it is the same."""

    label: str
    swedish: str
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """One leaflet of one or more A4 pages. `swedish`: the title as an office knows it, '' where the title is Swedish.

    `link`: what its QR code opens, '' for none; `link_words` stand below the code. `danger` and `foot` stand on each page.
    """

    name: str  # of its file, without an ending
    language: str
    direction: str
    title: str
    swedish: str
    danger: str
    blocks: tuple[Block, ...]
    foot: str
    link: str = ""
    link_words: str = ""
    fields: tuple[Field, ...] = ()
    title_language: str = ""  # where the answer is not in the sheet's language yet
    poster: bool = False  # to be read from two metres away

    def plain(self) -> str:
        """Return all its words, in the order in which they are read."""
        fields = (words for field in self.fields for words in (field.label, field.swedish))
        words = (self.danger, self.title, self.swedish, self.link_words, *(block.plain() for block in self.blocks), *fields)
        return "\n".join(part for part in (*words, self.foot) if part)


def for_paper(block: Block) -> Block:
    """Return the block with the site named behind each link, since paper cannot be pressed."""
    return replace(
        block,
        spans=tuple(map(_named, block.spans)),
        items=tuple(tuple(map(_named, item)) for item in block.items),
        blocks=tuple(map(for_paper, block.blocks)),
    )


def _named(span: Span) -> Span:
    site = _SITE.match(span.href)
    return replace(span, text=f"{span.text} ({site[1]})") if site and site[1] not in span.text else span
