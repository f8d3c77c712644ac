"""JSON schemas of the content files, for completion and hints while an editor writes.

Run `python -m bot.adapters.texts.schema [content folder]` after a change of the models; `check` says when it was forgotten.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from bot.adapters.texts.duty_models import EscalationFile, PhrasesFile
from bot.adapters.texts.faults import Fault
from bot.adapters.texts.models import AllowanceFile, ArticleFile, FactFile, PlaceFile

SCHEMAS = {
    "schema/allowance.json": list[AllowanceFile],
    "schema/article.json": ArticleFile,
    "schema/escalation.json": EscalationFile,
    "schema/facts.json": list[FactFile],
    "schema/phrases.json": PhrasesFile,
    "schema/place.json": PlaceFile,
}
AGAIN = "run `python -m bot.adapters.texts.schema`"


@cache  # the models do not change while they run
def emitted() -> dict[str, str]:
    """Return the text of each schema by its file name under content/."""
    made = {}
    for name, model in SCHEMAS.items():
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **TypeAdapter(model).json_schema(by_alias=True)}
        made[name] = json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
    return made


def schema_faults(root: Path) -> Iterator[Fault]:
    for name, text in emitted().items():
        path = f"{root.name}/{name}"
        if not (root / name).is_file():
            yield Fault(path, 1, f"the file is missing; {AGAIN}")
        elif (root / name).read_text(encoding="utf-8") != text:
            yield Fault(path, 1, f"this is not what the code accepts today; {AGAIN}")


def main() -> int:
    root = Path(sys.argv[1] if len(sys.argv) > 1 else "content")
    for name, text in emitted().items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
        print(root / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
