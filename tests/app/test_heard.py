"""The same words are judged once; a model that was late is asked again; no words are kept."""

from __future__ import annotations

import gc
from dataclasses import replace

from bot.app.heard import LONGEST, Heard
from bot.domain.conversation import Found
from tests.support.whole import real_content

WORDS = "kvizzelbrand plumf?"  # no word of ours


class Model:
    """Gives these opinions in turn, None when it is late."""

    def __init__(self, *opinions: dict[str, float] | None) -> None:
        self.asked: list[str] = []
        self._opinions = iter(opinions)

    async def ask(self, words: str) -> dict[str, float] | None:
        self.asked.append(words)
        return next(self._opinions)


async def test_the_same_words_are_judged_once() -> None:
    model = Model({"school-start": 1.0}, {"school-start": 1.0})
    content = replace(real_content(), second=model)  # type: ignore[arg-type]
    found = await content.find(WORDS)
    assert found.hits[0].article == "school-start"
    assert await content.find(WORDS) is found and len(model.asked) == 1
    assert (await content.find(WORDS + "!")).hits and len(model.asked) == 2


async def test_a_model_that_was_late_is_asked_again_and_then_heard() -> None:
    model = Model(None, {"lma-amounts": 1.0})
    content = replace(real_content(), second=model)  # type: ignore[arg-type]
    by_words = await content.find(WORDS)
    both = await content.find(WORDS)
    assert len(model.asked) == 2 and by_words != both and both.hits[0].article == "lma-amounts"
    assert await content.find(WORDS) is both


async def test_danger_is_danger_the_second_time_too() -> None:
    content = replace(real_content(), second=Model())  # type: ignore[arg-type]
    for _ in range(2):
        assert (await content.find("дитина сама на вокзалі")).danger == "child_alone"


async def test_what_one_set_of_texts_answered_is_not_said_by_another() -> None:
    before = replace(real_content(), second=Model({"school-start": 1.0}))  # type: ignore[arg-type]
    await before.find(WORDS)
    after = replace(before, second=Model({"lma-amounts": 1.0}))  # type: ignore[arg-type]
    assert (await after.find(WORDS)).hits[0].article == "lma-amounts"


def test_the_longest_unasked_goes_first_and_long_words_are_not_kept() -> None:
    heard, found = Heard(most=2), Found(abstain=False)
    for words in ("a", "b"):
        heard.keep(words, found)
    assert heard.recall("a") is found
    heard.keep("c", found)
    assert [heard.recall(words) for words in "abc"] == [found, None, found]
    heard.keep("x" * (LONGEST + 1), found)
    assert heard.recall("x" * (LONGEST + 1)) is None and heard.recall("a") is found


def test_half_letters_are_heard_and_no_words_are_kept() -> None:
    heard, secret = Heard(), "моя дитина зникла \ud83d"
    heard.keep(secret, Found(abstain=False))
    assert heard.recall(secret)
    held: list[object] = [heard]
    for thing in held:
        if isinstance(thing, str | bytes):
            assert "зникла" not in str(thing) and "зникла".encode() not in (thing if isinstance(thing, bytes) else b"")
        elif isinstance(thing, Heard | dict | Found | tuple):
            held += gc.get_referents(thing)
    assert len(held) > 3
