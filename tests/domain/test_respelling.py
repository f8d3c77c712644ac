"""Latin letters that stand for Cyrillic are read as such, words of other languages are left alone."""

import pytest

from bot.domain.respelling import respelt, spellings

KNOWN = spellings(
    {
        "uk": ["житло сьогодні", "гроші на дитину", "де ночувати", "гроші для сина", "sfi", "школа"],
        "ru": ["жильё сегодня", "жилье на сегодня", "жилье"],
        "sv": ["var kan vi bo i dag", "pengar till son och dotter", "sfi", "de som bor här"],
    }
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("zhytlo segodnya", "житло сегодня"),
        ("Zhytlo sohodni?", "житло сьогодні?"),
        ("zhitlo siohodni", "житло сьогодні"),
        ("hroshi na dytynu", "гроші на дитину"),
        ("groshi na ditinu", "гроші на дитину"),
        ("zhile na segodnya v Norrköping", "жилье на сегодня v Norrköping"),  # what nobody knows stays
        ("var kan vi bo", ""),
        ("de bor i dag", ""),
        ("wo kann ich de nochuvaty", ""),
        ("житло segodnya", ""),  # whoever has Cyrillic letters uses them
        ("", ""),
        ("12 !!", ""),
    ],
)
def test_latin_letters_are_read_as_they_are_meant(typed: str, meant: str) -> None:
    assert respelt(typed, KNOWN) == meant
