"""Checks of the words themselves: numbers nobody registered, long sentences, letters of the wrong alphabet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.adapters.texts.explain import label
from bot.adapters.texts.faults import Fault
from bot.adapters.texts.letters import wrong_letters
from bot.adapters.texts.markdown import OFFICE
from bot.adapters.texts.reading import Drafts, Entry
from bot.adapters.texts.strict_yaml import Loc

WORDS_AT_MOST = 25  # outliers; the aim is about 12 (docs/content.md)

_TARGET = re.compile(r"\]\([^)\n]*\)")
_LONG = re.compile(r"(?<![\w+.,:/–-])(?:\+|0)\d?(?:[ \u00a0()–-]{0,2}\d){6,}(?!\w)")
_UNIT = r"[ \u00a0]?(?:kr|SEK|крон|грн|eur|євро|€|%|km|км|år|year|рок|day|dag|д[еін]|mån|month|міс|осіб|людей|person|people)"
_SHORT = re.compile(
    rf"(?<![\w+.,:/§–-])(?<!\d[ \u00a0])(?<!SKV\s)11\d(?:[ \u00a0]?\d{{2,3}}|\d)?(?!\w|[.,:–-]\d|[ \u00a0]?\d|{_UNIT})", re.I
)
_MARKS = re.compile(r"\*\*|\]\(|\{service:")
_SENTENCE = re.compile(r"(?<=[.!?…])[\"»”)*]*\s+")
_NEW_UNIT = re.compile(r"\s*(?:- |\d+\. )")


@dataclass(frozen=True, slots=True)
class Piece:
    entry: Entry
    loc: Loc
    language: str
    text: str

    def fault(self, text: str, offset: int, *, bare: bool = False) -> Fault:
        """Return the fault at the character `offset` of the text. `bare`: without the name of the text before it."""
        loc = (*self.entry.loc, *self.loc)
        line = self.entry.document.text_line(loc, self.text.count("\n", 0, offset))
        return self.entry.fault_at(line, text if bare else f"{label(self.entry.document, loc)}: {text}")


def wording(drafts: Drafts) -> Iterator[Fault]:
    known = _register(drafts)
    for piece in pieces(drafts):
        field = piece.loc[-1]
        yield from _numbers(piece, known)
        yield from _letters(piece)
        if field in ("short", "body", "caveat") or piece.loc[0] == "caveat":
            yield from _sentences(piece)
        if field in ("short", "title", "button", "heading") and (mark := _MARKS.search(piece.text)):
            yield piece.fault(f"{mark[0]} is not used here, only in body; write plain text", mark.start())
        if field == "button" and piece.text.endswith("."):
            yield piece.fault("a button has no full stop; remove it", 0)


def _register(drafts: Drafts) -> set[str]:
    """Return the numbers that may be shown."""
    return {
        service.phone
        for entry in drafts.places.values()
        for service in entry.value.services
        if service.phone and service.status in ("ok", "verify") and service.confidence != "low"
    }


def pieces(drafts: Drafts) -> Iterator[Piece]:
    for entry in drafts.articles.values():
        for code, text in entry.value.texts.items():
            for field in ("button", "title", "short", "body"):
                yield Piece(entry, ("texts", code, field), code, getattr(text, field))
        for number, part in enumerate(entry.value.parts):
            for code, section in part.texts.items():
                for field in ("heading", "short", "body"):
                    yield Piece(entry, ("parts", number, "texts", code, field), code, getattr(section, field))
    for entry in drafts.rules.values():
        for code, caveat in entry.value.caveat.items():
            yield Piece(entry, ("caveat", code), code, caveat)
    if drafts.phrases:
        for number, phrase in enumerate(drafts.phrases.value.phrases):
            for code, text in phrase.texts.items():
                yield Piece(drafts.phrases, ("phrases", number, "texts", code), code, text)
    for entry in drafts.topics.values():
        for code, name in entry.value.names.items():
            yield Piece(entry, ("names", code), code, name)
    for entry in drafts.places.values():
        for code, name in entry.value.names.items():
            yield Piece(entry, ("names", code), code, name)
        for number, service in enumerate(entry.value.services):
            for field in ("names", "hours_notes"):
                for code, words in getattr(service, field).items():
                    yield Piece(entry, ("services", number, field, code), code, words)


def _numbers(piece: Piece, known: set[str]) -> Iterator[Fault]:
    if not any(c.isdigit() for c in piece.text):
        return
    for number, found in numbers_to_ring(without_targets(piece.text)):
        if number not in known:
            said = f"the number {found[0].strip()} is of no office in content/places"
            yield piece.fault(f"{said}; add it there, or name the office as {{service:…}}", found.start())


def numbers_to_ring(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield the phone numbers in the text, as dialled, with where they stand."""
    for pattern in (_LONG, _SHORT):
        for found in pattern.finditer(text):
            yield _dialled(found[0]), found


def without_targets(text: str) -> str:
    """Blank out the addresses of links; every other character keeps its place."""
    return _TARGET.sub(lambda m: "]" + " " * (len(m[0]) - 1), text)


def _dialled(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    if number.startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    return f"+46{digits[1:]}" if digits.startswith("0") else digits


def _letters(piece: Piece) -> Iterator[Fault]:
    for text, offset in wrong_letters(piece.language, without_targets(piece.text)):
        yield piece.fault(text, offset)


def _sentences(piece: Piece) -> Iterator[Fault]:
    text = without_targets(piece.text)
    for start, unit in _units(text):
        at = 0
        for sentence in _SENTENCE.split(unit):
            at = unit.index(sentence, at)
            words = [w for w in sentence.split() if any(c.isalnum() for c in w)]
            if len(words) > WORDS_AT_MOST:
                begins = " ".join(words[:4]).strip("[*")
                said = f"the sentence '{begins} …' has {len(words)} words, at most {WORDS_AT_MOST}; make two of it"
                yield piece.fault(said, start + at)


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text, without addresses and office lines."""
    for _, unit in _units(without_targets(text)):
        yield from _SENTENCE.split(unit)


def _units(text: str) -> Iterator[tuple[int, str]]:
    """Split into paragraphs and list items, each with its offset; office lines are left out."""
    at, begun, unit = 0, 0, ""
    for line in (*text.splitlines(keepends=True), "\n"):
        ends = not line.strip() or bool(OFFICE.fullmatch(line.strip()))
        if ends or _NEW_UNIT.match(line):
            if unit.strip():
                yield begun, unit
            begun, unit = at, ""
        if not ends:
            begun = begun if unit else at
            unit += line
        at += len(line)
