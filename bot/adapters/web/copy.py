"""All answers as plain files that open from a folder or a USB stick: no server, no script, no network.

index.html                       languages, each with its places
<language>/<place>/index.html    the topics
<language>/<place>/<article>.html, duty-list.html
style.css
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.adapters.web.assets import Assets
from bot.adapters.web.pages import templates
from bot.adapters.web.reading import TITLE
from bot.domain.content import NATION
from bot.domain.messages import N_, say
from bot.domain.paper import Sheet
from bot.services.outage import duty_list
from bot.services.sheets import Sheets


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    label: str
    language: str = ""  # where it leads out of the page's language


Lists = Sequence[tuple[str, Sequence[Link]]]


class Copy:
    def __init__(self, sheets: Sheets, languages: Sequence[str], printed: date) -> None:
        self._sheets = sheets
        self._catalog = sheets.catalog
        self._languages = [language for language in self._catalog.languages if language.code in languages]
        self._printed = printed
        self._template = templates().get_template("copy.html")

    def files(self, places: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield each file's path and bytes. `places`: those that get pages of their own, in the order they are offered."""
        yield "style.css", Assets().text("chat.css").encode()
        yield "index.html", self._first_page(places)
        for language in self._languages:
            for place in places:
                for name, page in self._of(place, language.code, places):
                    yield f"{language.code}/{place}/{name}.html", page

    def _first_page(self, places: Sequence[str]) -> bytes:
        language = self._languages[0].code
        lists = [(other.name, self._places(places, other.code, "", other.code)) for other in self._languages]
        sheet = self._sheets.written("index", say(TITLE), (), NATION, language, self._printed)
        return self._page(sheet, lists, root="", home="index.html", here=lambda code: f"{code}/{places[0]}/index.html")

    def _of(self, place: str, language: str, places: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        duty = duty_list(self._sheets, place, language, self._printed)
        articles = self._sheets.articles(place, language, self._printed)
        yield "index", self._index(place, language, places, duty)
        for sheet in (duty, *articles):
            yield sheet.name, self._leaf(sheet, place, [])

    def _index(self, place: str, language: str, places: Sequence[str], duty: Sheet) -> bytes:
        topics = [
            (
                self._catalog.name(topic.names, language),
                [Link(f"{id_}.html", self._title(id_, language)) for id_ in self._catalog.by_topic.get(topic.id, ())],
            )
            for topic in self._catalog.topics
        ]
        urgent = (self._word(N_("Emergency numbers"), language), [Link("duty-list.html", duty.title)])
        elsewhere = (self._word(N_("Change place"), language), self._places(places, language, "../../"))
        here = say("Your place: {place}.", place=self._catalog.places[place].names)
        sheet = self._sheets.written("index", here, (), place, language, self._printed)
        return self._leaf(sheet, place, [urgent, *topics, elsewhere])

    def _leaf(self, sheet: Sheet, place: str, lists: Lists) -> bytes:
        return self._page(
            sheet, lists, root="../../", home="index.html", here=lambda code: f"../../{code}/{place}/{sheet.name}.html"
        )

    def _places(self, places: Sequence[str], language: str, root: str, marked: str = "") -> list[Link]:
        named = ((place, self._catalog.name(self._catalog.places[place].names, language)) for place in places)
        return [Link(f"{root}{language}/{place}/index.html", name, marked) for place, name in named]

    def _title(self, article: str, language: str) -> str:
        texts = self._catalog.articles[article].texts
        return next(texts[code].title for code in self._catalog.chain(language) if code in texts)

    def _word(self, msgid: str, language: str) -> str:
        return self._sheets.words(say(msgid), language)

    def _page(self, sheet: Sheet, lists: Lists, **around: object) -> bytes:
        page = self._template.render(
            _=lambda msgid: self._word(msgid, sheet.language),
            lang=self._catalog.language(sheet.language),
            languages=self._languages,
            direction=lambda code: self._catalog.language(code).direction,
            article=lambda id_: f"{id_}.html",
            title=sheet.title,
            title_language=sheet.title_language,
            swedish=sheet.swedish,
            danger=sheet.danger,
            blocks=sheet.blocks,
            foot=sheet.foot,
            lists=lists,
            **around,
        )
        return page.encode()
