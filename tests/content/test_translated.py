"""A Swedish text that changes its meaning leaves its translations behind: readers and editors are told; a comma does not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.adapters.texts.due import due
from bot.adapters.texts.load import load
from bot.adapters.texts.locales import Locales
from bot.app.cli import main
from bot.domain.messages import ArticleShown, Capabilities, Message
from bot.services.render import Renderer
from tests.content.copies import a_copy, edit

TODAY = date(2026, 11, 24)
TOLD = "The Swedish text was changed after this translation"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = a_copy(tmp_path)
    monkeypatch.setenv("BOT_CONTENT_DIR", str(root / "content"))
    monkeypatch.setenv("BOT_LOCALES_DIR", str(root / "locales"))
    return root


def told(root: Path, language: str, place: str | None = None, article: str = "lma-amounts") -> bool:
    """Return whether a reader is told that the Swedish is newer."""
    catalog = load(root / "content")
    renderer = Renderer(catalog, Locales(root / "locales", catalog))
    shown = renderer.render(Message((ArticleShown(article, place),)), language, TODAY, Capabilities(has_header=True)).plain()
    return Locales(root / "locales", catalog).sentence(language, f"{TOLD}. Where they differ, the Swedish text holds.") in shown


def tasks(root: Path) -> list[str]:
    return [str(task) for task in due(root / "content", TODAY).translations]


def version(root: Path) -> str:
    return load(root / "content").articles["lma-amounts"].version


def test_all_is_marked_today(root: Path) -> None:
    assert tasks(root) == []
    assert not any(told(root, language) for language in ("uk", "sv", "en"))


def test_a_change_of_meaning_ages_the_others_until_they_are_marked(root: Path) -> None:
    before = version(root)
    path = root / "content" / "articles" / "lma-amounts.yaml"
    edit(path, "Ensamstående vuxen: 71\n", "Ensamstående vuxen: 73\n")
    assert version(root) != before
    assert told(root, "uk") and told(root, "en") and not told(root, "sv")
    line = path.read_text()[: path.read_text().index("\n  uk:\n    button")].count("\n") + 2
    assert any(task.startswith(f"content/articles/lma-amounts.yaml:{line}: lma-amounts: uk is older") for task in tasks(root))
    assert main(["translated", "lma-amounts", "--language", "uk"]) == 0
    assert not told(root, "uk") and told(root, "en"), "only the language that was marked"
    assert [task.split(": ")[2] for task in tasks(root)] == [
        "en is older than the Swedish; mend it, then `python -m bot translated lma-amounts --language en`"
    ]
    assert main(["translated", "lma-amounts"]) == 0
    assert tasks(root) == [] and version(root) != before


def test_a_small_change_ages_nothing(root: Path) -> None:
    before = version(root)
    edit(root / "content" / "articles" / "lma-amounts.yaml", "räknas du som ensamstående.", "räknas du som ensamstående!")
    assert told(root, "uk"), "until somebody has said that it is small"
    assert main(["translated", "lma-amounts", "--small-change"]) == 0
    assert not told(root, "uk") and not told(root, "en") and tasks(root) == [] and version(root) == before
    edit(root / "content" / "articles" / "lma-amounts.yaml", "Ensamstående vuxen: 71\n", "Ensamstående vuxen: 73\n")
    assert told(root, "uk") and version(root) != before, "the next change counts again"


def test_a_new_line_break_is_no_change(root: Path) -> None:
    before = version(root)
    edit(
        root / "content" / "articles" / "lma-amounts.yaml",
        "medicin. De är inte till för hyra.",
        "medicin. De\n      är inte till för hyra.",
    )
    assert not told(root, "uk") and version(root) == before


def test_a_part_ages_alone(root: Path) -> None:
    edit(
        root / "content" / "articles" / "help-donate.yaml",
        "Ring innan du åker med saker:",
        "Ring alltid innan du åker med saker:",
    )
    assert told(root, "uk", "norrkoping", "help-donate") and not told(root, "uk", "orebro", "help-donate")
    assert [task.split(": ")[1] for task in tasks(root)] == ["help-donate.norrkoping"] * 2


def test_names_that_do_not_exist_are_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["translated", "lma-amount"]) == 2 and "No article or part is called lma-amount" in capsys.readouterr().err
    assert main(["translated", "lma-amounts", "--language", "pl"]) == 2
    assert main(["translated"]) == 2 and "--all" in capsys.readouterr().err
