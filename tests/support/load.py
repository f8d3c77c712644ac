"""Many people at once: a closed loop (each writes again when answered) or an open one (so many messages a second).

Runs inside the stand-in's process, so that the time from "update handed over" to "answer arrived" is what is measured.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from tests.support.bot_api import BotApi, Chat
from tests.support.town import Town


@dataclass(slots=True)
class Figures:
    """`lost`: questions unanswered when the time and the grace after it were over. `extra`: answers nobody waited for."""

    answers: int = 0
    seconds: float = 0.0
    lost: int = 0
    extra: int = 0
    latencies: list[float] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        ordered = sorted(self.latencies) or [0.0]

        def at(share: float) -> float:
            return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000, 2)

        return {
            "answers": self.answers,
            "seconds": round(self.seconds, 3),
            "per_s": round(self.answers / self.seconds, 1) if self.seconds else 0.0,
            "p50_ms": at(0.5),
            "p99_ms": at(0.99),
            "max_ms": at(1.0),
            "lost": self.lost,
            "extra": self.extra,
        }


class Load:
    def __init__(self, api: BotApi, words: list[str], town: Town | None = None) -> None:
        self.api = api
        self.town = town or Town(api)
        self._words = itertools.cycle(words)
        self._waiting: dict[int, deque[float]] = {}
        self._figures = Figures()
        self._ends = 0.0
        self._again = True

    async def run(self, *, people: int, seconds: float, rate: float = 0.0, grace: float = 5.0) -> dict[str, Any]:
        """Return the figures. `rate` 0: closed loop of that many people; else that many messages a second in turn."""
        crowd = [self.town.person(f"load {n}") for n in range(people)]
        kept, self.api.on_message = self.api.on_message, self._answered
        began = time.perf_counter()
        self._ends = began + seconds
        self._again = not rate
        try:
            if rate:
                await self._open(crowd, seconds, rate)
            else:
                for person in crowd:
                    self._ask(person.chat)
                await asyncio.sleep(seconds)
            self._figures.seconds = time.perf_counter() - began
            await self._settle(grace)
        finally:
            self.api.on_message = kept
        self._figures.lost = sum(map(len, self._waiting.values()))
        return self._figures.as_json()

    async def _open(self, crowd: list[Any], seconds: float, rate: float) -> None:
        began = time.perf_counter()
        for number in range(int(seconds * rate)):
            due = began + number / rate
            if (pause := due - time.perf_counter()) > 0:
                await asyncio.sleep(pause)
            self._ask(crowd[number % len(crowd)].chat)

    async def _settle(self, grace: float) -> None:
        until = time.perf_counter() + grace
        while any(self._waiting.values()) and time.perf_counter() < until:
            await asyncio.sleep(0.01)

    def _ask(self, chat: Chat) -> None:
        self._waiting.setdefault(chat.id, deque()).append(time.perf_counter())
        message = {
            "message_id": self.api.next_message_id(),
            "from": {"id": chat.id, "is_bot": False, "first_name": chat.title, "language_code": "uk"},
            "chat": chat.as_json(),
            "date": int(time.time()),
            "text": next(self._words),
        }
        self.api.updates.push("message", message, str(chat.id))

    def _answered(self, chat: Chat, message: dict[str, Any]) -> None:
        chat.messages.clear()  # a long load would fill the memory
        chat.unseen.clear()
        asked = self._waiting.get(chat.id)
        if not asked:
            self._figures.extra += 1
            return
        now = time.perf_counter()
        self._figures.latencies.append(now - asked.popleft())
        if now < self._ends:
            self._figures.answers += 1
            if self._again:
                self._ask(chat)
