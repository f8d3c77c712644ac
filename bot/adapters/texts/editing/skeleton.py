"""A new article with everything in its place; `check` then names each thing that is left to fill in, with its line."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.adapters.texts.editing.changes import written
from bot.adapters.texts.editing.units import SOURCE
from bot.adapters.texts.explain import validated
from bot.adapters.texts.faults import Fault
from bot.adapters.texts.models import ArticleFile, Id
from bot.adapters.texts.reading import Drafts, read
from bot.adapters.texts.strict_yaml import parse

_HEAD = """\
# yaml-language-server: $schema=../schema/article.json
id: {id}
topic: {topic}
order: {order}
intents: [{intents}]
reviewed_on:              # the day you read the finished text against its sources, as 2026-11-24
review_every_days: 90     # 30 for amounts and rules that change
rules: []                 # ids in content/rules.yaml whose caveat stands above the answer
sources:                  # what the answer rests on
- publisher: ''
  title: ''
  url:
  dated: ''               # the day the source itself gives, as '2025-03-01'; '' when undated
  checked_on:             # the day you read it
  facts: []               # ids of the facts taken from it
next: []                  # articles offered as buttons, at most four
phrasings:                # how people ask, in their words, one `- ` a line
"""
_TEXT = """\
  {code}:
    button: ''            # at most 24 characters, a verb or a noun, no full stop
    title: ''             # at most 70
    short: ''             # at most 300, plain text: the act first, then why
    body: ''              # paragraphs, lists, **bold**, links, {{service:…}}; may stay empty
"""


class CannotBegin(Exception):
    """Says why there can be no such article."""


def new_article(content_dir: Path, id_: str, intents: Sequence[str], topic: str = "") -> tuple[Path, list[Fault]]:
    """Write the skeleton and return its path and what is left to fill in. Raises CannotBegin; overwrites nothing."""
    drafts = read(content_dir)
    path = content_dir / "articles" / f"{id_}.yaml"
    _may_begin(drafts, path, id_, intents)
    made = _skeleton(drafts, id_, intents, _topic(drafts, topic, intents))
    written(path, made.encode())
    return path, left(f"{content_dir.name}/articles/{path.name}", path)


def skeleton_of(content_dir: Path, id_: str, topic: str) -> str:
    """Return the skeleton of an article whose intents are not chosen yet. Raises CannotBegin."""
    drafts = read(content_dir)
    _may_begin(drafts, content_dir / "articles" / f"{id_}.yaml", id_, ())
    return _skeleton(drafts, id_, (), _topic(drafts, topic, ("",)))


def left(name: str, path: Path) -> list[Fault]:
    """Return what `check` says of the article by itself."""
    document = parse(name, path.read_bytes())
    return sorted(document.faults or validated(ArticleFile, document, document.value)[1])


def _may_begin(drafts: Drafts, path: Path, id_: str, intents: Sequence[str]) -> None:
    try:
        TypeAdapter(Id).validate_python(id_)
    except ValidationError:
        form = "small Latin letters, digits and single hyphens, beginning with a letter, at most 62"
        raise CannotBegin(f"'{id_}' cannot be an id; write {form}") from None
    if path.exists():
        raise CannotBegin(f"{path} is there already; choose another id, or change that file")
    known = [*drafts.intents, *drafts.proposed]
    for intent in intents:
        if intent not in known:
            near = ", ".join(get_close_matches(intent, known, n=3)) or ", ".join(known)
            raise CannotBegin(f"intent '{intent}' is not in content/intents.yaml; perhaps {near}")


def _topic(drafts: Drafts, topic: str, intents: Sequence[str]) -> str:
    topic = topic or intents[0].partition(".")[0]
    if topic not in drafts.topics:
        raise CannotBegin(f"topic '{topic}' is not in content/topics.yaml; give one with --topic: {', '.join(drafts.topics)}")
    return topic


def _skeleton(drafts: Drafts, id_: str, intents: Sequence[str], topic: str) -> str:
    last = max((e.value.order for e in drafts.articles.values() if e.value.topic == topic), default=0)
    codes = sorted(drafts.complete_languages, key=lambda code: code != SOURCE)
    head = _HEAD.format(id=id_, topic=topic, order=last + 10, intents=", ".join(intents))
    phrasings = "".join(f"  {code}:\n  - ''\n" for code in codes)
    return (
        head
        + phrasings
        + f"texts:                    # {SOURCE} first: the others are translations of it\n"
        + "".join(_TEXT.format(code=code) for code in codes)
    )
