"""When school starts for a child born in a given year: preschool, which school year, upper secondary, or after it.

Swedish rules count by the year of birth. Sources: skollagen (2010:800) 7 kap. 10 and 12 §§ (school begins in the autumn of the
year of turning six and lasts ten years), 8 kap. 4–5 §§ (preschool from one; free hours from the autumn of turning three),
15 kap. 5 § (registered: until the first half of the year of turning 20), 29 kap. 2–3 §§ with Skolverket's page on Ukraine
(not registered: upper secondary must begin before 18). The articles shown with the result carry them with their dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

PRESCHOOL_AGE = 1
FREE_HOURS_AGE = 3
SCHOOL_AGE = 6
SCHOOL_YEARS = 10  # preschool class and grades 1 to 9
UPPER_BEFORE = 18
UPPER_REGISTERED_UNTIL = 20
NEW_YEAR_MONTH = 7  # in July the next start is the autumn's


class Stage(Enum):
    BABY = "before the first birthday"
    PRESCHOOL = "preschool"
    PRESCHOOL_CLASS = "preschool class, the first of ten school years"
    GRADE = "grades 1 to 9"
    UPPER_NOW = "upper secondary school, not registered: to begin before 18"
    UPPER_REGISTERED = "upper secondary school, registered"
    UPPER_UNSURE = "upper secondary school, if not yet 18 or if registered"
    LATE = "past the right to upper secondary school, not registered"
    ADULT = "past upper secondary school, registered"


@dataclass(frozen=True, slots=True)
class Start:
    """`school_year`: the autumn in which the current or coming school year begins. `last_day`: to start by, where known."""

    stage: Stage
    school_year: int
    grade: int = 0
    free_hours: bool = False
    last_day: date | None = None


def school_start(born: int, today: date, *, turned_18: bool | None = None, registered: bool | None = None) -> Start:
    """Return where the child belongs on that day. `turned_18` matters only in the year of the 18th birthday."""
    year = today.year if today.month >= NEW_YEAR_MONTH else today.year - 1
    turning = year - born  # the age reached in the calendar year in which the school year began
    if turning < SCHOOL_AGE:
        stage = Stage.BABY if born >= today.year else Stage.PRESCHOOL
        return Start(stage, year, free_hours=turning >= FREE_HOURS_AGE)
    if turning < SCHOOL_AGE + SCHOOL_YEARS:
        grade = turning - SCHOOL_AGE
        return Start(Stage.GRADE if grade else Stage.PRESCHOOL_CLASS, year, grade)
    last = date(born + UPPER_REGISTERED_UNTIL, 6, 30)
    if registered:
        return Start(Stage.UPPER_REGISTERED, year, last_day=last) if today <= last else Start(Stage.ADULT, year)
    is_18 = _is_18(born, today, turned_18)
    if is_18 is False:
        return Start(Stage.UPPER_NOW, year)
    if is_18 and (registered is False or today > last):
        return Start(Stage.LATE, year)
    return Start(Stage.UPPER_UNSURE, year, last_day=last)


def _is_18(born: int, today: date, turned_18: bool | None) -> bool | None:
    turns = today.year - born
    return turned_18 if turns == UPPER_BEFORE else turns > UPPER_BEFORE
