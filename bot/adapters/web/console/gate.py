"""What stands before every handler: who is it, may they, was the form ours. Decided from the table in access.py alone."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.web import forms
from bot.adapters.web.console import ROOT
from bot.adapters.web.console.access import RULES, Of, Rule, allowed
from bot.adapters.web.console.pages import Pages
from bot.adapters.web.ports import Site
from bot.adapters.web.security import sent_from_elsewhere
from bot.domain.people import Staff
from bot.domain.report import Report
from bot.services.cases import Refused
from bot.services.desk import Desk, ReasonNeeded, Unknown
from bot.services.sign_in import SignedIn, SignIn


@dataclass(slots=True)
class Visit:
    """A request that may go on. `form` is empty for a GET; `who` is None where no session is needed.

    `by_itself`: an open page looks whether it is out of date, and nobody may be sitting before it.
    """

    request: Request
    token: str
    who: SignedIn | None
    form: dict[str, str] = field(default_factory=dict, repr=False)
    report: Report | None = None
    by_itself: bool = False

    @property
    def person(self) -> Staff:
        assert self.who
        return self.who.person

    @property
    def code(self) -> str:
        return self.request.path_params["code"]


_CODE = re.compile(r"[A-Z0-9]{3}-[A-Z0-9]{3}")  # anything else is not even looked up
Handler = Callable[[Visit], Awaitable[Response]]


class Gate:
    def __init__(self, sign_in: SignIn, desk: Desk, pages: Pages, site: Site) -> None:
        self._sign_in = sign_in
        self._desk = desk
        self._pages = pages
        self._site = site

    def route(self, method: str, path: str, handler: Handler) -> Route:
        """Return the route. Raises KeyError when the table has no row for it."""
        rule = RULES[method, path]

        async def endpoint(request: Request) -> Response:
            return await self._pass(request, rule, handler)

        return Route(path, endpoint, methods=[method])

    async def _pass(self, request: Request, rule: Rule, handler: Handler) -> Response:
        cookie, posted = self._pages.cookie, request.method == "POST"
        token = cookie.token(request)
        by_itself = rule.watches or (not posted and request.headers.get("x-requested-with") == "console")
        who = None if rule.of is Of.ANYBODY else await self._sign_in.who(token, acts=not by_itself)
        if rule.of is not Of.ANYBODY and who is None:
            return self._signed_out(request, by_itself)
        visit = Visit(request, token, who, by_itself=by_itself)
        if posted:
            if sent_from_elsewhere(request, self._site):
                return self._pages.fault(request, 419)
            visit.form = await forms.read_form(request)
            if not cookie.form_token_holds(token, visit.form.get("csrf", "")):
                return self._pages.fault(request, 419)
        if rule.about_a_case:
            visit.report = await self._desk.find(visit.code) if _CODE.fullmatch(visit.code) else None
            if visit.report is None or not allowed(rule, visit.person, visit.report):
                return self._pages.fault(request, 404, person=visit.person)
        elif who and not allowed(rule, who.person):
            return self._pages.fault(request, 403, person=who.person)
        try:
            return await handler(visit)
        except Unknown:
            return self._pages.fault(request, 404, person=visit.person)
        except ReasonNeeded:
            if by_itself:
                return Response(status_code=409)
            if posted:
                return RedirectResponse(f"{ROOT}/c/{visit.code}", 303)
            return self._pages.page(request, "reason.html", person=visit.person, token=token, report=visit.report)
        except Refused as refused:
            why = self._pages.words(refused.why, self._pages.language(request, visit.person))
            return self._pages.fault(request, 409, why, person=visit.person, back=_back(visit))

    def _signed_out(self, request: Request, by_itself: bool) -> Response:
        if by_itself:
            return Response(status_code=401)
        if request.method == "GET" and request.headers.get("sec-fetch-site") == "cross-site":
            # A strict cookie stays at home when another site's link is followed; asked by our own page, it comes.
            return self._pages.page(request, "onward.html", here=request.url.path)
        wanted = request.url.path if request.method == "GET" and request.url.path != f"{ROOT}/" else ""
        return RedirectResponse(f"{ROOT}/sign-in" + (f"?next={quote(wanted)}" if wanted else ""), 303)


def _back(visit: Visit) -> str:
    return f"{ROOT}/c/{visit.code}" if visit.report else f"{ROOT}/"
