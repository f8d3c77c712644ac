"""What people said, on its way through our tables: sealed with the service's own key, so that a stolen file is dark."""

from __future__ import annotations

from typing import Protocol


class Box(Protocol):
    """`names`: what the text belongs to; sealed for one, it opens for no other."""

    def seal(self, text: str, *names: str) -> bytes: ...
    def open(self, sealed: bytes, *names: str) -> str: ...


class Unsealed:
    """A box without a lid, for tests of everything else."""

    def seal(self, text: str, *names: str) -> bytes:
        return text.encode("utf-8", "surrogatepass")

    def open(self, sealed: bytes, *names: str) -> str:
        return sealed.decode("utf-8", "surrogatepass")
