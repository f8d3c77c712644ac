"""Sentences and dates in the reader's language, from locales/<code>/LC_MESSAGES/bot.po, read at start.

English is the language of the msgids, so its catalogue stays empty on purpose. No compiled files: none to forget.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.dates import format_date, get_day_names
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from bot.domain.content import Catalog

SOURCE_LANGUAGE = "en"
PO = Path("LC_MESSAGES") / "bot.po"
# Where the language's own way of writing a full date differs from Babel's long form.
_LONG_DATE = {"uk": "d MMMM y 'року'"}


class Locales:
    """services.ports.Translator for the languages of the catalogue."""

    def __init__(self, locales_dir: Path, catalog: Catalog) -> None:
        self._chains = {lang.code: catalog.chain(lang.code) for lang in catalog.languages}
        self._read = {lang.code: _open(locales_dir / lang.code / PO) for lang in catalog.languages}
        self._days = lru_cache(maxsize=4_000)(_written_out)

    def sentence(self, language: str, msgid: str, plural: str = "", n: int = 0) -> str:
        """Return the sentence, along the chain of fallbacks where it is missing; the msgid itself is English."""
        for code in self._chains.get(language, (language,)):
            if code == SOURCE_LANGUAGE:
                break
            if found := _looked_up(self._read.get(code), msgid, plural, n):
                return found
        return plural if plural and n != 1 else msgid

    def day(self, language: str, day: date) -> str:
        """Return the day written out: `4 березня 2027 року`, `4 mars 2027`, `4 March 2027`."""
        return self._days(language, day)

    def number(self, language: str, number: float) -> str:
        """Return the amount: `5 475` and `18,50` in Swedish, `5,475` and `18.50` in English."""
        whole = round(number, 2) == int(number)
        return format_decimal(number, "#,##0" if whole else "#,##0.00", locale=_locale(language))

    def weekday(self, language: str, day: int) -> str:
        return str(get_day_names("abbreviated", locale=_locale(language))[day])


def _open(path: Path) -> GNUTranslations | None:
    if not path.is_file():
        return None
    return _compiled(path.read_bytes())


@lru_cache(maxsize=16)  # texts are read anew while the service runs; most times no sentence has changed
def _compiled(raw: bytes) -> GNUTranslations:
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(raw)))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _looked_up(read: GNUTranslations | None, msgid: str, plural: str, n: int) -> str:
    """Return the translation, '' where there is none."""
    if read is None:
        return ""
    found = read.ngettext(msgid, plural, n) if plural else read.gettext(msgid)
    return "" if found in (msgid, plural) else found


def _written_out(language: str, day: date) -> str:
    return format_date(day, _LONG_DATE.get(language, "long"), locale=_locale(language))


def _locale(language: str) -> str:
    return "en_GB" if language == SOURCE_LANGUAGE else language
