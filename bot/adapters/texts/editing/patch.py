"""Changes single values of a YAML file. Comments, order and line layout of everything else stay, byte for byte."""

from __future__ import annotations

import copy
from typing import Any

import yaml

from bot.adapters.texts.editing.scalars import pair, written
from bot.adapters.texts.strict_yaml import Loc, parse

_GONE = object()


class CannotPatch(Exception):
    """The file is written in a way that this cannot change safely; says which value and where."""


class Patch:
    """Collects changes of one file; `result` applies them together."""

    def __init__(self, path: str, raw: bytes) -> None:
        """Raises CannotPatch for a file that is no valid YAML."""
        self._document = parse(path, raw)
        if self._document.faults:
            raise CannotPatch("\n".join(str(fault) for fault in self._document.faults))
        self._text = raw.decode("utf-8")
        self._shift = 1 if self._text.startswith("\ufeff") else 0  # the parser does not count a byte order mark
        self._break = "\r\n" if "\r\n" in self._text else "\n"
        self._edits: list[tuple[int, int, str]] = []
        self._wanted = copy.deepcopy(self._document.value)

    def set(self, loc: Loc, value: Any) -> None:
        """Give the value at `loc` another one; a key that is not there yet goes last into its mapping."""
        if value == self._get(loc) and type(value) is type(self._get(loc)):
            return
        holder, key = self._document.node(loc[:-1]), loc[-1]
        flow = self._in_flow(loc[:-1])
        found = self._entry(holder, key)
        self._note(loc, value)
        if found is None:
            self._insert(loc, holder, str(key), value, flow)
            return
        name, old = found
        indent = name.start_mark.column
        style = old.style if isinstance(old, yaml.ScalarNode) else None
        source = written(value, indent, flow=flow or getattr(old, "flow_style", False) is True, style=style, key=str(key))
        start, end = self._span(old)
        apart = self._text[start - 1 : start] in " \n" or source.startswith("\n")
        self._edits.append((start, end, source if apart else f" {source}"))

    def remove(self, loc: Loc) -> None:
        """Take the key at `loc` and its value out, with the lines they stand on."""
        holder = self._document.node(loc[:-1])
        found = self._entry(holder, loc[-1])
        if found is None:
            return
        if len(holder.value) == 1:
            raise self._cannot(loc)
        self._note(loc, _GONE)
        start, (_, end) = self._at(found[0].start_mark), self._span(found[1])
        if self._in_flow(loc[:-1]):
            at = holder.value.index(found)
            if at + 1 < len(holder.value):
                self._edits.append((start, self._at(holder.value[at + 1][0].start_mark), ""))
            else:
                self._edits.append((self._span(holder.value[at - 1][1])[1], end, ""))
            return
        line_end = self._text.find("\n", end)
        self._edits.append((self._text.rfind("\n", 0, start) + 1, len(self._text) if line_end < 0 else line_end + 1, ""))

    def result(self) -> bytes:
        """Return the changed file. Raises CannotPatch when it would not read as exactly what was asked for."""
        if not self._edits:
            return self._text.encode()
        text = self._text
        ordered = sorted(enumerate(self._edits), key=lambda numbered: (numbered[1][0], numbered[0]), reverse=True)
        for _, (start, end, source) in ordered:
            text = text[:start] + source.replace("\n", self._break) + text[end:]
        raw = text.encode()
        if parse(self._document.path, raw).value != self._wanted:
            raise CannotPatch(f"{self._document.path}: the change cannot be made without touching more; make it by hand")
        return raw

    def _insert(self, loc: Loc, holder: yaml.Node | None, key: str, value: Any, flow: bool) -> None:
        if not isinstance(holder, yaml.MappingNode) or not holder.value:
            raise self._cannot(loc)
        _, end = self._span(holder.value[-1][1])
        if flow:
            self._edits.append((end, end, f", {key}: {written(value, 0, flow=True)}"))
            return
        indent = holder.value[0][0].start_mark.column
        line_end = self._text.find("\n", end)
        at = len(self._text) if line_end < 0 else line_end
        at -= self._text[at - 1 : at] == "\r"
        self._edits.append((at, at, "\n" + " " * indent + pair(key, written(value, indent, key=key))))

    def _entry(self, holder: yaml.Node | None, key: str | int) -> tuple[yaml.Node, yaml.Node] | None:
        if isinstance(holder, yaml.MappingNode):
            return next(((k, v) for k, v in holder.value if k.value == key), None)
        return None

    def _span(self, node: yaml.Node) -> tuple[int, int]:
        """Return where the value's source begins and ends, without what follows it."""
        start, end = self._at(node.start_mark), self._at(node.end_mark)
        if isinstance(node, yaml.ScalarNode):
            return start, start + len(self._text[start:end].rstrip())
        if node.flow_style or not node.value:
            return start, end
        last = node.value[-1]
        # From the colon of its key on: the line break goes with it.
        return len(self._text[:start].rstrip(" \r\n")), self._span(last[1] if isinstance(last, tuple) else last)[1]

    def _at(self, mark: yaml.Mark) -> int:
        return mark.index + self._shift

    def _in_flow(self, loc: Loc) -> bool:
        ways = (loc[:depth] for depth in range(len(loc) + 1))
        return any(getattr(self._document.node(way), "flow_style", False) for way in ways)

    def _get(self, loc: Loc) -> Any:
        value = self._document.value
        for step in loc:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return _GONE
        return value

    def _note(self, loc: Loc, value: Any) -> None:
        holder = self._wanted
        for step in loc[:-1]:
            try:
                holder = holder[step]
            except (KeyError, IndexError, TypeError):
                raise self._cannot(loc) from None
        if not isinstance(holder, dict):
            raise self._cannot(loc)
        if value is _GONE:
            del holder[loc[-1]]
        else:
            holder[loc[-1]] = copy.deepcopy(value)

    def _cannot(self, loc: Loc) -> CannotPatch:
        way = ".".join(str(step) for step in loc)
        return CannotPatch(f"{self._document.path}:{self._document.line(loc)}: only a hand can change {way} as it is written")
