"""content/phrases.yaml -> Phrases, and what is wrong with them: gaps, places that differ, what must never be said or asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bot.adapters.texts.duty_models import PhraseFile, PhrasesFile
from bot.adapters.texts.explain import label
from bot.adapters.texts.faults import ContentFaults, Fault
from bot.adapters.texts.reading import PHRASES, Drafts, Entry, read_one
from bot.domain.phrases import ANYONE, CHILD, PLACES, Group, Phrase, Phrases, places

REPORTERS_ALSO_READ = ("ru",)  # written for the reporter beside the languages of the service
AT_MOST = 200
WORDS_AT_MOST, WORDS_AT_MOST_CHILD = 16, 13

_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_NEVER = (
    (
        "asks why, which sounds like blame; ask what, where, who or when",
        re.compile(r"\b(?:varför|why|how come|(?<!в )(?<!у )(?<!на )чому|навіщо|нащо|почему|зачем)\b", re.I),
    ),
    (
        "speaks of secrecy, which we cannot promise; say who reads instead",
        re.compile(
            r"anonym|hemlig|sekretess|konfidentiell|tystnadsplikt|mellan oss|secret|confidential|between us|"
            r"анонім|таємн|конфіденц|секрет|між нами|аноним|тайн|конфиденц|между нами",
            re.I,
        ),
    ),
    (
        "asks for a personal number; we never do here",
        re.compile(
            r"personnummer|samordningsnummer|personal (?:identity )?number|coordination number|"
            r"персональн\w+ номер|особист\w+ номер|личн\w+ номер|\bІПН\b|\bИНН\b",
            re.I,
        ),
    ),
)


def load_phrases(content_dir: Path) -> Phrases:
    """Return the phrases. Raises ContentFaults with every fault that would show a reader or staff a gap."""
    drafts = Drafts(Path(content_dir))
    drafts.phrases = read_one(drafts, PHRASES, PhrasesFile)
    faults = [*drafts.faults, *(_structure(drafts.phrases) if drafts.phrases else ())]
    if faults or drafts.phrases is None:
        raise ContentFaults(faults)
    file = drafts.phrases.value
    return Phrases(
        groups=tuple(Group(group.id, group.names) for group in file.groups),
        all=tuple(Phrase(p.id, p.group, p.for_, p.texts) for p in file.phrases),
    )


def phrases(drafts: Drafts) -> Iterator[Fault]:
    """Yield all that an editor has to mend."""
    entry = drafts.phrases
    if entry is None:
        return
    yield from _structure(entry)
    service = drafts.complete_languages
    for number, group in enumerate(entry.value.groups):
        for code in service:
            if code not in group.names:
                yield _fault(entry, ("groups", number, "names"), f"{code} is missing; name the group in every language")
        if all(phrase.group != group.id for phrase in entry.value.phrases):
            yield _fault(entry, ("groups", number, "id"), "has no phrase; write one or remove the group")
    seen: dict[tuple[str, str], list[PhraseFile]] = {}
    for number, phrase in enumerate(entry.value.phrases):
        yield from _languages(entry, number, phrase, (*service, *REPORTERS_ALSO_READ))
        for code, text in phrase.texts.items():
            loc = ("phrases", number, "texts", code)
            for said in _wording(phrase, text):
                yield _fault(entry, loc, said)
            for other in seen.setdefault((code, " ".join(text.casefold().split())), []):
                if ANYONE in (phrase.for_, other.for_) or phrase.for_ == other.for_:
                    yield _fault(entry, loc, f"says the same as {other.id}; keep one of them")
            seen[code, " ".join(text.casefold().split())].append(phrase)


def _structure(entry: Entry[PhrasesFile]) -> Iterator[Fault]:
    """Yield what staff or a reader would stumble on while the service runs."""
    groups = [group.id for group in entry.value.groups]
    for kind, ids in (("groups", groups), ("phrases", [phrase.id for phrase in entry.value.phrases])):
        for number, id_ in enumerate(ids):
            if id_ in ids[:number]:
                yield _fault(entry, (kind, number, "id"), f"'{id_}' stands in the list twice; rename one of the two")
    for number, phrase in enumerate(entry.value.phrases):
        if phrase.group not in groups:
            yield _fault(entry, ("phrases", number, "group"), f"'{phrase.group}' is no group of this file; mend the id")
        # What most languages have is meant; the odd one out is the slip.
        wanted = Counter(frozenset(places(text)) for text in phrase.texts.values()).most_common(1)[0][0]
        for code, text in phrase.texts.items():
            loc = ("phrases", number, "texts", code)
            there = set(places(text))
            for name in sorted(there - set(PLACES)):
                yield _fault(entry, loc, f"has {{{name}}}; there are " + ", ".join(f"{{{place}}}" for place in PLACES))
            if there != wanted:
                odd = ", ".join(f"{{{name}}}" for name in sorted(there ^ wanted))
                yield _fault(entry, loc, f"differs from the others in {odd}; every language has the same places to fill in")
            if text.count("{") != len(re.findall(r"\{\w+\}", text)) or text.count("{") != text.count("}"):
                yield _fault(entry, loc, "has a brace without its other half; mend it")


def _languages(entry: Entry[PhrasesFile], number: int, phrase: PhraseFile, wanted: tuple[str, ...]) -> Iterator[Fault]:
    for code in wanted:
        if code not in phrase.texts:
            yield _fault(entry, ("phrases", number, "texts"), f"{code} is missing; write it")
    for code in phrase.texts:
        if code not in wanted:
            yield _fault(entry, ("phrases", number, "texts", code), "is no language of the phrases; remove it")


def _wording(phrase: PhraseFile, text: str) -> Iterator[str]:
    if len(text) > AT_MOST:
        yield f"has {len(text)} characters, at most {AT_MOST}; shorten it"
    most = WORDS_AT_MOST_CHILD if phrase.for_ == CHILD else WORDS_AT_MOST
    for sentence in _SENTENCE.split(text):
        count = sum(any(char.isalnum() for char in word) for word in sentence.split())
        if count > most:
            yield f"has a sentence of {count} words, at most {most}; make two of it"
    for said, pattern in _NEVER:
        if found := pattern.search(text):
            yield f"with '{found[0]}' {said}"


def _fault(entry: Entry[PhrasesFile], loc: tuple[str | int, ...], text: str) -> Fault:
    return entry.fault(loc, f"{label(entry.document, loc)} {text}")
