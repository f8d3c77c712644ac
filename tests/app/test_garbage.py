"""Garbage is looked for while nothing is answered, and what refers to itself goes all the same."""

from __future__ import annotations

import asyncio
import gc
import weakref
from pathlib import Path

import pytest

from bot.adapters.store import database as store
from bot.app import garbage


class Ring:
    def __init__(self) -> None:
        self.own = self


@pytest.fixture
def only_when_asked() -> object:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_what_is_new_goes_at_the_next_look(only_when_asked: object) -> None:
    ring = weakref.ref(Ring())
    assert ring() is not None
    for _ in range(2):  # also where the first happens to be one for older things
        garbage.look()
    assert ring() is None


def test_what_has_grown_old_goes_in_the_end(only_when_asked: object) -> None:
    kept = Ring()
    ring = weakref.ref(kept)
    for _ in range(garbage.OLDER_EVERY + 1):
        garbage.look()
    del kept
    for _ in range(garbage.OLDER_EVERY**2):
        garbage.look()
    assert ring() is None


async def test_the_writer_looks_once_it_is_quiet_and_never_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "TIDY_AFTER", 5)
    looked = asyncio.Event()
    loop = asyncio.get_running_loop()
    opened = await store.open_database(f"sqlite:///{tmp_path}/x.sqlite", quiet=lambda: loop.call_soon_threadsafe(looked.set))
    try:
        for _ in range(4):
            await opened.write(lambda tx: None)
        await asyncio.sleep(0.05)
        assert not looked.is_set()
        await opened.write(lambda tx: None)
        await asyncio.wait_for(looked.wait(), 5)
    finally:
        await opened.close()
