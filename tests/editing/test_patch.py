"""One value of a YAML file changes; every other byte stays: comments, order, quotes, line layout."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.texts.editing.patch import CannotPatch, Patch
from bot.adapters.texts.strict_yaml import parse
from bot.app.config import ROOT

FILES = sorted(p for folder in ("articles", "places") for p in (ROOT / "content" / folder).glob("*.yaml"))
LISTS = [ROOT / "content" / name for name in ("topics.yaml", "rules.yaml", "languages.yaml", "intents.yaml")]

AN_OFFICE = b"""# Who: the school office checks this file.
id: town   # never changes
names: {sv: Staden, uk: \xd0\x9c\xd1\x96\xd1\x81\xd1\x82\xd0\xbe}
services:
# the desk
- role: contact_centre
  phone: '+4611150000'    # rung by Anna on Monday
  hours:
    mon: [08:00-16:00]    # long day
    tue: [08:00-12:00]

  # where it is
  address:
  notes: |
    First line.

    Last line.

  # about the status
  status: verify
"""


def changed(raw: bytes, loc: tuple[str | int, ...], value: Any) -> str:
    patch = Patch("content/town.yaml", raw)
    patch.set(loc, value)
    return patch.result().decode()


def diff(before: bytes, after: str) -> tuple[list[str], list[str]]:
    """Return the lines that went and those that came."""
    old, new = before.decode().splitlines(), after.splitlines()
    while old and new and old[0] == new[0]:
        old, new = old[1:], new[1:]
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    return old, new


@pytest.mark.parametrize("path", [*FILES, *LISTS], ids=lambda p: p.name)
def test_a_file_in_which_nothing_changes_stays_as_it_is(path: Path) -> None:
    raw = path.read_bytes()
    patch = Patch(path.name, raw)
    for loc, value in walk(parse(path.name, raw).value):
        patch.set(loc, value)
    assert patch.result() == raw


def walk(value: Any, loc: tuple[str | int, ...] = ()) -> Any:
    """Yield every value that stands under a key, the outer ones first."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*loc, key), inner
            yield from walk(inner, (*loc, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from walk(inner, (*loc, at))


def test_a_phone_changes_and_its_comment_stays() -> None:
    after = changed(AN_OFFICE, ("services", 0, "phone"), "+4611999999")
    assert diff(AN_OFFICE, after) == (
        ["  phone: '+4611150000'    # rung by Anna on Monday"],
        ["  phone: '+4611999999'    # rung by Anna on Monday"],
    )


def test_a_text_of_several_lines_keeps_its_form_and_the_comment_below_it() -> None:
    after = changed(AN_OFFICE, ("services", 0, "notes"), "Another line.\n\n- one\n- two: «три» 😀\n")
    assert diff(AN_OFFICE, after)[1] == ["    Another line.", "", "    - one", "    - two: «три» 😀"]
    assert "\n\n  # about the status\n  status: verify\n" in after


def test_an_empty_value_is_filled_where_it_stands() -> None:
    assert "  address: Storgatan 1: gården\n" not in changed(AN_OFFICE, ("services", 0, "address"), "Storgatan 1: gården")
    assert "  address: 'Storgatan 1: gården'\n" in changed(AN_OFFICE, ("services", 0, "address"), "Storgatan 1: gården")


def test_a_key_that_is_missing_comes_last_in_its_mapping() -> None:
    assert changed(AN_OFFICE, ("names", "en"), "Town").count("{sv: Staden, uk: Місто, en: Town}") == 1
    assert changed(AN_OFFICE, ("services", 0, "hours", "wed"), ["09:00-10:00"]).count(
        "    tue: [08:00-12:00]\n    wed: [09:00-10:00]\n\n  # where it is"
    )
    after = changed(AN_OFFICE, ("services", 0, "texts"), {"pl": {"title": "Tak", "body": "Raz\n\nDwa\n"}})
    assert after.endswith("  status: verify\n  texts:\n    pl:\n      title: Tak\n      body: |\n        Raz\n\n        Dwa\n")


def test_a_whole_table_of_hours_is_exchanged_and_taken_out() -> None:
    after = changed(AN_OFFICE, ("services", 0, "hours"), {"fri": ["10:00-12:00"]})
    assert "  hours:\n    fri: [10:00-12:00]\n\n  # where it is\n" in after
    patch = Patch("content/town.yaml", AN_OFFICE)
    patch.remove(("services", 0, "hours"))
    patch.set(("services", 0, "checked_on"), date(2026, 11, 25))
    after = patch.result().decode()
    assert "hours" not in after and "rung by Anna on Monday\n\n  # where it is" in after
    assert after.endswith("  status: verify\n  checked_on: 2026-11-25\n")


def test_windows_line_ends_and_a_byte_order_mark_stay() -> None:
    raw = b"\xef\xbb\xbf" + AN_OFFICE.replace(b"\n", b"\r\n")
    patch = Patch("content/town.yaml", raw)
    patch.set(("services", 0, "notes"), "A.\n\nB.\n")
    patch.set(("services", 0, "phone"), "112")
    patch.set(("services", 0, "url"), "https://example.se")
    after = patch.result()
    assert after.startswith(b"\xef\xbb\xbf#") and after.count(b"\n") == after.count(b"\r\n")
    assert b"    A.\r\n\r\n    B.\r\n\r\n" in after and after.endswith(b"  url: https://example.se\r\n")


@pytest.mark.parametrize(
    ("raw", "loc"),
    [
        (b"a: 1\nb: {}\n", ("b", "c")),
        (b"a: 1\n", ("nowhere", "c")),
        (b"- 1\n- 2\n", ("c",)),
    ],
)
def test_what_cannot_be_changed_safely_is_refused(raw: bytes, loc: tuple[str, ...]) -> None:
    with pytest.raises(CannotPatch, match="only a hand can change"):
        changed(raw, loc, "x")


def test_a_file_that_is_no_yaml_is_refused_with_its_line() -> None:
    with pytest.raises(CannotPatch, match=r"^content/town.yaml:3: "):
        Patch("content/town.yaml", b"a: 1\nb: [\n")


# --- every text, in every place ----------------------------------------------------------------------------------------

ODD = st.sampled_from([
    "'", '"', "{", "}", "[", "]", "|", ">", "😀", "👩‍👧", "«", "»", "’", "\\", "@", "&", "*", "!", "%", "`", "no", "null",
    "070123", "1_000", "2026-11-25", "школа", "Norrköping", "ї", "---", "...", "?", ",", "~", "=", ": ", " #", "- ", "\n", "\n\n",
    "\u2028", "\x85", "\ufeff", "\u00a0", "\t", "  ", "\x07", "\r",
])  # fmt: skip
TEXTS = st.lists(st.one_of(ODD, st.text(st.characters(exclude_categories=["Cs"]), max_size=12)), max_size=14).map("".join)


@settings(max_examples=150)
@given(text=TEXTS, path=st.sampled_from(FILES), which=st.integers(0, 10_000))
def test_any_text_can_stand_anywhere_and_nothing_else_moves(text: str, path: Path, which: int) -> None:
    raw = path.read_bytes()
    places = [loc for loc, value in walk(parse(path.name, raw).value) if isinstance(value, str)]
    loc = places[which % len(places)]
    patch = Patch(path.name, raw)
    patch.set(loc, text)
    after = patch.result()
    old, _ = diff(raw, after.decode())
    was = parse(path.name, raw)
    holder: Any = parse(path.name, after).value
    for step in loc:
        holder = holder[step]
    assert holder == text
    node: Any = was.root
    for step in loc:
        node = node.value[step] if isinstance(node, yaml.SequenceNode) else next(v for k, v in node.value if k.value == step)
    assert len(old) <= node.end_mark.line - node.start_mark.line + 1, "lines beyond the value moved"


@settings(max_examples=150)
@given(texts=st.dictionaries(st.sampled_from(["title", "short", "body"]), TEXTS, min_size=1), path=st.sampled_from(FILES))
def test_a_new_language_goes_in_below_the_others(texts: dict[str, str], path: Path) -> None:
    raw = path.read_bytes()
    key = "texts" if path.parent.name == "articles" else "names"
    patch = Patch(path.name, raw)
    patch.set((key, "pl"), texts)
    after = patch.result()
    assert parse(path.name, after).value[key]["pl"] == texts
    assert diff(raw, after.decode())[0] == [] or key == "names"
