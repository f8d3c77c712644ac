"""Passwords and receipt codes as slow hashes: Argon2id, 64 MiB, three passes, about 0.1 s and one thread.

64 MiB and three passes are the second choice that RFC 9106 recommends, three times the least that OWASP asks for; one lane,
because a small server has no idle cores. A pepper that is not in the database goes in first: a stolen database alone cannot
even be guessed at. The pepper's id stands in front of the hash, so it can be changed without anybody choosing a new password.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from threading import BoundedSemaphore

from nacl.exceptions import InvalidkeyError
from nacl.pwhash import argon2id

MEMORY = 64 * 2**20
PASSES = 3
_PARAMETERS = f"$argon2id$v=19$m={MEMORY // 1024},t={PASSES},p=1$"
# A flood of sign-ins must not take the memory that reports need: two at a time, the others wait.
_AT_ONCE = BoundedSemaphore(2)


class SlowHash:
    """Makes and checks hashes. Blocking: call it in a thread. Raises ValueError for a pepper shorter than 32 characters.

    `peppers`: the current one first, then older ones that stored hashes may still need.
    """

    def __init__(self, peppers: Sequence[str]) -> None:
        if not peppers or any(len(pepper) < 32 for pepper in peppers):
            raise ValueError("a pepper has 32 characters or more")
        self._peppers = {_id(pepper): _key(pepper) for pepper in reversed(peppers)}
        self._current = _id(peppers[0])
        self._nobody: str | None = None

    def make(self, secret: str) -> str:
        """Return what is stored (fewer than 128 letters). Two calls give two results."""
        with _AT_ONCE:
            made = argon2id.str(self._peppered(self._current, secret), opslimit=PASSES, memlimit=MEMORY)
        return self._current + made.decode().rstrip("\0")

    def check(self, stored: str | None, secret: str) -> bool:
        """Return whether the secret is the stored one. For None (nobody of that name) it takes as long, and says no."""
        if stored is None:
            self._nobody = self._nobody or self.make(secrets.token_hex())
            self._matches(self._nobody, secret)
            return False
        return self._matches(stored, secret)

    def outdated(self, stored: str) -> bool:
        """Return whether to store `make(secret)` anew after a check that said yes: older pepper or weaker parameters."""
        return not stored.startswith(self._current + _PARAMETERS)

    def _matches(self, stored: str, secret: str) -> bool:
        pepper, dollar, rest = stored.partition("$")
        if pepper not in self._peppers or len(rest) > 126:  # more is not one of ours, and the binding takes no more
            return False
        with _AT_ONCE:
            try:
                return argon2id.verify((dollar + rest).encode(), self._peppered(pepper, secret))
            except InvalidkeyError:
                return False

    def _peppered(self, pepper: str, secret: str) -> bytes:
        raw = secret.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(raw, digest_size=32, key=self._peppers[pepper], person=b"bot.slow.secret").digest()


def _id(pepper: str) -> str:
    return hashlib.blake2b(pepper.encode(), digest_size=4, person=b"bot.slow.id").hexdigest()


def _key(pepper: str) -> bytes:
    return hashlib.blake2b(pepper.encode(), digest_size=32, person=b"bot.slow.key").digest()
