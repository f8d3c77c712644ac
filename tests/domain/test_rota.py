"""Who is on call: every minute has its intended owner, also at clock changes, in week 53 and over the year's end."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.rota import DUTY_MANAGER, EVERYBODY, Beginning, Override, Rota, Shift, instant

SWEDEN = ZoneInfo("Europe/Stockholm")
ALL_WEEK = frozenset(range(7))
SINCE = date(2025, 12, 1)


def shift(id_: int, staff: int, opens: str, closes: str, days: frozenset[int] = ALL_WEEK, **more: object) -> Shift:
    return Shift(id_, staff, 1, days, time.fromisoformat(opens), time.fromisoformat(closes), SINCE, **more)  # type: ignore[arg-type]


def day_and_night(first: int) -> Rota:
    """Two people who share the day at random times, a third at weekends, every second week somebody else at night."""
    chance = random.Random(first)
    a, b = sorted(chance.sample(range(0, 24 * 60, 15), 2))
    noon, evening = f"{a // 60:02}:{a % 60:02}", f"{b // 60:02}:{b % 60:02}"
    weekdays, weekend = frozenset(range(5)), frozenset((5, 6))
    return Rota(
        (
            shift(1, 1, noon, evening, weekdays),
            shift(2, 2, evening, noon, weekdays, every_weeks=2),
            Shift(3, 3, 1, weekdays, time.fromisoformat(evening), time.fromisoformat(noon), SINCE + timedelta(7), None, 2),
            shift(4, 4, noon, noon, weekend),
        ),
        staff=frozenset((1, 2, 3, 4)),
    )


def intended(rota: Rota, at: datetime) -> list[int]:
    """Return the owners by walking the shifts as a person reads them: each from its start to its end, in UTC."""
    found = []
    for rule in rota.shifts:
        day = at.astimezone(SWEDEN).date() - timedelta(days=2)
        for _ in range(4):
            week = (day - timedelta(day.weekday()) - (rule.since - timedelta(rule.since.weekday()))).days // 7
            if day.weekday() in rule.days and day >= rule.since and week % rule.every_weeks == 0:
                ends_on = day + timedelta(days=1) if rule.closes <= rule.opens else day
                begin = datetime.combine(day, rule.opens, SWEDEN).astimezone(UTC)
                end = datetime.combine(ends_on, rule.closes, SWEDEN).astimezone(UTC)
                if begin <= at < end:
                    found.append(rule.staff)
            day += timedelta(days=1)
    return found


CHANGES = [datetime(year, month, day, 1, tzinfo=UTC) for year, month, day in (
    (2026, 3, 29), (2026, 10, 25), (2027, 3, 28), (2027, 10, 31), (2030, 3, 31), (2035, 10, 28))]  # fmt: skip
ODD = [datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2027, 1, 3, 23, tzinfo=UTC), datetime(2032, 2, 29, 12, tzinfo=UTC)]


@pytest.mark.parametrize("seed", range(20))
def test_every_minute_has_exactly_the_intended_owner(seed: int) -> None:
    rota, chance = day_and_night(seed), random.Random(seed)
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    minutes = [begin + timedelta(minutes=chance.randrange(10 * 365 * 24 * 60)) for _ in range(400)]
    for moment in (*CHANGES, *ODD):
        minutes += [moment + timedelta(minutes=m) for m in range(-200, 200, 7)]
    for at in minutes:
        owners = rota.on_call(1, at)
        assert list(owners) == intended(rota, at), at
        assert len(owners) == 1, at


@pytest.mark.parametrize("seed", range(20))
def test_ten_years_have_no_gap_and_no_overlap(seed: int) -> None:
    """Between two changes nothing changes, so one look at each covers every minute of 2026 to 2035."""
    rota = day_and_night(seed)
    starts, ends = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
    assert rota.gaps(starts, ends) == ()
    bounds = sorted(bound for s in rota.shifts for bound in _bounds(s) if starts <= bound[0] < ends)
    for (_, end), (begin, _) in itertools.pairwise(bounds):
        assert end == begin


def _bounds(rule: Shift) -> list[tuple[datetime, datetime]]:
    days = (date(2025, 12, 25) + timedelta(n) for n in range(10 * 366))
    return [rule.bounds(day) for day in days if rule.begins_on(day)]


def test_the_night_of_the_clock_change_is_longer_or_shorter() -> None:
    night = shift(1, 1, "22:00", "07:00")
    begin, end = night.bounds(date(2026, 10, 24))
    assert end - begin == timedelta(hours=10)
    begin, end = night.bounds(date(2027, 3, 27))
    assert end - begin == timedelta(hours=8)


def test_a_time_that_does_not_exist_and_one_that_comes_twice() -> None:
    assert instant(date(2027, 3, 28), time(2, 30)) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert instant(date(2026, 10, 25), time(2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_an_override_takes_out_and_stands_in() -> None:
    begin = datetime(2026, 11, 25, 20, tzinfo=UTC)
    sick = Override(1, 1, 1, 2, begin, begin + timedelta(hours=2))
    rota = Rota((shift(1, 1, "00:00", "00:00"),), (sick,), frozenset((1, 2)))
    assert rota.on_call(1, begin - timedelta(minutes=1)) == (1,)
    assert rota.on_call(1, begin) == (2,)
    assert rota.on_call(1, begin + timedelta(hours=2)) == (1,)


def test_who_cannot_be_reached_is_a_gap() -> None:
    rota = Rota((shift(1, 1, "08:00", "20:00"), shift(2, 2, "20:00", "08:00")), staff=frozenset((1,)))
    begin = datetime(2026, 11, 25, 0, tzinfo=UTC)
    gaps = rota.gaps(begin, begin + timedelta(days=1))
    assert [(g.ends - g.starts) for g in gaps] == [timedelta(hours=7), timedelta(hours=5)]
    assert rota.called(EVERYBODY, begin) == (1,)
    assert rota.on_call(2, begin) == ()


def test_everybody_leaves_out_who_is_manager_at_another_hour() -> None:
    night = Shift(2, 7, DUTY_MANAGER, ALL_WEEK, time(20), time(8), SINCE)
    rota = Rota((shift(1, 1, "00:00", "00:00"), night), staff=frozenset((1, 2, 7, 8)), managers=frozenset((7, 8)))
    at_night, by_day = datetime(2026, 11, 25, 21, tzinfo=UTC), datetime(2026, 11, 25, 12, tzinfo=UTC)
    assert rota.called(EVERYBODY, at_night) == (1, 2, 7) and rota.called(EVERYBODY, by_day) == (1, 2)
    assert rota.called(1, at_night) == (1,)
    first = Override(1, 1, None, 8, by_day, by_day + timedelta(hours=1))
    assert Rota(rota.shifts, (first,), rota.staff, rota.managers).called(EVERYBODY, by_day) == (1, 2, 8), "on a level for once"
    assert Rota((night,), staff=frozenset((7,)), managers=frozenset((7,))).called(EVERYBODY, by_day) == (7,), "or nobody at all"


def test_a_duty_manager_leaves_no_gap_where_none_was_set() -> None:
    begin = datetime(2026, 11, 25, 0, tzinfo=UTC)
    week = begin, begin + timedelta(days=7)
    night = Shift(2, 7, DUTY_MANAGER, ALL_WEEK, time(20), time(8), SINCE)
    assert Rota((), staff=frozenset((7,))).gaps(*week, DUTY_MANAGER) == ()
    assert Rota((night,), staff=frozenset((7,))).gaps(*week, DUTY_MANAGER) == ()
    unreachable = Rota((night,)).gaps(*week, DUTY_MANAGER)
    assert len(unreachable) == 8 and unreachable[1].ends - unreachable[1].starts == timedelta(hours=12)
    ill = Override(1, DUTY_MANAGER, 7, None, begin + timedelta(hours=18), begin + timedelta(hours=20))
    (gap,) = Rota((night,), (ill,), frozenset((7,))).gaps(*week, DUTY_MANAGER)
    assert (gap.starts, gap.ends) == (begin + timedelta(hours=19), begin + timedelta(hours=20))


def test_who_goes_on_call_within_the_hour_is_known_whether_they_can_be_reached_or_not() -> None:
    evening = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)  # 16:30 in Sweden
    night, day = shift(1, 1, "17:00", "08:00"), shift(2, 2, "08:00", "17:00")
    away = Override(1, 1, out=1, stand_in=3, starts=evening - timedelta(hours=5), ends=evening + timedelta(days=1))
    later = Override(2, 1, out=None, stand_in=4, starts=evening + timedelta(minutes=45), ends=evening + timedelta(hours=2))
    hour = evening, evening + timedelta(hours=1)
    assert Rota((night, day)).beginnings(*hour) == (Beginning(1, evening + timedelta(minutes=30)),)
    assert Rota((night, day), (away,)).beginnings(*hour) == (), "who is away is not asked for, and the stand-in began long ago"
    assert [b.staff for b in Rota((night, day), (later,)).beginnings(*hour)] == [1, 4]


def test_a_duty_that_goes_on_and_one_that_is_taken_up_again_in_the_middle() -> None:
    noon, day = datetime(2026, 11, 24, 11, tzinfo=UTC), timedelta(days=1)
    early, late = shift(1, 1, "08:00", "16:00"), Shift(2, 1, 2, ALL_WEEK, time(16), time(20), SINCE)
    assert Rota((early, late)).beginnings(noon, noon + day) == (
        Beginning(1, noon + timedelta(hours=4), follows=True),
        Beginning(1, noon + timedelta(hours=20)),
    )
    ill = Override(1, 1, out=1, stand_in=2, starts=noon, ends=noon + timedelta(hours=1))
    back, _, _ = Rota((early, late), (ill,)).beginnings(noon, noon + day)
    assert back == Beginning(1, ill.ends), "after the dentist"
    assert Rota((early, late), (ill,)).planned(noon) == {2}


@pytest.mark.parametrize("opens", ["00:00", "02:30", "17:00"])
def test_asked_minute_by_minute_each_beginning_comes_once_over_the_clock_changes(opens: str) -> None:
    rota = Rota((shift(1, 1, opens, "08:00"),))
    for first in (datetime(2027, 3, 26, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)):
        minutes = [first + timedelta(minutes=n) for n in range(5 * 24 * 60 + 1)]
        found = [b.at for a, b in itertools.pairwise(minutes) for b in rota.beginnings(a, b)]
        assert found == [b.at for b in rota.beginnings(minutes[0], minutes[-1])] and len(found) == len(set(found)) == 5
