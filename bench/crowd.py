"""The load: people who write, tap the buttons they see and type questions. Runs inside the stand-in's process.

Closed loop: each acts again as soon as they are answered. Open loop: so many acts a second, whatever comes back. Measured
from the moment the act reaches the stand-in until the last byte of its answer does.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.bot_api import BotApi, Chat, Query
from tests.support.town import Town

# People ask the same things: 54 questions come again and again. With `new_words` nobody has asked in these words before.
QUESTIONS = Path(__file__).with_name("questions.txt").read_text("utf-8").split("\n")[:-1]
COMMANDS = ("/home", "/help", "/language", "/place", "/child", "/privacy")
TYPED, COMMANDED = 0.3, 0.1  # shares of all acts in the mix; the rest are taps
_CHROME = ("home", "language", "sos")  # the row under every screen: tapped now and then
_NOT_TAPPED = ("erase",)


def _never_asked() -> Iterator[str]:
    """Yield half of one question and half of another: 2,862 before the first comes again."""
    halves = [(words[: (len(words) + 1) // 2], words[len(words) // 2 :]) for words in map(str.split, QUESTIONS)]
    pairs = [(a, b) for a in range(len(halves)) for b in range(len(halves)) if a != b]
    random.Random(0).shuffle(pairs)
    for a, b in itertools.cycle(pairs):
        yield " ".join((*halves[a][0], *halves[b][1]))


class Walker:
    """One person. `screen`: the bot's newest message with buttons."""

    def __init__(self, chat: Chat, number: int) -> None:
        self.chat = chat
        self.number = number
        self.forget()

    def forget(self) -> None:
        """Be somebody new to the bot."""
        self.chance = random.Random(self.number)
        self.screen: dict[str, Any] | None = None
        self.said = self.tapped = ""
        self.waiting: deque[tuple[float, bool]] = deque()  # since when, and whether for the answer to a typed question
        self.opened = False

    def next_act(self, mixed: bool, new_words: Iterator[str] | None) -> tuple[str, str]:
        """Return ("says" or "taps", what). Never the same button twice in a row: the service answers a double tap once."""
        if not mixed:
            return "says", self._question(new_words)
        if not self.opened:
            self.opened = True
            return "says", "/start"
        draw = self.chance.random()
        if draw < TYPED:
            return "says", self._question(new_words)
        if draw < TYPED + COMMANDED:
            return "says", self.chance.choice(COMMANDS)
        action = self._button()
        return ("taps", action) if action else ("says", self._question(new_words))

    def _question(self, new_words: Iterator[str] | None) -> str:
        said = self.chance.choice(QUESTIONS)
        while said == self.said:
            said = self.chance.choice(QUESTIONS)
        self.said = said
        return next(new_words) if new_words else said

    def _button(self) -> str:
        rows = (self.screen or {}).get("reply_markup", {}).get("inline_keyboard", ())
        actions = [b["callback_data"] for row in rows for b in row if "callback_data" in b]
        actions = [a for a in actions if a != self.tapped and not a.startswith(_NOT_TAPPED)]
        own = [a for a in actions if a not in _CHROME]
        if own and self.chance.random() < 0.8:
            actions = own
        if not actions:
            return ""
        self.tapped = self.chance.choice(actions)
        return self.tapped


class Crowd:
    """`run` a load. `screens`: an answer is complete with the message that carries the buttons (ours); else any message."""

    def __init__(self, api: BotApi, town: Town) -> None:
        self.api = api
        self._town = town
        self._walkers: dict[int, Walker] = {}
        self._never_asked = _never_asked()
        self._numbers = 0

    def forget(self) -> None:
        self._never_asked = _never_asked()
        for walker in self._walkers.values():
            walker.forget()

    async def run(
        self,
        *,
        people: int,
        seconds: float,
        rate: float = 0.0,
        mixed: bool,
        screens: bool,
        new_words: bool = False,
        grace: float = 10.0,
    ) -> dict[str, Any]:
        for number in range(len(self._walkers), people):
            chat = self._town.person(f"walker {number}").chat
            self._walkers[chat.id] = Walker(chat, number)
        walkers = list(self._walkers.values())[:people]
        latencies: list[float] = []
        not_typed: list[float] = []  # those of taps and commands
        in_time, extra, acts = 0, 0, 0
        began = time.perf_counter()
        ends = began + seconds

        def act(walker: Walker) -> None:
            nonlocal acts
            acts += 1
            verb, what = walker.next_act(mixed, self._never_asked if new_words else None)
            walker.waiting.append((time.perf_counter(), verb == "says" and not what.startswith("/")))
            self._push(walker, verb, what)

        def answered(chat: Chat, message: dict[str, Any]) -> None:
            nonlocal in_time, extra
            asks_place, chat.reply_keyboard = chat.reply_keyboard, None
            chat.messages.clear()  # a long load would fill the memory
            chat.unseen.clear()
            walker = self._walkers[chat.id]
            if screens and "reply_markup" not in message and asks_place is None:
                return  # a long answer comes in pieces; this is not its last
            walker.screen = message
            if not walker.waiting:
                extra += 1
                return
            read_at = self.api.read_at
            since, typed = walker.waiting.popleft()
            latencies.append(read_at - since)
            if not typed:
                not_typed.append(read_at - since)
            if read_at < ends:
                in_time += 1
                if not rate:
                    act(walker)

        self.api.on_message = answered
        try:
            if rate:
                for number in range(int(seconds * rate)):
                    if (pause := began + number / rate - time.perf_counter()) > 0:
                        await asyncio.sleep(pause)
                    act(walkers[number % people])
            else:
                for walker in walkers:
                    act(walker)
            await asyncio.sleep(max(0.0, ends - time.perf_counter()))
            until = ends + grace
            # The end of a button's spinner may come after the message: with the answer to the webhook.
            while (any(w.waiting for w in walkers) or self._spinning()) and time.perf_counter() < until:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)  # what nobody waits for would come now
        finally:
            self.api.on_message = None
        lost = sum(len(w.waiting) for w in walkers)
        for walker in walkers:
            walker.waiting.clear()
        self.api.queries.clear()
        figures = {"acts": acts, "per_s": in_time / seconds, "lost": lost, "extra": extra, **_percentiles(latencies)}
        return {**figures, "not_typed_p99_ms": _percentiles(not_typed)["p99_ms"]}

    def _spinning(self) -> bool:
        return any(not query.answered for query in self.api.queries.values())

    def _push(self, walker: Walker, verb: str, what: str) -> None:
        chat = walker.chat
        sender = {"id": chat.id, "is_bot": False, "first_name": chat.title, "language_code": "uk"}
        if verb == "taps":
            self._numbers += 1
            number = str(self._numbers)
            self.api.queries[number] = Query(time.monotonic())
            press = {"id": number, "from": sender, "chat_instance": str(chat.id), "data": what, "message": walker.screen}
            self.api.updates.push("callback_query", press, str(chat.id))
            return
        message: dict[str, Any] = {
            "message_id": self.api.next_message_id(),
            "from": sender,
            "chat": chat.as_json(),
            "date": int(time.time()),
            "text": what,
        }
        if what.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(what)}]
        self.api.updates.push("message", message, str(chat.id))


def _percentiles(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds) or [0.0]
    return {
        "p50_ms": 1000 * ordered[len(ordered) // 2],
        "p99_ms": 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))],
    }
