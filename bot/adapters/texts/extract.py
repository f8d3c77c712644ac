"""Collects the sentences of the code into locales/bot.pot and brings every language's .po up to it.

Run `python -m bot.adapters.texts.extract`. The output is the same for the same code: no dates, no line numbers. Translations
are never guessed from similar sentences.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.adapters.texts.locales import PO, SOURCE_LANGUAGE

CODE = Path(__file__).resolve().parents[2]  # bot/
KEYWORDS: dict[str, object] = {"N_": None, "say": None, "_": None, "say_n": (1, 2)}
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]


def template() -> Catalog:
    """Return all sentences of the code, in order of file, each with the files that use it and its translator comments."""
    pot = Catalog(project="First answers in Sweden", charset="utf-8", fuzzy=False)
    for filename, message, comments, context in _sentences():
        pot.add(message, None, [(f"bot/{filename}", None)], auto_comments=comments, context=context)
    return pot


@lru_cache  # the code of a running process does not change
def _sentences() -> tuple[tuple[str, Any, list[str], str | None], ...]:
    found = extract_from_dir(CODE, METHODS, keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=False)
    ordered = sorted(found, key=lambda row: (row[0], row[1]))
    return tuple((filename, message, comments, context) for filename, _, message, comments, context in ordered if message)


def as_text(catalog: Catalog) -> bytes:
    out = BytesIO()
    write_po(out, catalog, width=120, omit_header=False, sort_output=False, include_lineno=False, ignore_obsolete=True)
    lines = out.getvalue().decode().splitlines(keepends=True)
    # Dates and tool versions change without a reason to.
    changing = ('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', '"Last-Translator', '"Language-Team')
    return "".join(line for line in lines if not line.startswith(changing) and not line.startswith("# ")).encode()


def open_po(path: Path, language: str) -> Catalog:
    if not path.is_file():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write_all(locales_dir: Path, languages: list[str]) -> None:
    """Write bot.pot and every .po; what is already translated stays."""
    pot = template()
    (locales_dir / "bot.pot").write_bytes(as_text(pot))
    for code in languages:
        path = locales_dir / code / PO
        path.parent.mkdir(parents=True, exist_ok=True)
        catalog = open_po(path, code)
        catalog.update(pot, no_fuzzy_matching=True)
        path.write_bytes(as_text(catalog))


def main() -> int:
    root = Path(sys.argv[1] if len(sys.argv) > 1 else "locales")
    languages = sorted({path.parents[1].name for path in root.glob(f"*/{PO}")} | {SOURCE_LANGUAGE})
    write_all(root, languages)
    print(f"{len(template())} sentences, languages: {', '.join(languages)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
