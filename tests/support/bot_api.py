"""A Telegram of our own: a real HTTP Bot API server for one bot, strict about every call.

    async with running() as api:            # api.url, api.token
        town = Town(api)                    # tests/support/town.py: the people who write to the bot

Calls are checked against the schema and recorded in `api.calls`; `api.faults` spoils them on demand; `strict=True` counts
messages as Telegram's flood limits do. `tests/support/hosted.py` runs the same server as a process of its own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.support.bot_api_faults import Fault, Faults, Flood
from tests.support.bot_api_limits import Refusal
from tests.support.bot_api_methods import METHODS, NOT_FROM_A_WEBHOOK, WAITING_METHODS
from tests.support.bot_api_updates import Conflict, Updates
from tests.support.schema import SCHEMA, Wrong, check_call

TOKEN = "424242:stand-in_token_that_opens_nothing_0"
ALL_METHODS = {name.lower(): name for name in SCHEMA["methods"]}  # the real server takes any case


@dataclass(slots=True)
class Call:
    """One call as it came and went. `code` 0: the line broke, nothing was answered."""

    method: str
    params: dict[str, Any]
    at: float  # monotonic seconds
    code: int = 200
    description: str = ""
    by_webhook: bool = False


@dataclass(slots=True)
class Chat:
    id: int
    type: str
    title: str
    language_code: str = ""
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    moved_to: int = 0
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    unseen: set[int] = field(default_factory=set)  # the bot's messages that no test has looked at
    reply_keyboard: dict[str, Any] | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def as_json(self) -> dict[str, Any]:
        name = {"first_name": self.title} if self.type == "private" else {"title": self.title}
        return {"id": self.id, "type": self.type, **name}


@dataclass(slots=True)
class Query:
    """A button press that waits for answerCallbackQuery."""

    since: float
    answered: bool = False
    toast: str = ""


class Dropped(Exception):
    """The line breaks here."""


class BotApi:
    """The world of one bot: chats, calls, updates, faults. `url` is set once it serves."""

    def __init__(self, *, strict: bool = False, flood: Flood | None = None, token: str = TOKEN) -> None:
        self.token = token
        self.url = ""
        self.bot = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Bot", "username": "StandInBot"}
        self.flood = flood or (Flood() if strict else None)
        self.faults = Faults()
        self.updates = Updates(self.execute)
        self.calls: list[Call] = []
        self.keep_calls = True  # False for long loads: only the counters then
        self.counts: dict[str, int] = {}
        self.refused: dict[str, int] = {}
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, Query] = {}
        self.inline_queries: dict[str, float] = {}
        self.inline_answers: dict[str, dict[str, Any]] = {}
        self.query_life = 15.0
        self.files: dict[str, tuple[str, bytes]] = {}
        self.commands: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.face: dict[tuple[str, str], str] = {}
        self.reads_groups = False
        self.plain_webhooks = True  # http on loopback is taken, as a local Bot API server does
        self.on_message: Callable[[Chat, dict[str, Any]], None] | None = None
        self.read_at = 0.0  # time.perf_counter() when the last byte of the call under way had come
        self._next_message = 1000

    # --- calls ---------------------------------------------------------------------------------------------------------

    async def call(self, token: str, name: str, given: dict[str, Any]) -> tuple[int, dict[str, Any] | str]:
        """Return HTTP status and answer (a str is the HTML page of a broken front server). Raises Dropped."""
        if token != self.token:
            return _refused(401, "Unauthorized")
        method = ALL_METHODS.get(name.lower())
        if method is None:
            return _refused(404, "Not Found: method not found")
        record = self._record(method, given)
        fault = self.faults.take(method, given.get("chat_id"))
        try:
            if fault is not None:
                await self._spoil(fault, record)
                if fault.code:
                    page = f"<html><h1>{fault.code} {fault.description}</h1></html>"
                    return (fault.code, page) if fault.html else _refused(fault.code, fault.description, fault.parameters)
            if method in WAITING_METHODS:
                result = await self._act_waiting(method, given, record)
            else:
                result = self._act(method, given, record)
        except Refusal as no:
            record.code, record.description = no.code, no.words
            self.refused[no.words[:60]] = self.refused.get(no.words[:60], 0) + 1
            return _refused(no.code, no.words, no.parameters)
        if fault is not None and fault.drop == "after":
            record.code = 0
            raise Dropped
        return 200, {"ok": True, "result": result}

    async def _spoil(self, fault: Fault, record: Call) -> None:
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.drop == "before":
            record.code = 0
            raise Dropped
        record.code, record.description = fault.code or 200, fault.description

    def _record(self, method: str, given: dict[str, Any]) -> Call:
        self.counts[method] = self.counts.get(method, 0) + 1
        record = Call(method, given, time.monotonic())
        if self.keep_calls:
            self.calls.append(record)
        return record

    def _act(self, method: str, given: dict[str, Any], record: Call) -> Any:
        work = METHODS.get(method)
        if work is None:
            raise Refusal(400, f"Bad Request: {method} is not modelled by the stand-in")
        record.params = _typed(method, given)
        return work(self, record.params)

    async def _act_waiting(self, method: str, given: dict[str, Any], record: Call) -> Any:
        record.params = _typed(method, given)
        try:
            return await WAITING_METHODS[method](self, record.params)
        except Conflict as conflict:
            raise Refusal(409, f"Conflict: {conflict}") from None

    def execute(self, name: str, given: dict[str, Any]) -> None:
        """Do what a webhook's answer asks for. As on the real server nobody hears of its errors; they are recorded."""
        method = ALL_METHODS.get(name.lower(), "")
        if not method or method.startswith("get") or method in NOT_FROM_A_WEBHOOK:
            return
        record = self._record(method, given)
        record.by_webhook = True
        try:
            self._act(method, given, record)
        except Refusal as no:
            record.code, record.description = no.code, no.words
            self.refused[no.words[:60]] = self.refused.get(no.words[:60], 0) + 1

    def called(self, method: str, **params: Any) -> list[Call]:
        """Return the calls of a method whose parameters include these."""
        wanted = params.items()
        return [c for c in self.calls if c.method == method and all(c.params.get(k) == v for k, v in wanted)]

    def refusals(self) -> list[Call]:
        """Return the calls that were refused for what stood in them: a bot without faults has none."""
        return [c for c in self.calls if c.code == 400]

    # --- the world -----------------------------------------------------------------------------------------------------

    def next_message_id(self) -> int:
        self._next_message += 1
        return self._next_message

    def post(self, chat: Chat, content: dict[str, Any], markup: dict[str, Any] | None) -> dict[str, Any]:
        """Put the bot's message into the chat."""
        message = {
            "message_id": self.next_message_id(),
            "from": self.bot,
            "chat": chat.as_json(),
            "date": int(time.time()),
            **content,
        }
        if markup and markup.get("inline_keyboard"):
            message["reply_markup"] = markup
        elif markup and ("keyboard" in markup or markup.get("remove_keyboard")):
            chat.reply_keyboard = markup if "keyboard" in markup else None
        self.replace(chat, message)
        if self.on_message is not None:
            self.on_message(chat, message)
        return message

    def replace(self, chat: Chat, message: dict[str, Any]) -> None:
        chat.messages[message["message_id"]] = message
        chat.unseen.add(message["message_id"])
        chat.changed.set()

    def keep_file(self, content: bytes, name: str) -> dict[str, Any]:
        file_id = f"file{len(self.files) + 1}"
        self.files[file_id] = (name, content)
        return self.described(file_id)

    def described(self, file_id: str) -> dict[str, Any]:
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": len(self.files[file_id][1])}


def _typed(method: str, given: dict[str, Any]) -> dict[str, Any]:
    try:
        return check_call(method, given)
    except Wrong as wrong:
        raise Refusal(400, f"Bad Request: {wrong}") from None


def _refused(code: int, words: str, parameters: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
    answer: dict[str, Any] = {"ok": False, "error_code": code, "description": words}
    if parameters:
        answer["parameters"] = parameters
    return code, answer


@asynccontextmanager
async def running(api: BotApi | None = None, *, port: int = 0, **settings: Any) -> AsyncIterator[BotApi]:
    """Serve the Bot API on loopback while the block runs."""
    from tests.support.bot_api_wire import serve

    api = api or BotApi(**settings)
    server = await serve(api, port)
    try:
        yield api
    finally:
        await api.updates.stop()
        server.close()
