"""What a step does to questions for people and to what is counted, as data: carried out by services/questions.py."""

from __future__ import annotations

from dataclasses import dataclass, field

# What is counted of questions, by week, topic and language: never whose, never a word of theirs.
UNKNOWN, NOT_THESE, ASKED = "unknown", "not_these", "asked"


@dataclass(frozen=True, slots=True)
class AskPeople:
    """Put the question into the queue. `reach`: of the asker, where it was passed on by a volunteer and they agreed."""

    key: str
    words: str = field(repr=False)
    language: str
    place: str | None
    topic: str
    passed_on: bool = False
    reach: str = ""


@dataclass(frozen=True, slots=True)
class TellPeople:
    """Put words of a conversation that people answer into its thread: into the question that waits there, or into a new one."""

    key: str
    thread: str
    words: str = field(repr=False)
    language: str
    place: str | None
    topic: str


@dataclass(frozen=True, slots=True)
class EndRelay:
    """The machine answers this conversation again."""


@dataclass(frozen=True, slots=True)
class DropQuestion:
    """The asker takes it back: words and row go."""

    key: str


@dataclass(frozen=True, slots=True)
class ShowQuestions:
    """Tell the asker how their questions stand. Answered by the service."""


@dataclass(frozen=True, slots=True)
class CountGap:
    """A question that our texts did not answer. `kind`: UNKNOWN, NOT_THESE, ASKED."""

    kind: str
    topic: str
    language: str


@dataclass(frozen=True, slots=True)
class CountHelp:
    """Whether an answer helped. `version`: of its text, or '' for words of a person, whose mark is the `article`."""

    article: str
    version: str
    language: str
    helped: bool


QuestionEffect = AskPeople | TellPeople | EndRelay | DropQuestion | ShowQuestions | CountGap | CountHelp
