"""Articles begun from good answers of people, in a folder outside content/: written, checked with all the rest, published."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.adapters.texts.editing import skeleton
from bot.adapters.texts.editing.changes import written
from bot.adapters.texts.facts import figures_told
from bot.adapters.texts.strict_yaml import parse
from bot.services.question_ports import CannotBegin, CannotPublish

_NOTE = """\
# Begun from a person's answer ({language}). Nothing in it is published until it is reviewed in the console.
# Check every sentence against a source. A number, sum or telephone needs two people. The answer, as it was sent:
"""
ROOT = Path(__file__).resolve().parents[4]
CHECKED_WITHIN_S = 120.0
_NAME = re.compile(r"[a-z][a-z0-9-]{0,80}\.yaml")
EMERGENCY = "112"  # everybody may write it, by themselves


@dataclass(frozen=True, slots=True)
class DraftFolder:
    """services.question_ports.Drafts over a folder."""

    content_dir: Path
    locales_dir: Path
    folder: Path

    def begin(self, id_: str, topic: str, language: str, answer: str) -> str:
        """Write the draft and return its file's name. Raises CannotBegin; overwrites nothing."""
        path = self.folder / f"{id_}.yaml"
        if path.exists():
            raise CannotBegin(f"{path} is there already")
        quoted = "".join(f"#   {line}\n" for line in answer.splitlines() or [""])
        try:
            made = skeleton.skeleton_of(self.content_dir, id_, topic)
            self.folder.mkdir(parents=True, exist_ok=True)
            path.write_text(_NOTE.format(language=language) + quoted + made, encoding="utf-8")
        except (skeleton.CannotBegin, OSError) as fault:
            raise CannotBegin(str(fault)) from fault
        return path.name

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("*.yaml")) if self.folder.is_dir() else []

    def text(self, name: str) -> str | None:
        path = self.folder / name
        if not _NAME.fullmatch(name) or not path.is_file():
            return None
        return path.read_text(encoding="utf-8", errors="replace")

    def keep(self, name: str, text: str) -> None:
        written(self.folder / name, text.encode("utf-8", "replace"))

    def figures(self, text: str) -> tuple[str, ...]:
        """Return the figures and numbers to ring that a reader would be told, each once; of what is no YAML, all there are."""
        document = parse("draft", text.encode("utf-8", "replace"))
        plain = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
        told = [plain] if document.faults else list(_told(document.value))
        found = (figure for words in told for figure in figures_told(words))
        return tuple(dict.fromkeys(figure for figure in found if figure != EMERGENCY))

    def left(self, name: str, text: str) -> tuple[str, ...]:
        with tempfile.TemporaryDirectory(prefix="draft-") as folder:
            path = Path(folder) / name
            path.write_bytes(text.encode("utf-8", "replace"))
            return tuple(str(fault) for fault in skeleton.left(name, path))

    def faults(self, name: str, text: str) -> tuple[str, ...]:
        """Return what `check` says of all texts with this one. By a process of its own: here it would stop the chat."""
        with tempfile.TemporaryDirectory(prefix="draft-") as folder:
            content = Path(folder) / "content"
            shutil.copytree(self.content_dir, content)
            (Path(folder) / "locales").symlink_to(self.locales_dir.resolve())
            (content / "articles" / name).write_bytes(text.encode("utf-8", "replace"))
            made = subprocess.run(
                [sys.executable, "-m", "bot.adapters.texts.check", str(content)],
                cwd=ROOT, env={"PYTHONIOENCODING": "utf-8"}, capture_output=True, encoding="utf-8", timeout=CHECKED_WITHIN_S,
                check=False,
            )  # fmt: skip
        said = tuple(line for line in made.stdout.splitlines()[:-1] if not line.startswith("note: "))
        return said or (("check did not come to an end",) if made.returncode else ())

    def publish(self, name: str, text: str) -> None:
        """Put the text among the articles, overwriting none of them. Raises CannotPublish."""
        article, raw = self.content_dir / "articles" / name, text.encode("utf-8", "replace")
        try:
            if article.exists() and article.read_bytes() != raw:  # the same bytes: a crash came before the draft was removed
                raise CannotPublish(f"{article} is another text")
            written(article, raw)
            (self.folder / name).unlink()
        except OSError as fault:
            raise CannotPublish(str(fault)) from fault


def _told(value: Any, inside: bool = False) -> Iterator[str]:
    """Yield every word under `texts`: what a reader sees of an article and of its parts."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _told(below, inside or key == "texts")
    elif isinstance(value, list):
        for below in value:
            yield from _told(below, inside)
    elif inside and value is not None:
        yield str(value)
