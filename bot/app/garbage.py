"""When garbage is looked for: while nothing is being answered.

By itself Python looks through what was made since it last looked at any moment. Here that is mostly what is kept to be shown
again, so it takes 20 ms, finds next to nothing, and somebody waits for it.
"""

from __future__ import annotations

import gc
from itertools import count

OLDER_EVERY = 50  # looks of one generation to one of the next
_looks = count(1)


def settle() -> None:
    """What was built at the start stays: keep the collector from walking it again and again. From here on it works by itself
    only where there was no quiet moment for long."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()


def look() -> None:
    """Look through what is new, now and then through what is older. For a moment in which nobody waits."""
    number = next(_looks)
    gc.collect(0 if number % OLDER_EVERY else 1 if number % OLDER_EVERY**2 else 2)


def replaced() -> None:
    """Something large that was settled is of no use any more: let go of it, wherever it refers to itself."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
