"""What a guide is: questions one after another, and a result. What the person has answered so far is one short text.

That text travels in every button of the guide (`c:lma:wa.fn.k47!`), so a button of last month still means what it meant,
and nothing needs to be kept once the result is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain.conversation import Frame
from bot.domain.messages import Message, Names, Part, Text

SKIPPED = "-"
PLACE = "p"  # the key under which is noted that the place has been asked
Answers = Mapping[str, str]  # by key of the question, in the order in which they were given


def _always(value: str) -> bool:
    return True


def _never(answers: Answers) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Option:
    """A button. `words`: what people write instead of pressing it, in any language."""

    value: str
    label: Text | Names
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """`key` is one letter. `fits` says whether a value is one of ours; what a button carries is not to be trusted.

    `read` makes a value of typed words ('' = it does not say). `complete`: False while the answer goes on (child by child).
    """

    key: str
    name: Text  # the button that changes this answer
    ask: Text
    options: tuple[Option, ...]
    fits: Callable[[str], bool]
    read: Callable[[str], str] | None = None
    complete: Callable[[str], bool] = _always
    notes: tuple[Part, ...] = ()
    several: bool = False  # a list: each press adds a letter to the value, until it is complete
    per_row: int = 1
    on_request: bool = False  # asked only when the person wants to change it


@dataclass(frozen=True, slots=True)
class Guide:
    """`questions` are those that matter given the answers, in order. `result` gets answers, the place and the frame."""

    id: str
    title: Text
    article: str  # what stands behind it
    questions: Callable[[Answers, Frame], tuple[Question, ...]]
    result: Callable[[Answers, str | None, Frame], Message]
    asks_place: Callable[[Answers], bool] = _never


def one_of(*values: str) -> Callable[[str], bool]:
    return lambda value: value in values


def pack(answers: Answers) -> str:
    return ".".join(key + value for key, value in answers.items())


def unpack(guide: Guide, packed: str, frame: Frame) -> dict[str, str]:
    """Return the answers in the text that this version of the guide knows; the rest is asked again."""
    raw = {token[0]: token[1:] for token in packed.split(".") if len(token) > 1}
    known = {q.key for q in guide.questions(raw, frame) if fits(q, raw.get(q.key, ""))}
    return {key: value for key, value in raw.items() if key in known or (key == PLACE and guide.asks_place(raw))}


def fits(question: Question, value: str) -> bool:
    return value == SKIPPED or (bool(value) and question.fits(value))


def waiting(guide: Guide, answers: Answers, frame: Frame) -> Question | None:
    """Return the first question without a whole answer; None when the result can be shown."""
    for question in guide.questions(answers, frame):
        value = answers.get(question.key, "")
        if not question.on_request and not (value == SKIPPED or (value and question.complete(value))):
            return question
    return None


def without_last(answers: Answers, asked: Question) -> dict[str, str]:
    """Return the answers before the last one was given; of a list that is being asked for only its last item goes."""
    left = dict(answers)
    if not left:
        return left
    key, value = left.popitem()
    if key == asked.key and asked.several and len(value) > 1 and not asked.complete(value):
        left[key] = value[:-1]
    return left
