"""What a person sees when a request cannot be answered: what to do next, in their language, with Home and 112."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.adapters.web.chat import Stale
from bot.adapters.web.forms import BadForm, TooLarge
from bot.adapters.web.language import accepted, known
from bot.adapters.web.pages import Pages
from bot.adapters.web.session import Sessions
from bot.domain.messages import N_
from bot.services.ports import StoreUnavailable

_MOVED = (N_("There is no such page"), N_("It may have moved. Choose a topic in the chat, or write your question."))
_WORDS = {
    400: (N_("We could not read that"), N_("Go back and try once more.")),
    403: (
        N_("Please send it once more"),
        N_("This page was open for a long time, or the browser keeps no cookies. Open the chat and send it again."),
    ),
    404: _MOVED,
    405: _MOVED,
    413: (N_("That text is too long"), N_("Go back and send it in shorter pieces.")),
    503: (N_("Something went wrong on our side"), N_("Try again in a minute. If you wrote something, send it once more.")),
}


class Errors:
    def __init__(self, pages: Pages, sessions: Sessions) -> None:
        self._pages = pages
        self._sessions = sessions

    @property
    def handlers(self) -> dict[type[Exception], object]:
        return {
            HTTPException: self._http,
            BadForm: self._bad_form,
            TooLarge: self._too_large,
            Stale: self._stale,
            StoreUnavailable: self._unavailable,
            ClientDisconnect: self._gone,
            Exception: self._broken,
        }

    def page(self, request: Request, status: int) -> Response:
        catalog = self._pages.catalog
        language = (
            known(catalog, request.query_params.get("lang"))
            or known(catalog, self._sessions.language(request))
            or accepted(catalog, request.headers.get("accept-language", ""))
        )
        title, way_on = _WORDS.get(status, _WORDS[400] if status < 500 else _WORDS[503])
        sentence = self._pages.sentence
        response = self._pages.page(
            "error.html", language, status=status, title=sentence(language, title), way_on=sentence(language, way_on)
        )
        if status == 503:
            response.headers["Retry-After"] = "10"
        return response

    async def _http(self, request: Request, fault: HTTPException) -> Response:
        response = self.page(request, fault.status_code)
        response.headers.update(fault.headers or {})
        return response

    async def _bad_form(self, request: Request, fault: Exception) -> Response:
        return self.page(request, 400)

    async def _too_large(self, request: Request, fault: Exception) -> Response:
        return self.page(request, 413)

    async def _stale(self, request: Request, fault: Exception) -> Response:
        return self.page(request, 403)

    async def _unavailable(self, request: Request, fault: Exception) -> Response:
        return self.page(request, 503)

    async def _gone(self, request: Request, fault: Exception) -> Response:
        return Response(status_code=400)  # nobody is there to read it

    async def _broken(self, request: Request, fault: Exception) -> Response:
        return self.page(request, 500)
