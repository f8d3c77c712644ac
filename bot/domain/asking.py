"""Whether people answer here at this moment: what a step may know of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Asking:
    """Whether questions can go to people: somebody answers (`taken`), so many wait, and `relay`: the finder is switched off.

    `relays`: people answer some conversations wholly. `thread`: this is one, its words go there until `until`; see relaying.py.
    `offers`: the municipalities where somebody reads offers of a home.
    """

    taken: bool = False
    relay: bool = False
    waiting: int = 0
    relays: bool = False
    thread: str = ""
    until: datetime | None = None
    offers: frozenset[str] = frozenset()
