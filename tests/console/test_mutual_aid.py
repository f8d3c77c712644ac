"""One unit takes the new cases of another for a time: asked, accepted by them, routed, ended; and what is refused."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.adapters.store.tables import audit
from bot.app.cli import main
from bot.domain.calendar import SWEDEN
from bot.domain.events import Address
from bot.domain.people import Role
from bot.domain.rota import Gap
from bot.domain.routing import CATCH_ALL, Aid, kept
from tests.support.duty import Duty
from tests.support.reporter import Reporter
from tests.support.staff import Clerk, a_unit
from tests.support.whole import Whole


def local(hours: float) -> str:
    return f"{(datetime.now(UTC) + timedelta(hours=hours)).astimezone(SWEDEN):%Y-%m-%dT%H:%M}"


async def lead_of(whole: Whole, unit: str, role: Role = Role.LEAD) -> Clerk:
    clerk = await (await Clerk.hired(whole, f"Lena {unit}", unit, role)).lets_herself_in()
    await whole.service.store.write(lambda tx: tx.people.add_method(clerk.id, "web", f"lead-{unit}", 0, datetime.now(UTC)))
    return clerk


async def asks(clerk: Clerk, unit: str, starts: float = -1, ends: float = 8) -> str:
    await clerk.opens("/staff/rota")
    await clerk.sends("/staff/rota/aid", unit=unit, starts=local(starts), ends=local(ends))
    return clerk.text


async def presses(clerk: Clerk, what: str) -> None:
    """Press the first button of that kind on the rota page."""
    await clerk.opens("/staff/rota")
    found = re.search(rf'action="/staff/rota/aid/{what}">.*?name="id" value="(\d+)"', clerk.text)
    assert found, clerk.text
    await clerk.sends(f"/staff/rota/aid/{what}", id=found[1])


async def logged(whole: Whole) -> list[str]:
    query = sa.select(audit.c.object).where(audit.c.action == "mutual_aid.changed")
    return await whole.service.store.read(lambda tx: list(tx.connection.execute(query).scalars()))


async def heard(whole: Whole, unit: str) -> str:
    lines = await whole.service.store.read(lambda tx: tx.mailbox(Address("web", f"lead-{unit}"), 0))
    return "\n".join(line.rendered.plain() for line in lines if line.rendered)


async def test_cases_go_there_once_they_have_accepted_and_come_back_when_it_ends(whole: Whole) -> None:
    giver, helper = await lead_of(whole, "norrkoping", Role.ADMIN), await lead_of(whole, "linkoping")
    duty = Duty(whole.service.store, {"norrkoping", "linkoping"})
    await duty.on_call("Anna", "norrkoping", web="anna")
    await duty.on_call("Bo", "linkoping", web="bo")
    text = await asks(giver, "linkoping")
    assert "Socialtjänsten linkoping takes our new cases" in text and "asked, not accepted yet" in text
    assert "asks you to take its cases" in await heard(whole, "linkoping")
    assert (await Reporter(whole).reports("norrkoping")).unit == "norrkoping", "nobody is put on duty unasked"

    await helper.opens("/staff/rota")
    assert "We take the new cases of Socialtjänsten norrkoping" in helper.text
    await presses(helper, "accept")
    assert "asked, not accepted yet" not in helper.text
    assert "Socialtjänsten linkoping takes your cases" in await heard(whole, "norrkoping")
    report = await Reporter(whole).reports("norrkoping")
    assert report.unit == "linkoping"
    moments = await whole.service.store.read(lambda tx: tx.reports.timeline(report.id))
    assert [m.detail for m in moments if m.what == "aided"] == ["norrkoping"]
    pages = await whole.service.store.read(lambda tx: tx.alerts.pages(report.id))
    people = await whole.service.store.read(
        lambda tx: {p.staff: tx.people.staff(p.staff).name for p in tx.alerts.pages(report.id)}
    )
    assert len(pages) == 1 and list(people.values()) == ["Bo"]
    bo = await (await Clerk.hired(whole, "Berit", "linkoping")).lets_herself_in()
    await bo.opens(f"/staff/c/{report.code}")
    assert "Mutual aid: it takes the cases of Socialtjänsten norrkoping now." in bo.text
    assert (await whole.service.store.read(lambda tx: tx.reports.by_id(report.id))).place == "norrkoping"

    await presses(giver, "end")
    assert "The mutual aid between" in await heard(whole, "linkoping")
    assert (await Reporter(whole).reports("norrkoping")).unit == "norrkoping"
    assert "No unit takes our cases" in giver.text
    assert len(await logged(whole)) == 3 and set(await logged(whole)) == {"aid:1"}


async def test_saying_no_leaves_everything_as_it_was(whole: Whole) -> None:
    giver, helper = await lead_of(whole, "norrkoping"), await lead_of(whole, "linkoping")
    await asks(giver, "linkoping")
    await presses(helper, "end")
    assert "No unit takes our cases" in helper.text and "is off" in await heard(whole, "norrkoping")
    assert (await Reporter(whole).reports("norrkoping")).unit == "norrkoping"


async def test_what_cannot_be_is_refused_with_a_sentence(whole: Whole) -> None:
    await a_unit(whole, "last", kind=CATCH_ALL)
    giver, helper, third = [await lead_of(whole, unit) for unit in ("norrkoping", "linkoping", "orebro")]
    last = await lead_of(whole, "last")
    assert "nobody takes over from themselves" in await asks(giver, "norrkoping")
    assert "nobody takes over from themselves" in await asks(giver, "nowhere")
    assert "The end must come after" in await asks(giver, "linkoping", 8, 2)
    assert "The end must come after" in await asks(giver, "linkoping", -8, -2)
    assert "The end must come after" in await asks(giver, "linkoping", 0, 24 * 93)
    assert "cannot give it away" in await asks(last, "linkoping")
    await asks(giver, "linkoping", 0, 8)
    assert "in that time already" in await asks(giver, "orebro", 4, 12), "two at once, even unanswered"
    assert "asked, not accepted" in await asks(giver, "orebro", 9, 12)
    await presses(helper, "accept")
    assert "cannot go on to a third unit" in await asks(helper, "orebro", 2, 3)
    assert "cannot go on to a third unit" in await asks(third, "norrkoping", 2, 3)
    assert "asked, not accepted" in await asks(helper, "orebro", 20, 22)


async def test_nobody_else_accepts_or_ends_it(whole: Whole) -> None:
    giver, stranger = await lead_of(whole, "norrkoping"), await lead_of(whole, "orebro")
    await lead_of(whole, "linkoping")
    on_call = await (await Clerk.hired(whole, "Anna", "linkoping")).lets_herself_in()
    await asks(giver, "linkoping")
    await giver.opens("/staff/rota")
    await giver.sends("/staff/rota/aid/accept", id="1")
    assert "not yours to decide" in giver.text, "whoever asks does not accept for the other"
    await stranger.opens("/staff/rota")
    for what in ("accept", "end"):
        await stranger.sends(f"/staff/rota/aid/{what}", id="1")
        assert "not yours to decide" in stranger.text
        await stranger.opens("/staff/rota")
    await on_call.opens("/staff/rota")
    assert "asked, not accepted" in on_call.text and "/rota/aid" not in on_call.text
    assert (await on_call.sends("/staff/rota/aid/accept", id="1")).status_code == 403
    (aid,) = await whole.service.store.read(lambda tx: tx.people.aids_of("linkoping", datetime.now(UTC)))
    assert not aid.accepted


def test_gaps_are_those_in_which_nobody_else_takes_the_cases() -> None:
    at = [datetime(2026, 12, 1, hour, tzinfo=UTC) for hour in range(10)]
    gap = Gap(at[1], at[7])
    taken = Aid("a", "b", at[2], at[4], 1, True)
    assert kept([gap], [taken], "a") == (Gap(at[1], at[2]), Gap(at[4], at[7]))
    assert kept([gap], [taken, Aid("a", "b", at[0], at[9], 2, True)], "a") == ()
    assert kept([gap], [Aid("a", "b", at[0], at[9], 2, False), Aid("b", "a", at[0], at[9], 3, True)], "a") == (gap,)
    assert kept([gap], [Aid("a", "b", at[7], at[9], 2, True)], "a") == (gap,)


async def test_oncall_says_who_is_paged_and_that_it_is_mutual_aid(
    whole: Whole, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    giver, helper = await lead_of(whole, "norrkoping"), await lead_of(whole, "linkoping")
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{tmp_path}/bot.sqlite")
    await asyncio.to_thread(main, ["oncall", "--place", "norrkoping"])
    assert "Paged:  Socialtjänsten norrkoping (the place is its own)" in capsys.readouterr().out
    await asks(giver, "linkoping")
    await presses(helper, "accept")
    await asyncio.to_thread(main, ["oncall", "--place", "norrkoping"])
    assert "Paged:  Socialtjänsten linkoping (mutual aid: it takes the cases of Socialtjänsten norrkoping until" in (
        capsys.readouterr().out
    )
    await asyncio.to_thread(main, ["oncall", "--place", "gavle"])
    assert "none is of kind catch_all" in capsys.readouterr().out
