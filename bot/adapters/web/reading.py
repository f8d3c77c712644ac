"""Pages for everybody, without a cookie: articles, emergency numbers, a child alone, and what a browser keeps for later."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from bot.adapters.web.language import accepted, known
from bot.adapters.web.pages import Pages, address_of
from bot.adapters.web.printing import Printing
from bot.adapters.web.session import Sessions
from bot.domain import screens
from bot.domain.content import NATION, Language
from bot.domain.conversation import Reply
from bot.domain.flows import FLOWS
from bot.domain.messages import N_, ArticleShown, Block, Button, CardShown, Line, Message, Rendered, Span, say

_SHARED = {"Cache-Control": "public, max-age=300"}
_OWN = {"Cache-Control": "private, no-cache", "Vary": "Accept-Language, Cookie"}
DAYS_GOOD_AT_MOST = 30
_HUMAN = "bot-human"  # the article on whom to talk to
TITLE = N_("Questions and answers")


class Reading:
    def __init__(self, pages: Pages, sessions: Sessions, printing: Printing) -> None:
        self._pages = pages
        self._sessions = sessions
        self._printing = printing

    async def article(self, request: Request) -> Response | None:
        """GET /a/<id>?lang=&place= ; None when there is none of that id."""
        article = self._pages.catalog.articles.get(request.path_params["id"])
        if article is None:
            return None
        place = self._place(request)
        names = self._pages.catalog.places[place].names if place else None
        where = (
            say("Your place: {place}.", place=names) if names else say("Your place is not chosen. Answers are for all of Sweden.")
        )
        reader, frame = self._pages.nobody(place, self._language(request)), self._pages.frame()
        following = [screens.opens(frame, a) for a in article.next if a in self._pages.catalog.articles]
        along = screens.to_take_along(reader, article.id, frame)
        message = Message((*screens.shown(article.id, place, frame), Line(where, "note")), (*screens.rows(following), *along))
        return self._public(request, message, place)

    async def leaflet(self, request: Request) -> Response:
        """GET /a/<id>.pdf?lang=&place= ."""
        return await self._printing.leaflet(request.path_params["id"], self._place(request), self._language(request))

    async def office(self, request: Request) -> Response:
        """GET /office/<id>?lang=&place= : the answer to show at an office."""
        return self._screen(request, "office", argument=request.path_params["id"])

    async def card(self, request: Request) -> Response | None:
        """GET /card/<id>?for=&lang=&place= and /desk/<id>?… : to be copied, and to be shown at a desk.

        `for` is the language of the one who gets it, `lang` of the one who helps. None when there is no such article.
        """
        catalog = self._pages.catalog
        article = catalog.articles.get(request.path_params["id"])
        if article is None:
            return None
        place, language = self._place(request), self._language(request)
        reader = known(catalog, request.query_params.get("for")) or catalog.languages[0]
        desk = request.url.path.startswith("/desk/")
        other = ("card", say("Make a card")) if desk else ("desk", say("Show at the desk"))
        button = Button(other[1], f"{other[0]}:{article.id}:{reader.code}")
        card = Message((CardShown(article.id, place, reader.code, desk),), ((button,), (screens.A_PERSON,)))
        shown = self._pages.rendered(card, language.code)
        address = "" if self._pages.site.public_url else str(request.base_url).rstrip("/")
        whole = address and address + address_of(f"/a/{article.id}", lang=reader.code, place=place)
        message = replace(shown, blocks=tuple(_written_out(block, whole) for block in shown.blocks))
        template, kept = "reading.html" if desk else "card.html", {"for": reader.code, "place": place}
        return self._page_of(request, card, message, place, template, kept, reader=reader, text=message.plain())

    async def emergency(self, request: Request) -> Response:
        """GET /112 ."""
        return self._screen(request, "sos")

    async def child(self, request: Request) -> Response:
        """GET /child : the numbers, kept for when there is no net; and, where somebody takes reports, the way to report."""
        place = self._place(request)
        message = screens.child_alone(place, self._pages.frame())
        if self._pages.reporting_frame().takes_reports:
            report = Button(say("Report it here: two answers"), "child.new", style="danger")
            message = replace(message, buttons=(*message.buttons[:1], (report,), *message.buttons[1:]))
        return self._public(request, message, place)

    async def offline(self, request: Request) -> Response:
        """GET /offline : shown by the service worker when there is no net."""
        return self._screen(request, "sos", "offline.html")

    async def closed(self, request: Request) -> Response:
        """GET /closed : all is erased."""
        return self._pages.page("closed.html", self._language(request), here=lambda c: address_of("/closed", lang=c))

    async def manifest(self, request: Request) -> Response:
        language = self._language(request)
        name = self._pages.sentence(language, TITLE)
        icon = {
            "src": self._pages.assets.url("icon.svg"),
            "sizes": "any",
            "type": "image/svg+xml",
            "purpose": "any maskable",
        }
        return JSONResponse(
            {
                "name": name,
                "short_name": name,
                "lang": language.code,
                "dir": language.direction,
                "start_url": address_of("/", lang=language.code),
                "scope": "/",
                "display": "standalone",
                "background_color": "#ffffff",
                "theme_color": "#0b4f94",
                "icons": [icon],
            },
            headers=_SHARED,
            media_type="application/manifest+json",
        )

    async def service_worker(self, request: Request) -> Response:
        """GET /sw.js : the worker, with what it keeps from the start."""
        assets = self._pages.assets
        kept = json.dumps([assets.url(name) for name in ("chat.css", "chat.js", "icon.svg")])
        text = assets.text("sw.js").replace('"KEPT"', kept).replace("VERSION", assets.version)
        return Response(text, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    async def favicon(self, request: Request) -> Response:
        return RedirectResponse(self._pages.assets.url("icon.svg"), 301, headers=_SHARED)

    async def robots(self, request: Request) -> Response:
        return PlainTextResponse("User-agent: *\nDisallow: /events\nDisallow: /lines\n", headers=_SHARED)

    def _screen(self, request: Request, action: str, template: str = "reading.html", argument: str = "") -> Response:
        place = self._place(request)
        reader = self._pages.nobody(place, self._language(request))
        effects = FLOWS.actions[action](reader, argument, self._pages.frame()).effects
        message = next(e.message for e in effects if isinstance(e, Reply))
        return self._public(request, message, place, template)

    def _public(self, request: Request, message: Message, place: str | None, template: str = "reading.html") -> Response:
        rendered = self._pages.rendered(message, self._language(request).code)
        return self._page_of(request, message, rendered, place, template, {"place": place})

    def _page_of(
        self,
        request: Request,
        message: Message,
        rendered: Rendered,
        place: str | None,
        template: str,
        query: dict[str, str | None],
        **values: Any,
    ) -> Response:
        """Return the page. `query`: what its address keeps in another language."""
        language = self._language(request)
        path = request.url.path
        response = self._pages.page(
            template,
            language,
            place=place,
            here=lambda code: address_of(path, lang=code, **query),
            canonical=self._pages.site.public_url + address_of(path, lang=language.code),
            title=_title(rendered),
            message=rendered,
            href=lambda action: self._href(action, language, place),
            **values,
        )
        asked = known(self._pages.catalog, request.query_params.get("lang"))
        response.headers.update(_SHARED if asked else _OWN)
        response.headers["Good-For"] = str(self._days_good(message, place))
        return response

    def _days_good(self, message: Message, place: str | None) -> int:
        """Return for how many days what the page states is in date; the service worker shows no older copy."""
        catalog, today = self._pages.catalog, self._pages.today()
        articles = [catalog.articles[part.article] for part in message.parts if isinstance(part, ArticleShown | CardShown)]
        days = [article.reviewed_on + article.review_every for article in articles]
        days += [s.source.checked_on + s.review_every for p in catalog.up(place) for s in p.services.values()]
        return min(((day - today).days for day in days if day >= today), default=DAYS_GOOD_AT_MOST)

    def _href(self, action: str, language: Language, place: str | None) -> str:
        """Return where a button of the core leads to outside the chat; the chat itself for all that needs it."""
        if page := self._pages.page_of(action, language, place):
            return page
        verb, _, argument = action.partition(":")
        if verb == "child.new":
            return address_of("/", start=f"child_{place}" if place else "child", lang=language.code)
        if verb == "help" and _HUMAN in self._pages.catalog.articles:  # a page has no conversation to ask in
            return address_of(f"/a/{_HUMAN}", lang=language.code, place=place)
        path = {"a": f"/a/{argument}", "office": f"/office/{argument}", "child": "/child", "sos": "/112"}.get(verb, "/")
        return address_of(path, lang=language.code, place=place if path != "/" else None)

    def _place(self, request: Request) -> str | None:
        place = request.query_params.get("place", "")
        return place if place in self._pages.catalog.places and place != NATION else None

    def _language(self, request: Request) -> Language:
        catalog = self._pages.catalog
        return (
            known(catalog, request.query_params.get("lang"))
            or known(catalog, self._sessions.language(request))
            or accepted(catalog, request.headers.get("accept-language", ""))
        )


def _written_out(block: Block, address: str) -> Block:
    """Return the block with the address in place of an article without words; '' where it stands there already."""
    shown = (Span(address, href=address),) if address else ()
    return replace(block, spans=tuple(s for span in block.spans for s in (shown if span.article and not span.text else (span,))))


def _title(rendered: Rendered) -> str:
    """Return the words of the first title or warning."""
    return next((b.plain() for b in rendered.blocks if b.kind in ("title", "warning")), "")
