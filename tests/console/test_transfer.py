"""A case is passed on at the console: both sides read how it stands, and the buttons of each do what they say."""

from __future__ import annotations

from bot.adapters.web.console.casework import DID
from bot.domain.audit import Action
from tests.console.test_case import a_unit, logged
from tests.support.reporter import Reporter
from tests.support.staff import Clerk
from tests.support.whole import Whole

TAKE_BACK, DECLINE, ACCEPT = "Ask them no longer", "Say no: it stays with them", "Take it over"


async def _asks(whole: Whole) -> tuple[Clerk, Clerk, str]:
    """Anna has a report and asks Örebro, where Eva is."""
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping", language="en")).lets_herself_in()
    await a_unit(whole, "orebro")
    eva = await (await Clerk.hired(whole, "Eva", "orebro", language="en")).lets_herself_in()
    report = await Reporter(whole, "uk").reports("norrkoping", "unsure")
    case = f"/staff/c/{report.code}"
    await anna.opens(case)
    await anna.sends(f"{case}/take")
    await anna.sends(f"{case}/offer", unit="orebro")
    assert TAKE_BACK in anna.text and DECLINE not in anna.text
    await eva.opens(case)
    assert DECLINE in eva.text and ACCEPT in eva.text and TAKE_BACK not in eva.text
    return anna, eva, case


async def test_a_no_is_read_by_the_sender_who_may_ask_again(whole: Whole) -> None:
    anna, eva, case = await _asks(whole)
    await eva.sends(f"{case}/decline")
    assert (await eva.opens(case)).status_code == 404, "it is none of theirs any more"
    await anna.opens(case)
    assert "Eva at Socialtjänsten orebro said no. It stays where it is." in anna.text and TAKE_BACK not in anna.text
    await anna.sends(f"{case}/offer", unit="orebro")
    await eva.opens(case)
    await eva.sends(f"{case}/accept")
    assert "You have had it since" in eva.text
    report = await whole.service.store.read(lambda tx: tx.reports.by_code(case.rpartition("/")[2]))
    assert (report.unit, report.owner) == ("orebro", eva.id)
    assert [what for what in await logged(whole, report.id) if what in ("case.declined", "case.accepted")] == [
        "case.declined",
        "case.accepted",
    ]


async def test_what_is_asked_no_longer_is_gone_from_the_other_side(whole: Whole) -> None:
    anna, eva, case = await _asks(whole)
    await anna.sends(f"{case}/take-back")
    assert "Anna asks them no longer." in anna.text and "You have had it since" in anna.text
    assert (await eva.opens(case)).status_code == 404
    report = await whole.service.store.read(lambda tx: tx.reports.by_code(case.rpartition("/")[2]))
    assert (report.unit, report.owner, report.offered_to) == ("norrkoping", anna.id, None)
    assert "case.taken_back" in await logged(whole, report.id)


async def test_where_nobody_can_be_called_the_case_says_so_at_once(whole: Whole) -> None:
    anna, *_ = await _asks(whole)
    assert "NOT SENT: nobody at Socialtjänsten orebro can be called now. Anna was told." in anna.text


def test_every_act_on_a_case_has_a_word_in_the_log_that_leads_read() -> None:
    without = {"case.opened", "case.released", "case.escalated", "case.close_confirmed", "case.erased", "case.exported"}
    assert {a.value for a in Action if a.value.startswith("case.")} - without <= DID.keys(), "those are not acts at the console"
