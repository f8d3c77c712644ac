"""GET /a/<id>.pdf: the answer as a leaflet. Set beside the event loop, one at a time; more than a few at once are sent away."""

from __future__ import annotations

import asyncio

import structlog
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.adapters.web.pages import Pages
from bot.domain.content import Language
from bot.services.leaflets import Leaflets
from bot.services.ports import Unprintable

log = structlog.get_logger()

WAITING_AT_MOST = 16
_SHARED = {"Cache-Control": "public, max-age=300"}


class Printing:
    def __init__(self, leaflets: Leaflets, pages: Pages) -> None:
        self._leaflets = leaflets
        self._pages = pages
        self._waiting = 0

    async def leaflet(self, article: str, place: str | None, language: Language) -> Response:
        """Return the PDF. 404 for no such article or letters that no font has, 503 when too many wait."""
        if article not in self._pages.catalog.articles:
            raise HTTPException(404)
        if self._waiting >= WAITING_AT_MOST:
            raise HTTPException(503)
        self._waiting += 1
        try:
            pdf = await asyncio.to_thread(self._leaflets.article, article, place, language.code, self._pages.today())
        except Unprintable:
            log.error("unprintable", kind="paper", alarm=True)
            raise HTTPException(404) from None
        finally:
            self._waiting -= 1
        name = f'inline; filename="{article}-{language.code}.pdf"'
        return Response(pdf, media_type="application/pdf", headers={**_SHARED, "Content-Disposition": name})
