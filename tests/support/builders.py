"""Small content and values for tests that are about something else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from bot.domain.content import NATION, Article, Body, Catalog, Language, Place, Section, Topic
from bot.domain.events import Address, TextReceived
from bot.domain.messages import Block, Span
from bot.domain.register import Service, Source

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SOURCE = Source("Skolverket", "Nyanlända", "https://example.se/skola", "2026-01-01", date(2026, 11, 23))


def a_service(role: str = "contact_centre", place: str = NATION, **changes: object) -> Service:
    values: dict[str, object] = {
        "place": place,
        "role": role,
        "names": {"sv": "Kontaktcenter", "uk": "контактний центр", "en": "contact centre"},
        "phone": "+4611150000",
        "hours": None,
        "hours_notes": {},
        "address": "",
        "url": "https://example.se",
        "languages": (),
        "shared_group": "",
        "status": "ok",
        "confidence": "high",
        "source": SOURCE,
        "review_every": timedelta(days=90),
    }
    return Service(**{**values, **changes})  # type: ignore[arg-type]


def a_place(id: str = "norrkoping", *, services: tuple[Service, ...] = (), **changes: object) -> Place:
    values: dict[str, object] = {
        "id": id,
        "kind": "municipality",
        "code": "0581",
        "parent": NATION,
        "names": {"sv": id.capitalize(), "uk": id.capitalize(), "en": id.capitalize()},
        "also": (),
        "county": "",
        "featured": 1,
        "services": {s.role: s for s in services},
    }
    return Place(**{**values, **changes})  # type: ignore[arg-type]


def an_article(id: str = "school-start", topic: str = "school", **changes: object) -> Article:
    def body(code: str) -> Body:
        details = (Block("text", (Span(f"Details in {code}."),)),)
        return Body(f"Title {code}", f"Short {code}.", details, f"Button {code}")

    values: dict[str, object] = {
        "id": id,
        "topic": topic,
        "order": 1,
        "intents": ("school.start",),
        "reviewed_on": date(2026, 11, 20),
        "review_every": timedelta(days=90),
        "rules": (),
        "sources": (SOURCE,),
        "next": (),
        "phrasings": {},
        "texts": {code: body(code) for code in ("uk", "sv", "en")},
        "sections": (),
    }
    return Article(**{**values, **changes})  # type: ignore[arg-type]


def a_section(id: str, **changes: object) -> Section:
    values: dict[str, object] = {
        "id": id,
        "places": frozenset(),
        "elsewhere": False,
        "status": "",
        "since": None,
        "until": None,
        "sources": (),
        "texts": {c: Body(f"{id} {c}", "", (Block("text", (Span(f"{id} body"),)),)) for c in ("uk", "sv", "en")},
    }
    return Section(**{**values, **changes})  # type: ignore[arg-type]


def a_catalog(*articles: Article, places: tuple[Place, ...] = (), rules: dict | None = None) -> Catalog:
    articles = articles or (an_article(),)
    nation = a_place(
        NATION,
        kind="nation",
        parent="",
        featured=0,
        services=(
            a_service("emergency", phone="112"),
            a_service("police_not_urgent", phone="11414"),
            a_service("migration_agency", phone="+46771235235"),
            a_service("health_advice", phone="1177"),
        ),
    )
    places = (nation, *(places or (a_place(services=(a_service(place="norrkoping"),)),)))
    topics = tuple(Topic(t, {"sv": t, "uk": t, "en": t}) for t in dict.fromkeys(["school", *(a.topic for a in articles)]))
    return Catalog(
        languages=(
            Language("uk", "Українська", "УКР", "ltr", ("en", "sv"), ("uk", "ru")),
            Language("sv", "Svenska", "SV", "ltr", ("en",), ("sv",)),
            Language("en", "English", "EN", "ltr", ("sv",), ()),
        ),
        topics=topics,
        articles={a.id: a for a in articles},
        places={p.id: p for p in places},
        rules=rules or {},
        by_topic={t.id: tuple(a.id for a in articles if a.topic == t.id) for t in topics},
    )


def a_text(words: str = "hello", who: str = "1", id: str = "1", at: datetime = NOW, channel: str = "telegram") -> TextReceived:
    return TextReceived(id, at, Address(channel, who), words)


class PlainTranslator:
    """Sentences stay the English msgids."""

    def sentence(self, language: str, msgid: str, plural: str = "", n: int = 0) -> str:
        return plural if plural and n != 1 else msgid

    def day(self, language: str, day: date) -> str:
        return day.isoformat()

    def number(self, language: str, number: float) -> str:
        return f"{number:.2f}".removesuffix(".00")

    def weekday(self, language: str, day: int) -> str:
        return ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][day]


class SettableClock:
    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def passes(self, **span: float) -> None:
        self.at += timedelta(**span)
