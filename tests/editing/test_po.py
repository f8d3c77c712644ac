"""Texts go out as .po, through a translator's program, and come back: nothing is lost, and nothing comes in unseen."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.texts.check import check
from bot.adapters.texts.editing.export_po import UnknownLanguage, export_po
from bot.adapters.texts.editing.flow import flowed, refolded
from bot.adapters.texts.editing.import_po import Imported, import_po
from bot.adapters.texts.editing.patch import Patch
from bot.adapters.texts.editing.units import units
from bot.adapters.texts.faults import ContentFaults
from bot.adapters.texts.markdown import blocks
from bot.adapters.texts.reading import read
from bot.adapters.texts.strict_yaml import parse
from bot.app import cli
from bot.app.config import ROOT
from tests.content.copies import a_copy, differing, edit, snapshot

TODAY = date(2026, 11, 24)
SFI = "content/articles/school-sfi.yaml"


def saved(raw: bytes, change: Callable[[Catalog], object], width: int = 79) -> bytes:
    """Return the file as a translator's program writes it after a change: lines of another width, comments kept."""
    catalog = read_po(BytesIO(raw))
    change(catalog)
    out = BytesIO()
    write_po(out, catalog, width=width)
    return out.getvalue()


def comes_back(root: Path, raw: bytes, name: str = "uk.po") -> Imported:
    (root / name).write_bytes(raw)
    return import_po(root / "content", root / "locales", root / name, TODAY)


def line_of(raw: bytes, context: str) -> int:
    """Return the line of the entry's msgid, where a fault of it is named."""
    lines = raw.decode().splitlines()
    at = lines.index(f'msgctxt "{context}"')
    return next(n for n in range(at, len(lines)) if lines[n].startswith("msgid")) + 1


def put(context: str, text: str, fuzzy: bool = False) -> Callable[[Catalog], object]:
    def change(catalog: Catalog) -> None:
        entry = next(m for m in catalog if m.context == context)
        entry.string = text
        if fuzzy:
            entry.flags.add("fuzzy")

    return change


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("width", [79, 10_000])
def test_unchanged_texts_leave_every_file_as_it_was(tmp_path: Path, language: str, width: int) -> None:
    root = a_copy(tmp_path)
    before = snapshot(root)
    raw = export_po(root / "content", language)
    assert export_po(root / "content", language) == raw, "the same content gives the same bytes"
    done = comes_back(root, saved(raw, lambda catalog: None, width))
    assert snapshot(root) == before
    assert (done.changed, done.files, done.left_out, done.notes) == (0, [], [], [])


def test_every_text_of_the_articles_is_in_the_file() -> None:
    catalog = read_po(BytesIO(export_po(ROOT / "content", "uk")))
    there = {(m.context, m.id, m.string) for m in catalog if m.id}
    drafts = read(ROOT / "content")
    for id_, entry in drafts.articles.items():
        for section, texts in [("", entry.value.texts), *((f".{p.id}", p.texts) for p in entry.value.parts)]:
            for field in type(texts["sv"]).model_fields:
                if swedish := getattr(texts["sv"], field).strip():
                    theirs = getattr(texts["uk"], field)
                    shown = (flowed(swedish), flowed(theirs)) if field == "body" else (swedish, theirs)
                    assert (f"{id_}{section}.{field}", *shown) in there


def test_the_translator_is_told_what_matters() -> None:
    catalog = read_po(BytesIO(export_po(ROOT / "content", "uk")))
    by_name = {m.context: " ".join(m.auto_comments) for m in catalog if m.id}
    assert "At most 24 characters." in by_name["lma-amounts.button"]
    assert "At most 300 characters." in by_name["lma-amounts.short"]
    assert "Migrationsverket" in by_name["lma-amounts.short"].partition("Stays Swedish")[2]
    assert "Leave as it is: {service:sverige.migration_agency}" in by_name["lma-amounts.body"]
    assert "Source: Sveriges riksdag (SFS)" in by_name["lma-amounts.short"]
    assert "Source: Migrationsverket" in by_name["lma-amounts.registered.body"]
    assert str(catalog.locale) == "uk" and catalog.num_plurals == 3


def test_a_changed_paragraph_changes_its_lines_and_nothing_else(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    edit(root / SFI, "texts:\n", "# Anna reads the Ukrainian of this file.\ntexts:\n")
    before = snapshot(root)
    raw = export_po(root / "content", "uk")
    entry = next(m for m in read_po(BytesIO(raw)) if m.context == "school-sfi.body")
    first, rest = entry.string.split("\n", 1)
    done = comes_back(root, saved(raw, put("school-sfi.body", "Курси безкоштовні: «для всіх» (folkbokförd) 😀.\n" + rest)))
    changed = differing(before, snapshot(root))
    assert done.files == ["articles/school-sfi.yaml"] and list(changed) == [SFI] and done.changed == 1
    gone, came = changed[SFI]
    assert came == ["      Курси безкоштовні: «для всіх» (folkbokförd) 😀."]
    assert flowed("\n".join(gone)).strip() == first
    assert "# Anna reads the Ukrainian of this file.\n" in (root / SFI).read_text()
    assert check(root / "content", root / "locales", TODAY) == []


def test_unsure_empty_and_unknown_entries_stay_out(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    before = snapshot(root)

    def change(catalog: Catalog) -> None:
        put("school-sfi.title", "Інша назва", fuzzy=True)(catalog)
        put("school-sfi.button", "")(catalog)
        catalog.add("Något", "Щось", context="school-gone.title")

    raw = saved(export_po(root / "content", "uk"), change)
    done = comes_back(root, raw)
    assert snapshot(root) == before and done.empty == 1
    assert [(f.path, f.line) for f in done.left_out] == [
        ("uk.po", line_of(raw, "school-sfi.title")),
        ("uk.po", line_of(raw, "school-gone.title")),
    ]
    assert "fuzzy" in done.left_out[0].text and "no text of content/ any more" in done.left_out[1].text


def test_what_changed_in_content_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    root = a_copy(tmp_path)

    def change(catalog: Catalog) -> None:
        for name in ("title", "button"):
            put(f"school-sfi.{name}", "Курс шведської")(catalog)

    raw = saved(export_po(root / "content", "uk"), change)
    by_hand = Patch(SFI, (root / SFI).read_bytes())
    by_hand.set(("texts", "sv", "title"), "En ny rubrik")
    by_hand.set(("texts", "uk", "button"), "Мова")
    (root / SFI).write_bytes(by_hand.result())
    before = snapshot(root)
    done = comes_back(root, raw)
    assert snapshot(root) == before and done.changed == 0
    said = {f.text.partition(":")[0]: f.text for f in done.left_out}
    assert "the Swedish text has changed since the export" in said["school-sfi.title"]
    assert "somebody changed this translation" in said["school-sfi.button"]


def test_a_lost_swedish_word_is_pointed_out(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    raw = export_po(root / "content", "uk")
    entry = next(m for m in read_po(BytesIO(raw)) if m.context == "lma-amounts.short")
    assert "(Migrationsverket)" in entry.string
    changed = saved(raw, put("lma-amounts.short", entry.string.replace(" (Migrationsverket)", "")))
    with pytest.raises(ContentFaults, match="the Swedish word 'Migrationsverket' is lost"):
        comes_back(root, changed)


# What a translation loses or adds is seen in the file itself; all else is what `check` says of the changed content.
LOSSES = {
    "lma-amounts.body": ("Гроші.", "lacks {service:sverige.migration_agency}"),
    "school-sfi.title": ("[Школа](article:school-start)", "has article:school-start, which the Swedish has not"),
}
SLIPS = {
    "lma-amounts.button": ("Скільки грошей платять на день", "has 30 characters, at most 24"),
    "lma-apply.short": ("Слово. " * 50, "has 349 characters, at most 300"),
    "work-tax.title": ("Курсы шведской", "has a letter that Ukrainian does not"),
    "pets.short": ("Читайте **тут**.", "** is not used here"),
    "driving.short": ("Телефонуйте 011-99 99 99 (folkbokförd).", "the number 011-99 99 99 is of no office"),
    "housing-own.body": ("# Гроші", "a heading"),
    "permit-card.button": ("Картка.", "a button has no full stop"),
    "pension.short": ("слово " * 24 + "(Migrationsverket, dagersättning).", "has 26 words, at most 25"),
}


@pytest.mark.parametrize("slips", [LOSSES, SLIPS], ids=["losses", "slips"])
def test_translations_that_would_break_check_are_refused_with_their_lines_and_nothing_changes(
    tmp_path: Path, slips: dict[str, tuple[str, str]]
) -> None:
    root = a_copy(tmp_path)
    before = snapshot(root)

    def change(catalog: Catalog) -> None:
        for context, (text, _) in slips.items():
            put(context, text)(catalog)
        put("permit-travel.title", "Поїздки за кордон")(catalog)  # a good one in the same file stays out too

    raw = saved(export_po(root / "content", "uk"), change)
    with pytest.raises(ContentFaults) as refused:
        comes_back(root, raw)
    assert snapshot(root) == before
    named = defaultdict(str)
    for fault in refused.value.faults:
        named[fault.path, fault.line] += f"{fault.text}\n"  # a slip may break more than one rule
    assert named.keys() == {("uk.po", line_of(raw, context)) for context in slips}
    for context, (_, said) in slips.items():
        assert said in named["uk.po", line_of(raw, context)], context


def test_what_was_wrong_before_does_not_stop_a_translation(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    edit(root / "content/places/norrkoping.yaml", "checked_on: 2026-11-23", "checked_on: 2026-01-23")
    raw = saved(export_po(root / "content", "uk"), put("school-sfi.title", "Курс шведської мови"))
    assert comes_back(root, raw).changed == 1


def test_a_new_language_comes_in_article_by_article(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    with (root / "content" / "languages.yaml").open("a") as file:
        file.write("- {code: pl, name: Polski, short: PL, direction: ltr, fallback: [uk, en], telegram: [pl], complete: false}\n")
    shutil.copytree(root / "locales" / "uk", root / "locales" / "pl")
    catalog = read_po(BytesIO((root / "locales" / "pl" / "LC_MESSAGES" / "bot.po").read_bytes()))
    for message in catalog:
        message.string = ("",) * 3 if message.pluralizable else ""
    out = BytesIO()
    write_po(out, Catalog(locale="pl"))
    (root / "locales" / "pl" / "LC_MESSAGES" / "bot.po").write_bytes(out.getvalue())

    def change(catalog: Catalog) -> None:
        assert {m.string for m in catalog if m.id} == {""}
        for name, text in {"button": "Szwedzki", "title": "Kurs: szwedzki", "short": "Zapytaj gminę."}.items():
            put(f"school-sfi.{name}", text)(catalog)
        body = next(m for m in catalog if m.context == "school-sfi.body")
        body.string = "Kurs jest bezpłatny.\n\n- raz\n- dwa (Migrationsverket, folkbokförd, komvux, sfi)\n\n" + "\n\n".join(
            kept(str(body.id))
        )
        put("work-tax.title", "Podatek")(catalog)
        put("topics:school.names", "Szkoła")(catalog)
        put("places:norrkoping.contact_centre.names", "punkt: kontaktowy gminy")(catalog)

    raw = saved(export_po(root / "content", "pl"), change)
    done = comes_back(root, raw, "pl.po")
    assert done.changed == 6 and [f.text for f in done.left_out] == [
        "work-tax.title: left out with its neighbours until button, short, body is translated too"
    ]
    texts = parse("", (root / SFI).read_bytes()).value["texts"]["pl"]
    assert list(texts) == ["button", "title", "short", "body"] and texts["body"].startswith("Kurs jest bezpłatny.\n\n- raz\n")
    assert (
        "uk: контакт-центр комуни, en: the municipality's contact centre, pl: 'punkt: kontaktowy gminy'}"
        in (root / "content/places/norrkoping.yaml").read_text()
    )
    assert check(root / "content", root / "locales", TODAY) == []


def kept(swedish: str) -> list[str]:
    """Return the lines of offices and of links to our own articles."""
    return [line for line in swedish.splitlines() if line.startswith("{") or "](article:" in line]


@pytest.mark.parametrize(
    ("raw", "line", "said"),
    [
        (b'msgid ""\nmsgstr ""\n"Language: uk\\n"\n\nmsgctxt "a"\nmsgid "x\nmsgstr "y"\n', 6, "this is not a line of a .po file"),
        (b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n', 1, "no line 'Language: "),
        (b'msgid ""\nmsgstr ""\n"Language: sv\\n"\n', 1, "sv is what the texts are translated from"),
        (b'msgid ""\nmsgstr ""\n"Language: de\\n"\n', 1, "'de' is not a language of content/languages.yaml"),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_line(tmp_path: Path, raw: bytes, line: int, said: str) -> None:
    with pytest.raises(ContentFaults) as refused:
        comes_back(a_copy(tmp_path), raw)
    (fault,) = refused.value.faults
    assert (fault.path, fault.line) == ("uk.po", line) and said in fault.text


def test_swedish_and_strange_languages_cannot_be_exported() -> None:
    for code in ("sv", "xx"):
        with pytest.raises(UnknownLanguage):
            export_po(ROOT / "content", code)


def test_the_commands_say_what_they_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = a_copy(tmp_path)
    monkeypatch.setenv("BOT_CONTENT_DIR", str(root / "content"))
    monkeypatch.setenv("BOT_LOCALES_DIR", str(root / "locales"))
    out = root / "en.po"
    assert cli.main(["content", "export-po", "--lang", "en", "--out", str(out)]) == 0
    assert f"python -m bot content import-po {out}" in capsys.readouterr().out
    assert cli.main(["content", "import-po", str(out)]) == 0
    assert capsys.readouterr().out == "0 texts changed, 0 left out, 0 not translated yet.\n"
    out.write_bytes(saved(out.read_bytes(), put("school-sfi.button", "Swedish for each and everyone")))
    assert cli.main(["content", "import-po", str(out)]) == 1
    said = capsys.readouterr().err
    assert f"en.po:{line_of(out.read_bytes(), 'school-sfi.button')}: " in said and "nothing was changed" in said
    assert cli.main(["content", "import-po", str(root / "nowhere.po")]) == 2
    assert cli.main(["content", "export-po", "--lang", "xx"]) == 2


# --- any words ---------------------------------------------------------------------------------------------------------

WORDS = st.text(
    st.one_of(st.characters(exclude_categories=["Cs", "Cc"]), st.sampled_from("\"'\\:#{}[]|>«»’—😀\n\t%ґїє")), min_size=1
).filter(lambda text: text == text.strip())


@given(texts=st.lists(WORDS, min_size=1, max_size=20), width=st.sampled_from([20, 79, 10_000]))
def test_any_words_survive_the_po_file(texts: list[str], width: int) -> None:
    catalog = Catalog(locale="uk")
    for number, text in enumerate(texts):
        catalog.add(f"svenska {text}", text, context=f"a.{number}")
    out = BytesIO()
    write_po(out, catalog, width=width)
    back = read_po(BytesIO(out.getvalue()))
    assert [m.string for m in back if m.id] == texts
    assert [m.id for m in back if m.id] == [f"svenska {text}" for text in texts]


BODIES = [u.text(c) for u in units(read(ROOT / "content")) if u.body for c in ("sv", "uk", "en")]
PARAGRAPHS = st.lists(st.sampled_from([u for body in BODIES for u in flowed(body).split("\n") if u]), min_size=1, max_size=12)


@given(old=st.sampled_from(BODIES), new=PARAGRAPHS, keeps=st.integers(0, 8))
def test_breaking_lines_changes_nothing_that_a_reader_sees(old: str, new: list[str], keeps: int) -> None:
    kept_lines = "\n".join(flowed(old).split("\n")[:keeps]).strip("\n")
    text = "\n\n".join([part for part in (kept_lines, *new) if part])
    folded = refolded(text, old, 6)
    assert flowed(folded) == flowed(text) and blocks(folded)[0] == blocks(text)[0]
    assert refolded(flowed(old), old, 6) == old.strip("\n") + "\n"
