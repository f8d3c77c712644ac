"""`python -m bot check` names each of these faults at its file and line; a fault in a text it names alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.adapters.texts.check import check
from tests.content.copies import a_copy, edit, one_in_two, rounds

TODAY = date(2026, 11, 24)
SFI = "content/articles/school-sfi.yaml"
TOWN = "content/places/norrkoping.yaml"
ALARM = "content/escalation.yaml"
SAID = "content/phrases.yaml"
ALLOWANCE = "content/allowance.yaml"

# name: file, what stands there, what an editor's slip makes of it, what check says
FAULTS: dict[str, tuple[str, str, str, str]] = {
    "topic unknown": (SFI, "topic: school\n", "topic: skola\n", "topic 'skola' is not in content/topics.yaml"),
    "intent unknown": (SFI, "intents: [school.sfi]", "intents: [school.sfi, school.sfy]", "intent 'school.sfy' is not in"),
    "next is gone": (SFI, "next: [register-population", "next: [register-populatio", "next 'register-populatio' is no file"),
    "next is itself": (SFI, "next: [register-population", "next: [school-sfi", "is this article itself"),
    "rule unknown": (SFI, "rules: []", "rules: [reception]", "rule 'reception' is not in content/rules.yaml"),
    "day in the future": (SFI, "reviewed_on: 2026-11-24", "reviewed_on: 2027-11-24", "has not come yet"),
    "review overdue": (SFI, "reviewed_on: 2026-11-24", "reviewed_on: 2026-01-24", "the review was due on"),
    "day that is none": (SFI, "reviewed_on: 2026-11-24", "reviewed_on: 2026-13-24", "not a day of the calendar"),
    "checked in the future": (SFI, "checked_on: 2026-11-23", "checked_on: 2028-11-23", "has not come yet"),
    "dated after checked": (SFI, "dated: '2023-07'", "dated: '2027-07'", "is after checked_on"),
    "http link": (SFI, "url: https://www.regeringen.se", "url: http://www.regeringen.se", "begins with http://"),
    "field misspelt": (SFI, "order: 60", "oder: 60", "did you mean order"),
    "key twice": (SFI, "order: 60\n", "order: 60\norder: 61\n", "stands here a second time"),
    "number for a word": (SFI, "order: 60", "order: sixty", "must be a whole number"),
    "broken yaml": (SFI, "intents: [school.sfi]", "intents: [school.sfi", "not valid YAML"),
    "phone of low confidence": (
        TOWN, "  status: verify\n  confidence: medium\n", "  status: verify\n  confidence: low\n", "low confidence and a phone",
    ),
    "asks for two": (
        "content/not_ours.yaml", "чи буде сьогодні дощ", "де спати", "stands in content/articles/housing-tonight",
    ),
    "danger and calm": (
        "content/danger_signs.yaml", "- дочка сама вчить шведську", "- чоловік впав і не відповідає", "stands in",
    ),
    "a list lacks a language": (
        "content/small_talk.yaml", "sv: [bara testar]", "xx: [bara testar]", "phrasings: sv is missing",
    ),
    "phone that is none": (TOWN, "phone: '+4611150000'", "phone: '011-15 00 00'", "phone is '011-15 00 00'"),
    "role unknown": (TOWN, "- role: contact_centre", "- role: contact_center", "it must be one of"),
    "hours that are none": (TOWN, "mon: [08:00-16:00]", "mon: [8-16]", "hours"),
    "parent unknown": (TOWN, "parent: sverige", "parent: norge", "a municipality's parent is sverige, not 'norge'"),
    "name missing": (
        TOWN, "{sv: Norrköping, uk: Норрчепінг, en: Norrköping}", "{sv: Norrköping, en: Norrköping}", "uk is missing",
    ),
    "file not its id": (TOWN, "id: norrkoping", "id: norrkopping", "norrkopping"),
    "level that waits too long": (
        ALARM, "after_minutes: 15", "after_minutes: 150", "steps[4].after_minutes must be at most 60",
    ),
    "level before its time": (ALARM, "after_minutes: 10", "after_minutes: 5", "must be later than 5 minutes"),
    "level left out": (ALARM, "{level: 3, ", "{level: 4, ", "levels count 1, 2, 3"),
    "alarm that stops": (ALARM, "again_every_minutes: 5 ", "again_every_minutes: 0 ", "must be 1 minutes to 15"),
    "nobody but one": (ALARM, "15, everybody: true}", "15}", "must be true: the last step pages everybody"),
    "release before reminder": (ALARM, "idle_remind_minutes: 15", "idle_remind_minutes: 30", "less than 30 minutes"),
    "hours for minutes": (ALARM, "idle_release_minutes: 30", "idle_release_minutes: 1h", "must be a whole number"),
    "field of the alarm misspelt": (ALARM, "again_every_minutes", "again_every_minute", "did you mean again_every_minutes"),
    "phrase without Russian": (
        SAID, 'ru: "Меня зовут {name}. Сейчас', 'xx: "Меня зовут {name}. Сейчас', "xx is no language",
    ),
    "place of one language only": (
        SAID, "är framme om ungefär {minutes} min", "är framme om ungefär tio min", "differs from the others in {minutes}",
    ),
    "place that is none": (SAID, "Vi möts här: {place}", "Vi möts här: {plats}", "has {plats}; there are {minutes}"),
    "brace left open": (SAID, "My name is {name}.", "My name is {name.", "brace without its other half"),
    "phrase too long": (SAID, "Vi läser det du skriver nu.", "Vi läser det. " * 20, "characters, at most 200"),
    "sentence too long": (SAID, "Ett ord räcker.", "Ett ord " + "och ett till " * 5 + "räcker.", "make two of it"),
    "sentence too long for a child": (
        SAID, "Håll telefonen på. Är batteriet",
        "Håll telefonen på så länge du kan och så länge den orkar i dag. Är batteriet", "at most 13",
    ),
    "phrase of another": (
        SAID, "Är du hungrig eller törstig? Fryser du?",
        "Fryser du? Gå in där det är varmt och finns folk. Skriv sedan var du är.", "says the same as go-inside-child",
    ),
    "asks why": (SAID, "Har barnet ätit och druckit?", "Varför är barnet ensamt?", "asks why"),
    "promises secrecy": (SAID, "Jag läser det du skriver nu.", "Det är hemligt.", "secrecy"),
    "reader unknown": (SAID, "  for: anyone\n", "  for: everyone\n", "it must be one of"),
    "promises secrecy in Ukrainian": (SAID, "Ви робите правильно.", "Ви анонімні.", "with 'анонім'"),
    "asks for a personal number": (SAID, "Ungefär hur gamla är de?", "Skriv deras personnummer.", "never do here"),
    "Russian letter in Ukrainian": (SAID, "Чи є поруч хтось, кого ти", "Чи є поруч хтось, кого ты", "that Ukrainian does not"),
    "Ukrainian letter in Russian": (SAID, "Ребёнок ел и пил?", "Ребёнок ел і пил?", "that Russian does not"),
    "number of no office in a phrase": (SAID, "Hjälp är på väg.", "Ring 011-99 99 99.", "is of no office"),
    "group unknown": (SAID, "  group: closing\n", "  group: closings\n", "'closings' is no group"),
    "group without a name": (SAID, ", uk: Завершення}", "}", "closing: names uk is missing"),
    "phrase twice": (SAID, "- id: call-112-child", "- id: call-112", "stands in the list twice"),
    "act in doubt unknown": (ALLOWANCE, "rules: [reception-act]", "rules: [reception]", "rule 'reception' is not in"),
    "age without an amount": (ALLOWANCE, "{first: 4, last: 10, kr: 43}", "{first: 5, last: 10, kr: 43}", "every age from 0"),
    "day without rules": (ALLOWANCE, "until: 2024-04-03", "until: 2024-04-02", "must end on 2024-04-03"),
    "amount in quotes": (ALLOWANCE, "alone: 71", "alone: '71'", "must be a whole number"),
    "status unknown": (TOWN, "  status: verify\n", "  status: checked\n", "it must be one of"),
}  # fmt: skip

# Where the fault is named at another line than the slip begins: how many lines further down.
ELSEWHERE = {"key twice": 1, "phone of low confidence": -10, "broken yaml": 1}

# The same for one text of an article: which text, what is wrong with it, what check says.
TEXTS: dict[str, tuple[str, str, str]] = {
    "short too long": ("short", "Ord. " * 61, "short has 305 characters, at most 300"),
    "button too long": ("button", "Svenska för alla som vill", "button has 25 characters, at most 24"),
    "button with a full stop": ("button", "Svenska.", "a button has no full stop"),
    "title too long": ("title", "x" * 71, "title has 71 characters, at most 70"),
    "number of no office": ("short", "Ring 011-99 99 99.", "the number 011-99 99 99 is of no office"),
    "marks in plain text": ("short", "Läs **nu**.", "is not used here, only in body"),
    "link to nowhere": ("body", "Se [skolan](article:school-nowhere).", "the link article:school-nowhere leads nowhere"),
    "heading in a body": ("body", "# Rubrik", "heading"),
    "office of no role": ("body", "{service:contact_center}", "the role 'contact_center' is unknown"),
    "sentence without end": ("body", "ord " * 40 + "slut.", "words, at most"),
}


def one_fault(root: Path) -> tuple[str, int, str]:
    faults = check(root / "content", root / "locales", TODAY)
    assert len(faults) == 1, [str(f) for f in faults]
    return faults[0].path, faults[0].line, faults[0].text


@pytest.mark.parametrize("names", rounds(FAULTS, 16), ids=" + ".join)
def test_each_slip_is_named_with_its_line(names: tuple[str, ...], tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    lines = {name: edit(root / FAULTS[name][0], *FAULTS[name][1:3]) + ELSEWHERE.get(name, 0) for name in names}
    faults = check(root / "content", root / "locales", TODAY)
    for name, line in lines.items():
        path, _, _, said = FAULTS[name]
        there = [f for f in faults if f.path == path and f.line == line]
        assert any(said in f.text for f in there), (name, line, [str(f) for f in faults][:8])


@pytest.mark.parametrize("name", one_in_two(TEXTS))
def test_a_fault_in_a_text_is_named_alone_with_its_line(name: str, tmp_path: Path) -> None:
    field, words, said = TEXTS[name]
    root = a_copy(tmp_path)
    path = root / SFI
    lines = path.read_text().split("\n")
    start = next(i for i, text in enumerate(lines) if text.startswith("texts:"))
    sv = next(i for i in range(start, len(lines)) if lines[i] == "  sv:")
    at = next(i for i in range(sv, len(lines)) if lines[i].startswith(f"    {field}:"))
    end = next(i for i in range(at + 1, len(lines)) if not lines[i].startswith("     ") and lines[i].strip())
    lines[at:end] = [f'    {field}: "{words}"']
    path.write_text("\n".join(lines))
    found = one_fault(root)
    assert found[0] == SFI and found[1] == at + 1 and said in found[2], found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('msgstr "Ваше місце: {place}."', 'msgstr "Ваше місце: {plats}."', "{place}"),
        ('msgstr "Нічого з цього"', 'msgstr ""', "is not translated"),
        ('msgstr "525 годин', 'msgstr "999 годин', "has other figures than the English"),
        ('msgid "None of these"', 'msgid "None of those"', "is missing"),
    ],
)
def test_a_slip_in_a_translation_is_named(old: str, new: str, said: str, tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    edit(root / "locales" / "uk" / "LC_MESSAGES" / "bot.po", old, new)
    faults = check(root / "content", root / "locales", TODAY)
    assert any(f.path.startswith("locales/uk") and said in f.text for f in faults), [str(f) for f in faults]


def test_a_language_that_is_missing_in_an_article(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    path = root / SFI
    text = path.read_text()
    start = text.index("\n  uk:\n", text.index("\ntexts:"))
    end = min(
        i for i in (text.find("\n  en:\n", start), text.find("\n  sv:\n", start + 1), text.find("\nparts:", start)) if i > 0
    )
    path.write_text(text[:start] + text[end:])
    faults = [str(f) for f in check(root / "content", root / "locales", TODAY)]
    assert any("uk is missing" in f for f in faults), faults


def test_a_schema_that_was_forgotten(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    (root / "content" / "schema" / "article.json").write_text("{}")
    path, line, said = one_fault(root)
    assert path == "content/schema/article.json" and "python -m bot.adapters.texts.schema" in said and line == 1
