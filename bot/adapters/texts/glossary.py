"""Swedish words that must survive translation, and words that stand in no text of a language: content/glossary.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.adapters.texts import strict_yaml
from bot.adapters.texts.explain import validated
from bot.adapters.texts.faults import Fault
from bot.adapters.texts.models import ArticleFile, GlossaryFile
from bot.adapters.texts.reading import Drafts, Entry
from bot.adapters.texts.translated import SOURCE
from bot.adapters.texts.wording import pieces, without_targets

GLOSSARY = "glossary.yaml"
SHORT = 4  # a word this short must stand alone: "sfi" is not in "sfinx"


def glossary_faults(drafts: Drafts) -> Iterator[Fault]:
    """Yield protected words that a translation lost, and words that must not be used."""
    path = drafts.root / GLOSSARY
    if not path.exists():
        return
    document = strict_yaml.parse(drafts.path(GLOSSARY), path.read_bytes())
    yield from document.faults
    glossary, faults = validated(GlossaryFile, document, document.value) if not document.faults else (None, [])
    yield from faults
    if glossary is None:
        return
    protected = {term.survives: _pattern(term.survives) for term in glossary.terms if term.survives}
    for entry in drafts.articles.values():
        yield from _lost(entry, protected)
    never = {
        code: re.compile(rf"\b({'|'.join(map(re.escape, words))})\w{{0,2}}\b", re.I)
        for code, words in glossary.never.items()
        if words
    }
    for piece in pieces(drafts):
        found = never[piece.language].search(piece.text) if piece.language in never else None
        if found:
            yield piece.fault(
                f"'{found[0]}' is not used in this language (content/glossary.yaml); find the right word", found.start()
            )


def _lost(entry: Entry[ArticleFile], protected: Mapping[str, re.Pattern[str]]) -> Iterator[Fault]:
    """A word counts as kept when it stands anywhere in that language of the article: once is enough to recognise it."""
    words = {code: _all_words(entry.value, code) for code in entry.value.texts}
    for word, pattern in protected.items():
        if SOURCE in words and pattern.search(words[SOURCE]):
            for code, said in words.items():
                if code != SOURCE and not pattern.search(said):
                    text = f"{code}: the Swedish word '{word}' is lost; put it in brackets behind its translation once"
                    yield entry.fault(("texts", code), text)


def _all_words(article: ArticleFile, code: str) -> str:
    texts = [(article.texts[code].title, article.texts[code].short, article.texts[code].body)]
    texts += [(p.texts[code].heading, p.texts[code].short, p.texts[code].body) for p in article.parts if code in p.texts]
    return " ".join(without_targets(" ".join(fields)) for fields in texts).replace("\n", " ")


def _pattern(word: str) -> re.Pattern[str]:
    spaced = r"\s+".join(map(re.escape, word.split()))
    cased = 0 if word.isupper() else re.IGNORECASE
    return re.compile(rf"(?<!\w){spaced}" + (r"(?!\w)" if len(word) <= SHORT else ""), cased)
