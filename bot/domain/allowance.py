"""LMA allowance (dagersättning) by dated rules, with the working shown: which version holds on a day, and what it gives.

Amounts are counted in öre (1/100 krona), because half of 37 kronor is 18.50. The rules stand in content/allowance.yaml.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.register import Source

MONTH_DAYS = 30
YOUNG = (18, 20)  # sons and daughters of these ages who live with their parents have an amount of their own


@dataclass(frozen=True, slots=True)
class ChildRate:
    first: int  # age in whole years
    last: int
    kr: int


@dataclass(frozen=True, slots=True)
class Rates:
    """Kronor a day. `sharing`: each adult who shares a household by the version's own meaning of it."""

    alone: int
    sharing: int
    young: int
    children: tuple[ChildRate, ...]

    def child(self, age: int) -> ChildRate:
        return next(rate for rate in self.children if rate.first <= age <= rate.last)


@dataclass(frozen=True, slots=True)
class Version:
    """The rules from `since` up to and including `until` (None: no later ones are known)."""

    id: str
    since: date
    until: date | None
    law: str
    rules: tuple[str, ...]  # ids in the catalogue: acts in doubt whose caveat stands above the result
    friends_share: bool  # every adult who shares a household counts as sharing, not only a partner
    partner_income: bool  # the income of a partner is counted
    own_food: Rates
    free_food: Rates
    full_children: int  # the oldest so many get the full amount
    later_percent: int  # what each younger one gets of it
    reviewed_on: date
    review_every: timedelta
    sources: tuple[Source, ...]

    def overdue(self, today: date) -> bool:
        return today > self.reviewed_on + self.review_every


@dataclass(frozen=True, slots=True)
class Family:
    """Who is counted. `adults`: alone, friends (shares a home with other adults), couple, or young (18–20, with parents)."""

    adults: str = "alone"
    children: tuple[int, ...] = ()  # ages, 0 to 17
    young: int = 0  # sons and daughters of 18 to 20


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the working: `count` people of a kind at `each_ore`, a child with the ages of its band."""

    kind: str  # alone, sharing, young, child, later_child
    count: int
    each_ore: int
    ages: tuple[int, int] = (0, 0)
    full_ore: int = 0  # later_child: the amount that is cut

    @property
    def ore(self) -> int:
        return self.count * self.each_ore


@dataclass(frozen=True, slots=True)
class Working:
    rows: tuple[Row, ...]

    @property
    def day_ore(self) -> int:
        return sum(row.ore for row in self.rows)

    @property
    def month_ore(self) -> int:
        return self.day_ore * MONTH_DAYS

    def left_ore(self, income_kr: int) -> int:
        """Return what may be paid in 30 days beside an income of that many kronor: the difference, never less than 0."""
        return max(0, self.month_ore - income_kr * 100)


def version_on(versions: Sequence[Version], day: date) -> Version | None:
    """Return the rules that hold on the day; None where we know none."""
    return next((v for v in versions if v.since <= day and (v.until is None or day <= v.until)), None)


def count(version: Version, family: Family, *, free_food: bool) -> Working:
    """Return the allowance of the family line by line: adults, then the young, then children from the oldest.

    6 § of the ordinance: with more than two children the two oldest have the full amount, each younger one half of hers.
    """
    rates = version.free_food if free_food else version.own_food
    rows = [_adults(version, rates, family.adults)]
    if family.young:
        rows.append(Row("young", family.young, rates.young * 100))
    for place, age in enumerate(sorted(family.children, reverse=True)):
        rate = rates.child(age)
        full, ages = rate.kr * 100, (rate.first, rate.last)
        if place < version.full_children:
            rows.append(Row("child", 1, full, ages))
        else:
            rows.append(Row("later_child", 1, full * version.later_percent // 100, ages, full))
    return Working(tuple(rows))


def _adults(version: Version, rates: Rates, adults: str) -> Row:
    if adults == "couple":
        return Row("sharing", 2, rates.sharing * 100)
    if adults == "young":
        return Row("young", 1, rates.young * 100)
    if adults == "friends" and version.friends_share:
        return Row("sharing", 1, rates.sharing * 100)
    return Row("alone", 1, rates.alone * 100)


def doubts(version: Version, family: Family, income: str) -> tuple[str, ...]:
    """Return why only Migrationsverket can say more. `income`: '' none or not asked, own, means, sum, unknown.

    young_among_children: our sources do not say whether a young adult counts as one of the two oldest children.
    """
    found = []
    if family.young and len(family.children) >= version.full_children:
        found.append("young_among_children")
    if family.adults == "young" and family.children:
        found.append("young_parent")
    if income == "means":
        found.append("means")
    if income in ("sum", "unknown") and family.adults == "couple" and not version.partner_income:
        found.append("partner_income")
    return tuple(found)
