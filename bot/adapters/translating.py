"""A machine that translates, over HTTP as LibreTranslate speaks it: POST /translate, GET /languages."""

from __future__ import annotations

from urllib.parse import urlsplit

import aiohttp
import orjson

from bot.services.case_ports import NotInterpreted

ANSWER_S, CONNECT_S = 6.0, 3.0
ANSWER_AT_MOST = 128 * 1024  # bytes
AT_ONCE = 4


class LibreTranslate:
    """services.case_ports.Interpreter. `url`: the root of the server. `key` '': it asks for none."""

    def __init__(self, url: str, key: str = "", *, answer_s: float = ANSWER_S) -> None:
        self.where = urlsplit(url).netloc
        self._url = url
        self._key = key
        self._limits = aiohttp.ClientTimeout(total=answer_s, connect=min(CONNECT_S, answer_s))
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def translated(self, words: str, source: str, target: str) -> str:
        asked = {"q": words, "source": source or "auto", "target": target, "format": "text"}
        said = await self._call("POST", "/translate", {**asked, **({"api_key": self._key} if self._key else {})})
        text = said.get("translatedText") if isinstance(said, dict) else None
        if not isinstance(text, str):
            raise NotInterpreted("garbage")
        return text

    async def languages(self) -> frozenset[str]:
        """Return the codes of the languages that the server knows. Raises NotInterpreted. Sends nothing of anybody."""
        said = await self._call("GET", "/languages", None)
        if not isinstance(said, list):
            raise NotInterpreted("garbage")
        return frozenset(str(one["code"]) for one in said if isinstance(one, dict) and "code" in one)

    async def _call(self, method: str, path: str, body: object) -> object:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=AT_ONCE)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=self._limits)
        try:
            # A redirect could lead the words to a server that nobody has chosen.
            async with self._session.request(method, self._url + path, json=body, allow_redirects=False) as answer:
                if answer.status != 200:
                    raise NotInterpreted(str(answer.status))
                return orjson.loads(await _read(answer))
        except TimeoutError:
            raise NotInterpreted("timeout") from None
        except (aiohttp.ClientError, OSError) as fault:
            raise NotInterpreted(type(fault).__name__) from None
        except ValueError:  # the parser quotes what it could not read
            raise NotInterpreted("garbage") from None


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    found = bytearray()
    async for piece in answer.content.iter_chunked(16 * 1024):
        found += piece
        if len(found) > ANSWER_AT_MOST:
            raise NotInterpreted("oversized")
    return bytes(found)
