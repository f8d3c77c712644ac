"""What to make of the chances: give the answer, offer three, say "I do not know", raise the alarm, or stand by with care.

The cuts were set on tests/content/practice_questions.yaml and development_questions.yaml; `python -m bench.run finding` measures
them, and docs/decisions/0006-finding.md has the figures.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.conversation import Found, Hit
from bot.domain.ranking import softened

OFFERED = 3
NONSENSE = 0.15  # share of known words below which the words alone say nothing
UNKNOWN = 2.0  # how much unknown words speak for "not ours"
CHAT_LONGEST = 6  # words of a message that may be small talk by likeness to it; a longer one is a question that we do not know
CHATS = 0.5  # chance of all small talk from which it is answered as such ...
QUIET = 0.05  # ... while any worry is below this
ONE_FAMILY = 0.15  # chance of the likeliest family of danger below which many small signs together are care and no alarm
IN_NEED = 0.25  # chance of a sensitive article from which it is offered, though little speaks for it: nobody in need is refused
NEVER = 1e-3  # a chance below this is no chance

NOT = "not:"  # a kind of question that no article of ours answers
SAYS = "says:"  # small talk
HELP = "says:help"  # a cry for help and nothing else
SIGN = "sign:"  # a sign of danger of that family
CALM = "sign:calm"  # sounds like danger and is none


@dataclass(frozen=True, slots=True)
class Cuts:
    sure: float  # chance of the first article from which it is given straight away
    refuse: float  # log of the odds of "not ours" against the first article from which nothing is offered
    alarm: float  # chance of the signs of danger from which the message goes to the fast lane
    care: float  # the same with half of the sensitive articles, from which a safety card stands beside the answer


BY_WORDS = Cuts(sure=0.75, refuse=-0.8, alarm=0.28, care=0.18)
WITH_MODEL = Cuts(sure=0.7, refuse=-0.8, alarm=0.33, care=0.18)
WORDS_WEIGH, MODEL_WEIGHS = 0.6, 0.6


@dataclass(frozen=True, slots=True)
class Look:
    """What is seen at once in a message, without asking a model."""

    words: str  # as meant: marks of forwarding off, keyboard layout set right
    danger: str = ""  # family that the danger words name
    small_talk: str = ""  # kind, when there is nothing else in it
    known: float = 0.0  # share of the words that our texts have
    chances: Mapping[str, float] | None = None  # of each class, by words alone
    offer: bool = False  # a private ride, room or job is spoken of

    @property
    def settled(self) -> bool:
        """Whether no second opinion could change anything that matters now."""
        return bool(self.danger or self.small_talk)


def joined(by_words: Mapping[str, float], opinion: Mapping[str, float]) -> dict[str, float]:
    """Return both as one. A class that the model has never seen keeps what the words say."""
    classes = sorted({*by_words, *opinion})
    scores = {}
    for number, name in enumerate(classes):
        worth = by_words.get(name, 0.0) + NEVER
        other = opinion[name] + NEVER / 10 if name in opinion else worth
        scores[number] = WORDS_WEIGH * math.log(worth) + MODEL_WEIGHS * math.log(other)
    return {classes[number]: chance for number, chance in softened(scores, 1.0).items()}


def judge(look: Look, opinion: Mapping[str, float] | None, sensitive: Mapping[str, str]) -> Found:
    """Return the outcome. `opinion`: chances by a model, None when there is none. `sensitive`: article -> family."""
    if look.small_talk:
        return Found(small_talk=look.small_talk, caution=look.small_talk == "help")
    cuts = WITH_MODEL if opinion else BY_WORDS
    chances: Mapping[str, float] = look.chances or {}
    if opinion:
        chances = joined(chances, opinion)
    elif look.known < NONSENSE:
        chances = {}
    signs, refusing, asked, cry = {}, {}, {}, 0.0
    for name, p in chances.items():
        if ":" not in name:
            asked[name] = p
        elif name == HELP:
            cry = p
        elif not name.startswith(SIGN):
            refusing[name] = p
        elif name != CALM:
            signs[name] = p
    alarm = sum(signs.values())
    worries: dict[str, float] = defaultdict(float)
    for name, p in signs.items():
        worries[name.removeprefix(SIGN)] += p
    danger = look.danger
    if not danger and alarm >= cuts.alarm and max(worries.values()) >= ONE_FAMILY:
        danger = _largest(worries)
        if danger == "child_alone" and says_too_little(look.words):
            danger = ""  # care stands beside the answer all the same
    for name, p in asked.items():
        if family := sensitive.get(name):
            worries[family] += 0.5 * p
    short = len(look.words.split()) <= CHAT_LONGEST
    if not danger and short and cry >= CHATS:
        return Found(small_talk="help", caution=True)
    caution = bool(danger) or sum(worries.values()) >= cuts.care
    rest = sum(asked.values()) + sum(refusing.values()) or 1.0
    best = sorted((-p, name) for name, p in asked.items())[:OFFERED]
    hits = tuple(Hit(name, round(-p / rest, 4)) for p, name in best)
    against = math.log(sum(refusing.values()) / rest + NEVER) - math.log((hits[0].score if hits else 0.0) + NEVER)
    in_need = caution and bool(hits) and hits[0].article in sensitive and hits[0].score >= IN_NEED
    abstain = not danger and not in_need and (not hits or against + UNKNOWN * (1 - look.known) >= cuts.refuse)
    likeliest = _largest(refusing)
    said = sum(p for name, p in refusing.items() if name.startswith(SAYS))
    chats = short and sum(worries.values()) < QUIET and likeliest.startswith(SAYS) and said >= CHATS
    return Found(
        hits=hits,
        sure=bool(hits) and hits[0].score >= cuts.sure and not abstain,
        abstain=abstain,
        danger=danger,
        caution=caution,
        small_talk=likeliest.removeprefix(SAYS) if abstain and chats else "",
        worry=_largest(worries) if caution and not danger else "",
    )


# "У нас двоє дітей, 7 і 9 років", "5 och 9 år": what a parent says who asks about school is no sign by itself.
_OWN = frozenset(
    (
        "моя", "мій", "моє", "моєї", "моєму", "моїй", "мої", "моїх", "наш", "наша", "наші", "наших", "нас", "мене",
        "мой", "моё", "моей", "моему", "мои", "моих", "наши", "меня", "нами", "сину", "доньці", "сыну", "дочке",
        "mitt", "min", "mina", "vår", "våra", "vi", "har", "my", "our", "we", "i", "have",
    )
)  # fmt: skip
_ALONE = frozenset(
    (
        "сам", "сама", "самі", "само", "один", "одна", "одні", "одного", "сами", "одни", "одних", "alone",
        "unaccompanied", "lost", "ensam", "ensamt", "ensamma", "själv", "försvunnen", "зник", "зникла", "зникли",
        "пропав", "пропала", "пропали", "загубив", "загубила", "загубився", "missing",
    )
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")


def says_too_little(words: str) -> bool:
    """Return whether a message is only about one's own children, or has hardly a word beside numbers.

    Danger words are looked for before and apart: this only holds back an alarm that was learnt from likeness.
    """
    said = _WORD.findall(words.casefold())
    if _ALONE & set(said):
        return False
    return len(said) < 4 or bool(_OWN & set(said))


def _largest(chances: Mapping[str, float]) -> str:
    return max(sorted(chances), key=chances.__getitem__, default="")
