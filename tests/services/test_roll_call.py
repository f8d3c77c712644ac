"""Asked before a duty whether pages reach them: once, by the first way and then the next; the leads hear of a silence."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain import duty_check, passes
from bot.domain.calendar import SWEDEN
from bot.domain.conversation import Conversation
from bot.domain.events import Address
from bot.domain.messages import unpacked
from bot.domain.outbox import Refused, RetryAt
from bot.domain.people import Role
from bot.domain.report_effects import ConfirmDuty
from bot.domain.rota import EVERYBODY, Override
from bot.services.auditor import Auditor
from tests.services.test_alerting import Ward, ward  # noqa: F401

ANNA, LEAD = "telegram:101", "telegram:109"
MINUTE = timedelta(minutes=1)
TELEGRAM = Address("telegram", "101")


async def _later(ward: Ward, outcome: Any = None, **span: float) -> list[tuple[str, str]]:  # noqa: F811
    """Let time pass as the loops do, a minute at a time, over hours five; return what went out."""
    auditor = Auditor(store=ward.store, clock=ward.clock, alerting=ward.alerting, speaker=ward.alerting._speaker)
    length, before = timedelta(**span), len(ward.log)
    end, step = ward.clock.now() + length, MINUTE if length < timedelta(hours=4) else 5 * MINUTE
    while ward.clock.now() < end:
        ward.clock.at += step
        await auditor.call_the_roll()
        await ward.alerting.look()
        await ward.sent(outcome)
    return ward.log[before:]


async def _duty(ward: Ward, *, hours: float = 3, name: str = "Anna", lead: bool = True, **ways: str) -> tuple[int, datetime]:  # noqa: F811
    """Put somebody on call in so many hours, every day for four hours. Return them and when it begins."""
    starts = (ward.clock.now() + timedelta(hours=hours)).replace(second=0, microsecond=0)
    local = starts.astimezone(SWEDEN)
    if lead:
        await ward.duty.on_call("Chefen", "norrkoping", level=EVERYBODY, roles=(Role.LEAD,), telegram="109")
    shift = {"opens": local.time(), "closes": (local + timedelta(hours=4)).time()}
    return await ward.duty.on_call(name, "norrkoping", **(ways or {"telegram": "101"}), **shift), starts


async def _answers(ward: Ward, address: Address, *, handle: str = "", code: str = "") -> list[str]:  # noqa: F811
    def work(tx: Any) -> list[str]:
        frame = ward.frames.frame(address.channel, ward.clock.now())
        effect = ConfirmDuty(handle, code)
        _, sayings, _ = ward.reporting.apply(tx, effect, Conversation(address, "sv"), frame)
        rows = [row for s in sayings for row in ward.alerting._speaker.rows(s, frame.now)]
        tx.put_deliveries(rows, frame.now, "")
        return [unpacked(row.body).plain() for row in rows]

    said = await ward.store.write(work)
    await ward.sent()
    return said


async def _token(ward: Ward, person: int) -> str:  # noqa: F811
    """Return what the newest question to the person is answered by."""

    def look(tx: Any) -> str:
        asked = tx.notices.asked([person], "duty_check", datetime(2026, 1, 1, tzinfo=UTC))
        return ward.alerting.notices.token(asked[-1].once)

    return await ward.store.read(look)


async def _standing(ward: Ward) -> list[tuple[int, str]]:  # noqa: F811
    def look(tx: Any) -> list[tuple[int, str]]:
        rota = ward.alerting.rota(tx, "norrkoping")
        return [(s.staff, s.how) for s in ward.alerting.roll_call.standing(tx, rota, ward.clock.now())]

    return await ward.store.read(look)


async def test_asked_two_hours_before_once_and_the_button_confirms(ward: Ward) -> None:  # noqa: F811
    anna, starts = await _duty(ward)
    assert await _later(ward, minutes=55) == []
    assert await _standing(ward) == [(anna, "to_be_asked")]
    ((to, words),) = await _later(ward, minutes=10)
    assert to == ANNA and "Din jour för Socialtjänsten norrkoping" in words and f"{starts.astimezone(SWEDEN):%H:%M}" in words
    assert "Anna" not in words, "no name on a lock screen"
    assert await _standing(ward) == [(anna, "asked")]
    token = await _token(ward, anna)
    assert token not in str(await ward.store.read(lambda tx: tx.notices.by_handle(passes.mark(token)))), "rows hold its mark"
    assert "Tack" in (await _answers(ward, TELEGRAM, handle=token))[0]
    assert await _standing(ward) == [(anna, "confirmed")]
    assert await _later(ward, hours=4) == [], "neither she nor the lead hears more"
    assert await _standing(ward) == [(anna, "confirmed"), (anna, "to_be_asked")]


async def test_not_answered_the_next_way_is_tried_and_at_the_beginning_the_lead_hears_once(ward: Ward) -> None:  # noqa: F811
    anna, starts = await _duty(ward, telegram="101", sms="+46700000001", mail="anna@example.se")
    sent = await _later(ward, hours=2, minutes=58)
    assert [to for to, _ in sent] == [ANNA, "sms:+46700000001", "mail:anna@example.se"], "each once"
    sms, mail = sent[1][1], sent[2][1]
    token = await _token(ward, anna)
    assert f"OK {duty_check.code(token)}" in sms and "https://chat.example/staff/reach/" not in ANNA
    assert "Ingen läser svar" in mail
    ((to, words),) = await _later(ward, minutes=3)
    assert to == LEAD and "Anna" in words and "inte bekräftat" in words and f"{starts.astimezone(SWEDEN):%H:%M}" in words
    assert await _standing(ward) == [(anna, "silent"), (anna, "to_be_asked")]
    assert await _later(ward, hours=1) == []
    assert "Tack" in (await _answers(ward, TELEGRAM, handle=token))[0], "a late answer still spares a call"
    assert (await _standing(ward))[0] == (anna, "confirmed")


async def test_the_same_token_goes_by_each_way_and_stands_in_a_link(ward: Ward) -> None:  # noqa: F811
    anna, _ = await _duty(ward, mail="anna@example.se", telegram="101")
    ward.clock.at += timedelta(hours=1, minutes=1)
    await ward.store.write(lambda tx: ward.alerting.roll_call.look(tx, ward.clock.now()))
    bodies = [d.body for d in await ward.store.write(lambda tx: tx.claim(ward.clock.now(), "me", "mail", 9))]
    ward.clock.at += timedelta(minutes=16)
    await ward.alerting.look()
    bodies += [d.body for d in await ward.store.write(lambda tx: tx.claim(ward.clock.now(), "me", "telegram", 9))]
    token = await _token(ward, anna)
    assert f"https://chat.example/staff/reach/{token}" in bodies[0] and f"duty:{token}" in bodies[1]
    assert f"duty:{token}" not in bodies[0] and "Anna" not in "".join(bodies)


async def test_a_reply_by_sms_takes_the_code_and_a_yes_without_it_is_told_how(ward: Ward) -> None:  # noqa: F811
    anna, _ = await _duty(ward, sms="+46700000001")
    await _later(ward, hours=1, minutes=5)
    here, code = Address("sms", "+46700000001"), duty_check.code(await _token(ward, anna))
    assert f"OK {code}" in (await _answers(ward, here, code=""))[0]
    assert "gammal" in (await _answers(ward, here, code=f"{(int(code) + 1) % 10_000:04}"))[0]
    assert await _answers(ward, Address("sms", "+46700000009"), code=code) == [], "a stranger pays nothing and gets nothing"
    assert await _standing(ward) == [(anna, "asked")]
    assert "Tack" in (await _answers(ward, here, code=code))[0]
    assert await _standing(ward) == [(anna, "confirmed")]


async def test_a_button_is_its_persons_and_an_old_one_does_nothing(ward: Ward) -> None:  # noqa: F811
    anna, starts = await _duty(ward)
    await ward.duty.on_call("Bo", "norrkoping", level=EVERYBODY, telegram="102")
    await _later(ward, hours=1, minutes=5)
    token = await _token(ward, anna)
    for stranger in ("102", "777"):
        assert (await _answers(ward, Address("telegram", stranger), handle=token))[0]
    for forged in ("0" * 32, "x", "' OR 1=1 --"):
        assert "gammal" in (await _answers(ward, TELEGRAM, handle=forged))[0]
    assert await _standing(ward) == [(anna, "asked")]
    ward.clock.at = starts + duty_check.LATE
    assert "gammal" in (await _answers(ward, TELEGRAM, handle=token))[0]
    assert (await _standing(ward))[0] == (anna, "silent")


async def test_a_duty_that_somebody_else_has_now_is_not_asked_about(ward: Ward) -> None:  # noqa: F811
    anna, starts = await _duty(ward, telegram="101", sms="+46700000001")
    bo = await ward.duty.on_call("Bo", "norrkoping", level=EVERYBODY, telegram="102")
    await _later(ward, hours=1, minutes=5)
    token = await _token(ward, anna)
    swap = Override(0, 1, anna, bo, starts - timedelta(hours=1), starts + timedelta(hours=9))
    id_ = await ward.store.write(lambda tx: tx.people.add_override("norrkoping", swap))
    assert "gammal" in (await _answers(ward, TELEGRAM, handle=token))[0], "it is not hers any more"
    sent = await _later(ward, minutes=30)
    assert {to for to, _ in sent} == {"telegram:102"}, "Bo's stand-in begins an hour earlier; Anna's other way is not tried"
    await ward.store.write(lambda tx: tx.people.drop_override(id_, "norrkoping"))
    assert [to for to, _ in await _later(ward, minutes=5)] == ["sms:+46700000001"], "hers again: it goes on where it stood"
    assert "Tack" in (await _answers(ward, TELEGRAM, handle=token))[0]
    assert await _later(ward, hours=2) == []


async def test_swapped_away_unanswered_nobody_leading_hears(ward: Ward) -> None:  # noqa: F811
    anna, starts = await _duty(ward)
    await _later(ward, hours=1, minutes=5)
    away = Override(0, 1, anna, None, starts - timedelta(minutes=5), starts + timedelta(hours=9))
    await ward.store.write(lambda tx: tx.people.add_override("norrkoping", away))
    assert await _later(ward, hours=3) == []


async def test_who_took_a_case_meanwhile_is_reached(ward: Ward) -> None:  # noqa: F811
    anna, _ = await _duty(ward, hours=2.5)
    await _later(ward, hours=1)
    assert await _standing(ward) == [(anna, "asked")]
    await ward.reports()
    await _later(ward, minutes=1)
    await ward.takes(anna)
    sent = await _later(ward, hours=2)
    assert not [words for to, words in sent if to == LEAD and "bekräftat" in words]
    assert (await _standing(ward))[0] == (anna, "confirmed")


async def test_nobody_is_asked_twice_a_day_and_everybody_the_next_day(ward: Ward) -> None:  # noqa: F811
    """She answered, so a second duty five hours after the first is not asked about; the same one tomorrow is."""
    anna, starts = await _duty(ward)
    second = Override(0, 1, None, anna, starts + timedelta(hours=5), starts + timedelta(hours=7))
    await ward.store.write(lambda tx: tx.people.add_override("norrkoping", second))
    await _later(ward, hours=1, minutes=5)
    await _answers(ward, TELEGRAM, handle=await _token(ward, anna))
    assert await _later(ward, hours=6) == []
    assert (anna, "known") in await _standing(ward)
    assert [to for to, _ in await _later(ward, hours=18)] == [ANNA]
    assert timedelta(hours=22) < ward.clock.now() - starts < timedelta(hours=24)


async def test_within_a_day_of_a_case_taken_nobody_is_asked(ward: Ward) -> None:  # noqa: F811
    anna, _ = await _duty(ward, hours=-1)
    await ward.reports()
    await _later(ward, minutes=1)
    await ward.takes(anna)
    await ward.store.write(lambda tx: ward.cases.close(tx, tx.people.staff(anna), 1, "met", ward.clock.now()))
    await ward.sent()
    assert await _later(ward, hours=22) == [] and (await _standing(ward))[-1] == (anna, "known")
    assert [to for to, _ in await _later(ward, hours=24)] == [ANNA], "the day after that she is"


async def test_after_a_refused_page_they_are_asked_all_the_same(ward: Ward) -> None:  # noqa: F811
    anna, starts = await _duty(ward)
    await _later(ward, hours=1, minutes=5)
    await _answers(ward, TELEGRAM, handle=await _token(ward, anna))
    ward.clock.at += timedelta(hours=2)
    await ward.reports()
    await ward.sent(Refused("too long", gone=False))
    await ward.takes(anna)
    await ward.store.write(lambda tx: ward.cases.close(tx, tx.people.staff(anna), 1, "met", ward.clock.now()))
    await ward.sent()
    second = Override(0, 1, None, anna, starts + timedelta(hours=5), starts + timedelta(hours=7))
    await ward.store.write(lambda tx: tx.people.add_override("norrkoping", second))
    sent = await _later(ward, hours=5)
    assert len([1 for to, words in sent if to == ANNA and "Din jour" in words]) == 1


async def test_one_duty_of_two_shifts_is_asked_about_once(ward: Ward) -> None:  # noqa: F811
    anna, starts = await _duty(ward)
    later = Override(0, 2, None, anna, starts + timedelta(hours=4), starts + timedelta(hours=8))
    await ward.store.write(lambda tx: tx.people.add_override("norrkoping", later))
    sent = await _later(ward, hours=10)
    assert [to for to, _ in sent] == [ANNA, LEAD]


async def test_leads_hear_two_hours_ahead_of_who_cannot_be_paged_at_all(ward: Ward) -> None:  # noqa: F811
    await _duty(ward, fax="011")
    _, starts = await _duty(ward, name="Cilla", lead=False, telegram="103")
    await ward.store.write(lambda tx: tx.mark_address(Address("telegram", "103"), False))
    sent = await _later(ward, hours=3, minutes=30)
    named = {to: sorted(re.findall("Anna|Cilla", " ".join(w for t, w in sent if t == to))) for to, _ in sent}
    assert named == {LEAD: ["Anna", "Cilla"]} and all("inget kontaktsätt fungerar" in words for _, words in sent)
    assert starts + MINUTE <= ward.clock.now()


async def test_a_question_that_the_only_way_refuses_is_told_to_the_lead_at_once(ward: Ward) -> None:  # noqa: F811
    _, starts = await _duty(ward, sms="+46700000001")
    await _later(ward, minutes=59)
    ward.clock.at += 2 * MINUTE
    await ward.store.write(lambda tx: ward.alerting.roll_call.look(tx, ward.clock.now()))
    await ward.sent(Refused("no", gone=False), "sms")
    await ward.alerting.look()
    (told,) = [words for to, words in await ward.sent() if to == LEAD]
    assert "Anna" in told and ward.clock.now() < starts - timedelta(minutes=90)


async def test_a_crash_while_it_asks_means_neither_none_nor_two(ward: Ward) -> None:  # noqa: F811
    await _duty(ward)
    ward.clock.at += timedelta(hours=1, minutes=1)

    class Killed(Exception):
        pass

    def dies(tx: Any) -> None:
        assert ward.alerting.roll_call.look(tx, ward.clock.now())
        raise Killed

    with pytest.raises(Killed):
        await ward.store.write(dies)
    for _ in range(3):
        await ward.store.write(lambda tx: ward.alerting.roll_call.look(tx, ward.clock.now()))
    assert [to for to, _ in await ward.sent()] == [ANNA]


async def test_put_on_call_a_moment_before_they_have_a_quarter_to_answer(ward: Ward) -> None:  # noqa: F811
    anna, starts = await _duty(ward, hours=0.1)
    sent = await _later(ward, minutes=10)
    assert [to for to, _ in sent] == [ANNA] and ward.clock.now() > starts
    assert (await _standing(ward))[0] == (anna, "asked")
    assert [to for to, _ in await _later(ward, minutes=10)] == [LEAD]


async def test_a_true_page_goes_on_untouched(ward: Ward) -> None:  # noqa: F811
    """A question that cannot leave, or waits for its answer, holds up no page, and the page is taken as ever."""
    anna, starts = await _duty(ward)
    await ward.duty.on_call("Bo", "norrkoping", telegram="102")
    ward.clock.at = starts - timedelta(minutes=20)
    await ward.store.write(lambda tx: ward.alerting.roll_call.look(tx, ward.clock.now()))
    await ward.sent(RetryAt(starts + timedelta(hours=1), "flood"))
    ward.clock.at = starts
    ward.log.clear()
    await ward.reports()
    await ward.sent()
    assert [words for words in ward.heard(ANNA) if "CCC-001" in words]
    await ward.takes(anna)
    assert "taken" in await ward.timeline()
