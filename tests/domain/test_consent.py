"""Nothing goes to people but the words that stood on the screen of the button that was pressed, and to whom it said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.asking import Asking
from bot.domain.conversation import Conversation, Found, Transition
from bot.domain.events import ButtonPressed, CommandGiven, ForwardReceived, TextReceived
from bot.domain.messages import Verbatim
from bot.domain.question import A_DAY_AT_MOST, own, said_in
from bot.domain.question_effects import AskPeople
from tests.domain.test_conversation import ANNA, FLOWS, FRAME, NOW, SETTLED, Address, actions, lines, message, step

OPEN = replace(FRAME, asking=Asking(taken=True), entropy=bytes(range(32)))
NOTHING = Found(abstain=True)
OLENA = Conversation(Address("telegram", "2"), language="uk", place="orebro", reach="mark")


def says(words: str, state: Conversation, after: float = 0.0) -> Transition:
    return step(state, TextReceived("1", NOW + timedelta(seconds=after), ANNA, words), at(after, found=NOTHING), FLOWS)


def press(action: str, state: Conversation, after: float = 0.0) -> Transition:
    return step(state, ButtonPressed("2", NOW + timedelta(seconds=after), ANNA, action), at(after), FLOWS)


def forwards(words: str, state: Conversation) -> Transition:
    event = ForwardReceived("3", NOW, ANNA, words, origin="user", who="olena")
    return step(state, event, replace(at(0, found=NOTHING), asker=OLENA), FLOWS)


def at(after: float, **fields: object):
    return replace(OPEN, now=NOW + timedelta(seconds=after), **fields)


def send(transition: Transition) -> str:
    return next(a for a in actions(transition) if a.startswith("person.yes:"))


def asked(transition: Transition) -> list[AskPeople]:
    return [e for e in transition.effects if isinstance(e, AskPeople)]


def quoted(transition: Transition) -> list[str]:
    return [p.words for p in message(transition).parts if isinstance(p, Verbatim)]


def test_the_words_of_the_screen_are_sent_and_a_second_press_shows_how_they_stand() -> None:
    consent = press("person", says("чи можна з козою", SETTLED).conversation)
    assert quoted(consent) == ["чи можна з козою"]
    sent = press(send(consent), consent.conversation, 5)
    assert [a.words for a in asked(sent)] == ["чи можна з козою"]
    again = press(send(consent), sent.conversation, 20)
    assert not asked(again) and again.effects, "it asks the service how the question stands"


def test_words_that_came_later_are_shown_before_they_go_anywhere() -> None:
    first = press("person", says("чи можна з козою", SETTLED).conversation)
    second = says("моя таємниця", first.conversation, 10)
    pressed = press(send(first), second.conversation, 20)
    assert not asked(pressed) and quoted(pressed) == ["моя таємниця"]
    assert asked(press(send(pressed), pressed.conversation, 30))[0].words == "моя таємниця"


def test_words_that_are_gone_are_not_said_to_wait() -> None:
    sent = press(send(one := press("person", says("перше питання", SETTLED).conversation)), one.conversation, 5)
    second = press("person", says("друге питання", sent.conversation, 10).conversation, 15)
    left = press("topics", second.conversation, 20)
    assert said_in(left.conversation) is None
    pressed = press(send(second), left.conversation, 30)
    assert not asked(pressed) and lines(pressed)[0] == "We no longer have those words, and nothing was sent."
    assert pressed.conversation.flow == "question" and len(own(pressed.conversation)) == 1


def test_a_look_at_the_numbers_or_at_a_card_keeps_the_question() -> None:
    for looks_at in ("sos", "help", "card:school-start:uk", "desk:school-start:uk", "office:contact_centre"):
        consent = press("person", says("чи можна з козою", SETTLED).conversation)
        pressed = press(send(consent), press(looks_at, consent.conversation, 5).conversation, 10)
        assert [a.words for a in asked(pressed)] == ["чи можна з козою"], looks_at


def test_the_screen_says_that_the_answer_goes_to_somebody_else_too_and_lets_the_helper_ask_for_themselves() -> None:
    passed = press("person", forwards("чи можна з козою", SETTLED).conversation, 5)
    assert "This is another person's question. The answer comes to you, and to them." in lines(passed)
    for_them = asked(press(send(passed), passed.conversation, 10))[0]
    assert for_them.passed_on and for_them.reach == "mark"
    mine = press("person.own", passed.conversation, 10)
    assert not any(line.startswith("This is another") for line in lines(mine))
    own_question = asked(press(send(mine), mine.conversation, 15))[0]
    assert not own_question.passed_on and own_question.reach == "" and own_question.words == for_them.words


def test_what_a_helper_writes_hours_later_is_their_own_question() -> None:
    passed = forwards("чи можна з козою", SETTLED).conversation
    for after, theirs in ((60.0, True), (2 * 3600.0, False)):
        writes = step(passed, CommandGiven("4", NOW + timedelta(seconds=after), ANNA, "person", ""), at(after), FLOWS)
        writes = press("person.write", writes.conversation, after + 1)
        consent = says("я хочу розлучення", writes.conversation, after + 10)
        assert asked(press(send(consent), consent.conversation, after + 20))[0].passed_on is theirs


def test_five_questions_a_day_and_then_whom_to_ask_instead() -> None:
    state = SETTLED
    for number in range(A_DAY_AT_MOST):
        consent = press("person", says(f"питання про козу {number}", state, 60.0 * number).conversation, 60.0 * number + 10)
        sent = press(send(consent), consent.conversation, 60.0 * number + 20)
        assert len(asked(sent)) == 1
        state = sent.conversation
    consent = press("person", says("ще одне питання", state, 400).conversation, 410)
    refused = press(send(consent), consent.conversation, 420)
    assert not asked(refused) and lines(refused)[0].startswith("You have sent several questions today.")
    tomorrow = at(90_000, today=OPEN.today + timedelta(days=1))
    event = ButtonPressed("5", tomorrow.now, ANNA, send(consent))
    assert asked(step(refused.conversation, event, tomorrow, FLOWS)), "the next day it goes"
