"""Cut a message to what a channel takes: between blocks, then sentences, then words, counted as Telegram counts."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.messages import Block, Rendered, Span, utf16


def fit(rendered: Rendered, limit: int) -> tuple[Rendered, ...]:
    """Return the message cut into as many as needed, none with more than `limit` UTF-16 units of words.

    Cuts between blocks, then between items or sentences, then words. Buttons go with the last. `limit` 0: as it is.
    """
    if limit and rendered.cover:  # it stands above each piece
        limit -= utf16(rendered.cover) + 2
    if not limit or utf16(rendered.plain()) <= limit:
        return (rendered,)
    pieces: list[list[Block]] = [[]]
    room = limit
    for block in (small for big in rendered.blocks for small in _cut(big, limit)):
        size = utf16(block.plain()) + 2
        if size > room and pieces[-1]:
            pieces.append([])
            room = limit
        pieces[-1].append(block)
        room -= size
    *before, last = (replace(rendered, blocks=tuple(blocks)) for blocks in pieces)
    return (*(replace(piece, buttons=(), ask_location="") for piece in before), last)


def _cut(block: Block, limit: int) -> list[Block]:
    if utf16(block.plain()) + 2 <= limit:
        return [block]
    if block.kind == "fold":
        head = Block("text", (Span(block.heading, bold=True),), language=block.language)
        return [head, *(piece for inner in block.blocks for piece in _cut(inner, limit))]
    if block.kind in ("list", "steps"):
        marks = ("•" if block.kind == "list" else f"{i}." for i in range(1, len(block.items) + 1))
        lines = [
            Block("text", (Span(f"{m} "), *item), language=block.language) for m, item in zip(marks, block.items, strict=False)
        ]
        return [piece for line in lines for piece in _cut(line, limit)]
    pieces: list[list[Span]] = [[]]
    room = limit - 2
    for span in block.spans:
        for words in _sentences(span.text, limit - 2):
            size = utf16(words)
            if size > room and pieces[-1]:
                pieces.append([])
                room = limit - 2
            pieces[-1].append(Span(words, span.bold, span.href, span.tel, span.article))
            room -= size
    return [Block(block.kind, tuple(spans), language=block.language) for spans in pieces]


def _sentences(text: str, limit: int) -> list[str]:
    """Cut after sentence ends, then after spaces, then anywhere (never inside a surrogate pair)."""
    if utf16(text) <= limit:
        return [text]
    cut = 0
    size = 0
    best = {"sentence": 0, "word": 0}
    for index, char in enumerate(text):
        size += 2 if ord(char) > 0xFFFF else 1
        if size > limit:
            break
        cut = index + 1
        if char in ".!?…\n" and (cut == len(text) or text[cut].isspace()):
            best["sentence"] = cut
        elif char.isspace():
            best["word"] = cut
    cut = best["sentence"] or best["word"] or cut
    return [text[:cut], *_sentences(text[cut:], limit)]
