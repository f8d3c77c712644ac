"""The chain: ten thousand ways to tamper with it are all found, and no words fit in."""

from __future__ import annotations

import random
from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.audit import (
    EMPTY,
    SYSTEM,
    Action,
    Anchor,
    Happening,
    Ref,
    Row,
    Thing,
    chained,
    read_anchors,
    verify,
)

KEY = b"k" * 32
NOW = datetime(2026, 11, 25, 21, 40, tzinfo=UTC)


def a_log(rows: int, key: bytes = KEY, seed: int = 1) -> list[Row]:
    chance, log, end = random.Random(seed), list[Row](), EMPTY
    for number in range(rows):
        what = Happening(
            Ref(Thing.STAFF, chance.randrange(9)), chance.choice(list(Action)), Ref(Thing.CASE, chance.randrange(99))
        )
        log += chained([what], NOW + timedelta(seconds=number), end, key)
        end = Anchor(log[-1].sequence, log[-1].hash)
    return log


def end_of(log: list[Row]) -> Anchor:
    return Anchor(log[-1].sequence, log[-1].hash)


# Tampering: returns the new log and the first row that must be named


def edited(log: list[Row], chance: random.Random) -> tuple[list[Row], int]:
    at = chance.randrange(len(log))
    row = log[at]
    field = chance.choice(["at", "actor", "action", "object", "previous", "hash"])
    text = getattr(row, field)
    spot = chance.randrange(len(text))
    letter = chance.choice([c for c in "0123456789abcdef:." if c != text[spot]])
    return [*log[:at], replace(row, **{field: text[:spot] + letter + text[spot + 1 :]}), *log[at + 1 :]], row.sequence


def taken_out(log: list[Row], chance: random.Random) -> tuple[list[Row], int]:
    start = chance.randrange(len(log) - 1)
    stop = chance.randrange(start + 1, len(log))
    return log[:start] + log[stop:], log[start].sequence


def taken_out_and_renumbered(log: list[Row], chance: random.Random) -> tuple[list[Row], int]:
    start = chance.randrange(len(log) - 1)
    stop = chance.randrange(start + 1, len(log))
    kept = log[:start] + log[stop:]
    return [replace(row, sequence=number) for number, row in enumerate(kept, 1)], log[start].sequence


def cut_off(log: list[Row], chance: random.Random) -> tuple[list[Row], int]:
    at = chance.randrange(len(log))
    return log[:at], log[at].sequence


def swapped(log: list[Row], chance: random.Random) -> tuple[list[Row], int]:
    one, other = sorted(chance.sample(range(len(log)), 2))
    moved = list(log)
    moved[one], moved[other] = log[other], log[one]
    if chance.random() < 0.5:  # the contents change places, the numbers stay
        moved[one], moved[other] = replace(moved[one], sequence=one + 1), replace(moved[other], sequence=other + 1)
    return moved, log[one].sequence


def repeated(log: list[Row], chance: random.Random) -> tuple[list[Row], int]:
    at, source = chance.randrange(1, len(log)), chance.randrange(len(log))
    row = replace(log[source], sequence=at + 1)
    if row == log[at]:
        return cut_off(log, chance)
    return [*log[:at], row, *log[at:]], at + 1


def rewritten_without_the_key(log: list[Row], chance: random.Random) -> tuple[list[Row], int]:
    at = chance.randrange(len(log))
    before = EMPTY if at == 0 else end_of(log[:at])
    forged = chained([Happening(SYSTEM, Action.CASE_CLOSED, SYSTEM)] * (len(log) - at), NOW, before, chance.randbytes(32))
    return log[:at] + forged, log[at].sequence


def added_at_the_end(log: list[Row], chance: random.Random) -> tuple[list[Row], int]:
    forged = chained([Happening(SYSTEM, Action.CASE_CLOSED, SYSTEM)], NOW, end_of(log), chance.randbytes(32))
    return log + forged, len(log) + 1


WAYS = [edited, taken_out, taken_out_and_renumbered, cut_off, swapped, repeated, rewritten_without_the_key, added_at_the_end]


def test_ten_thousand_tamperings_are_all_found_at_their_first_row() -> None:
    chance = random.Random(28)
    logs = [a_log(size, seed=size) for size in (2, 3, 8, 25)]
    found = dict.fromkeys((way.__name__ for way in WAYS), 0)
    for _ in range(10_000):
        log, way = chance.choice(logs), chance.choice(WAYS)
        tampered, first = way(log, chance)
        verdict = verify(tampered, KEY, [end_of(log)])
        assert not verdict.sound and verdict.broken == first and verdict.why, (way.__name__, first, verdict)
        found[way.__name__] += 1
    assert sum(found.values()) == 10_000 and min(found.values()) > 1_000


def test_even_the_holder_of_the_key_cannot_rewrite_what_was_published() -> None:
    log = a_log(30)
    forged = log[:10] + chained([Happening(SYSTEM, Action.CASE_VIEWED, SYSTEM)] * 20, NOW, end_of(log[:10]), KEY)
    assert verify(forged, KEY).sound
    assert verify(forged, KEY, [end_of(log[:20])]).broken == 20
    again = [end_of(log[:20]), end_of(forged[:20])]  # published anew after the forgery: both lines count
    assert verify(forged, KEY, again).broken == 20 == verify(log, KEY, again).broken


def test_rows_of_another_log_with_the_same_key_do_not_fit_in() -> None:
    """As after a restored backup whose log went on: both are true, together they are not."""
    one, other = a_log(20, seed=1), a_log(20, seed=2)
    assert verify(one[:10] + other[10:], KEY).broken == 11
    assert verify([*one[:10], other[10], *one[11:]], KEY).broken == 11


def test_rows_cut_off_behind_the_last_published_one_cannot_be_seen() -> None:
    """The limit of the method, and the reason to publish often."""
    log = a_log(30)
    assert verify(log[:25], KEY, [end_of(log[:20])]).sound
    assert verify(log[:19], KEY, [end_of(log[:20])]).broken == 20
    assert verify([], KEY, [end_of(log)]).broken == 1


def test_a_sound_log_is_sound_from_its_start_and_from_an_archive() -> None:
    log = a_log(100)
    assert verify(log, KEY, [EMPTY, end_of(log[:50]), end_of(log)]).rows == 100
    rest = verify(log[40:], KEY, [end_of(log)], after=end_of(log[:40]))
    assert rest.sound and rest.rows == 60 and rest.head == end_of(log)
    assert verify(log[40:], KEY).broken == 1
    assert verify([], KEY).sound
    assert str(rest) == f"The log is whole: 60 rows, the last is 100 {log[-1].hash}"
    assert str(verify(log[:70] + log[71:], KEY)) == (
        "From row 71 on the log cannot be trusted: rows 71 to 71 are missing. 70 rows before it are whole"
    )


@pytest.mark.parametrize("field", ["at", "actor", "action", "object", "previous", "hash"])
@pytest.mark.parametrize("noise", [None, 7, b"x", "\ud800", ""])
def test_noise_in_a_row_is_a_verdict_and_not_a_crash(field: str, noise: object) -> None:
    log = a_log(3)
    assert verify([log[0], replace(log[1], **{field: noise}), log[2]], KEY).broken == 2


def test_the_hash_is_the_one_that_was_always_written() -> None:
    what = Happening(Ref(Thing.STAFF, 7), Action.CASE_ACKNOWLEDGED, Ref(Thing.CASE, 12))
    row = chained([what], NOW, EMPTY, KEY)[0]
    assert astuple(row)[:6] == (1, "2026-11-25T21:40:00.000000Z", "staff:7", "case.acknowledged", "case:12", "0" * 64)
    assert row.hash == "93f7abbf2ce0c3b6d09c841f047515ff9d3402fe7cce36256d258a772d500318"


def test_no_words_fit_in_a_row() -> None:
    for number in ("Olena", 1.5, True, -1, 2**53, None):
        with pytest.raises(ValueError, match="nothing else"):
            Ref(Thing.CONTACT, number)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="nothing else"):
        Ref("Olena", 1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="nothing else"):
        Happening(SYSTEM, "saw Olena at the station", SYSTEM)  # type: ignore[arg-type]
    assert max(len(f"{thing.value}:{2**53 - 1}") for thing in Thing) <= 32 and max(len(action.value) for action in Action) <= 40
    with pytest.raises(ValueError, match="without a zone"):
        chained([Happening(SYSTEM, Action.RESTORED, SYSTEM)], datetime(2026, 11, 25), EMPTY, KEY)
    with pytest.raises(ValueError, match="32 to 64 bytes"):
        chained([Happening(SYSTEM, Action.RESTORED, SYSTEM)], NOW, EMPTY, b"short")


def test_a_published_line_comes_back_as_an_anchor() -> None:
    anchor = end_of(a_log(5))
    line = anchor.line(NOW)
    assert line.startswith("2026-11-25T21:40:00Z 5 ")
    assert read_anchors(f"\n{line}\n{line.upper()}\n") == [anchor, anchor]
    with pytest.raises(ValueError, match="line 2"):
        read_anchors(f"{line}\nrubbish\n")
