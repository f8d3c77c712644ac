"""A member of staff at a browser without eyes: signs in with password and digits, keeps cookies, sends forms.

anna = await Clerk.hired(whole, "Anna", "norrkoping")
await anna.enters()
await anna.opens("/staff/queue")
"""

from __future__ import annotations

import base64
import html
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import httpx
import sqlalchemy as sa

from bot.adapters import totp
from bot.adapters.store.case_tables import sessions
from bot.domain import passes
from bot.domain.people import Role, Staff
from bot.domain.routing import ALWAYS, Unit
from bot.services.sign_in import INVITE, INVITE_LIVES

PASSWORD = "granne tvål månsken kofta"


async def a_unit(whole: Any, id: str, *places: str, kind: str = ALWAYS) -> str:
    unit = Unit(id, f"Socialtjänsten {id}", kind, frozenset(places or (id,)))
    await whole.service.store.write(lambda tx: tx.people.put_unit(unit))
    return id


class Clerk:
    everybody: ClassVar[list[Clerk]] = []

    def __init__(self, whole: Any, id: int, sign_in: str, invitation: str) -> None:
        self.whole, self.id, self.sign_in, self.invitation = whole, id, sign_in, invitation
        headers = {"Accept-Language": "en", "Sec-Fetch-Site": "same-origin"}
        self.http = httpx.AsyncClient(base_url=whole.url, headers=headers, timeout=60)  # all texts are checked in some answers
        self.secret = b""
        self.text, self.form = "", {}
        self.used = 0
        self.everybody.append(self)

    @classmethod
    async def hired(cls, whole: Any, name: str, unit: str, *roles: Role, language: str = "en") -> Clerk:
        """Return somebody with an invitation in their hand."""
        token, now, sign_in = passes.token(secrets.token_bytes(16)), datetime.now(UTC), f"{name.lower()}.{unit}"

        def work(tx: Any) -> int:
            if unit not in {u.id for u in tx.people.units()}:
                tx.people.put_unit(Unit(unit, f"Socialtjänsten {unit}", ALWAYS, frozenset({unit})))
            person = tx.people.add_staff(Staff(0, unit, name, frozenset(roles or (Role.ON_CALL,)), language), sign_in, now)
            tx.reports.put_link(passes.mark(token), INVITE, person, now + INVITE_LIVES)
            return person

        return cls(whole, await whole.service.store.write(work), sign_in, token)

    async def opens(self, path: str, **headers: str) -> httpx.Response:
        response = await self.http.get(path, headers=headers, follow_redirects=True)
        self.text = html.unescape(response.text)
        fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', response.text)
        self.form = {name: html.unescape(value) for name, value in fields if name in ("csrf", "kept", "next")} or self.form
        return response

    async def sends(self, path: str, **fields: str) -> httpx.Response:
        response = await self.http.post(path, data={**self.form, **fields}, follow_redirects=True)
        self.text = html.unescape(response.text)
        return response

    def digits(self) -> str:
        """Return the app's digits, each time those of a later step: a real person waits for the next ones."""
        step = max(int(datetime.now(UTC).timestamp()) // 30 - 1, self.used + 1)
        self.used = step
        return totp.digits(self.secret, step)

    async def joins(self, password: str = PASSWORD) -> httpx.Response:
        """Use the invitation."""
        path = f"/staff/invite/{self.invitation}"
        await self.opens(path)
        typed = re.search(r"<code>([A-Z2-7 ]+)</code>", self.text)
        assert typed, self.text
        self.secret = _bytes(typed[1])
        return await self.sends(path, password=password, again=password, digits=self.digits())

    async def enters(self, password: str = PASSWORD, digits: str = "") -> httpx.Response:
        await self.opens("/staff/sign-in")
        return await self.sends("/staff/sign-in", name=self.sign_in, password=password, digits=digits or self.digits())

    async def lets_herself_in(self) -> Clerk:
        """Sign in by the back door, where the test is about something else."""
        token = await self.whole.service.store.write(lambda tx: self.whole.service.console.sign_in.let_in(tx, self.id))
        self.http.cookies.set("staff", token)
        return self

    async def sits_still(self, minutes: float, since_sign_in: float = 0) -> None:
        """Do nothing for so long. `since_sign_in`: minutes, at least those."""
        now = datetime.now(UTC)
        ago = {"seen_at": now - timedelta(minutes=minutes), "created_at": now - timedelta(minutes=max(minutes, since_sign_in))}
        mine = sa.update(sessions).where(sessions.c.staff == self.id)
        await self.whole.service.store.write(lambda tx: tx.connection.execute(mine.values(**ago)))


def _bytes(typed: str) -> bytes:
    plain = typed.replace(" ", "")
    return base64.b32decode(plain + "=" * (-len(plain) % 8))
