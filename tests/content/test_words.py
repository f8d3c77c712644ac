"""Swedish words that readers meet on doors and letters survive translation; no text is far harder to read than the others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.adapters.texts.check import check
from bot.adapters.texts.plainness import SENTENCE_AT_MOST, measured
from bot.adapters.texts.reading import read
from bot.app.cli import main
from bot.app.config import ROOT
from tests.content.copies import a_copy, edit, one_in_two

TODAY = date(2026, 11, 24)

BODY = "      body: |\n"
LONG_WORDS = "arbetsmarknadspolitiska etableringsersättningar. " * 40
LONG_SENTENCES = ("du kan " * 11 + "gå. ") * 40
LOST = "Pensionsmyndigheten, Skatteverket och överförmyndaren"

FAULTS = {  # name: file, what stands there, what a slip makes of it, what check says
    "a word lost in translation": ("articles/pension.yaml", "Pensionsmyndigheten", LOST, "'överförmyndar' is lost"),
    "a Russianism": ("articles/lma-amounts.yaml", "Їжу купуєте самі", "Їжу купуєте самі, суточні", "'суточні' is not used"),
    "a term without its words": ("glossary.yaml", "  en: Swedish Migration Agency\n", "", "en is missing"),
    "a field misspelt": (
        "glossary.yaml",
        "  survives: Migrationsverket",
        "  survive: Migrationsverket",
        "did you mean survives?",
    ),
    "long words only": ("articles/school-sfi.yaml", BODY, f"{BODY}        {LONG_WORDS}\n\n", "letters a word, where sv has"),
    "long sentences only": (
        "articles/school-sfi.yaml",
        BODY,
        f"{BODY}        {LONG_SENTENCES}\n\n",
        "words a sentence on average",
    ),
}


@pytest.mark.parametrize("name", one_in_two(FAULTS))
def test_a_slip_is_named(name: str, tmp_path: Path) -> None:
    file, old, new, said = FAULTS[name]
    root = a_copy(tmp_path)
    edit(root / "content" / file, old, new)
    faults = check(root / "content", root / "locales", TODAY)
    assert any(said in f.text and f.path == f"content/{file}" for f in faults), [*map(str, faults)]


def test_disability_is_a_word_and_the_other_one_is_not(tmp_path: Path) -> None:
    """Only whole words with their endings count: «інвалідність» is right."""
    root = a_copy(tmp_path)
    edit(root / "content" / "articles" / "lma-amounts.yaml", "Їжу купуєте самі", "Їжу купуєте самі, для інвалідів")
    assert any("'інвалідів' is not used" in f.text for f in check(root / "content", root / "locales", TODAY))


def test_every_language_reads_easily(capsys: pytest.CaptureFixture[str]) -> None:
    for language, texts in measured(read(ROOT / "content")).items():
        average = sum(text.sentence for text in texts) / len(texts)
        assert average <= 12, (language, average)
        assert all(text.sentence <= SENTENCE_AT_MOST for text in texts)
    main(["check", "--reading", "--today", str(TODAY)])
    assert "uk: " in capsys.readouterr().out
