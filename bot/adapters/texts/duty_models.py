"""The files that staff work with: who is paged when, and what they may say with one press."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.adapters.texts.models import Code, Id, Names, Strict, Words

Count = Annotated[int, Field(ge=0, le=100_000)]


class StepFile(Strict):
    """One step of the escalation."""

    level: Count
    after_minutes: Count = Field(description="Minutes after the first page.")
    everybody: bool = Field(default=False, description="true for the last step: everybody, and the duty manager.")


class EscalationFile(Strict):
    """Who is paged when, until a person takes the report."""

    steps: Annotated[list[StepFile], Field(min_length=1)]
    again_every_minutes: Count = Field(description="The last step again and again, until a person takes the report.")
    idle_remind_minutes: Count = Field(description="Taken, but nothing done in it: whoever took it is reminded.")
    idle_release_minutes: Count = Field(description="Still nothing: it is free again, and paging begins anew.")
    channel_fallback_seconds: Count = Field(description="An unsent page goes out by the person's next channel too.")


class GroupFile(Strict):
    """A group of phrases, as staff see it."""

    id: Id
    names: Names


class PhraseFile(Strict):
    """One thing that staff may say to a reporter."""

    id: Id
    group: Id = Field(description="An id in groups.")
    for_: Literal["adult", "child", "anyone"] = Field(
        default="adult", alias="for", description="child: a child writes, and this is in a child's words; anyone: no 'you' in it."
    )
    texts: Annotated[dict[Code, Words], Field(min_length=1)] = Field(
        description="At most 200 characters. {minutes} {time} {place} {phone} {name} are filled in; the same in every language."
    )


class PhrasesFile(Strict):
    """Prepared phrases for staff who write with a reporter."""

    groups: Annotated[list[GroupFile], Field(min_length=1)]
    phrases: Annotated[list[PhraseFile], Field(min_length=1)]
