"""Every figure of the catalogue rests on a fact with a source; figures of all languages are compared as the same thing."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from bot.adapters.texts.check import check
from bot.adapters.texts.facts import register, traces
from bot.adapters.texts.figures import carried, figures
from bot.adapters.texts.reading import read
from bot.app.cli import main
from bot.app.config import ROOT
from tests.content.copies import a_copy, edit, rounds

TODAY = date(2026, 11, 24)
CONTENT = ROOT / "content"


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("gäller till den 4 mars 2027", ["2027-03-04"]),
        ("діє до 4 березня 2027 року", ["2027-03-04"]),
        ("valid to 4\nMarch 2027", ["2027-03-04"]),
        ("fram till 1 november", ["--11-01"]),
        ("läget i april 2022", ["2022-04"]),
        ("у вересні 2022 року", ["2022-09"]),
        ("the decision 2020 may be late", ["2020"]),
        ("1 500 kr, 37, 43 eller 50", ["1500", "37", "43", "50"]),
        ("kl. 8.30–16", ["08:30", "16"]),
        ("в будні, але не в травні", []),
        ("a place within four months, the two oldest", ["4"]),
        ("inom fyra veckor, tio procent till", ["4", "10"]),
        ("протягом дванадцяти місяців, ще двоє дорослих", ["12", "2"]),
        ("десяти банківських днів або пів року; half-way", ["10", "½"]),
    ],
)
def test_figures_of_all_languages_are_one(words: str, values: list[str]) -> None:
    assert [f.value for f in figures(words)] == values


def test_what_a_fact_carries() -> None:
    assert carried(["2024-11-01"]) >= {"2024-11-01", "2024-11", "2024", "--11-01"}
    assert carried(["open 08:00-17:00"]) >= {"08:00", "8", "17"}
    assert "71" not in carried(["710 kr, 1971"])


def test_every_figure_of_the_catalogue_is_traced_to_a_source() -> None:
    found = traces(read(CONTENT), register(CONTENT))
    assert len(found) > 1000, "the catalogue holds more figures than that"
    assert [str(t) for t in found if not t.carriers] == []
    assert all("read 2026" in c.said or c.id == "no fact needed" for t in found for c in t.carriers)
    sums = [t for t in found if t.place.path.endswith("lma-amounts.yaml") and t.place.text == "71"]
    assert len(sums) >= 6, "two texts, three languages"
    assert all(t.carriers[0].id == "lma.amounts.single_without_food" for t in sums)


def test_every_fact_has_its_papers() -> None:
    facts = register(CONTENT).facts
    assert len(facts) > 400
    for id_, entry in facts.items():
        source = entry.value.source
        assert source.publisher and source.title and source.checked_on <= TODAY, id_


def test_the_command_lists_figure_fact_and_source(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "--facts", "--today", str(TODAY)])
    said = capsys.readouterr().out
    assert " 71 -> lma.amounts.single_without_food -> Sveriges riksdag (SFS), Förordning (1994:361)" in said
    assert " 112 -> office sverige.emergency -> " in said


def test_a_fact_that_has_become_doubtful_carries_nothing(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    path = root / "content" / "facts" / "lma.yaml"
    text = path.read_text()
    at = text.index("- id: lma.amounts.child_4_10_without_food")
    path.write_text(text[:at] + re.sub("confidence: \\w+", "confidence: low", text[at:], count=1))
    faults = [str(f) for f in check(root / "content", root / "locales", TODAY)]
    assert any("content/articles/lma-amounts.yaml" in f and "carries the figure 43" in f for f in faults), faults


FAULTS = {  # name: file, what stands there, what an editor's slip makes of it, what check says, how many lines further down
    "a sum mistyped": ("articles/lma-amounts.yaml", "vuxen: 71\n", "vuxen: 73\n", "the figure 73", 0),
    "a year mistyped": ("articles/return-ukraine.yaml", "March 2028", "March 2029", "the figure 4 March 2029", -1),
    "a sum mistyped in one language": ("articles/school-sfi.yaml", "1 January 2026", "1 January 2025", "unlike sv", 0),
    "a sentence on another fact": (
        "said.yaml", "facts: [school.preschool.free_hours]", "facts: [school.preschool.wait]", "carries the figure 525", -2,
    ),
    "a sentence of no code": ("said.yaml", "Has the 18th birthday", "Has their 18th birthday", "no sentence of the code", 0),
    "a fact of no register": ("articles/lma-amounts.yaml", "single_without_food", "single_fre", "'lma.amounts.single_fre' is", 0),
    "a fact twice": ("facts/numbers.yaml", "- id: numbers.11414", "- id: numbers.112", "stands here twice", 0),
    "a fact from the future": ("facts/numbers.yaml", "checked_on: 2026-11-23", "checked_on: 2028-11-23", "has not come yet", 0),
    "a fact without a claim": ("facts/numbers.yaml", "  claim:", "  klaim:", "is not a known field", 0),
    "a reason no longer needed": ("untraced.yaml", "['2026']", "['2026', '2031']", "has no figure 2031 without a fact", 0),
    "a reason for no article": ("untraced.yaml", "article: minor-guardian", "article: minor-guardians", "has no figure 2026", 1),
}  # fmt: skip


@pytest.mark.parametrize("names", rounds(FAULTS, 3), ids=" + ".join)
def test_each_slip_is_named_with_its_line(names: tuple[str, ...], tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    lines = {name: edit(root / "content" / FAULTS[name][0], *FAULTS[name][1:3]) + FAULTS[name][4] for name in names}
    faults = check(root / "content", root / "locales", TODAY)
    for name, line in lines.items():
        file, said = FAULTS[name][0], FAULTS[name][3]
        there = [f for f in faults if f.path == f"content/{file}" and f.line == line]
        assert any(said in f.text for f in there), (name, line, [*map(str, faults)])


def test_no_article_outlives_a_fact_it_rests_on(tmp_path: Path) -> None:
    """A fact with a last day: the review comes no later, so readers are no longer told it as a fact after that day."""
    root = a_copy(tmp_path)
    edit(
        root / "content" / "facts" / "permit.yaml",
        "    period_days: '180'\n",
        "    period_days: '180'\n  valid_until: 2026-12-01\n",
    )
    faults = check(root / "content", root / "locales", TODAY)
    assert {f.path for f in faults} == {f"content/articles/{name}.yaml" for name in ("documents-passport", "permit-travel")}
    assert all("permit.travel.schengen ends on 2026-12-01" in f.text for f in faults), [*map(str, faults)]
    for fault in faults:
        path = root / fault.path
        path.write_text(re.sub(r"review_every_days: \d+", "review_every_days: 7", path.read_text(), count=1))
    assert check(root / "content", root / "locales", TODAY) == []
