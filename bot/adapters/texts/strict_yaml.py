"""YAML read the way an editor means it: duplicate keys refused, no surprises, every value knows its line.

The stock loader turns `no` into False, `070123` into 28755, `1_000` into 1000 and keeps the last of two equal keys. Here
only `true` and `false` are booleans, only plain decimal numbers are numbers, ISO dates are dates, all else stays text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from bot.adapters.texts.faults import Fault

Loc = Sequence[str | int]  # the way to a value: keys and positions

_STR = "tag:yaml.org,2002:str"
_PLAIN_TAGS = {_STR, "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"}
_INT = re.compile(r"-?(?:0|[1-9][0-9]*)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


class _Loader(yaml.CSafeLoader):
    """The C parser without the stock guesses: what a plain scalar is, `_scalar` decides."""

    def resolve(self, kind: type, value: str, implicit: tuple[bool, bool]) -> str:
        if kind is yaml.ScalarNode:
            return _STR
        return "tag:yaml.org,2002:seq" if kind is yaml.SequenceNode else "tag:yaml.org,2002:map"

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        """Nothing: the stock one walks path rules that we have none of."""

    def ascend_resolver(self) -> None:
        """Nothing, as above."""


@dataclass(slots=True)
class Document:
    """One file: its value and the way back from a value to its line."""

    path: str
    value: Any
    faults: list[Fault]
    root: yaml.Node | None = None

    def fault(self, loc: Loc, text: str, line: int = 0) -> Fault:
        return Fault(self.path, line or self.line(loc), text)

    def line(self, loc: Loc) -> int:
        """Return the line of the value's key, or of the nearest one that exists on the way to it."""
        node, line = self.root, 1
        for step in loc:
            key, node = _step(node, step)
            if key is None:
                break
            line = key.start_mark.line + 1
        return line

    def node(self, loc: Loc) -> yaml.Node | None:
        """Return what the parser made of the value at `loc`, None when there is none."""
        node = self.root
        for step in loc:
            _, node = _step(node, step)
        return node

    def text_line(self, loc: Loc, offset: int) -> int:
        """Return the line of the `offset`-th line (from 0) of a text; exact in `|` blocks, else where the text begins."""
        node = self.node(loc)
        if isinstance(node, yaml.ScalarNode) and node.style == "|":
            return node.start_mark.line + 2 + offset
        return self.line(loc)


def _step(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node | None, yaml.Node | None]:
    if isinstance(node, yaml.MappingNode):
        return next(((k, v) for k, v in node.value if k.value == step), (None, None))
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None, None


def parse(path: str, raw: bytes) -> Document:
    """Return the document; what is wrong with the YAML itself stands in its `faults`, and `value` is then None."""
    try:
        root = yaml.compose(raw.decode("utf-8"), _Loader)
    except UnicodeDecodeError as wrong:
        line = raw[: wrong.start].count(b"\n") + 1
        return Document(path, None, [Fault(path, line, "this is not UTF-8 text; save the file as UTF-8")])
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        text = f"this is not valid YAML ({wrong.problem or wrong.context}); mend the line, often a missing quote or space"
        return Document(path, None, [Fault(path, mark.line + 1 if mark else 1, text)])
    except yaml.YAMLError as wrong:
        return Document(path, None, [Fault(path, 1, f"this is not valid YAML ({wrong})")])
    if root is None:
        return Document(path, None, [Fault(path, 1, "the file is empty; write it or remove it")])
    faults: list[Fault] = []
    value = _value(root, path, faults, set())
    return Document(path, None if faults else value, faults, root)


def _value(node: yaml.Node, path: str, faults: list[Fault], inside: set[int]) -> Any:
    if node.tag not in _PLAIN_TAGS:
        faults.append(Fault(path, node.start_mark.line + 1, f"the mark {node.tag} is not used here; remove it"))
        return None
    if isinstance(node, yaml.ScalarNode):
        return node.value if node.style else _scalar(node.value)
    if id(node) in inside:
        faults.append(Fault(path, node.start_mark.line + 1, "this refers to itself; write it out"))
        return None
    inside.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        value: Any = [_value(item, path, faults, inside) for item in node.value]
    else:
        value = {}
        for key, item in node.value:
            name = key.value
            if not isinstance(key, yaml.ScalarNode):
                faults.append(Fault(path, key.start_mark.line + 1, "a key must be one word; mend the line"))
            elif name in value:
                text = f"'{name}' stands here a second time; remove one of the two"
                faults.append(Fault(path, key.start_mark.line + 1, text))
            else:
                value[name] = _value(item, path, faults, inside)
    inside.discard(id(node))
    return value


def _scalar(text: str) -> str | int | bool | date | None:
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text
