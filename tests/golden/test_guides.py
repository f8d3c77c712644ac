"""School, the right to the allowance and a bed tonight: the answer that the sources give, on both sides of every boundary."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from bot.domain.calendar import SWEDEN
from bot.domain.right_to_lma import Situation, right_to_lma
from bot.domain.school_start import school_start
from bot.domain.tonight import tonight
from tests.golden.cases import FOLDER, cases
from tests.support.whole import real_content

CATALOG = real_content().catalog


@pytest.mark.parametrize("case", cases("school"))
def test_school_starts_when_the_law_says(case: dict[str, Any]) -> None:
    start = school_start(case["born"], case["day"], turned_18=case.get("turned_18"), registered=case.get("registered"))
    assert [start.stage.name, start.school_year, start.grade] == case["expect"]
    assert "free" not in case or start.free_hours == case["free"]
    assert "last" not in case or start.last_day == case["last"]


@pytest.mark.parametrize("case", cases("right"))
def test_the_right_to_the_allowance(case: dict[str, Any]) -> None:
    situation = Situation(case.get("status"), case.get("registered"), case.get("eu"), case.get("means"))
    verdict = right_to_lma(situation, case["day"])
    assert verdict.right.name == case["expect"]
    assert list(verdict.open) == case.get("open", [])
    notes = [name for name in ("register_soon", "permit_ends", "permit_ended") if getattr(verdict, name)]
    assert notes == case["notes"]


@pytest.mark.parametrize("case", cases("night"))
def test_a_bed_tonight(case: dict[str, Any]) -> None:
    now = datetime.fromisoformat(str(case["at"])).replace(tzinfo=SWEDEN)
    night = tonight(CATALOG, case.get("place"), now, registered=case.get("registered"))
    assert (night.first.name, night.then, night.agency_then) == (case["first"], case["then"], case.get("agency_then", True))
    assert (night.awake.service.id if night.awake.service else "112") == case["who"]
    assert "sure" not in case or night.awake.sure == case["sure"]


def test_there_are_two_hundred_golden_cases_at_least() -> None:
    files = sorted(path.stem for path in FOLDER.glob("*.yaml"))
    assert files == ["allowance", "night", "right", "school"]
    assert sum(len(cases(name)) for name in files) >= 200
