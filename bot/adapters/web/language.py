"""Which of our languages a browser asks for."""

from __future__ import annotations

import re

from bot.domain.content import Catalog, Language

_WISH = re.compile(r"\s*([A-Za-z]{2,3})(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q=([01](?:\.[0-9]{1,3})?)\s*)?")


def known(catalog: Catalog, code: str | None) -> Language | None:
    return next((lang for lang in catalog.languages if lang.code == code), None)


def accepted(catalog: Catalog, header: str) -> Language:
    """Return the best of ours for an Accept-Language header; Russian and Belarusian readers get Ukrainian first."""
    wishes: list[tuple[float, str]] = []
    for wish in header[:500].split(","):
        if match := _WISH.fullmatch(wish):
            wishes.append((-float(match[2] or 1), match[1].lower()))
    for _, code in sorted(wishes, key=lambda w: w[0]):
        for lang in catalog.languages:
            if code == lang.code or code in lang.telegram:
                return lang
    return catalog.languages[0]
