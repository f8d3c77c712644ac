"""Counting of 3GPP TS 23.038 and 23.040, checked at every edge, and texts made to fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.sms import fitted, is_gsm, plainly, segments

LINK = "Öppna: https://larm.norrkoping.example/c/K7M4"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("å" * 160, 1), ("Ö" * 161, 2),
        ("€" * 80, 1), ("€" * 81, 2), ("[" * 80 + "a", 2),
        ("a" * 152 + "€" + "a" * 151, 2),  # 305 septets: the euro moves whole to the second, which is then full
        ("a" * 152 + "€" + "a" * 152, 3),  # 306 septets would be two, were the escape cut from its letter
        ("я" * 70, 1), ("я" * 71, 2), ("я" * 134, 2), ("я" * 135, 3), ("a" * 69 + "’", 1), ("a" * 70 + "’", 2),
        ("😀" * 35, 1), ("😀" * 36, 2), ("😀" * 67, 3),  # 134 units would be two, were an emoji cut in half
        ("ç" * 70, 1), ("ç" * 71, 2), ("Ç" * 160, 1),  # only the big one is in the alphabet
    ],
)  # fmt: skip
def test_segments(text: str, count: int) -> None:
    assert segments(text) == count


def test_typographic_marks_do_not_double_the_price() -> None:
    assert plainly("”Larm” – ta det…") == '"Larm" - ta det...' and is_gsm(plainly("”Larm” – ta det…"))
    page = "K7M-4PX · Norrköping · ett barn ensamt, I FARA NU"
    assert plainly(page) == "K7M-4PX - Norrköping - ett barn ensamt, I FARA NU" and is_gsm(plainly(page))
    assert plainly("Дитина – «одна»") == "Дитина – «одна»"  # nothing is gained, so nothing is changed


def test_the_words_are_cut_and_the_link_never() -> None:
    text = fitted("Barn utan vuxen i Norrköping. " * 20, LINK, 2)
    assert text.endswith(f"...\n{LINK}") and segments(text) == 2 and len(text) > 280
    assert fitted("Larm K7M4", LINK, 1) == f"Larm K7M4\n{LINK}"
    assert fitted("Larm K7M4", "", 1) == "Larm K7M4" and fitted("", LINK, 1) == LINK
    long_link = "https://larm.norrkoping.example/" + "x" * 400
    assert fitted("Larm", long_link, 1) == long_link


@given(st.text(), st.text(alphabet="abcåäö:/.€я", max_size=60), st.integers(1, 4))
def test_what_is_fitted_fits_and_keeps_its_end(words: str, last: str, at_most: int) -> None:
    text = fitted(words, last, at_most)
    assert segments(text) <= at_most or text == plainly(last)
    assert text.endswith(plainly(last)) or not last


@given(st.text())
def test_a_longer_text_never_takes_fewer(text: str) -> None:
    assert segments(text + "a") >= segments(text)
