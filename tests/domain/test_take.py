"""Replies that take a case, and those that must not."""

from __future__ import annotations

import pytest

from bot.domain.codes import case_code
from bot.domain.take import taken_code

CODE = case_code(bytes(range(16)))
PLAIN = CODE.replace("-", "")


@pytest.mark.parametrize(
    "words",
    [
        "TA {}", "TAKE {}", "ta {}", "Ta {}.", "  take\n {}  ", "Tar {}!", "TA: {}", "»TA {}«", "ta {} tack", "Take {} /Anna",
        "БЕРУ {}", "беру {}", "ТА {}", "ТAKE {}", 'ta "{}"',
    ],
)  # fmt: skip
@pytest.mark.parametrize("code", [CODE, PLAIN, PLAIN.lower(), f"{PLAIN[:3]} {PLAIN[3:]}"])
def test_a_reply_takes_the_case(words: str, code: str) -> None:
    assert taken_code(words.format(code)) == CODE


@pytest.mark.parametrize(
    "words",
    [
        "", "TA", "{}", "ja", "ok", "TA {}?", "inte ta {}", "Ta inte {}", "TA {} kan inte", "don't take {}",
        "Take {} - no, I can't", "не беру {}", "беру {} ні", "jag kan inte ta {}", "vem kan ta {}", "ta hand om det",
        "take care of it", "TA {}{}", "stop {}", "та ні", "TA 😀", "talk {}", "nej ta {}", "Ta det lugnt, jag ringer",
        "Can’t take {}", "\x00", "TA\u202e{}\u202e?",
    ],
)  # fmt: skip
def test_a_question_a_no_and_small_talk_take_nothing(words: str) -> None:
    assert taken_code(words.replace("{}", CODE)) == ""


def test_one_wrong_sign_is_no_code() -> None:
    wrong = ("C" if CODE[0] != "C" else "D") + CODE[1:]
    assert taken_code(f"ta {wrong}") == ""


def test_two_codes_take_neither() -> None:
    assert taken_code(f"ta {CODE} {case_code(bytes(range(1, 17)))}") == ""
