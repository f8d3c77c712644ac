"""With the clock moved a year on, no surface states a sum, a date or a number to ring that nobody has checked since."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain import phones
from tests.journeys.readers import OnTelegram
from tests.support.bot_api import running
from tests.support.builders import SettableClock
from tests.support.surfaces import NOON, SURFACES, Walk, figures
from tests.support.town import Town
from tests.support.whole import a_service_running, real_content

TODAY, A_YEAR_ON = Walk(NOON), Walk(NOON + timedelta(days=366))


@pytest.mark.parametrize("surface", SURFACES)
def test_nothing_overdue_is_stated(surface: str) -> None:
    numbers = {
        shown
        for place in real_content().catalog.places.values()
        for service in place.services.values()
        if service.phone and service.role != "emergency"
        for shown in (service.phone, phones.shown(service.phone))
        if len(shown) > 6
    }
    seen = 0
    for where, words in SURFACES[surface](A_YEAR_ON):
        seen += 1
        assert figures(A_YEAR_ON, words) == set(), (where, words)
        assert not any(number in words for number in numbers), (where, words)
    assert seen > 100


@pytest.mark.parametrize("surface", SURFACES)
def test_the_walk_would_see_it(surface: str) -> None:
    """The same walk on the day of writing finds sums, dates and numbers, or it proves nothing."""
    stated = {figure for _, words in SURFACES[surface](TODAY) for figure in figures(TODAY, words)}
    assert any("71" in figure for figure in stated) and any("2027" in figure for figure in stated)
    assert surface == "inline" or any(figure.startswith("011-15") for figure in stated), "a card in any chat names no office"


async def test_a_reader_a_year_on(tmp_path: Path) -> None:
    """The whole service, its clock a year on: the reader is told when it was checked, and whom to ask instead."""
    async with running() as api, a_service_running(tmp_path, api, clock=SettableClock(A_YEAR_ON.day)):
        olena = OnTelegram(Town(api).person("Olena", language_code="sv"))
        await olena.arrives()
        await olena.presses("Svenska")
        await olena.presses("Norrköping")
        await olena.presses("Jag ser ett barn ensamt")
        await olena.reads("Socialjouren Norrköping")
        assert "011" not in olena.person.last["text"] and "112" in olena.person.last["text"]
        await olena.writes("hur mycket är dagersättningen")
        await olena.presses(real_content().catalog.articles["lma-amounts"].texts["sv"].button)
        await olena.reads("Senast kontrollerat")
        assert "71" not in olena.person.last["text"] and "Migrationsverket" in olena.person.last["text"]
