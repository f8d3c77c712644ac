"""Which municipality is meant, by a name with typing errors or by coordinates."""

from __future__ import annotations

import pytest

from bot.domain import places
from bot.domain.content import Catalog
from tests.support.whole import real_content


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return real_content().catalog


@pytest.mark.parametrize("language", ["sv", "uk", "en"])
def test_every_place_is_found_by_its_name(catalog: Catalog, language: str) -> None:
    for place in catalog.places.values():
        if place.kind != "nation":
            assert place.id in [p.id for p in places.spelled(catalog, place.names[language])], place.names[language]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("norkoping", "norrkoping"),
        ("Норчёпинг", "norrkoping"),
        ("НОРРЧЕПІНГ", "norrkoping"),
        ("jonkoping", "jonkoping"),
        ("Jönköpnig", "jonkoping"),
        ("Стокгольм", "stockholm"),
        ("stokholm", "stockholm"),
        ("Эребру", "orebro"),
        ("orebro", "orebro"),
        ("Гётеборг", "goteborg"),
        ("Malmo", "malmo"),
        ("södermalm", "stockholm-sodermalm"),
    ],
)
def test_typing_errors_and_other_alphabets(catalog: Catalog, typed: str, meant: str) -> None:
    assert places.spelled(catalog, typed)[0].id == meant


@pytest.mark.parametrize(
    ("typed", "meant", "latitude", "longitude"),
    [
        ("Arlanda", "sigtuna", 59.652, 17.919),
        ("Stockholm Arlanda Airport", "sigtuna", 59.652, 17.919),
        ("аеропорт Арланда", "sigtuna", 59.652, 17.919),
        ("Stockholm C", "stockholm", 59.330, 18.057),
        ("Центральний вокзал Стокгольм", "stockholm", 59.330, 18.057),
        ("Värtahamnen", "stockholm", 59.347, 18.105),
        ("Göteborgs centralstation", "goteborg", 57.709, 11.975),
        ("Landvetter", "harryda", 57.663, 12.280),
        ("Malmö C", "malmo", 55.609, 13.001),
        ("Malmö Airport", "svedala", 55.536, 13.376),
        ("Norrköping C", "norrkoping", 58.597, 16.183),
        ("вокзал Норрчепінг", "norrkoping", 58.597, 16.183),
        ("Skavsta flygplats", "nykoping", 58.789, 16.912),
        ("Karlskrona hamn", "karlskrona", 56.168, 15.628),
        ("Verkö", "karlskrona", 56.168, 15.628),
        ("Nynäshamns hamn", "nynashamn", 58.900, 17.950),
        ("порт Нюнесгамн", "nynashamn", 58.900, 17.950),
        ("Ystads hamn", "ystad", 55.427, 13.827),
        ("ferry terminal Trelleborg", "trelleborg", 55.373, 13.150),
        ("Borås central", "boras", 57.720, 12.932),
        ("Uppsala resecentrum", "uppsala", 59.858, 17.646),
    ],
)
def test_a_port_a_station_and_an_airport_are_in_the_municipality_where_they_lie(
    catalog: Catalog, typed: str, meant: str, latitude: float, longitude: float
) -> None:
    assert [p.id for p in places.spelled(catalog, typed)] == [meant]
    by_border, _ = places.located(catalog, latitude, longitude) or (None, False)
    assert by_border and by_border.id == meant, "the border says the same"


@pytest.mark.parametrize("typed", ["hamn", "вокзал", "station C", "я на вокзалі", "in the city"])
def test_a_spot_without_a_town_is_no_place(catalog: Catalog, typed: str) -> None:
    assert len(places.spelled(catalog, typed)) != 1


@pytest.mark.parametrize("typed", ["", "?", "привіт як справи", "qqqqqqqq", "дякую"])
def test_what_is_no_place(catalog: Catalog, typed: str) -> None:
    assert places.spelled(catalog, typed) == ()


@pytest.mark.parametrize(
    ("latitude", "longitude", "meant"),
    [
        (59.3170, 18.0700, "stockholm"),
        (58.5963, 16.1833, "norrkoping"),
        (59.2786, 15.2120, "orebro"),
        (57.7850, 14.1600, "jonkoping"),
        (67.8558, 20.2253, "kiruna"),
    ],
)
def test_a_point_inside(catalog: Catalog, latitude: float, longitude: float, meant: str) -> None:
    place, inside = places.located(catalog, latitude, longitude) or (None, False)
    assert place and place.id == meant and inside


@pytest.mark.parametrize(
    ("latitude", "longitude", "meant"),
    [(59.3303, 18.0580, "stockholm"), (55.3690, 13.1500, "trelleborg"), (58.9010, 17.9570, "nynashamn")],
)
def test_a_point_by_the_water_gets_the_nearest_one(catalog: Catalog, latitude: float, longitude: float, meant: str) -> None:
    place, _ = places.located(catalog, latitude, longitude) or (None, False)
    assert place and place.id == meant


@pytest.mark.parametrize(("latitude", "longitude"), [(56.9, 19.9), (50.45, 30.52), (0, 0), (90, 180)])
def test_a_point_elsewhere_is_nowhere(catalog: Catalog, latitude: float, longitude: float) -> None:
    assert places.located(catalog, latitude, longitude) is None
