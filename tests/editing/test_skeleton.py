"""A new article begins complete: `check` names what is left to fill in, and nothing else is needed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.texts.check import check
from bot.adapters.texts.editing.patch import Patch
from bot.adapters.texts.editing.skeleton import CannotBegin, new_article
from bot.adapters.texts.strict_yaml import parse
from bot.app import cli
from tests.content.copies import a_copy, snapshot

TODAY = date(2026, 11, 25)
NAME = "content/articles/school-lunchbox.yaml"

FILLED: dict[tuple[str | int, ...], Any] = {
    ("reviewed_on",): TODAY,
    ("sources", 0, "publisher"): "Skolverket",
    ("sources", 0, "title"): "Måltider i skolan",
    ("sources", 0, "url"): "https://www.skolverket.se/maltider",
    ("sources", 0, "checked_on"): TODAY,
    ("phrasings", "sv"): ["vad ska barnet ha i matlådan"],
    ("phrasings", "uk"): ["що покласти в ланчбокс до школи"],
    ("phrasings", "en"): ["what goes into the lunch box"],
    ("texts", "sv", "button"): "Matlåda",
    ("texts", "sv", "title"): "Matlåda till skolan",
    ("texts", "sv", "short"): "Ditt barn behöver ingen matlåda. Skolan ger lunch.",
    ("texts", "uk", "button"): "Ланчбокс",
    ("texts", "uk", "title"): "Їжа до школи",
    ("texts", "uk", "short"): "Їжу давати не треба. У школі є обід.",
    ("texts", "en", "button"): "Lunch box",
    ("texts", "en", "title"): "A lunch box for school",
    ("texts", "en", "short"): "Your child needs no lunch box. The school gives lunch.",
}


def test_what_is_left_is_named_and_filling_it_in_is_enough(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    path, left = new_article(root / "content", "school-lunchbox", ["school.lunch_books_transport"])
    assert path == root / NAME
    faults = check(root / "content", root / "locales", TODAY)
    assert faults == left and {fault.path for fault in faults} == {NAME}
    patch = Patch(NAME, path.read_bytes())
    for loc, value in FILLED.items():
        patch.set(loc, value)
    document = parse(NAME, path.read_bytes())
    named = sorted(document.line(loc) for loc in FILLED if loc[0] != "phrasings")
    assert [fault.line for fault in faults if "phrasings" not in fault.text] == named
    assert sum("phrasings" in fault.text for fault in faults) == 3
    path.write_bytes(patch.result())
    assert [str(f) for f in check(root / "content", root / "locales", TODAY)] == []
    assert "# at most 24 characters" in path.read_text(), "what helps to write it stays"


@pytest.mark.parametrize(
    ("id_", "intent", "topic", "said"),
    [
        ("School_Lunch", "school.start", "", "'School_Lunch' cannot be an id"),
        ("no", "school.start", "nowhere", "topic 'nowhere' is not in content/topics.yaml; give one with --topic: school, lma"),
        ("it's", "school.start", "", "cannot be an id"),
        ("x" * 63, "school.start", "", "at most 62"),
        ("pets", "school.start", "", "is there already"),
        ("lunch", "school.lunch_books", "", "perhaps school.lunch_books_transport"),
        ("child-lost", "minor.report", "", "topic 'minor' is not in content/topics.yaml"),
    ],
)
def test_what_cannot_begin_is_said_and_nothing_is_written(tmp_path: Path, id_: str, intent: str, topic: str, said: str) -> None:
    root = a_copy(tmp_path)
    before = snapshot(root)
    with pytest.raises(CannotBegin) as refused:
        new_article(root / "content", id_, [intent], topic)
    assert said in str(refused.value)
    assert snapshot(root) == before


def test_the_command_lists_what_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = a_copy(tmp_path)
    monkeypatch.setenv("BOT_CONTENT_DIR", str(root / "content"))
    assert cli.main(["content", "new", "child-lost", "--intent", "minor.report", "--topic", "minors"]) == 0
    said = capsys.readouterr().out
    assert "child-lost.yaml:26: sv.button is empty; write it" in said
    assert cli.main(["content", "new", "child-lost", "--intent", "minor.report", "--topic", "minors"]) == 2
