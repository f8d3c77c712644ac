"""When an answer that somebody wanted to be told about has changed, and what they get then.

The version of an answer is that of what stands in it for one place: the meaning of its Swedish texts, the numbers and hours of
its offices, and how far its act of law is confirmed. Small changes of words leave it as it is (adapters/texts/translated.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from hashlib import sha256

from bot.domain.calendar import SWEDEN
from bot.domain.content import Article, Catalog
from bot.domain.messages import Block, Button, Line, Message, say
from bot.domain.register import Service

KEPT = timedelta(days=180)  # a wish ends by itself
QUIET_UNTIL, QUIET_FROM = time(8), time(20)  # nobody is woken by a correction

# Nobody else may learn from a notice that these were read; and what the bot says of itself is no news.
_UNWATCHED = ("safety-", "bot-", "language-")


def may_be_watched(article: Article) -> bool:
    return not article.id.startswith(_UNWATCHED)


def version_of(catalog: Catalog, article_id: str, place: str | None) -> str:
    """Return the version of the answer for that place; '' where there is no such article."""
    article = catalog.articles.get(article_id)
    if article is None:
        return ""
    return sha256("\n".join(_makings(catalog, article, place)).encode()).hexdigest()[:16]


def _makings(catalog: Catalog, article: Article, place: str | None) -> Iterator[str]:
    line = {p.id for p in catalog.up(place)}
    named = any(s.places & line for s in article.sections)
    shown = [s for s in article.sections if s.places & line or (s.elsewhere and not named) or not s.by_place]
    yield article.version
    for section in shown:
        yield f"{section.id} {section.version} {section.since} {section.until}"
    bodies = [article.texts, *(section.texts for section in shown)]
    roles = {block.heading for texts in bodies for block in _swedish(texts) if block.kind == "office"}
    for role in sorted(roles):
        yield f"{role} {_numbers(catalog.office(role, place))}"
    for rule in article.rules:
        yield f"{rule} {catalog.rules[rule].confirmed_until}"


def _swedish(texts) -> tuple[Block, ...]:  # type: ignore[no-untyped-def]
    return next((texts[code].blocks for code in ("sv", *texts) if code in texts), ())


def _numbers(service: Service | None) -> str:
    if service is None:
        return ""
    phone = service.phone if service.phone_may_be_shown() else ""
    return f"{service.id} {phone} {service.hours} {sorted(service.hours_notes.items())} {service.address}"


def quiet(now: datetime) -> bool:
    """Return whether people in Sweden are to be left alone at that moment."""
    return not QUIET_UNTIL <= now.astimezone(SWEDEN).time() < QUIET_FROM


def notice(catalog: Catalog, article_id: str) -> Message:
    """Return what somebody gets whose answer has changed. The lock screen does not show which one."""
    article = catalog.articles.get(article_id)
    if article is None:
        return Message((Line(say("An answer that you asked about is no longer here.")),), ((Button(say("Topics"), "home"),),))
    return Message(
        (Line(say("An answer that you asked about has changed. Read it again:")),),
        (
            (Button({code: body.button for code, body in article.texts.items()}, f"a:{article_id}"),),
            (Button(say("Stop telling me"), f"unwatch:{article_id}"),),
        ),
    )
