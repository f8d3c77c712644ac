"""How well and how fast free text finds its answer, on questions that nobody wrote into the content.

practice, development: their authors' lines stand nowhere in content/, but cuts were set on them and phrasings were added after
their misses were read. blind: nobody may read its lines; only these totals are looked at. alarm: tests/content/blind_danger.yaml,
read by nobody either. What the content's own wordings show when they are held out is in held_out.py.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import psutil
import yaml

from bench.figures import spread, table
from bot.adapters.meaning.opinion import SecondOpinion
from bot.app.config import ROOT, from_environment
from bot.app.content import Content, open_content, open_lists, second_opinion
from bot.domain import danger, ranking, wording
from bot.domain.content import Catalog
from bot.domain.conversation import Found
from bot.domain.search import SENSITIVE, Index, WordLists, build_index, find, look

LANGUAGES = ("uk", "ru", "sv", "en")
SETS = ("practice", "development", "blind")
ARTICLES = (200, 10_000)
PATIENCE_S = 20.0

Question = Mapping[str, Any]
ALARM_HEAD = ["language", "urgent", "hard", "urgent and weak", "hard or soft", "harmless", "false hard", "false hard or soft"]
HEAD = ["set", "language", "in scope", "first", "among three", "refused", "at once", "of these right", "out", "don't know",
        "urgent", "hard", "false", "hard or soft", "false"]  # fmt: skip


def questions(name: str) -> list[Question]:
    read = yaml.safe_load((ROOT / "tests" / "content" / f"{name}_questions.yaml").read_text())
    return read["questions"] if isinstance(read, dict) else read


def tally(asked: Iterable[Question], catalog: Catalog, ask: Callable[[str], Found]) -> dict[str, Counter[str]]:
    """Return the counts per language and for all. Refusing a good question counts as a miss."""
    covered = {intent for article in catalog.articles.values() for intent in article.intents}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for question in asked:
        kind, intents = question["kind"], set(question.get("intents") or ())
        if question.get("gap") in covered:
            kind, intents = "in", intents | {question["gap"]}
        found = ask(question["q"])
        right = [bool(intents & set(catalog.articles[hit.article].intents)) for hit in found.hits]
        seen = Counter([kind])
        if kind == "in":
            seen["refused"] += found.abstain and not found.danger
            if not found.abstain:
                seen["first"] += right[:1] == [True]
                seen["three"] += any(right)
            if found.sure and not found.danger:
                seen["at once"] += 1
                seen["at once right"] += right[0]
        elif kind == "out":
            seen["unknown"] += found.abstain or (bool(intents) and right[:1] == [True])
        if kind == "urgent":
            seen["hard"] += bool(found.danger)
            seen["soft"] += bool(found.danger) or found.caution
        elif not intents & {*SENSITIVE}:
            seen["calm"] += 1
            seen["false hard"] += bool(found.danger)
            seen["false soft"] += bool(found.danger) or found.caution
        for key in ("all", question["lang"]):
            counts[key] += seen
    return counts


def rows(name: str, counts: Mapping[str, Counter[str]]) -> list[list[str]]:
    def share(c: Counter[str], part: str, whole: str) -> str:
        return f"{100 * c[part] / c[whole]:.1f}" if c[whole] else "–"

    return [
        [name, language, str(c["in"]), share(c, "first", "in"), share(c, "three", "in"), share(c, "refused", "in"),
         share(c, "at once", "in"), share(c, "at once right", "at once"), str(c["out"]), share(c, "unknown", "out"),
         str(c["urgent"]), share(c, "hard", "urgent"), share(c, "false hard", "calm"), share(c, "soft", "urgent"),
         share(c, "false soft", "calm")]
        for language in ("all", *LANGUAGES)
        if (c := counts[language])
    ]  # fmt: skip


def messages_of_danger() -> list[Question]:
    return yaml.safe_load((ROOT / "tests" / "content" / "blind_danger.yaml").read_text())["messages"]


def alarm(asked: Iterable[Question], ask: Callable[[str], Found]) -> list[list[str]]:
    """Return the rows: how many of the urgent get the hard alarm, of all signs an alarm or care, of the harmless either."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for message in asked:
        found = ask(message["q"])
        seen = Counter({message["kind"]: 1})
        seen[f"{message['kind']} hard"] += bool(found.danger)
        seen[f"{message['kind']} soft"] += bool(found.danger) or found.caution
        for key in ("all", message["lang"]):
            counts[key] += seen
    lines = []
    for language in ("all", *LANGUAGES):
        c = counts[language]
        signs = c["urgent"] + c["weak"]
        lines.append([
            language, str(c["urgent"]), f"{100 * c['urgent hard'] / c['urgent']:.1f}",
            str(signs), f"{100 * (c['urgent soft'] + c['weak soft']) / signs:.1f}",
            str(c["calm"]), f"{100 * c['calm hard'] / c['calm']:.1f}", f"{100 * c['calm soft'] / c['calm']:.1f}",
        ])  # fmt: skip
    return lines


def speed(content: Content, lists: WordLists, rounds: int) -> str:
    """Return the table: time of one question by words alone, start-up and memory, as the articles grow."""
    asked = [q["q"] for name in SETS[:2] for q in questions(name)]
    own = list(content.catalog.articles.values())
    lines = []
    for count in (len(own), *ARTICLES):
        articles = {a.id: a for a in own}
        for number in range(count - len(own)):
            copied = own[number % len(own)]
            # Words of its own, as in life: otherwise every copy would share every posting.
            written = {code: tuple(f"{w} {number}" for w in some[number % 7 :: 7]) for code, some in copied.phrasings.items()}
            articles[f"copy-{number}"] = replace(copied, id=f"copy-{number}", phrasings=written, texts={})
        gc.collect()
        for kept in (wording.loose_word, danger._word, ranking.pieces):
            kept.cache_clear()
        before = psutil.Process().memory_info().rss
        gc.disable()  # as when the service starts
        began = time.process_time()  # of this process alone: the machine may be shared
        index = build_index(replace(content.catalog, articles=articles), lists)
        built = time.process_time() - began
        gc.enable()
        grown = (psutil.Process().memory_info().rss - before) / 1e6
        middles, tails = [], []
        for _ in range(rounds):
            times = []
            for words in asked:
                began = time.process_time()
                find(index, words)
                times.append(1000 * (time.process_time() - began))
            times.sort()
            middles.append(times[len(times) // 2])
            tails.append(times[int(0.99 * len(times))])
        lines.append([f"{count:,}", spread(middles, 2), spread(tails, 2), f"{built:.2f}", f"{grown:.0f}"])
        del index
    return table(["articles", "p50 ms", "p99 ms", "index built s", "grown MB"], lines)


async def opinions(index: Index, second: SecondOpinion) -> tuple[dict[str, Mapping[str, float] | None], str]:
    """Return what the model says of every question, and how long it took, there and back."""
    await asyncio.wrap_future(second.ready)
    said, times = {}, []
    asked = [q["q"] for name in SETS for q in questions(name)] + [q["q"] for q in messages_of_danger()]
    for words in dict.fromkeys(asked):
        seen = look(index, words)
        if seen.settled or not seen.words.strip():
            said[words] = None
            continue
        began = time.perf_counter()
        said[words] = await second.ask(seen.words)
        times.append(1000 * (time.perf_counter() - began))
    times.sort()
    return said, f"The model, there and back: p50 {times[len(times) // 2]:.0f} ms, p99 {times[int(0.99 * len(times))]:.0f} ms."


async def measure(rounds: int) -> str:
    """Return the tables: by words alone, and with the model where its wheel is."""
    settings = from_environment()
    content, lists = open_content(settings), open_lists(settings.content_dir)
    lines: list[Sequence[str]] = []
    for name in SETS:
        lines += rows(name, tally(questions(name), content.catalog, lambda words: find(content.index, words)))
    parts = [f"By words alone, per cent:\n\n{table(HEAD, lines)}"]
    signs = alarm(messages_of_danger(), lambda words: find(content.index, words))
    parts.append(f"Messages of danger and harmless ones, by words alone, per cent:\n\n{table(ALARM_HEAD, signs)}")
    if second := second_opinion(settings, PATIENCE_S):
        said, took = await opinions(content.index, second)
        second.close()
        lines = []
        for name in SETS:
            lines += rows(name, tally(questions(name), content.catalog, lambda words: find(content.index, words, said[words])))
        parts.append(f"With the model, per cent:\n\n{table(HEAD, lines)}\n\n{took}")
        signs = alarm(messages_of_danger(), lambda words: find(content.index, words, said[words]))
        parts.append(f"Messages of danger and harmless ones, with the model, per cent:\n\n{table(ALARM_HEAD, signs)}")
    return "\n\n".join([*parts, speed(content, lists, rounds)])
