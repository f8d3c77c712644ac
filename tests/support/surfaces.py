"""Everywhere that content is read, walked with the clock at any day: what each surface shows, as plain words.

A new surface is one line in SURFACES: a function of (Walk) that yields (where, words).
"""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from bot.adapters.leaflets.printer import Printer
from bot.adapters.telegram.markup import compose
from bot.adapters.web.copy import Copy
from bot.adapters.web.visitor import CAPABILITIES as WEB
from bot.adapters.web.visitor import visitor_app
from bot.app import config
from bot.app.asking import Asker
from bot.app.content import Content
from bot.domain.conversation import Conversation, Found, Frame, Hit, Reply
from bot.domain.events import Address
from bot.domain.fitting import fit
from bot.domain.flows import FLOWS
from bot.domain.messages import Capabilities, Message
from bot.domain.screens import answer
from bot.services.inline import Inline
from bot.services.intake import FALLBACK
from bot.services.leaflets import Leaflets
from bot.services.outage import child_alone, duty_list
from bot.services.render import LATE, LATE_OFFICE, Renderer
from bot.services.sheets import Sheets
from tests.support.builders import SettableClock
from tests.support.whole import real_content

TELEGRAM = Capabilities(max_text=4096)
PLACES = ("norrkoping", "orebro", "stockholm", "jonkoping", "hjo", None)
SCREENS = ("home", "topics", "help", "sos", "child", "privacy", "none", "language", "place")
Shown = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Walk:
    """One day on which everything is read."""

    day: datetime

    @property
    def content(self) -> Content:
        return real_content()

    @property
    def languages(self) -> list[str]:
        return [lang.code for lang in self.content.catalog.languages]


def messages(walk: Walk, capabilities: Capabilities) -> Iterator[tuple[str, str, Message]]:
    """Yield every screen and every article, for every place and language: where, language, message."""
    frame = Frame(walk.day, walk.day.date(), walk.content.catalog, capabilities)
    for language in walk.languages:
        for place in PLACES:
            reader = Conversation(Address("telegram", "1"), language, place)
            for screen in SCREENS:
                for effect in FLOWS.actions[screen](reader, "", frame).effects:
                    if isinstance(effect, Reply):
                        yield f"{screen} {language} {place}", language, effect.message
            for article in walk.content.catalog.articles:
                yield f"{article} {language} {place}", language, answer(reader, article, frame)
        yield f"fallback {language}", language, FALLBACK


def on_telegram(walk: Walk) -> Shown:
    renderer = Renderer(walk.content.catalog, walk.content.translator)
    for where, language, message in messages(walk, TELEGRAM):
        rendered = renderer.render(message, language, walk.day.date(), TELEGRAM)
        for piece in fit(rendered, TELEGRAM.max_text):
            words, _ = compose(piece, "a_bot")
            buttons = " | ".join(choice.label for row in piece.buttons for choice in row)
            yield where, f"{plain(words)}\n{buttons}"


def in_the_web_chat(walk: Walk) -> Shown:
    renderer = Renderer(walk.content.catalog, walk.content.translator)
    for where, language, message in messages(walk, WEB):
        rendered = renderer.render(message, language, walk.day.date(), WEB)
        yield where, rendered.plain() + " | ".join(choice.label for row in rendered.buttons for choice in row)


def on_reading_pages(walk: Walk) -> Shown:
    """Yield every public page as the browser gets it, through the real application."""
    renderer = Renderer(walk.content.catalog, walk.content.translator)
    leaflets = Leaflets(Sheets(renderer), Printer())
    clock = SettableClock(walk.day)
    app = visitor_app(
        inlet=None,
        store=None,
        wake=None,
        renderer=renderer,
        clock=clock,
        secret=b"x" * 32,
        leaflets=leaflets,  # type: ignore[arg-type]
    )
    addresses = ["/112", "/child", "/offline", *(f"/a/{article}" for article in walk.content.catalog.articles)]

    async def fetch() -> list[tuple[str, str]]:
        found = []
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost") as browser:
            for address in addresses:
                for language in walk.languages:
                    for place in PLACES[:4] if address.startswith("/a/") else PLACES:
                        page = await browser.get(address, params={"lang": language, **({"place": place} if place else {})})
                        assert page.status_code == 200, address
                        found.append((f"{address} {language} {place}", plain(_body(page.text))))
        return found

    yield from asyncio.run(fetch())


def in_the_shell(walk: Walk) -> Shown:
    """Yield what `python -m bot ask --on …` prints for one question to each article."""
    asker = Asker(config.read({"BOT_MODEL": "off"}), walk.day.date())
    for article in walk.content.catalog.articles.values():
        for language in ("uk", "sv", "en"):
            yield f"ask {article.id} {language}", asker.answer(article.phrasings[language][0], language, "norrkoping")


def on_paper(walk: Walk) -> Shown:
    """Yield every leaflet, the notice board and the outage pack as they are printed, and each answer as an SMS."""
    sheets, day = _sheets(walk), walk.day.date()
    for language in walk.languages:
        for place in PLACES:
            board = sheets.board(place, language, day) if place else ()
            pack = (duty_list(sheets, place, language, day), child_alone(sheets, place, language, day)) if place else ()
            for sheet in (*sheets.articles(place, language, day), *board, *pack):
                words = (sheet.title, sheet.swedish, *(block.plain() for block in sheet.blocks))
                yield f"{sheet.name} {language} {place}", "\n".join(words)
            for sheet in sheets.articles(place, language, day):
                yield f"sms {sheet.name} {language} {place}", _without_addresses(sheets.line(sheet.name, place, language, day))


def in_the_copy(walk: Walk) -> Shown:
    """Yield every page of the copy for a folder or a USB stick."""
    for name, raw in Copy(_sheets(walk), walk.languages, walk.day.date()).files(["sverige", "norrkoping", "stockholm"]):
        if name.endswith(".html"):
            yield name, plain(_body(raw.decode()))


def inline(walk: Walk) -> Shown:
    """Yield the card of every article, as it is offered in any chat."""
    asked: list[str] = []

    async def finder(text: str) -> Found:
        return Found((Hit(asked[-1], 0.9),), sure=True, abstain=False, caution=True)

    cards = Inline(Renderer(walk.content.catalog, walk.content.translator), finder, SettableClock(walk.day))

    async def offered() -> list[tuple[str, str]]:
        found = []
        for article in walk.content.catalog.articles:
            asked.append(article)
            for language in walk.languages:
                for offer in (await cards.offered("any question", language)).offers:
                    words = (offer.title, offer.about, _without_addresses(offer.message.plain()))
                    found.append((f"inline {offer.id}", "\n".join(words)))
        return found

    yield from asyncio.run(offered())


def _sheets(walk: Walk) -> Sheets:
    return Sheets(Renderer(walk.content.catalog, walk.content.translator))


def _without_addresses(words: str) -> str:
    return re.sub(r"https?://\S+", "", words)


SURFACES: dict[str, Callable[[Walk], Shown]] = {
    "telegram": on_telegram,
    "web chat": in_the_web_chat,
    "reading pages": on_reading_pages,
    "ask": in_the_shell,
    "paper": on_paper,
    "copy": in_the_copy,
    "inline": inline,
}


def plain(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


def _body(page: str) -> str:
    """Return the page without head, scripts and addresses."""
    return re.sub(r"<(script|style|head)\b.*?</\1>", " ", page, flags=re.DOTALL)


# --- what is stated ----------------------------------------------------------------------------------------------------

_DATED = (
    LATE,
    LATE_OFFICE,
    "Checked {day}. Source: ",
    "No office is known to be open now ({day}, {time}). If it cannot wait, call 112.",
    "PDF, up to {size} KB",
    "Printed {day}. Place: {place}.",
    "Printed {day}. Do not rely on it after {until}. Place: {place}.",
    "I am under 18 and alone",  # a way on: who is a child is asked, not stated
)
# Each year has its own days on which offices are closed: they are counted, not looked up.
_CALENDAR = ("Offices are closed on these days:", "Offices may close early on these days:")
_DAYS = r"(?:\s+\d{1,2} \w+ \d{4}(?: року)?(?: \([^()]*\))?)+"


def figures(walk: Walk, words: str) -> set[str]:
    """Return the figures that are stated as facts: not 112, not the day something was checked, not an office's own name."""
    for allowed in _allowed(walk.content):
        words = allowed.sub(" ", words)
    words = re.sub(r"^\s*\d\. |(?<!\d)112(?!\d)", " ", words, flags=re.MULTILINE)  # numbers of list items; 112
    return set(re.findall(r"\d(?:[\d \u00a0–-]*\d)?", words))


_kept: dict[int, list[re.Pattern[str]]] = {}


def _allowed(content: Content) -> list[re.Pattern[str]]:
    if id(content) not in _kept:
        catalog, said = content.catalog, []
        for language in catalog.languages:
            for msgid in _DATED:
                sentence = re.escape(content.translator.sentence(language.code, msgid))
                said.append(re.sub(r"\\\{\w+\\\}", ".{1,40}?", sentence))
            said += [re.escape(rule.caveat[language.code]) for rule in catalog.rules.values()]
            for msgid in _CALENDAR:
                said.append(re.escape(content.translator.sentence(language.code, msgid)) + _DAYS)
            asked = catalog.articles["minor-alone-self"].texts[language.code]
            said += [re.escape(asked.button), re.escape(asked.title)]
        own = (s for a in catalog.articles.values() for s in (*a.sources, *(x for part in a.sections for x in part.sources)))
        sources = {source.publisher for source in own}
        offices = {name for p in catalog.places.values() for s in p.services.values() for name in s.names.values()}
        names = sorted((n for n in sources | offices if re.search(r"\d", n)), key=len, reverse=True)
        address = r"\([\w-]+(?:\.[\w-]+)+\)"
        _kept[id(content)] = [re.compile(text, re.DOTALL) for text in (*said, *map(re.escape, names), address)]
    return _kept[id(content)]


NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
