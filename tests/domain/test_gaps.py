"""What our texts do not answer is counted, once for each question, wherever it was asked; words of danger are kept nowhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.asking import Asking
from bot.domain.conversation import Conversation, Found, Frame, Hit, Transition
from bot.domain.events import Address, AnswerWanted, ButtonPressed, Event, ForwardReceived, TextReceived
from bot.domain.question import said_in
from bot.domain.question_effects import NOT_THESE, UNKNOWN, AskPeople, CountGap
from tests.domain.test_conversation import ANNA, FLOWS, FRAME, NOW, step
from tests.domain.test_passing import SCHOOL, UNSURE

BJORN = Conversation(ANNA, language="sv", place="norrkoping")
NEAR = Found((Hit("school-1", 0.1),), abstain=True)  # nothing fits; a text on school is nearest
WORDS = "де купити насіння"


def at(found: Found | None, seconds: float = 0.0) -> Frame:
    return replace(FRAME, found=found, asking=Asking(taken=True), now=NOW + timedelta(seconds=seconds), entropy=bytes(32))


def passes_on(state: Conversation, found: Found, words: str = WORDS, seconds: float = 0.0) -> Transition:
    event = ForwardReceived(f"f{seconds}", NOW + timedelta(seconds=seconds), ANNA, words)
    return step(state, event, at(found, seconds), FLOWS)


def presses(state: Conversation, action: str, seconds: float = 0.0) -> Transition:
    event = ButtonPressed(f"p{seconds}", NOW + timedelta(seconds=seconds), ANNA, action)
    return step(state, event, at(None, seconds), FLOWS)


def gaps(*transitions: Transition) -> list[CountGap]:
    return [e for t in transitions for e in t.effects if isinstance(e, CountGap)]


GROUP = Address("telegram", "-5")
DOORS: dict[str, tuple[Conversation, Event]] = {
    "typed": (BJORN, TextReceived("1", NOW, ANNA, WORDS)),
    "forwarded": (BJORN, ForwardReceived("1", NOW, ANNA, WORDS)),
    "pasted": (replace(BJORN, flow="helping"), TextReceived("1", NOW, ANNA, WORDS)),
    "in a group": (Conversation(GROUP), AnswerWanted("1", NOW, GROUP, WORDS, "7")),
}


@pytest.mark.parametrize("door", DOORS)
def test_nothing_found_is_a_gap_by_every_door(door: str) -> None:
    state, event = DOORS[door]
    assert gaps(step(state, event, at(NEAR), FLOWS)) == [CountGap(UNKNOWN, "school", "uk")]
    for found in (SCHOOL, UNSURE, Found(small_talk="greeting"), Found(danger="violence"), replace(NEAR, danger="medical")):
        assert gaps(step(state, event, at(found), FLOWS)) == [], found


def test_pieces_of_one_question_are_one_gap() -> None:
    hello = passes_on(BJORN, Found(small_talk="greeting"), "Привіт")
    first = passes_on(hello.conversation, NEAR, seconds=1)
    second = passes_on(first.conversation, NEAR, "соняшника", seconds=2)
    assert gaps(hello, first, second) == [CountGap(UNKNOWN, "school", "uk")]
    later = passes_on(second.conversation, NEAR, "а мак", seconds=60)
    assert len(gaps(later)) == 1
    answered = passes_on(BJORN, SCHOOL)
    assert gaps(passes_on(answered.conversation, NEAR, "дякую вам дуже", seconds=1)) == [], "it has its answer"


@pytest.mark.parametrize("door", ["typed", "forwarded", "pasted"])
def test_none_of_these_is_a_gap_once_for_each_question(door: str) -> None:
    state, event = DOORS[door]
    asked = step(state, event, at(UNSURE), FLOWS)
    none = presses(asked.conversation, "none", 10)
    again = presses(none.conversation, "none", 20)
    assert gaps(none, again) == [CountGap(NOT_THESE, "school", "uk")]
    other = passes_on(again.conversation, UNSURE, "щось інше", seconds=60)
    assert gaps(presses(other.conversation, "none", 70)) == [CountGap(NOT_THESE, "school", "uk")]


@pytest.mark.parametrize("door", ["typed", "forwarded", "pasted"])
def test_words_of_danger_are_never_kept_for_people(door: str) -> None:
    state, event = DOORS[door]
    kept = step(state, event, at(NEAR), FLOWS).conversation
    said = said_in(kept)
    assert said, "what is no danger is"
    danger = step(replace(kept, flow=state.flow), event, at(replace(NEAR, danger="violence")), FLOWS)
    assert said_in(danger.conversation) is None
    for action in ("person", f"person.yes:{said.mark}"):
        assert not [e for e in presses(danger.conversation, action).effects if isinstance(e, AskPeople)]


def test_a_danger_in_one_piece_keeps_all_of_the_question_from_the_queue() -> None:
    first = passes_on(BJORN, replace(NEAR, danger="violence"), "він мене б'є")
    second = passes_on(first.conversation, NEAR, "де купити насіння", seconds=2)
    assert said_in(second.conversation) is None
