"""A made-up municipality with people on call, for a demonstration: the whole loop can be tried in two windows of a browser.

It exists only where no operator is set, is marked as made up wherever it shows, and has no telephone number that could be rung.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.app.config import Settings
from bot.app.content import Content
from bot.domain.content import NATION, Catalog, Place
from bot.domain.people import Role, Staff
from bot.domain.register import Service, Source
from bot.domain.rota import DUTY_MANAGER, Shift
from bot.domain.routing import ALWAYS, CATCH_ALL, Unit

PLACE = "exempelkoping"
NAMES = {"sv": "Exempelköping (påhittad)", "uk": "Екземпельчепінг (вигадане)", "en": "Exempelköping (made up)"}
PEOPLE = (
    ("Anna Övning", 1, (Role.ON_CALL,)),
    ("Bo Övning", 2, (Role.ON_CALL,)),
    ("Chefen Övning", 3, (Role.LEAD, Role.ADMIN)),
    ("Disa Övning", DUTY_MANAGER, (Role.DUTY_MANAGER,)),
)
SIGN_INS = ("anna.ovning", "bo.ovning", "chefen.ovning", "disa.ovning")


def is_demonstration(settings: Settings) -> bool:
    return not settings.operator


def with_made_up_place(content: Content) -> Content:
    """Return the content with the made-up municipality first among the places."""
    return replace(content, catalog=made_up(content.catalog))


def made_up(catalog: Catalog) -> Catalog:
    """Return the catalogue with the made-up municipality first among the places."""
    source = Source("Demonstration", "Påhittad kommun", "https://example.se/", "", date(2026, 11, 25))
    intake = Service(
        place=PLACE,
        role="child_intake",
        names={"sv": "Socialtjänsten i Exempelköping", "uk": "соціальна служба", "en": "social services"},
        phone="",
        hours=None,
        hours_notes={
            "sv": "Påhittad, bara för demonstration.",
            "uk": "Вигадана, лише для показу.",
            "en": "Made up, for show only.",
        },
        address="",
        url="",
        languages=(),
        shared_group="",
        status="unknown",
        confidence="high",
        source=source,
        review_every=timedelta(days=36_500),
    )
    others = catalog.places
    county = others[NATION].county
    place = Place(PLACE, "municipality", "", NATION, NAMES, (), county, 1, {"child_intake": intake})
    moved = {p.id: replace(p, featured=p.featured + 1) if p.featured else p for p in others.values()}
    return replace(catalog, places={PLACE: place, **moved})


def move_in(tx: Any, now: datetime) -> bool:
    """Put unit, people and rota of the made-up municipality into an empty house. Return whether it was empty."""
    if tx.people.units():
        return False
    tx.people.put_unit(Unit(PLACE, "Socialtjänsten Exempelköping (övning)", ALWAYS, frozenset({PLACE})))
    tx.people.put_unit(Unit("ovriga", "Övriga orter (övning)", CATCH_ALL, frozenset()))
    for number, (name, level, roles) in enumerate(PEOPLE):
        sign_in = name.lower().replace(" ", ".").replace("ö", "o")
        person = tx.people.add_staff(Staff(0, PLACE, name, frozenset(roles), "sv"), sign_in, now)
        # The demonstration's pages land in a mailbox of our own; the console rings.
        tx.people.add_method(person, "web", f"demo-{number}", 0, now)
        everyday = frozenset(range(7))
        tx.people.add_shift(PLACE, Shift(0, person, level, everyday, time(0), time(0), now.date() - timedelta(days=7)))
    guard = tx.people.add_staff(Staff(0, "ovriga", "Vakten Övning", frozenset({Role.ON_CALL}), "sv"), "vakten.ovning", now)
    tx.people.add_method(guard, "web", "demo-guard", 0, now)
    tx.people.add_shift("ovriga", Shift(0, guard, 1, frozenset(range(7)), time(0), time(0), now.date() - timedelta(days=7)))
    return True
