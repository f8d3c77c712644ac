"""The small part of Markdown that a body may use, as Blocks of the domain.

Paragraphs, `- ` and `1. ` lists, `**bold**`, `[words](https://…)`, `[words](article:id)`, and `{service:role}` on a line of
its own. Anything else is a fault: a text must look the same in Telegram, on the web and on paper.

Bodies are parsed at every start, so blocks are split by a bare markdown-it, a run of words without marks is not parsed at
all, and only a body that looks as if it had more goes through the full parser, which can name what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.domain.messages import Block, Span

Problem = tuple[int, str]  # line within the text from 0, sentence

OFFICE = re.compile(r"\{service:([a-z0-9_.-]+)\}")
_MARKED = re.compile(r"[*\[\]_]")
_MORE = re.compile(r"^ *(?:#|>|\||[+*] |\d+\) |[-=_~]{2,}|\*{3,}| {4})|`|!\[|<[A-Za-z/!?]|(?<!\()https?://", re.MULTILINE)
_ESCAPE = re.compile(r"\\|&#?\w+;")
_BREAK = re.compile(r"[ \t]*\n[ \t]*")
_FOREIGN = {
    "heading": "a heading; write a **bold** line instead",
    "fence": "a block of code; write it as plain words",
    "code_block": "indented by four spaces; begin the line at the left",
    "code_inline": "in back quotes; remove them",
    "blockquote": "a quotation mark (>) at the line's start; remove it",
    "hr": "a ruled line; remove it",
    "table": "a table; write a list",
    "image": "a picture; remove it",
    "em": "in single stars or underscores; use **two stars**",
    "html_block": "HTML; remove it",
    "html_inline": "HTML; remove it",
}


@cache
def _bare() -> MarkdownIt:
    return MarkdownIt("zero").enable(["list", "emphasis", "link"]).disable("inline")


@cache
def _full() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


@lru_cache(maxsize=4_000)  # when one article has changed, all others are read anew as they were
def blocks(text: str) -> tuple[tuple[Block, ...], tuple[Problem, ...]]:
    """Return the text's blocks and what in it is not allowed."""
    problems = list(_foreign(text)) if _MORE.search(text) else []
    for found in _ESCAPE.finditer(text):
        problems.append((text.count("\n", 0, found.start()), f"{found[0]} is not used here; write the character itself"))
    made: list[Block] = []
    tokens = iter(_bare().parse(text))
    for token in tokens:
        if token.type == "paragraph_open":
            made.extend(_paragraph(next(tokens), problems))
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            made.append(_list(token, tokens, problems))
    return tuple(made), tuple(problems)


def _paragraph(inline: Token, problems: list[Problem]) -> Iterator[Block]:
    """Words between office lines become text; an office line becomes an office."""
    if "{" not in inline.content:
        yield Block("text", _spans(inline.content, _line(inline), problems))
        return
    words: list[str] = []
    for number, line in enumerate(inline.content.split("\n")):
        office = OFFICE.fullmatch(line.strip())
        if office is None:
            words.append(line)
            continue
        if words:
            yield Block("text", _spans("\n".join(words), _line(inline) + number - len(words), problems))
            words = []
        yield Block("office", heading=office[1])
    if words:
        first = _line(inline) + inline.content.count("\n") + 1 - len(words)
        yield Block("text", _spans("\n".join(words), first, problems))


def _list(opening: Token, tokens: Iterator[Token], problems: list[Problem]) -> Block:
    kind = "list" if opening.type == "bullet_list_open" else "steps"
    at = opening.map[0] if opening.map else 0
    if opening.attrs.get("start", 1) != 1:
        problems.append((at, f"the list begins with {opening.attrs['start']}; begin it with 1."))
    items: list[tuple[Span, ...]] = []
    paragraphs = 0
    for token in tokens:
        if token.type == opening.type.replace("open", "close") and token.level == opening.level:
            break
        if token.type in ("bullet_list_open", "ordered_list_open"):
            problems.append((token.map[0] if token.map else at, "a list inside a list; write one list"))
        elif token.type == "list_item_open":
            paragraphs = 0
        elif token.type == "inline":
            paragraphs += 1
            if paragraphs == 1:
                items.append(_spans(token.content, _line(token), problems))
            else:
                problems.append((_line(token), "a second paragraph in a list item; join them or end the list"))
    return Block(kind, items=tuple(items))


def _line(token: Token) -> int:
    return token.map[0] if token.map else 0


def _spans(content: str, line: int, problems: list[Problem]) -> tuple[Span, ...]:
    if "{" in content or "}" in content:
        at = line + content[: re.search(r"[{}]", content).start()].count("\n")  # type: ignore[union-attr]
        problems.append((at, "braces are only for an office on a line of its own, as {service:contact_centre}"))
    flat = _BREAK.sub(" ", content) if "\n" in content else content
    if not _MARKED.search(flat):
        return (Span(flat),)
    tokens: list[Token] = []
    _bare().inline.parse(flat, _bare(), {}, tokens)
    spans: list[Span] = []
    bold, href = 0, ""
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                bold += token.nesting
                if token.markup == "__":
                    problems.append((line, "bold is written with two stars, **so**"))
            case "link_open":
                href = str(token.attrs["href"])
                if not href.startswith(("https://", "article:")):
                    problems.append((line, f"the link {href} must begin with https:// or article:"))
            case "link_close":
                href = ""
            case "em_open":
                problems.append((line, f"something is {_FOREIGN['em']}"))
            case "text" if token.content:
                spans.append(_span(token.content, bool(bold), href))
    left = next((mark for mark in ("**", "](", "__") if any(mark in span.text for span in spans)), "")
    if left:
        problems.append((line, f"{left} is left over; the mark before or after it is missing"))
    return _joined(spans)


def _span(text: str, bold: bool, href: str) -> Span:
    if href.startswith("article:"):
        return Span(text, bold, article=href.removeprefix("article:"))
    return Span(text, bold, href=href)


def _joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last and (last.bold, last.href, last.article) == (span.bold, span.href, span.article):
            joined[-1] = Span(last.text + span.text, last.bold, last.href, last.tel, last.article)
        else:
            joined.append(span)
    return tuple(joined)


def _foreign(text: str) -> Iterator[Problem]:
    """Name what the bare parser would take for words."""
    for token in _full().parse(text):
        kind = token.type.removesuffix("_open")
        line = _line(token)
        if kind in _FOREIGN:
            yield line, f"something is {_FOREIGN[kind]}"
        elif kind in ("bullet_list", "ordered_list") and token.markup not in ("-", "."):
            yield line, f"a list is marked with {token.markup}; use `- ` or `1. `"
        yield from _foreign_inline(token.children or (), line)


def _foreign_inline(children: Iterable[Token], line: int) -> Iterator[Problem]:
    linked = 0
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        elif child.type in ("link_open", "link_close"):
            linked += child.nesting
            if child.info == "auto" and child.nesting > 0:
                yield line, "an address in pointed brackets; write [words](https://…)"
        elif child.type != "em_open" and child.type.removesuffix("_open") in _FOREIGN:
            yield line, f"something is {_FOREIGN[child.type.removesuffix('_open')]}"
        elif child.type == "text" and not linked and re.search(r"https?://", child.content):
            yield line, "a bare address; write [words](https://…)"
