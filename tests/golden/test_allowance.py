"""The LMA allowance gives the official amounts for every family, on both sides of every day on which a rule changed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.domain.allowance import Family, count, doubts, version_on
from tests.golden.cases import cases
from tests.support.whole import real_content

VERSIONS = real_content().catalog.allowance


@pytest.mark.parametrize("case", cases("allowance"))
def test_the_amount_is_the_official_one(case: dict[str, Any]) -> None:
    version = version_on(VERSIONS, case["day"])
    if case.get("unknown"):
        assert version is None
        return
    assert version is not None
    family = Family(case["who"], tuple(case.get("ages", ())), case.get("young", 0))
    working = count(version, family, free_food=case["food"] == "free")
    assert [row.ore / 100 for row in working.rows] == case["lines"]
    assert working.day_ore / 100 == case["kr"] == sum(case["lines"])
    assert "month" not in case or working.month_ore / 100 == case["month"]
    income = "sum" if "income" in case else ""
    assert list(doubts(version, family, income)) == case.get("doubts", [])
    assert "left" not in case or working.left_ore(case["income"]) / 100 == case["left"]


def test_two_versions_meet_without_a_day_between_them() -> None:
    older, newer = VERSIONS
    assert (older.since, older.until) == (date(2022, 7, 1), date(2024, 4, 3))
    assert (newer.since, newer.until) == (date(2024, 4, 4), None)
    assert version_on(VERSIONS, date(2024, 4, 3)) is older and version_on(VERSIONS, date(2024, 4, 4)) is newer


def test_the_act_in_doubt_is_in_doubt_from_the_first_of_october_2026() -> None:
    catalog = real_content().catalog
    (rule,) = (catalog.rules[id_] for id_ in VERSIONS[-1].rules)
    assert not rule.in_doubt(date(2026, 9, 30)) and rule.in_doubt(date(2026, 10, 1))
