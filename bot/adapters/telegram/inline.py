"""Inline mode: what somebody types after our name in any chat, answered on the spot.

Not an event: nothing is stored and nothing is sent again, as the next letter makes the question old. See decision 21.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.adapters.telegram.markup import compose
from bot.domain.messages import Rendered

CACHE_S = 300  # our texts change a few times a day at most
ABOUT_AT_MOST = 160


class Offer(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def message(self) -> Rendered: ...


class Offers(Protocol):
    @property
    def offers(self) -> tuple[Offer, ...]: ...
    @property
    def way_on(self) -> str: ...


class Offering(Protocol):
    async def offered(self, words: str, app_language: str) -> Offers:
        """Return the choices for what was typed. Stores nothing."""


@dataclass(frozen=True, slots=True)
class Query:
    id: str
    words: str
    language: str


def query_of(update: Any) -> Query | None:
    """Return the inline query of the update, None when it has none that can be read. Who types is left behind here."""
    try:
        query = update["inline_query"]
        id_, words, language = query["id"], query["query"], query["from"].get("language_code", "")
    except (TypeError, KeyError, AttributeError):
        return None
    sound = isinstance(id_, str) and id_.isascii() and isinstance(words, str)
    return Query(id_, words, language if isinstance(language, str) else "") if sound else None


async def answer_of(query: Query, offering: Offering, own_name: str) -> dict[str, Any]:
    """Return the parameters of answerInlineQuery. Cached for the one who typed: the language is theirs."""
    offers = await offering.offered(query.words, query.language)
    return {
        "inline_query_id": query.id,
        "results": [_result(offer, own_name) for offer in offers.offers],
        "cache_time": CACHE_S,
        "is_personal": True,
        "button": {"text": offers.way_on, "start_parameter": "home"},
    }


def _result(offer: Offer, own_name: str) -> Mapping[str, Any]:
    html, _ = compose(offer.message, own_name)
    return {
        "type": "article",
        "id": offer.id,
        "title": offer.title,
        "description": offer.about if len(offer.about) <= ABOUT_AT_MOST else offer.about[: ABOUT_AT_MOST - 1] + "…",
        "input_message_content": {
            "message_text": html,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        },
    }
