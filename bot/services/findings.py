"""What the finder made of words that wait in the inbox. Kept by event, without the words, until the event is handled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TypedDict

from bot.domain.conversation import Found, Prepared
from bot.domain.events import AnswerWanted, Event, FileReceived, ForwardReceived, TextEdited, TextReceived
from bot.services.receipts import Receipts

AT_MOST = 5_000
_WORDED = TextReceived | TextEdited | ForwardReceived | FileReceived | AnswerWanted


class Known(TypedDict):
    found: Found | None
    prepared: Prepared | None


Finder = Callable[[str], Awaitable[Found]]


class Findings:
    def __init__(self, finder: Finder, receipts: Receipts | None = None) -> None:
        self._finder = finder
        self._receipts = receipts
        self._of: dict[str, Found] = {}
        self._prepared: dict[str, Prepared] = {}

    async def look(self, event: Event) -> Found | None:
        """Find and return what the words of the event ask for, where it has any."""
        if self._receipts and (prepared := await self._receipts.prepare(event)):
            self._prepared[_key(event)] = prepared
        if not _words(event) or _key(event) in self._of:
            return self._of.get(_key(event))
        found = await self._finder(_words(event))
        while len(self._of) >= AT_MOST:  # looked for again when its turn comes
            del self._of[next(iter(self._of))]
        self._of[_key(event)] = found
        return found

    def of(self, event: Event) -> Known:
        """Return what is known of the event, as parts of its frame."""
        return {"found": self._of.get(_key(event)), "prepared": self._prepared.get(_key(event))}

    def lacks(self, event: Event) -> bool:
        """Return whether the event has words that nobody has looked at: another process stored it, or one that died."""
        return bool(_words(event)) and _key(event) not in self._of

    def forget(self, events: Iterable[Event]) -> None:
        for event in events:
            self._of.pop(_key(event), None)
            self._prepared.pop(_key(event), None)


def _words(event: Event) -> str:
    return event.words.strip() if isinstance(event, _WORDED) else ""


def _key(event: Event) -> str:
    return f"{event.sender.channel}:{event.id}"
