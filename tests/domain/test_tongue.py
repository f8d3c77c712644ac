"""Which language somebody writes in: measured on questions that the lists of words were not made from, and by example."""

from __future__ import annotations

from collections import Counter

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.app.config import ROOT
from bot.domain.passed_on import is_foreign, reads
from bot.domain.tongue import Spoken, spoken
from tests.support.builders import a_catalog

BLIND = yaml.safe_load((ROOT / "tests/content/blind_questions.yaml").read_text())["questions"]
READ_ALIKE = {"ru": "uk"}  # readers of both get our Ukrainian text


def test_nine_in_ten_are_named_and_nearly_all_get_a_text_they_can_read() -> None:
    asked, named, read = Counter(), Counter(), Counter()  # type: ignore[var-annotated]
    for line in BLIND:
        code, heard = line["lang"], spoken(line["q"]).main
        asked[code] += 1
        named[code] += heard == code
        read[code] += READ_ALIKE.get(heard, heard) == READ_ALIKE.get(code, code)
    assert set(asked) == {"uk", "ru", "sv", "en"}
    for code, count in asked.items():
        assert named[code] / count >= 0.9, (code, named[code], count)
        assert read[code] / count >= 0.97, (code, read[code], count)


@pytest.mark.parametrize(
    ("words", "languages"),
    [
        ("школа?", ("uk",)),
        ("Где взять деньги", ("ru",)),
        ("як отримати гроші", ("uk",)),
        ("привет, подскажите будь ласка як записати дитину в школу, очень нужно", ("uk", "ru")),
        ("hur börjar barnet skolan", ("sv",)),
        ("skola", ("sv",)),
        ("where do we sleep tonight", ("en",)),
        ("yak zapysaty dytynu do shkoly", ("uk",)),
        ("gde poluchit dengi na rebenka", ("ru",)),
        ("Переслано від Olena: [12.03.2025 14:22] можно ли с собакой в жилье?", ("ru",)),
        ("💙💛", ()),
        ("12345 +46 70", ()),
        ("", ()),
    ],
)
def test_by_example(words: str, languages: tuple[str, ...]) -> None:
    assert spoken(words).languages == languages


@given(st.text(max_size=300))
def test_no_text_raises(words: str) -> None:
    assert set(spoken(words).languages) <= {"uk", "ru", "sv", "en"}


def test_russian_reads_our_ukrainian_and_where_nothing_tells_it_is_not_the_helpers_own() -> None:
    catalog = a_catalog()
    assert reads(Spoken(("ru",)), catalog, "sv") == "uk"
    assert reads(Spoken(()), catalog, "uk") == "sv" and reads(Spoken(()), catalog, "sv") == "uk"
    assert is_foreign(Spoken(("ru",)), catalog, "sv") and not is_foreign(Spoken(("ru",)), catalog, "uk")
    assert not is_foreign(Spoken(()), catalog, "sv") and not is_foreign(Spoken(("uk", "sv")), catalog, "sv")
