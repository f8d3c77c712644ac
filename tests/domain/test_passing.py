"""A helper passes on somebody's question: both languages, a card, danger first, and none of the words kept."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import passed_on
from bot.domain.asking import Asking
from bot.domain.conversation import Conversation, Found, Hit, LetReach, PassOn, Reply, Transition
from bot.domain.events import AnswerWanted, ButtonPressed, FileReceived, ForwardReceived, RoomJoined, Started, TextReceived
from bot.domain.messages import ArticleShown, CardShown, InEachLanguage, Line, LinksShown, PairShown
from bot.domain.passed_on import OPEN_S, PassedOn
from tests.domain.test_conversation import (
    ANNA,
    FLOWS,
    FRAME,
    NOW,
    SETTLED,
    Address,
    actions,
    lines,
    message,
    press,
    step,
    text,
)

BJORN = Conversation(ANNA, language="sv", place="norrkoping")
OLENA = Conversation(Address("telegram", "2"), language="uk", place="orebro", reach="mark")
SCHOOL = Found((Hit("school-start", 0.8), Hit("school-1", 0.1), Hit("school-2", 0.05)), sure=True, abstain=False)
UNSURE = Found((Hit("school-1", 0.4), Hit("school-2", 0.3), Hit("school-3", 0.2)), sure=False, abstain=False)


def forward(
    words: str = "когда ребёнка возьмут в школу",
    found: Found | None = SCHOOL,
    state: Conversation = BJORN,
    after: float = 0.0,
    asker: Conversation | None = None,
    **fields: Any,
) -> Transition:
    event = ForwardReceived("1", NOW + timedelta(seconds=after), ANNA, words, **fields)
    return step(state, event, replace(FRAME, found=found, asker=asker), FLOWS)


def shown(transition: Transition, kind: type) -> list[Any]:
    return [p for p in message(transition).parts if isinstance(p, kind)]


def open_question(transition: Transition) -> PassedOn:
    question = passed_on.opened(json.loads(json.dumps(dict(transition.conversation.answers))))
    assert question
    return question


def test_the_best_answer_stands_in_both_languages_and_a_tap_makes_the_card() -> None:
    transition = forward()
    assert shown(transition, PairShown) == [PairShown("school-start", "norrkoping", "uk")]
    assert actions(transition) == ["card:school-start:uk", "pair:school-1:uk", "pair:school-2:uk", "none", "help", "tongue"]
    assert lines(transition)[0].startswith("They write in Russian.")
    card = press("card:school-start:uk", transition.conversation)
    assert [p for p in message(card).parts] == [CardShown("school-start", "norrkoping", "uk")]
    assert actions(card)[0] == "desk:school-start:uk" and "pairs" in actions(card)
    desk = press("desk:school-start:uk", transition.conversation)
    assert shown(desk, CardShown) == [CardShown("school-start", "norrkoping", "uk", desk=True)]


def test_where_the_channel_can_the_card_goes_to_a_chat_with_one_tap() -> None:
    able = replace(FRAME, capabilities=replace(FRAME.capabilities, can_share=True))
    card = step(forward().conversation, ButtonPressed("2", NOW, ANNA, "card:school-start:uk"), able, FLOWS)
    assert [b.share for row in message(card).buttons for b in row if b.share] == ["school-start uk norrkoping"]


def test_a_private_offer_is_warned_of_once_a_day() -> None:
    offer = replace(SCHOOL, offer=True)
    first = forward(found=offer)
    assert [p.text.msgid for p in shown(first, Line)][-1].startswith("Careful with private rides")
    again = forward(found=offer, state=first.conversation, after=60)
    assert not any(p.text.msgid.startswith("Careful with") for p in shown(again, Line))


def test_a_bare_cry_for_help_is_no_greeting() -> None:
    transition = forward("допоможіть", Found(small_talk="help", caution=True))
    asked = [p.text.msgid for p in shown(transition, Line)]
    assert asked[0] == "Are they safe now? If not, call 112." and asked[1].startswith("They only ask for help")
    assert actions(transition)[:2] == ["sos", "child"]


def test_three_choices_when_unsure_each_a_card() -> None:
    transition = forward(found=UNSURE)
    assert [p.article for p in shown(transition, PairShown)] == ["school-1", "school-2", "school-3"]
    assert actions(transition)[:4] == ["card:school-1:uk", "card:school-2:uk", "card:school-3:uk", "none"]


def test_a_mixture_is_said_to_be_one() -> None:
    assert lines(forward("привет, подскажите будь ласка як записати дитину в школу, очень нужно"))[0].startswith("They mix")


def test_a_language_that_nobody_can_tell_is_one_tap_from_right() -> None:
    transition = forward("PayGoo???")
    assert lines(transition)[0].startswith("We could not tell")
    asked = press("tongue", transition.conversation)
    assert actions(asked) == ["tongue:uk", "tongue:sv", "tongue:en"]
    changed = press("tongue:en", transition.conversation)
    assert shown(changed, PairShown)[0].language == "en" and not lines(changed)[0].startswith("We could not")


def test_nothing_of_the_words_is_kept() -> None:
    stored = json.dumps(dict(forward("секретне слово про школу").conversation.answers), ensure_ascii=False)
    assert "секрет" not in stored and "школ" not in stored


def test_several_in_a_row_are_one_question() -> None:
    hello = forward("привіт", Found(small_talk="greeting"))
    assert lines(hello) == ["That is only a greeting. Forward the question too, or write it here."]
    vague = forward("у нас двоє дітей", UNSURE, hello.conversation, after=1)
    clear = forward("коли до школи", SCHOOL, vague.conversation, after=2)
    assert [p.article for p in shown(clear, PairShown)] == ["school-start"]
    assert open_question(clear).count == 3 and "Counted together" in lines(clear)[0]
    assert all(e.replaces for e in clear.effects if isinstance(e, Reply))
    # Later than that it is another question.
    other = forward("як отримати гроші", UNSURE, clear.conversation, after=3 + OPEN_S)
    assert open_question(other).count == 1 and not any(e.replaces for e in other.effects if isinstance(e, Reply))


def test_two_questions_at_once_are_both_offered() -> None:
    money = Found((Hit("school-2", 0.9),), sure=True, abstain=False)
    both = forward("і ще про гроші", money, forward().conversation, after=2)
    assert [p.article for p in shown(both, PairShown)][:2] == ["school-2", "school-start"]


def test_what_does_not_fit_adds_nothing() -> None:
    clear = forward()
    after = forward("дякую!!", Found((Hit("school-3", 0.3),), abstain=True), clear.conversation, after=2)
    assert [p.article for p in shown(after, PairShown)] == ["school-start"]


@pytest.mark.parametrize("family", ["violence", "trafficking", "medical", "suicide", "danger", "one we do not know"])
def test_danger_comes_before_anything_else_with_advice_for_the_helper(family: str) -> None:
    transition = forward("…", replace(SCHOOL, danger=family))
    assert "Call 112" in lines(transition)[0] and lines(transition)[1].startswith("Ask them now")
    assert actions(transition)[:2] == ["tel:112", "child"]
    # ... and stays there while more messages of the same question come.
    assert actions(forward("і про школу", SCHOOL, transition.conversation, after=3))[0] == "tel:112"


def test_two_dangers_in_a_row_are_two_answers() -> None:
    first = forward("дитина сама", Found(danger="child_alone"))
    second = forward("він мене б'є", Found(danger="violence"), first.conversation, after=2)
    assert shown(second, PairShown)[0].article == "safety-violence"
    assert not any(e.replaces for e in second.effects if isinstance(e, Reply))


def test_a_child_alone_in_a_forward_keeps_the_child_screen_and_its_texts_go_to_the_asker() -> None:
    transition = forward("дівчинка сама на вокзалі", Found(danger="child_alone"))
    assert lines(transition)[0] == "A child alone" and any(line.startswith("Ask them now") for line in lines(transition))
    assert actions(transition)[0] == "tel:112" and "pair:minor-report:uk" in actions(transition)


def test_a_weak_sign_asks_after_the_asker() -> None:
    transition = forward(found=replace(SCHOOL, caution=True))
    assert lines(transition)[0] == "Are they safe now? If not, call 112." and actions(transition)[:2] == ["sos", "child"]


@pytest.mark.parametrize("kind", ["voice", "audio", "video_note"])
def test_a_voice_that_is_passed_on_cannot_be_heard_and_the_next_words_are_the_askers(kind: str) -> None:
    transition = forward("", None, kind=kind)
    assert lines(transition)[0].startswith("We cannot listen") and transition.conversation.flow == "helping"
    typed = text("коли дитину візьмуть до школи", transition.conversation, SCHOOL)
    assert shown(typed, PairShown) and open_question(typed).count == 1


def test_a_picture_without_words_and_one_with() -> None:
    assert lines(forward("", None, kind="photo"))[0].startswith("We cannot read pictures")
    words = forward(kind="photo")
    assert shown(words, PairShown) and "We read only the words that came with the picture or file." in lines(words)


def test_an_album_is_answered_once() -> None:
    first = forward(kind="photo", album="7")
    second = forward("", None, first.conversation, after=1, kind="photo", album="7")
    assert second.effects == () and shown(first, PairShown)


def test_the_caption_of_an_album_may_come_with_any_of_its_pictures() -> None:
    first = forward("", None, kind="photo", album="7")
    second = forward("", None, first.conversation, after=1, kind="photo", album="7")
    third = forward("", SCHOOL, second.conversation, after=2, kind="photo", album="7")
    assert lines(first) and second.effects == third.effects == ()
    caption = forward("коли до школи", SCHOOL, third.conversation, after=3, kind="photo", album="7")
    assert shown(caption, PairShown) and [e.replaces for e in caption.effects if isinstance(e, Reply)] == [True]
    # What words have been answered with is taken back by no other words.
    danger = forward("він мене б'є", Found(danger="violence"), forward(kind="photo", album="8").conversation, 60, album="8")
    assert [e.replaces for e in danger.effects if isinstance(e, Reply)] == [False]
    assert [e.replaces for e in forward(state=first.conversation, album="9").effects if isinstance(e, Reply)] == [False]


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("photo", "We cannot read pictures and files, and we did not keep it. Write here what they ask."),
        ("file", "We cannot read pictures and files, and we did not keep it. Write here what they ask."),
        ("location", "We did not keep the place. Write here what they ask, and in which town they are."),
        ("venue", "We did not keep the place. Write here what they ask, and in which town they are."),
        ("contact", "We do not need anybody's phone number, and we did not keep it. Write here what they ask."),
        ("poll", "We cannot read this kind of message. Write here what they ask."),
        ("story", "We cannot read this kind of message. Write here what they ask."),
    ],
)
def test_what_has_no_words_is_called_what_it_is(kind: str, line: str) -> None:
    transition = forward("", None, kind=kind)
    assert lines(transition) == [line] and transition.conversation.flow == "helping"


def test_who_has_never_written_gets_their_apps_language_and_may_change_it() -> None:
    fresh = Conversation(ANNA)
    assert forward(state=fresh, language_hint="en-GB").conversation.language == "en"
    assert forward(state=fresh).conversation.language == "sv", "a helper in Sweden, and not the asker's language"
    assert forward(state=fresh, language_hint="uk").conversation.language == "uk"


def test_a_pasted_message_is_the_same_as_a_forwarded_one() -> None:
    asked = press("helping", BJORN)
    assert asked.conversation.flow == "helping"
    assert shown(text("когда ребёнка возьмут в школу", asked.conversation, SCHOOL), PairShown)


@pytest.mark.parametrize(
    ("small_talk", "line"),
    [
        ("greeting", "That is only a greeting. Forward the question too, or write it here."),
        ("empty", "We read no words in it, and we do not open links. Write here what they ask."),
        ("thanks", "There is no question in it. Forward the question too, or write it here."),
        ("help", "They only ask for help. Ask them where they are and what they need. Then forward their answer here."),
    ],
)
def test_what_is_written_after_a_forward_without_a_question_is_the_askers(small_talk: str, line: str) -> None:
    hello = forward("…", Found(small_talk=small_talk))
    assert lines(hello) == [line]
    later = ButtonPressed("2", NOW, ANNA, "pairs")
    for state in (hello.conversation, step(hello.conversation, later, FRAME, FLOWS).conversation):
        assert shown(text("когда ребёнка возьмут в школу", state, SCHOOL), PairShown)


@pytest.mark.parametrize("flow", ["case", "report", "child.where"])
def test_a_forwarded_greeting_takes_no_words_from_a_report(flow: str) -> None:
    assert forward("Hello!", Found(small_talk="greeting"), replace(BJORN, flow=flow)).conversation.flow == flow


def pasted(words: str, state: Conversation, found: Found, after: float) -> Transition:
    now = NOW + timedelta(seconds=after)
    return step(state, TextReceived("1", now, ANNA, words), replace(FRAME, found=found, now=now), FLOWS)


def test_pieces_that_are_pasted_one_after_the_other_are_one_question() -> None:
    first = pasted("Добрий день!", press("helping", BJORN).conversation, Found(small_talk="greeting"), 0)
    second = pasted("у нас двоє дітей", first.conversation, UNSURE, 300)
    third = pasted("коли до школи", second.conversation, SCHOOL, 300 + OPEN_S)
    assert [p.article for p in shown(third, PairShown)] == ["school-start"] and open_question(third).count == 2
    # Later the helper writes for themselves.
    own = pasted("när börjar skolan", third.conversation, SCHOOL, 301 + 2 * OPEN_S)
    assert not shown(own, PairShown) and shown(own, ArticleShown)
    # ... also after what was forwarded, and at once when they only say thank you.
    assert shown(text("när börjar skolan", forward(state=replace(BJORN, flow="helping")).conversation, SCHOOL), ArticleShown)
    thanks = pasted("tack", third.conversation, Found(small_talk="thanks"), 301 + OPEN_S)
    assert lines(thanks)[0].startswith("You are welcome. Write again")


def test_a_helpers_thanks_after_a_picture_are_their_own_and_the_question_is_still_waited_for() -> None:
    picture = forward("", None, kind="photo")
    thanks = text("tack", picture.conversation, Found(small_talk="thanks"))
    assert lines(thanks) == ["You are welcome. Write here what they ask, or forward it."]
    assert passed_on.opened(thanks.conversation.answers) is None
    assert shown(text("коли до школи", thanks.conversation, SCHOOL), PairShown)


def test_a_long_message_in_a_language_not_chosen_offers_to_pass_the_answer_on() -> None:
    long = "добрий день підкажіть коли дитину візьмуть до школи"
    mine = text(long, BJORN, SCHOOL)
    assert [p.article for p in shown(mine, ArticleShown)] == ["school-start"] and actions(mine)[-1] == "pairs"
    assert shown(press("pairs", mine.conversation), PairShown) == [PairShown("school-start", "norrkoping", "uk")]
    assert "pairs" not in actions(text(long, SETTLED, SCHOOL)) and "pairs" not in actions(text("до школи?", BJORN, SCHOOL))


@pytest.mark.parametrize("action", ["pairs", "pair:gone:uk", "card:gone", "desk:", "tongue:uk", "send:school-start"])
def test_old_buttons_without_a_question_ask_for_one(action: str) -> None:
    assert lines(press(action, BJORN))[0].startswith("Forward their message here")


def test_a_question_of_another_version_is_as_good_as_none() -> None:
    for stored in ("x", {"at": 1}, {"at": 1, "language": "uk", "hits": 5, "spoken": [], "sent": []}, None):
        state = replace(BJORN, answers={passed_on.KEY: stored})
        assert lines(press("pairs", state))[0].startswith("Forward their message here")


# --- sending to the asker -----------------------------------------------------------------------------------------------

WHOSE = PassedOn(0.0, "uk", reach=OLENA.reach).whose
SEND = f"send:school-start:{WHOSE}"


def tap(action: str, state: Conversation, asker: Conversation | None, after: float = 0.0) -> Transition:
    return step(state, ButtonPressed("9", NOW + timedelta(seconds=after), ANNA, action), replace(FRAME, asker=asker), FLOWS)


def test_an_asker_who_agreed_gets_it_marked_in_their_language_and_place() -> None:
    asked = forward(asker=OLENA)
    assert actions(asked)[0] == SEND
    assert "2" not in json.dumps(dict(asked.conversation.answers)["passed_on"]["reach"]), "no key of the asker is kept"
    sent = tap(SEND, asked.conversation, OLENA)
    (passed,) = [e for e in sent.effects if isinstance(e, PassOn)]
    assert passed.to == OLENA and ArticleShown("school-start", "orebro") in passed.message.parts
    assert passed.message.parts[0].text.msgid.startswith("A volunteer passes this on")  # type: ignore[union-attr]
    again = tap(SEND, sent.conversation, OLENA, after=9)
    assert lines(again) == ["They already have this answer."] and not [e for e in again.effects if isinstance(e, PassOn)]


def test_a_button_under_an_older_message_sends_nothing_to_the_person_of_the_newer_one() -> None:
    iryna = replace(OLENA, address=Address("telegram", "3"), reach="another mark")
    first = forward(asker=OLENA)
    second = forward("коли прийдуть гроші", SCHOOL, first.conversation, after=40, asker=iryna)
    pressed = tap(SEND, second.conversation, iryna, after=60)
    assert not [e for e in pressed.effects if isinstance(e, PassOn)]
    assert lines(pressed)[0].startswith("This is about an earlier message, and nothing was sent.")


@pytest.mark.parametrize("reached", [OLENA, None])
def test_two_people_are_two_questions_also_where_one_hides_who_they_are(reached: Conversation | None) -> None:
    first = forward(asker=reached, who="olena", origin="user")
    other = forward("і де отримати гроші", SCHOOL, first.conversation, after=3, who="hidden stranger")
    assert open_question(other).count == 1 and open_question(other).reach == ""
    assert not [e for e in other.effects if isinstance(e, Reply) and e.replaces], "the first answer stays"
    assert not any(a.startswith("send:") for a in actions(other))
    same = forward("і де отримати гроші", SCHOOL, first.conversation, after=3, asker=reached, who="olena")
    assert open_question(same).count == 2 and open_question(same).reach == (reached.reach if reached else "")


def test_who_did_not_agree_or_changed_their_mind_is_not_written_to() -> None:
    assert SEND not in actions(forward(origin="user"))
    changed = tap(SEND, forward(asker=OLENA).conversation, None)
    assert lines(changed) == ["We cannot send this to them from here. Forward the card instead."]
    assert not [e for e in changed.effects if isinstance(e, PassOn)]
    assert not any(a.startswith("send:") for a in actions(forward(asker=replace(OLENA, address=ANNA)))), "one's own message"


def test_a_day_later_nobody_is_written_to() -> None:
    state = forward(asker=OLENA).conversation
    late = replace(FRAME, asker=OLENA, now=NOW + timedelta(hours=25))
    transition = step(state, ButtonPressed("9", late.now, ANNA, SEND), late, FLOWS)
    assert lines(transition)[0].startswith("We cannot send")


def test_a_link_on_a_volunteers_poster_asks_for_the_message_at_once() -> None:
    transition = step(BJORN, Started("1", NOW, ANNA, "helping"), FRAME, FLOWS)
    assert lines(transition)[0].startswith("Forward their message here") and transition.conversation.flow == "helping"


def test_no_more_than_three_answers_to_one_question() -> None:
    state = forward(asker=OLENA).conversation
    for article in ("school-start", "school-1", "school-2"):
        state = tap(f"send:{article}:{WHOSE}", state, OLENA).conversation
    assert lines(tap(f"send:school-3:{WHOSE}", state, OLENA))[0].startswith("We cannot send")


def test_consent_is_off_until_asked_for_and_can_be_taken_back() -> None:
    assert "reach" in actions(press("privacy")) and SETTLED.reach == ""
    asked = press("reach")
    assert asked.effects[:-1] == () and actions(asked)[:2] == ["reach:yes", "reach:no"]
    given = press("reach:yes")
    assert LetReach(True) in given.effects and given.conversation.reach
    taken = press("reach:no", replace(SETTLED, reach="mark"))
    assert LetReach(False) in taken.effects and taken.conversation.reach == ""
    web = replace(FRAME, capabilities=replace(FRAME.capabilities, pushed=False))
    assert "reach" not in actions(step(SETTLED, ButtonPressed("1", NOW, ANNA, "privacy"), web, FLOWS))


# --- groups -------------------------------------------------------------------------------------------------------------


def wanted(words: str, found: Found | None, kind: str = "text") -> Transition:
    group = Conversation(Address("telegram", "-5"))
    return step(group, AnswerWanted("1", NOW, group.address, words, "77", kind), replace(FRAME, found=found), FLOWS)


def test_in_a_group_the_answer_hangs_on_the_askers_message_in_their_language() -> None:
    transition = wanted("Де записати дитину до школи?", SCHOOL)
    assert shown(transition, CardShown) == [CardShown("school-start", None, "uk")]
    assert (message(transition).reply_to, message(transition).language, message(transition).buttons) == ("77", "uk", ())


def test_in_a_group_an_unsure_one_gives_links_and_nothing_says_so() -> None:
    assert shown(wanted("школа", UNSURE), LinksShown) == [LinksShown(("school-1", "school-2", "school-3"))]
    assert lines(wanted("борщ", Found()))[0].startswith("We have no checked answer")
    assert lines(wanted("", None))[0].startswith("Reply to a message with /answer")


def in_each(transition: Transition) -> list[str]:
    return [p.text.msgid for p in shown(transition, InEachLanguage)]


def test_in_a_group_what_is_no_question_or_no_words_is_said_to_be_so() -> None:
    greeting = lines(wanted("Добрий день!", Found(small_talk="greeting")))
    assert greeting == [
        "There is no question in this message. Reply to the question itself with /answer.",
        "In danger? Call 112.",
    ]
    assert "Call 112" in lines(wanted("допоможіть", Found(small_talk="help", caution=True)))[0]
    assert in_each(wanted("", None, "photo")) == ["I can only read words. Write behind /answer what they ask."]
    assert in_each(wanted("", None)) == ["Reply to a message with /answer, and I answer it there."]


@pytest.mark.parametrize("found", [SCHOOL, UNSURE, Found()])
def test_in_a_group_the_machine_is_silent_while_people_answer_but_for_danger(found: Found) -> None:
    group = Conversation(Address("telegram", "-5"))
    relay = replace(FRAME, asking=Asking(taken=True, relay=True), found=found)
    event = AnswerWanted("1", NOW, group.address, "школа", "77")
    assert lines(step(group, event, relay, FLOWS)) == [
        "Today people answer here, not the machine. Open my profile and press Start: there you can ask them.",
        "In danger? Call 112.",
    ]
    danger = step(group, event, replace(relay, found=replace(found, danger="violence")), FLOWS)
    assert shown(danger, CardShown) == [CardShown("safety-violence", None, "uk")]


def test_in_a_group_the_line_on_how_it_works_names_112() -> None:
    group = Conversation(Address("telegram", "-5"))
    joined = step(group, RoomJoined("1", NOW, group.address), FRAME, FLOWS)
    assert in_each(joined)[-1] == "In danger? Call 112." and actions(joined) == []


@pytest.mark.parametrize("found", [UNSURE, Found(), replace(UNSURE, caution=True), replace(SCHOOL, danger="medical")])
def test_in_a_group_112_stands_once_under_everything(found: Found) -> None:
    transition = wanted("школа", found)
    assert sum("Call 112" in line for line in lines(transition)) == 1


def test_in_a_group_danger_says_112_first() -> None:
    transition = wanted("він мене б'є", replace(SCHOOL, danger="violence"))
    assert "Call 112" in lines(transition)[0] and shown(transition, CardShown) == [CardShown("safety-violence", None, "uk")]


def test_danger_under_a_picture_is_seen() -> None:
    event = FileReceived("1", NOW, ANNA, "photo", "дитина сама на вокзалі")
    assert "A child alone" in lines(step(SETTLED, event, replace(FRAME, found=Found(danger="child_alone")), FLOWS))
