"""Rendered becomes Telegram's HTML and keyboard. Pure; everything that is not our own markup is escaped.

Titles are bold, notes italic, folds an expandable quote under their bold heading. Telephone numbers stay plain words, which
Telegram makes tappable itself; a button with a number copies it, as Telegram has no button that dials. Words under a cover are
a spoiler: Telegram shows them neither in a notification nor in the list of chats, and one tap in the chat uncovers them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from bot.domain.messages import Block, Choice, Rendered, Span, utf16

MAX_TEXT = 4096
MAX_SOURCE_BYTES = 32_768
_START = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_SPECIAL = re.compile('[&<>"]')
_WEB = re.compile(r"https?://[^\s/]+\.[^\s/]+", re.IGNORECASE)
_RTL_LANGUAGES = frozenset({"ar", "fa", "prs", "ps", "ur", "he", "ckb"})
_RLM, _LRM = "\u200f", "\u200e"
_UNSEEN = f"{_RLM}{_LRM} \t\r\n\x00"


def compose(rendered: Rendered, own_name: str, *, inline: bool = False) -> tuple[str, dict[str, Any] | None]:
    """Return the HTML and the reply_markup. Words that `fit` let through are never too long for Telegram.

    `inline`: whether inline mode is on, without which Telegram refuses a message for a button that shares.
    Marks, bullets and written-out addresses come on top of what `fit` counts; where that is too long they are left out.
    """
    writer = _Writer(rendered, own_name, marks=True)
    html, words = writer.html(), writer.words()
    if len(html) > MAX_TEXT // 2:  # below that it cannot be too long, whatever the letters are
        if utf16(words) > MAX_TEXT:
            writer = _Writer(rendered, own_name, marks=False)
            html, words = writer.html(), writer.words()
        if len(html.encode()) > MAX_SOURCE_BYTES:
            html = _sound(_escaped(words))
    if not words.strip(_UNSEEN).strip():
        html = "…"  # Telegram refuses a message without words, and its buttons with it
    return html, keyboard(rendered, inline)


def _escaped(text: str) -> str:
    if not _SPECIAL.search(text):
        return text
    # Four replaces are several times faster than str.translate for letters beyond ASCII.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


@lru_cache(maxsize=2_000)
def _web(address: str) -> str:
    """Return the address as an attribute, '' when it is none of the web. Our own texts hold a few hundred of them."""
    return _escaped(address) if _WEB.match(address) else ""


def _deep_link(own_name: str, article: str, language: str) -> str:
    start = f"a_{article}_{language}"
    return f"https://t.me/{own_name}?start={start}" if _START.match(start) else ""


def _sound(text: str) -> str:
    """Return the text without what Telegram or UTF-8 cannot carry: NUL goes, half a surrogate becomes a question mark."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode()
    return text.replace("\x00", "")


class _Writer:
    """Collects HTML, and the words in it as the reader sees them."""

    def __init__(self, rendered: Rendered, own_name: str, marks: bool) -> None:
        self.out: list[str] = []
        self._seen: list[str] = []
        self._language = rendered.language
        self._own_name = own_name
        self._rtl = rendered.direction == "rtl"
        self._marks = marks
        if rendered.cover:
            self._spans((Span(rendered.cover),), rendered.language)
            self.plain("\n\n")
            self.out.append("<tg-spoiler>")
        for number, block in enumerate(rendered.blocks):
            if number:
                self.plain("\n\n")
            self.block(block)
        if rendered.cover:
            self.out.append("</tg-spoiler>")

    def html(self) -> str:
        return _sound("".join(self.out))

    def words(self) -> str:
        return "".join(self._seen)

    def plain(self, text: str) -> None:
        """Write our own marks and white space, which need no escaping."""
        if text:
            self._seen.append(text)
            self.out.append(text)

    def block(self, block: Block, inside: bool = False) -> None:
        """Write a block. `inside` a fold there is no further quote: Telegram takes none in another."""
        lead = self._lead(block)
        match block.kind:
            case "list" | "steps":
                for number, item in enumerate(block.items, 1):
                    if number > 1:
                        self.plain("\n")
                    if self._marks:
                        self.plain(lead + ("• " if block.kind == "list" else f"{number}. "))
                    self._spans(item, block.language)
            case "fold":
                self._tagged("b", lead, (Span(block.heading),), block.language)
                if block.blocks:
                    self.plain("\n")
                    self.out.append("<blockquote expandable>")
                    for number, inner in enumerate(block.blocks):
                        if number:
                            self.plain("\n")
                        self.block(inner, inside=True)
                    self.out.append("</blockquote>")
            case "title":
                self._tagged("b", lead, block.spans, block.language)
            case "warning":
                self.plain(lead + ("⚠️ " if self._marks else ""))
                self._spans(block.spans, block.language)
            case "note" if not self._is_rtl(block):
                self._tagged("i", lead, block.spans, block.language)
            case "quote" if not inside:
                self._tagged("blockquote", lead, block.spans, block.language)
            case _:
                self.plain(lead)
                self._spans(block.spans, block.language)

    def _tagged(self, tag: str, lead: str, spans: tuple[Span, ...], language: str) -> None:
        self.plain(lead)
        self.out.append(f"<{tag}>")
        self._spans(spans, language, bold_already=tag == "b")
        self.out.append(f"</{tag}>")

    def _spans(self, spans: tuple[Span, ...], language: str, bold_already: bool = False) -> None:
        seen, out = self._seen, self.out
        for span in spans:
            text = span.text
            if span.article and not text and self._marks:
                text = _deep_link(self._own_name, span.article, language or self._language).removeprefix("https://")
            if not text:
                continue
            if span.tel and self._rtl and self._marks:
                # Between marks a number keeps its order in right-to-left words: "+46 10 …" would read "… 10 46+".
                text = f"{_LRM}{text}{_LRM}"
            seen.append(text)
            html = _escaped(text)
            if span.href:
                target = _web(span.href)
            elif span.article and self._own_name:
                target = _deep_link(self._own_name, span.article, language or self._language)
            else:
                target = ""
            if target:
                html = f'<a href="{target}">{html}</a>'
            out.append(f"<b>{html}</b>" if span.bold and not bold_already else html)

    def _is_rtl(self, block: Block) -> bool:
        return block.language in _RTL_LANGUAGES if block.language else self._rtl

    def _lead(self, block: Block) -> str:
        """Return the mark that sets a paragraph's direction where it may differ from what its first letter says."""
        if not self._marks:
            return ""
        if self._is_rtl(block):
            return _RLM
        return _LRM if self._rtl else ""


# --- buttons -----------------------------------------------------------------------------------------------------------


def keyboard(rendered: Rendered, inline: bool = False) -> dict[str, Any] | None:
    """Return the reply_markup. A message carries one keyboard: where there are buttons, they are it."""
    rows = []
    for row in rendered.buttons:
        made = [button for choice in row if (button := _button(choice, inline))]
        rows.extend(made[at : at + 8] for at in range(0, len(made), 8))
    if rows:
        return {"inline_keyboard": rows}
    if rendered.ask_location:
        share = {"text": _label(rendered.ask_location), "request_location": True}
        return {"keyboard": [[share]], "resize_keyboard": True, "one_time_keyboard": True}
    return None


def _button(choice: Choice, inline: bool) -> dict[str, Any] | None:
    """Return the button, None when Telegram could not take it and would refuse the whole message for it."""
    button: dict[str, Any] = {"text": _label(choice.label)}
    if choice.action and (len(choice.action) <= 16 or len(choice.action.encode("utf-8", "replace")) <= 64):
        button["callback_data"] = choice.action
    elif choice.url and _WEB.match(choice.url):
        button["url"] = choice.url
    elif choice.tel:
        button["copy_text"] = {"text": choice.tel[:256]}
    elif choice.link and _WEB.match(choice.link):
        button["url"] = f"https://t.me/share/url?{urlencode({'url': choice.link, 'text': choice.about}, quote_via=quote)}"
    elif choice.share and inline:
        button["switch_inline_query"] = choice.share
    else:
        return None
    if choice.style in ("danger", "primary"):
        button["style"] = choice.style
    return button


def _label(label: str) -> str:
    """Return the label as plain words (no HTML there); an empty one would cost the whole message."""
    label = _sound(label).strip()
    return label if label.strip(_UNSEEN) else "…"
