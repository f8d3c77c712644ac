"""Offers of a home in the service: kept with the step, shown as they stand, and what is gone counts for nobody any more."""

from __future__ import annotations

from datetime import timedelta

from bot.adapters.store.database import Database
from bot.domain.conversation import Conversation, Frame
from bot.domain.events import Address
from bot.domain.messages import Capabilities
from bot.domain.offer import CLOSED, ENDED_KEPT, KEPT, own, with_own
from bot.domain.offer_effects import Home, LeaveOffer, OfferEffect, ShowOffers, WithdrawOffer
from bot.domain.people import Role
from bot.services import offers
from tests.support.builders import NOW, a_catalog, a_place
from tests.support.duty import Duty

BO, EVA = Address("telegram", "1"), Address("web", "2")
CATALOG = a_catalog(places=(a_place("norrkoping"), a_place("orebro", featured=2)))
HOME = Home("room", 2)
LAST = (NOW.date() + KEPT).isoformat()


async def carried(database: Database, effect: OfferEffect, contact: Conversation, later: timedelta = timedelta()) -> Conversation:
    now = NOW + later
    frame = Frame(now, now.date(), CATALOG, Capabilities())
    conversation, _ = await database.write(lambda tx: offers.apply(tx, effect, contact, frame))
    return conversation


async def keys(database: Database, address: Address = BO) -> list[str]:
    return [o.key for o in await database.read(lambda tx: tx.offers.of(address, NOW))]


async def test_left_once_however_often_the_step_is_done_again_and_withdrawn_by_its_own(sqlite: Database) -> None:
    bo, eva = Conversation(BO, "sv"), Conversation(EVA, "sv")
    for _ in range(2):
        await carried(sqlite, LeaveOffer("a", "norrkoping", HOME, "070-123 45 67"), bo)
    await carried(sqlite, WithdrawOffer("a"), eva)
    assert await keys(sqlite) == ["a"]
    await carried(sqlite, WithdrawOffer("a"), bo)
    assert await keys(sqlite) == []


async def test_an_offer_that_staff_closed_and_that_is_gone_leaves_room_for_another(sqlite: Database) -> None:
    bo = with_own(Conversation(BO, "sv"), [("a", LAST), ("b", LAST)])
    for key in ("a", "b"):
        await carried(sqlite, LeaveOffer(key, "norrkoping", HOME, "070-123 45 67"), bo)
    offer = await sqlite.read(lambda tx: tx.offers.by_key("a", NOW))
    assert offer
    await sqlite.write(lambda tx: tx.offers.keep(offer.ended(CLOSED, NOW)))
    assert len(own(await carried(sqlite, ShowOffers(), bo), NOW.date())) == 2, "closed, but still there for a week"
    assert own(await carried(sqlite, ShowOffers(), bo, ENDED_KEPT), NOW.date()) == [("b", LAST)]


async def test_offers_are_read_where_somebody_works_who_may(sqlite: Database) -> None:
    duty = Duty(sqlite)
    await duty.on_call("Vera", "orebro", roles=(Role.HELPER,))
    await duty.on_call("Egil", "norrkoping", roles=(Role.EDITOR, Role.RECORDS, Role.REVIEWER, Role.OPERATOR))
    assert await sqlite.read(lambda tx: offers.read_at(tx, CATALOG)) == {"orebro"}
