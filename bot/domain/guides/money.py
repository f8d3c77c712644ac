"""The result of the allowance guide: the caveat, the sum with its working line by line, what only the agency can say, papers."""

from __future__ import annotations

from datetime import date

from bot.domain import doors, screens
from bot.domain.allowance import MONTH_DAYS, YOUNG, Family, Row, Version, Working, count, doubts, version_on
from bot.domain.awake_first import who_answers
from bot.domain.content import Rule
from bot.domain.conversation import Frame
from bot.domain.guides.guide import SKIPPED, Answers, Guide
from bot.domain.guides.money_questions import AGES, day_of, questions
from bot.domain.messages import Button, Line, Message, OfficeShown, Part, Text, say


def result(answers: Answers, place: str | None, frame: Frame) -> Message:
    if answers.get("w") == "m":
        return _under_18(place, frame)
    day = day_of(answers, frame.today)
    version = version_on(frame.catalog.allowance, day)
    title = Line(say("Daily allowance (dagersättning)"), "title")
    if version is None:
        unknown = Line(say("We know no rules for {day}. Ask the Migration Agency (Migrationsverket).", day=day))
        return Message((title, unknown, OfficeShown("sverige.migration_agency")), _ways_on(frame))
    family, income, kr = _family(answers), _income_kind(answers), _kr(answers)
    parts: list[Part] = [title, *_caveats(version, day, frame)]
    for free_food in {"n": (False,), "y": (True,)}.get(answers.get("f", ""), (False, True)):
        parts += _one_count(version, family, free_food, income, kr)
    parts += [Line(_ASK_FOR[doubt], "item") for doubt in doubts(version, family, income)]
    parts += [Line(text, "note") for text in _assumed(answers)]
    parts.append(Line(say("This is our count, not a decision. Only the Migration Agency (Migrationsverket) decides."), "note"))
    parts += [*_papers(version, day, frame), OfficeShown("sverige.migration_agency")]
    return Message(tuple(parts), _ways_on(frame))


def _under_18(place: str | None, frame: Frame) -> Message:
    version = version_on(frame.catalog.allowance, frame.today)
    parts: tuple[Part, ...] = (
        Line(say("Are you under 18?"), "title"),
        *(Line(rule.caveat, "warning") for rule in _in_doubt(version, frame.today, frame)),
        Line(say("With your parents: they count the allowance for the whole family. Let them answer these questions.")),
        Line(say("Without your parents: call the social services now. You have a right to help. Are you in danger? Call 112.")),
        *who_answers(place, frame),
        Line(say("From the age of 16 you can apply for the allowance yourself."), "note"),
        OfficeShown("sverige.migration_agency", place),
    )
    alone = [screens.opens(frame, a) for a in ("minor-alone-self",) if a in frame.catalog.articles]
    return Message(parts, ((screens.CHILD_ALONE,), *screens.rows(alone)))


def _ways_on(frame: Frame) -> tuple[tuple[Button, ...], ...]:
    articles = [screens.opens(frame, a) for a in ("lma-amounts", "lma-apply") if a in frame.catalog.articles]
    return screens.rows([doors.DOORS["right"], *articles])


def _family(answers: Answers) -> Family:
    value = answers.get("k", "")
    ages = [AGES.index(letter) for letter in value if letter in AGES]
    adults = {"c": "couple", "y": "young", "f": "friends"}.get(answers.get("w", ""), "alone")
    return Family(adults, tuple(a for a in ages if a < YOUNG[0]), sum(a >= YOUNG[0] for a in ages))


def _kr(answers: Answers) -> int:
    value = answers.get("i", "")
    return int(value) if value.isascii() and value.isdecimal() else 0


def _income_kind(answers: Answers) -> str:
    known = {"m": "means", "y": "unknown"}.get(answers.get("i", ""), "")
    return known or ("sum" if _kr(answers) else "")


def _caveats(version: Version, day: date, frame: Frame) -> list[Part]:
    rules = _in_doubt(version, day, frame)
    parts: list[Part] = [Line(rule.caveat, "warning") for rule in rules]
    known = [rule.confirmed_until for rule in rules if rule.confirmed_until]
    if version.overdue(frame.today):
        late = say("Last checked {day}. It may have changed since then: ask at the source below.", day=version.reviewed_on)
        parts.append(Line(late, "warning"))
        known.append(version.reviewed_on)
    if known:
        parts.append(Line(say("By the last confirmed figures, of {day}, it would be:", day=min(known))))
    return parts


def _in_doubt(version: Version | None, day: date, frame: Frame) -> list[Rule]:
    rules = (frame.catalog.rules.get(id_) for id_ in (version.rules if version else ()))
    return [rule for rule in rules if rule and rule.in_doubt(day)]


def _one_count(version: Version, family: Family, free_food: bool, income: str, kr: int) -> list[Part]:
    working = count(version, family, free_food=free_food)
    food = say("Food is free where you live. A day:") if free_food else say("You buy your own food. A day:")
    total = say(
        "Together {day_kr} kr a day. In {days} days: {month_kr} kr.",
        day_kr=working.day_ore / 100, days=MONTH_DAYS, month_kr=working.month_ore / 100,
    )  # fmt: skip
    rows = (Line(_row(row), "item") for row in working.rows)
    return [Line(food), *rows, Line(total, "title"), *_beside_income(version, family, working, income, kr)]


def _row(row: Row) -> Text:
    each, full, (first, last) = row.each_ore / 100, row.full_ore / 100, row.ages
    match row.kind:
        case "alone":
            return say("One adult: {each} kr", each=each)
        case "sharing" if row.count == 1:
            return say("One adult who shares a home: {each} kr", each=each)
        case "sharing":
            return say("A couple: {number} × {each} = {sum} kr", number=row.count, each=each, sum=row.ore / 100)
        case "young" if row.count == 1:
            return say("18–20 years, with parents: {each} kr", each=each)
        case "young":
            return say("18–20 years, with parents: {number} × {each} = {sum} kr", number=row.count, each=each, sum=row.ore / 100)
        case "child":
            return say("A child of {first}–{last} years: {each} kr", first=first, last=last, each=each)
    return say(
        "A younger child of {first}–{last} years, from the third child half: {full} / 2 = {each} kr",
        first=first, last=last, full=full, each=each,
    )  # fmt: skip


def _beside_income(version: Version, family: Family, working: Working, income: str, kr: int) -> list[Part]:
    if income == "unknown":
        return [Line(say("With an income you get the difference up to this sum, or nothing if you earn more."))]
    if income != "sum" or (family.adults == "couple" and not version.partner_income):
        return []
    left = working.left_ore(kr)
    if not left:
        return [Line(say("Your income of {income} kr a month is higher: then no allowance is paid.", income=float(kr)))]
    sentence = say(
        "Your income is {income} kr a month. The difference can be paid: {month_kr} − {income} = {left} kr.",
        income=float(kr), month_kr=working.month_ore / 100, left=left / 100,
    )  # fmt: skip
    return [Line(sentence)]


_ASK_FOR = {
    "young_among_children": say(
        "Ask the Migration Agency: does your son or daughter of 18–20 count as one of the two oldest children? "
        "We counted without that."
    ),
    "young_parent": say("Ask the Migration Agency: you are 18–20 and have a child of your own. Your own sum may be another."),
    "means": say("Ask the Migration Agency: your own money and things you can sell come first. It may be less, or nothing."),
    "partner_income": say("Ask the Migration Agency: before 4 April 2024 a partner's income was counted in another way."),
}


def _assumed(answers: Answers) -> list[Text]:
    """Return what we took for granted where a question was skipped."""
    taken = {
        "w": say("You skipped who is counted: we took one adult."),
        "k": say("You skipped the children: we counted none."),
        "i": say("You skipped income: we counted none."),
    }
    return [text for key, text in taken.items() if answers.get(key) == SKIPPED]


def _papers(version: Version, day: date, frame: Frame) -> list[Part]:
    checked = min([version.reviewed_on, *(source.checked_on for source in version.sources)])
    links = {source.publisher: source.url for source in reversed(version.sources)}
    ends = [rule.confirmed_until for rule in _in_doubt(version, day, frame) if rule.confirmed_until]
    by_law = say("Counted for {day}. Law: {law}.", day=day, law=version.law)
    if ends:
        by_law = say(
            "Counted for {day} by the law as we knew it up to {until}: {law}.", day=day, until=min(ends), law=version.law
        )
    return [
        Line(by_law, "note"),
        Line(say("Checked {day}. Source: ", day=checked), "note", tuple(reversed(links.items()))),
    ]


ALLOWANCE = Guide("lma", say("Daily allowance: a count in four questions"), "lma-amounts", questions, result)
