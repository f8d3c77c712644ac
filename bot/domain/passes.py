"""Things that let somebody do one thing once: the handle behind a button, a hand-over link, an invitation.

The person gets 128 random bits; we keep their hash and what they are for. Who copies the database cannot press a button, and who
edits a button can only invent a handle that we do not know. What a press is worth is decided where it is carried out, in the
transaction that uses the pass up: marked used where it is not used yet, and only the one whose mark was set has won.
"""

from __future__ import annotations

import hashlib
import re

_TOKEN = re.compile(r"[0-9a-f]{32}")


def token(chance: bytes) -> str:
    """Return the text that is given away: 32 letters, short enough for a button of Telegram (64 bytes)."""
    if len(chance) != 16:
        raise ValueError("a pass needs exactly 16 bytes of chance")
    return chance.hex()


def mark(token: str) -> str:
    """Return what is stored and looked up in place of the token; '' for what cannot be one, so that nothing is looked up."""
    if not _TOKEN.fullmatch(token):
        return ""
    return hashlib.blake2b(token.encode(), digest_size=16, person=b"bot.pass").hexdigest()
