"""Somebody who has never been here meets a child alone: from opening to the report, counted in taps, by either door."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.screens import CHILD_ALONE
from tests.journeys.readers import a_reader
from tests.support.duty import Duty
from tests.support.whole import real_content

TAPS = {"telegram": 4, "web": 3}  # Telegram's own Start button is one of them
READ_AS = {"uk": "uk", "sv": "sv", "en": "en", "de": "uk"}  # language of the app, of which we may have none -> ours


@pytest.mark.parametrize("app", READ_AS)
@pytest.mark.parametrize("door", TAPS)
async def test_the_first_visit_reports_a_child_in_four_taps(door: str, app: str, tmp_path: Path) -> None:
    ours = READ_AS[app]

    def says(msgid: str) -> str:
        return real_content().translator.sentence(ours, msgid)

    async with a_reader(door, tmp_path, app) as (reader, whole):
        await Duty(whole.service.store).on_call("Anna", "norrkoping", web="anna")
        await whole.service.casework.alerting.look()
        await reader.arrives()
        await reader.presses(says(CHILD_ALONE.label.msgid))
        await reader.reads(says("Is the child safe right now?"))
        await reader.presses(says("I do not know"))
        await reader.presses(real_content().catalog.places["norrkoping"].names[ours])
        await reader.reads(says("Until a person answers here, ring if it cannot wait:"))
        assert reader.taps == TAPS[door]
        (report,) = await whole.service.store.read(lambda tx: tx.reports.open())
        assert (report.place, report.safety, report.language) == ("norrkoping", "unsure", ours)


async def test_the_screen_of_languages_offers_a_child_alone_too(tmp_path: Path) -> None:
    async with a_reader("telegram", tmp_path, "sv") as (reader, _):
        await reader.arrives()
        await reader.presses("Svenska")
        await reader.presses("Norrköping")
        await reader.writes("/language")
        await reader.reads(real_content().translator.sentence("sv", "Choose your language."))
        assert real_content().translator.sentence("sv", CHILD_ALONE.label.msgid) in await reader.choices()
