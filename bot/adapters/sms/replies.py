"""The way in for replies by SMS: a gateway posts each to us, with a secret that only it and we know.

POST /sms/replies, as a form or JSON with from, message and id (also sender, text, body and the like). The secret comes as
the password of basic authentication (https://gateway:SECRET@…/sms/replies, for gateways that are given an address only), as
`Authorization: Bearer SECRET`, as `X-Reply-Secret: SECRET`, or, last, as `?secret=SECRET`, which gets into a proxy's logs.

204 when the reply is on disk, or is none (no number to answer to); 503 when it could not be stored, then the gateway posts
it again; 401, 400, 405, 413 for what no gateway of ours sends. `bot.domain.take.taken_code` reads the words.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl

import structlog

from bot.domain.events import Address, TextReceived
from bot.domain.phones import e164
from bot.services.ports import Clock, Inlet, StoreUnavailable

log = structlog.get_logger()

REPLY_PATH = "/sms/replies"
SECRET_AT_LEAST = 16
MAX_BODY = 64 * 1024
WORDS_AT_MOST = 2_000

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_FROM = ("from", "sender", "originator", "msisdn")
_WORDS = ("message", "text", "body", "content")
_ID = ("id", "messageid", "messagesid", "message_id", "smsid")


class SmsReplies:
    """An ASGI app for the one path. Every reply becomes a TextReceived of `sms:+46…`, unique by the gateway's id."""

    def __init__(self, inlet: Inlet, secret: str, *, clock: Clock) -> None:
        if len(secret) < SECRET_AT_LEAST:
            raise ValueError("without a secret anybody could take a case")
        self._inlet = inlet
        self._secret = secret.encode()
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        status = await self._status(scope, receive)
        if status >= 400:
            log.warning("sms_reply_refused", status=status)
        await send({"type": "http.response.start", "status": status, "headers": [(b"cache-control", b"no-store")]})
        await send({"type": "http.response.body", "body": b""})

    async def _status(self, scope: Scope, receive: Receive) -> int:
        headers = {name.decode("latin-1").lower(): value for name, value in scope["headers"]}
        if scope["method"] != "POST":
            return 405
        if not hmac.compare_digest(_given_secret(headers, scope["query_string"]), self._secret):
            return 401
        body = await _read(receive)
        if body is None:
            return 413
        fields = _fields(body, headers.get("content-type", b"").decode("latin-1"))
        words = _first(fields, _WORDS)
        sender = _first(fields, _FROM)
        if not sender or not words:
            return 400
        number = e164(sender)
        if not number:
            log.info("sms_reply_ignored", reason="no number")
            return 204
        return await self._stored(self._event(number, words[:WORDS_AT_MOST], _first(fields, _ID)))

    def _event(self, number: str, words: str, id: str) -> TextReceived:
        now = self._clock.now()
        # A gateway without ids may bring a reply twice. Taking a case twice does no harm, losing one does.
        unique = id or f"{now.isoformat()} {number} {words}"
        return TextReceived(hashlib.sha256(unique.encode()).hexdigest()[:32], now, Address("sms", number), words)

    async def _stored(self, event: TextReceived) -> int:
        try:
            await self._inlet.accept(event)
        except StoreUnavailable as fault:
            log.error("sms_reply_not_stored", error=type(fault).__name__)
            return 503
        return 204


def _given_secret(headers: Mapping[str, bytes], query: bytes) -> bytes:
    kind, _, value = headers.get("authorization", b"").partition(b" ")
    if kind.lower() == b"bearer":
        return value.strip()
    if kind.lower() == b"basic":
        try:
            return base64.b64decode(value, validate=True).partition(b":")[2]
        except binascii.Error:
            return b""
    return headers.get("x-reply-secret") or (parse_qs(query).get(b"secret") or [b""])[0]


async def _read(receive: Receive) -> bytes | None:
    """Return the body, None when it is longer than any SMS or the line broke before its end."""
    parts: list[bytes] = []
    while True:
        part = await receive()
        if part["type"] != "http.request":
            return None
        parts.append(part.get("body", b""))
        if sum(map(len, parts)) > MAX_BODY:
            return None
        if not part.get("more_body"):
            return b"".join(parts)


def _fields(body: bytes, kind: str) -> Mapping[str, str]:
    """Return the fields by their names in small letters; those that are no text are left out."""
    text = body.decode("utf-8", "replace")
    if "json" in kind:
        try:
            given = json.loads(text)
        except (ValueError, RecursionError):
            return {}
        pairs = given.items() if isinstance(given, dict) else ()
    else:
        try:
            pairs = parse_qsl(text, max_num_fields=100)
        except ValueError:
            return {}
    return {str(name).lower(): value for name, value in pairs if isinstance(value, str)}


def _first(fields: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((fields[name].strip() for name in names if fields.get(name, "").strip()), "")
