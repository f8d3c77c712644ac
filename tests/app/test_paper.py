"""`python -m bot leaflets` and `pack`: what is written where, what is said, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app.cli import main
from tests.support.pdfs import words_of
from tests.support.whole import real_content

SITE = "https://chat.example.se"


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_PUBLIC_URL", SITE)


def run(*words: str, out: Path) -> int:
    return main([*words, "--date", "2026-11-25", "--out", str(out)])


def written(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_one_answer_in_one_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("leaflets", "--place", "Norrköping", "--lang", "uk", "--article", "school-start", out=tmp_path) == 0
    files = written(tmp_path)
    assert list(files) == ["norrkoping/uk/notice-board.pdf", "norrkoping/uk/school-start.pdf"]
    assert "Якзаписатидитинудошколи" in words_of(files["norrkoping/uk/school-start.pdf"])[0]
    assert "2 files" in capsys.readouterr().out


def test_all_answers_of_a_municipality_in_every_language(tmp_path: Path) -> None:
    assert run("leaflets", "--place", "norrkoping", out=tmp_path) == 0
    catalog = real_content().catalog
    names = [*catalog.articles, "all-answers", "notice-board"]
    assert set(written(tmp_path)) == {f"norrkoping/{lang.code}/{name}.pdf" for lang in catalog.languages for name in names}


def test_the_outage_pack_is_whole_and_the_same_each_time(tmp_path: Path) -> None:
    folders = tmp_path / "first", tmp_path / "second"
    for folder in folders:
        assert run("pack", "--place", "norrkoping", "--lang", "sv", "--lang", "uk", out=folder) == 0
    first, second = (written(folder) for folder in folders)
    assert first == second
    kinds = ("1-duty-list", "2-child-alone", "3-answers")
    printed = {f"norrkoping/outage/{kind}-{code}.pdf" for kind in kinds for code in ("sv", "uk")}
    copied = set(first) - printed
    assert printed <= set(first) and all(name.startswith("norrkoping/outage/answers/") for name in copied)
    assert {f"norrkoping/outage/answers/{name}" for name in ("index.html", "style.css", "uk/norrkoping/lma-who.html")} <= copied
    answers = words_of(first["norrkoping/outage/3-answers-sv.pdf"])
    assert sum(page.count("1/") > 0 for page in answers) >= len(real_content().catalog.articles)


def test_the_copy_for_a_stick_has_all_of_sweden_and_the_place(tmp_path: Path) -> None:
    assert run("static", "--place", "orebro", "--lang", "uk", out=tmp_path) == 0
    files = written(tmp_path)
    assert {"index.html", "style.css", "uk/sverige/lma-who.html", "uk/orebro/lma-who.html"} <= set(files)
    assert not any(name.startswith(("sv/", "uk/norrkoping")) for name in files)


def test_an_answer_as_one_line_for_an_sms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("leaflets", "--sms", "--place", "norrkoping", "--lang", "sv", "--article", "school-start", out=tmp_path) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 and written(tmp_path) == {}
    assert lines[0].startswith("Så får barnet en skolplats. Ring Norrköpings kommun")
    assert lines[0].endswith(f"{SITE}/a/school-start?lang=sv&place=norrkoping")


def test_without_an_address_it_says_that_there_are_no_codes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("BOT_PUBLIC_URL")
    assert run("leaflets", "--lang", "en", "--article", "lma-who", out=tmp_path) == 0
    assert "No QR codes: set BOT_PUBLIC_URL or BOT_TELEGRAM_NAME." in capsys.readouterr().out
    assert "sverige/en/lma-who.pdf" in written(tmp_path)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["leaflets", "--place", "nowhere at all"], "No place is called 'nowhere at all'"),
        (["leaflets", "--lang", "xx"], "the languages are uk, sv, en"),
        (["leaflets", "--article", "nothing"], "No article is called 'nothing'"),
        (["pack"], "Name the municipality"),
    ],
)
def test_what_cannot_be_printed_is_said_with_the_way_on(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words, out=tmp_path) == 2
    assert said in capsys.readouterr().err
    assert written(tmp_path) == {}
