"""docs/content.md keeps its word: its steps work as written, and the machine says what it says there."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from bot.adapters.texts.check import check
from bot.app import cli
from bot.app.config import ROOT
from tests.content.copies import a_copy, edit
from tests.content.test_additions import opened

DOCS = (ROOT / "docs" / "content.md").read_text()
TOWN = "content/places/norrkoping.yaml"
TODAY = date(2026, 11, 24)


def test_a_phone_number_changes_by_three_lines(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    assert "phone: '+4611150001'" in DOCS and "status: ok" in DOCS and "checked_on: 2026-11-24" in DOCS
    edit(root / TOWN, "phone: '+4611150000'", "phone: '+4611150001'")
    edit(root / TOWN, "status: verify", "status: ok")
    edit(root / TOWN, "checked_on: 2026-11-23", "checked_on: 2026-11-24")
    assert check(root / "content", root / "locales", TODAY) == []
    office = opened(root).catalog.office("contact_centre", "norrkoping")
    assert office and office.phone == "+4611150001" and office.phone_on(TODAY) == office.phone


def test_the_fault_that_is_shown_is_the_one_that_check_names(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    edit(root / TOWN, "phone: '+4611150000'", "phone: '011-15 00 01'")
    (fault,) = check(root / "content", root / "locales", TODAY)
    shown = re.search(rf"`({TOWN}.*?) …`", DOCS)
    assert shown and str(fault).startswith(shown[1])


def test_a_place_is_added_as_described(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    assert "content/places/hjo.yaml" in DOCS
    new = root / "content/places/nyby.yaml"
    new.write_text((root / "content/places/hjo.yaml").read_text())
    edit(new, "id: hjo", "id: nyby")
    edit(new, "code: '1497'", "code: '9902'")
    edit(new, "{sv: Hjo, uk: Йо, en: Hjo}", "{sv: Nyby, uk: Нюбю, en: Nyby}")
    edit(new, "also: [Ю, Хьйо]", "also: []")
    assert check(root / "content", root / "locales", TODAY) == []
    assert opened(root).catalog.places["nyby"].services


@pytest.mark.parametrize("text", [DOCS, (ROOT / "README.md").read_text()], ids=["content.md", "README.md"])
def test_every_command_that_is_named_exists(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    named = set(re.findall(r"python -m bot content ([a-z-]+)", text)) | set(re.findall(r"`((?:import|export)-[a-z]+)", text))
    assert named
    for part in named:
        with pytest.raises(SystemExit) as left:
            cli.main(["content", part, "--help"])
        assert left.value.code == 0, part
    capsys.readouterr()


def test_every_link_inside_the_documentation_leads_somewhere() -> None:
    heads = {
        re.sub(r"[^a-z0-9 -]", "", head.casefold()).strip().replace(" ", "-") for head in re.findall(r"^#+ (.*)$", DOCS, re.M)
    }
    readme = (ROOT / "README.md").read_text()
    for anchor in [*re.findall(r"\]\(#([^)]+)\)", DOCS), *re.findall(r"docs/content\.md#([^)]+)\)", readme)]:
        assert anchor in heads, anchor
