"""Where the guides and the offer of a home are entered: their buttons, and the articles and topics under which these stand."""

from __future__ import annotations

from bot.domain.messages import Button, say

DOORS = {
    # Translators: button, max 24
    "lma": Button(say("Count my allowance"), "c:lma"),
    # Translators: button, max 24
    "right": Button(say("May I get it?"), "c:right"),
    # Translators: button, max 24
    "school": Button(say("When does school start"), "c:school"),
    # Translators: button, max 24
    "night": Button(say("Who to call tonight"), "c:night"),
}
_ARTICLES = {
    "lma-amounts": ("lma",),
    "lma-work-income": ("lma",),
    "lma-apply": ("right",),
    "lma-who": ("right", "lma"),
    "school-start": ("school",),
    "school-right": ("school",),
    "school-preschool": ("school",),
    "school-upper-secondary": ("school",),
    "housing-tonight": ("night",),
    "housing-help": ("night",),
}
OFFER = Button(say("Offer a home"), "offer")
_OFFERS = ("help-offer-housing",)
_TOPICS = {"lma": ("lma", "right"), "school": ("school",), "housing": ("night",)}


def under_article(article: str, *, offers: bool = False) -> tuple[Button, ...]:
    """Return the buttons that belong under the article. `offers`: somebody reads offers of a home."""
    guides = tuple(DOORS[guide] for guide in _ARTICLES.get(article, ()))
    return (*guides, OFFER) if offers and article in _OFFERS else guides


def in_topic(topic: str) -> tuple[Button, ...]:
    return tuple(DOORS[guide] for guide in _TOPICS.get(topic, ()))
