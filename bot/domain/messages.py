"""What goes out, in two forms: a `Message` of sentences still to be translated, and `Rendered`, the exact words.

Flows make Messages; services/render.py makes them Rendered in the reader's language; channels turn Rendered into their own
markup and drop nothing. `fitting.fit` cuts Rendered to what a channel takes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Union


def N_(msgid: str) -> str:
    """Mark a sentence for translation; it is looked up when the message is rendered."""
    return msgid


Names = Mapping[str, str]  # language code -> word; the renderer picks by the reader's language chain
Value = Union[str, int, float, date, Names, "Text"]  # a float is an amount: written as the language writes numbers


@dataclass(frozen=True, slots=True)
class Text:
    """A whole sentence, untranslated, with named parameters. `plural` and `n` for sentences that count."""

    msgid: str
    params: tuple[tuple[str, Any], ...] = ()
    plural: str = ""
    n: int = 0


def say(msgid: str, /, **params: Value) -> Text:
    return Text(msgid, tuple(params.items()))


def say_n(msgid: str, plural: str, n: int, /, **params: Value) -> Text:
    """Return a sentence that counts `n` things, in the form that each language has for that number."""
    return Text(msgid, (("n", n), *params.items()), plural, n)


# --- blocks that a flow puts into a Message ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A translated paragraph. `kind`: text, title, note (small print), warning, or item; items in a row become a list.

    `language`: where it is not the reader's.
    """

    text: Text | Names
    kind: str = "text"
    links: tuple[tuple[str, str], ...] = ()  # words and address, after the text
    language: str = ""


@dataclass(frozen=True, slots=True)
class InEachLanguage:
    """The sentence once in every language, for a person whose language we do not know yet."""

    text: Text


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A person's own words, never translated silently."""

    words: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class ArticleShown:
    """An article as it stands for this place; the renderer asks the catalogue for it in the reader's language."""

    article: str
    place: str | None = None
    brief: bool = False  # only what stands above the details
    language: str = ""  # where it is not the reader's
    urgent: bool = False  # without what is in doubt about the law: the reader may be in danger


@dataclass(frozen=True, slots=True)
class OfficeShown:
    """An office of the place by its role, with an honest fallback where its number is not known."""

    role: str
    place: str | None = None


@dataclass(frozen=True, slots=True)
class PairShown:
    """The short answer of an article twice: in `language`, the asker's, and in the reader's own."""

    article: str
    place: str | None
    language: str


@dataclass(frozen=True, slots=True)
class CardShown:
    """The short answer of an article in `language`, with nothing around it, to be passed on.

    `desk`: to be shown at a desk instead: the Swedish stands below, with the offices as on their door signs.
    """

    article: str
    place: str | None
    language: str
    desk: bool = False


@dataclass(frozen=True, slots=True)
class LinksShown:
    """Articles by their titles, each a link."""

    articles: tuple[str, ...]


Part = Line | InEachLanguage | Verbatim | ArticleShown | OfficeShown | PairShown | CardShown | LinksShown


@dataclass(frozen=True, slots=True)
class Button:
    """A choice. Exactly one of `action` (see conversation.py), `url`, `tel`, `share`, `link` is set.

    `style`: '', danger or primary.
    `share`: an article, a language and a place; the person picks a chat, and its card is offered there (services/inline.py).
    `link`: a page of ours that the person passes on by whatever their phone has; `about`: its title.
    """

    label: Text | Names
    action: str = ""
    url: str = ""
    tel: str = ""
    style: str = ""
    share: str = ""
    link: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    parts: tuple[Part, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    ask_location: Text | None = None  # the label of a button that shares where the person is
    language: str | None = None  # when it differs from the conversation's (deep link, language choice)
    bare: bool = False  # without the row of Home, Language and 112: a page to staff
    reply_to: str = ""  # the channel's id of the message in a group that this answers; there no navigation goes with it
    hushed: bool = False  # it comes unasked and others may see the phone: a notification of it must say nothing


# --- exact words -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words. At most one of `href` (https), `tel` (number to dial), `article` (id) is set.

    An article without words shows the address that it has in the channel: a link that survives being copied.
    """

    text: str = ""  # the JSON form leaves empty fields out
    bold: bool = False
    href: str = ""
    tel: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """`kind`: title, text, note, warning, list, steps (numbered), fold, quote; in the catalogue also office.

    title, text, note, warning, quote: `spans`. list, steps: `items`. fold: `heading` and `blocks` (no fold inside a fold).
    office: `heading` is a role (see Catalog.office); the renderer replaces it, so no channel ever sees one.
    `language` is set where it differs from the message's: such words carry their own lang and direction.
    """

    kind: str
    spans: tuple[Span, ...] = ()
    items: tuple[tuple[Span, ...], ...] = ()
    heading: str = ""
    blocks: tuple[Block, ...] = ()
    language: str = ""

    def plain(self) -> str:
        """Return the words without markup, as a reader sees them."""
        if self.kind in ("list", "steps"):
            return "\n".join("".join(s.text for s in item) for item in self.items)
        if self.kind == "fold":
            return "\n".join([self.heading, *(b.plain() for b in self.blocks)])
        return "".join(s.text for s in self.spans)


@dataclass(frozen=True, slots=True)
class Choice:
    """A button with its words. One of `action`, `url`, `tel`, `share`, `link` is set."""

    label: str = ""
    action: str = ""
    url: str = ""
    tel: str = ""
    style: str = ""
    share: str = ""
    link: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    language: str
    direction: str  # ltr or rtl
    blocks: tuple[Block, ...]
    buttons: tuple[tuple[Choice, ...], ...] = ()
    ask_location: str = ""
    reply_to: str = ""
    cover: str = ""  # all that may be read before somebody opens the message; the blocks are hidden until then

    def plain(self) -> str:
        return "\n\n".join(b.plain() for b in self.blocks)


def to_json(rendered: Rendered) -> dict[str, Any]:
    """Return plain JSON values, empty fields left out; `from_json` gives the same Rendered back."""
    return _slim(rendered)


def packed(rendered: Rendered) -> str:
    """Return the message as one text, the form in which it waits in the outbox."""
    return json.dumps(to_json(rendered), ensure_ascii=False)


def unpacked(body: str) -> Rendered:
    return from_json(json.loads(body))


def quotes_somebody(rendered: Rendered) -> bool:
    """Return whether a person's own words are in it: those must not be kept in memory."""
    return any(block.kind == "quote" for block in rendered.blocks)


def _slim(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_slim(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _slim(got) for name in value.__dataclass_fields__ if (got := getattr(value, name))}
    return value


def from_json(stored: Mapping[str, Any]) -> Rendered:
    return Rendered(
        language=stored["language"],
        direction=stored.get("direction", "ltr"),
        blocks=tuple(_block(b) for b in stored.get("blocks", ())),
        buttons=tuple(tuple(Choice(**c) for c in row) for row in stored.get("buttons", ())),
        ask_location=stored.get("ask_location", ""),
        reply_to=stored.get("reply_to", ""),
        cover=stored.get("cover", ""),
    )


def _block(stored: Mapping[str, Any]) -> Block:
    return Block(
        kind=stored["kind"],
        spans=tuple(Span(**s) for s in stored.get("spans", ())),
        items=tuple(tuple(Span(**s) for s in item) for item in stored.get("items", ())),
        heading=stored.get("heading", ""),
        blocks=tuple(_block(b) for b in stored.get("blocks", ())),
        language=stored.get("language", ""),
    )


# --- what a channel can carry ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel takes. `max_text` counts UTF-16 units after markup is gone; 0 = no limit."""

    max_text: int = 0
    can_press: bool = True  # a button with an action comes back to us
    can_reply: bool = True  # somebody reads what is answered there
    has_header: bool = False  # Home, Language and 112 stand around every screen, so messages need not carry them
    can_ask_location: bool = True
    shows_own_words: bool = True  # the person's own messages show by themselves
    # Our own room: what is a child's may be asked and read here, and an address without a host leads to our web pages.
    on_our_site: bool = False
    can_share: bool = False  # has a button that takes a card into another chat
    pushed: bool = True  # we send; otherwise the row is a mailbox line that the person's page fetches


def utf16(text: str) -> int:
    """Return the length as Telegram counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
