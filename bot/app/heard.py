"""What words were found to ask for: people ask the same things in the same words, and the finder answers the same each time.

Kept in memory only, under marks that nobody can read back: the key of the marks dies with the process.
"""

from __future__ import annotations

from hashlib import blake2b
from secrets import token_bytes

from bot.domain.conversation import Found

MOST = 4096
LONGEST = 200  # letters: what is longer is not said twice


class Heard:
    """The last `most` questions and what came of them."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._key = token_bytes(32)
        self._found: dict[bytes, Found] = {}  # the one asked longest ago first

    def recall(self, words: str) -> Found | None:
        """Return what the same words came to, None when they have not been heard lately."""
        mark = self._mark(words)
        found = self._found.pop(mark, None)
        if found:
            self._found[mark] = found
        return found

    def keep(self, words: str, found: Found) -> None:
        if len(words) > LONGEST:
            return
        if len(self._found) >= self._most:
            self._found.pop(next(iter(self._found)))
        self._found[self._mark(words)] = found

    def _mark(self, words: str) -> bytes:
        return blake2b(words.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16).digest()
