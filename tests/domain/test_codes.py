"""Case codes: a slip is noticed, Cyrillic letters are understood, a code is found in a message."""

from __future__ import annotations

import random

import pytest

from bot.domain.codes import SIGNS, case_code, case_codes_in, read_case_code


def some_codes(count: int) -> list[str]:
    chance = random.Random(5)
    return [case_code(chance.randbytes(16)) for _ in range(count)]


def test_every_wrong_sign_and_every_swap_is_noticed() -> None:
    for code in some_codes(300):
        plain = code.replace("-", "")
        for at in range(6):
            for sign in set(SIGNS) - {plain[at]}:
                assert read_case_code(plain[:at] + sign + plain[at + 1 :]) == ""
            for other in range(at):
                if plain[at] != plain[other]:
                    signs = list(plain)
                    signs[at], signs[other] = signs[other], signs[at]
                    assert read_case_code("".join(signs)) == ""


def test_codes_are_spread_over_two_million() -> None:
    codes = some_codes(20_000)
    assert len(set(codes)) > 19_800 and 19**5 == 2_476_099
    for place in (0, 1, 2, 4, 5, 6):
        seen = [code[place] for code in codes]
        assert all(800 < seen.count(sign) < 1300 for sign in SIGNS)
    assert not set("AEIOUY0Q1L25S8BGVZ") - set("Y") & set(SIGNS)
    with pytest.raises(ValueError, match="16 bytes"):
        case_code(b"short")


def test_a_code_is_read_however_it_is_typed() -> None:
    looks = str.maketrans("CHKMPTXY3", "СНКМРТХУЗ")
    for code in some_codes(2000):
        spaced = " ".join(code.replace("-", ""))
        plain = code.replace("-", "")
        for typed in (code, code.lower(), plain, code.replace("-", " – "), spaced, f" {code}\n", code.translate(looks)):
            assert read_case_code(typed) == code, typed
    assert read_case_code("дфт 4рф") == "DFT-4RF", "by sound"
    for nothing in ("", "-", "K7M", "K7M-4P", "AAAAAA", "112", "\ud800" * 6, "ﬁﬁﬁﬁﬁﬁ"):
        assert read_case_code(nothing) == ""


def test_a_code_is_found_in_what_staff_write() -> None:
    one, other = some_codes(2)
    assert case_codes_in(f"take {one}") == [one]
    assert case_codes_in(f"jag tar {one.lower().replace('-', ' ')} och {other.replace('-', '')}!") == [one, other]
    assert case_codes_in(f"{one}, {one}") == [one]
    assert case_codes_in("ring mig på 070-123 45 67 nu") == []


def test_guessing_a_code_finds_few_and_opens_nothing() -> None:
    chance, live = random.Random(9), set(some_codes(10_000))
    hits = sum(read_case_code("".join(chance.choice(SIGNS) for _ in range(6))) in live for _ in range(20_000))
    assert hits < 20, "19**6 writings for 10,000 codes: one in 4,700, and a code alone opens nothing"
