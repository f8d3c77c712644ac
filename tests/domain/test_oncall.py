"""Every minute has one owner with a number we may show: office, duty line, or 112 in the gap between them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import SWEDEN
from bot.domain.hours import parse_span
from bot.domain.oncall import Awake, State, Why, awake, lines
from tests.support.builders import a_catalog, a_place, a_service
from tests.support.whole import real_content

CATALOG = real_content().catalog
PLACES = ["norrkoping", "stockholm", "stockholm-sodermalm", "orebro", "jonkoping", "hjo", "sala", "linkoping", "eda", "nykvarn"]


def at(local: str, place: str | None, catalog: object = CATALOG) -> Awake:
    return awake(catalog, place, datetime.fromisoformat(local).replace(tzinfo=SWEDEN))  # type: ignore[arg-type]


def last_sunday(year: int, month: int) -> date:
    day = date(year, month, 31)
    return day - timedelta((day.weekday() + 1) % 7)


def weeks() -> list[date]:
    """Mondays of the weeks of both clock changes, and of the year boundary and Midsummer now and then."""
    changes = [last_sunday(year, month) - timedelta(6) for year in range(2026, 2036) for month in (3, 10)]
    return [*changes, *(date(y, m, d) for y in (2026, 2031) for m, d in ((12, 28), (6, 15)))]


@pytest.mark.parametrize("monday", weeks(), ids=str)
def test_every_minute_of_the_week_has_exactly_one_owner_with_a_number(monday: date) -> None:
    start = datetime.combine(monday, time(), SWEDEN).astimezone(UTC)
    for place in ("norrkoping", "orebro", "stockholm-sodermalm"):
        offices = lines(CATALOG, place)
        for minute in range(8 * 24 * 60):
            now = offices.awake(start + timedelta(minutes=minute))
            assert now.service is None or now.service.phone_may_be_shown()
            assert now.state is State.GAP or now.service
            assert now.phone and (now.service or now.phone == "112")
            if place == "norrkoping":
                assert now.sure and now.state is not State.GAP


@given(
    st.sampled_from([*CATALOG.places, None, "gone"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC)),
)
def test_any_place_at_any_time_has_one_owner_and_never_an_unknown_number(place: str | None, moment: datetime) -> None:
    now = awake(CATALOG, place, moment)
    assert now.phone and (now.service is None or now.service.phone_may_be_shown())
    assert now.why
    if now.service is None:
        assert now.state is State.GAP and now.phone == "112" and not now.sure


@pytest.mark.parametrize(
    ("local", "state", "why"),
    [
        ("2026-11-24T08:00", State.OFFICE, Why.OPEN),
        ("2026-11-24T16:59", State.OFFICE, Why.OPEN),
        ("2026-11-24T17:00", State.DUTY, Why.AFTER_HOURS),
        ("2026-11-27T16:00", State.DUTY, Why.AFTER_HOURS),  # a Friday
        ("2026-11-28T12:00", State.DUTY, Why.WEEKEND),
        ("2026-07-01T16:30", State.DUTY, Why.SUMMER),
        ("2026-06-19T23:50", State.DUTY, Why.EVE),  # Midsummer Eve
        ("2026-12-31T23:59", State.DUTY, Why.EVE),
        ("2027-01-01T00:00", State.DUTY, Why.PUBLIC_HOLIDAY),
        ("2026-04-02T13:59", State.OFFICE, Why.OPEN),  # Maundy Thursday
        ("2026-04-02T14:00", State.DUTY, Why.HALF_DAY),
        ("2026-04-03T10:00", State.DUTY, Why.PUBLIC_HOLIDAY),
        ("2027-03-28T02:30", State.DUTY, Why.PUBLIC_HOLIDAY),  # Easter Sunday, an hour that does not exist
    ],
)
def test_norrkoping_by_the_clock(local: str, state: State, why: Why) -> None:
    now = at(local, "norrkoping")
    assert (now.state, now.why[0], now.sure) == (state, why, True)
    assert now.phone == ("+4611150000" if state is State.OFFICE else "+4611152283")


@pytest.mark.parametrize(
    ("local", "state", "phone"),
    [
        ("2026-11-24T08:29", State.GAP, "112"),
        ("2026-11-24T08:30", State.OFFICE, "+4619213000"),
        ("2026-11-24T12:30", State.GAP, "112"),
        ("2026-11-24T15:59", State.GAP, "112"),
        ("2026-11-24T16:00", State.DUTY, "+4619214105"),
        ("2026-11-24T23:00", State.GAP, "112"),
        ("2026-11-28T00:59", State.DUTY, "+4619214105"),  # Friday's line runs past midnight
        ("2026-11-28T01:00", State.GAP, "112"),
    ],
)
def test_orebro_has_gaps_in_which_112_stands_in(local: str, state: State, phone: str) -> None:
    now = at(local, "orebro")
    assert (now.state, now.phone) == (state, phone)


def test_the_clock_change_moves_the_office_with_the_wall_clock() -> None:
    for day, hour in (("2026-10-23", 6), ("2026-10-26", 7), ("2027-03-25", 7), ("2027-03-30", 6)):
        opens = datetime.fromisoformat(f"{day}T{hour:02}:00+00:00")
        assert awake(CATALOG, "norrkoping", opens).state is State.OFFICE
        assert awake(CATALOG, "norrkoping", opens - timedelta(minutes=1)).state is State.DUTY


def test_the_gap_line_of_hjo_answers_between_office_and_duty() -> None:
    now = at("2026-11-24T16:30", "hjo")
    assert now.state is State.GAP and now.phone == "+46705205181" and now.sure
    assert at("2026-11-24T17:00", "hjo").state is State.DUTY


def test_stockholm_by_day_is_the_contact_centre_and_by_night_112() -> None:
    for place in ("stockholm", "stockholm-sodermalm"):
        day, night = at("2026-11-24T10:00", place), at("2026-11-24T22:00", place)
        assert day.state is State.OFFICE and day.phone == "+46850800508" and not day.sure
        assert night.state is State.GAP and night.phone == "112" and Why.NO_DUTY in night.why


def test_who_does_not_know_the_district_gets_the_citys_advice_line_once_its_number_is_known() -> None:
    week = tuple((parse_span("08:00-16:00"),) if day < 5 else () for day in range(7))
    advice = a_service("social_advice", "city", phone="+4681", hours=week)
    city = a_place("city", services=(a_service("contact_centre", "city", hours=week), advice))
    catalog = a_catalog(places=(city, a_place("north", kind="district", parent="city")))
    assert at("2026-11-24T10:00", "city", catalog).service == advice
    now = at("2026-11-24T10:00", "north", catalog)
    assert now.service and now.service.role == "contact_centre"


def test_a_shared_line_lends_its_hours_and_its_number() -> None:
    assert at("2026-11-24T03:00", "sala").state is State.GAP, "the line of Västmanland sleeps at night"
    week = tuple((parse_span("00:00-24:00"),) for _ in range(7))
    known = a_service("social_duty", "one", shared_group="g", phone="+4619", hours=week)
    other = a_service("social_duty", "two", shared_group="g", phone="", status="unknown")
    catalog = a_catalog(places=(a_place("one", services=(known,)), a_place("two", services=(other,))))
    assert at("2026-11-24T03:00", "two", catalog).phone == "+4619"


@pytest.mark.parametrize("changes", [{"phone": ""}, {"status": "stale"}, {"status": "unknown"}, {"confidence": "low"}])
def test_a_number_in_doubt_is_nobody(changes: dict[str, str]) -> None:
    week = tuple((parse_span("00:00-24:00"),) for _ in range(7))
    catalog = a_catalog(places=(a_place("one", services=(a_service("social_duty", "one", hours=week, **changes),)),))
    now = at("2026-11-24T22:00", "one", catalog)
    assert now.state is State.GAP and now.phone == "112" and Why.NO_DUTY in now.why


def test_without_a_place_112_stands_in() -> None:
    now = at("2026-11-24T10:00", None)
    assert now.phone == "112" and now.why == (Why.PLACE_UNKNOWN,)


def test_on_a_holiday_a_duty_line_is_sure_only_where_the_days_hours_and_sundays_agree() -> None:
    good_friday = "2026-04-03"
    assert at(f"{good_friday}T14:30", "orebro").state is State.GAP
    between = at(f"{good_friday}T15:30", "orebro")  # on Sundays it opens at 15, on Fridays at 16
    assert between.state is State.DUTY and not between.sure and Why.HOURS_UNKNOWN in between.why
    assert at(f"{good_friday}T16:30", "orebro").sure


def test_the_afternoon_before_a_holiday_is_not_sure_where_no_source_says_when_the_office_closes() -> None:
    assert at("2026-04-02T11:59", "karlstad").sure
    afternoon = at("2026-04-02T13:30", "karlstad")
    assert afternoon.state is State.OFFICE and afternoon.why == (Why.HALF_DAY,) and not afternoon.sure
    assert at("2026-04-02T12:30", "danderyd").state is State.DUTY, "a source says 12:00"
