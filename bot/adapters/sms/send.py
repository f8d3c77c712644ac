"""The sending half of SMS: one delivery is one call to the gateway, and at most so many SMS."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson
import structlog

from bot.adapters.sms.template import Template, gateway_url
from bot.domain.events import Address
from bot.domain.messages import Capabilities, Rendered, unpacked
from bot.domain.outbox import Delivery, Outcome, Refused, RetryAt, Sent, Unknown, backoff
from bot.domain.phones import e164
from bot.domain.plain_text import ways_on, words
from bot.domain.sms import fitted, joined
from bot.services.ports import Clock

log = structlog.get_logger()

LINE_S, CONNECT_S, ANSWER_S = 10.0, 5.0, 20.0  # together well within the lease of a delivery (60 s)
WAIT_AT_MOST = timedelta(minutes=5)  # whatever a gateway asks for: a page is worth a try
ANSWER_AT_MOST = 64 * 1024
_LATER = (408, 425, 429)


class SmsGateway:
    """The key of an SMS address is the number, in any common form. `url` may carry a user and a password."""

    channel = "sms"
    capabilities = Capabilities(has_header=True, can_ask_location=False, can_press=False)

    def __init__(
        self,
        url: str,
        template: Template,
        *,
        sender: str,
        clock: Clock,
        segments: int = 3,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._url, self._login = gateway_url(url)
        self._template = template
        self._sender = sender
        self._clock = clock
        self._segments = segments
        self._answer_s = answer_s
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def is_group(self, address: Address) -> bool:
        return False

    async def send(self, delivery: Delivery) -> Outcome:
        to = e164(delivery.to.key)
        if not to:
            return Refused("no number", gone=True)
        try:
            status, headers, answer = await self._call(to, self._text(unpacked(delivery.body)), f"sms-{delivery.id}")
        except (aiohttp.ClientError, OSError, TimeoutError) as fault:
            return self._broken(fault, delivery)
        return self._answered(status, headers, answer, delivery)

    async def unreachable(self) -> str:
        """Return a word for what is in the way, '' when the gateway's door opens. Sends nothing, not even the login."""
        parts = urlsplit(self._url)
        secure = parts.scheme == "https"
        try:
            async with asyncio.timeout(CONNECT_S):
                _, line = await asyncio.open_connection(parts.hostname, parts.port or (443 if secure else 80), ssl=secure or None)
        except (OSError, TimeoutError) as fault:
            return "timeout" if isinstance(fault, TimeoutError) else type(fault).__name__
        line.close()
        with suppress(OSError):
            await line.wait_closed()
        return ""

    def _text(self, rendered: Rendered) -> str:
        said = re.sub(r"\n{2,}", "\n", words(rendered))
        last = "\n".join(ways_on(rendered))
        text = fitted(said, last, self._segments)
        if text != joined(said, last):  # a page should be written so that it fits
            log.warning("sms_shortened", channel=self.channel)
        return text

    async def _call(self, to: str, text: str, id: str) -> tuple[int, Mapping[str, str], bytes]:
        if self._session is None:
            # No kept lines: one that closes just as we write would leave it unknown whether the page went out.
            connector = aiohttp.TCPConnector(limit=8, force_close=True)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        values = {"to": to, "digits": to.lstrip("+"), "text": text, "from": self._sender, "id": id}
        request = self._template.filled(self._url, values)
        limits = aiohttp.ClientTimeout(
            total=LINE_S + self._answer_s + 5, connect=LINE_S, sock_connect=CONNECT_S, sock_read=self._answer_s
        )
        async with self._session.request(
            request.method,
            request.url,
            data=request.body or None,
            headers={**self._login, **request.headers},
            timeout=limits,
            allow_redirects=False,
        ) as answer:
            body = b""
            with suppress(aiohttp.ClientError, OSError, TimeoutError):  # the status says it all
                body = await answer.content.read(ANSWER_AT_MOST)
            return answer.status, answer.headers, body

    def _answered(self, status: int, headers: Mapping[str, str], answer: bytes, delivery: Delivery) -> Outcome:
        said = _parsed(answer)
        if 200 <= status < 300 and said.get("status") not in ("failed", "error"):
            return Sent(str(said.get("id") or said.get("sid") or "")[:80])
        if status in _LATER or status >= 500:
            return RetryAt(self._clock.now() + self._wait(headers, delivery), str(status))
        # Not the number alone may be at fault, but our account, our money or our template: a person has to look.
        log.error("sms_refused", status=status, lane=delivery.lane, alarm=True)
        if status == 401:
            return RetryAt(self._clock.now() + self._wait(headers, delivery), "login")
        return Refused(str(status))

    def _wait(self, headers: Mapping[str, str], delivery: Delivery) -> timedelta:
        least = backoff(max(1, delivery.attempts))
        asked = headers.get("Retry-After", "").strip()
        wait = least
        if asked.isdecimal():
            wait = timedelta(seconds=min(int(asked[:9]), 10**6))
        elif asked:
            with suppress(ValueError):
                when = parsedate_to_datetime(asked)
                wait = (when if when.tzinfo else when.replace(tzinfo=UTC)) - self._clock.now()
        return max(least, min(wait, WAIT_AT_MOST))

    def _broken(self, fault: Exception, delivery: Delivery) -> Outcome:
        word = type(fault).__name__
        log.info("sms_send_failed", error=word, attempt=delivery.attempts)
        later: datetime = self._clock.now() + backoff(max(1, delivery.attempts))
        match fault:
            case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientConnectorSSLError() | aiohttp.InvalidURL():
                log.error("sms_gateway_not_trusted", error=word, alarm=True)
                return RetryAt(later, word)
            case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
                return RetryAt(later, "NotSent")
        return Unknown("timeout" if isinstance(fault, TimeoutError) else word)


def _parsed(answer: bytes) -> Mapping[str, Any]:
    try:
        said = orjson.loads(answer)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
