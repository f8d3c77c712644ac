"""Which municipality is meant: a typed name with typing errors, or coordinates. Pure; the coordinates are not kept."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, hypot, radians

from bot.domain.content import Catalog, Place
from bot.domain.folding import distance, fold

METRES_PER_DEGREE = 111_320.0
NEAR_M = 2_000.0  # borders are simplified: quays and shores fall up to about 1.1 km outside their polygon

Ring = Sequence[tuple[float, float]]


# Words for a spot in a town: "Ystads hamn", "вокзал Лунд", "Malmö C". Spots outside the town of their name are in the content.
_SPOT_WORDS = """
hamn hamnen färjeläge färjeläget färjeterminal färjeterminalen färjehamn station stationen centralstation centralstationen
central centralen c resecentrum tågstation tågstationen bussterminal bussterminalen flygplats flygplatsen kommun stad
port harbour harbor ferry terminal airport train bus railway municipality city in at on the i på vid
порт порту вокзал вокзалі вокзале станція станції станция станции аеропорт аеропорту аэропорт аэропорту пором паром
поромний паромный термінал терминал залізничний железнодорожный центральний центральный автовокзал місто город
на в у біля возле
"""
_SPOTS = frozenset(map(fold, _SPOT_WORDS.split()))
ERRORS_AT_MOST = 3
TOO_FAR = 99
SHORTEST_TOWN = 4  # letters; what is left of "я на вокзалі" is no name with a typing error


def spelled(catalog: Catalog, words: str, at_most: int = 6) -> tuple[Place, ...]:
    """Return the places that the words may name, best first; one when it is certain, none when nothing is near.

    A port, station or airport is its municipality.
    """
    asked = fold(words)
    named = _scored(catalog, asked, at_most)
    town = " ".join(word for word in asked.split() if word not in _SPOTS)
    if town == asked or (named and named[0][0] == 0):
        return tuple(place for _, place in named)
    tries = [_scored(catalog, name, at_most) for name in (town, town.removesuffix("s"))]  # Ystads hamn, Borås central
    sure = next((found for found in tries if found and found[0][0] == 0), None)
    near = tries[0] if len(town) >= SHORTEST_TOWN else []
    return tuple(place for _, place in sure or named or near)


def is_name(place: Place, words: str) -> bool:
    """Return whether the words are the place's name and no more: not the port or station there, which staff want to know."""
    asked = fold(words)
    return min((_gap(asked, fold(name)) for name in place.names.values()), default=TOO_FAR) < TOO_FAR


def _scored(catalog: Catalog, asked: str, at_most: int) -> list[tuple[int, Place]]:
    """Return (gap, place), the nearest first; only those of that very name where there are any."""
    if not asked:
        return []
    spellings = catalog.made.get("spellings") or catalog.made.setdefault("spellings", _spellings(catalog))
    best: dict[str, int] = {}
    length, letters = len(asked), _letters(asked)
    for name, own, errors, place in spellings:
        # An error takes one letter away and brings one at most: most names are too far already by the letters they have.
        if ((letters ^ own).bit_count() <= 2 * errors and abs(length - len(name)) <= errors) or name.startswith(asked):
            best[place] = min(best.get(place, TOO_FAR), _gap(asked, name))
    gaps = [(gap, catalog.places[place]) for place, gap in best.items() if gap < TOO_FAR]
    gaps.sort(key=lambda found: (found[0], found[1].kind != "municipality", found[1].id))
    if gaps and gaps[0][0] == 0:
        gaps = [found for found in gaps if found[0] == 0]
    return gaps[:at_most]


def _spellings(catalog: Catalog) -> list[tuple[str, int, int, str]]:
    """Return the folded names of all places but the nation: each with its letters, its errors at most, and the place's id."""
    return [
        (name, _letters(name), _errors(name), place.id)
        for place in catalog.places.values()
        if place.kind != "nation"
        for name in dict.fromkeys(fold(name) for name in (*place.names.values(), *place.also))
    ]


def _letters(word: str) -> int:
    """Return which letters a folded word has, a bit for each."""
    return sum(1 << ord(letter) for letter in set(word))


def _errors(name: str) -> int:
    return 1 if len(name) <= 5 else 2 if len(name) <= 9 else ERRORS_AT_MOST


def _gap(asked: str, name: str) -> int:
    """0 the same, 1 begins with it, then 1 + typing errors as long as they are few for the length; TOO_FAR = another word."""
    if asked == name:
        return 0
    if len(asked) >= 3 and name.startswith(asked):
        return 1
    allowed = _errors(name)
    gap = distance(asked, name, allowed)
    return 1 + gap if gap <= allowed else TOO_FAR


def located(catalog: Catalog, latitude: float, longitude: float) -> tuple[Place, bool] | None:
    """Return the municipality at these degrees (WGS 84) and whether the point lies inside it; None when none is near.

    A point outside every border gets the nearest municipality within 2 km and False: let the person confirm it.
    """
    near: tuple[float, str] | None = None
    for place_id, rings in catalog.borders:
        if any(_inside(ring, longitude, latitude) for ring in rings):
            return catalog.places[place_id], True
        gap = min(_metres(ring, longitude, latitude) for ring in rings)
        if gap <= NEAR_M and (near is None or gap < near[0]):
            near = (gap, place_id)
    return (catalog.places[near[1]], False) if near else None


def _inside(ring: Ring, x: float, y: float) -> bool:
    inside = False
    ax, ay = ring[-1]
    for bx, by in ring:
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
        ax, ay = bx, by
    return inside


def _metres(ring: Ring, x: float, y: float) -> float:
    """Return the distance to the ring's nearest edge on a locally flat earth."""
    kx, ky = METRES_PER_DEGREE * cos(radians(y)), METRES_PER_DEGREE
    best = float("inf")
    ax, ay = (ring[-1][0] - x) * kx, (ring[-1][1] - y) * ky
    for lon, lat in ring:
        bx, by = (lon - x) * kx, (lat - y) * ky
        dx, dy = bx - ax, by - ay
        length = dx * dx + dy * dy
        t = max(0.0, min(1.0, -(ax * dx + ay * dy) / length)) if length else 0.0
        best = min(best, hypot(ax + t * dx, ay + t * dy))
        ax, ay = bx, by
    return best
