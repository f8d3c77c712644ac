"""Offers of a home: those of the own municipality, one with how to reach who made it, and marking it."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from bot.adapters.web.console import ROOT
from bot.adapters.web.console.gate import Visit
from bot.adapters.web.console.pages import Pages
from bot.domain.messages import N_
from bot.domain.offer import CLOSED, ENDED_KEPT, KINDS, STARTS, STAYS, TAKEN_UP
from bot.services.offer_desk import OfferDesk

STATES = {TAKEN_UP: N_("taken up"), CLOSED: N_("closed")}


class OfferPages:
    def __init__(self, desk: OfferDesk, pages: Pages) -> None:
        self._desk = desk
        self._pages = pages

    async def board(self, visit: Visit) -> Response:
        """GET /offers"""
        live, marked = await self._desk.board(visit.person)
        return self._page(visit, "offers.html", live=live, marked=marked)

    async def one(self, visit: Visit) -> Response:
        """GET /offers/{key}"""
        return self._page(visit, "offer.html", desk=await self._desk.open(visit.person, visit.request.path_params["key"]))

    async def taken_up(self, visit: Visit) -> Response:
        """POST /offers/{key}/taken-up"""
        return await self._mark(visit, TAKEN_UP)

    async def close(self, visit: Visit) -> Response:
        """POST /offers/{key}/close"""
        return await self._mark(visit, CLOSED)

    async def put_back(self, visit: Visit) -> Response:
        """POST /offers/{key}/put-back"""
        await self._desk.put_back(visit.person, visit.request.path_params["key"])
        return RedirectResponse(f"{ROOT}/offers", 303)

    async def _mark(self, visit: Visit, state: str) -> Response:
        await self._desk.mark(visit.person, visit.request.path_params["key"], state)
        return RedirectResponse(f"{ROOT}/offers", 303)

    def _page(self, visit: Visit, template: str, **values: object) -> Response:
        labels = {"kinds": KINDS, "starts": STARTS, "stays": STAYS, "states": STATES, "days": ENDED_KEPT.days}
        return self._pages.page(visit.request, template, person=visit.person, token=visit.token, **labels, **values)
