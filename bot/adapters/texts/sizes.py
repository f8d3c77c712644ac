"""How long answers are once they are rendered: no section may be longer than one Telegram message."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.adapters.texts.faults import Fault
from bot.adapters.texts.locales import Locales
from bot.adapters.texts.models import ArticleFile
from bot.adapters.texts.reading import Drafts, Entry
from bot.adapters.texts.strict_yaml import Loc
from bot.domain.content import Catalog
from bot.domain.messages import ArticleShown, Block, Capabilities, Message, utf16
from bot.services.render import Renderer

TELEGRAM = 4096  # Bot API: a text message has at most 4096 UTF-16 units after its marks are parsed


def sections_too_long(drafts: Drafts, catalog: Catalog, locales_dir: Path, today: date) -> Iterator[Fault]:
    """Yield sections that no message can hold; `catalog` must be whole."""
    for entry, code, blocks, _ in _answers(drafts, catalog, locales_dir, today):
        for block in blocks:
            size = utf16(block.plain())
            if size > TELEGRAM:
                loc = _home(entry.value, code, block)
                text = f"{code}: the section has {size} characters with its offices, at most {TELEGRAM}; shorten it"
                yield entry.fault(loc, text)


def long_answers(drafts: Drafts, catalog: Catalog, locales_dir: Path, today: date) -> Iterator[Fault]:
    """Yield answers that Telegram gets in more than one message. Allowed, but a reader in a hurry stops at the first."""
    for entry, code, blocks, place in _answers(drafts, catalog, locales_dir, today):
        size = utf16("\n\n".join(block.plain() for block in blocks))
        if size > TELEGRAM:
            text = f"{code}: the answer for {place or 'no place'} has {size} characters and takes several messages"
            yield entry.fault(("texts", code), text)


def _answers(
    drafts: Drafts, catalog: Catalog, locales_dir: Path, today: date
) -> Iterator[tuple[Entry[ArticleFile], str, tuple[Block, ...], str | None]]:
    """Yield every article in each of its languages, without a place and at every place it has a part for."""
    renderer = Renderer(catalog, Locales(locales_dir, catalog))
    channel = Capabilities(has_header=True)
    for id_, entry in drafts.articles.items():
        places = sorted({place for part in entry.value.parts for place in part.places})
        for code in entry.value.texts:
            for place in (None, *places):
                rendered = renderer.render(Message((ArticleShown(id_, place),)), code, today, channel)
                yield entry, code, rendered.blocks, place


def _home(article: ArticleFile, code: str, block: Block) -> Loc:
    for number, part in enumerate(article.parts):
        if code in part.texts and part.texts[code].heading == block.heading:
            return ("parts", number, "texts", code, "body")
    return ("texts", code, "body")
