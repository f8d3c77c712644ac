"""What a gateway wants to be sent, as a setting: method, headers, and a form, JSON or query with places to fill in."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit, urlunsplit

PLACES = ("to", "digits", "text", "from", "id")  # {digits} is {to} without its plus
_PLACE = re.compile(r"\{(\w*)\}")
_BODIES = ("form", "json", "query")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


@dataclass(frozen=True, slots=True)
class Request:
    url: str
    method: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Template:
    """`kind`: form, json or query, and `content` what goes there."""

    kind: str
    content: Any
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, text: str) -> Template:
        """Return the template of `{"headers": {…}, "json": {"recipient": "{to}", "body": "{text}"}}`. Raises ValueError."""
        try:
            given = json.loads(text)
        except ValueError:
            raise ValueError("is not valid JSON") from None
        if not isinstance(given, dict):
            raise ValueError("must be a JSON object")
        if strangers := sorted(set(given) - {"method", "headers", *_BODIES}):
            raise ValueError(f"has '{strangers[0]}'; it may have method, headers and one of form, json, query")
        kinds = [kind for kind in _BODIES if kind in given]
        if len(kinds) != 1:
            raise ValueError("must have exactly one of form, json, query")
        method, headers, content = given.get("method", "POST"), given.get("headers", {}), given[kinds[0]]
        if method not in ("POST", "PUT", "GET"):
            raise ValueError("has a method other than POST, PUT, GET")
        if not _is_flat(headers) or not all(_HEADER.fullmatch(n) and v.isprintable() and v.isascii() for n, v in headers.items()):
            raise ValueError("has headers that are not names with values of plain letters")
        if kinds[0] != "json" and not _is_flat(content):
            raise ValueError(f"has a {kinds[0]} that is not names with text values")
        named = set(_places(content)) | set(_places(headers))
        if wrong := sorted(named - set(PLACES)):
            raise ValueError(f"has {{{wrong[0]}}}; there are " + ", ".join(f"{{{place}}}" for place in PLACES))
        if set(_places(headers)) - {"id"}:
            raise ValueError("may have {id} in its headers and nothing else")
        if not {"to", "digits"} & set(_places(content)) or "text" not in set(_places(content)):
            raise ValueError("must have {to} (or {digits}) and {text} in its " + kinds[0])
        return cls(kinds[0], content, method, headers)

    def filled(self, url: str, values: Mapping[str, str]) -> Request:
        """Return the request to make. A value is never read as a template itself."""
        content = _filled(self.content, values)
        headers = dict(_filled(self.headers, values))
        if self.kind == "query":
            return Request(f"{url}{'&' if '?' in url else '?'}{urlencode(content)}", self.method, headers, b"")
        if self.kind == "form":
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
            return Request(url, self.method, headers, urlencode(content).encode())
        headers.setdefault("Content-Type", "application/json")
        return Request(url, self.method, headers, json.dumps(content, ensure_ascii=False).encode())


# https://46elks.com/docs/send-sms: a form, a user and a password; dontlog keeps the words out of their log.
ELKS = Template("form", {"from": "{from}", "to": "{to}", "message": "{text}", "dontlog": "message"})


def gateway_url(raw: str) -> tuple[str, Mapping[str, str]]:
    """Return the address without its user and password, and the header that carries them. Raises ValueError.

    Plain http only to this machine.
    """
    parts = urlsplit(raw)
    try:
        local = parts.hostname in ("localhost", "127.0.0.1", "::1")
        port = parts.port
    except ValueError:  # its own words would quote a piece of the password
        raise ValueError("has no such port; in a password write / as %2F, @ as %40, : as %3A") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be like https://user:password@api.46elks.com/a1/sms")
    if parts.scheme == "http" and not local:
        raise ValueError("must begin with https:// (plain http is allowed for this machine only)")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    url = urlunsplit((parts.scheme, f"{host}:{port}" if port else host, parts.path, parts.query, ""))
    if not parts.username:
        return url, {}
    user, password = unquote(parts.username), unquote(parts.password or "")
    known = b64encode(f"{user}:{password}".encode()).decode()
    return url, {"Authorization": f"Basic {known}"}


def _is_flat(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(inner, str) for inner in value.values())


def _walk(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: _walk(inner, change) for name, inner in value.items()}
    return [_walk(inner, change) for inner in value] if isinstance(value, list) else value


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    return _walk(value, lambda text: _PLACE.sub(lambda found: values[found[1]], text))


def _places(value: Any) -> Iterator[str]:
    found: list[str] = []
    _walk(value, lambda text: found.extend(_PLACE.findall(text)) or "")
    yield from found
