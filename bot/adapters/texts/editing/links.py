"""Every web address in content/ with its file and line. Reads files only; asking the addresses is another's work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.adapters.texts.faults import ContentFaults, Fault
from bot.adapters.texts.strict_yaml import parse

_WHOLE = re.compile(r"https?://\S+")
_IN_TEXT = re.compile(r"\]\((https?://[^)\s]+)\)")


@dataclass(frozen=True, slots=True, order=True)
class Link:
    path: str
    line: int
    url: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.url}"


def links(content_dir: Path) -> list[Link]:
    """Return all of them in order of file and line. Raises ContentFaults for files that are no YAML."""
    found: list[Link] = []
    faults: list[Fault] = []
    for file in sorted(content_dir.rglob("*.yaml")):
        document = parse(f"{content_dir.name}/{file.relative_to(content_dir)}", file.read_bytes())
        faults += document.faults
        if document.root is not None:
            found += (Link(document.path, line, url) for line, url in _addresses(document.root))
    if faults:
        raise ContentFaults(faults)
    return sorted(set(found))


def _addresses(node: yaml.Node) -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.ScalarNode):
        line = node.start_mark.line + 1
        if _WHOLE.fullmatch(node.value):
            yield line, node.value
            return
        for found in _IN_TEXT.finditer(node.value):
            below = node.value.count("\n", 0, found.start()) + 1 if node.style == "|" else 0
            yield line + below, found[1]
    else:
        for child in node.value:
            for inner in child if isinstance(child, tuple) else (child,):
                yield from _addresses(inner)
