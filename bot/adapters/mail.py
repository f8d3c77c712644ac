"""Mail, a way to reach staff: one delivery is one plain-text message handed to an SMTP server.

A repeat carries the Message-ID of the first, so that mail systems can show or drop it as the same. Where the server cannot
be reached securely nothing is sent: never a password or a page in the clear over a net.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, formataddr, parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
import structlog

from bot.domain.events import Address
from bot.domain.messages import Capabilities, Rendered, unpacked
from bot.domain.outbox import Delivery, Outcome, Refused, RetryAt, Sent, Unknown, backoff
from bot.domain.plain_text import first_line, ways_on, words
from bot.services.ports import Clock

log = structlog.get_logger()

SUBJECT_AT_MOST = 78  # RFC 5322, 2.1.1: a line should have no more
AT_ONCE = 4  # servers refuse a client that opens many connections
# A send has to end within the lease of its delivery (60 s), waiting for a free line included. The most goes to the server's
# look at the message: one that is always slower would get every page again and again.
STEP_S, DATA_S, GOODBYE_S = 8.0, 30.0, 2.0
LOOPBACK = ("localhost", "127.0.0.1", "::1")

# RFC 3463: the mailbox or its domain is not there (X.1.x) or is disabled (X.2.1); all else is about this message or about us.
_NO_SUCH_MAILBOX = re.compile(r"\b5\.(?:1\.(?:1|2|3|6|10)|2\.1)\b")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


class _HandedOver(Exception):
    """The line broke or went quiet after the message had begun to go out."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """`security`: tls from the first byte, starttls, or none (this machine, or a relay without a password)."""

    host: str
    port: int
    security: str
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def from_url(cls, url: str) -> SmtpServer:
        """Return the server of `smtp://user:password@host:587?starttls=1` or `smtps://…`. Raises ValueError.

        Plain smtp:// means STARTTLS except to this machine; `?starttls=0` switches it off where there is no password.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("must be like smtp://user:password@mail.example.se:587?starttls=1 or smtps://…")
        asked = parse_qs(parts.query).get("starttls", [""])[-1]
        if parts.path.strip("/") or asked not in ("", "0", "1") or (parts.query and not asked):
            raise ValueError("may end in ?starttls=1 or ?starttls=0 and in nothing else")
        local = parts.hostname in LOOPBACK
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        wanted = asked == "1" or (asked == "" and not local)
        security = "tls" if parts.scheme == "smtps" else "starttls" if wanted else "none"
        if security == "none" and password and not local:
            raise ValueError("would send the password in the clear; leave ?starttls=0 out, or use smtps://")
        try:
            port = parts.port or (465 if security == "tls" else 587)
        except ValueError:  # its own words would quote a piece of the password
            raise ValueError("has no such port; in a password write / as %2F, @ as %40, : as %3A") from None
        return cls(parts.hostname, port, security, user, password)


def mail_address(raw: str) -> str:
    """Return the address of `Larm <larm@example.se>`, its domain in ASCII; '' where it is none."""
    address = parseaddr(raw)[1] if raw.isprintable() else ""
    local, at, domain = address.rpartition("@")
    with suppress(UnicodeError):
        address = f"{local}{at}{domain.encode('idna').decode()}"
    return address if _ADDRESS.fullmatch(address) else ""


class MailGateway:
    """`sender` is what stands in From, with or without a name. The key of a mail address is the address itself."""

    channel = "mail"
    capabilities = Capabilities(has_header=True, can_ask_location=False, can_press=False, can_reply=False)

    def __init__(
        self,
        server: SmtpServer,
        sender: str,
        *,
        clock: Clock,
        step_s: float = STEP_S,
        data_s: float = DATA_S,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._server = server
        self._sender = sender
        self._from = mail_address(sender)
        if not self._from:
            raise ValueError("the sender is no mail address")
        self._clock = clock
        self._step_s = step_s
        self._data_s = data_s
        self._trust = trust
        self._lines = asyncio.Semaphore(AT_ONCE)

    async def close(self) -> None:
        """Nothing stays open between two messages."""

    def is_group(self, address: Address) -> bool:
        return False

    async def send(self, delivery: Delivery) -> Outcome:
        to = mail_address(delivery.to.key)
        if not to:
            return Refused("no address", gone=True)
        message = self._message(delivery, to).as_bytes(policy=WIRE)
        try:
            async with asyncio.timeout(self._step_s):
                await self._lines.acquire()
        except TimeoutError:
            return self._later("busy", delivery)
        try:
            return await self._hand_over(message, to)
        except (aiosmtplib.SMTPException, _HandedOver, OSError, TimeoutError) as fault:
            return self._outcome(fault, delivery)
        finally:
            self._lines.release()

    async def unreachable(self) -> str:
        """Return a word for what is in the way, '' when the server answers and takes our login. Sends no message."""
        try:
            async with self._connected():
                return ""
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as fault:
            return _word(fault)

    def _message(self, delivery: Delivery, to: str) -> EmailMessage:
        rendered = unpacked(delivery.body)
        message = EmailMessage(policy=WIRE)
        message["From"] = formataddr((parseaddr(self._sender)[0], self._from))
        message["To"] = to
        message["Subject"] = first_line(rendered, SUBJECT_AT_MOST) or "-"
        message["Date"] = format_datetime(self._clock.now())
        # The second of its making keeps apart two databases that both count from 1: else the younger one's page is dropped.
        made = int(delivery.created_at.timestamp())
        message["Message-ID"] = f"<{delivery.id}.{made:x}@{self._from.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers to a machine
        message["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
        if delivery.lane == "page":
            message["Importance"] = "high"
            message["X-Priority"] = "1"
        message.set_content(_body(rendered), cte="quoted-printable")
        message["Content-Language"] = rendered.language
        return message

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """Connect, secure the line and log in; hang up at the end. Raises aiosmtplib's and TimeoutError."""
        server = self._server
        smtp = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            local_hostname=socket.gethostname() or "localhost",  # not getfqdn, which may wait for a dead name server
            timeout=self._step_s,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=self._trust,
        )
        try:
            async with asyncio.timeout(self._step_s):
                await smtp.connect()
            yield smtp
        finally:
            smtp.close()

    async def _hand_over(self, message: bytes, to: str) -> Outcome:
        async with self._connected() as smtp:
            async with asyncio.timeout(self._step_s):
                await smtp.mail(self._from)
                await smtp.rcpt(to)
            try:
                async with asyncio.timeout(self._data_s):
                    await smtp.data(message, timeout=None)
            except (aiosmtplib.SMTPServerDisconnected, OSError, TimeoutError) as fault:
                raise _HandedOver from fault
            with suppress(aiosmtplib.SMTPException, OSError):
                await smtp.quit(timeout=min(GOODBYE_S, self._step_s))
            return Sent()

    def _outcome(self, fault: Exception, delivery: Delivery) -> Outcome:
        why = _word(fault)
        later = self._later(why, delivery)
        match fault:
            case _HandedOver():
                return Unknown(why)
            case aiosmtplib.SMTPRecipientRefused() if fault.code >= 500:
                gone = bool(_NO_SUCH_MAILBOX.search(fault.message))
                if not gone:
                    log.error("mail_refused", why=why, lane=delivery.lane, alarm=True)
                return Refused(why, gone=gone)
            case aiosmtplib.SMTPSenderRefused() | aiosmtplib.SMTPDataError() if fault.code >= 500:
                log.error("mail_refused", why=why, lane=delivery.lane, alarm=True)
                return Refused(why)
            case aiosmtplib.SMTPDataError() if fault.code < 400:  # an answer that nobody can read
                return Unknown(why)
            case aiosmtplib.SMTPResponseException() if 400 <= fault.code < 500:
                return later
            case aiosmtplib.SMTPServerDisconnected() | TimeoutError() | OSError():
                return later
        # Our login, our TLS or our name is refused: nothing was said about this message, and a person has to look.
        log.error("mail_server_refuses", why=why, lane=delivery.lane, alarm=True)
        return later

    def _later(self, why: str, delivery: Delivery) -> RetryAt:
        return RetryAt(self._clock.now() + backoff(max(1, delivery.attempts)), why)


def _body(rendered: Rendered) -> str:
    return "\n\n".join(filter(None, (words(rendered), "\n".join(ways_on(rendered))))) + "\n"


def _word(fault: Exception) -> str:
    """Return a word for the log: a reply code or a kind. The server's own words may quote the address."""
    if isinstance(fault, aiosmtplib.SMTPAuthenticationError):
        return "login"
    if isinstance(fault, aiosmtplib.SMTPResponseException):
        return str(fault.code)
    if isinstance(fault, _HandedOver):
        return "after DATA"
    if isinstance(fault.__cause__, ssl.SSLError):
        return "tls"
    return "timeout" if isinstance(fault, TimeoutError) else type(fault).__name__
