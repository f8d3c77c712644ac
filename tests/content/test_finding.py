"""How well free text finds its answer in the real content, by words alone: floors under the figures, and the known stories.

Only totals of the blind questions may be looked at; the floors leave room for their chance (207 questions: about 4 in a hundred).
"""

from __future__ import annotations

import pytest

from bench.finding import LANGUAGES, alarm, messages_of_danger, questions, tally
from bot.app import config
from bot.app.content import open_lists
from bot.domain.conversation import Found
from bot.domain.search import find
from tests.support.whole import real_content

FAMILIES = {"child_alone", "violence", "trafficking", "medical", "suicide", "danger"}


def asked(words: str) -> Found:
    return find(real_content().index, words)


@pytest.mark.parametrize("name", ["development", "blind"])
def test_the_bars_hold(name: str) -> None:
    counts = tally(questions(name), real_content().catalog, asked)
    total = counts["all"]
    assert total["first"] >= 0.75 * total["in"]
    assert total["three"] >= 0.90 * total["in"]
    assert total["refused"] <= 0.05 * total["in"]
    assert total["at once right"] >= 0.92 * total["at once"]
    assert total["unknown"] >= 0.85 * total["out"]
    assert total["hard"] >= 0.65 * total["urgent"]
    assert total["soft"] >= 0.88 * total["urgent"]
    assert total["false hard"] <= 0.03 * total["calm"] + 1
    assert total["false soft"] <= 0.12 * total["calm"]
    for language in LANGUAGES:
        assert counts[language]["first"] >= 0.65 * counts[language]["in"], language


def test_signs_that_nobody_tuned_on_are_seen() -> None:
    """The harmless ones of this set are all of a kind that sounds like danger, so they are counted but not barred at 3 %."""
    _, _, hard, _, hard_or_soft, _, false_hard, _ = alarm(messages_of_danger(), asked)[0]
    assert float(hard) >= 60
    assert float(hard_or_soft) >= 90
    assert float(false_hard) <= 12


@pytest.mark.parametrize(
    "words",
    ["втомилась від усього", "устала от всего", "jag är trött på allt", "tired of everything",
     "другу добу нічого не їли", "вторые сутки не ели", "vi har inte ätit på två dagar", "no food for two days",
     "жена пропала", "min fru är försvunnen", "my wife is missing"],
)  # fmt: skip
def test_weak_signs_bring_care_and_no_alarm(words: str) -> None:
    found = asked(words)
    assert (found.danger, found.caution) == ("", True)


@pytest.mark.parametrize(
    "words", ["ми з немовлям в аеропорту, немає де ночувати", "мы с младенцем в аэропорту и некуда идти ночью",
              "vi är på Arlanda med en bebis och har ingenstans att sova i natt", "stuck at the airport with our baby"]
)  # fmt: skip
def test_parents_stranded_with_a_baby_get_a_bed_for_tonight_with_care(words: str) -> None:
    found = asked(words)
    assert (found.danger, found.caution) == ("", True)
    assert found.hits[0].article == "housing-tonight"


@pytest.mark.parametrize(
    "words",
    ["вбила весь день у черзі", "убить время", "slå ihjäl tid", "killing time", "загубив ключі", "my battery is dead",
     "клопи в квартирі", "меня уволили", "chefen vill sparka mig", "отримала штраф за паркування", "дочка плаче щоночі",
     "покінчити з бюрократією", "orkar inte med alla blanketter", "душить жаба", "deadline is killing me",
     "kid travels alone by train to grandmother", "дитина їде сама на потязі до бабусі"],
)  # fmt: skip
def test_what_only_sounds_like_danger_raises_no_alarm(words: str) -> None:
    assert asked(words).danger == ""


@pytest.mark.parametrize(
    "words", ["де ночувати сьогодні", "где переночевать сегодня", "var kan vi sova i natt", "where can we sleep tonight"]
)
def test_a_bed_for_tonight_is_answered_with_care_and_without_alarm(words: str) -> None:
    found = asked(words)
    assert (found.danger, found.caution) == ("", True)
    assert found.hits[0].article == "housing-tonight"
    assert found.sure


@pytest.mark.parametrize(
    "words", ["zhytlo segodnya", "zhytlo sohodni", "житло сьогодні", "жилье сегодня", "zhytlo na siohodni", "boende i natt"]
)
def test_two_words_about_a_bed_are_never_refused(words: str) -> None:
    found = asked(words)
    assert not found.abstain and "housing-tonight" in [hit.article for hit in found.hits[:2]], found


@pytest.mark.parametrize("words", ["дитина сама", "ребёнок один", "barn ensamt", "child alone"])
def test_two_words_about_a_child_open_the_child_lane(words: str) -> None:
    assert asked(words).danger == "child_alone"


@pytest.mark.parametrize(
    "words",
    ["чоловік пропонує безкоштовну кімнату", "незнакомый предлагает подвезти до стокгольма", "jag blev erbjuden jobb på facebook",
     "someone offers us a ride from poland"],
)  # fmt: skip
def test_private_offers_are_noticed(words: str) -> None:
    assert asked(words).offer


@pytest.mark.parametrize(
    "words", ["як записати дитину до школи", "vi kan erbjuda ett rum till en familj", "шкільний автобус, хто підвезе дитину"]
)
def test_plain_questions_and_helpers_bring_no_warning(words: str) -> None:
    assert not asked(words).offer


def test_lists_beside_the_articles_are_whole() -> None:
    lists = open_lists(config.read({}).content_dir)
    entries = [*lists.small_talk["kinds"], *lists.not_ours["classes"], *lists.danger_signs]
    for entry in entries:
        assert set(entry["phrasings"]) >= {*LANGUAGES}, entry
    assert {e["family"] for e in lists.danger_signs} == FAMILIES | {"calm"}
    assert {e["family"] for e in lists.danger_words} <= FAMILIES
    assert all(set(e["patterns"]) == {*LANGUAGES} for e in lists.offer_words)
