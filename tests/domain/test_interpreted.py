"""What is worth translating, what is worth showing, and which numbers went wrong on the way."""

from __future__ import annotations

import pytest

from bot.domain.interpreted import numbers_differ, read_back, wanted, written_in


@pytest.mark.parametrize(
    ("original", "translation"),
    [
        ("Kom kl 21:40 till spår 3", "Приходьте о 21.40 на колію 3"),
        ("Ring 070-123 45 67", "Телефонуйте +46 70 123 45 67"),
        ("Ring 0046 (0)70 1234567 nu", "Подзвоніть 0701234567 зараз"),
        ("Det kostar 10 000 kronor", "Це коштує 10000 крон"),
        ("Vi kommer", "Ми їдемо"),
        ("Buss 5 och 7", "Автобуси 7 та 5"),
    ],
)
def test_the_same_numbers_written_otherwise_are_the_same(original: str, translation: str) -> None:
    assert not numbers_differ(original, translation)


@pytest.mark.parametrize(
    ("original", "translation"),
    [
        ("Kom kl 21:40", "Приходьте о 21:04"),
        ("Kom kl 21:40", "Приходьте о 9:40"),
        ("Ring 070-123 45 67", "Телефонуйте 070-123 45 76"),
        ("Vi kommer om 15 minuter", "Ми їдемо"),
        ("Vi kommer", "Ми їдемо за 15 хвилин"),
        ("Spår 3, vagn 3", "Колія 3"),
    ],
)
def test_a_number_that_changed_came_or_went_is_seen(original: str, translation: str) -> None:
    assert numbers_differ(original, translation)


def test_nothing_is_sent_that_would_help_nobody() -> None:
    assert wanted("Я на вокзалі, де ви?", "uk", ["sv", "sv", "uk"]) == ("sv",)
    assert wanted("Я на вокзалі, де ви?", "uk", ["uk"]) == ()
    assert wanted("Jag är på stationen, var är ni?", "uk", ["sv"]) == (), "written in Swedish, whatever was chosen"
    assert wanted("21:40", "uk", ["sv"]) == wanted("", "uk", ["sv"]) == ()
    assert wanted("а" * 5_001, "uk", ["sv"]) == ()
    assert wanted("Где вы, мы ждём", "uk", ["uk", "sv", ""]) == ("sv", "uk")
    assert written_in("Где вы сейчас?", "uk") == "ru" and written_in("OK", "sv") == "sv"


def test_an_answer_that_is_no_translation_is_none() -> None:
    assert read_back("Де ви?", " Var är ni?\u202e\n") == "Var är ni?"
    for nothing in ("", "  \n", "...", "Де ви?", "ДЕ ВИ?", "ha " * 200):
        assert read_back("Де ви?", nothing) == ""
