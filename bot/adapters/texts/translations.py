"""Checks of locales/: every sentence of the code in every language, whole, with its placeholders, short enough."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from babel.core import Locale, UnknownLocaleError
from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po

from bot.adapters.texts.extract import template
from bot.adapters.texts.faults import Fault
from bot.adapters.texts.letters import wrong_letters
from bot.adapters.texts.locales import PO, SOURCE_LANGUAGE
from bot.adapters.texts.reading import Drafts

AGAIN = "run `python -m bot.adapters.texts.extract`"
_PLACEHOLDER = re.compile(r"\{(\w*)[^{}]*\}")
_DIGITS = re.compile(r"\d+")
_LIMIT = re.compile(r"Translators:.*\bmax (\d+)")
_of_code = cache(template)  # the code does not change while it runs


def translations(drafts: Drafts, locales_dir: Path) -> Iterator[Fault]:
    """Yield faults of bot.pot and of each language; a language with `complete: false` may have gaps."""
    wanted = {_key(m): m for m in _of_code() if m.id}
    yield from _template(locales_dir, wanted)
    for code, entry in drafts.languages.items():
        if not _known(code):
            yield entry.fault(("code",), f"code '{code}' is no language that dates can be written in; mend the code")
        elif code == SOURCE_LANGUAGE:
            yield from _source_language(locales_dir)
        else:
            yield from _language(locales_dir, code, wanted, entry.value.complete)


def _known(code: str) -> bool:
    try:
        Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _key(message: Message) -> Sequence[str]:
    return tuple(message.id) if isinstance(message.id, list | tuple) else (message.id,)


def _read(locales_dir: Path, name: Path | str, faults: list[Fault]) -> Catalog | None:
    path = f"{locales_dir.name}/{name}"
    try:
        return _parsed((locales_dir / name).read_bytes())
    except FileNotFoundError:
        faults.append(Fault(path, 1, f"the file is missing; {AGAIN}"))
    except (PoFileError, UnicodeDecodeError, ValueError) as wrong:
        line = getattr(wrong, "lineno", None) or 0
        faults.append(Fault(path, line + 1, f"this is not a valid catalogue ({wrong}); mend the line, often a missing quote"))
    return None


@lru_cache(maxsize=16)  # nobody changes what is returned
def _parsed(raw: bytes) -> Catalog:
    return read_po(BytesIO(raw), abort_invalid=True)


def _template(locales_dir: Path, wanted: dict[Sequence[str], Message]) -> Iterator[Fault]:
    faults: list[Fault] = []
    pot = _read(locales_dir, "bot.pot", faults)
    yield from faults
    if pot is None:
        return
    path = f"{locales_dir.name}/bot.pot"
    there = {_key(m): m for m in pot if m.id}
    for key in wanted.keys() - there.keys():
        yield Fault(path, 1, f"'{key[0]}' is missing; {AGAIN}")
    for key in there.keys() - wanted.keys():
        yield Fault(path, there[key].lineno or 1, f"'{key[0]}' is not in the code any more; {AGAIN}")
    for key, message in wanted.items():
        limit = _limit(message)
        if key in there and limit and len(key[0]) > limit:
            text = f"'{key[0]}' has {len(key[0])} characters, at most {limit}; shorten it in the code"
            yield Fault(path, there[key].lineno or 1, text)


def _source_language(locales_dir: Path) -> Iterator[Fault]:
    name = Path(SOURCE_LANGUAGE) / PO
    faults: list[Fault] = []
    catalog = _read(locales_dir, name, faults)
    yield from faults
    for message in catalog or ():
        if message.id and any(_strings(message)):
            text = f"'{_key(message)[0]}' is translated; English stands in the code, leave it empty here"
            yield Fault(f"{locales_dir.name}/{name}", message.lineno or 1, text)


def _language(locales_dir: Path, code: str, wanted: dict[Sequence[str], Message], complete: bool) -> Iterator[Fault]:
    name = Path(code) / PO
    path = f"{locales_dir.name}/{name}"
    faults: list[Fault] = []
    catalog = _read(locales_dir, name, faults)
    yield from faults
    if catalog is None:
        return
    there = {_key(m): m for m in catalog if m.id}
    for key in wanted.keys() - there.keys():
        if complete:
            yield Fault(path, 1, f"'{key[0]}' is missing; {AGAIN} and translate it")
    for key, message in there.items():
        for text in _message(code, message, wanted.get(key, message), catalog.num_plurals, complete):
            yield Fault(path, message.lineno or 1, f"'{key[0]}' {text}")


def _message(code: str, message: Message, origin: Message, plurals: int, complete: bool) -> Iterator[str]:
    strings, key = _strings(message), _key(message)
    if message.fuzzy:
        yield "is marked fuzzy; check the words and take the mark off"
    if not any(strings):
        if complete:
            yield "is not translated; translate it"
        return
    if not all(strings) or (len(key) > 1 and len(strings) != plurals):
        yield f"has {sum(map(bool, strings))} of {plurals} plural forms; fill in all"
        return
    for said in strings:
        missing, extra = _placeholders(key[-1]) - _placeholders(said), _placeholders(said) - _placeholders(key[-1])
        if missing and not (len(key) > 1 and said == strings[0]):
            yield f"lacks {', '.join(sorted(missing))}; put it where it belongs"
        if extra:
            yield f"has {', '.join(sorted(extra))}, which the English has not; remove it"
        if len(key) == 1 and _digits(key[0]) != _digits(said):
            yield "has other figures than the English; mend them"
        limit = _limit(origin)
        if limit and len(said) > limit:
            yield f"has {len(said)} characters, at most {limit}; shorten it"
        for text, _ in wrong_letters(code, said):
            yield f"is translated with a slip: {text}"


def _strings(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, list | tuple) else (message.string or "",)


def _placeholders(text: str) -> set[str]:
    return {f"{{{name}}}" for name in _PLACEHOLDER.findall(text)}


def _digits(text: str) -> set[str]:
    """Return the figures in digits; what stands in for a placeholder is none."""
    return set(_DIGITS.findall(_PLACEHOLDER.sub("", text)))


def _limit(message: Message) -> int:
    found = _LIMIT.search(" ".join((*message.auto_comments, *message.user_comments)))
    return int(found[1]) if found else 0
