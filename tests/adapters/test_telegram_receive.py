"""Poll and webhook against the stand-in: nothing is confirmed before it is stored, nothing bad stops the rest."""

from __future__ import annotations

import asyncio
import io

import aiohttp
import pytest
import structlog

from bot.adapters.telegram.receive import Webhook
from bot.domain.events import ButtonPressed, TextReceived, Unreadable
from bot.services.ports import StoreUnavailable
from tests.adapters.telegram_world import SECRET, polling, until, waiting, webhook, world
from tests.support.bot_api_faults import broken, reset, too_many

# --- polling -----------------------------------------------------------------------------------------------------------


async def test_what_was_said_before_we_came_and_after_arrives_once_and_in_order():
    async with world() as w:
        olena = w.town.person("Olena")
        for number in range(250):  # more than one batch
            await olena.says(f"early {number}")
        async with polling(w):
            await w.inlet.got(250)
            await olena.says("late")
            events = await w.inlet.got(251)
            await until(lambda: not w.api.updates.pending)
        assert [e.words for e in events] == [*(f"early {n}" for n in range(250)), "late"]


async def test_the_offset_moves_only_when_the_whole_batch_is_stored():
    async with world() as w:
        olena = w.town.person("Olena")
        w.inlet.refuse, w.inlet.times = StoreUnavailable("down"), 5
        for number in range(3):
            await olena.says(str(number))
        async with polling(w):
            await w.inlet.got(3)
            assert len(w.api.updates.pending) == 3  # handed over, not yet confirmed
            await until(lambda: w.api.called("getUpdates")[-1].params["offset"] == 500_000_004)
            await until(lambda: not w.api.updates.pending)
        assert w.inlet.calls > 5


async def test_one_update_that_nobody_can_read_does_not_stop_the_others():
    async with world() as w:
        olena = w.town.person("Olena")
        chat = {"id": olena.id, "type": "private"}
        w.api.updates.push_raw({"message": {"chat": chat, "date": "never", "text": 5, "message_id": 1}})
        w.api.updates.push_raw({"message": None})
        w.api.updates.push_raw({"message": {"chat": chat, "message_id": 3, "date": 5, "text": "cut \ud83d in half"}})
        await olena.says("школа")
        async with polling(w):
            events = await w.inlet.got(3)
            await until(lambda: not w.api.updates.pending)
        assert [type(e) for e in events] == [Unreadable, TextReceived, TextReceived]
        assert events[1].words.startswith("cut ") and events[2].words == "школа"


async def test_an_event_that_intake_itself_cannot_take_is_tried_thrice_and_then_passed_over():
    async with world() as w:
        olena = w.town.person("Olena")
        w.inlet.refuse, w.inlet.times = RuntimeError("a fault of ours: школа"), 1_000
        w.inlet.only = lambda event: event.words == "bad"
        await olena.says("bad")
        await olena.says("good")
        with structlog.testing.capture_logs() as logs:
            async with polling(w):
                await until(lambda: not w.api.updates.pending)
        assert [e.words for e in w.inlet.events] == ["good"]
        assert [line["attempt"] for line in logs if line["event"] == "update_failed"] == [1, 2, 3]
        assert [line["event"] for line in logs if line.get("alarm")][-1] == "update_given_up"


@pytest.mark.parametrize("fault", [reset(), broken(502), broken(500), too_many(0)])
async def test_a_failed_poll_is_tried_again(fault):
    async with world() as w:
        w.api.faults.add("getUpdates", fault, times=4)
        await w.town.person("Olena").says("школа")
        async with polling(w) as poller:
            await w.inlet.got(1)
            assert poller.heard_at == w.clock.at


async def test_telegram_telling_us_to_wait_is_obeyed():
    async with world() as w:
        w.api.faults.add("getUpdates", too_many(1))
        await w.town.person("Olena").says("школа")
        async with polling(w):
            await w.inlet.got(1)
        first, second = w.api.called("getUpdates")[:2]
        assert second.at - first.at >= 1.0


async def test_two_pollers_are_logged_with_an_alarm_and_neither_dies():
    async with world() as w:
        with structlog.testing.capture_logs() as logs:
            async with polling(w), polling(w):
                await until(lambda: [line for line in logs if line.get("error") == "Conflict"])
                await w.town.person("Olena").says("школа")
                await w.inlet.got(1)
        assert all(line["alarm"] for line in logs if line.get("error") == "Conflict")


async def test_ids_that_start_anew_after_a_quiet_week_are_not_missed():
    async with world() as w:
        olena = w.town.person("Olena")
        async with polling(w, poll_s=0):
            await olena.says("before")
            await w.inlet.got(1)
            await until(lambda: not w.api.updates.pending)
            confirmed = len(w.api.called("getUpdates"))
            await until(lambda: len(w.api.called("getUpdates")) > confirmed + 1)
            w.api.updates.next_id = 1_000
            await olena.says("after")
            assert [e.words for e in await w.inlet.got(2)] == ["before", "after"]


async def test_a_press_stops_spinning_and_a_late_one_does_no_harm():
    async with world() as w:
        olena = w.town.person("Olena")
        await olena.taps("home")
        w.api.query_life = 0.0
        async with polling(w):
            await w.inlet.got(1)
            await until(lambda: w.api.called("answerCallbackQuery"))
            w.api.query_life = 15.0
            await olena.taps("help")
            await until(lambda: len(w.town.stuck_presses()) == 1)
            assert [e.action for e in await w.inlet.got(2)] == ["home", "help"]


async def test_an_update_that_comes_twice_is_accepted_twice_and_known_by_its_id():
    async with world() as w:
        w.api.updates.duplicates = 1
        await w.town.person("Olena").says("школа")
        async with polling(w):
            await until(lambda: w.inlet.calls == 2)
        assert len(w.inlet.events) == 1


# --- webhook -----------------------------------------------------------------------------------------------------------


async def test_webhook_updates_arrive_in_order_within_a_chat():
    async with world() as w, webhook(w):
        people = [w.town.person(f"Person {n}") for n in range(10)]
        for number in range(20):
            for person in people:
                await person.says(f"{number}")
        events = await w.inlet.got(200)
        for person in people:
            mine = [e.words for e in events if e.sender.key == person.key]
            assert mine == [str(n) for n in range(20)]
        await until(lambda: not w.api.updates.pending)
        assert {status for _, status in w.api.updates.posts} == {200}


async def test_a_press_is_acknowledged_in_the_answer():
    async with world() as w, webhook(w):
        olena = w.town.person("Olena")
        await olena.taps("home")
        (event,) = await w.inlet.got(1)
        assert isinstance(event, ButtonPressed)
        await until(lambda: not w.town.stuck_presses())
        (call,) = w.api.called("answerCallbackQuery")
        assert call.by_webhook and call.code == 200


async def test_telegram_keeps_what_the_store_could_not_take():
    async with world() as w, webhook(w):
        w.api.updates.retry_scale = 0.01
        w.inlet.refuse, w.inlet.times = StoreUnavailable("down"), 3
        await w.town.person("Olena").says("школа")
        (event,) = await w.inlet.got(1)
        assert event.words == "школа"
        await until(lambda: not w.api.updates.pending)
        assert [status for _, status in w.api.updates.posts] == [503, 503, 503, 200]


async def test_a_fault_of_intake_does_not_count_as_taken_and_shows_nobodys_words():
    async with world() as w, webhook(w):
        w.api.updates.retry_scale = 0.01
        w.inlet.refuse, w.inlet.times = RuntimeError("таємниця"), 1
        with structlog.testing.capture_logs() as logs:
            await w.town.person("Olena").says("таємниця")
            await w.inlet.got(1)
        (line,) = [line for line in logs if line["event"] == "update_failed"]
        assert line["error"] == "RuntimeError" and line["alarm"] and line["kind"] == "TextReceived"
        assert "таємниця" not in str({k: v for k, v in line.items() if k != "exc_info"})


async def test_one_slow_chat_does_not_hold_up_another():
    async with world() as w, webhook(w):
        gate = asyncio.Event()
        accept = w.inlet.accept

        async def slowly(event):
            if event.words == "slow":
                await gate.wait()
            await accept(event)

        w.inlet.accept = slowly  # type: ignore[method-assign]
        await w.town.person("Olena").says("slow")
        await w.town.person("Anna").says("fast")
        assert [e.words for e in await w.inlet.got(1)] == ["fast"]
        gate.set()
        await w.inlet.got(2)


async def test_who_does_not_know_the_secret_is_turned_away():
    async with world() as w, webhook(w, secret="another-secret-0123456789"):
        await w.town.person("Olena").says("школа")
        await until(lambda: len(w.api.updates.posts) >= 2)
        assert {status for _, status in w.api.updates.posts} == {401}
        assert not w.inlet.calls


async def test_a_webhook_without_a_secret_cannot_be_made():
    async with world() as w:
        with pytest.raises(ValueError, match="secret"):
            Webhook(w.telegram, w.inlet, "", clock=w.clock)


@pytest.mark.parametrize(
    ("method", "body", "headers", "status"),
    [
        ("POST", b"{", {}, 400),
        ("POST", b"[1]", {}, 400),
        ("POST", b"[" * 200_000, {}, 400),
        ("POST", b"\xff", {}, 400),
        ("POST", b"{}", {}, 200),
        ("POST", b'{"update_id": 1, "message": 5}', {}, 200),
        ("POST", b"", {}, 400),
        ("POST", b" " * (1024 * 1024 + 1), {}, 413),
        ("GET", b"", {}, 405),
        ("PUT", b"{}", {}, 405),
        ("POST", b"{}", {"X-Telegram-Bot-Api-Secret-Token": "wrong"}, 401),
        ("POST", b"{}", {"X-Telegram-Bot-Api-Secret-Token": ""}, 401),
    ],
)
async def test_bad_posts_are_told_so_and_never_break_anything(method, body, headers, status):
    async with (
        world() as w,
        waiting(w) as url,
        aiohttp.ClientSession() as s,
    ):
        known = {"X-Telegram-Bot-Api-Secret-Token": SECRET, **headers}
        async with s.request(method, url, data=io.BytesIO(body), headers=known) as answer:
            assert answer.status == status
        assert not w.inlet.calls


async def test_half_a_surrogate_does_not_make_an_update_unreadable():
    async with (
        world() as w,
        waiting(w) as url,
        aiohttp.ClientSession() as s,
    ):
        body = rb'{"update_id":1,"message":{"message_id":1,"date":5,"chat":{"id":5,"type":"private"},"text":"a\ud83d"}}'
        async with s.post(url, data=body, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}) as answer:
            assert answer.status == 200
        (event,) = await w.inlet.got(1)
        assert event.words == "a?"


async def test_what_waits_when_the_way_changes_is_not_lost():
    async with world() as w:
        olena = w.town.person("Olena")
        await olena.says("by poll")
        async with webhook(w):
            await olena.says("by webhook")
            await w.inlet.got(2)
        await w.telegram.bot.call("deleteWebhook")
        await olena.says("by poll again")
        async with polling(w):
            events = await w.inlet.got(3)
        assert [e.words for e in events] == ["by poll", "by webhook", "by poll again"]
