"""How fast one platform may be spoken to: overall, per chat, per group. Token counting only; time is passed in."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """Messages. `overall_per_s` 0 lifts everything. `kept_for_pages` of the overall ones wait for pages alone."""

    overall_per_s: float = 25
    kept_for_pages: float = 5
    per_chat_s: float = 1.0  # seconds between two messages to one chat
    per_group_per_min: int = 18


@dataclass(slots=True)
class Pace:
    """The state of the limits. Seconds are of any one monotonic clock."""

    limits: Limits
    _sent: deque[float] = field(default_factory=deque)  # sends of the last second
    _chats: dict[str, float] = field(default_factory=dict)  # last send
    _groups: dict[str, deque[float]] = field(default_factory=dict)  # sends of the last minute
    _paused: dict[str, float] = field(default_factory=dict)  # chat -> not before (429)

    def wait(self, key: str, *, page: bool, group: bool, now: float) -> float:
        """Return how many seconds the send must wait; 0 = now."""
        paused = self._paused.get(key, 0.0) - now
        if not self.limits.overall_per_s:
            return max(0.0, paused)
        waits = [paused, self._chats.get(key, -1e9) + self.limits.per_chat_s - now]
        allowed = self.limits.overall_per_s - (0 if page else self.limits.kept_for_pages)
        while self._sent and self._sent[0] <= now - 1.0:
            self._sent.popleft()
        if len(self._sent) >= allowed:
            waits.append(self._sent[len(self._sent) - int(allowed)] + 1.0 - now)
        minute = self._groups.get(key) if group else None
        if minute:
            while minute and minute[0] <= now - 60.0:
                minute.popleft()
            if len(minute) >= self.limits.per_group_per_min:
                waits.append(minute[0] + 60.0 - now)
        return max(0.0, *waits)

    def sent(self, key: str, *, group: bool, now: float) -> None:
        """Count a send that begins now."""
        if not self.limits.overall_per_s:
            return
        self._sent.append(now)
        self._chats[key] = now
        if group:
            self._groups.setdefault(key, deque()).append(now)
        if len(self._chats) > 10_000:
            self._chats = {k: at for k, at in self._chats.items() if at > now - self.limits.per_chat_s}

    def pause(self, key: str, until: float) -> None:
        """Hold back one chat (the platform asked for it); all others go on."""
        self._paused[key] = until
        if len(self._paused) > 1_000:
            self._paused = {k: at for k, at in self._paused.items() if at > until - 3600}
