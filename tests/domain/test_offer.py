"""Offering a home: consent before anything is told, what a municipality says first, words that are never taken, and the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.asking import Asking
from bot.domain.conversation import NOTE, Conversation, Found, Frame, Hit, Reply, Transition, step
from bot.domain.events import Address, ButtonPressed, TextReceived
from bot.domain.flows import FLOWS
from bot.domain.messages import ArticleShown, Capabilities, Line, Message, Verbatim
from bot.domain.offer import (
    A_CONTACT_AT_MOST,
    CLOSED,
    E_SERVICE,
    KEPT,
    NOT_NEEDED,
    has_personal_number,
    is_way,
    may_read,
    new_offer,
    own,
    says_of_offers,
    served,
    why_not_mark,
)
from bot.domain.offer_effects import Home, LeaveOffer, ShowOffers, WithdrawOffer
from bot.domain.people import Role, Staff
from bot.domain.routing import ALWAYS, CATCH_ALL, Unit
from tests.support.whole import real_content

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
BO = Address("telegram", "1")
CATALOG = real_content().catalog
HJO, NORRKOPING, OREBRO = "hjo", "norrkoping", "orebro"
START = Conversation(BO, language="sv", place=HJO)


class Host:
    """Somebody with a spare room."""

    def __init__(self, *, offers: frozenset[str] = frozenset({HJO, NORRKOPING, OREBRO}), on_our_site: bool = True) -> None:
        self.conversation = START
        self.offers, self.capabilities = offers, Capabilities(on_our_site=on_our_site)
        self.transition = Transition(START)
        self.presses_made = 0

    def presses(self, action: str) -> Host:
        self.presses_made += 1
        at = NOW + timedelta(seconds=5 * self.presses_made)
        return self._does(ButtonPressed("1", at, BO, action), None)

    def writes(self, words: str, found: Found | None = None) -> Host:
        return self._does(TextReceived("1", NOW, BO, words), found or Found())

    def _does(self, event: ButtonPressed | TextReceived, found: Found | None) -> Host:
        asking = Asking(offers=self.offers)
        frame = Frame(NOW, NOW.date(), CATALOG, self.capabilities, found, entropy=bytes([self.presses_made] * 32), asking=asking)
        self.transition = step(self.conversation, event, frame, FLOWS)
        self.conversation = self.transition.conversation
        return self

    @property
    def message(self) -> Message:
        return next(e.message for e in self.transition.effects if isinstance(e, Reply))

    @property
    def said(self) -> list[str]:
        return [p.text.msgid for p in self.message.parts if isinstance(p, Line)]  # type: ignore[union-attr]

    @property
    def actions(self) -> list[str]:
        return [b.action for row in self.message.buttons for b in row]

    @property
    def effects(self) -> list[object]:
        return [e for e in self.transition.effects if not isinstance(e, Reply)]

    def tells_all(self) -> Host:
        self.presses("offer").presses(f"offer.at:{HJO}").presses("offer.yes").presses("offer.set:kind:room")
        return self.presses("offer.set:beds:2").presses("offer.set:starts:now").writes("till påsk").writes("070-123 45 67")


def test_the_whole_way_and_nothing_is_kept_of_it_but_the_key() -> None:
    host = Host().tells_all()
    assert "Your offer of a home in {place}" in host.said and "offer.send" in host.actions
    assert [p.words for p in host.message.parts if isinstance(p, Verbatim)] == ["till påsk", "070-123 45 67"]
    host.presses("offer.send")
    (left,) = host.effects
    assert isinstance(left, LeaveOffer)
    assert (left.place, left.home, left.way) == (HJO, Home("room", 2, "now", "till påsk"), "070-123 45 67")
    assert NOTE not in host.conversation.answers and "123 45" not in str(host.conversation.answers)
    assert own(host.conversation, NOW.date()) == [(left.key, (NOW.date() + KEPT).isoformat())]
    assert f"offer.drop:{left.key}" in host.actions
    host.presses("offer.send")
    assert host.effects == [ShowOffers()], "sent once, however often it is pressed"


def test_the_words_of_an_offer_stand_in_no_trace() -> None:
    left = LeaveOffer("k", HJO, Home("room", 2, "now", "till påsk"), "070-123 45 67")
    assert "070" not in repr(left) and "påsk" not in repr(left)


def test_consent_comes_before_any_question_and_says_who_what_for_and_until_when() -> None:
    host = Host().presses("offer").writes("Hjo")
    (until,) = [p.text for p in host.message.parts if isinstance(p, Line) and "{day}" in p.text.msgid]  # type: ignore[union-attr]
    assert dict(until.params)["day"] == NOW.date() + KEPT
    said = " ".join(host.said)
    for words in (
        "to find homes for people",
        "withdraw it here at any time",
        "We place nobody",
        "never ask for ID",
        "check the home",
        "not for a child without parents",
    ):
        assert words in said
    assert host.presses("offer.set:kind:room").said == host.presses("offer.send").said == host.said
    assert "offer.yes" in host.actions and "kind" not in str(host.conversation.answers), "no answer counts before consent"
    assert host.presses(f"offer.at:{HJO}").presses("offer.yes").said[-1] == "What do you offer?"


def test_telegram_is_named_as_a_reader_where_it_is_one() -> None:
    line = "Telegram can read what you write in Telegram."
    assert line in Host(on_our_site=False).presses("offer").presses(f"offer.at:{HJO}").said
    assert line not in Host().presses("offer").presses(f"offer.at:{HJO}").said


@pytest.mark.parametrize(("place", "says"), [(NORRKOPING, E_SERVICE), (OREBRO, NOT_NEEDED), (HJO, "")])
def test_what_the_municipality_says_itself_comes_first(place: str, says: str) -> None:
    assert says_of_offers(CATALOG, place, NOW.date()) == says
    host = Host().presses("offer").presses(f"offer.at:{place}")
    shown = [p for p in host.message.parts if isinstance(p, ArticleShown)]
    assert bool(shown) == bool(says) and all(p.place == place for p in shown)
    if says:
        assert "offer.yes" not in host.actions, "first what it says, then consent"
        host.presses(f"offer.on:{place}")
    assert "offer.yes" in host.actions


def test_where_nobody_reads_offers_none_is_taken() -> None:
    host = Host(offers=frozenset())
    assert "offer" not in host.presses("a:help-offer-housing").actions
    assert host.presses("offer").said == ["Nobody reads offers of a home here at the moment. Ask the municipality itself:"]
    host = Host(offers=frozenset({HJO})).presses("offer").writes("Kiruna")
    assert host.said == ["Nobody in {place} reads offers here. Ask the municipality itself:"] and "offer" in host.actions
    assert Host(offers=frozenset({HJO})).presses("offer.on:kiruna").said[0].startswith("Where is the home?")


def test_the_button_stands_under_the_answer() -> None:
    assert "offer" in Host().presses("a:help-offer-housing").actions
    assert "offer" not in Host().presses("a:help-donate").actions


def test_whoever_stops_reading_while_one_tells_takes_nothing_more() -> None:
    host = Host().tells_all()
    host.offers = frozenset()
    assert host.presses("offer.send").effects == [] and NOTE not in host.conversation.answers


@pytest.mark.parametrize(
    "words",
    [
        "19850713-1234", "198507131234", "850713-1234", "850713 1236, ring mig", "8507131236", "mitt nummer är 850773-1234",
        "850713+1234",
    ],
)  # fmt: skip
def test_a_personal_number_is_never_taken(words: str) -> None:
    assert has_personal_number(words)
    host = Host().tells_all().presses("offer.fix:way").writes(f"070-123 45 67 {words}")
    assert host.said[0].startswith("That looks like a personal number.")
    assert "way" not in host.conversation.answers[NOTE]["told"] and "8507" not in str(host.conversation.answers)


@pytest.mark.parametrize(
    "words",
    ["070-123 45 67", "0701234567", "+46701234567", "+46 70 123 45 67", "0046701234567", "011-15 00 00", "08-123 456 78",
     "070 123 4567",
     "+380501234567", "anna.berg85@example.se", "kl 18-20, 0739876543"],
)  # fmt: skip
def test_a_telephone_or_an_address_is_taken(words: str) -> None:
    assert is_way(words) and not has_personal_number(words)
    assert Host().tells_all().presses("offer.fix:way").writes(words).actions[0] == "offer.send"


def test_what_reaches_nobody_is_asked_again_with_the_reason() -> None:
    host = Host().tells_all().presses("offer.fix:way").writes("ring mig")
    assert host.said[0] == "Write a phone number or an e-mail address, so that somebody can reach you."


@pytest.mark.parametrize(
    ("words", "kind"), [("кімнату", "room"), ("ett rum", "room"), ("лагідна квартира", "flat"), ("Stuga", "house"), ("2", "")]
)
def test_what_is_offered_may_be_written(words: str, kind: str) -> None:
    host = Host().presses("offer").presses(f"offer.at:{HJO}").presses("offer.yes").writes(words)
    assert host.conversation.answers[NOTE]["told"].get("kind", "") == kind
    assert (host.said[0] == "Press one of the three: a room, a whole flat or a house.") == (not kind)


@pytest.mark.parametrize(
    ("words", "beds"), [("3", "3"), ("для 4 людей", "4"), ("20", "20"), ("21", ""), ("0", ""), ("2-3", ""), ("en familj", "")]
)
def test_beds_may_be_written(words: str, beds: str) -> None:
    host = Host().tells_all().presses("offer.fix:beds").writes(words)
    assert host.conversation.answers[NOTE]["told"].get("beds", "") == beds


def test_corrected_skipped_and_gone_back() -> None:
    host = Host().tells_all().presses("offer.fix")
    assert {"offer.fix:kind", "offer.fix:way", "offer.where", "offer"} <= set(host.actions)
    assert host.presses("offer.fix:kind").presses("offer.set:kind:house").presses("offer.fix:stays").presses("offer.set:stays:-")
    assert host.presses("offer.back").said[-2].startswith("How can the municipality reach you?")
    host.writes("anna@example.se").presses("offer.send")
    (left,) = host.effects
    assert isinstance(left, LeaveOffer) and left.home == Home("house", 2, "now", "") and left.way == "anna@example.se"


def test_another_place_asks_for_consent_again_and_keeps_what_was_told() -> None:
    host = Host().tells_all().presses("offer.where").presses(f"offer.at:{OREBRO}").presses(f"offer.on:{OREBRO}")
    assert "offer.yes" in host.actions and host.presses("offer.send").effects == []
    host.presses(f"offer.at:{OREBRO}").presses(f"offer.on:{OREBRO}").presses("offer.yes").presses("offer.send")
    (left,) = host.effects
    assert isinstance(left, LeaveOffer) and left.place == OREBRO and left.home.kind == "room"


@pytest.mark.parametrize(
    "leaves", [lambda h: h.presses("offer.cancel"), lambda h: h.presses("home"), lambda h: h.presses("erase")]
)
def test_left_half_way_it_is_forgotten(leaves: Callable[[Host], Host]) -> None:
    host = leaves(Host().tells_all())
    assert NOTE not in host.conversation.answers and "123 45" not in str(host.conversation.answers) and host.effects == []


def test_danger_and_a_question_win_over_the_form() -> None:
    host = Host().tells_all().presses("offer.fix:stays").writes("min man slår mig", Found(danger="violence", abstain=False))
    assert host.said[0].startswith("In danger?") and NOTE not in host.conversation.answers
    sure = Found((Hit("lma-amounts", 0.9),), sure=True, abstain=False)
    host = Host().tells_all().presses("offer.fix:starts").writes("hur mycket är LMA?", sure)
    assert any(isinstance(p, ArticleShown) for p in host.message.parts) and host.effects == []
    host = Host().tells_all().writes("ok")
    assert "offer.send" in host.actions, "a word at the summary loses nothing"


def test_withdrawn_at_any_time_and_no_more_than_a_few_at_once() -> None:
    host = Host()
    for _ in range(A_CONTACT_AT_MOST):
        host.tells_all().presses("offer.send")
    assert host.presses("offer").said == ["You have several offers here already. To make another, withdraw one first."]
    key, _ = own(host.conversation, NOW.date())[0]
    assert host.presses(f"offer.drop:{key}").effects == [WithdrawOffer(key)]
    assert len(own(host.conversation, NOW.date())) == A_CONTACT_AT_MOST - 1 and host.presses("offer").effects == []
    assert own(host.conversation, NOW.date() + KEPT + timedelta(1)) == [], "past their day they are not counted"


def test_offers_are_read_by_the_municipality_they_are_made_to() -> None:
    town, city = Unit("a", "A", ALWAYS, frozenset({HJO})), Unit("b", "B", ALWAYS, frozenset({"stockholm-bromma"}))
    assert served(CATALOG, town) == {HJO} and served(CATALOG, city) == {"stockholm"}
    assert served(CATALOG, Unit("c", "C", CATCH_ALL, frozenset({HJO}))) == frozenset()
    offer = new_offer("k", "sv", HJO, NOW)

    def reads(role: Role, own_: frozenset[str]) -> bool:
        return may_read(Staff(1, "a", "", frozenset({role}), "sv"), offer, own_)

    assert {r for r in Role if reads(r, frozenset({HJO}))} == {Role.ON_CALL, Role.LEAD, Role.ADMIN, Role.HELPER}
    assert not any(reads(r, frozenset({OREBRO})) for r in Role)


def test_marked_once() -> None:
    offer = new_offer("k", "sv", HJO, NOW)
    assert why_not_mark(offer) is None and why_not_mark(offer.ended(CLOSED, NOW)) is not None


ACTIONS = st.sampled_from(
    [
        "offer", "offer.where", f"offer.at:{HJO}", f"offer.at:{OREBRO}", "offer.at:nowhere", f"offer.on:{OREBRO}",
        "offer.yes", "offer.set:kind:room", "offer.set:kind:tent", "offer.set:beds:99", "offer.set:beds:2", "offer.set:way:x",
        "offer.set:starts:-", "offer.set:stays:long", "offer.set", "offer.back", "offer.fix", "offer.fix:way", "offer.send",
        "offer.cancel", "offer.mine", "offer.drop:k", "home",
    ]
)  # fmt: skip
WORDS = st.sampled_from(
    ["Hjo", "tre", "3", "ett rum", "070-123 45 67", "19850713-1234", "tillbaka", "hoppa över", "ja", "Kiruna"]
)


@given(st.lists(ACTIONS.map(lambda a: (Host.presses, a)) | WORDS.map(lambda w: (Host.writes, w)), max_size=14))
def test_whatever_is_pressed_or_written_there_is_an_answer_with_a_way_on(acts: list) -> None:
    host = Host()
    for act, what in acts:
        act(host, what)
        replies = [e for e in host.transition.effects if isinstance(e, Reply)]
        answered = [e for e in host.transition.effects if isinstance(e, ShowOffers)]
        assert len(replies) + len(answered) == 1 and all(e.message.buttons for e in replies)
        for left in (e for e in host.effects if isinstance(e, LeaveOffer)):
            assert left.place in host.offers and is_way(left.way) and not has_personal_number(left.way)
        assert "19850713" not in str(host.conversation.answers)
    host.offers = frozenset()
    assert not any(isinstance(e, LeaveOffer) for e in host.presses("offer.send").effects)
