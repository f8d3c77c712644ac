"""Passwords: long and own is enough; long and common is not."""

from __future__ import annotations

import unicodedata

import pytest

from bot.domain.passwords import Weak, normalized, weakness

ABOUT = ["Anna Svensson", "anna.svensson@norrkoping.se", "Norrköping"]


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "мій довгий пароль про каву",
        "fyra glada elefanter",
        "vomikor tusilem gisuvim",
        "Xk2#vQ9!mZ4$wL7",
    ],
)
def test_a_long_password_of_ones_own_is_taken(password: str) -> None:
    assert weakness(password, ABOUT) is None


@pytest.mark.parametrize(
    "password",
    [
        "Sommar2026!Norrköping",
        "aaaaaaaaaaaaaaaaaaaa",
        "123456789012345678",
        "lösenordlösenord1",
        "qwertyuiopasdfgh",
        "abcabcabcabcabcabc",
        "AnnaSvensson2026!!",
        "anna.svensson@norrkoping.se",
        "йцукенгшщзхї2026",
        "PasswordPassword1",
        "zyxwvutsrqponmlk",
    ],
)
def test_a_long_password_that_everybody_tries_is_not(password: str) -> None:
    assert weakness(password, ABOUT) is Weak.GUESSABLE


def test_length_has_two_ends() -> None:
    assert weakness("fyra elefanter", ABOUT) is Weak.TOO_SHORT
    assert weakness("fyra glada elefanter " * 7, ABOUT) is Weak.TOO_LONG


def test_the_same_letters_from_another_keyboard_are_the_same_password() -> None:
    password = "sju sjösjuka sjömän på skeppet Ärla"
    assert normalized(unicodedata.normalize("NFD", password)) == normalized(password)
