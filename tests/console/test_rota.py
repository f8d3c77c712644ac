"""Own ways to be paged, shifts and stand-ins with their gaps, and drills through the real chain."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from bot.domain.calendar import SWEDEN
from bot.domain.events import Address
from bot.domain.people import Role
from bot.domain.rota import Shift
from bot.domain.routing import CATCH_ALL
from tests.support.bot_api import BotApi, running
from tests.support.reporter import Reporter
from tests.support.smtp import MailServer, a_mail_server
from tests.support.staff import Clerk, a_unit
from tests.support.town import Town
from tests.support.whole import Whole, a_service_running


@pytest_asyncio.fixture
async def api() -> AsyncIterator[BotApi]:
    async with running() as stand_in:
        yield stand_in


@pytest_asyncio.fixture
async def with_telegram(api: BotApi, tmp_path: Path) -> AsyncIterator[Whole]:
    async with a_service_running(tmp_path, api) as service:
        try:
            yield service
        finally:
            while Clerk.everybody:
                await Clerk.everybody.pop().http.aclose()


async def start_of(clerk: Clerk) -> str:
    await clerk.opens("/staff/me")
    await clerk.sends("/staff/me/telegram")
    return re.search(r"start=(s_[0-9a-f]{32})", clerk.text)[1]  # type: ignore[index]


async def reached(whole: Whole, clerk: Clerk, key: str) -> None:
    await whole.service.store.write(lambda tx: tx.people.add_method(clerk.id, "telegram", key, 0, datetime.now(UTC)))


async def test_telegram_is_linked_once_and_is_nobody_elses(api: BotApi, with_telegram: Whole) -> None:
    town, whole = Town(api), with_telegram
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping", language="en")).lets_herself_in()
    bjorn = await (await Clerk.hired(whole, "Björn", "norrkoping")).lets_herself_in()
    hers, thief = town.person("Anna", "sv"), town.person("Thief", "sv")
    payload = await start_of(anna)
    assert "not verified yet" in anna.text
    await hers.starts(payload)
    await hers.answered()
    hers.sees("Almost done. Open My ways at the console")
    assert not [m for m in await whole.service.store.read(lambda tx: tx.people.methods([anna.id])) if m.works]
    await confirms(anna, "This Telegram account opened your link: Anna. Is it yours?")
    await hers.answered()
    hers.sees("Done. Pages for your shifts come here.")
    await thief.starts(payload)
    await thief.answered()
    thief.sees("Це посилання вже використано")
    methods = await whole.service.store.read(lambda tx: tx.people.methods([anna.id]))
    assert [(m.address.key, m.works) for m in methods] == [(hers.key, True)]
    # Again by the same person: still one way. By another member of staff: refused.
    await hers.starts(await start_of(anna))
    await hers.answered()
    hers.sees("Done. Pages for your shifts come here.")
    methods = await whole.service.store.read(lambda tx: tx.people.methods([anna.id]))
    assert [(m.address.key, m.works) for m in methods] == [(hers.key, True)]
    await hers.starts(await start_of(bjorn))
    await hers.answered()
    assert "Is it yours?" not in bjorn.text
    hers.sees("Це посилання для іншого чату")
    assert not [m for m in await whole.service.store.read(lambda tx: tx.people.methods([bjorn.id])) if m.works]


async def confirms(clerk: Clerk, question: str, answer: str = "confirm") -> None:
    await clerk.opens("/staff/me")
    assert question in clerk.text, clerk.text
    found = re.search(rf'action="/staff/me/{answer}">.*?name="id" value="(\d+)"', clerk.text)
    await clerk.sends(f"/staff/me/{answer}", id=found[1])  # type: ignore[index]


async def test_a_leaked_link_diverts_no_page(api: BotApi, with_telegram: Whole) -> None:
    town, whole = Town(api), with_telegram
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping", language="en")).lets_herself_in()
    other = await (await Clerk.hired(whole, "Olle", "norrkoping", language="en")).lets_herself_in()
    thief = town.person("Mallory", "sv")
    await thief.starts(await start_of(anna))
    await thief.answered()
    (method,) = await whole.service.store.read(lambda tx: tx.people.methods([anna.id]))
    assert method.address.key == thief.key and not method.works
    await other.opens("/staff/me")
    await other.sends("/staff/me/confirm", id=str(method.id))
    assert "nothing to confirm" in other.text, "nobody says it for her"
    await confirms(anna, "opened your link: Mallory", "remove")
    assert await whole.service.store.read(lambda tx: tx.people.methods([anna.id])) == []
    await anna.opens("/staff/me")
    await anna.sends("/staff/me/confirm", id=str(method.id))
    assert "nothing to confirm" in anna.text
    # Two links opened by one account: whoever confirms first has it.
    hers = town.person("Anna", "sv")
    await hers.starts(await start_of(anna))
    await hers.answered()
    await hers.starts(await start_of(other))
    await hers.answered(2)
    await confirms(anna, "opened your link: Anna")
    await confirms(other, "opened your link: Anna")
    assert "nothing to confirm" in other.text


async def test_an_account_whose_name_telegram_does_not_tell_waits(api: BotApi, with_telegram: Whole) -> None:
    whole = with_telegram
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping", language="en")).lets_herself_in()
    await whole.service.store.write(lambda tx: tx.people.add_method(anna.id, "telegram", "424242", 0))
    await anna.opens("/staff/me")
    assert "Telegram does not tell its name just now" in anna.text and "/staff/me/confirm" not in anna.text


async def test_a_dead_way_is_marked_told_by_another_and_lives_again(api: BotApi, tmp_path: Path) -> None:
    sender = {"BOT_MAIL_FROM": "larm@example.se"}
    async with a_mail_server() as server, a_service_running(tmp_path, api, BOT_SMTP_URL=server.url, **sender) as whole:
        store, auditor = whole.service.store, whole.service.casework.auditor
        town = Town(api)
        lead = await (await Clerk.hired(whole, "Lena", "norrkoping", Role.LEAD)).lets_herself_in()
        anna = await (await Clerk.hired(whole, "Anna", "norrkoping", language="en")).lets_herself_in()
        phone, boss = town.person("Anna", "sv"), town.person("Lena", "sv")
        await reached(whole, lead, boss.key)
        await reached(whole, anna, phone.key)
        await store.write(lambda tx: tx.people.add_method(anna.id, "mail", "anna@example.se", 1, datetime.now(UTC)))
        await store.write(lambda tx: tx.people.add_shift("norrkoping", day_and_night(anna.id)))
        phone.chat.blocked = True  # Telegram has not told us: the page finds out
        report = await Reporter(whole, "uk").reports("norrkoping", "danger")

        async def works() -> list[tuple[str, bool]]:
            return [(m.address.channel, m.works) for m in await store.read(lambda tx: tx.people.methods([anna.id]))]

        await until(works, [("telegram", False), ("mail", True)])
        await auditor.tell_of_dead_ways()
        await auditor.tell_of_dead_ways()
        await until_mails(server, 2)
        told = [m.text for m in server.mails if "Pages do not reach you by Telegram any more" in m.text]
        assert len(told) == 1, "once, by the other way"
        assert any(report.code in m.text for m in server.mails), "and the page came by it"
        await anna.opens("/staff/queue")
        assert "A way to page you is dead." in anna.text
        await anna.opens("/staff/me")
        assert "dead: the last page was refused for good" in anna.text

        server.fails("rcpt", "550 5.1.1 no such user")
        await Reporter(whole, "uk").reports("norrkoping", "danger")
        await until(works, [("telegram", False), ("mail", False)])
        await auditor.tell_of_dead_ways()
        await boss.waits_for("Anna cannot be paged any more")
        await lead.opens("/staff/rota")
        assert "Cannot be paged, and so count on no shift" in lead.text and "Anna: no verified way" in lead.text

        await phone.unblocks()
        await until(works, [("telegram", True), ("mail", False)])
        await anna.opens("/staff/me")
        before = len(server.mails)
        await anna.sends("/staff/me/add", kind="mail", to="anna@example.se")
        await until_mails(server, before + 1)
        await anna.sends("/staff/me/verify", code=re.search(r"\d{8}", server.mails[-1].text)[0])  # type: ignore[index]
        assert [alive for _, alive in await works()] == [True, True]
        while Clerk.everybody:
            await Clerk.everybody.pop().http.aclose()


async def until(look: Any, wanted: Any) -> None:
    async with asyncio.timeout(20):
        while await look() != wanted:
            await asyncio.sleep(0.02)


async def until_mails(server: MailServer, count: int) -> None:
    async with asyncio.timeout(20):
        while len(server.mails) < count:
            await asyncio.sleep(0.02)


def day_and_night(person: int) -> Shift:
    return Shift(0, person, 1, frozenset(range(7)), time(0), time(0), date(2026, 1, 1))


async def test_a_link_opened_in_the_web_chat_links_nothing(with_telegram: Whole) -> None:
    whole = with_telegram
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping", language="en")).lets_herself_in()
    stranger = Reporter(whole, "sv")
    await stranger.presses(f"use:{(await start_of(anna)).removeprefix('s_')}")
    assert not [m for m in await whole.service.store.read(lambda tx: tx.people.methods([anna.id])) if m.works]


async def test_mail_counts_only_after_the_code(tmp_path: Path) -> None:
    sender = {"BOT_MAIL_FROM": "larm@example.se"}
    async with a_mail_server() as server, a_service_running(tmp_path, BOT_SMTP_URL=server.url, **sender) as whole:
        anna = await (await Clerk.hired(whole, "Anna", "norrkoping", language="en")).lets_herself_in()
        try:
            await anna.opens("/staff/me")
            await anna.sends("/staff/me/add", kind="mail", to="no address")
            assert "no address or number" in anna.text
            await anna.opens("/staff/me")
            await anna.sends("/staff/me/add", kind="mail", to="Anna@Example.se")
            assert "anna@example.se" in anna.text and "not verified yet" in anna.text
            code = await code_sent(server)
            for wrong in ("00000000", "", "1"):
                await anna.opens("/staff/me")
                await anna.sends("/staff/me/verify", code=wrong)
                assert "wrong or too old" in anna.text
            await anna.opens("/staff/me")
            await anna.sends("/staff/me/verify", code=code)
            assert "works since" in anna.text
            await anna.sends("/staff/me/verify", code=code)
            assert "wrong or too old" in anna.text
        finally:
            await anna.http.aclose()
            Clerk.everybody.clear()


async def code_sent(server: MailServer) -> str:
    while not server.mails:
        await asyncio.sleep(0.01)
    return re.search(r"\d{8}", server.mails[-1].text)[0]  # type: ignore[index]


def local(at: datetime) -> str:
    return f"{at.astimezone(SWEDEN):%Y-%m-%dT%H:%M}"


async def test_shifts_gaps_and_somebody_who_is_ill(with_telegram: Whole) -> None:
    whole = with_telegram
    lead = await (await Clerk.hired(whole, "Lena", "norrkoping", Role.LEAD)).lets_herself_in()
    anna, bjorn = await Clerk.hired(whole, "Anna", "norrkoping"), await Clerk.hired(whole, "Björn", "norrkoping")
    await lead.opens("/staff/rota")
    assert "Gaps in the next 14 days: 1" in lead.text and "Cannot be paged" in lead.text
    shift: dict[str, Any] = {
        "who": str(anna.id), "level": "1", "opens": "00:00", "closes": "00:00", "since": "2026-01-01", "weeks": "1",
        **{f"day{n}": "1" for n in range(7)},
    }  # fmt: skip
    await lead.sends("/staff/rota/shift", **shift)
    assert "no verified way to be paged" in lead.text
    await reached(whole, anna, "1001")
    await reached(whole, bjorn, "1002")
    await lead.opens("/staff/rota")
    await lead.sends("/staff/rota/shift", **{**shift, "opens": "quarter past"})
    assert "Write times as 17:00" in lead.text
    await lead.opens("/staff/rota")
    await lead.sends("/staff/rota/shift", **shift)
    assert "Somebody is on call at level 1 every minute." in lead.text

    now = datetime.now(UTC)
    ill = {"level": "1", "out": str(anna.id), "starts": local(now - timedelta(hours=1)), "ends": local(now + timedelta(hours=8))}
    await lead.sends("/staff/rota/stand-in", **ill)
    assert "Gaps in the next 14 days: 1" in lead.text and "Anna is away" in lead.text
    rota = await whole.service.store.read(lambda tx: tx.people.rota("norrkoping", {"telegram"}))
    assert rota.on_call(1, now) == ()
    await lead.sends("/staff/rota/stand-in", **{**ill, "out": "", "stand_in": str(bjorn.id)})
    rota = await whole.service.store.read(lambda tx: tx.people.rota("norrkoping", {"telegram"}))
    assert rota.on_call(1, now) == (bjorn.id,) and "Björn stands in" in lead.text
    await lead.sends("/staff/rota/stand-in", **{**ill, "ends": ill["starts"]})
    assert "The end must come after" in lead.text

    stranger = await Clerk.hired(whole, "Olga", "linkoping")
    await lead.opens("/staff/rota")
    await lead.sends("/staff/rota/shift", **{**shift, "who": str(stranger.id)})
    assert "somebody of your unit" in lead.text


async def test_a_duty_manager_is_put_on_like_any_level(with_telegram: Whole) -> None:
    whole = with_telegram
    lead = await (await Clerk.hired(whole, "Lena", "norrkoping", Role.LEAD)).lets_herself_in()
    disa = await (await Clerk.hired(whole, "Disa", "norrkoping", Role.DUTY_MANAGER)).lets_herself_in()
    await reached(whole, disa, "1005")
    await lead.opens("/staff/rota")
    shift = {"who": str(disa.id), "opens": "00:00", "closes": "00:00", "since": "2026-01-01", "weeks": "1"}
    days = {f"day{n}": "1" for n in range(7)}
    await lead.sends("/staff/rota/shift", **shift, **days, level="4")
    assert "Choose a level" in lead.text
    await lead.opens("/staff/rota")
    assert '<option value="5">Duty manager</option>' in lead.text
    await lead.sends("/staff/rota/shift", **shift, **days, level="5")
    assert "Disa, duty manager:" in lead.text and "<dt>Duty manager</dt><dd>Disa</dd>" in lead.text
    assert "No duty manager from" not in lead.text
    await whole.service.store.write(lambda tx: tx.people.mark_method(tx.people.methods([disa.id])[0].id, dead=True))
    await lead.opens("/staff/rota")
    assert "No duty manager from" in lead.text
    report = await Reporter(whole, "uk").reports("norrkoping", "danger")
    await disa.opens(f"/staff/c/{report.code}")
    await disa.sends(f"/staff/c/{report.code}/take")
    assert "Disa took it." in disa.text, "whoever is duty manager may take the case"
    await disa.opens("/staff/rota")
    assert "Save the shift" not in disa.text


async def test_who_has_only_a_way_that_is_not_set_up_cannot_be_put_on_call(with_telegram: Whole) -> None:
    whole, now = with_telegram, datetime.now(UTC)
    lead = await (await Clerk.hired(whole, "Lena", "norrkoping", Role.LEAD)).lets_herself_in()
    anna = await Clerk.hired(whole, "Anna", "norrkoping")
    rikard = await Clerk.hired(whole, "Rikard", "norrkoping", Role.RECORDS)
    await whole.service.store.write(lambda tx: tx.people.add_method(anna.id, "sms", "+46700000001", 0, now))
    await whole.service.store.write(lambda tx: tx.people.add_shift("norrkoping", day_and_night(anna.id)))
    await reached(whole, rikard, "1003")
    await lead.opens("/staff/rota")
    assert "Gaps in the next 14 days: 1" in lead.text and "Anna: only by SMS, which is not set up here" in lead.text
    assert "Rikard: a role that is not paged" in lead.text
    shift = {"level": "1", "opens": "00:00", "closes": "00:00", "since": "2026-01-01", "weeks": "1", "day1": "1"}
    await lead.sends("/staff/rota/shift", **shift, who=str(anna.id))
    assert "can be paged only by SMS, and this service is not set up to send by it" in lead.text
    await (await anna.lets_herself_in()).opens("/staff/me")
    assert "not set up here: does not count" in anna.text and "you count on no shift" in anna.text
    await lead.opens("/staff/rota")
    span = {"starts": local(now), "ends": local(now + timedelta(hours=8)), "level": "1", "out": ""}
    await lead.sends("/staff/rota/stand-in", **span, stand_in=str(anna.id))
    assert "can be paged only by SMS" in lead.text
    await lead.opens("/staff/rota")
    await lead.sends("/staff/rota/shift", **shift, who=str(rikard.id))
    assert "role takes no cases" in lead.text
    await reached(whole, anna, "1001")
    await lead.opens("/staff/rota")
    assert "Somebody is on call at level 1 every minute." in lead.text and "Anna: " not in lead.text


async def test_a_drill_goes_the_real_way_and_hides_nothing(api: BotApi, with_telegram: Whole) -> None:
    town, whole = Town(api), with_telegram
    lead = await (await Clerk.hired(whole, "Lena", "norrkoping", Role.LEAD)).lets_herself_in()
    anna = town.person("Anna", "sv")
    await reached(whole, lead, anna.key)
    shift = {"who": str(lead.id), "level": "1", "opens": "00:00", "closes": "00:00", "since": "2026-01-01", "weeks": "1"}
    await lead.opens("/staff/rota")
    await lead.sends("/staff/rota/shift", **shift, **{f"day{n}": "1" for n in range(7)})
    await lead.sends("/staff/drill")
    assert "PRACTICE. This is a drill" in lead.text and "Lena started a drill." in lead.text
    await anna.answered()
    anna.sees("PRACTICE. This is a drill")
    true = await Reporter(whole, "uk").reports("norrkoping", "safe")
    await lead.opens("/staff/queue")
    assert lead.text.index(true.code) < lead.text.index("Practice: 1")
    assert "Waiting: 1" in lead.text
    await lead.sends("/staff/queue/take")
    assert true.code in lead.text, "a drill is never taken before a true report"


async def test_staff_see_that_telegram_carries_no_free_words(api: BotApi, with_telegram: Whole) -> None:
    """No web address is set here: a reporter in Telegram is asked to ring, and whoever wrote must know it."""
    town, whole = Town(api), with_telegram
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping")).lets_herself_in()
    olena, reporter = town.person("Olena", "uk"), Reporter(whole, "uk")
    report = await reporter.reports("norrkoping")
    await whole.service.store.write(lambda tx: tx.reports.drop_reporter(reporter.address))
    await whole.service.store.write(lambda tx: tx.reports.add_reporter(report.id, Address("telegram", olena.key)))
    await anna.opens(f"/staff/c/{report.code}")
    await anna.sends(f"/staff/c/{report.code}/take")
    await anna.sends(f"/staff/c/{report.code}/write", words="Hemlig adress")
    assert "NOT DELIVERED by Telegram: the reporter was asked to ring. Use a prepared phrase." in anna.text
    await olena.answered()
    olena.sees("займається")
    await olena.answered()
    olena.sees("Зателефонуйте")
    assert not any("Hemlig" in str(m) for m in olena.chat.messages.values())


async def test_who_runs_the_service_sees_all_units(whole: Whole) -> None:
    await a_unit(whole, "linkoping")
    await a_unit(whole, "last", kind=CATCH_ALL)
    rut = await (await Clerk.hired(whole, "Rut", "norrkoping", Role.OPERATOR)).lets_herself_in()
    await rut.opens("/staff/units")
    assert all(unit in rut.text for unit in ("linkoping", "norrkoping", "last"))
    await rut.sends("/staff/drill", unit="linkoping")
    found = await whole.service.store.read(lambda tx: tx.reports.open("linkoping"))
    assert [r.practice for r in found] == [True]
