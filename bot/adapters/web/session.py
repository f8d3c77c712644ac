"""Who is writing: a random token in a session cookie, known to the store only by its hash.

Nothing is stored for a visitor who only looks. The token never leaves the cookie; the address cannot be turned back into it.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from bot.adapters.web import CHANNEL
from bot.adapters.web.ports import Site
from bot.domain.events import Address

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")  # 128 bits
_MAC_CHARS = 32


@dataclass(frozen=True, slots=True)
class Visitor:
    token: str

    @property
    def address(self) -> Address:
        return Address(CHANNEL, sha256(self.token.encode()).hexdigest())

    def event_id(self, client_id: str, what: str) -> str:
        """Return the same id for the same press of the same page, so that a repeat is recognised."""
        return sha256(f"{self.token}\n{client_id}\n{what}".encode()).hexdigest()[:32]


class Sessions:
    """Reads and writes the two cookies: the visitor's token, and the language of the last page."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._key = hmac.digest(site.secret, b"web forms", "sha256")
        prefix = "__Host-" if site.https else ""
        self._visitor, self._language = f"{prefix}visitor", f"{prefix}language"

    def visitor(self, request: Request) -> Visitor | None:
        token = request.cookies.get(self._visitor, "")
        return Visitor(token) if TOKEN.fullmatch(token) else None

    def new(self) -> Visitor:
        return Visitor(secrets.token_urlsafe(16))

    def language(self, request: Request) -> str:
        return request.cookies.get(self._language, "")

    def remember(self, response: Response, visitor: Visitor) -> None:
        self._set(response, self._visitor, visitor.token)

    def remember_language(self, response: Response, code: str) -> None:
        self._set(response, self._language, code)

    def forget(self, response: Response) -> None:
        self._set(response, self._visitor, "", "; Max-Age=0")
        self._set(response, self._language, "", "; Max-Age=0")

    def form_token(self, visitor: Visitor) -> str:
        """Return a token for forms of this visitor. It differs each time, so that compression gives nothing away."""
        salt = secrets.token_hex(4)
        return salt + self._mac(visitor, salt)

    def form_token_holds(self, visitor: Visitor, given: str) -> bool:
        return hmac.compare_digest(given[8:].encode(), self._mac(visitor, given[:8]).encode())

    def _mac(self, visitor: Visitor, salt: str) -> str:
        return hmac.new(self._key, f"{salt}{visitor.token}".encode(), "sha256").hexdigest()[:_MAC_CHARS]

    def _set(self, response: Response, name: str, value: str, more: str = "") -> None:
        # By hand: http.cookies learns Partitioned only with Python 3.14. In a frame of another site a browser takes
        # the cookie only with these three words together.
        kind = "SameSite=None; Secure; Partitioned" if self._site.embedded else "SameSite=Lax"
        secure = "; Secure" if self._site.https and not self._site.embedded else ""
        response.headers.append("set-cookie", f"{name}={value}; Path=/; HttpOnly; {kind}{secure}{more}")
