"""The web side for visitors as one Starlette application: chat, public pages, static files."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.adapters.web import CAPABILITIES as CAPABILITIES  # for wiring: what this channel takes
from bot.adapters.web.assets import Assets
from bot.adapters.web.chat import Chat
from bot.adapters.web.errors import Errors
from bot.adapters.web.pages import Pages
from bot.adapters.web.ports import ReadingStore, Site, Wake
from bot.adapters.web.printing import Printing
from bot.adapters.web.proof import Proofs, Prove
from bot.adapters.web.reading import Reading
from bot.adapters.web.security import Protected
from bot.adapters.web.session import Sessions
from bot.adapters.web.stream import LOOK_EVERY_S, Streams
from bot.services.frames import Connected
from bot.services.leaflets import Leaflets
from bot.services.ports import Clock, Inlet
from bot.services.render import Renderer


def visitor_app(
    *,
    inlet: Inlet,
    store: ReadingStore,
    wake: Wake,
    renderer: Renderer,
    clock: Clock,
    secret: bytes,
    leaflets: Leaflets,
    public_url: str = "",
    frame_ancestors: str = "",
    operator: str = "",
    look_every_s: float = LOOK_EVERY_S,
    flooded: Callable[[], bool] = lambda: False,
    prove: Prove | None = None,
    connected: Connected = lambda: None,
) -> Starlette:
    """Return the application. `app.state.streams.close()` ends the open streams, for a quick stop.

    `frame_ancestors`: web addresses that may embed the chat, '' for none. Serve it with `timeout_graceful_shutdown=2`.
    `look_every_s`: how often a page looks for what another process wrote. `flooded`, `prove`: see proof.py. `connected`: see
    Pages.
    """
    site = Site(public_url.rstrip("/"), frame_ancestors, operator, secret)
    assets, sessions = Assets(), Sessions(site)
    pages = Pages(renderer, clock, assets, site, connected)
    proofs = Proofs(site, clock, assets, flooded, prove)
    chat = Chat(inlet=inlet, store=store, wake=wake, pages=pages, sessions=sessions, proofs=proofs, clock=clock)
    streams = Streams(store, wake, pages, sessions, look_every_s=look_every_s)
    reading = Reading(pages, sessions, Printing(leaflets, pages))

    async def static(request: Request) -> Response:
        return assets.serve(request, request.path_params["name"]) or _not_found()

    async def article(request: Request) -> Response:
        return await reading.article(request) or _not_found()

    async def office(request: Request) -> Response:
        return await reading.office(request) if request.path_params["id"] in renderer.catalog.articles else _not_found()

    async def card(request: Request) -> Response:
        return await reading.card(request) or _not_found()

    def both(path: str, takes: object) -> list[Route]:
        return [Route(path, takes, methods=["POST"]), Route(path, chat.again, methods=["GET"])]  # type: ignore[arg-type]

    app = Starlette(
        routes=[
            Route("/", chat.page),
            *both("/act", chat.act),
            *both("/say", chat.say),
            *both("/where", chat.where),
            *both("/close", chat.close),
            *both("/proof", chat.proof),
            Route("/r/{token}", chat.door),
            Route("/events", streams.events),
            Route("/lines", streams.lines),
            Route("/a/{id}.pdf", reading.leaflet),
            Route("/a/{id}", article),
            Route("/office/{id}", office),
            Route("/card/{id}", card),
            Route("/desk/{id}", card),
            Route("/112", reading.emergency),
            Route("/child", reading.child),
            Route("/offline", reading.offline),
            Route("/closed", reading.closed),
            Route("/sw.js", reading.service_worker),
            Route("/manifest.webmanifest", reading.manifest),
            Route("/favicon.ico", reading.favicon),
            Route("/robots.txt", reading.robots),
            Route("/static/{name}", static),
        ],
        middleware=[Middleware(Protected, site=site), Middleware(GZipMiddleware, minimum_size=300, compresslevel=6)],
        exception_handlers=Errors(pages, sessions).handlers,  # type: ignore[arg-type]
    )
    app.state.streams = streams
    return app


def _not_found() -> Response:
    raise HTTPException(404)
