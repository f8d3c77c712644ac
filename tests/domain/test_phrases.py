"""Prepared phrases: what is offered to whom, what is filled in, and the content itself."""

from __future__ import annotations

import re

import pytest

from bot.adapters.texts.phrases import load_phrases
from bot.app.config import ROOT
from bot.domain.phrases import Group, Phrase, Phrases, fits, places

COMING = Phrase(
    "coming", "we-come", "adult", {"sv": "Vi kommer om {minutes} minuter till {place}.", "uk": "Місце: {place}, за {minutes} хв."}
)
HERE = Phrase("here", "we-come", "child", {"sv": "Vi är här."})
CALLED = Phrase("called", "safety", "anyone", {"sv": "Vi har ringt 112."})
SMALL = Phrases((Group("safety", {"sv": "Säkerhet"}), Group("we-come", {"sv": "Vi kommer"})), (COMING, HERE, CALLED))
VALUES = {"minutes": "20", "time": "21:40", "place": "Centralstationen, spår 3", "phone": "011-15 00 00", "name": "Anna"}


@pytest.fixture(scope="module")
def content() -> Phrases:
    return load_phrases(ROOT / "content")


def offered(phrases: Phrases, *, child: bool) -> list[str]:
    return [phrase.id for _, group in phrases.offered(child=child) for phrase in group]


def test_a_child_is_offered_a_childs_words_and_an_adult_an_adults() -> None:
    assert offered(SMALL, child=False) == ["called", "coming"] and offered(SMALL, child=True) == ["called", "here"]
    assert [g.id for g, _ in Phrases(SMALL.groups, (HERE,)).offered(child=True)] == ["we-come"]
    with pytest.raises(KeyError):
        SMALL["gone"]


def test_places_are_filled_in_and_words_are_never_a_template() -> None:
    assert COMING.filled("uk", {"minutes": "20", "place": " Central 3 "}) == "Місце: Central 3, за 20 хв."
    assert COMING.filled("sv", {"minutes": "20", "place": "%s $x \\1"}) == "Vi kommer om 20 minuter till %s $x \\1."
    assert COMING.places() == ("minutes", "place") and places("{a} {b} {a}") == ("a", "b")


@pytest.mark.parametrize(
    ("values", "missing"),
    [({}, "minutes"), ({"minutes": "0", "place": "x"}, "minutes"), ({"minutes": "snart", "place": "x"}, "minutes"),
     ({"minutes": "20"}, "place"), ({"minutes": "20", "place": "a\nb"}, "place"), ({"minutes": "20", "place": "{name}"}, "place"),
     ({"minutes": "20", "place": "x" * 81}, "place"), ({"minutes": "20", "place": "   "}, "place")],
)  # fmt: skip
def test_a_value_that_is_missing_or_odd_is_named(values: dict[str, str], missing: str) -> None:
    with pytest.raises(ValueError, match=f"^{missing}$"):
        COMING.filled("sv", values)


def test_forms_of_values() -> None:
    assert fits("time", "21:40") and fits("time", "0:05") and not fits("time", "24:00") and not fits("time", "21.40")
    assert fits("phone", "+4611150000") and fits("phone", "112") and not fits("phone", "ring oss")
    assert fits("name", "Anna") and not fits("name", "")


def test_the_reader_gets_a_language_that_is_there() -> None:
    assert COMING.language(("ru", "uk", "en")) == "uk" and COMING.language(("ar",)) == "sv"


def test_there_are_enough_for_an_adult_and_for_a_child_in_every_group_that_a_child_needs(content: Phrases) -> None:
    assert len(offered(content, child=False)) >= 45 and len(offered(content, child=True)) >= 40
    groups = {group.id for group, _ in content.offered(child=True)}
    assert groups == {group.id for group in content.groups}


def test_every_phrase_can_be_said_in_all_four_languages(content: Phrases) -> None:
    for phrase in content.all:
        assert set(phrase.texts) == {"sv", "uk", "en", "ru"}, phrase.id
        for code in phrase.texts:
            words = phrase.filled(code, VALUES)
            assert not re.search(r"[{}]|  |\s$|^\s", words) and words[-1] in ".?", (phrase.id, code)


FORMAL = re.compile(r"\b(?:ви|вас|вам|ваш\w*|вы|вами)\b|\w{2}(?:йте|ьте|ите|ете|єте)\b", re.I)
FAMILIAR = re.compile(r"\b(?:ти|тебе|тобі|тобою|твій|твоя|твою|ты|тебя|тебе|тобой|твой|твоя|твоего)\b", re.I)


def test_an_adult_is_addressed_politely_and_a_child_as_a_child(content: Phrases) -> None:
    for phrase in content.all:
        for code in ("uk", "ru"):
            wrong = {"adult": (FAMILIAR,), "child": (FORMAL,), "anyone": (FAMILIAR, FORMAL)}[phrase.audience]
            for pattern in wrong:
                assert not pattern.search(phrase.texts[code]), (phrase.id, code, pattern.search(phrase.texts[code]))


def test_no_word_gives_the_reader_a_gender(content: Phrases) -> None:
    """`ти сам`, `ты написал`: half of the readers would be somebody else."""
    gendered = re.compile(r"\b(?:ти|ты)\s+\w{2,}(?:в|ла|л)\b|\b(?:ви|вы) (?:сам|сама|один|одна)\b", re.I)
    for phrase in content.all:
        for code in ("uk", "ru"):
            assert not gendered.search(phrase.texts[code]), (phrase.id, code)
