"""How easy the texts are to read: words a sentence and letters a word, per language; texts far above the others are faults.

Source for 15 words on average: UK Home Office, writing for people with limited English. The aim of this house is 12.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import mean

from bot.adapters.texts.faults import Fault
from bot.adapters.texts.reading import Drafts
from bot.adapters.texts.wording import Piece, pieces, sentences

SENTENCE_AT_MOST = 15.0  # words, on average over a text
LONGER_AT_MOST = 1.4  # letters a word, against the average of the language
ENOUGH = 30  # words, in three sentences or more; the average of less says nothing
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Measured:
    piece: Piece
    sentence: float
    word: float


def plainness_faults(drafts: Drafts) -> Iterator[Fault]:
    for language, texts in measured(drafts).items():
        usual = mean(text.word for text in texts)
        for text in texts:
            if text.sentence > SENTENCE_AT_MOST:
                said = f"{text.sentence:.1f} words a sentence on average, at most {SENTENCE_AT_MOST:.0f}; make shorter sentences"
                yield text.piece.fault(said, 0)
            if text.word > usual * LONGER_AT_MOST:
                said = f"{text.word:.1f} letters a word, where {language} has {usual:.1f} on average; use shorter words"
                yield text.piece.fault(said, 0)


def measured(drafts: Drafts) -> dict[str, list[Measured]]:
    """Return every text of enough words, by language."""
    found: dict[str, list[Measured]] = defaultdict(list)
    for piece in pieces(drafts):
        if piece.loc[-1] not in ("short", "body"):
            continue
        counted = [words for sentence in sentences(piece.text) if (words := _WORD.findall(sentence))]
        words = [word for sentence in counted for word in sentence]
        if len(words) >= ENOUGH and len(counted) >= 3:
            found[piece.language].append(Measured(piece, mean(map(len, counted)), mean(map(len, words))))
    return found


def summary(drafts: Drafts) -> list[str]:
    """Return a line for each language: how its texts read, and the hardest one."""
    lines = []
    for language, texts in measured(drafts).items():
        hardest = max(texts, key=lambda text: text.sentence)
        lines.append(
            f"{language}: {len(texts)} texts, {mean(t.sentence for t in texts):.1f} words a sentence,"
            f" {mean(t.word for t in texts):.1f} letters a word; the longest sentences, {hardest.sentence:.1f} words,"
            f" in {hardest.piece.entry.document.path}"
        )
    return lines
