"""Receipt codes: read out, misheard, mistyped, written in Cyrillic, and still the same code; never another one."""

from __future__ import annotations

import random
import re
import unicodedata
from itertools import combinations
from pathlib import Path

import pytest

from bot.adapters.texts.faults import ContentFaults
from bot.adapters.texts.receipt_words import receipt_words
from bot.app.config import ROOT
from bot.domain.receipt import LETTERS, Receipt, Unread, WordList, new_receipt, read_receipt

LIST = receipt_words(ROOT / "content")
CODE = Receipt(tuple(LIST.words[number] for number in (3, 700, 1999, 42, 1042, 1500)))


def test_any_two_words_differ_in_at_least_three_letters() -> None:
    for hidden in combinations(range(LETTERS), 2):
        rest = {"".join(c for at, c in enumerate(word) if at not in hidden) for word in LIST.words}
        assert len(rest) == len(LIST.words) == 2048


def test_a_code_has_forty_four_secret_bits_and_twenty_two_to_be_found_by() -> None:
    assert LIST.bits == 11 and len(CODE.secret.split()) * LIST.bits == 44 and len(CODE.finding.split()) * LIST.bits == 22
    chance = random.Random(1)
    codes = [new_receipt(LIST, chance.randbytes(16)) for _ in range(20_000)]
    assert len({code.words for code in codes}) == 20_000
    for place in range(6):
        assert len({code.words[place] for code in codes}) > 2040, "every word comes up in every place"
    with pytest.raises(ValueError, match="16 bytes"):
        new_receipt(LIST, b"short")


def test_one_letter_misheard_in_every_word_is_put_right() -> None:
    for word in LIST.words[::7]:
        for at, letter in enumerate(word):
            for other in "aeiou" if letter in "aeiou" else "bdgklmnrstv":
                slip = word[:at] + other + word[at + 1 :]
                assert LIST.meant(slip) == word, (word, slip)
    worst = " ".join(word[:2] + ("n" if word[2] != "n" else "m") + word[3:] for word in CODE.words)
    assert read_receipt(LIST, worst) == CODE


def test_no_slip_of_one_letter_ever_makes_another_word() -> None:
    chance, right = random.Random(2), 0
    for _ in range(40_000):
        word = chance.choice(LIST.words)
        at = chance.randrange(LETTERS)
        letter = chance.choice("abcdefghijklmnopqrstuvwxyzåäö")
        slip = chance.choice(
            (
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
            )
        )
        meant = LIST.meant(slip)
        assert meant in (word, ""), (word, slip, meant)
        right += meant == word
    assert right > 0.98 * 40_000


def test_a_slip_that_is_as_near_to_two_words_is_asked_again() -> None:
    two = WordList(["bagetun", "bgaetum"])
    assert two.meant("bgaetun") == "" and two.meant("bagetud") == "bagetun"


@pytest.mark.parametrize(
    "typed",
    [
        CODE.shown().upper(),
        CODE.shown().title().replace(" ", ", "),
        CODE.shown().replace(" ", "-"),
        CODE.shown().replace(" ", ""),
        CODE.shown_in_cyrillic(),
        CODE.shown_in_cyrillic().upper().replace(" ", "\n"),
        CODE.shown_in_cyrillic().replace("ґ", "г"),  # a keyboard without ґ
        CODE.shown().replace("a", "а").replace("o", "о").replace("e", "е"),  # Cyrillic letters that look Latin
        " ".join(f"{number}. {word}" for number, word in enumerate(CODE.words, 1)),
        unicodedata.normalize("NFD", CODE.shown().replace("a", "á").replace("o", "ö")),
        CODE.shown_in_cyrillic().replace("а", "а\u0301"),  # with the stress marked
        "мій код: " + CODE.shown().replace("a", "a\u200b").replace("t", "\u00adt"),  # invisible signs of an editor
        CODE.shown().translate(str.maketrans("bvskgi", "pfzchy")),  # heard by somebody with another alphabet in mind
        f"Доброго дня, мій код: {CODE.shown()}!",
        f"hej koden är {CODE.shown()} tack",
        f"kommunen sa att jag betalar med {CODE.shown()}",  # near to words of the list
        CODE.shown()[:20] + CODE.shown()[21:],  # a letter fell out
        CODE.shown().replace("k", "c").replace("v", "w"),
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_receipt(LIST, typed) == CODE


@pytest.mark.parametrize("cut", range(1, 40, 5))
def test_a_code_cut_in_other_places_is_read(cut: int) -> None:
    plain = CODE.shown().replace(" ", "")
    assert read_receipt(LIST, f"{plain[:cut]} {plain[cut:]}") == CODE


def test_what_is_no_code_says_how_much_was_understood() -> None:
    five = " ".join(CODE.words[:5])
    assert read_receipt(LIST, five) == Unread(5, ())
    assert read_receipt(LIST, f"{five} zzzzzzz") == Unread(5, (6,))
    assert read_receipt(LIST, f"{CODE.shown()} {CODE.words[0]}") == Unread(7, ()), "which six would be a guess"
    for nothing in ("", "   ", "112", "допоможіть", "\ud800", "🙂", "a" * 5000):
        assert isinstance(read_receipt(LIST, nothing), Unread)


def test_ordinary_words_are_hardly_ever_taken_for_words_of_a_code() -> None:
    texts = "".join(path.read_text() for path in sorted((ROOT / "content" / "articles").glob("*.yaml")))
    words = set(re.findall(r"[^\W\d_]+", texts.lower()))
    taken = {word for word in words if LIST.meant(word)}
    assert len(words) > 8_000 and len(taken) < len(words) / 100, len(taken)


def test_a_code_shows_nothing_in_a_log_or_a_traceback() -> None:
    assert not any(word in repr(CODE) for word in CODE.words)


def test_a_list_in_which_a_slip_could_go_unseen_is_refused(tmp_path: Path) -> None:
    for words in ([], ["bagetun"], ["bagetun"] * 2, ["bagetun", "short"], ["bagetun", "вагетун"], ["bagetun", "pagetun"]):
        with pytest.raises(ValueError):
            WordList(words)
    with pytest.raises(ValueError, match="bagetun and bagetum"):
        WordList(["bagetun", "bagetum"])
    with pytest.raises(ContentFaults, match=r"receipt_words.yaml:1: cannot be read"):
        receipt_words(tmp_path)
    (tmp_path / "receipt_words.yaml").write_text("# one\nwords: [bagetun, bagilak, oj]\n")
    with pytest.raises(ContentFaults, match=r"receipt_words.yaml:2: 3 words"):
        receipt_words(tmp_path)
    (tmp_path / "receipt_words.yaml").write_text("- bagetun\n")
    with pytest.raises(ContentFaults, match="not a list of words"):
        receipt_words(tmp_path)
