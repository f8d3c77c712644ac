"""Every event in every state gets an answer with a way on; danger wins; taps on old buttons lead somewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.asking import Asking
from bot.domain.care import safety_article
from bot.domain.conversation import (
    ANSWERED_BY_SERVICE,
    Conversation,
    EraseContact,
    Found,
    Frame,
    Hit,
    MarkAddress,
    MoveAddress,
    Reply,
    Transition,
    step,
)
from bot.domain.events import (
    KINDS,
    Address,
    AddressBlocked,
    AddressMoved,
    AddressReturned,
    AnswerWanted,
    ButtonPressed,
    CommandGiven,
    Event,
    FileReceived,
    ForwardReceived,
    LocationShared,
    RoomJoined,
    Started,
    TextEdited,
    TextReceived,
    Unreadable,
    from_json,
    to_json,
)
from bot.domain.flows import FLOWS
from bot.domain.messages import ArticleShown, Button, Capabilities, InEachLanguage, Line, Message, OfficeShown
from bot.domain.passed_on import PassedOn, kept
from bot.domain.question import said_in
from bot.domain.report_effects import WriteToReport
from tests.support.builders import NOW, a_catalog, a_place, an_article

ANNA = Address("telegram", "1")
CATALOG = a_catalog(
    an_article("school-start", next=("school-right",)),
    an_article("school-right"),
    *(an_article(f"school-{n}") for n in range(9)),
    an_article("minor-report", "minors"),
    an_article("safety-violence", "contact"),
    places=(a_place("norrkoping"), a_place("orebro", featured=2), a_place("gavle", featured=0)),
)
FRAME = Frame(NOW, NOW.date(), CATALOG, Capabilities(max_text=4096))
WEB = Capabilities(has_header=True, shows_own_words=False, pushed=False)
FRESH = Conversation(ANNA)
SETTLED = Conversation(ANNA, language="uk", place="norrkoping")


# Without staff, with some, and with our own chat behind it; private: the web.
WORLDS: list[dict[str, Any]] = [
    {},
    {"takes_reports": True, "connected": frozenset({"norrkoping"}), "entropy": bytes(range(32))},
    {"takes_reports": True, "entropy": bytes(range(32)), "public_url": "https://chat.example"},
    {"takes_reports": True, "entropy": bytes(range(32)), "capabilities": Capabilities(on_our_site=True, has_header=True)},
    {"asking": Asking(True, False, 3), "entropy": bytes(range(32))},
    {"asking": Asking(True, True, 0), "entropy": bytes(range(32))},
    {"asking": Asking(True, False, 0, True, "ab" * 12, NOW), "entropy": bytes(range(32))},
    {"asking": Asking(offers=frozenset({"norrkoping"})), "entropy": bytes(range(32))},
]


def after(
    conversation: Conversation,
    event: Event,
    found: Found | None = None,
    world: dict[str, Any] | None = None,
    asker: Conversation | None = None,
    channel: Capabilities = FRAME.capabilities,
) -> Transition:
    frame = replace(FRAME, found=found, asker=asker, **{"capabilities": channel, **(world or {})})
    return step(conversation, from_json(to_json(event)), frame, FLOWS)


def press(action: str, conversation: Conversation = SETTLED, at: Any = NOW) -> Transition:
    return after(conversation, ButtonPressed("1", at, ANNA, action))


def text(words: str, conversation: Conversation = SETTLED, found: Found | None = None) -> Transition:
    return after(conversation, TextReceived("1", NOW, ANNA, words), found)


def message(transition: Transition) -> Message:
    (reply,) = [e for e in transition.effects if isinstance(e, Reply)]
    return reply.message


def lines(transition: Transition) -> list[str]:
    return [p.text.msgid for p in message(transition).parts if isinstance(p, Line | InEachLanguage)]


def actions(transition: Transition) -> list[str]:
    return [b.action or b.url or f"tel:{b.tel}" for row in message(transition).buttons for b in row]


def articles(transition: Transition) -> list[str]:
    return [p.article for p in message(transition).parts if isinstance(p, ArticleShown)]


PASSED_ON = kept(PassedOn(NOW.timestamp(), "uk", ("ru",), (("school-start", 0.7), ("gone", 0.2)), sure=True))

# --- everything, everywhere ---------------------------------------------------------------------------------------------

some_words = st.one_of(st.text(max_size=60), st.sampled_from(["школа", "Norrköping", "hej", "?", "112", "а" * 4000]))
known_actions = st.sampled_from([*FLOWS.actions, *(f"{verb}:x" for verb in FLOWS.actions)])
some_actions = st.one_of(
    known_actions,
    st.text(max_size=64),
    st.sampled_from(
        ["card:school-start:uk", "pair:school-1", "desk:school-1:gone", "tongue:sv", "send:school-start", "reach:yes"]
    ),
    st.sampled_from(["offer.at:norrkoping", "offer.set:kind:room", "offer.set:beds:2", "offer.set:way:x"]),
    st.sampled_from(["a:school-start", "a:gone", "topic:school:1", "topic:school:99", "lang:sv", "place:orebro", "erase:yes"]),
)
hits = st.lists(st.builds(Hit, st.sampled_from(["school-start", "gone", "school-1"]), st.floats(0, 1)), max_size=4).map(tuple)
some_found = st.one_of(
    st.none(),
    st.builds(
        Found,
        hits,
        st.booleans(),
        st.booleans(),
        st.sampled_from(["", "child_alone", "violence", "suicide", "medical", "a new family"]),
        st.booleans(),
        st.sampled_from(["", "greeting", "thanks", "insult", "a new kind"]),
    ),
)
base = {"id": st.just("1"), "at": st.just(NOW), "sender": st.just(ANNA)}
events_of_people = st.one_of(
    st.builds(Started, **base, payload=st.one_of(st.text(max_size=64), st.sampled_from(["a_school-start_uk", "child_orebro"]))),
    st.builds(CommandGiven, **base, name=st.one_of(st.sampled_from(["home", "child", "help", "nosuch"]), st.text(max_size=20))),
    st.builds(TextReceived, **base, words=some_words),
    st.builds(TextEdited, **base, words=some_words),
    st.builds(ButtonPressed, **base, action=some_actions),
    st.builds(LocationShared, **base, latitude=st.floats(-90, 90), longitude=st.floats(-180, 180)),
    st.builds(FileReceived, **base, kind=st.sampled_from(["photo", "voice", "sticker", "contact", "nosuch"]), words=some_words),
    st.builds(
        ForwardReceived,
        **base,
        words=some_words,
        origin=st.sampled_from(["hidden", "user", "channel"]),
        kind=st.sampled_from(["text", "voice", "photo", "nosuch"]),
        language_hint=st.sampled_from(["", "sv", "x"]),
    ),
    st.builds(AnswerWanted, **base, words=some_words, reply_to=st.just("7")),
    st.builds(RoomJoined, **base),
    st.builds(Unreadable, **base, kind=st.text(max_size=9)),
)
states = st.builds(
    Conversation,
    st.just(ANNA),
    st.sampled_from([None, "uk", "sv", "en", "gone"]),
    st.sampled_from([None, "norrkoping", "gone"]),
    st.sampled_from(
        ["", "place", "helping", "helping.more", "child.where", "report", "case", "question", "a flow of an older version"]
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "article": st.sampled_from(["school-start", "gone"]),
            "child": st.sampled_from(["danger", "safe", "?"]),
            "report": st.fixed_dictionaries(
                {"key": st.just("k"), "code": st.just("KM4-R72"), "place": st.sampled_from([None, "norrkoping", "gone"])},
                optional={},
            ).flatmap(
                lambda known: st.fixed_dictionaries(
                    {**{k: st.just(v) for k, v in known.items()}, "q": st.sampled_from(["", "who", "ages", "gone"])},
                ).map(lambda whole: {**whole, "a": {"who": "self", "ages": "?"}})
            ),
            "said": st.sampled_from([{"w": "чи можна з котом", "l": "uk", "t": "other", "p": True, "r": "m"}, {"w": ""}, "?"]),
            "questions": st.sampled_from([[["k", "2026-11-24"]] * 9, [], "?"]),
            "passed_on": st.sampled_from([PASSED_ON, {**PASSED_ON, "reach": "mark"}, {"at": "?"}, None]),
        },
    ),
)


@given(states, st.lists(st.tuples(events_of_people, some_found), min_size=1, max_size=6), st.sampled_from(WORLDS))
def test_every_event_in_every_state_gets_an_answer_with_a_way_on(
    state: Conversation, history: list[tuple[Event, Found | None]], world: dict[str, Any]
) -> None:
    for n, (event, found) in enumerate(history):
        event = replace(event, id=str(n), at=NOW + timedelta(minutes=n))
        transition = after(state, event, found, world)
        replies = [e.message for e in transition.effects if isinstance(e, Reply)]
        assert replies or any(isinstance(e, ANSWERED_BY_SERVICE) for e in transition.effects), event
        for reply in replies:
            assert reply.parts
            erased = any(isinstance(e, EraseContact) for e in transition.effects)
            in_group = isinstance(event, RoomJoined | AnswerWanted)
            assert reply.buttons or reply.ask_location or erased or in_group
            for button in (b for row in reply.buttons for b in row):
                assert [bool(w) for w in (button.action, button.url, button.tel, button.share)].count(True) == 1
                assert len(button.action.encode()) <= 64
                verb = button.action.partition(":")[0]
                assert not verb or verb in FLOWS.actions, "a button that leads nowhere"
        state = transition.conversation


def test_every_kind_of_event_has_a_taker() -> None:
    own = {AddressBlocked, AddressReturned, AddressMoved, ButtonPressed, CommandGiven}
    assert own | set(FLOWS.takers) == set(KINDS.values())


# --- the way in -----------------------------------------------------------------------------------------------------------


def test_the_first_screen_offers_the_languages_the_apps_own_first() -> None:
    assert actions(after(FRESH, Started("1", NOW, ANNA, "", "sv-SE"))) == ["lang:sv", "lang:uk", "lang:en", "child:sv"]
    assert actions(after(FRESH, Started("1", NOW, ANNA, "", "ru"))) == ["lang:uk", "lang:sv", "lang:en", "child:uk"]


def test_start_language_place_topic_answer_is_five_taps() -> None:
    state = after(FRESH, Started("1", NOW, ANNA)).conversation
    for n, tap in enumerate(["lang:uk", "place:norrkoping", "topic:school", "a:school-start"]):
        offered = step(state, ButtonPressed(str(n), NOW, ANNA, tap), FRAME, FLOWS)
        state = offered.conversation
    assert articles(offered) == ["school-start"]
    assert (state.language, state.place) == ("uk", "norrkoping")


def test_a_deep_link_opens_its_answer_in_its_language() -> None:
    transition = after(FRESH, Started("1", NOW, ANNA, "a_school-start_sv"))
    assert articles(transition) == ["school-start"] and message(transition).language == "sv"
    assert transition.conversation.language == "sv"
    assert after(SETTLED, Started("1", NOW, ANNA, "a_school-start_sv")).conversation.language == "uk", "hers stays"


def test_a_poster_link_opens_the_child_screen_with_its_place() -> None:
    transition = after(FRESH, Started("1", NOW, ANNA, "child_orebro"))
    offices = [p for p in message(transition).parts if isinstance(p, OfficeShown)]
    assert {o.place for o in offices} == {"orebro"} and "tel:112" in actions(transition)
    in_swedish = after(FRESH, Started("1", NOW, ANNA, "child_orebro", "sv-SE")).conversation
    assert in_swedish.language == "sv", "the app's language, as nobody has asked yet"
    assert after(SETTLED, Started("1", NOW, ANNA, "child_orebro", "sv-SE")).conversation.language == "uk", "hers stays"


def test_a_child_alone_on_the_first_screen_takes_the_language_of_the_screen() -> None:
    assert press("child:sv", FRESH).conversation.language == "sv"
    assert press("child:xx", FRESH).conversation.language is None
    assert press("child:sv", SETTLED).conversation.language == "uk", "hers stays"
    assert "child" in actions(press("language", FRESH))


def test_changing_the_language_keeps_the_answer_that_was_open() -> None:
    reading = press("a:school-start").conversation
    transition = press("lang:en", reading)
    assert articles(transition) == ["school-start"] and transition.conversation.language == "en"
    assert transition.conversation.place == "norrkoping"


def test_an_answer_with_nothing_after_it_still_has_a_way_on() -> None:
    helped = ["helped:y:school-1:", "helped:n:school-1:"]
    assert actions(press("a:school-1")) == ["home", "watch:school-1", "help", *helped, "office:school-1"]


def test_changing_the_place_keeps_the_answer_that_was_open() -> None:
    transition = press("place:orebro", press("a:school-start").conversation)
    assert [p.place for p in message(transition).parts if isinstance(p, ArticleShown)] == ["orebro"]


def test_a_topic_shows_six_and_then_the_rest() -> None:
    first, second = press("topic:school"), press("topic:school:1")
    assert len(actions(first)) == 7 and actions(first)[-1] == "topic:school:1"
    assert set(actions(first)).isdisjoint(actions(second))


# --- places ---------------------------------------------------------------------------------------------------------------


def test_a_typed_place_with_a_typing_error_is_taken() -> None:
    asked = press("place").conversation
    assert text("Norkoping", asked).conversation.place == "norrkoping"


def test_an_unknown_place_is_asked_again_and_a_question_is_answered() -> None:
    asked = press("place").conversation
    assert "We do not know that place. Write the municipality's name, or choose." in lines(text("Xyzzyq", asked))
    found = Found((Hit("school-start", 1.0),), sure=True, abstain=False)
    assert articles(text("коли дитина піде до школи", asked, found)) == ["school-start"]


def test_danger_words_win_over_the_question_for_a_place() -> None:
    asked = press("place").conversation
    transition = text("дитина сама", asked, Found(danger="child_alone"))
    assert "A child alone" in lines(transition)


def test_a_word_for_money_is_no_place_with_a_typing_error() -> None:
    asked = press("place").conversation
    found = Found((Hit("school-1", 0.2),), abstain=False, topic="lma")
    assert actions(text("гроші", asked, found)) == ["a:school-1", "none", "help"]


# --- questions ------------------------------------------------------------------------------------------------------------


def test_a_sure_hit_is_answered_at_once_with_the_others_below() -> None:
    found = Found((Hit("school-start", 1), Hit("school-1", 0.5), Hit("school-2", 0.4)), sure=True, abstain=False)
    transition = text("школа", found=found)
    assert articles(transition) == ["school-start"]
    about = "school-start:"
    helped = [f"helped:y:{about}", f"helped:n:{about}"]
    assert actions(transition)[-7:] == ["a:school-2", "none", "watch:school-start", "help", *helped, "office:school-start"]


def test_an_unsure_one_gives_three_choices_and_none_of_these() -> None:
    found = Found(tuple(Hit(f"school-{n}", 1) for n in range(5)), sure=False, abstain=False)
    assert actions(text("школа", found=found)) == ["a:school-0", "a:school-1", "a:school-2", "none", "help"]


def test_nothing_fits_names_people_to_ask() -> None:
    parts = message(text("як пече борщ", found=Found())).parts
    assert [p.role for p in parts if isinstance(p, OfficeShown)] == ["contact_centre", "sverige.migration_agency"]


def test_caution_stands_beside_the_answer() -> None:
    found = Found((Hit("school-start", 1),), sure=True, abstain=False, caution=True)
    transition = text("чоловік не пускає мене до школи", found=found)
    assert lines(transition)[0] == "Are you safe now? If not, call 112." and articles(transition) == ["school-start"]
    assert actions(transition)[:2] == ["sos", "child"]


def test_the_safety_card_of_that_worry_is_one_tap_from_the_answer() -> None:
    found = Found((Hit("school-start", 1),), sure=True, abstain=False, caution=True, worry="violence")
    assert actions(text("він забороняє мені вчитися", found=found))[:3] == ["sos", "child", "a:safety-violence"]
    shown = Found((Hit("safety-violence", 1),), sure=True, abstain=False, caution=True, worry="violence")
    assert "a:safety-violence" not in actions(text("він забороняє мені вчитися", found=shown))


def test_a_worry_is_asked_about_even_while_a_place_was_asked_for_and_nothing_fits() -> None:
    asked = press("place").conversation
    transition = text("мені страшно", asked, Found(caution=True, worry="violence"))
    assert lines(transition)[0] == "Are you safe now? If not, call 112."


WARNING = "Careful with private rides, rooms and jobs. Keep your passport. Pay nothing in advance. Tell someone where you go."


def test_private_offers_bring_a_warning_once_a_day() -> None:
    found = Found((Hit("school-start", 1),), sure=True, abstain=False, offer=True)
    first = text("чоловік підвезе нас", found=found)
    assert articles(first) == ["school-start"] and lines(first)[-1] == WARNING
    again = text("а інший дає кімнату", first.conversation, found)
    assert WARNING not in lines(again)
    tomorrow = replace(FRAME, found=found, today=FRAME.today + timedelta(days=1))
    later = step(again.conversation, TextReceived("3", NOW + timedelta(days=1), ANNA, "і роботу"), tomorrow, FLOWS)
    assert lines(later)[-1] == WARNING


def test_danger_leaves_no_room_for_a_warning_and_does_not_use_it_up() -> None:
    danger = text("…", found=Found(danger="trafficking", offer=True))
    assert WARNING not in lines(danger)
    assert lines(text("кімната", danger.conversation, Found((Hit("school-1", 1),), abstain=False, offer=True)))[-1] == WARNING


@pytest.mark.parametrize("kind", ["greeting", "thanks", "bye", "insult", "ok", "chat", "empty", "a new kind"])
def test_small_talk_gets_a_human_line_and_a_way_on(kind: str) -> None:
    transition = text("…", found=Found(small_talk=kind))
    assert len(lines(transition)) == 1 and actions(transition) == ["home", "help"]


@pytest.mark.parametrize("family", ["violence", "trafficking", "medical", "suicide", "danger", "one we do not know"])
def test_danger_says_112_first(family: str) -> None:
    transition = text("…", found=Found((Hit("school-start", 1),), sure=True, danger=family))
    assert "Call 112" in lines(transition)[0] and actions(transition)[0] == "tel:112" and "child" in actions(transition)


def test_a_forwarded_message_with_danger_words_opens_the_child_screen_before_anything_else() -> None:
    event = ForwardReceived("1", NOW, ANNA, "дівчинка сама на вокзалі", "hidden")
    assert "A child alone" in lines(after(SETTLED, event, Found(danger="child_alone")))


def test_a_stranger_who_just_writes_is_answered_in_a_likely_language() -> None:
    found = Found((Hit("school-start", 1),), sure=True, abstain=False)
    for words, language in (("где школа", "uk"), ("när börjar skolan på hösten", "sv"), ("school", "en")):
        transition = text(words, FRESH, found)
        assert transition.conversation.language == language and articles(transition) == ["school-start"]
        assert actions(transition)[-3:] == ["lang:uk", "lang:sv", "lang:en"]


def test_the_same_question_twice_in_a_minute_is_one() -> None:
    found = Found((Hit("school-start", 1),), sure=True, abstain=False)
    first = text("школа?", found=found)
    again = step(first.conversation, TextReceived("2", NOW + timedelta(seconds=9), ANNA, " Школа "), FRAME, FLOWS)
    assert lines(again) == ["The answer to this stands just above."]
    assert actions(text("школа", first.conversation, found)) == actions(first), "the ways on stay"
    careful = Found((Hit("school-1", 0.4),), abstain=False, caution=True, worry="violence")
    twice = text("він б’є посуд", text("він б’є посуд", found=careful).conversation, careful)
    assert lines(twice) == ["Are you safe now? If not, call 112.", "The answer to this stands just above."]
    assert actions(twice)[:3] == ["sos", "child", "a:safety-violence"] and "a:school-1" in actions(twice)
    later = step(first.conversation, TextReceived("3", NOW + timedelta(seconds=61), ANNA, "школа"), FRAME, FLOWS)
    assert lines(later) != ["The answer to this stands just above."]


def test_a_bare_cry_for_help_gets_112_and_the_topics_at_once() -> None:
    transition = text("допоможіть", found=Found(small_talk="help", caution=True))
    assert lines(transition)[0] == "Are you safe now? If not, call 112."
    assert actions(transition)[:3] == ["sos", "child", "topic:school"] and actions(transition)[-1] == "help"


def test_an_alarm_keeps_what_was_asked_and_a_person_in_reach() -> None:
    found = Found((Hit("school-start", 0.6), Hit("school-1", 0.3), Hit("school-2", 0.05)), abstain=False, danger="violence")
    transition = text("чоловік не пускає дитину до школи і б’є", found=found)
    assert actions(transition) == ["tel:112", "child", "sos", "help", "a:school-start", "a:school-1"]


def test_who_saw_a_child_gets_the_text_on_reporting_and_the_child_its_own() -> None:
    saw, itself = Hit("minor-report", 0.5), Hit("minor-alone-self", 0.5)
    worried = {"abstain": False, "caution": True, "worry": "child_alone"}
    assert "a:minor-report" in actions(text("…", found=Found((Hit("school-1", 0.4), saw), **worried)))
    assert safety_article("child_alone", (itself, saw)) == "minor-alone-self"
    assert safety_article("child_alone", (saw, itself)) == safety_article("child_alone") == "minor-report"
    assert safety_article("") == ""


def test_while_people_answer_all_of_it_pieces_of_a_message_go_as_one() -> None:
    relayed = replace(FRAME, asking=Asking(taken=True, relay=True))
    first = step(SETTLED, TextReceived("1", NOW, ANNA, "добрий день"), replace(relayed, found=Found()), FLOWS)
    second = step(first.conversation, TextReceived("2", NOW, ANNA, "у мене двоє дітей"), replace(relayed, found=Found()), FLOWS)
    assert said_in(second.conversation).words == "добрий день\nу мене двоє дітей"


def test_danger_is_answered_every_time() -> None:
    first = text("дитина сама", found=Found(danger="child_alone"))
    assert "A child alone" in lines(text("дитина сама", first.conversation, Found(danger="child_alone")))


# --- taps and oddities ------------------------------------------------------------------------------------------------------


def test_a_double_tap_is_one_tap_and_a_later_one_is_another() -> None:
    first = press("home")
    assert press("home", first.conversation, NOW + timedelta(seconds=1)).effects == ()
    assert actions(press("home", first.conversation, NOW + timedelta(seconds=4)))
    assert actions(press("topics", first.conversation, NOW + timedelta(seconds=1)))


def test_no_other_button_is_taken_for_the_second_tap() -> None:
    marks = {press(f"a:article-{n}").conversation.answers["tap"][0] for n in range(3_000)}
    assert len(marks) == 3_000, "two buttons with one mark: the second would do nothing"


def test_a_button_of_a_version_long_gone_leads_home() -> None:
    assert lines(press("calc:lma:3"))[0] == "What do you need help with? Choose, or write your question."


def test_words_under_a_picture_are_answered_as_words() -> None:
    found = Found((Hit("school-start", 1),), sure=True, abstain=False)
    photo = FileReceived("1", NOW, ANNA, "photo", "коли починається школа?", "album 7")
    transition = after(SETTLED, photo, found)
    assert articles(transition) == ["school-start"]
    assert lines(transition)[0].startswith("We read only the words")
    second = after(transition.conversation, FileReceived("2", NOW, ANNA, "photo", "", "album 7"))
    assert second.effects == (), "the other pieces of the album were answered with it"


def test_words_under_a_picture_reach_an_open_report() -> None:
    reported = replace(SETTLED, flow="case", answers={"report": {"code": "K7M-4PX", "key": "k", "place": "norrkoping"}})
    words = "ми біля третьої колії"
    for event in (FileReceived("1", NOW, ANNA, "photo", words), TextEdited("2", NOW, ANNA, words)):
        told = [e for e in after(reported, event).effects if isinstance(e, WriteToReport)]
        assert [e.words for e in told] == [words], event


def test_changed_words_are_answered_as_new_ones() -> None:
    found = Found((Hit("school-start", 1),), sure=True, abstain=False)
    assert articles(after(SETTLED, TextEdited("1", NOW, ANNA, "коли починається школа?"), found)) == ["school-start"]
    danger = after(press("place").conversation, TextEdited("1", NOW, ANNA, "дитина сама"), Found(danger="child_alone"))
    assert "A child alone" in lines(danger)
    asked_for_a_place = after(press("place").conversation, TextEdited("1", NOW, ANNA, "школа"), found)
    assert lines(asked_for_a_place)[0].startswith("You changed an earlier message")


def test_an_album_gets_one_line() -> None:
    first = after(SETTLED, FileReceived("1", NOW, ANNA, "photo", "", "album 7"))
    second = after(first.conversation, FileReceived("2", NOW, ANNA, "photo", "", "album 7"))
    assert lines(first) and second.effects == ()


def test_words_under_a_later_picture_of_an_album_take_the_place_of_its_line() -> None:
    found = Found((Hit("school-start", 1),), sure=True, abstain=False)
    state = after(SETTLED, FileReceived("1", NOW, ANNA, "photo", "", "album 7")).conversation
    state = after(state, FileReceived("2", NOW, ANNA, "photo", "", "album 7")).conversation
    third = FileReceived("3", NOW, ANNA, "photo", "коли починається школа?", "album 7")
    answered = after(state, third, found)
    assert articles(answered) == ["school-start"] and [e.replaces for e in answered.effects] == [True]  # type: ignore[union-attr]
    fourth = after(answered.conversation, replace(third, id="4", words="а гроші?"), found)
    assert [e.replaces for e in fourth.effects] == [False], "two captions are two answers"  # type: ignore[union-attr]


def test_blocked_unblocked_and_moved() -> None:
    blocked = after(SETTLED, AddressBlocked("1", NOW, ANNA))
    assert blocked.effects == (MarkAddress(False),) and not blocked.conversation.alive
    returned = after(blocked.conversation, AddressReturned("2", NOW, ANNA))
    assert returned.conversation.alive and lines(returned)
    assert after(SETTLED, AddressMoved("3", NOW, ANNA, "-100")).effects == (MoveAddress("-100"),)


def test_erasing_asks_once_and_then_forgets_everything() -> None:
    asked = press("erase")
    assert not any(isinstance(e, EraseContact) for e in asked.effects)
    done = press("erase:yes")
    assert isinstance(done.effects[0], EraseContact)
    assert (done.conversation.language, done.conversation.place, done.conversation.answers) == (None, None, {})


def test_buttons_name_no_person() -> None:
    for action in FLOWS.actions:
        for reply in (e.message for e in press(action).effects if isinstance(e, Reply)):
            assert all(isinstance(b, Button) for row in reply.buttons for b in row)
