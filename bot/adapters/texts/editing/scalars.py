"""A value as YAML source, in the style that its file uses, and read back before anybody relies on it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import yaml

from bot.adapters.texts.strict_yaml import parse

WIDTH = 120  # columns of a folded text
STEP = 2  # spaces of indentation


def written(value: Any, indent: int, *, flow: bool = False, style: str | None = None, key: str = "") -> str:
    """Return the source of the value of a key that stands `indent` columns in; `style` is that of the value it replaces.

    Texts of several lines become `|`, long ones `>-`. Inside `{…}` and `[…]` everything stays on its line.
    """
    if isinstance(value, Mapping):
        return _mapping(value, indent, flow)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(written(item, indent, flow=True) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return next(source for source in _styles(value, indent, flow, style, key) if _reads_as(source, value, indent, flow))
    return str(value)


def pair(key: str, source: str) -> str:
    """Return the key with the source of its value, which may begin on the next line."""
    return f"{key}:{source}" if source.startswith("\n") else f"{key}: {source}"


def _mapping(value: Mapping[str, Any], indent: int, flow: bool) -> str:
    if flow or not value:
        return "{" + ", ".join(f"{k}: {written(v, indent, flow=True)}" for k, v in value.items()) + "}"
    inner = indent + STEP
    lines = (" " * inner + pair(k, written(v, inner, key=k)) for k, v in value.items())
    return "\n" + "\n".join(lines)


def _styles(text: str, indent: int, flow: bool, style: str | None, key: str) -> Iterator[str]:
    """Yield ways to write it, the best first; the last one can write anything."""
    too_long = indent + len(key) + len(text) + 4 > WIDTH
    if not flow:
        if style == "|" or "\n" in text:
            yield _literal(text, indent)
        if style == ">" or (too_long and style != "|"):
            yield _folded(text, indent)
    if style not in ("'", '"'):
        yield text
    if style != '"':
        yield "'" + text.replace("'", "''") + "'"
    yield yaml.dump(text, default_style='"', allow_unicode=True, width=1_000_000).removesuffix("\n")
    yield yaml.dump(text, default_style='"', allow_unicode=False, width=1_000_000).removesuffix("\n")


def _literal(text: str, indent: int) -> str:
    pad = " " * (indent + STEP)
    body = text.removesuffix("\n")
    mark = "|" if text.endswith("\n") else "|-"
    if body.startswith((" ", "\n")):
        mark = f"|{STEP}{mark[1:]}"
    return mark + "\n" + "\n".join(pad + line if line else "" for line in body.split("\n"))


def _folded(text: str, indent: int) -> str:
    pad = " " * (indent + STEP)
    lines = textwrap.wrap(
        text, WIDTH - len(pad), break_long_words=False, break_on_hyphens=False, replace_whitespace=False, drop_whitespace=True
    )
    return ">-\n" + "\n".join(pad + line for line in lines)


def _reads_as(source: str, text: str, indent: int, flow: bool) -> bool:
    """Return whether our own loader reads the source as exactly that text where it is going to stand."""
    if flow:
        around, wanted = f"a: {{k: {source}, z: 1}}\n", {"a": {"k": text, "z": 1}}
    elif indent:
        pad = " " * indent
        around, wanted = f"a:\n{pad}{pair('k', source)}\n{pad}z: 1\n", {"a": {"k": text, "z": 1}}
    else:
        around, wanted = f"{pair('k', source)}\nz: 1\n", {"k": text, "z": 1}
    return parse("", around.encode()).value == wanted
