"""Words on their way: an inbox row before there is a case, an outbox row until it is sent. Sealed with the service's own key.

This keeps a stolen database or backup dark. It is weaker than a case key, because the running process can open it: words
that stay belong in a case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from nacl.exceptions import CryptoError
from nacl.secret import Aead

from bot.adapters.vault.faults import KeyFault, Tampered
from bot.adapters.vault.padding import SMALLEST, bound, padded, unpadded

_VERSION = b"\x01"


class RowBox:
    """Seals with the first secret, opens with any: put a new one in front, drop the old one when its rows are gone.

    A secret is the service's own (BOT_SECRET_KEY), 32 characters or more.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets or any(len(secret) < 32 for secret in secrets):
            raise KeyFault("the service's secret key has fewer than 32 characters; use openssl rand -hex 32")
        keys = [hashlib.blake2b(secret.encode(), digest_size=32, person=b"bot.vault.rows").digest() for secret in secrets]
        self._boxes = [Aead(key) for key in keys]

    def seal(self, text: str, *names: str) -> bytes:
        """Return the text sealed for the row that the names stand for (table, column, a mark that does not change)."""
        return _VERSION + bytes(self._boxes[0].encrypt(padded(text), bound("bot.vault.row", *names)))

    def open(self, sealed: bytes, *names: str) -> str:
        """Return the text. Raises Tampered when no secret opens it there."""
        whole = sealed[:1] == _VERSION and len(sealed) > SMALLEST
        for box in self._boxes if whole else ():
            try:
                return unpadded(box.decrypt(sealed[1:], bound("bot.vault.row", *names)))
            except CryptoError:
                continue
        raise Tampered("the row was changed, moved, or sealed with a secret that is no longer held")
