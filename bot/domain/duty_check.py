"""The question before each duty, "does this reach you?": when it is asked, and what counts as an answer.

Two hours before the duty begins; what would come at night comes at 20:00 on the evening before. Nobody is asked who has shown
within a day that pages reach them, by an answer or by taking a case that they were paged for.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.domain.calendar import SWEDEN
from bot.domain.rota import instant

BEFORE = timedelta(hours=2)
NIGHT = time(21), time(7)  # asked in between, it would wake people up
EVENING = time(20)
AHEAD = timedelta(hours=15)  # nobody is asked earlier: from 20:00 to the first duty that is asked about by day
SURE_FOR = timedelta(hours=24)
LATE = timedelta(hours=2)  # so long after the beginning an answer still counts

_YES = frozenset(("OK", "OKEJ", "OKAY", "JA", "YES", "ОК", "ТАК"))
_NO = frozenset(("INTE", "EJ", "NEJ", "NO", "NOT", "НЕ", "НІ"))


def asked_at(starts: datetime) -> datetime:
    """Return when somebody is asked whose duty begins then, in UTC."""
    early = starts - BEFORE
    local = early.astimezone(SWEDEN)
    begins, ends = NIGHT
    if ends <= local.time() < begins:
        return early
    evening = local.date() if local.time() >= begins else local.date() - timedelta(days=1)
    return instant(evening, EVENING)


def code(token: str) -> str:
    """Return the four digits that stand for the token in a reply."""
    return f"{int(token, 16) % 10_000:04}"


def answered_code(words: str) -> str | None:
    """Return the code of a reply that says yes, `OK 4711`; '' where it says only yes, None where it says something else."""
    tokens = re.findall(r"[^\W\d]+|\d+", unicodedata.normalize("NFKC", words).upper())
    if not tokens or tokens[0] not in _YES or "?" in words or _NO & set(tokens):
        return None
    codes = [token for token in tokens[1:] if re.fullmatch("[0-9]{4}", token)]
    if len(codes) == 1:
        return codes[0]
    return "" if len(tokens) == 1 else None


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with somebody whose duty begins then. `at`: when they answered, or will be asked.

    `how`: confirmed, known (shown before, so not asked), asked, silent (it has begun without an answer), to_be_asked, cut_off.
    """

    staff: int
    starts: datetime
    how: str
    at: datetime | None = None
