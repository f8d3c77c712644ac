"""Read what a form sent, within its size, into plain text fields."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from urllib.parse import parse_qsl

from starlette.requests import Request

BODY_AT_MOST = 65_536  # bytes: 4,000 Cyrillic letters take 24,000 in a form
FIELDS_AT_MOST = 20
WORDS_AT_MOST = 4_000  # characters
ACTION_AT_MOST = 200
_NUMBER = re.compile(r"[0-9]{1,15}")
_COMMAND = re.compile(r"/([a-zA-Z]+)\s*")
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,20})?")


class BadForm(Exception):
    """The request is not one of our forms."""


class TooLarge(Exception):
    """More than BODY_AT_MOST bytes."""


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields; of a repeated one the last. Raises BadForm or TooLarge, without reading to the end."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise BadForm
    if number(request.headers.get("content-length", "")) > BODY_AT_MOST:
        raise TooLarge
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_AT_MOST:
            raise TooLarge
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), True, errors="replace", max_num_fields=FIELDS_AT_MOST)
    except ValueError:
        raise BadForm from None
    return dict(pairs)


def number(text: str | None) -> int:
    """Return the row number, or 0 for anything that is none."""
    return int(text) if text and _NUMBER.fullmatch(text) else 0


def degrees(text: str, at_most: float) -> float:
    """Return the coordinate. Raises BadForm when it is none."""
    if not _DEGREES.fullmatch(text) or abs(float(text)) > at_most:
        raise BadForm
    return float(text)


def words(text: str) -> str:
    """Return what the person wrote, without control characters (a NUL breaks PostgreSQL), cut at WORDS_AT_MOST.

    A cut text ends in `…`, and the person sees it so in the conversation.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()
    return kept if len(kept) <= WORDS_AT_MOST else kept[: WORDS_AT_MOST - 1] + "…"


def command(text: str, known: Container[str]) -> str:
    """Return the action of a command such as `/child`, '' where the words are no command that we know."""
    found = _COMMAND.fullmatch(text)
    return found[1].lower() if found and found[1].lower() in known else ""


def action(text: str) -> str:
    """Return a button's action. Raises BadForm when it cannot have been one of ours."""
    if not text or len(text) > ACTION_AT_MOST or not text.isprintable():
        raise BadForm
    return text
