"""Whoever asks, and by whatever door: what our texts do not answer stands in `python -m bot gaps`."""

from __future__ import annotations

import asyncio
from collections import Counter

from bot.app.gaps import listed
from bot.domain.people import Role
from tests.journeys.test_questions import helper, nobody_left, stored
from tests.journeys.test_volunteers import says, settled
from tests.support.town import Town

__all__ = ["nobody_left"]  # a fixture of every test here
NOTHING = "asdf qwer zxcv"


async def test_gaps_of_every_kind_are_counted_and_listed(town: Town) -> None:
    whole = town.whole  # type: ignore[attr-defined]
    await helper(whole, "Vera", Role.HELPER)
    bjorn = await settled(town)
    group = town.group("Українці в Норрчепінгу")
    await group.adds_bot(bjorn)
    await group.waits_for("/answer")
    asked = await bjorn.says(NOTHING, to=group)
    await bjorn.says("/answer", to=group, reply_to=asked)
    await group.waits_for("112")
    await bjorn.forwards(NOTHING, "hidden")
    await bjorn.waits_for(says("We have no checked answer to this. Ask a person here:"))
    await bjorn.forwards("скільки коштує школа і чи дають гроші?", "user")
    await bjorn.waits_for(says("For them:"))
    await bjorn.presses(says("None of these"))
    await bjorn.waits_for(says("Shall we send this to people who answer here?"))
    await bjorn.forwards("чоловік мене б'є, я боюся", "hidden")
    await bjorn.waits_for(says("Ask them now: are you safe, and where are you? Stay in contact with them."))
    bjorn.looks_at_all()
    group.looks_at_all()
    rows = await stored(whole, "SELECT kind, sum(count) FROM gaps GROUP BY kind")
    assert Counter(dict(map(tuple, rows))) == {"unknown": 2, "not_these": 1}
    out = await asyncio.to_thread(listed, whole.service.settings, 1)
    assert "nothing found" in out and "none fitted" in out and NOTHING not in out
