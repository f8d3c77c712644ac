"""What goes to people goes whole; where it cannot, the person reads on the consent screen that it was cut, and where."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.asking import Asking
from bot.domain.conversation import Conversation, Found, Hit, Transition
from bot.domain.events import ButtonPressed, ForwardReceived, TextReceived
from bot.domain.messages import PairShown, Verbatim
from bot.domain.question import WORDS_AT_MOST
from bot.domain.question_effects import AskPeople, TellPeople
from tests.domain.test_conversation import ANNA, FLOWS, FRAME, NOW, SETTLED, actions, lines, message, step

PEOPLE = replace(FRAME, found=Found(), asking=Asking(taken=True), entropy=bytes(32))
CUT = "We kept only the first {n} characters. Send the rest as a second question."
THE_END = "де записати доньку?"


def long(characters: int) -> str:
    return ("слово " * characters)[: characters - len(THE_END)] + THE_END


def press(action: str, state: Conversation, frame=PEOPLE) -> Transition:
    return step(state, ButtonPressed("2", NOW, ANNA, action), frame, FLOWS)


def sent(transition: Transition, kind: type) -> str:
    (effect,) = [e for e in transition.effects if isinstance(e, kind)]
    return effect.words  # type: ignore[no-any-return]


def send_it(consent: Transition) -> str:
    return next(action for action in actions(consent) if action.startswith("person.yes:"))


def test_a_plain_question_as_long_as_a_message_goes_whole() -> None:
    words = long(4096)
    asked = step(SETTLED, TextReceived("1", NOW, ANNA, words), PEOPLE, FLOWS)
    consent = press("person", asked.conversation)
    assert Verbatim(words, "uk") in message(consent).parts and CUT not in lines(consent)
    assert sent(press(send_it(consent), consent.conversation), AskPeople) == words


def test_words_to_a_conversation_that_people_answer_go_whole() -> None:
    at = replace(PEOPLE, asking=Asking(taken=True, relays=True, thread="ab", until=NOW + timedelta(hours=1)))
    told = step(SETTLED, TextReceived("1", NOW, ANNA, long(4096)), at, FLOWS)
    assert sent(told, TellPeople) == long(4096)


@pytest.mark.parametrize("small_talk", ["", "greeting", "thanks"])
def test_forwarded_and_pasted_words_go_to_the_people_who_answer_a_conversation(small_talk: str) -> None:
    found = Found((Hit("school-start", 0.9),), sure=True, abstain=False, small_talk=small_talk)
    at = replace(PEOPLE, asking=Asking(taken=True, relays=True, thread="ab", until=NOW + timedelta(hours=1)), found=found)
    told = step(SETTLED, ForwardReceived("1", NOW, ANNA, "Лист із школи"), at, FLOWS)
    assert sent(told, TellPeople) == "Лист із школи" and not [p for p in message(told).parts if isinstance(p, PairShown)]
    for flow in ("helping", "helping.more"):
        pasted = step(replace(SETTLED, flow=flow), TextReceived("1", NOW, ANNA, "Лист із школи"), at, FLOWS)
        assert sent(pasted, TellPeople) == "Лист із школи"
    danger = step(SETTLED, ForwardReceived("1", NOW, ANNA, "…"), replace(at, found=Found(danger="violence")), FLOWS)
    assert "Call 112" in lines(danger)[0] and not [e for e in danger.effects if isinstance(e, TellPeople)]


def test_pieces_that_are_too_much_together_say_so_where_it_is_decided() -> None:
    relay = replace(PEOPLE, asking=Asking(taken=True, relay=True))
    first = step(SETTLED, TextReceived("1", NOW, ANNA, long(3000)), relay, FLOWS)
    assert CUT not in lines(first)
    both = step(first.conversation, TextReceived("2", NOW, ANNA, "і " + long(3000)), relay, FLOWS)
    assert CUT in lines(both)
    assert len(sent(press(send_it(both), both.conversation, relay), AskPeople)) == WORDS_AT_MOST


def test_the_same_for_messages_that_a_volunteer_passes_on() -> None:
    state = SETTLED
    for number in range(2):
        at = NOW + timedelta(seconds=number)
        state = step(state, ForwardReceived(str(number), at, ANNA, long(3000)), PEOPLE, FLOWS).conversation
    assert CUT in lines(press("person", state))
