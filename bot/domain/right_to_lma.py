"""May somebody get the LMA allowance at all: one answer from a few facts, and the days that bear on it. Pure.

Sources, as the article lma-who states them: lag (1994:137) 1, 1 a, 11 and 17 §§; Migrationsverket on income and on the
population register; lag (2024:691), in force 1 November 2024, on who must register.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

REGISTER_RULE_SINCE = date(2024, 11, 1)  # registration after twelve months of permits
OLD_PERMITS_BEFORE = date(2026, 8, 5)  # a Swedish permit decided before that day …
OLD_PERMITS_END = date(2027, 3, 4)  # … ends on this one unless it is prolonged


class Right(Enum):
    YES = "can be had, by the rules that we know"
    DIFFERENCE = "the difference between income and allowance can be had"
    NOT_YET = "only once protection has been applied for"
    REGISTERED = "no: in the population register"
    OWN_MEANS = "no, as long as there are means of one's own"
    ASK_EU = "EU citizens only on exceptional grounds"
    ASK_OTHER = "other rules: asylum, another permit, or a permit that has ended"
    DEPENDS = "depends on what was not answered"


@dataclass(frozen=True, slots=True)
class Situation:
    """None where it was not answered. `status`: has, applied, not, other. `means`: none, income, enough."""

    status: str | None = None
    registered: bool | None = None
    eu_citizen: bool | None = None
    means: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`open`: what the answer still depends on. `register_soon`: the rule on registering may end the right."""

    right: Right
    open: tuple[str, ...] = ()
    register_soon: bool = False
    permit_ends: bool = False  # an old permit is still to end
    permit_ended: bool = False  # an old permit has ended unless it was prolonged


def right_to_lma(it: Situation, day: date) -> Verdict:
    """Return the answer on that day; what rules it out comes before what would allow it."""
    has = it.status == "has"
    dates = {
        "register_soon": has and it.registered is not True and day >= REGISTER_RULE_SINCE,
        "permit_ends": has and OLD_PERMITS_BEFORE <= day <= OLD_PERMITS_END,
        "permit_ended": has and day > OLD_PERMITS_END,
    }
    if it.registered:
        return Verdict(Right.REGISTERED)
    if it.status == "other":
        return Verdict(Right.ASK_OTHER)
    if it.status == "not":
        return Verdict(Right.NOT_YET)
    if it.eu_citizen:
        return Verdict(Right.ASK_EU, **dates)
    if it.means == "enough":
        return Verdict(Right.OWN_MEANS, **dates)
    facts = {"status": it.status, "eu_citizen": it.eu_citizen, "means": it.means}
    if has or it.status is None:
        facts["registered"] = it.registered
    missing = tuple(name for name, value in facts.items() if value is None)
    if missing:
        return Verdict(Right.DEPENDS, missing, **dates)
    return Verdict(Right.DIFFERENCE if it.means == "income" else Right.YES, **dates)
