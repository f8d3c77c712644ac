"""A draft article that was begun from an answer: written, put up for review, published; and who may do the last of it.

A figure or a telephone number that is wrong costs a person money, or their night: it needs two people. Whoever wrote the answer
or changed the draft last does not publish it; what somebody changed outside the console is by nobody we know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from bot.domain.messages import Text, say
from bot.domain.people import Do, Staff, may

DRAFT, REVIEW, PUBLISHED = "draft", "review", "published"
NAMED = 5  # figures that the reason names


@dataclass(frozen=True, slots=True)
class Draft:
    """`version`: of the text as it was last saved in the console. `written_by`: whose answer it was begun from."""

    id: int
    name: str
    version: str
    state: str
    written_by: int | None
    changed_by: int | None
    changed_at: datetime
    published_by: int | None = None
    published_at: datetime | None = None

    def changed(self, version: str, person: Staff, now: datetime) -> Draft:
        return replace(self, version=version, state=DRAFT, changed_by=person.id, changed_at=now)

    def up_for_review(self) -> Draft:
        return replace(self, state=REVIEW)

    def published(self, person: Staff, now: datetime) -> Draft:
        return replace(self, state=PUBLISHED, published_by=person.id, published_at=now)


def version_of(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def why_not_review(draft: Draft | None, version: str) -> Text | None:
    """Return why the draft cannot be put up for review, None when it can. `version`: of the file as it stands."""
    if draft is None or draft.version != version:
        return say("This draft was changed outside the console. Read it here and save it first.")
    if draft.state == PUBLISHED:
        return say("This draft is published already.")
    return None


def why_not_publish(draft: Draft | None, version: str, figures: Sequence[str], person: Staff) -> Text | None:
    """Return why that person cannot publish the draft, None when they can. `figures`: what a reader would be told in digits."""
    if not may(person, Do.PUBLISH, person.unit):
        return say("Your role does not publish texts.")
    if why := why_not_review(draft, version):
        return why
    assert draft
    if draft.state != REVIEW:
        return say("Put it up for review first.")
    if figures and person.id in (draft.changed_by, draft.written_by):
        named = ", ".join(figures[:NAMED]) + (" …" if len(figures) > NAMED else "")
        return say(
            "This text has figures or numbers ({figures}), and you wrote it or changed it last. A second person publishes it.",
            figures=named,
        )
    return None
