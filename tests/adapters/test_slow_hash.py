"""Slow hashes: the published algorithm, one secret each, no answer for who has no pepper."""

from __future__ import annotations

import pytest
from nacl.pwhash import argon2id

from bot.adapters import slow_hash
from bot.adapters.slow_hash import SlowHash

OLD, NEW = "o" * 32, "n" * 40


def test_the_algorithm_is_that_of_the_reference_implementation() -> None:
    known = b"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
    assert argon2id.verify(known, b"password")


def test_only_the_secret_itself_is_taken() -> None:
    hashes = SlowHash([OLD])
    stored = hashes.make("vomikor tusilem gisuvim vokisen")
    assert hashes.check(stored, "vomikor tusilem gisuvim vokisen") and not hashes.outdated(stored)
    for wrong in ("", "vomikor tusilem gisuvim vokise", "VOMIKOR tusilem gisuvim vokisen", stored, "\ud800"):
        assert not hashes.check(stored, wrong)
    assert hashes.make("x") != hashes.make("x") and len(stored) < 128 and "vomikor" not in stored


def test_the_parameters_are_those_that_were_chosen() -> None:
    stored = SlowHash([OLD]).make("x")
    assert "$argon2id$v=19$m=65536,t=3,p=1$" in stored


def test_without_the_pepper_a_stolen_hash_cannot_even_be_guessed_at() -> None:
    stored = SlowHash([OLD]).make("sommar")
    assert not SlowHash([NEW]).check(stored, "sommar")
    assert not argon2id_matches(stored, b"sommar")
    with pytest.raises(ValueError, match="32 characters"):
        SlowHash(["short"])
    with pytest.raises(ValueError, match="32 characters"):
        SlowHash([])


def argon2id_matches(stored: str, secret: bytes) -> bool:
    from nacl.exceptions import InvalidkeyError

    try:
        return argon2id.verify(("$" + stored.partition("$")[2]).encode(), secret)
    except InvalidkeyError:
        return False


def test_a_pepper_is_changed_without_anybody_choosing_a_new_password() -> None:
    stored = SlowHash([OLD]).make("fyra glada elefanter")
    both = SlowHash([NEW, OLD])
    assert both.check(stored, "fyra glada elefanter") and both.outdated(stored)
    renewed = both.make("fyra glada elefanter")
    assert SlowHash([NEW]).check(renewed, "fyra glada elefanter") and not both.outdated(renewed)


def test_nobody_of_that_name_costs_one_hash_like_everybody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    hashes = SlowHash([OLD])
    stored = hashes.make("x")
    hashes.check(None, "first")  # the hash to compare with is made once
    spent: list[bytes] = []
    verify = argon2id.verify

    def counted(known: bytes, secret: bytes) -> bool:
        spent.append(known.partition(b"p=1$")[0])
        return verify(known, secret)

    monkeypatch.setattr(slow_hash.argon2id, "verify", counted)
    assert hashes.check(stored, "x") and not hashes.check(stored, "y") and not hashes.check(None, "x")
    assert len(spent) == 3 and len(set(spent)) == 1, "one hash each, of the same cost"


@pytest.mark.parametrize("stored", ["", "$", "noise", "00000000$argon2id$v=19$m=1,t=1,p=1$x$y"])
def test_noise_in_the_store_is_a_no(stored: str) -> None:
    assert not SlowHash([OLD]).check(stored, "x")


def test_a_damaged_hash_is_a_no() -> None:
    hashes = SlowHash([OLD])
    stored = hashes.make("x")
    assert not hashes.check(stored[:-4], "x") and not hashes.check(stored[:20], "x") and not hashes.check(stored + "A" * 200, "x")
