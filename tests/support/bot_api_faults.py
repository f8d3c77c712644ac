"""What goes wrong on demand, and how fast one may send: faults and flood limits of the stand-in.

api.faults.add("sendMessage", too_many(3))            # the next one
api.faults.add("sendMessage", blocked(), chat=5, times=None)
api.faults.add("*", every=10, fault=reset())
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """`drop`: '' , before (the line breaks and nothing was done) or after (done, but nobody hears of it)."""

    code: int = 0
    description: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    drop: str = ""
    delay: float = 0.0
    html: bool = False  # the error page of the front server instead of JSON


def too_many(retry_after: int) -> Fault:
    return Fault(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})


def blocked() -> Fault:
    return Fault(403, "Forbidden: bot was blocked by the user")


def bad_request(words: str) -> Fault:
    return Fault(400, f"Bad Request: {words}")


def broken(code: int = 502) -> Fault:
    return Fault(code, "Bad Gateway" if code == 502 else "Internal Server Error", html=code == 502)


def reset() -> Fault:
    return Fault(drop="before")


def act_then_drop() -> Fault:
    return Fault(drop="after")


def slow(seconds: float) -> Fault:
    return Fault(delay=seconds)


@dataclass(slots=True)
class _Rule:
    method: str
    fault: Fault
    chat: int | None
    left: int | None  # None: for ever
    skip: int
    every: int
    met: int = 0


class Faults:
    """The faults that wait for their call. The first rule that fits is taken."""

    def __init__(self) -> None:
        self.rules: list[_Rule] = []
        self.given = 0

    def add(
        self, method: str, fault: Fault, *, chat: int | None = None, times: int | None = 1, skip: int = 0, every: int = 1
    ) -> None:
        """Spoil the next `times` calls of `method` ('*': any but getUpdates), after `skip` good ones, each `every`-th."""
        self.rules.append(_Rule(method, fault, chat, times, skip, every))

    def clear(self) -> None:
        self.rules.clear()

    def take(self, method: str, chat: Any) -> Fault | None:
        for rule in self.rules:
            if rule.method != method and (rule.method != "*" or method == "getUpdates"):
                continue
            if rule.chat is not None and str(rule.chat) != str(chat):
                continue
            rule.met += 1
            if rule.met <= rule.skip or rule.met % rule.every:
                continue
            if rule.left is not None:
                rule.left -= 1
                if rule.left <= 0:
                    self.rules.remove(rule)
            self.given += 1
            return rule.fault
        return None


class Flood:
    """Telegram's limits, as far as they are known: overall 30/s, 1/s in a chat, 20 a minute in a group.

    `burst`: how many messages a private chat takes within a second; 1 is the strict reading, the real server is milder.
    """

    def __init__(self, overall: int = 30, burst: int = 1, group_a_minute: int = 20) -> None:
        self.overall, self.burst, self.group_a_minute = overall, burst, group_a_minute
        self._all: deque[float] = deque()
        self._chats: dict[int, deque[float]] = {}

    def wait(self, chat: int, now: float) -> int:
        """Count a message and return 0, or return the seconds to wait and do not count it."""
        mine = self._chats.setdefault(chat, deque())
        windows = [(self._all, self.overall, 1.0), (mine, self.burst, 1.0)]
        if chat < 0:
            windows[1] = (mine, self.group_a_minute, 60.0)
        for window, most, seconds in windows:
            while window and window[0] <= now - seconds:
                window.popleft()
            if len(window) >= most:
                return max(1, math.ceil(window[0] + seconds - now))
        for window, _, _ in windows:
            window.append(now)
        return 0
