"""Proof of work, asked of browsers only while reports flood in. A report without one is stored and paged all the same.

The page, or the answer to a post, carries a challenge; the browser finds a number by trying and sends it here. It counts for one
report of this visitor, which is then listed before those without a proof (docs/decisions/0081-proof-under-flood.md).
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable
from hashlib import sha256

from starlette.responses import Response

from bot.adapters.web.assets import Assets
from bot.adapters.web.ports import Site
from bot.adapters.web.session import Visitor
from bot.domain.events import Address
from bot.services.ports import Clock

HEADER = "X-Proof"
BITS = 15  # about 33,000 tries: a second or two on a cheap phone, two hours and more for ten thousand reports
LIVES_S = 3600
_DIGITS_AT_MOST = 12

Prove = Callable[[Address, str], Awaitable[object]]


class Proofs:
    """`flooded`: whether reports flood in now. `prove` keeps that the address solved it; None where no reports are taken."""

    def __init__(self, site: Site, clock: Clock, assets: Assets, flooded: Callable[[], bool], prove: Prove | None) -> None:
        self._key = hmac.digest(site.secret, b"proof of work", "sha256")
        self._clock = clock
        self._assets = assets
        self._flooded = flooded
        self._prove = prove

    def wanted(self, visitor: Visitor) -> str:
        """Return the script that solves it and a challenge for this visitor alone; '' while there is no flood."""
        if not self._flooded():
            return ""
        begun = f"{int(self._clock.now().timestamp()) + LIVES_S}.{secrets.token_hex(8)}"
        return f"{self._assets.url('proof.js')} {begun}.{self._mac(visitor, begun)}"

    def ask(self, response: Response, visitor: Visitor) -> None:
        if wanted := self.wanted(visitor):
            response.headers[HEADER] = wanted

    async def take(self, visitor: Visitor, given: str) -> bool:
        """Keep the proof where it holds and return whether it did. Costs the same for whatever was sent."""
        challenge, _, number = given[:200].rpartition(".")
        begun, _, mac = challenge.rpartition(".")
        until = begun.partition(".")[0]
        holds = hmac.compare_digest(mac.encode(), self._mac(visitor, begun).encode())
        solved = int.from_bytes(sha256(given[:200].encode()).digest()[:4], "big") >> (32 - BITS) == 0
        if not (holds and solved and number.isdecimal() and len(number) <= _DIGITS_AT_MOST):
            return False
        if int(until) < self._clock.now().timestamp():
            return False
        if self._prove:
            await self._prove(visitor.address, sha256(challenge.encode()).hexdigest()[:32])
        return True

    def _mac(self, visitor: Visitor, begun: str) -> str:
        return hmac.new(self._key, f"{begun} {visitor.token}".encode(), "sha256").hexdigest()[:32]
