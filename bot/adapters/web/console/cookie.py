"""The cookie of the console: a token that the store knows by its hash, and the tokens of its forms."""

from __future__ import annotations

import secrets

from starlette.requests import Request
from starlette.responses import Response

from bot.adapters.web.ports import Site
from bot.adapters.web.session import TOKEN, Sessions, Visitor


class Cookie:
    """Strict: no other site can make a browser send it. Where nobody is signed in it holds a token that opens nothing."""

    def __init__(self, site: Site) -> None:
        self._forms = Sessions(site)
        # __Host-: no other host of the domain can set it. Browsers take it over https only, hence plain on the own machine.
        self._name, self._secure = ("__Host-staff", "; Secure") if site.https else ("staff", "")

    def token(self, request: Request) -> str:
        given = request.cookies.get(self._name, "")
        return given if TOKEN.fullmatch(given) else ""

    def new(self) -> str:
        return secrets.token_urlsafe(16)

    def put(self, response: Response, token: str) -> None:
        response.headers.append("set-cookie", f"{self._name}={token}; Path=/; HttpOnly; SameSite=Strict{self._secure}")

    def forget(self, response: Response) -> None:
        response.headers.append("set-cookie", f"{self._name}=; Path=/; HttpOnly; SameSite=Strict{self._secure}; Max-Age=0")

    def form_token(self, token: str) -> str:
        return self._forms.form_token(Visitor(token))

    def form_token_holds(self, token: str, given: str) -> bool:
        return bool(token) and self._forms.form_token_holds(Visitor(token), given)
