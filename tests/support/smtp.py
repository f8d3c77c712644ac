"""A mail server on loopback that speaks SMTP, keeps what it is given, and fails on demand.

async with a_mail_server() as server:
    server.fails("rcpt", "550 5.1.1 no such user")    # the next one
    server.fails("data", TAKES_AND_DROPS)             # the message is kept, the line breaks before the answer
"""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HANGS, DROPS, TAKES_AND_DROPS = "hangs", "drops", "takes and drops"
# A key for tests only, self-signed for localhost and 127.0.0.1, made with `openssl req -x509 -days 36500`.
KEY = Path(__file__).with_name("loopback.pem")


@dataclass(frozen=True, slots=True)
class Mail:
    sender: str
    to: list[str]
    raw: bytes
    encrypted: bool

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)  # type: ignore[return-value]

    @property
    def text(self) -> str:
        return self.message.get_content().replace("\r\n", "\n")


@dataclass(slots=True)
class MailServer:
    """`mails` are those that a real server would deliver. Stages that can fail: connect, ehlo, mail, rcpt, data, quit."""

    login: tuple[str, str] | None = None
    security: str = "none"
    port: int = 0
    mails: list[Mail] = field(default_factory=list)
    open_lines: int = 0
    most_lines: int = 0
    _faults: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    _never: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        scheme = "smtps" if self.security == "tls" else "smtp"
        who = ":".join(self.login) + "@" if self.login else ""
        return f"{scheme}://{who}127.0.0.1:{self.port}?starttls={int(self.security == 'starttls')}"

    def fails(self, stage: str, fault: str, times: int = 1) -> None:
        """Let the stage answer with that reply, or hang, or drop the line, so many times."""
        self._faults.setdefault(stage, []).append((fault, times))

    async def replies(self, stage: str, line: asyncio.Transport) -> str:
        """Return the reply of the fault, '' when all is well; hanging and dropping happen here."""
        return await self._carry_out(self._fault(stage), line)

    def _fault(self, stage: str) -> str:
        waiting = self._faults.get(stage)
        if not waiting:
            return ""
        fault, times = waiting.pop(0)
        if times > 1:
            waiting.insert(0, (fault, times - 1))
        return fault

    async def _carry_out(self, fault: str, line: asyncio.Transport) -> str:
        if fault in (DROPS, TAKES_AND_DROPS):
            line.abort()
        if fault in (HANGS, DROPS, TAKES_AND_DROPS):
            await self._never.wait()
        return fault

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword) and self.login
        return AuthResult(success=(given.login.decode(), given.password.decode()) == self.login, handled=False)

    # --- hooks of aiosmtpd ---

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, name: str, said: list[str]) -> list[str]:
        reply = await self.replies("ehlo", server.transport)
        session.host_name = name
        return [reply] if reply else said

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        reply = await self.replies("mail", server.transport)
        envelope.mail_from = address
        return reply or "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        reply = await self.replies("rcpt", server.transport)
        if not reply:
            envelope.rcpt_tos.append(address)
        return reply or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        fault = self._fault("data")
        if fault in ("", TAKES_AND_DROPS):
            self._keep(session, envelope)
        return await self._carry_out(fault, server.transport) or "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return await self.replies("quit", server.transport) or "221 Bye"

    def _keep(self, session: Session, envelope: Envelope) -> None:
        assert isinstance(envelope.content, bytes)
        encrypted = session.ssl is not None or self.security == "tls"
        self.mails.append(Mail(envelope.mail_from or "", list(envelope.rcpt_tos), envelope.content, encrypted))


class _Line(SMTP):
    """One connection; counts itself, and may be cut before it says a word."""

    def __init__(self, server: MailServer, **options: Any) -> None:
        super().__init__(server, hostname="mail.test", **options)
        self._stand_in = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self.transport is None:  # else the same line again, now encrypted
            self._stand_in.open_lines += 1
            self._stand_in.most_lines = max(self._stand_in.most_lines, self._stand_in.open_lines)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._stand_in.open_lines -= 1
        super().connection_lost(error)

    async def _handle_client(self) -> None:
        if reply := await self._stand_in.replies("connect", self.transport):
            await self.push(reply)
            self.transport.close()
            return
        await super()._handle_client()


def trusting() -> ssl.SSLContext:
    """Return what a client needs to trust the stand-in."""
    return ssl.create_default_context(cafile=str(KEY))


@asynccontextmanager
async def a_mail_server(*, login: tuple[str, str] | None = None, security: str = "none") -> AsyncIterator[MailServer]:
    """A server on a free port. `security`: none, starttls or tls; with a `login` nothing goes without it."""
    server = MailServer(login=login, security=security)
    context = None
    if security != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(KEY)
    options: dict[str, Any] = {"tls_context": context if security == "starttls" else None}
    if login:
        options |= {"authenticator": server.authenticate, "auth_required": True, "auth_require_tls": security == "starttls"}
    loop = asyncio.get_running_loop()
    lines: list[_Line] = []

    def line() -> _Line:
        with warnings.catch_warnings():  # that a login without STARTTLS is unwise: here the line is encrypted from the start
            warnings.simplefilter("ignore")
            lines.append(_Line(server, loop=loop, **options))
        return lines[-1]

    listening = await loop.create_server(line, "127.0.0.1", 0, ssl=context if security == "tls" else None)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for one in lines:
            if one._handler_coroutine:
                one._handler_coroutine.cancel()
            if one.transport:
                one.transport.abort()
        await asyncio.gather(*(one._handler_coroutine for one in lines if one._handler_coroutine), return_exceptions=True)
        await listening.wait_closed()
