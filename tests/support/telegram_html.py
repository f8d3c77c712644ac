"""Telegram's own reading of `parse_mode=HTML`: words and entities, or the server's words for what is wrong with it.

Byte offsets in the errors count UTF-8, offsets in the entities count UTF-16 units, both as the real server does.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "s": "strikethrough", "strike": "strikethrough",
    "del": "strikethrough", "u": "underline", "ins": "underline", "tg-spoiler": "spoiler", "tg-emoji": "custom_emoji",
    "span": "spoiler", "pre": "pre", "code": "code", "blockquote": "blockquote", "a": "text_link",
}  # fmt: skip
ARGUMENTS = {"a": "href", "code": "class", "span": "class", "tg-emoji": "emoji-id", "blockquote": "expandable"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPECIAL = re.compile("[<&]")
_ENTITY = re.compile(r"&(?:#[xX]([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?")
_TAG_END = re.compile(r"[\s>]|\Z")
_ATTRIBUTE = re.compile(r"""([^\s=>]*)\s*(=?)\s*(?:"([^"]*)("?)|'([^']*)('?)|([A-Za-z0-9.-]*))""")


class BadHtml(Exception):
    """ "can't parse entities", in the server's words."""


def utf16(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the words as the reader sees them and their entities. Raises BadHtml."""
    text, entities = _parsed(source)
    return text, list(entities)


@lru_cache(maxsize=1_000)  # under load the same articles come again and again
def _parsed(source: str) -> tuple[str, tuple[dict[str, Any], ...]]:
    words: list[str] = []
    length = at = 0
    # A wide letter counts twice; most texts have none, and then characters are what is counted.
    size = len if source.isascii() or max(source) <= "\uffff" else utf16
    entities: list[dict[str, Any]] = []
    open_tags: list[tuple[str, str, int]] = []
    while special := _SPECIAL.search(source, at):
        start = special.start()
        if start > at:
            words.append(source[at:start])
            length += size(words[-1])
        at = start
        if source[at] == "&":
            char, at = _character(source, at)
            words.append(char)
            length += utf16(char)
        elif source.startswith("</", at):
            tag, argument, since, at = _close(source, at, open_tags)
            if length > since:
                entities.append(_entity(tag, argument, since, length))
        else:
            tag, argument, at = _open(source, at)
            open_tags.append((tag, argument, length))
    words.append(source[at:])
    if open_tags:
        raise BadHtml(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"')
    text, kept = _trimmed("".join(words), entities)
    return text, tuple(kept)


def _character(source: str, at: int) -> tuple[str, int]:
    found = _ENTITY.match(source, at)
    if found:
        code = int(found[1], 16) if found[1] else int(found[2]) if found[2] else 0
        if 0 < code < 0x10FFFF:
            return chr(code), found.end()
        if found[3] in _NAMED:
            return _NAMED[found[3]], found.end()
    return "&", at + 1


def _offset(source: str, at: int) -> int:
    return len(source[:at].encode("utf-8", "surrogatepass"))


def _open(source: str, begin: int) -> tuple[str, str, int]:
    at = _TAG_END.search(source, begin + 1).start()  # type: ignore[union-attr]
    if at == len(source):
        raise BadHtml(f"Unclosed start tag at byte offset {_offset(source, begin)}")
    tag = source[begin + 1 : at].lower()
    if source[at] == ">" and tag in TAGS and tag != "span":
        return tag, "", at + 1
    if tag not in TAGS:
        raise BadHtml(f'Unsupported start tag "{tag}" at byte offset {_offset(source, begin)}')
    argument = ""
    while True:
        while at < len(source) and source[at].isspace():
            at += 1
        if at == len(source):
            raise BadHtml(f'Unclosed start tag "{tag}" at byte offset {_offset(source, begin)}')
        if source[at] == ">":
            break
        found = _ATTRIBUTE.match(source, at)
        assert found
        name, equals, double, double_end, single, single_end, token = found.groups()
        if not name:
            raise BadHtml(f'Empty attribute name in the tag "{tag}" at byte offset {_offset(source, begin)}')
        at = found.end() if equals else at + len(name)
        if (double is not None and not double_end) or (single is not None and not single_end):
            raise BadHtml(f"Unclosed start tag at byte offset {_offset(source, begin)}")
        value = next((v for v in (double, single, token) if v is not None), "") if equals else ""
        if equals and double is None and single is None and at < len(source) and not (source[at].isspace() or source[at] == ">"):
            raise BadHtml(f"Unexpected end of name token at byte offset {_offset(source, at - len(token))}")
        if name.lower() == ARGUMENTS.get(tag):
            argument = _unescaped(value) or "1"
    if tag == "span" and argument != "tg-spoiler":
        raise BadHtml(f'Tag "span" must have class "tg-spoiler" at byte offset {_offset(source, begin)}')
    return tag, argument, at + 1


def _close(source: str, begin: int, open_tags: list[tuple[str, str, int]]) -> tuple[str, str, int, int]:
    if not open_tags:
        raise BadHtml(f"Unexpected end tag at byte offset {_offset(source, begin)}")
    at = _TAG_END.search(source, begin + 2).start()  # type: ignore[union-attr]
    name = source[begin + 2 : at].lower()
    while at < len(source) and source[at].isspace():
        at += 1
    if at == len(source) or source[at] != ">":
        raise BadHtml(f"Unclosed end tag at byte offset {_offset(source, begin)}")
    tag, argument, start = open_tags.pop()
    if name and name != tag:
        raise BadHtml(f'Unmatched end tag at byte offset {_offset(source, begin)}, expected "</{tag}>", found "</{name}>"')
    return tag, argument, start, at + 1


def _unescaped(value: str) -> str:
    out, at = [], 0
    while (found := value.find("&", at)) >= 0:
        out.append(value[at:found])
        char, at = _character(value, found)
        out.append(char)
    return "".join([*out, value[at:]])


def _entity(tag: str, argument: str, start: int, end: int) -> dict[str, Any]:
    entity: dict[str, Any] = {"type": TAGS[tag], "offset": start, "length": end - start}
    if tag == "blockquote" and argument:
        entity["type"] = "expandable_blockquote"
    elif tag == "a":
        entity["url"] = argument
    elif tag == "tg-emoji":
        entity["custom_emoji_id"] = argument
    return entity


def _trimmed(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Cut white space at both ends, as the server does, and let the entities follow. Links to nowhere are dropped."""
    kept = text.strip()
    cut = utf16(text[: len(text) - len(text.lstrip())]) if kept else 0
    end = utf16(kept)
    moved = []
    for entity in entities:
        start = max(entity["offset"] - cut, 0)
        stop = min(entity["offset"] - cut + entity["length"], end)
        if stop > start and not (entity["type"] == "text_link" and "." not in entity["url"] and ":" not in entity["url"]):
            moved.append({**entity, "offset": start, "length": stop - start})
    return kept, sorted(moved, key=lambda e: (e["offset"], -e["length"]))
