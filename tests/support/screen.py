"""What a person or a group has before them: the messages, the buttons, and what nobody has looked at yet."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from tests.support.bot_api import Chat

if TYPE_CHECKING:
    from tests.support.town import Town

WAIT_S = 10.0


def words(message: dict[str, Any]) -> str:
    return message.get("text") or message.get("caption") or ""


def buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [b for row in message.get("reply_markup", {}).get("inline_keyboard", []) for b in row]


def on_lock_screen(message: dict[str, Any]) -> str:
    """Return what a notification shows of it: Telegram leaves out words under a spoiler, and every button."""
    units = words(message).encode("utf-16-le")
    for entity in message.get("entities", []):
        if entity["type"] == "spoiler":
            first, last = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
            units = units[:first] + "▒".encode("utf-16-le") * entity["length"] + units[last:]
    return units.decode("utf-16-le").replace("▒", "")


class Screen:
    """What a person or a group has before them."""

    def __init__(self, town: Town, chat: Chat) -> None:
        self.town = town
        self.api = town.api
        self.chat = chat

    @property
    def name(self) -> str:
        return self.chat.title

    @property
    def received(self) -> list[dict[str, Any]]:
        """The bot's messages, oldest first."""
        return [m for _, m in sorted(self.chat.messages.items()) if m["from"]["is_bot"]]

    @property
    def last(self) -> dict[str, Any]:
        """The bot's newest message; looked at by this."""
        assert self.received, f"{self.name} has nothing from the bot"
        message = self.received[-1]
        self.chat.unseen.discard(message["message_id"])
        return message

    def sees(self, text: str) -> dict[str, Any]:
        """Return the newest message with these words, ignoring case. Fails with the screen."""
        for message in reversed(self.received):
            if text.casefold() in words(message).casefold():
                self.chat.unseen.discard(message["message_id"])
                return message
        raise AssertionError(f"{self.name} does not see {text!r}.\n{self.screen()}")

    def does_not_see(self, text: str) -> None:
        found = [m for m in self.received if text.casefold() in words(m).casefold()]
        assert not found, f"{self.name} sees {text!r}.\n{self.screen()}"

    def looks_at_all(self) -> list[str]:
        """Return the words of every message of the bot; all are looked at by this."""
        self.chat.unseen.clear()
        return [words(m) for m in self.received]

    def screen(self) -> str:
        """Return what is to be seen, as text: the last eight messages with their buttons."""
        lines = [f"On the screen of {self.name}:"]
        for _, message in sorted(self.chat.messages.items())[-8:]:
            who = "bot" if message["from"]["is_bot"] else message["from"]["first_name"]
            lines.append(f"  {who}: {words(message) or next(iter(set(message) & {'location', 'photo', 'voice'}), '…')}")
            lines.extend(
                "      " + " ".join(f"[{b['text']}]" for b in row)
                for row in message.get("reply_markup", {}).get("inline_keyboard", [])
            )
        if self.chat.reply_keyboard:
            lines.append("  keyboard: " + " ".join(f"[{label_of(b)}]" for b in keys(self.chat)))
        return "\n".join(lines)

    async def answered(self, count: int = 1, within: float = WAIT_S) -> dict[str, Any]:
        """Wait until the bot has written `count` messages that nobody has looked at, and return the newest."""
        await self._until(lambda: len(self.chat.unseen) >= count, within, f"{count} new message(s)")
        return self.received[-1]

    async def waits_for(self, text: str, within: float = WAIT_S) -> dict[str, Any]:
        """Wait until these words are on the screen."""
        await self._until(lambda: any(text.casefold() in words(m).casefold() for m in self.received), within, repr(text))
        return self.sees(text)

    async def _until(self, true: Any, within: float, what: str) -> None:
        deadline = time.monotonic() + within
        while not true():
            self.chat.changed.clear()
            try:
                await asyncio.wait_for(self.chat.changed.wait(), max(deadline - time.monotonic(), 0))
            except TimeoutError:
                raise AssertionError(f"{self.name} waited {within} s for {what}.\n{self.screen()}") from None


def keys(chat: Chat) -> list[Any]:
    return [key for row in (chat.reply_keyboard or {}).get("keyboard", []) for key in row]


def label_of(key: Any) -> str:
    return key if isinstance(key, str) else key["text"]
