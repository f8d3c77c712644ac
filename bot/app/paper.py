"""`python -m bot leaflets`, `pack`, `static`: what is printed or kept on a stick, written into a folder.

Needs no network, no database and no token.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from bot.adapters.leaflets.printer import Printer
from bot.adapters.web.copy import Copy
from bot.app.config import Settings
from bot.app.content import open_content
from bot.app.oncall import named
from bot.domain.calendar import SWEDEN
from bot.domain.content import NATION
from bot.domain.messages import say
from bot.services.leaflets import Leaflets
from bot.services.outage import child_alone, duty_list
from bot.services.ports import Unprintable
from bot.services.render import Renderer
from bot.services.sheets import Sheets

ALL = say("All answers")
BOARD = say("Notice board")


def sheets_of(settings: Settings, renderer: Renderer) -> Sheets:
    """Return what makes sheets with the addresses and the name of this service."""
    return Sheets(renderer, public_url=settings.public_url, telegram_name=settings.telegram_name, operator=settings.operator)


class Press:
    """One place, some languages, one day of printing. `place` '': all of Sweden; no `languages`: all; no `printed`: today."""

    def __init__(self, settings: Settings, place: str, languages: Sequence[str], printed: date | None) -> None:
        content = open_content(settings)
        self._sheets = sheets_of(settings, Renderer(content.catalog, content.translator))
        self._catalog = content.catalog
        self._leaflets = Leaflets(self._sheets, Printer())
        self._place = self._placed(place)
        known = [language.code for language in content.catalog.languages]
        if strange := [code for code in languages if code not in known]:
            raise Unprintable(f"No texts in '{strange[0]}'; the languages are {', '.join(known)}")
        self._languages = tuple(languages) or tuple(known)
        self._printed = printed or datetime.now(UTC).astimezone(SWEDEN).date()

    def run(self, given: argparse.Namespace) -> Iterator[str]:
        """Carry out the command and yield what it says."""
        out = Path(given.out)
        match given.command:
            case "leaflets" if given.sms:
                yield from self.lines(given.article)
                return
            case "leaflets":
                made = self.leaflets(given.article)
            case "static":
                made = self.copy()
            case _:
                made = self.pack()
        if given.command != "static" and not self._sheets.link("/", "", None, "en"):
            yield "No QR codes: set BOT_PUBLIC_URL or BOT_TELEGRAM_NAME."
        files = size = 0
        for name, content in made:
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            files, size = files + 1, size + len(content)
        yield f"{files} files, {size // 1024} KB, in {out}"

    def leaflets(self, chosen: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the name and bytes of each PDF: the articles, all of them in one, and what hangs on a notice board."""
        self._known(chosen)
        for code in self._languages:
            folder = f"{self._place}/{code}"
            sheets = self._sheets.articles(self._place, code, self._printed, chosen)
            for sheet in sheets:
                yield f"{folder}/{sheet.name}.pdf", self._leaflets.bound([sheet], self._printed)
            if not chosen:
                yield f"{folder}/all-answers.pdf", self._leaflets.bound(sheets, self._printed, ALL)
            board = self._sheets.board(self._place, code, self._printed, chosen)
            yield f"{folder}/notice-board.pdf", self._leaflets.bound(board, self._printed, BOARD)

    def pack(self) -> Iterator[tuple[str, bytes]]:
        """Yield what an office keeps for an outage. Raises Unprintable without a municipality: its numbers are the point."""
        if self._place == NATION:
            raise Unprintable("Name the municipality whose numbers are wanted: --place norrkoping")
        for code in self._languages:
            folder = f"{self._place}/outage"
            where = (self._sheets, self._place, code, self._printed)
            yield f"{folder}/1-duty-list-{code}.pdf", self._leaflets.bound([duty_list(*where)], self._printed)
            yield f"{folder}/2-child-alone-{code}.pdf", self._leaflets.bound([child_alone(*where)], self._printed)
            sheets = self._sheets.articles(self._place, code, self._printed)
            yield f"{folder}/3-answers-{code}.pdf", self._leaflets.bound(sheets, self._printed, ALL)

        for name, page in self._copy().files(self._here()):
            yield f"{self._place}/outage/answers/{name}", page

    def copy(self) -> Iterator[tuple[str, bytes]]:
        """Yield the files of the static copy: all of Sweden, and the place with its districts, else the featured places."""
        featured = sorted((p for p in self._catalog.places.values() if p.featured), key=lambda p: p.featured)
        own = self._here() if self._place != NATION else [p.id for p in featured]
        return self._copy().files([NATION, *own])

    def _copy(self) -> Copy:
        return Copy(self._sheets, self._languages, self._printed)

    def _here(self) -> list[str]:
        return [self._place, *sorted(p.id for p in self._catalog.places.values() if p.parent == self._place)]

    def lines(self, chosen: Sequence[str]) -> Iterator[str]:
        """Yield each article as one line for an SMS."""
        self._known(chosen)
        for code in self._languages:
            for article in chosen or self._catalog.articles:
                yield self._sheets.line(article, self._place, code, self._printed)

    def _placed(self, words: str) -> str:
        found = named(self._catalog, words) if words else (self._catalog.places[NATION],)
        if len(found) != 1:
            raise Unprintable(
                f"'{words}' may be: {', '.join(place.id for place in found)}"
                if found
                else f"No place is called '{words}'; content/places/ has them all"
            )
        return found[0].id

    def _known(self, articles: Sequence[str]) -> None:
        if strange := [id_ for id_ in articles if id_ not in self._catalog.articles]:
            raise Unprintable(f"No article is called '{strange[0]}'; content/articles/ has them all")
