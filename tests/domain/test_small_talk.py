"""Small talk: what is nothing but a greeting, thanks or a cry for help, and what is left of a question when it is taken off."""

import pytest

from bot.app import config
from bot.app.content import open_lists
from bot.domain.small_talk import SmallTalk, read_small_talk

TALK: SmallTalk = read_small_talk(open_lists(config.read({}).content_dir).small_talk["kinds"])


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("help", "help"), ("помощь", "help"), ("допомогу", "help"), ("допоможіть!!!", "help"), ("Hjälp", "help"),
        ("🆘", "help"), ("🆘🆘", "help"), ("help me please", "help"), ("no help", "help"), ("jag behöver hjälp", "help"),
        ("мне нужна помощь", "help"), ("please help, thank you", "help"), ("pomogite", "help"), ("dopomozhit meni", "help"),
        ("де допомога", "help"), ("thanks for your help", "thanks"), ("дякую за допомогу", "thanks"),
        ("спасибо за помощь", "thanks"), ("tack så mycket", "thanks"), ("привіт, дякую", "thanks"),
        ("Добрий день", "greeting"), ("god morgon alla", "greeting"), ("слава Україні", "greeting"), ("hej då", "bye"),
        ("na vse dobre", "bye"), ("спокойной ночи", "bye"), ("ok", "ok"), ("так", "ok"), ("ти дурень", "insult"),
        ("you are stupid", "insult"), ("👍", "empty"), ("?", "empty"), ("test", "empty"),
    ],
)  # fmt: skip
def test_each_kind_is_told_by_its_own_words(words: str, kind: str) -> None:
    assert TALK.kind(words) == kind


@pytest.mark.parametrize(
    "words",
    [
        "help for the night", "you", "за вас", "för mig", "the night", "день", "мені треба", "where", "so much rent",
        "допоможіть зі школою", "дякую, а коли дають LMA карту", "hej, skola?", "مرحبا", "help with food",
    ],
)  # fmt: skip
def test_words_that_may_stand_beside_it_are_none_of_it_alone(words: str) -> None:
    assert TALK.kind(words) == ""


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("дякую, а коли дають LMA карту", "коли дають LMA карту"),
        ("Добрий день! Підкажіть, де лікар? Дякую вам!", "Підкажіть, де лікар?"),
        ("тупий бот, скажи де лікар", "скажи де лікар"),
        ("hej, skola?", "skola?"),
        ("thank you so much, where is the school", "where is the school"),
        ("when does school start, thanks", "when does school start,"),
        ("пока не могу найти жилье", "пока не могу найти жилье"),
        ("допоможіть знайти школу", "допоможіть знайти школу"),
        ("дякую", "дякую"),
        ("", ""),
        ("скільки грошей на дитину", "скільки грошей на дитину"),
    ],
)
def test_a_question_is_read_without_the_courtesies_around_it(words: str, left: str) -> None:
    assert TALK.without(words) == left


def test_the_kind_answered_first_is_the_first_of_the_list() -> None:
    assert TALK.order[:3] == ("help", "insult", "thanks")
