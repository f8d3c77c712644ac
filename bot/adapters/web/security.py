"""The rules that a browser holds for us, and the check that a form was sent from our own page."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.adapters.web.ports import Site

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)


def protections(site: Site) -> Mapping[str, str]:
    """Return the headers of every answer."""
    headers = {
        "Content-Security-Policy": _CSP + (site.frame_ancestors or "'none'"),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if not site.frame_ancestors:
        headers["X-Frame-Options"] = "DENY"
    if site.https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


class Protected:
    """ASGI middleware: puts the protections on every answer, and `no-store` where a page sets nothing else."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._headers = protections(site)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Cache-Control", "no-store")
                for name, value in self._headers.items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, sending)


def sent_from_elsewhere(request: Request, site: Site) -> bool:
    """Return whether the browser says that another site made it send this.

    With `Referrer-Policy: no-referrer` browsers write `Origin: null` on our own forms, and old ones send neither header:
    then the token in the form decides alone.
    """
    fetch_site = request.headers.get("sec-fetch-site")
    if fetch_site:
        return fetch_site not in ("same-origin", "none")
    origin = request.headers.get("origin", "null")
    if origin == "null":
        return False
    own = {request.headers.get("host", ""), _host(site.public_url)}
    return _host(origin) not in own


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return "?"
