"""How long somebody must wait who guesses codes or passwords: nothing for a slip, very long for a machine.

Count failures by source (a keyed hash of the address) and by what is guessed at (the report that the first words find, the
staff account), and wait for the longer of the two. The answer to a wrong, an unknown and an expired code is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

Limit = tuple[int, timedelta]  # so many failures in so long a time

BY_SOURCE: tuple[Limit, ...] = ((5, timedelta(minutes=1)), (20, timedelta(hours=1)), (60, timedelta(days=1)))
# Wider: whoever knows where to guess must not be able to lock the reporter out for long.
BY_TARGET: tuple[Limit, ...] = ((10, timedelta(minutes=5)), (30, timedelta(hours=1)), (100, timedelta(days=1)))


def wait(failures: Iterable[datetime], now: datetime, limits: Sequence[Limit]) -> timedelta:
    """Return how long no further try is heard; zero when one may come now. Tries that were not heard are no failures."""
    latest_first = sorted((at for at in failures if at <= now), reverse=True)
    waits = [timedelta(0)]
    for allowed, span in limits:
        if len(latest_first) >= allowed:
            waits.append(latest_first[allowed - 1] + span - now)
    return max(waits)


def keep_failures(limits: Sequence[Limit]) -> timedelta:
    """Return how long a failure must be remembered."""
    return max(span for _, span in limits)
