"""Another person's question as a helper has passed it on: what was found for it and in which language the asker reads.

None of its words are in here. Several messages in a row make one question: what each of them points to is added up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

from bot.domain.content import Catalog
from bot.domain.conversation import Found
from bot.domain.tongue import Spoken

OPEN_S = 20.0  # after that long a next message begins a new question
LIKELY = 0.6  # chance from which an article counts as asked for
OFFERED = 3
KEY = "passed_on"  # among the conversation's answers


@dataclass(frozen=True, slots=True)
class PassedOn:
    """`language`: of the texts for the asker. `spoken`: what they wrote in, () when nothing told. `at`: of the last message."""

    at: float
    language: str
    spoken: tuple[str, ...] = ()
    hits: tuple[tuple[str, float], ...] = ()
    sure: bool = False
    danger: str = ""
    caution: bool = False
    small_talk: str = ""
    offer: bool = False  # a private ride, room or job is spoken of
    count: int = 1
    beside: bool = False  # the words came with a picture, a file or a voice message
    who: str = ""  # a mark of the writer, see ForwardReceived; '' = pasted or typed by the helper
    reach: str = ""  # see Conversation.reach; '' = cannot be written to
    sent: tuple[str, ...] = ()  # articles that went to the asker

    @property
    def whose(self) -> str:
        """A short mark of the asker who agreed: a button goes to this one or to nobody."""
        return sha256(self.reach.encode()).hexdigest()[:8] if self.reach else ""

    @property
    def unanswered(self) -> bool:
        """Whether something is asked that none of our texts answers."""
        return not (self.hits or self.danger or self.small_talk)

    def and_then(self, later: PassedOn) -> PassedOn:
        """Return the question that this one and a message right behind it make together."""
        hits = _added_up(self.hits, later.hits)
        likely = [article for article, chance in hits if chance >= LIKELY]
        return replace(
            self,
            at=later.at,
            language=self.language if self.spoken else later.language,
            spoken=tuple(dict.fromkeys((*self.spoken, *later.spoken))),
            hits=hits,
            sure=(self.sure or later.sure) and len(likely) == 1 and hits[0][0] == likely[0],
            danger=self.danger or later.danger,
            caution=self.caution or later.caution,
            small_talk=self.small_talk and later.small_talk,
            offer=self.offer or later.offer,
            count=self.count + 1,
            beside=self.beside or later.beside,
            reach=later.reach,  # of the same person, who may have agreed, or taken it back, between the two
        )

    def follows(self, later: PassedOn) -> bool:
        """Return whether the later message belongs to this question.

        One of somebody else does not, nor one that names another danger: each gets its own answer.
        """
        same_person = self.who == later.who and (bool(self.who) or self.reach == later.reach)
        same_danger = not later.danger or not self.danger or self.danger == later.danger
        return 0 <= later.at - self.at <= OPEN_S and same_person and same_danger


def passed_on(found: Found | None, tongue: Spoken, at: float, catalog: Catalog, own_language: str | None) -> PassedOn:
    """Return the question that one message makes. `own_language`: the helper's."""
    found = found or Found()
    hits = () if found.abstain else tuple((h.article, h.score) for h in found.hits if h.article in catalog.articles)
    return PassedOn(
        at=at,
        language=reads(tongue, catalog, own_language),
        spoken=tongue.languages,
        hits=hits[:OFFERED],
        sure=found.sure and bool(hits),
        danger=found.danger,
        caution=found.caution,
        small_talk=found.small_talk,
        offer=found.offer,
    )


def reads(tongue: Spoken, catalog: Catalog, own_language: str | None) -> str:
    """Return our language for somebody who writes so: their own, or the one that its readers get first (Russian: Ukrainian).

    Where nothing tells, the first of ours that the helper does not have.
    """
    known = (catalog.app_language(code) for code in tongue.languages)
    if found := next((lang for lang in known if lang), None):
        return found.code
    return next((lang.code for lang in catalog.languages if lang.code != own_language), catalog.languages[0].code)


def is_foreign(tongue: Spoken, catalog: Catalog, own_language: str | None) -> bool:
    """Return whether the words are in languages whose writers read another of our texts than `own_language`."""
    return bool(tongue.main) and own_language not in {reads(Spoken((code,)), catalog, None) for code in tongue.languages}


def kept(question: PassedOn) -> dict[str, Any]:
    """Return the question as plain JSON values; `opened` gives it back."""
    return asdict(question)


def opened(answers: Mapping[str, Any]) -> PassedOn | None:
    """Return the question that stands open, None when there is none that this version can read."""
    stored = answers.get(KEY)
    if not isinstance(stored, Mapping):
        return None
    try:
        return PassedOn(
            **{
                **stored,
                "spoken": tuple(stored["spoken"]),
                "hits": tuple((str(article), float(chance)) for article, chance in stored["hits"]),
                "sent": tuple(stored["sent"]),
            }
        )
    except (TypeError, ValueError, KeyError):
        return None


def _added_up(first: tuple[tuple[str, float], ...], second: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    """Return the articles that both point to, best first: two hints at one article are more than either."""
    missed: dict[str, float] = {}
    for article, chance in (*first, *second):
        missed[article] = missed.get(article, 1.0) * (1.0 - min(max(chance, 0.0), 1.0))
    ranked = sorted(missed, key=lambda article: missed[article])
    return tuple((article, round(1.0 - missed[article], 4)) for article in ranked[:OFFERED])
