"""Limits of texts and keyboards that the schema cannot say, and how a call is refused, in the server's own words."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.support.telegram_html import BadHtml, parse

MAX_TEXT = 4096  # characters after entities
MAX_SOURCE = 32_768  # bytes before


class Refusal(Exception):
    """The call is refused: HTTP status, the server's words, and what else it tells."""

    def __init__(self, code: int, words: str, **parameters: int) -> None:
        super().__init__(words)
        self.code, self.words, self.parameters = code, words, parameters


def bad(words: str) -> Refusal:
    return Refusal(400, f"Bad Request: {words}")


def words_of(params: dict[str, Any], name: str = "text", most: int = MAX_TEXT) -> dict[str, Any]:
    """Return the words with their entities, as a part of a Message."""
    source = params.get(name, "")
    if len(source) > MAX_SOURCE // 4 and len(source.encode()) > MAX_SOURCE:
        raise bad("message is too long")
    entities = params.get("entities") or []
    mode = params.get("parse_mode", "").lower()
    if mode == "html":
        try:
            source, entities = parse(source)
        except BadHtml as error:
            raise bad(f"can't parse entities: {error}") from None
    elif mode:
        raise bad("unsupported parse_mode" if mode not in ("markdown", "markdownv2") else "this bot writes HTML only")
    else:
        source = source.strip()
    if not source and name == "text":
        raise bad("message text is empty")
    if len(source) > most:
        raise bad("message is too long" if name == "text" else "message caption is too long")
    found: dict[str, Any] = {name: source} if source else {}
    if entities:
        found["entities" if name == "text" else f"{name}_entities"] = entities[:100]
    return found


def keyboard(markup: dict[str, Any] | None) -> dict[str, Any] | None:
    """Check what the schema cannot say of a keyboard."""
    if markup is None:
        return None
    rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
    if sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
        raise bad("reply markup is too long")
    for button in (b for row in rows for b in row if isinstance(b, dict)):
        if not button["text"].strip():
            raise bad("BUTTON_TEXT_INVALID" if "keyboard" in markup else "inline keyboard button text must be non-empty")
        if "inline_keyboard" not in markup:
            continue
        ways = set(button) - {"text", "style", "icon_custom_emoji_id"}
        if len(ways) != 1:
            raise bad("text buttons are unallowed in the inline keyboard" if not ways else "BUTTON_TYPE_INVALID")
        if "url" in button:
            parts = urlsplit(button["url"])
            if parts.scheme not in ("http", "https", "tg") or (parts.scheme != "tg" and "." not in parts.netloc):
                raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    return markup
