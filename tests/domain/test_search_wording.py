"""Words made comparable for finding: transliteration, layouts, what forwarding leaves behind."""

import pytest

from bot.domain.wording import clean, loose, relayouts


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("zhytlo", "житло"),
        ("shkola", "школа"),
        ("khochu", "хочу"),
        ("shcho robyty", "що робити"),
        ("tsentr", "центр"),
        ("yak", "як"),
        ("sadochok", "садочок"),
        ("divchyna", "дівчина"),
        ("п'ять", "п’ять"),
        ("Норрчёпинг", "норчепинг"),
        ("uppehallstillstand", "Uppehållstillstånd"),
        ("приветттт", "привет"),
    ],
)
def test_ways_to_write_a_word_come_together(typed, meant):
    assert loose(typed) == loose(meant)


def test_different_words_stay_different():
    assert len({loose(w) for w in ("школа", "садок", "житло", "паспорт", "лікар", "робота")}) == 6


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("ghbdtn", "привет"), (";bnkj", "житло"), ("сщту", "cone"), ("ылщдф", "skola"), ("IRJKF", "школа")],
)
def test_a_keyboard_left_in_another_layout_can_be_read(typed, meant):
    assert loose(meant) in {loose(other) for other in relayouts(typed)}


@pytest.mark.parametrize(
    "forwarded",
    [
        "Forwarded from: Olena\nде знайти житло",
        "Forwarded message from: Olena\nде знайти житло",
        "Олена, [12.03.2025 14:22]\nде знайти житло",
        "[12/03/2025, 14:22] Olena: де знайти житло",
        "> де знайти житло",
        "Переслано від Олени:\nде знайти житло",
        "-----Original Message-----\nде знайти житло",
        "де знайти житло https://t.me/chat/12 @somebody",
    ],
)
def test_what_forwarding_leaves_behind_is_taken_off(forwarded):
    assert loose(clean(forwarded)) == loose("де знайти житло")


def test_numbers_and_dates_in_a_question_stay():
    assert clean("12.03 ми приїхали, нас 4").strip() == "12.03 ми приїхали, нас 4"
