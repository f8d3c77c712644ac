"""Signing in and out, and the invitation that comes before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import segno
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.adapters.web import forms
from bot.adapters.web.console import ROOT
from bot.adapters.web.console.gate import Visit
from bot.adapters.web.console.pages import Pages
from bot.adapters.web.language import known
from bot.domain.messages import Text, say
from bot.domain.people import Do, may
from bot.services.ports import Store
from bot.services.sign_in import NotYet, SignIn

_NOT_IN = say("That did not work. Check name, password and digits. After many tries wait some minutes, then try again.")
_OWN_PATH = re.compile(rf"{ROOT}/[A-Za-z0-9/_.-]*")


class Door:
    """`made_up`: people of a demonstration, by what they sign in with; whoever sits at this machine may be one of them."""

    def __init__(self, sign_in: SignIn, store: Store, pages: Pages, made_up: Sequence[str] = ()) -> None:
        self._sign_in = sign_in
        self._made_up = made_up
        self._store = store
        self._pages = pages

    async def page(self, visit: Visit) -> Response:
        """GET /sign-in"""
        return self._form(visit)

    async def enter(self, visit: Visit) -> Response:
        """POST /sign-in"""
        form, request = visit.form, visit.request
        source = request.client.host if request.client else ""
        token = await self._sign_in.enter(
            forms.words(form.get("name", "")),
            form.get("password", ""),
            form.get("digits", ""),
            source=source,
            instead_of=visit.token,
        )
        if token is None:
            return self._form(visit, _NOT_IN)
        return self._let_in(_own(form.get("next", "")), token)

    async def demonstrate(self, visit: Visit) -> Response:
        """POST /sign-in/demonstration"""
        name = visit.form.get("name", "")
        account = await self._store.read(lambda tx: tx.sessions.account(name)) if name in self._made_up else None
        if account is None or not _from_here(visit.request):
            return self._form(visit, _NOT_IN)
        return self._let_in(f"{ROOT}/", await self._store.write(lambda tx: self._sign_in.let_in(tx, account.staff)))

    def _form(self, visit: Visit, fault: Text | None = None) -> Response:
        token = visit.token or self._pages.cookie.new()
        wanted = _own(visit.form.get("next", "") or visit.request.query_params.get("next", ""))
        name, status = visit.form.get("name", ""), 403 if fault else 200
        response = self._pages.page(
            visit.request,
            "sign_in.html",
            token=token,
            fault=fault,
            next=wanted,
            name=name[:80],
            made_up=self._made_up if _from_here(visit.request) else (),
            status=status,
        )
        return self._with(response, visit, token)

    async def leave(self, visit: Visit) -> Response:
        """POST /sign-out"""
        assert visit.who
        await self._sign_in.leave(visit.who)
        return self._left()

    async def leave_everywhere(self, visit: Visit) -> Response:
        """POST /sign-out-everywhere"""
        assert visit.who
        await self._sign_in.leave(visit.who, everywhere=True)
        return self._left()

    def _left(self) -> Response:
        response = RedirectResponse(f"{ROOT}/sign-in", 303)
        self._pages.cookie.forget(response)
        response.headers["Clear-Site-Data"] = '"cache"'
        return response

    async def first(self, visit: Visit) -> Response:
        """GET / : the first page that the person may see."""
        person = visit.person
        pages = (("queue", Do.SEE_QUEUE), ("questions", Do.ANSWER_QUESTION))
        first = next((page for page, do in pages if may(person, do, person.unit)), "me")
        return RedirectResponse(f"{ROOT}/{first}", 303)

    async def language(self, visit: Visit) -> Response:
        """POST /language"""
        chosen, person = known(self._pages.catalog, visit.form.get("to")), visit.person
        if chosen:
            await self._store.write(lambda tx: tx.people.change_staff(person.id, language=chosen.code))
        return RedirectResponse(_own(visit.form.get("next", "")), 303)

    async def type_invitation(self, visit: Visit) -> Response:
        """GET /invite : for who types the code."""
        typed = re.sub(r"[\s-]", "", visit.request.query_params.get("code", "")).lower()
        if re.fullmatch(r"[0-9a-f]{32}", typed):
            return RedirectResponse(f"{ROOT}/invite/{typed}", 303)
        return self._pages.page(visit.request, "invite_code.html", wrong=bool(typed))

    async def invitation(self, visit: Visit) -> Response:
        """GET /invite/{token}: looking uses nothing up."""
        return await self._invitation(visit)

    async def accept(self, visit: Visit) -> Response:
        """POST /invite/{token}"""
        form = visit.form
        try:
            session = await self._sign_in.accept(
                visit.request.path_params["token"],
                password=form.get("password", ""),
                again=form.get("again", ""),
                code=form.get("digits", ""),
                kept=form.get("kept", ""),
            )
        except NotYet as not_yet:
            return await self._invitation(visit, not_yet.why)
        return self._let_in(f"{ROOT}/", session)

    async def _invitation(self, visit: Visit, fault: Text | None = None) -> Response:
        request, given = visit.request, visit.request.path_params["token"]
        invited = await self._sign_in.invited(given)
        if invited is None:
            return self._pages.page(request, "invite_code.html", wrong=True, status=404)
        factor = self._sign_in.new_factor(given, invited.sign_in, visit.form.get("kept", ""))
        token = visit.token or self._pages.cookie.new()
        response = self._pages.page(
            request,
            "invite.html",
            token=token,
            invited=invited,
            factor=factor,
            picture=segno.make(factor.address, error="m").svg_data_uri(scale=5, border=4, dark="#000", light="#fff"),
            fault=fault,
            status=403 if fault else 200,
        )
        return self._with(response, visit, token)

    def _let_in(self, to: str, token: str) -> Response:
        response = RedirectResponse(to, 303)
        self._pages.cookie.put(response, token)
        return response

    def _with(self, response: Response, visit: Visit, token: str) -> Response:
        if token != visit.token:
            self._pages.cookie.put(response, token)
        return response


def _from_here(request: Request) -> bool:
    """Return whether the request was sent on this machine, and not through a proxy that stands on it."""
    through = {"x-forwarded-for", "forwarded", "x-real-ip"} & set(request.headers)
    return bool(request.client) and request.client.host in ("127.0.0.1", "::1") and not through


def _own(path: str) -> str:
    """Return the path when it is one of ours, else the first page: nobody is sent elsewhere."""
    return path if _OWN_PATH.fullmatch(path) and "//" not in path else f"{ROOT}/"
