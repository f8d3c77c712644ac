"""New lines as they come: a server-sent event stream that resumes by line number, and the same by asking."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from bot.adapters.web.forms import number
from bot.adapters.web.language import accepted, known
from bot.adapters.web.mailbox import open_mailbox
from bot.adapters.web.pages import Pages
from bot.adapters.web.ports import ReadingStore, Wake
from bot.adapters.web.session import Sessions, Visitor
from bot.domain.content import Language
from bot.services.ports import StoreUnavailable

LOOK_EVERY_S = 5.0  # other processes commit too, and cannot wake us
COMMENT_EVERY_S = 20.0  # proxies close a silent connection after 30 to 60 s
RETRY_MS = 3000
STREAMS_AT_MOST = 2_000


class Streams:
    """Open streams of one process. `close` lets them end at once, so that a restart need not wait for them."""

    def __init__(
        self,
        store: ReadingStore,
        wake: Wake,
        pages: Pages,
        sessions: Sessions,
        *,
        look_every_s: float = LOOK_EVERY_S,
        at_most: int = STREAMS_AT_MOST,
    ) -> None:
        self._store = store
        self._wake = wake
        self._pages = pages
        self._sessions = sessions
        self._look_every_s = look_every_s
        self._at_most = at_most
        self._open: set[asyncio.Task[None]] = set()
        self._count = 0
        self._closing = False

    def close(self) -> None:
        self._closing = True
        for waiting in self._open:
            waiting.cancel()

    async def events(self, request: Request) -> Response:
        """GET /events?after=&lang= . 204 tells the browser not to come back; its script asks /lines instead."""
        visitor = self._sessions.visitor(request)
        if visitor is None or self._closing or self._count >= self._at_most:
            return Response(status_code=204)
        after = number(request.headers.get("last-event-id")) or number(request.query_params.get("after"))
        return StreamingResponse(
            self._follow(visitor, after, self._language(request)),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def lines(self, request: Request) -> Response:
        """GET /lines?after=&lang= : the same, once."""
        box = await open_mailbox(self._store, self._sessions.visitor(request), number(request.query_params.get("after")))
        return HTMLResponse(self._pages.lines(box.lines, self._language(request), box.place))

    def _language(self, request: Request) -> Language:
        catalog = self._pages.catalog
        return known(catalog, request.query_params.get("lang")) or accepted(catalog, request.headers.get("accept-language", ""))

    async def _follow(self, visitor: Visitor, after: int, language: Language) -> AsyncIterator[str]:
        self._count += 1
        loop = asyncio.get_running_loop()
        try:
            yield f"retry: {RETRY_MS}\n\n"
            spoke_at = loop.time()
            while not self._closing:
                # Listening begins before looking, so that nothing falls between the two.
                waiting = asyncio.ensure_future(self._wake.wait(visitor.address, self._look_every_s))
                self._open.add(waiting)
                try:
                    sent = ""
                    async for event, number_ in self._news(visitor, after, language):
                        sent, after = event, number_
                        yield event
                    if sent:
                        spoke_at = loop.time()
                        continue
                    if loop.time() - spoke_at >= COMMENT_EVERY_S:
                        spoke_at = loop.time()
                        yield ": still here\n\n"
                    await asyncio.wait({waiting})
                finally:
                    self._open.discard(waiting)
                    waiting.cancel()
        finally:
            self._count -= 1

    async def _news(self, visitor: Visitor, after: int, language: Language) -> AsyncIterator[tuple[str, int]]:
        try:
            box = await open_mailbox(self._store, visitor, after)
        except StoreUnavailable:
            return  # the next look will tell
        for line in box.lines:
            html = self._pages.lines([line], language, box.place)
            text = "".join(f"data: {part}\n" for part in html.splitlines() if part)
            yield f"id: {line.id}\n{text}\n", line.id
