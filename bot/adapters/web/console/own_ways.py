"""A person's own ways to be paged: Telegram by a link, mail and SMS by a code. Before a duty: do they work?"""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import RedirectResponse, Response

from bot.adapters.web import forms
from bot.adapters.web.console import ROOT
from bot.adapters.web.console.gate import Visit
from bot.adapters.web.console.pages import Pages
from bot.domain.messages import N_
from bot.services.ways import Ways

_NAMES = {"telegram": N_("Telegram"), "mail": N_("E-mail"), "sms": N_("SMS")}


class OwnWays:
    """`bot_name`: the username of our Telegram bot, '' while it is not known."""

    def __init__(self, ways: Ways, pages: Pages, bot_name: Callable[[], str]) -> None:
        self._ways = ways
        self._pages = pages
        self._bot_name = bot_name

    async def page(self, visit: Visit) -> Response:
        """GET /me"""
        return await self._page(visit)

    async def telegram(self, visit: Visit) -> Response:
        """POST /me/telegram: the link is shown once, on the page that answers."""
        return await self._page(visit, await self._ways.add_telegram(visit.person))

    async def add(self, visit: Visit) -> Response:
        """POST /me/add"""
        await self._ways.add(visit.person, visit.form.get("kind", ""), forms.words(visit.form.get("to", ""))[:120])
        return self._back()

    async def verify(self, visit: Visit) -> Response:
        """POST /me/verify"""
        await self._ways.verify(visit.person, visit.form.get("code", "")[:40])
        return self._back()

    async def confirm(self, visit: Visit) -> Response:
        """POST /me/confirm"""
        await self._ways.confirm(visit.person, forms.number(visit.form.get("id")))
        return self._back()

    async def first(self, visit: Visit) -> Response:
        """POST /me/first"""
        await self._ways.first(visit.person, forms.number(visit.form.get("id")))
        return self._back()

    async def remove(self, visit: Visit) -> Response:
        """POST /me/remove"""
        await self._ways.remove(visit.person, forms.number(visit.form.get("id")))
        return self._back()

    async def reached(self, visit: Visit) -> Response:
        """POST /me/reached: the answer to a question before a duty."""
        await self._ways.answer(visit.form.get("token", ""), visit.person)
        return self._back()

    async def question(self, visit: Visit) -> Response:
        """GET /reach/{token}: looking answers nothing, for machines follow links in mail."""
        if visit.request.headers.get("sec-fetch-site") == "cross-site":
            # Another site's link comes without our cookie, and a new one would end a session that there is.
            return self._pages.page(visit.request, "onward.html", here=visit.request.url.path)
        return await self._question(visit)

    async def answer(self, visit: Visit) -> Response:
        """POST /reach/{token}"""
        await self._ways.answer(visit.request.path_params["token"])
        return await self._question(visit)

    async def _question(self, visit: Visit) -> Response:
        asked = await self._ways.question(visit.request.path_params["token"])
        token = visit.token or self._pages.cookie.new()
        status = 200 if asked else 404
        response = self._pages.page(visit.request, "reach.html", token=token, asked=asked, status=status)
        if token != visit.token:
            self._pages.cookie.put(response, token)
        return response

    def _back(self) -> Response:
        return RedirectResponse(f"{ROOT}/me", 303)

    async def _page(self, visit: Visit, token: str = "") -> Response:
        name = self._bot_name()
        return self._pages.page(
            visit.request,
            "own_ways.html",
            person=visit.person,
            token=visit.token,
            ways=await self._ways.of(visit.person),
            questions=await self._ways.questions(visit.person),
            kinds=self._ways.kinds,
            names=_NAMES,
            start=f"/start s_{token}" if token else "",
            link=f"https://t.me/{name}?start=s_{token}" if token and name else "",
            code="".join(c for c in visit.request.query_params.get("code", "") if c in "0123456789")[:8],
        )
