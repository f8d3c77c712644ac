"""Offers of a home at the console: of the own municipality only, how to reach somebody behind one logged press, and the marks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from bot.domain.audit import Action
from bot.domain.offer import ENDED_KEPT, LIVE
from bot.domain.people import Role
from tests.console.test_access import OTHER, OWN, an_offer
from tests.support.staff import Clerk
from tests.support.whole import Whole

WAY = "070-123 45 67"


async def a_helper(whole: Whole, name: str = "Vera", unit: str = OWN, *roles: Role) -> Clerk:
    return await (await Clerk.hired(whole, name, unit, *(roles or (Role.HELPER,)))).lets_herself_in()


async def logged(whole: Whole, action: Action) -> int:
    query = sa.text("SELECT COUNT(*) FROM audit WHERE action = :a").bindparams(a=action.value)
    return await whole.service.store.read(lambda tx: tx.connection.execute(query).scalar())


async def test_the_list_shows_what_is_offered_and_only_an_opened_one_how_to_reach_them(whole: Whole) -> None:
    vera, key = await a_helper(whole), await an_offer(whole)
    await vera.opens("/staff/offers")
    assert "A room" in vera.text and "beds: 2" in vera.text and "till påsk" in vera.text and WAY not in vera.text
    assert f"/staff/offers/{key}" in vera.text and await logged(whole, Action.OFFER_VIEWED) == 0
    await vera.opens(f"/staff/offers/{key}")
    assert WAY in vera.text and "Nobody has checked these people or homes." in vera.text
    assert await logged(whole, Action.OFFER_VIEWED) == 1
    await vera.opens(f"/staff/offers/{key}")
    assert await logged(whole, Action.OFFER_VIEWED) == 2, "every opening"


async def test_an_offer_to_another_municipality_looks_like_none_at_all(whole: Whole) -> None:
    vera, key = await a_helper(whole), await an_offer(whole, OTHER)
    await vera.opens("/staff/offers")
    assert key not in vera.text and "No offer is in force." in vera.text
    theirs, none = await vera.opens(f"/staff/offers/{key}"), await vera.opens(f"/staff/offers/{'0' * 24}")
    assert (theirs.status_code, none.status_code) == (404, 404) and theirs.text.replace(key, "0" * 24) == none.text
    for act in ("taken-up", "close", "put-back"):
        assert (await vera.sends(f"/staff/offers/{key}/{act}")).status_code == 404
    assert await logged(whole, Action.OFFER_VIEWED) == await logged(whole, Action.OFFER_CLOSED) == 0
    egil = await a_helper(whole, "Egil", OTHER)
    await egil.opens(f"/staff/offers/{key}")
    assert WAY in egil.text


@pytest.mark.parametrize(
    ("act", "shown", "action"), [("taken-up", "taken up", Action.OFFER_TAKEN_UP), ("close", "closed", Action.OFFER_CLOSED)]
)
async def test_marked_once_and_logged(whole: Whole, act: str, shown: str, action: Action) -> None:
    vera, key = await a_helper(whole), await an_offer(whole)
    await vera.opens(f"/staff/offers/{key}")
    await vera.sends(f"/staff/offers/{key}/{act}")
    assert "No offer is in force." in vera.text and f"<mark>{shown}</mark>" in vera.text
    again = await vera.sends(f"/staff/offers/{key}/close")
    assert again.status_code == 409 and "This offer is taken up or closed already." in vera.text
    assert await logged(whole, action) == 1


async def test_a_wrong_mark_is_taken_off_once_and_logged(whole: Whole) -> None:
    vera, key = await a_helper(whole), await an_offer(whole)
    await vera.opens(f"/staff/offers/{key}")
    assert "A mistake: put it back" not in vera.text
    early = await vera.sends(f"/staff/offers/{key}/put-back")
    assert early.status_code == 409 and "This offer is in force." in vera.text
    await vera.sends(f"/staff/offers/{key}/close")
    await vera.opens(f"/staff/offers/{key}")
    assert "A mistake: put it back" in vera.text
    await vera.sends(f"/staff/offers/{key}/put-back")
    assert "No offer is in force." not in vera.text and "<mark>closed</mark>" not in vera.text
    offer = await whole.service.store.read(lambda tx: tx.offers.by_key(key, datetime.now(UTC) + ENDED_KEPT * 2))
    assert offer and (offer.state, offer.ended_at) == (LIVE, None), "it is kept to its own day again"
    assert await logged(whole, Action.OFFER_PUT_BACK) == 1


async def test_in_the_menu_of_those_who_may_and_of_nobody_else(whole: Whole) -> None:
    for role in Role:
        clerk = await a_helper(whole, f"R{role.value}", OWN, role)
        await clerk.opens("/staff/me")
        may = role in (Role.ON_CALL, Role.LEAD, Role.ADMIN, Role.HELPER)
        assert ('href="/staff/offers"' in clerk.text) == may, role
