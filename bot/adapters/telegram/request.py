"""The way to Telegram: python-telegram-bot's request interface over kept lines, and a Bot that makes no result objects.

What goes wrong is told apart by whether Telegram may have acted: `NotSent` (it cannot have), `TimedOut` and `Interrupted`
(it may have). No exception of this module carries an address, because the address carries the token.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass
from typing import Any

import orjson
import telegram
from telegram import InputFile
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.adapters.telegram.line import Broken, Lines, NoLine

CONNECT_S = 5.0
READ_S = 15.0
PUBLIC_API = "https://api.telegram.org"


class NotSent(NetworkError):
    """No connection was made, so a repeat cannot be a double."""


class Interrupted(NetworkError):
    """The line broke after we had begun to send."""


class LineRequest(BaseRequest):
    """One JSON body per call; multipart only where there are files. `at_once`: calls at the same time."""

    __slots__ = ("_at_once", "_connect_s", "_lines", "_read_s")

    def __init__(self, *, at_once: int = 64, connect_s: float = CONNECT_S, read_s: float = READ_S) -> None:
        # Otherwise python-telegram-bot warns each time it makes a RetryAfter.
        os.environ["PTB_TIMEDELTA"] = "true"
        self._connect_s = connect_s
        self._read_s = read_s
        self._lines = Lines(at_once)

    @property
    def read_timeout(self) -> float | None:
        return self._read_s

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        self._lines.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        wait = self._read_s if read_timeout is self.DEFAULT_NONE else read_timeout
        connect = self._connect_s if connect_timeout is self.DEFAULT_NONE else connect_timeout
        kind, body = await _body(request_data)
        headers = {"User-Agent": self.USER_AGENT, "Content-Type": kind}
        try:
            return await self._lines.ask(method, url, headers, body, connect_s=connect, answer_s=wait)
        except NoLine as fault:
            raise NotSent(str(fault)) from None
        except TimeoutError:
            raise TimedOut("TimeoutError") from None
        except Broken:
            raise Interrupted("Broken") from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """Return the JSON. The standard parser is the second try, as it takes the half surrogates that orjson refuses."""
        try:
            return orjson.loads(payload)
        except ValueError:
            try:
                return json.loads(payload.decode("utf-8", "replace"))
            except ValueError:
                # The words of the answer might be a person's, so they are not repeated here.
                raise TelegramError("not JSON") from None


@dataclass(frozen=True, slots=True)
class _Plain:
    """What a RequestData holds when there is nothing to look through: plain values and no file."""

    parameters: dict[str, Any]
    contains_files: bool = False


async def _body(request_data: RequestData | _Plain | None) -> tuple[str, bytes]:
    """Return the content type and the bytes."""
    if request_data is None or not request_data.contains_files:
        return "application/json", orjson.dumps(request_data.parameters if request_data else {})
    import aiohttp  # only with the first file: it costs a tenth of a second at start

    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    parts = form()
    return parts.headers["Content-Type"], await parts.as_bytes()


class LeanBot(telegram.Bot):
    """`call` any method of the Bot API with plain values and get plain values back. `own_name` is known after `greet`."""

    def __init__(
        self,
        token: str,
        api_url: str = PUBLIC_API,
        *,
        request: LineRequest | None = None,
        poll_request: LineRequest | None = None,
    ) -> None:
        # At DEBUG python-telegram-bot logs every message with its words.
        logging.getLogger("telegram").setLevel(logging.WARNING)
        self._lines = (request or LineRequest(), poll_request or LineRequest(at_once=2))
        self._own_id = int(token.partition(":")[0])
        self._own_name = ""
        self._inline = False
        root = api_url.rstrip("/")
        super().__init__(
            token,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=self._lines[0],
            get_updates_request=self._lines[1],
        )

    @property
    def own_id(self) -> int:
        return self._own_id

    @property
    def own_name(self) -> str:
        """The username without @, '' until `greet` has succeeded."""
        return self._own_name

    @property
    def inline(self) -> bool:
        """Whether BotFather has inline mode on; False until `greet` has succeeded."""
        return self._inline

    async def greet(self) -> None:
        """Ask Telegram who we are. Not `Bot.initialize`, whose error carries the token."""
        me = await self.call("getMe")
        self._own_name, self._inline = me["username"], me.get("supports_inline_queries") is True

    async def call(self, method: str, /, *, wait_s: float | None = None, **params: Any) -> Any:
        """Return the result of the call. Raises telegram.error's, with NotSent and Interrupted among them."""
        wait = BaseRequest.DEFAULT_NONE if wait_s is None else wait_s
        line = self._lines[method == "getUpdates"]
        given = {name: value for name, value in params.items() if value is not None}
        try:
            if any(isinstance(value, InputFile) for value in given.values()):
                return await self.do_api_request(method, given, read_timeout=wait)
            # Past python-telegram-bot's own search for files in every value: half of what a call costs.
            return await line.post(f"{self.base_url}/{method}", _Plain(given), read_timeout=wait)  # type: ignore[arg-type]
        except (KeyError, TypeError):
            raise TelegramError("no result") from None

    async def close_lines(self) -> None:
        for line in self._lines:
            await line.shutdown()

    def _warn(self, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Not the advice to prefer the methods that build a result object."""
