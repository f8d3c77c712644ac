"""Proof of work: asked for only in a flood, good for one report of one visitor, and worth nothing forged, late or sent again."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from itertools import count

from bot.adapters.web.assets import Assets
from bot.adapters.web.ports import Site
from bot.adapters.web.proof import BITS, LIVES_S, Proofs
from bot.adapters.web.session import Visitor
from bot.domain.events import Address
from tests.support.builders import SettableClock

OLENA, EVA = Visitor("o" * 22), Visitor("e" * 22)


class Desk:
    def __init__(self) -> None:
        self.flood = True
        self.kept: list[tuple[Address, str]] = []
        self.clock = SettableClock()
        self.proofs = Proofs(Site(secret=b"a secret of tests"), self.clock, Assets(), lambda: self.flood, self._keep)

    async def _keep(self, address: Address, mark: str) -> None:
        self.kept.append((address, mark))


def solved(challenge: str) -> str:
    tries = (f"{challenge}.{n}" for n in count())
    return next(t for t in tries if int.from_bytes(sha256(t.encode()).digest()[:4], "big") >> (32 - BITS) == 0)


def challenge(desk: Desk, visitor: Visitor = OLENA) -> str:
    script, _, given = desk.proofs.wanted(visitor).partition(" ")
    assert script.startswith("/static/proof-") and script.endswith(".js")
    return given


async def test_nothing_is_asked_without_a_flood() -> None:
    desk = Desk()
    desk.flood = False
    assert desk.proofs.wanted(OLENA) == ""


async def test_a_solved_challenge_is_kept_for_its_visitor_and_has_the_same_mark_when_sent_again() -> None:
    desk = Desk()
    proof = solved(challenge(desk))
    assert await desk.proofs.take(OLENA, proof) and await desk.proofs.take(OLENA, proof)
    assert [address for address, _ in desk.kept] == [OLENA.address] * 2
    assert len({mark for _, mark in desk.kept}) == 1, "the store keeps it once"
    assert await desk.proofs.take(OLENA, solved(challenge(desk)))
    assert len({mark for _, mark in desk.kept}) == 2, "each challenge is another"


async def test_forged_borrowed_late_and_unsolved_ones_are_worth_nothing() -> None:
    desk = Desk()
    given = challenge(desk)
    proof = solved(given)
    until, salt, mac = given.split(".")
    unsolved = next(t for t in (f"{given}.{n}" for n in count()) if sha256(t.encode()).digest()[0])
    longer = solved(f"{int(until) + 9_000}.{salt}.{mac}")
    odd = [
        "",
        ".",
        "...",
        "x" * 5_000,
        f"{given}.-1",
        f"{given}.٣",
        f"{given}.",
        unsolved,
        longer,
        solved(f"{until}.{salt}.{mac[::-1]}"),
    ]
    assert [await desk.proofs.take(OLENA, words) for words in odd] == [False] * len(odd)
    assert not await desk.proofs.take(EVA, proof)
    desk.clock.at += timedelta(seconds=LIVES_S + 1)
    assert not await desk.proofs.take(OLENA, proof)
    assert desk.kept == []
