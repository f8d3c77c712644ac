"""Who may publish a draft: two people where a figure stands in it, one where none does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.adapters.texts.editing.draft_folder import DraftFolder
from bot.app import config
from bot.domain.draft import REVIEW, Draft, version_of, why_not_publish, why_not_review
from bot.domain.people import Role, Staff
from tests.support.builders import NOW

VERSION = version_of("text")
DRAFT = Draft(1, "a.yaml", VERSION, REVIEW, written_by=1, changed_by=2, changed_at=NOW)


def editor(id: int, *roles: Role) -> Staff:
    return Staff(id, "norrkoping", f"E{id}", frozenset(roles or (Role.EDITOR,)), "sv")


@pytest.mark.parametrize(
    ("person", "figures", "may"),
    [
        (editor(1), ("71",), False),  # wrote the answer
        (editor(2), ("71",), False),  # changed it last
        (editor(3), ("71",), True),
        (editor(1), (), True),
        (editor(2), (), True),
        (editor(3, Role.HELPER), (), False),
        (editor(3, Role.ON_CALL), ("71",), False),
        (replace(editor(3), active=False), (), False),
    ],
)
def test_a_figure_needs_a_second_person(person: Staff, figures: tuple[str, ...], may: bool) -> None:
    assert (why_not_publish(DRAFT, VERSION, figures, person) is None) == may


def test_what_was_changed_elsewhere_or_not_put_up_is_not_published() -> None:
    assert why_not_publish(DRAFT, version_of("another"), (), editor(3))
    assert why_not_publish(None, VERSION, (), editor(3)), "a file that nobody has saved in the console"
    changed = DRAFT.changed(version_of("another"), editor(3), NOW)
    assert why_not_publish(changed, changed.version, (), editor(2)), "a change ends the review"
    assert why_not_review(changed, changed.version) is None
    assert why_not_publish(changed.up_for_review(), changed.version, ("71",), editor(3)), "now it is hers"
    assert why_not_publish(changed.up_for_review(), changed.version, ("71",), editor(2)) is None
    assert why_not_publish(changed.published(editor(2), NOW), changed.version, (), editor(1))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Ring 011-15 00 00 i dag.", ["+4611150000"]),
        ("Det är 71 kr om dagen.", ["71"]),
        ("Senast den 4 mars 2027.", ["4 mars 2027"]),
        ("У разі небезпеки дзвоніть 112.", []),
        ("Fråga skolan först.", []),
        ("1. Fråga skolan.\n      2. Fyll i blanketten.", []),
    ],
)
def test_which_figures_a_draft_tells(words: str, found: list[str]) -> None:
    settings = config.read({})
    folder = DraftFolder(settings.content_dir, settings.locales_dir, settings.drafts_dir)
    texts = f"reviewed_on: 2026-11-25\norder: 10\ntexts:\n  sv:\n    body: |\n      {words}\n"
    assert list(folder.figures(texts)) == found
    assert (
        list(folder.figures("parts:\n- id: a\n  since: 2026-01-01\n  " + texts.split("order: 10\n")[1].replace("\n", "\n  ")))
        == found
    )
    assert folder.figures("texts: [71\n# 5 in a comment\n"), "what cannot be read counts all that it has"
