"""What a result rests on that does not show its articles themselves: their caveats, their age, their sources."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.conversation import Frame
from bot.domain.messages import Line, Part, say

SOURCES_AT_MOST = 4  # the articles themselves name them all


def doubts_of(articles: Sequence[str], frame: Frame) -> tuple[Part, ...]:
    """Return the caveats that stand above everything that rests on the articles, each once."""
    known = [frame.catalog.articles[id_] for id_ in articles if id_ in frame.catalog.articles]
    named = dict.fromkeys(id_ for article in known for id_ in article.rules)
    rules = [rule for id_ in named if (rule := frame.catalog.rules.get(id_)) and rule.in_doubt(frame.today)]
    parts: list[Part] = [Line(rule.caveat, "warning") for rule in rules]
    if late := [article.reviewed_on for article in known if article.overdue(frame.today)]:
        old = say("Last checked {day}. It may have changed since then: ask at the source below.", day=min(late))
        parts.append(Line(old, "warning"))
    return tuple(parts)


def sources_of(articles: Sequence[str], place: str | None, frame: Frame) -> tuple[Part, ...]:
    """Return the oldest day checked, and the first publishers of each article."""
    code = frame.catalog.languages[0].code
    answers = [frame.catalog.answer(id_, place, code, frame.today) for id_ in articles if id_ in frame.catalog.articles]
    if not answers:
        return ()
    links: dict[str, str] = {}
    for answer in answers:
        for source in answer.sources[: max(2, SOURCES_AT_MOST // len(answers))]:
            links.setdefault(source.publisher, source.url)
    return (Line(say("Checked {day}. Source: ", day=min(a.checked_on for a in answers)), "note", tuple(links.items())),)
