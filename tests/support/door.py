"""The whole web side asked without a socket: ten times as many requests in the same time, and the same answers."""

from __future__ import annotations

from typing import Any

from tests.support.whole import Whole

Post = tuple[str, str, tuple[tuple[str, str], ...], bytes]  # method, path, headers, body


async def at_the_door(whole: Whole, post: Post) -> int:
    """Return the status of the answer."""
    method, path, headers, body = post
    given = [(name.lower().encode(), value.encode("latin-1")) for name, value in (("host", "localhost"), *headers)]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": given, "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }  # fmt: skip
    status = 0

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)

    await whole.service.asgi(scope, receive, send)  # type: ignore[operator]
    return status
