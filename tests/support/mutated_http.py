"""Requests that no honest browser sends: good ones, spoiled at random from a seed, as raw bytes on a socket."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

_METHODS = (b"GET", b"POST", b"PUT", b"DELETE", b"HEAD", b"OPTIONS", b"PATCH", b"TRACE", b"FOO", b"get", b"")
_PATHS = (
    b"/", b"/act", b"/say", b"/where", b"/close", b"/lines", b"/a/school-start", b"/a/", b"/112", b"/child", b"/offline",
    b"/closed", b"/sw.js", b"/manifest.webmanifest", b"/favicon.ico", b"/robots.txt", b"/static/", b"/static/chat.css",
    b"/static/../../etc/passwd", b"//", b"/%00", b"/%ff%fe", b"/a/%2e%2e%2f", b"/a/" + b"x" * 3000, b"*",
    b"http://elsewhere.example/",
)  # fmt: skip
_QUERIES = (
    b"", b"lang=uk", b"lang=%00", b"lang=" + b"z" * 2000, b"after=99999999999999999999", b"after=-1", b"after=\xd9\xa3",
    b"place=norrkoping", b"place=sverige&lang=ar", b"place=%F0%9F%98%80", b"earlier", b"&&&=;", b"a=b" * 400,
)  # fmt: skip
_VALUES = (
    b"", b"%", b"%zz", b"%00", b"%D0", b"%F0%9F%98%80", b"\x00\xff", b"<script>", b"a" * 5000, b"lang:uk", b"lang:xx",
    b"a:school-start", b"a::::", b"place:norrkoping", b"place:%00", b"erase:yes", b"topic:school:99999999999999999999",
    b"%E2%80%AE%E2%80%8F", b"1e999", b"nan", b"-0", b"59.3", b"%D1%88%D0%BA%D0%BE%D0%BB%D0%B0", b"home", b"\xf0\x28\x8c\x28",
)  # fmt: skip
_HEADERS = (
    b"Content-Type: text/plain", b"Content-Type: multipart/form-data", b"Content-Type: multipart/form-data; boundary=x",
    b"Content-Type: application/json", b"Content-Type: application/x-www-form-urlencoded; charset=utf-16", b"Content-Type:",
    b"Origin: https://evil.example", b"Origin: http://[", b"Origin: null", b"Sec-Fetch-Site: cross-site",
    b"Sec-Fetch-Site: ?",
    b"Last-Event-ID: x", b"Last-Event-ID: 99999999999999999999999", b"Accept-Language: " + b"uk;q=9,," * 300,
    b"Accept-Language: \xff\xfe", b"Accept-Language: xx-;q=1.0000,uk;q=", b"Accept-Encoding: gzip, br;q=0", b"Cookie: =;;=",
    b"Cookie: visitor=short; language=%00", b"Cookie: visitor=" + b"A" * 22, b"Cookie: \xf0\x9f", b"Host: ", b"Host: a b",
    b"X-Requested-With: chat", b"Range: bytes=0-1", b"If-None-Match: *", b"Expect: 100-continue", b"X: " + b"y" * 9000,
    b"Content-Encoding: gzip", b"Forwarded: for=x", b"Upgrade: websocket\r\nConnection: Upgrade",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Raw:
    method: bytes
    path: bytes
    headers: tuple[bytes, ...]
    fields: tuple[tuple[bytes, bytes], ...] = ()

    def sent(self, rng: random.Random) -> bytes:
        """Return the bytes for the wire; now and then the length is a lie."""
        body = b"&".join(name + b"=" + value for name, value in self.fields)
        length = len(body) if rng.random() > 0.02 else rng.choice((0, len(body) + 5, 70_000, -1))
        head = [self.method + b" " + self.path + b" HTTP/1.1", b"Host: 127.0.0.1", b"Connection: close", *self.headers]
        if body:
            head.append(b"Content-Length: %d" % length)
        return b"\r\n".join(head) + b"\r\n\r\n" + body


def spoiled(seed: int, count: int, *, cookie: str, csrf: str) -> Iterator[bytes]:
    """Yield that many requests, the same for the same seed. `cookie` and `csrf` let some of them come far."""
    rng = random.Random(seed)
    form = b"Content-Type: application/x-www-form-urlencoded"
    ours = (b"Cookie: visitor=" + cookie.encode(), form)
    known = ((b"csrf", csrf.encode()), (b"id", b"x"), (b"lang", b"uk"), (b"after", b"0"))
    good = (
        Raw(b"GET", b"/", ours[:1]),
        Raw(b"GET", b"/lines?after=0", ours[:1]),
        Raw(b"GET", b"/a/school-start?lang=uk", ()),
        Raw(b"POST", b"/act", ours, (*known, (b"action", b"lang:uk"))),
        Raw(b"POST", b"/say", ours, (*known, (b"words", b"%D1%88%D0%BA%D0%BE%D0%BB%D0%B0"))),
        Raw(b"POST", b"/where", ours, (*known, (b"lat", b"58.59"), (b"lon", b"16.19"))),
        Raw(b"POST", b"/close", ours, known),
    )
    for _ in range(count):
        request = rng.choice(good)
        for _ in range(rng.randint(1, 3)):
            request = _spoil(request, rng)
        yield request.sent(rng)


def _spoil(request: Raw, rng: random.Random) -> Raw:
    match rng.randrange(7):
        case 0:
            return replace(request, method=rng.choice(_METHODS))
        case 1:
            return replace(request, path=rng.choice(_PATHS) + rng.choice((b"", b"?" + rng.choice(_QUERIES))))
        case 2:
            return replace(request, headers=(*request.headers, rng.choice(_HEADERS)))
        case 3:
            return replace(request, headers=request.headers[1:])
        case 4 if request.fields:
            at = rng.randrange(len(request.fields))
            changed = (request.fields[at][0], rng.choice(_VALUES))
            return replace(request, fields=(*request.fields[:at], changed, *request.fields[at + 1 :]))
        case 5:
            more = tuple((rng.choice((b"x", b"action", b"", b"words")), rng.choice(_VALUES)) for _ in range(rng.randint(1, 40)))
            return replace(request, fields=(*request.fields, *more))
        case _:
            cut = bytearray(request.path)
            cut[rng.randrange(len(cut))] = rng.randrange(256)
            return replace(request, path=bytes(cut))


async def status_of(port: int, raw: bytes) -> int:
    """Send the bytes and return the status of the answer, 0 when the server hung up or waits for more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(raw)
        writer.write_eof()  # a request that promised more than it sent is cut off here
        line = await asyncio.wait_for(reader.readline(), 30)
        parts = line.split()
        return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0
    except ConnectionError:
        return 0
    finally:
        writer.close()
