"""content/allowance.yaml: its versions as the domain has them, and what an editor can get wrong in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from bot.adapters.texts.faults import Fault
from bot.adapters.texts.models import AllowanceFile, RatesFile, SourceFile
from bot.adapters.texts.reading import Drafts, Entry
from bot.domain import allowance as domain
from bot.domain.register import Source

ADULT = 18


def versions(drafts: Drafts) -> tuple[domain.Version, ...]:
    made = (_version(entry.value) for entry in drafts.allowance.values())
    return tuple(sorted(made, key=lambda version: version.since))


def _version(file: AllowanceFile) -> domain.Version:
    return domain.Version(
        id=file.id,
        since=file.from_,
        until=file.until,
        law=file.law,
        rules=tuple(file.rules),
        friends_share=file.adults_sharing == "household",
        partner_income=file.partner_income_counts,
        own_food=_rates(file.own_food),
        free_food=_rates(file.free_food),
        full_children=file.full_children,
        later_percent=file.later_percent,
        reviewed_on=file.reviewed_on,
        review_every=timedelta(days=file.review_every_days),
        sources=tuple(made_source(source) for source in file.sources),
    )


def _rates(file: RatesFile) -> domain.Rates:
    bands = sorted((domain.ChildRate(rate.first, rate.last, rate.kr) for rate in file.children), key=lambda rate: rate.first)
    return domain.Rates(file.alone, file.sharing, file.young, tuple(bands))


def made_source(source: SourceFile) -> Source:
    return Source(source.publisher, source.title, source.url, source.dated, source.checked_on, tuple(source.facts))


def allowance_faults(drafts: Drafts) -> Iterator[Fault]:
    """Yield what would count wrongly: days without rules or with two, ages without an amount, unknown acts in doubt."""
    entries = sorted(drafts.allowance.values(), key=lambda entry: entry.value.from_)
    for entry, following in zip(entries, [*entries[1:], None], strict=True):
        yield from _days(entry, following)
        for number, rule in enumerate(entry.value.rules):
            if rule not in drafts.rules:
                yield entry.fault(("rules", number), f"rule '{rule}' is not in content/rules.yaml; mend the id")
        for name in ("own_food", "free_food"):
            yield from _ages(entry, name)


def _days(entry: Entry[AllowanceFile], following: Entry[AllowanceFile] | None) -> Iterator[Fault]:
    version = entry.value
    if version.until and version.until < version.from_:
        yield entry.fault(("until",), f"{version.id} ends before it begins; mend the days")
    if following is None:
        return
    last = following.value.from_ - timedelta(days=1)
    if version.until != last:
        loc = ("until",) if version.until else ("id",)
        text = f"{version.id} must end on {last}, the day before {following.value.id} begins; write until: {last}"
        yield entry.fault(loc, text)


def _ages(entry: Entry[AllowanceFile], name: str) -> Iterator[Fault]:
    rates: RatesFile = getattr(entry.value, name)
    covered = [age for rate in rates.children for age in range(rate.first, rate.last + 1)]
    if sorted(covered) != list(range(ADULT)):
        text = f"{name}.children must name every age from 0 to {ADULT - 1} once; mend the ages"
        yield entry.fault((name, "children"), text)


def allowance_papers(drafts: Drafts, today: date) -> Iterator[Fault]:
    for entry in drafts.allowance.values():
        version = entry.value
        due = version.reviewed_on + timedelta(days=version.review_every_days)
        if version.reviewed_on > today:
            yield entry.fault(("reviewed_on",), f"reviewed_on {version.reviewed_on} has not come yet; mend the day")
        elif today > due:
            text = f"the review was due on {due}; read it against its sources and set reviewed_on"
            yield entry.fault(("reviewed_on",), text)
