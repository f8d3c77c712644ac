"""A question for people: who has it, until when, and what ends it.

A question waits until somebody claims it. A claim is soft: after half an hour of silence others may take it over, without a word
of blame; whoever had it may still answer as long as nobody has. `editors`: a helper was not sure, so only an editor answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from bot.domain.calendar import SWEDEN, Day, day_of
from bot.domain.conversation import SAID, Conversation
from bot.domain.messages import Text, say
from bot.domain.people import Do, Role, Staff, may

WAITING, ANSWERED, CLOSED = "waiting", "answered", "closed"
CLAIM_HOLDS = timedelta(minutes=30)
ENDS_UNANSWERED = timedelta(days=14)  # then the asker is told, and whom to ask instead
KEPT = timedelta(days=30)  # words of a question, from its end
WORDS_AT_MOST = 4_096  # characters of a question: the longest message ...
ANSWER_AT_MOST = 3_000  # ... and of its answer
A_DAY_AT_MOST = 5  # questions of one contact
TOLD_EVERY = timedelta(hours=4)  # staff hear that something waits
CLOSES, HALF_CLOSES = time(16), time(12)  # later on a working day counts as the next one
OWN = "questions"  # among the conversation's answers: the person's own questions, as (key, day, mark of the words)

# Whose answer it is: shown with different marks.
APPROVED, OFFICE, VOLUNTEER = "approved", "office", "volunteer"
MARKS = (APPROVED, OFFICE, VOLUNTEER)


@dataclass(frozen=True, slots=True)
class Question:
    """`language`: what the asker reads. `topic`: of the nearest article, '' where none is near. `mark`: whose answer it got.

    `thread`: the key of the question that it goes on from, '' where it stands alone; see relaying.py.
    """

    id: int
    key: str
    language: str
    place: str | None
    topic: str
    passed_on: bool
    created_at: datetime
    state: str = WAITING
    editors: bool = False
    owner: int | None = None
    claimed_at: datetime | None = None
    ended_at: datetime | None = None
    mark: str = ""
    draft: str = ""  # id of the article that was begun from the answer
    thread: str = ""

    def held_by(self, now: datetime) -> int | None:
        """Return who is at it, None where it is free or the claim has lapsed."""
        lapsed = self.claimed_at is None or now - self.claimed_at >= CLAIM_HOLDS
        return None if self.state != WAITING or lapsed else self.owner

    def claimed(self, person: Staff, now: datetime) -> Question:
        return replace(self, owner=person.id, claimed_at=now)

    def released(self) -> Question:
        return replace(self, owner=None, claimed_at=None)

    def for_editors(self) -> Question:
        return replace(self.released(), editors=True)

    def ended(self, state: str, now: datetime, mark: str = "") -> Question:
        return replace(self, state=state, ended_at=now, mark=mark)


def may_answer(person: Staff, question: Question) -> bool:
    """Return whether that person sees and answers the question: by the one table, and editors alone what waits for them."""
    do = Do.EDIT_DRAFT if question.editors else Do.ANSWER_QUESTION
    return may(person, do, person.unit) and may(person, Do.ANSWER_QUESTION, person.unit)


def why_over(question: Question) -> Text | None:
    """Return that the question has ended, None while it waits. Danger is passed on whoever holds the question."""
    return say("This question is answered or closed already.") if question.state != WAITING else None


def why_not_claim(question: Question, person: Staff, now: datetime) -> Text | None:
    """Return why the person cannot take the question now, None when they can."""
    if question.state != WAITING:
        return say("This question is answered or closed already.")
    if question.held_by(now) not in (None, person.id):
        return say("A colleague is answering this one. It comes free by itself if they fall silent.")
    return None


def why_not_act(question: Question, person: Staff) -> Text | None:
    """Return why the person cannot answer or pass on the question. A lapsed claim holds until somebody else takes it."""
    if question.state != WAITING:
        return say("This question is answered or closed already.")
    if question.owner is None:
        return say("Take the question first, so that two people do not write at once.")
    if question.owner != person.id:
        return say("A colleague has taken this one over. Nothing was sent.")
    return None


def mark_of(person: Staff) -> str:
    """Return as whose the free words of that person are shown."""
    return VOLUNTEER if person.roles <= {Role.HELPER} else OFFICE


def is_working(day: date) -> bool:
    return day.weekday() < 5 and day_of(day) in (Day.PLAIN, Day.HALF)


def answer_by(now: datetime) -> date:
    """Return the day by which an answer may be hoped for: the first working day that begins after one has been there to read."""
    local = now.astimezone(SWEDEN)
    day = local.date()
    closes = HALF_CLOSES if day_of(day) is Day.HALF else CLOSES
    if not (is_working(day) and local.time() < closes):
        day = _next_working(day)
    return _next_working(day)


def _next_working(day: date) -> date:
    day += timedelta(1)
    while not is_working(day):
        day += timedelta(1)
    return day


# --- what is asked, until it is sent ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """The last words that might become a question. `reach`: of the asker, where a volunteer passes it on and they agreed.

    `cut`: there were more, see WORDS_AT_MOST.
    """

    words: str = field(repr=False)
    language: str
    topic: str = ""
    passed_on: bool = False
    reach: str = ""
    cut: bool = False

    @property
    def mark(self) -> str:
        """What the button that sends these words carries: it sends these, or none."""
        return sha256(f"{self.passed_on} {self.reach} {self.words}".encode("utf-8", "replace")).hexdigest()[:12]


def with_said(conversation: Conversation, said: Said | None) -> Conversation:
    """Return the conversation with those words remembered, or forgotten."""
    answers = {name: value for name, value in conversation.answers.items() if name != SAID}
    if said:
        words = said.words.strip()
        kept, cut = words[:WORDS_AT_MOST], len(words) > WORDS_AT_MOST
        answers[SAID] = {"w": kept, "l": said.language, "t": said.topic, "p": said.passed_on, "r": said.reach, "c": cut}
    return replace(conversation, answers=answers)


def said_in(conversation: Conversation) -> Said | None:
    """Return the words that are remembered, None when there are none that this version can read."""
    kept = conversation.answers.get(SAID)
    if not isinstance(kept, Mapping) or not str(kept.get("w", "")).strip():
        return None
    language, topic, reach = (str(kept.get(name, "")) for name in ("l", "t", "r"))
    return Said(str(kept["w"]), language, topic, bool(kept.get("p")), reach, bool(kept.get("c")))


def own(conversation: Conversation) -> list[tuple[str, str, str]]:
    """Return key, day and mark of the questions that the person has sent of late."""
    kept: Any = conversation.answers.get(OWN, ())
    sent = kept if isinstance(kept, Sequence) and not isinstance(kept, str) else ()
    # Those of before marks were kept are pairs.
    return [(str(s[0]), str(s[1]), str(s[2]) if s[2:] else "") for s in sent if isinstance(s, Sequence) and len(s) in (2, 3)]


def week_of(day: date) -> str:
    """Return the week as it is written in Sweden: 2026-W48."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"
