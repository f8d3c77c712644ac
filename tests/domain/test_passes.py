"""Buttons and links: what is given away and what is stored in its place. That forged ones do nothing: test_alerting."""

from __future__ import annotations

import pytest

from bot.domain.passes import mark, token


def test_what_is_stored_does_not_press_the_button() -> None:
    given = token(bytes(range(16)))
    assert len(given.encode()) <= 64 and mark(given) != given and mark(mark(given)) != mark(given)
    assert mark(given) == "c332c6ec8c0b9930ad63c1cedf2616a3", "a stored mark must be found by every later version"
    for other in (given.upper(), given + " ", "", "a" * 31, "ー" * 32):
        assert mark(other) == ""
    with pytest.raises(ValueError, match="exactly 16"):
        token(b"short")
