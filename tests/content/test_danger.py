"""The published list: what must raise the alarm does, what must not does not, in every language people write in."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest
import yaml

from bot.app.config import ROOT
from bot.domain.danger import DangerWords, read_danger, read_sentences
from bot.domain.wording import clean

LANGUAGES = ("uk", "ru", "sv", "en")
EXAMPLES = yaml.safe_load((ROOT / "content" / "danger_examples.yaml").read_text())


@lru_cache
def danger() -> DangerWords:
    return read_danger(yaml.safe_load((ROOT / "content" / "danger_words.yaml").read_text()))


def family(words: str) -> str:
    return danger().family(read_sentences(clean(words)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_must_alarm_does(language: str) -> None:
    examples: list[dict[str, Any]] = EXAMPLES["must_alarm"][language]
    assert len(examples) >= 60
    wrong = {e["q"]: found for e in examples if (found := family(e["q"])) != e["family"]}
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_must_not_alarm_does_not(language: str) -> None:
    examples: list[str] = EXAMPLES["must_not_alarm"][language]
    assert len(examples) >= 60
    assert {q: found for q in examples if (found := family(q))} == {}


def test_forwarded_and_shouted_words_count_too() -> None:
    assert family("Переслано від Олі:\nДИТИНА САМА НА ВОКЗАЛІ!!!") == "child_alone"


def test_a_pattern_that_can_never_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="names no word"):
        read_danger([{"family": "danger", "patterns": {"en": ["-help"]}}])
