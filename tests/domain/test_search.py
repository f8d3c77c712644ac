"""Finding over a small catalogue: found at once, offered, refused, small talk."""

from datetime import date, timedelta

import pytest

from bot.domain.content import Article, Body, Catalog
from bot.domain.conversation import Found
from bot.domain.messages import Block, Span
from bot.domain.ranking import FEW, Ranking, Sample
from bot.domain.search import WordLists, answer_line, build_index, find

ARTICLES = {
    "school-start": (
        "school.start",
        {
            "uk": ["як записати дитину до школи", "синові сім років, куди віддати вчитися"],
            "ru": ["как записать ребёнка в школу", "куда отдать сына учиться"],
            "sv": ["när får barnet börja skolan", "hur ansöker man om skolplats"],
            "en": ["how do I enrol my child in school", "school place for my son"],
        },
    ),
    "pets": (
        "pets",
        {
            "uk": ["чи можна привезти собаку", "документи для кота"],
            "ru": ["можно ли привезти собаку", "документы на кошку"],
            "sv": ["får jag ta med hunden", "regler för katt"],
            "en": ["can I bring my dog", "rules for cats"],
        },
    ),
    "lma-amounts": (
        "lma.amounts",
        {
            "uk": ["скільки грошей дають на дитину", "розмір добових"],
            "ru": ["сколько денег дают на ребёнка", "размер пособия в день"],
            "sv": ["hur mycket är dagersättningen", "belopp per dag för barn"],
            "en": ["how much is the daily allowance", "money per day for a child"],
        },
    ),
}
SMALL_TALK = {
    "kinds": [
        {
            "id": "thanks",
            "words": {"uk": ["дякую"], "sv": ["tack"]},
            "beside": {"uk": ["дуже"]},
            "phrasings": {"uk": ["щиро вдячна"]},
        },
        {"id": "greeting", "words": {"uk": ["привіт"], "en": ["hello"]}, "phrasings": {"uk": ["добрий вечір"]}},
    ]
}
NOT_OURS = {
    "classes": [
        {"id": "weather", "phrasings": {"uk": ["яка погода завтра"], "sv": ["hur blir vädret imorgon"]}},
        {"id": "animals", "gap": "pets", "phrasings": {"uk": ["чи можна привезти собаку"]}},
    ]
}


def _article(name: str) -> Article:
    intent, phrasings = ARTICLES[name]
    body = Body(phrasings["en"][0], "", (Block("text", (Span(""),)),), name)
    return Article(
        name, "other", 1, (intent,), date(2026, 11, 1), timedelta(days=90), (), (), (),
        {code: tuple(p) for code, p in phrasings.items()}, {"en": body}, (),
    )  # fmt: skip


CATALOG = Catalog((), (), {name: _article(name) for name in ARTICLES}, {}, {})
INDEX = build_index(CATALOG, WordLists(small_talk=SMALL_TALK, not_ours=NOT_OURS))


def asked(words: str) -> Found:
    return find(INDEX, words)


@pytest.mark.parametrize(
    ("words", "article"),
    [
        ("Як записати дочку до школи?", "school-start"),
        ("КАК ЗАПИСАТЬ РЕБЕНКА В ШКОЛУ", "school-start"),
        ("yak zapysaty dytynu do shkoly", "school-start"),
        ("zrb pfgbcfnb lbnbye lj irjkb", "school-start"),
        ("hur ansoker man om skolplatts", "school-start"),
        ("мог бы я привезти собаку", "pets"),
        ("can i brnig my dogs?", "pets"),
        ("Forwarded from: Anna\nhur mycket är dagersattningen", "lma-amounts"),
        ("ргк ьнслуе фк вфпукыфеетштпут", "lma-amounts"),
        ("скильки грошей дають на дитину??", "lma-amounts"),
    ],
)
def test_the_right_article_comes_first_however_it_is_typed(words, article):
    found = asked(words)
    assert found.hits[0].article == article
    assert not found.abstain


def test_a_plain_question_is_sure_and_a_vague_one_offers_choices():
    assert asked("how do I enrol my child in school").sure
    vague = asked("child")
    assert not vague.sure
    assert {hit.article for hit in vague.hits} == {"school-start", "lma-amounts", "pets"}


def test_what_is_not_ours_is_not_answered():
    assert asked("hur blir vädret imorgon").abstain
    assert asked("яка погода завтра").abstain


def test_nonsense_is_not_answered():
    found = asked("zzz qqq www")
    assert found.abstain
    assert not found.small_talk


def test_a_gap_closes_by_itself_once_an_article_has_its_intent():
    assert asked("чи можна привезти собаку").hits[0].article == "pets"


@pytest.mark.parametrize(
    ("words", "kind"),
    [("Привіт!", "greeting"), ("hello", "greeting"), ("дуже дякую", "thanks"), ("tack 🙏", "thanks"),
     ("привіт, дякую", "thanks"), ("👍", "empty"), ("?", "empty"), ("щиро вдячна вам", "thanks")],
)  # fmt: skip
def test_small_talk_gets_its_kind(words, kind):
    assert asked(words).small_talk == kind


def test_a_question_that_begins_with_thanks_is_a_question():
    found = asked("дякую! а скільки грошей дають на дитину")
    assert found.hits[0].article == "lma-amounts"
    assert not found.small_talk


def test_words_in_a_script_we_cannot_read_are_passed_on():
    found = asked("مرحبا كيف حالك")
    assert found.abstain
    assert not found.small_talk


def test_a_line_for_the_command_names_articles_with_their_intents():
    line = answer_line(CATALOG, "can I bring my dog", asked("can I bring my dog"))
    assert set(line) == {"q", "urgent", "caution", "abstain", "results"}
    assert line["results"][0]["article"] == "pets"
    assert line["results"][0]["intents"] == ["pets"]
    assert (line["urgent"], line["abstain"]) == (False, False)


@pytest.mark.parametrize("classes", [FEW, FEW + 1])
def test_a_word_that_every_text_has_is_known_however_many_texts_there_are(classes):
    ranking = Ranking(Sample(f"article-{n}", f"where is thing{n}") for n in range(classes))
    assert ranking.knows("where is it") > 0.5
