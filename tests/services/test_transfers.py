"""A case on its way to another municipality: it stays with the sender, who hears what comes of it. Nobody waits in silence."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.conversation import Conversation
from bot.domain.people import Role
from bot.domain.report import TAKEN
from bot.domain.report_effects import PlaceReport
from bot.domain.rota import EVERYBODY
from bot.services.cases import Refused
from tests.services.test_alerting import OLENA, Ward, ward  # noqa: F401

# ruff: noqa: F811


async def _asked(ward: Ward, *, called: bool = True) -> tuple[int, int]:
    """Anna has a report and asks Örebro, where Eva is on call, Ulf at the second level and the lead at none."""
    anna = await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    eva = await ward.duty.on_call("Eva", "orebro", verified=called, telegram="201")
    await ward.duty.on_call("Ulf", "orebro", level=2, verified=called, telegram="202")
    await ward.duty.on_call("Chefen", "orebro", level=EVERYBODY, roles=(Role.LEAD,), verified=called, telegram="209")
    await ward.reports()
    await ward.takes(anna)
    await ward.later(seconds=10)
    await _does(ward, "offer", anna, "orebro")
    await ward.later(seconds=10)
    return anna, eva


async def _does(ward: Ward, what: str, who: int, *more: str) -> None:
    def work(tx: Any) -> None:
        done = getattr(ward.cases, what)(tx, tx.people.staff(who), 1, *more, ward.clock.now())
        rows = [row for s in done.sayings for row in ward.alerting._speaker.rows(s, ward.clock.now())]
        tx.put_deliveries(rows, ward.clock.now(), "")

    await ward.store.write(work)


async def _report(ward: Ward) -> Any:
    return await ward.store.read(lambda tx: tx.reports.by_id(1))


async def _anna_works(ward: Ward, anna: int, minutes: int) -> None:
    """Time passes in which the owner acts, so that she keeps the case."""
    for _ in range(minutes // 5):
        await ward.later(minutes=5)
        await _does(ward, "note", anna, "ringer")


async def test_whoever_is_asked_is_asked_level_by_level_and_the_sender_hears_that_nobody_accepts(ward: Ward) -> None:
    anna, eva = await _asked(ward)

    def told() -> list[int]:
        return [len([w for w in ward.heard(f"telegram:{n}") if "ta över" in w]) for n in (201, 202, 209)]

    assert told() == [1, 0, 0]
    await ward.later(minutes=4, seconds=30)
    assert told() == [1, 0, 0]
    await _anna_works(ward, anna, 5)
    assert told() == [1, 1, 0]
    assert not any("fortfarande ditt" in w for w in ward.heard("telegram:101"))
    await _anna_works(ward, anna, 10)
    assert told()[2] == 1, "the lead, when nobody on call has accepted"
    (said,) = [w for w in ward.heard("telegram:101") if "fortfarande ditt" in w]
    assert "orebro" in said and "019" in said, "with the number of whoever was asked"
    report = await _report(ward)
    assert (report.owner, report.state, report.unit) == (anna, TAKEN, "norrkoping"), "it stays with the sender"
    await _does(ward, "accept", eva)
    await ward.later(seconds=10)
    for asked in ("202", "209"):
        assert "inte längre" in ward.heard(f"telegram:{asked}")[-1], "they need not any more"
    before = len(ward.log)
    await ward.later(minutes=10)
    assert not any("ta över" in words for _, words in ward.log[before:]), "nobody is asked any more"
    assert (await _report(ward)).owner == eva


async def test_where_the_child_is_elsewhere_the_unit_there_is_asked_until_somebody_takes_it(ward: Ward) -> None:
    anna = await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.duty.on_call("Eva", "orebro", telegram="201")
    await ward.duty.on_call("Ulf", "orebro", level=2, telegram="202")
    await ward.reports()
    await ward.takes(anna)
    await ward.later(seconds=10)

    def corrected(tx: Any) -> None:
        frame = ward.frames.frame("telegram", ward.clock.now())
        ward.reporting.apply(tx, PlaceReport(f"{1:024x}", "orebro"), Conversation(OLENA, "uk"), frame)

    await ward.store.write(corrected)
    await ward.later(seconds=10)
    assert len(ward.heard("telegram:201")) == 1 and ward.heard("telegram:202") == []
    await _anna_works(ward, anna, 10)
    assert any("ta över" in w for w in ward.heard("telegram:202"))
    await _anna_works(ward, anna, 10)
    assert any("fortfarande ditt" in w for w in ward.heard("telegram:101"))


async def test_only_who_has_a_case_passes_it_on(ward: Ward) -> None:
    anna = await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.duty.on_call("Eva", "orebro", telegram="201")
    await ward.reports()
    with pytest.raises(Refused):
        await _does(ward, "offer", anna, "orebro")


async def test_the_sender_hears_again_while_nobody_accepts(ward: Ward) -> None:
    anna, _ = await _asked(ward)
    await _anna_works(ward, anna, 50)
    assert len([w for w in ward.heard("telegram:101") if "fortfarande ditt" in w]) == 3


async def test_where_nobody_can_be_asked_the_sender_hears_so_at_once(ward: Ward) -> None:
    anna, _ = await _asked(ward, called=False)
    (said,) = [w for w in ward.heard("telegram:101") if "fortfarande ditt" in w]
    assert "orebro" in said
    assert "offer_nobody" in await ward.timeline()
    assert (await _report(ward)).owner == anna


async def test_the_sender_asks_no_longer_and_whoever_was_asked_hears_so(ward: Ward) -> None:
    anna, eva = await _asked(ward)
    await _does(ward, "take_back", anna)
    await ward.later(seconds=10)
    assert any("inte längre" in w for w in ward.heard("telegram:201"))
    assert ward.heard("telegram:202") == [], "who was never asked hears nothing"
    await _anna_works(ward, anna, 20)
    assert ward.heard("telegram:202") == [] and not any("fortfarande ditt" in w for w in ward.heard("telegram:101"))
    for what in ("accept", "decline"):
        with pytest.raises(Refused):
            await _does(ward, what, eva)
    with pytest.raises(Refused):
        await _does(ward, "take_back", anna)


async def test_a_no_is_told_at_once_and_nobody_else_there_is_asked(ward: Ward) -> None:
    anna, eva = await _asked(ward)
    await _does(ward, "decline", eva)
    await ward.later(seconds=10)
    (said,) = [w for w in ward.heard("telegram:101") if "nej" in w]
    assert "orebro" in said
    await _anna_works(ward, anna, 20)
    assert ward.heard("telegram:202") == []
    report = await _report(ward)
    assert (report.owner, report.offered_to) == (anna, None)


async def test_only_the_two_units_may_say_so(ward: Ward) -> None:
    anna, eva = await _asked(ward)
    other = await ward.duty.on_call("Odd", "linkoping", telegram="301")
    for what, who in (("take_back", eva), ("take_back", other), ("decline", anna), ("decline", other)):
        with pytest.raises(Refused):
            await _does(ward, what, who)


async def test_when_the_sender_falls_silent_both_units_are_called(ward: Ward) -> None:
    _, eva = await _asked(ward)
    await ward.later(minutes=31)
    assert any("ta CCC-001" in w for w in ward.heard("telegram:201")), "a page, with a button"
    assert any("ta CCC-001" in w for w in ward.heard("telegram:101"))
    await ward.takes(eva)
    report = await _report(ward)
    assert (report.owner, report.unit) == (eva, "orebro")
    before = len(ward.heard("telegram:202"))
    await ward.later(minutes=10)
    assert len(ward.heard("telegram:202")) == before


async def test_a_transfer_goes_on_after_a_restart(ward: Ward) -> None:
    """Whom to ask next stands in a row: another process that looks for the first time asks them."""
    await _asked(ward)
    ward.clock.passes(minutes=5)
    await ward.store.write(lambda tx: ward.alerting._look(tx, ward.clock.now()))
    await ward.sent()
    assert any("ta över" in w for w in ward.heard("telegram:202"))


async def _elsewhere(ward: Ward, *, called: bool = True) -> int:
    """Anna has a report, and the reporter says that the child is in Örebro."""
    anna = await ward.duty.on_call("Anna", "norrkoping", telegram="101")
    await ward.duty.on_call("Eva", "orebro", verified=called, telegram="201", sms="+46700000201")
    await ward.duty.on_call("Ulf", "orebro", level=2, verified=called, telegram="202")
    await ward.reports()
    await ward.takes(anna)
    await ward.later(seconds=10)
    await _corrects(ward, "orebro")
    await ward.later(seconds=10)
    return anna


async def _corrects(ward: Ward, place: str) -> None:
    def corrected(tx: Any) -> None:
        frame = ward.frames.frame("telegram", ward.clock.now())
        ward.reporting.apply(tx, PlaceReport(f"{1:024x}", place), Conversation(OLENA, "uk"), frame)

    await ward.store.write(corrected)


async def test_corrected_there_and_back_asks_the_wrong_town_no_longer(ward: Ward) -> None:
    await _elsewhere(ward)
    await _corrects(ward, "norrkoping")
    await ward.later(minutes=6)
    assert ward.heard("telegram:202") == [] and (await _report(ward)).offered_to is None
    assert any("inte längre" in w for w in ward.heard("telegram:201"))


async def test_asked_no_longer_means_no_page_either(ward: Ward) -> None:
    anna = await _elsewhere(ward)
    await _does(ward, "take_back", anna)
    await ward.later(minutes=2)
    assert ward.heard("sms:+46700000201") == []
    assert any("inte längre" in w for w in ward.heard("telegram:201"))


async def test_where_nobody_can_be_called_there_the_owner_hears_so_at_once(ward: Ward) -> None:
    await _elsewhere(ward, called=False)
    assert any("orebro" in w and "går att larma" in w for w in ward.heard("telegram:101"))
    assert "offer_nobody" in await ward.timeline()
