"""The preview's pages: one answer as Telegram, as a web page and on paper, side by side, with what `check` says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bot.adapters.leaflets.printer import Printer
from bot.adapters.telegram.markup import compose
from bot.adapters.telegram.send import TelegramGateway
from bot.adapters.web.assets import Assets
from bot.adapters.web.pages import Pages
from bot.adapters.web.ports import Site
from bot.adapters.web.printing import Printing
from bot.adapters.web.reading import Reading
from bot.adapters.web.session import Sessions
from bot.app.preview.shelf import Edition, Shelf
from bot.domain import screens
from bot.domain.calendar import SWEDEN
from bot.domain.content import NATION
from bot.domain.conversation import Conversation, Frame
from bot.domain.events import Address
from bot.domain.fitting import fit
from bot.domain.messages import utf16
from bot.services.leaflets import Leaflets
from bot.services.sheets import Sheets

HERE = Path(__file__).parent
HOSTS = ["127.0.0.1", "localhost", "[::1]"]
# What paper is printed by: an article, place, language and day of this edition become a PDF.
Paper = Callable[[Edition, str, str | None, str, date], bytes]
_CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'"


@dataclass(frozen=True, slots=True)
class _At:
    """A clock that stands at noon of the chosen day."""

    day: date

    def now(self) -> datetime:
        return datetime.combine(self.day, time(12), SWEDEN).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class _Choice:
    """What the editor looks at."""

    edition: Edition
    article: str
    language: str
    place: str | None
    day: date


def preview_app(shelf: Shelf, today: Callable[[], date], paper: Paper | None = None) -> Starlette:
    """Return the application. Without `paper` there is no column for it."""
    preview = _Preview(shelf, today, paper)
    routes = [
        Route("/", preview.page),
        Route("/version", preview.version),
        Route("/show", preview.show),
        Route("/a/{id}", preview.web),
        Route("/112", preview.web),
        Route("/child", preview.web),
        Route("/static/{name}", preview.static),
        Route("/preview/{name}", preview.own),
    ]
    if paper:
        routes.append(Route("/paper", preview.sheet))
    return Starlette(routes=routes, middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)])


class _Preview:
    def __init__(self, shelf: Shelf, today: Callable[[], date], paper: Paper | None) -> None:
        self._shelf = shelf
        self._today = today
        self._paper = paper
        self._assets = Assets()
        self._own = Assets(HERE / "static")
        self._site = Site(secret=b"the preview has no secrets")
        self._templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)

    def page(self, request: Request) -> Response:
        if request.headers.get("sec-fetch-dest") == "iframe":
            return HTMLResponse("<!doctype html><p>Here the chat itself begins; try it with <code>python -m bot run</code>.")
        edition = self._shelf.edition()
        if edition is None:
            return self._html("nothing.html", faults=self._shelf.faults(self._today()))
        choice = self._choice(edition, request)
        places = [p for p in edition.catalog.places.values() if p.id != NATION]
        return self._html(
            "preview.html",
            choice=choice,
            articles=_by_topic(edition, choice.language),
            places=sorted(places, key=lambda p: (p.featured or 9, edition.catalog.name(p.names, "sv"))),
            catalog=edition.catalog,
            paper=self._paper is not None,
            script=self._own.url("preview.js").replace("/static/", "/preview/"),
        )

    def version(self, request: Request) -> Response:
        """Return what changes with every change of a file; the page asks for it twice a second."""
        return JSONResponse(self._shelf.version(), headers={"Cache-Control": "no-store"})

    def show(self, request: Request) -> Response:
        """Return what changes on the page: faults and Telegram's messages as HTML, and a word for what there is to choose."""
        edition = self._shelf.edition()
        if edition is None:
            return JSONResponse({"choices": "", "html": ""})
        choice = self._choice(edition, request)
        path = f"articles/{choice.article}.yaml"
        faults = self._shelf.faults(choice.day)
        mine = [fault for fault in faults if fault.path.endswith(path)]
        html = self._templates.get_template("shown.html").render(
            mine=mine,
            others=[fault for fault in faults if fault not in mine],
            there=choice.article in edition.catalog.articles,
            earlier=choice.article in edition.earlier,
            messages=_telegram(choice) if choice.article in edition.catalog.articles else [],
        )
        choices = sha256(repr((list(edition.catalog.articles), list(edition.catalog.places), edition.catalog.languages)).encode())
        return JSONResponse({"choices": choices.hexdigest(), "html": html}, headers={"Cache-Control": "no-store"})

    async def web(self, request: Request) -> Response:
        """Return the page that the web side serves, as on the chosen day."""
        edition = self._shelf.edition()
        if edition is None:
            return Response("The content cannot be read.", 503)
        pages = Pages(edition.renderer, _At(self._day(request)), self._assets, self._site)
        printing = Printing(Leaflets(Sheets(edition.renderer), Printer()), pages)
        reading = Reading(pages, Sessions(self._site), printing)
        screen = {"/112": reading.emergency, "/child": reading.child}.get(request.url.path, reading.article)
        response = await screen(request) or Response("There is no such article.", 404)
        response.headers["Cache-Control"] = "no-store"
        return response

    def sheet(self, request: Request) -> Response:
        edition = self._shelf.edition()
        if edition is None or self._paper is None:
            return Response("The content cannot be read.", 503)
        choice = self._choice(edition, request)
        made = self._paper(edition, choice.article, choice.place, choice.language, choice.day)
        return Response(made, media_type="application/pdf", headers={"Cache-Control": "no-store"})

    def static(self, request: Request) -> Response:
        """Return a file of the web side. Its script is left out: it would keep pages for later, and these change."""
        name = request.path_params["name"]
        if name.endswith(".js"):
            return Response("", media_type="text/javascript")
        return self._assets.serve(request, name) or Response(status_code=404)

    def own(self, request: Request) -> Response:
        return self._own.serve(request, request.path_params["name"]) or Response(status_code=404)

    def _choice(self, edition: Edition, request: Request) -> _Choice:
        asked, catalog = request.query_params, edition.catalog
        articles = _by_topic(edition, catalog.languages[0].code)
        first = articles[0][1][0][0] if articles else ""
        place = asked.get("place", "")
        return _Choice(
            edition,
            asked.get("article") or first,
            catalog.language(asked.get("lang")).code,
            place if place in catalog.places and place != NATION else None,
            self._day(request),
        )

    def _day(self, request: Request) -> date:
        try:
            return date.fromisoformat(request.query_params.get("day", ""))
        except ValueError:
            return self._today()

    def _html(self, template: str, **values: Any) -> HTMLResponse:
        style = self._own.url("preview.css").replace("/static/", "/preview/")
        html = self._templates.get_template(template).render(style=style, **values)
        return HTMLResponse(html, headers={"Cache-Control": "no-store", "Content-Security-Policy": _CSP})


def _by_topic(edition: Edition, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the articles as the menu has them: each topic's name with ids and titles."""
    catalog = edition.catalog
    groups = []
    for topic in catalog.topics:
        its = sorted((a for a in catalog.articles.values() if a.topic == topic.id), key=lambda a: (a.order, a.id))
        titles = [(a.id, next(a.texts[c].title for c in catalog.chain(language) if c in a.texts)) for a in its]
        if titles:
            groups.append((catalog.name(topic.names, language), titles))
    return groups


def _telegram(choice: _Choice) -> list[dict[str, Any]]:
    """Return the messages that Telegram would get: HTML, length and rows of buttons."""
    capabilities = TelegramGateway.capabilities
    now = _At(choice.day).now()
    frame = Frame(now, choice.day, choice.edition.catalog, capabilities)
    reader = Conversation(Address("telegram", "0"), language=choice.language, place=choice.place)
    message = screens.answer(reader, choice.article, frame)
    rendered = choice.edition.renderer.render(message, choice.language, choice.day, capabilities)
    shown = []
    for piece in fit(rendered, capabilities.max_text):
        html, keyboard = compose(piece, "")
        rows = [[button["text"] for button in row] for row in (keyboard or {}).get("inline_keyboard", [])]
        shown.append({"html": html, "size": utf16(piece.plain()), "rows": rows, "lang": piece.language, "dir": piece.direction})
    return shown
