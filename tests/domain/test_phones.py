import pytest

from bot.domain.phones import e164, shown


@pytest.mark.parametrize(
    ("number", "reads"),
    [
        ("+4611150000", "011-15 00 00"),
        ("+4611152283", "011-15 22 83"),
        ("+46771235235", "0771-23 52 35"),
        ("+46850800000", "08-508 000 00"),
        ("+46155248000", "0155-24 80 00"),
        ("+4636105000", "036-10 50 00"),
        ("112", "112"),
        ("+380441234567", "+380441234567"),
    ],
)
def test_numbers_read_as_swedes_write_them(number: str, reads: str) -> None:
    assert shown(number) == reads


@pytest.mark.parametrize(
    "written",
    ["070-123 45 67", "0701234567", "+46 70 123 45 67", "0046701234567", "+46 (0)70-123 45 67", "46701234567", "+460701234567",
     "070\u2011123\u00a045\u00a067", "(070) 123.45.67", "tel:+46701234567", "０７０１２３４５６７", " 070/123 45 67 "],
)  # fmt: skip
def test_one_number_has_one_form(written: str) -> None:
    assert e164(written) == "+46701234567"


def test_other_countries_keep_theirs() -> None:
    assert e164("+380 44 123 45 67") == "+380441234567" and e164("00380441234567") == "+380441234567"
    assert e164("08-508 000 00") == "+46850800000"


@pytest.mark.parametrize(
    "written", ["", "112", "1177", "Anna", "+46", "070-123 45 6x", "+0701234567", "1" * 20, "+4670123456789012"]
)
def test_what_is_no_number_has_no_form(written: str) -> None:
    assert e164(written) == ""
