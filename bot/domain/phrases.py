"""Prepared phrases for staff who write with the reporter of a child alone: picked in one language, read in another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ADULT, CHILD, ANYONE = "adult", "child", "anyone"
# What staff fill in, and what may stand there. Values are words of staff, put in as they are.
PLACES: Mapping[str, str] = {
    "minutes": r"[1-9]\d{0,2}",
    "time": r"(?:[01]?\d|2[0-3]):[0-5]\d",
    "place": r"[^\n\r{}]{1,80}",
    "phone": r"\+?\d[\d -]{1,19}",
    "name": r"[^\n\r{}]{1,40}",
}
_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Group:
    """`names`: for staff, by language."""

    id: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Phrase:
    """One thing to say. `audience`: adult, child or anyone. `texts` by the reader's language, all with the same places."""

    id: str
    group: str
    audience: str
    texts: Mapping[str, str]

    def places(self) -> tuple[str, ...]:
        """Return what has to be filled in, in order."""
        return places(next(iter(self.texts.values())))

    def language(self, wanted: Sequence[str]) -> str:
        """Return the first of the reader's languages that the phrase has; else its first, and the reader must be told."""
        return next((code for code in wanted if code in self.texts), next(iter(self.texts)))

    def filled(self, language: str, values: Mapping[str, str]) -> str:
        """Return the words to send. Raises ValueError naming the value that is missing or has another form."""
        for place in self.places():
            if not fits(place, values.get(place, "")):
                raise ValueError(place)
        return _PLACE.sub(lambda found: values[found[1]].strip(), self.texts[language])


@dataclass(frozen=True, slots=True)
class Phrases:
    """All of them, in the order of the content."""

    groups: tuple[Group, ...]
    all: tuple[Phrase, ...]

    def offered(self, *, child: bool) -> tuple[tuple[Group, tuple[Phrase, ...]], ...]:
        """Return what fits this reporter, by group; a group with nothing to say is left out."""
        wanted = (ANYONE, CHILD if child else ADULT)
        by_group = ((group, tuple(p for p in self.all if p.group == group.id and p.audience in wanted)) for group in self.groups)
        return tuple((group, phrases) for group, phrases in by_group if phrases)

    def __getitem__(self, id: str) -> Phrase:
        """Return the phrase. Raises KeyError."""
        for phrase in self.all:
            if phrase.id == id:
                return phrase
        raise KeyError(id)


def places(text: str) -> tuple[str, ...]:
    """Return the names of the places to fill in, in order, each once."""
    return tuple(dict.fromkeys(_PLACE.findall(text)))


def fits(place: str, value: str) -> bool:
    """Return whether the value may stand in that place."""
    return bool(re.fullmatch(PLACES[place], value.strip()))
