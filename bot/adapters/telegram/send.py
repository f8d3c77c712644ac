"""The sending half of Telegram: one delivery, one sendMessage, one outcome. Fulfils services.ports.Gateway."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Any

import structlog
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.adapters.telegram.markup import compose
from bot.adapters.telegram.request import PUBLIC_API, LeanBot
from bot.domain.events import Address
from bot.domain.messages import Capabilities, quotes_somebody, unpacked
from bot.domain.outbox import Delivery, Outcome, Refused, RetryAt, Sent, Unknown, backoff
from bot.services.ports import Clock

log = structlog.get_logger()

# 400s that say the address is dead. Everything else a 400 says is a fault of ours in this one message.
_GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "chat_write_forbidden", "group chat was deactivated")


KNOWN_AT_MOST = 2_000
NAME_S = 3.0
Composed = tuple[str, dict[str, Any] | None, int]


class TelegramGateway:
    channel = "telegram"
    capabilities = Capabilities(max_text=4096, can_share=True)

    def __init__(self, token: str, api_url: str = PUBLIC_API, *, clock: Clock) -> None:
        self.bot = LeanBot(token, api_url)
        self._clock = clock
        self._known: dict[tuple[str, str], Composed] = {}

    async def close(self) -> None:
        await self.bot.close_lines()

    async def named(self, key: str) -> str:
        """Return what the account calls itself, as Telegram shows it; '' when Telegram does not say within seconds."""
        try:
            async with asyncio.timeout(NAME_S):
                chat = await self.bot.call("getChat", chat_id=int(key))
        except (TelegramError, TimeoutError):
            return ""
        name = " ".join(filter(None, (chat.get("first_name"), chat.get("last_name"))))
        return f"{name} (@{chat['username']})" if chat.get("username") else name

    def is_group(self, address: Address) -> bool:
        return address.key.startswith("-")

    def _composed(self, delivery: Delivery) -> Composed:
        """Return the HTML, the keyboard and the message to reply to (0: none).

        Kept for our own texts, which are the same for many; never for a person's words.
        """
        if known := self._known.get((delivery.body, self.bot.own_name)):
            return known
        rendered = delivery.rendered or unpacked(delivery.body)
        html, markup = compose(rendered, self.bot.own_name, inline=self.bot.inline)
        composed = html, markup, int(rendered.reply_to) if rendered.reply_to.isdecimal() else 0
        wanted = sum(self.bot.inline or not choice.share for row in rendered.buttons for choice in row)
        if wanted and wanted != sum(map(len, (markup or {}).get("inline_keyboard", ()))):
            log.error("button_left_out", kind="telegram", alarm=True)
        if not quotes_somebody(rendered):
            if len(self._known) >= KNOWN_AT_MOST:
                self._known.clear()
            self._known[delivery.body, self.bot.own_name] = composed
        return composed

    async def send(self, delivery: Delivery) -> Outcome:
        html, markup, reply_to = self._composed(delivery)
        # The message may be gone by now: the answer is worth having without it.
        reply = {"reply_parameters": {"message_id": reply_to, "allow_sending_without_reply": True}} if reply_to else {}
        started = time.monotonic()
        outcome: Outcome
        try:
            result = await self.bot.call(
                "sendMessage",
                chat_id=int(delivery.to.key),
                text=html,
                parse_mode="HTML",
                link_preview_options={"is_disabled": True},
                reply_markup=markup,
                **reply,
            )
        except TelegramError as fault:
            outcome = self._outcome(fault, delivery)
            log.info("telegram_send_failed", error=type(fault).__name__, ms=_ms(started), attempt=delivery.attempts)
            return outcome
        return Sent(str(result.get("message_id", "")) if isinstance(result, dict) else "")

    def _outcome(self, fault: TelegramError, delivery: Delivery) -> Outcome:
        """BadRequest and TimedOut are kinds of NetworkError, so they are looked at before it."""
        later = self._clock.now() + backoff(max(1, delivery.attempts))
        match fault:
            case RetryAfter():
                pause = fault.retry_after
                wait = pause if isinstance(pause, timedelta) else timedelta(seconds=pause)
                return RetryAt(self._clock.now() + wait, "RetryAfter")
            case ChatMigrated():
                return Refused("ChatMigrated", moved_to=str(fault.new_chat_id))
            case Forbidden():
                return Refused("Forbidden", gone=True)
            case BadRequest():
                words = fault.message.lower()
                if any(said in words for said in _GONE):
                    return Refused("gone", gone=True)
                log.error("telegram_refused", why=_reason(words), alarm=True)
                return Refused("BadRequest")
            case InvalidToken() | EndPointNotFound():
                log.error("telegram_token_rejected", alarm=True)
                return RetryAt(later, "InvalidToken")
            case TimedOut():
                return Unknown(type(fault).__name__)
            case NetworkError():
                # NotSent and 5xx did nothing. Interrupted may have: a repeat is better than a silence, and rare.
                return RetryAt(later, type(fault).__name__)
        return Unknown(type(fault).__name__)  # an answer that nobody can read


_REASONS = (
    "can't parse entities", "message is too long", "message text is empty", "button_data_invalid", "button_text_invalid",
    "button url", "reply markup", "not enough rights", "topic_closed", "thread not found", "have no rights",
)  # fmt: skip


def _reason(words: str) -> str:
    """Return the known part of Telegram's words: the rest may quote the message."""
    return next((known for known in _REASONS if known in words), "other")


def _ms(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
