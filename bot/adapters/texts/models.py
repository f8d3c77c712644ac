"""What stands in the files of content/, field by field. docs/content.md explains it to editors.

Strict: nothing is guessed from another type, unknown fields are faults. `explain.py` turns pydantic's errors into sentences.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator

from bot.domain.hours import DAYS, parse_span

ROLES = (
    "contact_centre", "switchboard", "child_intake", "social_duty", "gap_duty", "municipal_duty", "economic_support",
    "school_intake", "social_advice", "advice", "homeless_duty", "homeless_unit", "emergency", "police_not_urgent",
    "migration_agency", "health_advice", "crisis_information", "children_helpline", "adults_about_children",
    "trafficking", "violence", "health_advice_abroad", "adults_helpline", "payment_card",
)  # fmt: skip

Words = Annotated[str, StringConstraints(min_length=1)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=62)]
IntentId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Url = Annotated[str, StringConstraints(pattern=r"^(https://[^\s/]+\.[^\s]+)?$")]
Dated = Annotated[str, StringConstraints(pattern=r"^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$")]
Phone = Annotated[str, StringConstraints(pattern=r"^(\+[1-9][0-9]{6,14}|[0-9]{3,6})?$")]
Days = Annotated[int, Field(ge=1, le=730)]
Hours = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$")]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Names = dict[Code, Words]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SourceFile(Strict):
    """Where something was read."""

    publisher: Words
    title: Words
    url: Url
    dated: Dated = Field(description="The day the source itself gives, in quotes: '2025-03-01', '2025-03', '2025' or ''.")
    checked_on: date = Field(description="The day we read it.")
    facts: list[Words] = Field(default=[], description="Ids of the facts taken from it.")


class TextFile(Strict):
    """An article in one language."""

    button: Annotated[str, StringConstraints(min_length=1, max_length=24)] = Field(description="No full stop.")
    title: Annotated[str, StringConstraints(min_length=1, max_length=70)]
    short: Annotated[str, StringConstraints(min_length=1, max_length=300)] = Field(
        description="Plain text, useful on its own: the act first, then why."
    )
    body: str = Field(description="Paragraphs, lists (- or 1.), **bold**, [links](https://…), {service:role}; may be ''.")


class PartTextFile(Strict):
    """A part in one language. With `short` it replaces the article's short answer for its places."""

    heading: Annotated[str, StringConstraints(min_length=1, max_length=70)]
    short: Annotated[str, StringConstraints(max_length=300)] = ""
    body: str = ""


class PartFile(Strict):
    """A section whose place, status or date decides."""

    id: Id
    places: list[Id] = Field(default=[], description="Shown only there, and in the districts of these places.")
    elsewhere: bool = Field(default=False, description="Shown where no part with `places` fits.")
    status: Literal["", "registered", "not_registered"] = ""
    from_: date | None = Field(default=None, alias="from", description="Shown from this day.")
    until: date | None = Field(default=None, description="Shown up to and including this day.")
    offers: Literal["", "e_service", "not_needed"] = Field(
        default="", description="help-offer-housing: the place has a way of its own for offers, or has said that it needs none."
    )
    sources: list[SourceFile] = []
    texts: dict[Code, PartTextFile]


class ArticleFile(Strict):
    """One answer in all languages."""

    id: Id
    topic: Id
    order: int
    intents: list[IntentId] = []
    reviewed_on: date = Field(description="The day a person last read it against its sources.")
    review_every_days: Days
    rules: list[Id] = Field(default=[], description="Ids in content/rules.yaml whose caveat stands above the answer.")
    sources: Annotated[list[SourceFile], Field(min_length=1)]
    next: Annotated[list[Id], Field(max_length=4)] = Field(default=[], description="Articles offered as buttons.")
    phrasings: dict[Code, list[Words]] = Field(description="How people ask, in their words.")
    texts: dict[Code, TextFile]
    parts: list[PartFile] = []


class ServiceFile(Strict):
    """An office at a place."""

    role: Literal[ROLES]  # type: ignore[valid-type]
    names: Names
    phone: Phone = Field(description="International form or a short number, in quotes; '' = nobody has confirmed one.")
    hours: dict[Literal[DAYS], list[Hours]] | None = Field(  # type: ignore[valid-type]
        default=None, description="Swedish time, as 08:00-16:30; leave out when not known."
    )
    hours_notes: Names = Field(default={}, description="What the table cannot say.")
    half_day_closes: TimeOfDay | None = Field(default=None, description="The day before a public holiday, if a source says so.")
    summer_closes: TimeOfDay | None = Field(default=None, description="June to August, if a source says so.")
    when_office_closed: bool = Field(default=False, description="A source says: open whenever the office is closed.")
    address: str = ""
    url: Url = ""
    languages: list[Code] = Field(default=[], description="Only what a source says.")
    shared_group: str = Field(default="", description="The same id at several places = one duty line for all of them.")
    status: Literal["ok", "verify", "stale", "unknown"]
    confidence: Literal["high", "medium", "low"]
    source: SourceFile
    review_every_days: Days

    @field_validator("hours")
    @classmethod
    def _hours_exist(cls, hours: dict[str, list[str]] | None) -> dict[str, list[str]] | None:
        for spans in (hours or {}).values():
            for span in spans:
                parse_span(span)
        return hours


class PlaceFile(Strict):
    """The nation, a municipality or a district, with its offices."""

    id: Id
    kind: Literal["nation", "municipality", "district"]
    code: Annotated[str, StringConstraints(pattern=r"^([0-9]{4})?$")] = Field(
        default="", description="The municipality's code at Statistics Sweden, in quotes; '' for others."
    )
    parent: Id | Literal[""] = Field(description="sverige for a municipality, the municipality for a district.")
    featured: Annotated[int, Field(ge=0, le=4)] = Field(default=0, description="Order among the first buttons.")
    names: Names
    also: list[Words] = Field(default=[], description="Other ways people type it.")
    county: str = ""
    services: list[ServiceFile] = []


class LanguageFile(Strict):
    code: Code
    name: Words
    short: Words
    direction: Literal["ltr", "rtl"]
    fallback: list[Code]
    telegram: list[Code]
    complete: bool = Field(default=True, description="false while texts are still being translated: gaps are no faults.")


class TopicFile(Strict):
    id: Id
    names: Names
    words: dict[str, list[str]] = {}


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


class RuleFile(Strict):
    id: Id
    name: Names
    confirmed_until: Annotated[date | None, BeforeValidator(_empty_is_none)]
    caveat: Names
    source: SourceFile


Kronor = Annotated[int, Field(ge=1, le=2000)]


class ChildRateFile(Strict):
    """What a child of these ages has a day."""

    first: Annotated[int, Field(ge=0, le=17)]
    last: Annotated[int, Field(ge=0, le=17)]
    kr: Kronor


class RatesFile(Strict):
    """Kronor a day."""

    alone: Kronor
    sharing: Kronor
    young: Kronor = Field(description="18 to 20 years, living with their parents.")
    children: Annotated[list[ChildRateFile], Field(min_length=1)]


class AllowanceFile(Strict):
    """One version of the rules of the LMA allowance."""

    id: Id
    from_: date = Field(alias="from")
    until: date | None = Field(default=None, description="The last day; left out in the newest version.")
    law: Words = Field(description="Act or ordinance and paragraph, in Swedish.")
    rules: list[Id] = Field(description="Ids in content/rules.yaml whose caveat stands above the result.")
    adults_sharing: Literal["partners", "household"]
    partner_income_counts: bool
    own_food: RatesFile
    free_food: RatesFile
    full_children: Annotated[int, Field(ge=0, le=20)]
    later_percent: Annotated[int, Field(ge=0, le=100)]
    reviewed_on: date
    review_every_days: Days
    sources: Annotated[list[SourceFile], Field(min_length=1)]


class IntentFile(Strict):
    id: IntentId
    meaning: Words


class IntentsFile(Strict):
    intents: list[IntentFile]
    proposed: list[IntentFile] = []


class FactFile(Strict):
    """One thing that is known, in our own words, with its papers. `values`: its figures by what they are."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][A-Za-z0-9_.-]*$")]
    claim: Words
    values: dict[str, Words] = {}
    law: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    source: SourceFile
    confidence: Literal["high", "medium", "low"]


class TranslatedFile(Strict):
    """Which Swedish text the translations of an article or part were made from. See translated.py."""

    id: Words
    of: Words
    means: str = ""
    languages: dict[Code, Words] = {}


class SeenAtFile(Strict):
    publisher: Words
    url: Url


class TermFile(Strict):
    """A word of the field. `survives`: the Swedish word, or its stem, that every translation must keep."""

    id: Words
    sv: Words
    en: Words
    uk: Words
    uk_first_mention: str = ""
    survives: str = ""
    source: SeenAtFile | None = None


class GlossaryFile(Strict):
    never: dict[Code, list[Words]] = {}
    terms: list[TermFile]


class SaidFile(Strict):
    """Sentences of the code (their English) that state figures, and the facts that carry them, or why they need none."""

    sentences: Annotated[list[Words], Field(min_length=1)]
    facts: list[Words] = []
    why: str = ""


class UntracedFile(Strict):
    """Figures of an article that no fact carries, and why they may stand all the same."""

    article: Id
    figures: Annotated[list[Words], Field(min_length=1)]
    why: Words
