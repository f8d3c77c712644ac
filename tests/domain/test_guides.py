"""The guides: every button and every word in every state leads on, old buttons keep their meaning, nothing is kept at the end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import SWEDEN
from bot.domain.conversation import NOTE, Conversation, Found, Frame, Reply, Transition, step
from bot.domain.events import Address, ButtonPressed, CommandGiven, Event, FileReceived, LocationShared, Started, TextReceived
from bot.domain.fitting import fit
from bot.domain.flows import FLOWS
from bot.domain.guides import GUIDES
from bot.domain.messages import Capabilities, Line, Message
from bot.services.render import Renderer
from tests.support.whole import real_content

ANNA = Address("telegram", "1")
CONTENT = real_content()
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=SWEDEN)
TODAY = NOW.date()
TELEGRAM = Capabilities(max_text=4096)
SETTLED = Conversation(ANNA, language="uk", place="norrkoping")
RENDERER = Renderer(CONTENT.catalog, CONTENT.translator)


def frame(found: Found | None = None, now: datetime = NOW) -> Frame:
    return Frame(now, now.date(), CONTENT.catalog, TELEGRAM, found)


def after(conversation: Conversation, event: Event, found: Found | None = None, now: datetime = NOW) -> Transition:
    return step(conversation, event, frame(found, now), FLOWS)


def press(action: str, conversation: Conversation = SETTLED, now: datetime = NOW) -> Transition:
    return after(conversation, ButtonPressed("1", now, ANNA, action), now=now)


def text(words: str, conversation: Conversation) -> Transition:
    """What somebody writes, with what the finder makes of it."""
    return after(conversation, TextReceived("1", NOW, ANNA, words), asyncio.run(CONTENT.find(words)))


def message(transition: Transition) -> Message:
    (reply,) = [e for e in transition.effects if isinstance(e, Reply)]
    return reply.message


def said(transition: Transition, language: str = "en", day: date = TODAY) -> str:
    return RENDERER.render(message(transition), language, day, TELEGRAM).plain()


def actions(transition: Transition) -> list[str]:
    return [b.action for row in message(transition).buttons for b in row]


def walked(*steps: str, start: Conversation = SETTLED) -> Transition:
    """Go step by step: `/x` presses the button with that action, which must be on the screen; the rest is typed."""
    transition = Transition(start)
    for number, one in enumerate(steps):
        if one.startswith("/"):
            assert number == 0 or one[1:] in actions(transition), (one, actions(transition))
            transition = press(one[1:], transition.conversation)
        else:
            transition = text(one, transition.conversation)
    return transition


# --- everything, everywhere ---------------------------------------------------------------------------------------------

scraps = st.text("abcfhikmnpwy0123456789.!?:-", max_size=50)
some_words = st.one_of(
    st.text(max_size=40), st.sampled_from(["так", "ні", "2, 7, 15", "1 200", "2026-09-30", "назад", "skip", "2018", "112", "-"])
)
some_actions = st.one_of(
    st.sampled_from([f"c:{id_}" for id_ in GUIDES]),
    st.builds("c:{}:{}".format, st.sampled_from([*GUIDES, "gone"]), scraps),
    st.builds("c:{}".format, scraps),
    st.sampled_from(["place:orebro", "place:none", "place", "lang:sv", "language", "sos", "child", "home", "a:lma-amounts"]),
)
base: dict[str, Any] = {"id": st.just("1"), "at": st.just(NOW), "sender": st.just(ANNA)}
some_events = st.one_of(
    st.builds(ButtonPressed, **base, action=some_actions),
    st.builds(TextReceived, **base, words=some_words),
    st.builds(CommandGiven, **base, name=st.sampled_from(["help", "c", "place"]), argument=scraps),
    st.builds(Started, **base, payload=st.one_of(st.just("c_lma_sv"), scraps.map("c_{}".format))),
    st.builds(FileReceived, **base, kind=st.sampled_from(["photo", "voice"])),
    st.builds(LocationShared, **base, latitude=st.just(58.59), longitude=st.just(16.18)),
)
states = st.builds(
    Conversation,
    st.just(ANNA),
    st.sampled_from([None, "uk", "sv", "gone"]),
    st.sampled_from([None, "norrkoping", "stockholm", "gone"]),
    st.sampled_from(["", "place", "guide"]),
    st.dictionaries(st.just(NOTE), st.one_of(scraps, st.builds("{}:{}".format, st.sampled_from([*GUIDES]), scraps), st.just(7))),
)
founds = st.one_of(st.none(), st.builds(Found, danger=st.sampled_from(["", "", "violence"]), caution=st.booleans()))
clock = st.datetimes(datetime(2022, 1, 1), datetime(2030, 12, 31)).map(lambda d: d.replace(tzinfo=SWEDEN))


@given(states, st.lists(st.tuples(some_events, founds), min_size=1, max_size=5), clock)
def test_every_event_in_every_state_of_a_guide_gives_an_answer_with_a_way_on(
    state: Conversation, history: list[tuple[Event, Found | None]], now: datetime
) -> None:
    for number, (event, found) in enumerate(history):
        event = replace(event, id=str(number), at=now + timedelta(minutes=number))
        transition = after(state, event, found, now)
        (reply,) = [e for e in transition.effects if isinstance(e, Reply)]
        assert reply.message.parts and (reply.message.buttons or reply.message.ask_location)
        for button in (b for row in reply.message.buttons for b in row):
            assert len(button.action.encode()) <= 64
            assert not button.action or button.action.partition(":")[0] in FLOWS.actions
        rendered = RENDERER.render(reply.message, "uk", now.date(), TELEGRAM)
        assert "{" not in rendered.plain()
        state = transition.conversation
        assert state.flow in ("", "place", "guide")
        if not state.flow and not isinstance(event, ButtonPressed | CommandGiven):
            assert NOTE not in state.answers


@given(st.sampled_from([*GUIDES]), st.lists(st.integers(0, 30), min_size=12, max_size=40), clock)
def test_any_walk_over_the_buttons_comes_to_a_result_and_leaves_nothing_behind(
    guide: str, choices: list[int], now: datetime
) -> None:
    transition = press(f"c:{guide}", now=now)
    for number, choice in enumerate(choices):
        answering = [a for a in actions(transition) if a.startswith(f"c:{guide}:") and "?" not in a]
        going_on = [a for a in answering if not a.endswith(":<")] or [f"c:{guide}"]
        at = now + timedelta(minutes=number + 1)
        transition = after(
            transition.conversation, ButtonPressed(str(number), at, ANNA, going_on[choice % len(going_on)]), now=now
        )
        conversation = transition.conversation
        assert (NOTE in conversation.answers) == bool(conversation.flow)
        kept = str({k: v for k, v in conversation.answers.items() if k != NOTE})
        assert "c:" not in kept, "a button's answers are not kept in the mark of the last tap"


@pytest.mark.parametrize("guide", GUIDES)
def test_skipping_every_question_still_gives_a_result(guide: str) -> None:
    transition = press(f"c:{guide}")
    for number in range(12):
        if not transition.conversation.flow:
            break
        skip = max((a for a in actions(transition) if a.endswith("-") or a == "place:none"), key=len)
        at = NOW + timedelta(minutes=number + 1)
        transition = after(transition.conversation, ButtonPressed(str(number), at, ANNA, skip))
    assert not transition.conversation.flow and len(said(transition)) > 100
    assert any(a.endswith(":?") for a in actions(transition)) and f"c:{guide}" in actions(transition)


@pytest.mark.parametrize("guide", GUIDES)
def test_danger_words_interrupt_a_guide(guide: str) -> None:
    transition = text("чоловік мене б'є", press(f"c:{guide}").conversation)
    assert "112" in said(transition) and transition.conversation.flow == "" and NOTE not in transition.conversation.answers


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_has_a_deep_link_in_the_readers_language(guide: str) -> None:
    fresh = after(Conversation(ANNA), Started("1", NOW, ANNA, f"c_{guide}_sv"))
    assert fresh.conversation.language == "sv" and fresh.conversation.flow == "guide"
    assert after(SETTLED, Started("1", NOW, ANNA, f"c_{guide}_sv")).conversation.language == "uk", "hers stays"


def test_a_guide_that_is_gone_leads_home() -> None:
    assert "topics" in actions(press("c:pension:wa"))


def test_a_question_of_its_own_is_answered_and_the_guide_forgotten() -> None:
    transition = text("як записати дитину до школи", press("c:lma").conversation)
    assert "Skolverket" in said(transition) and NOTE not in transition.conversation.answers


def test_a_picture_in_the_middle_does_not_end_the_guide() -> None:
    sent = after(press("c:lma:wc").conversation, FileReceived("2", NOW, ANNA, "photo"))
    assert "c:lma:wc.fn.k4" in actions(text("ні", sent.conversation))


def test_the_language_changes_half_way_and_the_question_stays() -> None:
    asked = press("c:lma:wc.fn").conversation
    listed = after(asked, ButtonPressed("2", NOW, ANNA, "language"))
    chosen = after(listed.conversation, ButtonPressed("3", NOW, ANNA, "lang:sv"))
    assert chosen.conversation.language == "sv" and "c:lma:wc.fn.k0" in actions(chosen)


def test_leaving_for_home_forgets_what_was_said() -> None:
    assert NOTE not in press("home", press("c:lma:wc.fn").conversation).conversation.answers


# --- the allowance --------------------------------------------------------------------------------------------------------


def test_five_taps_to_the_sum_with_its_working_and_papers() -> None:
    end = walked("/a:lma-amounts", "/c:lma", "/c:lma:wc", "/c:lma:wc.fn", "2, 7, 15", "/c:lma:wc.fn.k04b!.i0")
    words = said(end)
    for line in ("A couple: 2 × 61 = 122 kr", "37 / 2 = 18.50 kr", "Together 233.50 kr a day. In 30 days: 7,005 kr.", "6 §"):
        assert line in words
    assert "Checked 23 November 2026" in words and "Sveriges riksdag" in words and "0771" in words
    assert "up to 30 September 2026" in words, "the new act's caveat"


def test_the_caveat_stands_from_the_first_day_of_the_new_act_and_not_before() -> None:
    caveat = CONTENT.catalog.rules["reception-act"].caveat["en"][:40]
    assert caveat in said(press("c:lma:wa.fn.k!.i0.d20261001"))
    assert caveat not in said(press("c:lma:wa.fn.k!.i0.d20260930"))


def test_once_the_act_is_confirmed_the_sum_stands_without_caveat() -> None:
    confirmed = replace(CONTENT.catalog.rules["reception-act"], confirmed_until=None)
    catalog = replace(CONTENT.catalog, rules={"reception-act": confirmed})
    event = ButtonPressed("1", NOW, ANNA, "c:lma:wa.fn.k!.i0")
    transition = step(SETTLED, event, replace(frame(), catalog=catalog), FLOWS)
    assert [p for p in message(transition).parts if isinstance(p, Line) and p.kind == "warning"] == []


def test_amounts_past_their_review_are_the_last_known_ones_only() -> None:
    late = NOW + timedelta(days=400)
    words = said(press("c:lma:wa.fn.k!.i0.d20260930", now=late), day=late.date())
    assert "Last checked 24 November 2026" in words and "By the last confirmed figures, of 24 November 2026" in words


def test_food_skipped_shows_both_sums() -> None:
    words = said(press("c:lma:wa.f-.k!.i0"))
    assert "Together 71 kr" in words and "Together 24 kr" in words


def test_one_answer_is_changed_and_the_others_stay() -> None:
    end = walked("/c:lma:wa.fn.k4!.i0", "/c:lma:wa.fn.k4!.i0:?", "/c:lma:wa.fn.k4!.i0:?w", "/c:lma:wc.fn.k4!.i0")
    assert "Together 165 kr a day" in said(end)


def test_a_child_too_many_is_taken_back() -> None:
    two = press("c:lma:wa.fn.k44")
    assert "c:lma:wa.fn.k4:<" in actions(two)
    assert "c:lma:wa.fn.k4!" in actions(press("c:lma:wa.fn.k4:<", two.conversation))
    assert "Together 114 kr" in said(walked("/c:lma:wa.fn.k4", "/c:lma:wa.fn.k4!", "/c:lma:wa.fn.k4!.i0"))


def test_ages_tapped_one_after_another_on_the_same_screen_all_count() -> None:
    screen = press("c:lma:wa.fn")
    here = screen.conversation
    for number, tap in enumerate(("c:lma:wa.fn.k4", "c:lma:wa.fn.kb", "c:lma:wa.fn.k!"), 2):
        assert tap in actions(screen)
        here = (end := after(here, ButtonPressed(str(number), NOW, ANNA, tap))).conversation
    assert "c:lma:wa.fn.k4b!.i0" in actions(end)


def test_a_button_of_last_month_still_counts_what_it_said() -> None:
    elsewhere = press("home", now=NOW + timedelta(days=31)).conversation
    assert "c:lma:wc.fn.k4!.i0" in actions(press("c:lma:wc.fn.k4!", elsewhere, NOW + timedelta(days=32)))


def test_an_answer_this_version_does_not_know_is_asked_again() -> None:
    assert "c:lma:wa" in actions(press("c:lma:wz.fn")) or "c:lma:fn.wa" in actions(press("c:lma:wz.fn"))


def test_friends_are_asked_about_only_where_the_rules_make_a_difference() -> None:
    assert "c:lma:d20240403.wf" in actions(press("c:lma:d20240403"))
    assert not any(".wf" in a or ":wf" in a for a in actions(press("c:lma")))
    assert "Together 61 kr" in said(press("c:lma:d20240403.wf.fn.k!.i0"))


def test_a_child_who_counts_is_sent_to_people() -> None:
    end = press("c:lma:wm")
    assert end.conversation.flow == "" and actions(end)[0] == "child"
    assert "112" in said(end) and "011-15 00 00" in said(end), "who answers now, at once"


@pytest.mark.parametrize(
    ("state", "words", "leads_to"),
    [
        ("c:lma", "пара", "c:lma:wc.fn"),
        ("c:lma", "en vuxen", "c:lma:wa.fn"),
        ("c:lma", "1", "c:lma:wa.fn"),
        ("c:lma:wa", "ні", "c:lma:wa.fn.k0"),
        ("c:lma:wa", "ja", "c:lma:wa.fy.k0"),
        ("c:lma:wa.fn", "5 і 9 років", "c:lma:wa.fn.k44!.i0"),
        ("c:lma:wa.fn", "у мене 2 дітей, 5 і 9", "c:lma:wa.fn.k44!.i0"),
        ("c:lma:wa.fn", "8 месяцев", "c:lma:wa.fn.k0!.i0"),
        ("c:lma:wa.fn", "немає", "c:lma:wa.fn.k!.i0"),
        ("c:lma:wa.fn", "назад", "c:lma:wa.fn"),
        ("c:lma:wa.fn.k!", "почати спочатку", "c:lma:wa"),
        ("c:lma:wa", "не знаю", "c:lma:wa.f-.k0"),
    ],
)
def test_answers_in_the_words_of_the_street(state: str, words: str, leads_to: str) -> None:
    assert leads_to in actions(text(words, press(state).conversation))


def test_a_typed_income_is_counted_and_nonsense_is_asked_again_kindly() -> None:
    asked = press("c:lma:wa.fn.k!").conversation
    assert "2,130 − 1,200 = 930" in said(text("пенсія 1 200 крон", asked))
    again = text("брмф", asked)
    assert "Press a button, or skip the question" in said(again) and again.conversation.flow == "guide"


def test_a_day_can_be_typed() -> None:
    asked = press("c:lma:wa.fn.k!.i0:?d").conversation
    assert "Counted for 3 April 2024" in said(text("3.4.2024", asked))
    assert "We know no rules for 1 June 2022" in said(text("2022-06-01", asked))


# --- school, tonight, the right to it ----------------------------------------------------------------------------------------


def test_an_age_alone_leaves_two_years_to_choose_from() -> None:
    asked = text("8", press("c:school").conversation)
    assert [a for a in actions(asked) if ":b20" in a] == ["c:school:b2018", "c:school:b2017"]
    assert "c:school:b2019.sy" in actions(text("03.05.2019", press("c:school").conversation))


def test_the_place_chosen_on_the_way_leads_back_to_the_result() -> None:
    nowhere = Conversation(ANNA, language="uk")
    asked = walked("/c:school:b2019.sy", start=nowhere)
    assert asked.conversation.flow == "place" and "place:none" in actions(asked)
    chosen = press("place:orebro", asked.conversation)
    assert "Perrongen" in said(chosen) and chosen.conversation.place == "orebro" and chosen.conversation.flow == ""
    skipped = press("place:none", asked.conversation)
    assert "grade 1" in said(skipped) and skipped.conversation.place is None
    located = after(asked.conversation, LocationShared("2", NOW, ANNA, 58.59, 16.18))
    assert "Mottagningsenheten" in said(located)


def test_the_place_of_a_result_is_changed_and_the_answers_stay() -> None:
    end = walked("/c:school:b2019.sy", "/c:school:b2019.sy:?", "/c:school:b2019.sy:?p", "/place:stockholm")
    assert "grade 1" in said(end) and "START" in said(end)


def test_a_child_alone_tonight_is_not_asked_anything_more() -> None:
    end = press("c:night:wm", Conversation(ANNA, language="uk"))
    assert "A child alone" in said(end) and end.conversation.flow == ""


@pytest.mark.parametrize(("hour", "first"), [(10, "It is daytime"), (22, "Call the social services")])
def test_the_hour_decides_whom_to_turn_to_first(hour: int, first: str) -> None:
    words = said(press("c:night:wa.sy.rn", now=NOW.replace(hour=hour)))
    titles = [line for line in words.splitlines() if line.startswith(("It is daytime", "Call the social"))]
    assert titles[0].startswith(first)
    assert "011-15 22 83" in words and "112" in words


def test_a_registered_person_is_not_sent_to_the_migration_agency_for_a_bed() -> None:
    words = said(press("c:night:wa.sy.ry", now=NOW.replace(hour=10)))
    assert "office of the Migration Agency" not in words and "where you are registered" in words


def test_the_right_is_answered_with_its_days_and_leads_to_the_sum() -> None:
    end = press("c:right:sh.rn.en.m0")
    words = said(end)
    assert "Yes. By the rules we know" in words and "4 March 2027" in words and "1 November 2024" in words
    assert "Checked 23 November 2026. Source:" in words and "Skatteverket" in words and "Migrationsverket" in words
    assert "c:lma" in actions(end) and "a:lma-apply" in actions(end)
    assert "c:lma" not in actions(press("c:right:sn")), "no sum for somebody who has none"


@pytest.mark.parametrize("language", ["uk", "sv", "en"])
@pytest.mark.parametrize("place", ["norrkoping", "orebro", "stockholm", "jonkoping", "kiruna", None])
def test_every_result_fits_in_two_messages(place: str | None, language: str) -> None:
    results = ["lma:wc.f-.k000000bbbbii!.i1200.d20261101", "right:s-.r-.e-.m-", "night:wa.sn.p-", "night:wa.sy.rn.p-"]
    results += [f"school:b{year}.r-.h-.sn.p-" for year in range(2006, 2027)]
    for result in results:
        for hour in (3, 10, 22):
            shown = message(press(f"c:{result}", replace(SETTLED, place=place), NOW.replace(hour=hour)))
            pieces = fit(RENDERER.render(shown, language, TODAY, TELEGRAM), TELEGRAM.max_text)
            assert len(pieces) <= 2, f"{result} takes {len(pieces)} messages"


@pytest.mark.parametrize("result", ["right:sh.rn.en.m0", "night:wa.sy.rn", "school:b2019.sy", "lma:wa.fn.k!.i0.d20260930"])
def test_a_year_on_no_result_stands_as_a_fact_of_today(result: str) -> None:
    late = NOW + timedelta(days=365)
    words = said(press(f"c:{result}", now=late), day=late.date())
    assert "may have changed" in words


@pytest.mark.parametrize(("year", "figures"), [(2023, ("four months", "525")), (2019, ("grade 1",)), (2009, ("18th birthday",))])
def test_a_year_on_the_school_guide_says_that_first_and_leaves_the_figures_out(year: int, figures: tuple[str, ...]) -> None:
    today, late = NOW, NOW + timedelta(days=365)
    now = said(press(f"c:school:b{year}.r-.h-.sn.p-", now=today), day=today.date())
    then = said(press(f"c:school:b{year + 1}.r-.h-.sn.p-", now=late), day=late.date())
    assert all(figure in now for figure in figures), now
    assert not any(figure in then for figure in figures), then
    assert then.split("\n\n")[1].startswith("Last checked"), then
