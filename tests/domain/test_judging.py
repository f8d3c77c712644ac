"""What the chances lead to: an answer, three choices, "I do not know", care, alarm; and how a model's opinion joins in."""

from bot.domain.judging import CALM, NOT, SAYS, SIGN, Look, joined, judge

SENSITIVE = {"health-mental": "suicide"}


def judged(known: float = 1.0, opinion=None, **chances: float):
    named = {name.replace("__", ":").replace("_", "-"): p for name, p in chances.items()}
    return judge(Look("…", known=known, chances=named), opinion, SENSITIVE)


def test_a_likely_article_is_given_at_once_and_a_doubtful_one_offered():
    assert judged(school=0.9, pets=0.1).sure
    found = judged(school=0.4, pets=0.35, driving=0.25)
    assert not found.sure
    assert [hit.article for hit in found.hits] == ["school", "pets", "driving"]


def test_what_is_not_ours_is_refused_also_when_an_article_is_a_little_likelier():
    assert judged(school=0.5, not__weather=0.3).abstain
    assert not judged(school=0.9, not__weather=0.1).abstain


def test_unknown_words_speak_for_not_ours():
    assert not judged(known=1.0, school=0.85, not__weather=0.15).abstain
    assert judged(known=0.3, school=0.85, not__weather=0.15).abstain


def test_signs_of_danger_raise_the_alarm_of_the_likeliest_family():
    found = judged(school=0.5, sign__violence=0.2, sign__suicide=0.3)
    assert found.danger == "suicide"
    assert not found.sure or found.hits[0].article == "school"


def test_a_sentence_that_only_sounds_like_danger_takes_nothing_from_the_answer():
    found = judged(school=0.3, sign__calm=0.7)
    assert (found.danger, found.caution, found.sure) == ("", False, True)
    assert found.hits[0].score == 1.0


def test_a_sensitive_question_gets_care_beside_its_answer_and_no_alarm():
    found = judge(Look("…", known=1.0, chances={"health-mental": 0.9, "school": 0.1}), None, SENSITIVE)
    assert (found.danger, found.caution, found.worry) == ("", True, "suicide")
    assert found.sure


def test_nobody_who_may_be_in_need_is_refused():
    chances = {"health-mental": 0.4, "school": 0.2, NOT + "weather": 0.4}
    assert not judge(Look("…", known=1.0, chances=chances), None, SENSITIVE).abstain
    assert judge(Look("…", known=1.0, chances=chances), None, {}).abstain, "no sensitive article among them"
    unlikely = {"health-mental": 0.1, "school": 0.05, NOT + "weather": 0.85}
    assert judge(Look("…", known=1.0, chances=unlikely), None, SENSITIVE).abstain


def test_small_talk_is_named_when_it_is_what_stands_against_an_answer():
    found = judge(Look("…", known=1.0, chances={SAYS + "thanks": 0.8, "school": 0.2}), None, {})
    assert found.abstain
    assert found.small_talk == "thanks"


def test_danger_words_win_over_everything_a_model_says():
    found = judge(Look("…", danger="child_alone", known=1.0, chances={}), {NOT + "weather": 1.0}, {})
    assert found.danger == "child_alone"
    assert not found.abstain


def test_the_model_brings_up_what_no_word_is_known_of():
    by_words = judge(Look("…", known=0.0, chances={}), None, {})
    with_model = judge(Look("…", known=0.5, chances={}), {"school": 0.98, NOT + "weather": 0.005}, {})
    assert by_words.abstain
    assert with_model.hits[0].article == "school"
    assert not with_model.abstain


def test_a_class_that_the_model_never_learnt_keeps_what_the_words_say():
    both = joined({"new-article": 0.8, "school": 0.2}, {"school": 0.6, SIGN + "violence": 0.2, CALM: 0.2})
    assert max(both, key=both.__getitem__) == "new-article"
    assert abs(sum(both.values()) - 1) < 1e-9
