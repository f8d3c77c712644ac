"""The words of receipt codes, from content/receipt_words.yaml."""

from __future__ import annotations

from pathlib import Path

from bot.adapters.texts.faults import ContentFaults, Fault
from bot.adapters.texts.strict_yaml import parse
from bot.domain.receipt import WordList, word_list

NAME = "receipt_words.yaml"


def receipt_words(content_dir: Path) -> WordList:
    """Return the words. Raises ContentFaults when the file is missing or would make codes that a slip can spoil."""
    path = f"content/{NAME}"
    try:
        document = parse(path, (Path(content_dir) / NAME).read_bytes())
    except OSError as fault:
        raise ContentFaults([Fault(path, 1, f"cannot be read ({fault.strerror}); put it back")]) from None
    if document.faults:
        raise ContentFaults(document.faults)
    try:
        return word_list(document.value)
    except ValueError as fault:
        raise ContentFaults([document.fault(["words"], f"{fault}; mend the list")]) from None
