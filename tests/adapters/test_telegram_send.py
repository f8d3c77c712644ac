"""Every way a send can end, over HTTP against the stand-in."""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta

import pytest
import structlog
from telegram.error import TelegramError

from bot.adapters.telegram.request import LeanBot, LineRequest, NotSent
from bot.adapters.telegram.send import TelegramGateway
from bot.domain.events import Address
from bot.domain.messages import Choice
from bot.domain.outbox import Refused, RetryAt, Sent, Unknown
from tests.adapters.telegram_world import FixedClock, delivery, rendered, world
from tests.support.bot_api import TOKEN
from tests.support.bot_api_faults import act_then_drop, bad_request, blocked, broken, reset, slow, too_many


async def test_a_message_arrives_with_its_buttons_and_without_a_preview():
    async with world() as w:
        olena = w.town.person("Olena")
        home = Choice("Додому", action="home", style="primary")
        outcome = await w.telegram.send(delivery(olena.key, rendered("Школа <3", buttons=((home,),))))
        assert outcome == Sent(str(olena.last["message_id"]))
        assert olena.sees("Школа <3")["reply_markup"] == {
            "inline_keyboard": [[{"text": "Додому", "callback_data": "home", "style": "primary"}]]
        }
        (call,) = w.api.called("sendMessage")
        assert call.params["link_preview_options"] == {"is_disabled": True}


async def test_a_keyboard_asks_for_the_location():
    async with world() as w:
        olena = w.town.person("Olena")
        await w.telegram.send(delivery(olena.key, rendered("Де ви?", ask_location="Поділитися місцем")))
        assert olena.chat.reply_keyboard == {
            "keyboard": [[{"text": "Поділитися місцем", "request_location": True}]],
            "resize_keyboard": True,
            "one_time_keyboard": True,
        }


async def test_too_fast_means_later_at_the_time_telegram_names():
    async with world() as w:
        olena = w.town.person("Olena")
        w.api.faults.add("sendMessage", too_many(17))
        assert await w.telegram.send(delivery(olena.key)) == RetryAt(w.clock.at + timedelta(seconds=17), "RetryAfter")
        assert isinstance(await w.telegram.send(delivery(olena.key)), Sent)


@pytest.mark.parametrize("fault", [broken(502), broken(500)])
async def test_a_server_that_is_down_means_later_and_longer_each_time(fault):
    async with world() as w:
        olena = w.town.person("Olena")
        w.api.faults.add("sendMessage", fault, times=2)
        first = await w.telegram.send(delivery(olena.key, attempts=1))
        third = await w.telegram.send(delivery(olena.key, attempts=3))
        assert first == RetryAt(w.clock.at + timedelta(seconds=1), "NetworkError")
        assert third == RetryAt(w.clock.at + timedelta(seconds=5), "NetworkError")
        assert not olena.received


async def test_a_line_that_breaks_is_tried_again_as_a_repeat_is_better_than_a_silence():
    async with world() as w:
        olena = w.town.person("Olena")
        w.api.faults.add("sendMessage", reset())
        assert isinstance(await w.telegram.send(delivery(olena.key)), RetryAt)
        assert not olena.received
        w.api.faults.add("sendMessage", act_then_drop())
        assert isinstance(await w.telegram.send(delivery(olena.key)), RetryAt)
        assert len(olena.received) == 1


async def test_no_answer_in_time_leaves_it_unknown():
    async with world() as w:
        olena = w.town.person("Olena")
        bot = LeanBot(w.api.token, w.api.url, request=LineRequest(read_s=0.1))
        w.telegram.bot, kept = bot, w.telegram.bot
        w.api.faults.add("sendMessage", slow(0.6))
        assert await w.telegram.send(delivery(olena.key)) == Unknown("TimedOut")
        await olena.answered()  # it did arrive
        await bot.close_lines()
        w.telegram.bot = kept


async def test_no_connection_means_later_as_nothing_can_have_arrived():
    telegram = TelegramGateway(TOKEN, "http://127.0.0.1:9", clock=FixedClock())
    assert await telegram.send(delivery("5")) == RetryAt(FixedClock().at + timedelta(seconds=1), "NotSent")
    with pytest.raises(NotSent):
        await telegram.bot.call("getMe")
    await telegram.close()


async def test_who_blocked_the_bot_or_is_gone_is_not_written_to_again():
    async with world() as w:
        olena = w.town.person("Olena")
        await olena.blocks()
        assert await w.telegram.send(delivery(olena.key)) == Refused("Forbidden", gone=True)
        await olena.unblocks()
        olena.deletes_account()
        assert await w.telegram.send(delivery(olena.key)) == Refused("Forbidden", gone=True)
        assert await w.telegram.send(delivery("404404")) == Refused("gone", gone=True)
        w.api.faults.add("sendMessage", blocked())
        assert await w.telegram.send(delivery("404404")) == Refused("Forbidden", gone=True)


async def test_a_message_that_telegram_refuses_is_final_but_the_person_is_not_gone():
    async with world() as w:
        olena = w.town.person("Olena")
        w.api.faults.add("sendMessage", bad_request("can't parse entities: Unsupported start tag"))
        assert await w.telegram.send(delivery(olena.key)) == Refused("BadRequest")
        assert isinstance(await w.telegram.send(delivery(olena.key)), Sent)


async def test_a_group_that_moved_tells_its_new_key():
    async with world() as w:
        group = w.town.group("Помічники")
        olena = w.town.person("Olena")
        await group.adds_bot(olena)
        assert isinstance(await w.telegram.send(delivery(str(group.chat.id))), Sent)
        moved = await group.becomes_supergroup(olena)
        outcome = await w.telegram.send(delivery(str(group.chat.id)))
        assert outcome == Refused("ChatMigrated", moved_to=str(moved.chat.id))
        assert w.telegram.is_group(Address("telegram", outcome.moved_to))
        assert not w.telegram.is_group(Address("telegram", olena.key))


async def test_a_wrong_token_means_later_with_an_alarm_and_shows_the_token_nowhere():
    async with world() as w:
        wrong = "424242:AAAA-a_wrong_token_that_must_not_leak"
        telegram = TelegramGateway(wrong, w.api.url, clock=w.clock)
        with structlog.testing.capture_logs() as logs:
            outcome = await telegram.send(delivery(w.town.person("Olena").key))
        assert isinstance(outcome, RetryAt) and outcome.why == "InvalidToken"
        assert [line for line in logs if line.get("alarm")]
        with pytest.raises(TelegramError) as caught:
            await telegram.bot.greet()
        assert wrong not in f"{caught.value!r} {caught.value.__cause__!r} {logs}"
        await telegram.close()


@pytest.mark.parametrize("fault", [reset(), broken(502), broken(500), slow(5.0), bad_request("x"), too_many(1)])
async def test_no_failure_carries_the_token_or_the_words(fault):
    async with world() as w:
        olena = w.town.person("Olena")
        w.telegram.bot = LeanBot(w.api.token, w.api.url, request=LineRequest(read_s=0.05))
        w.api.faults.add("sendMessage", fault)
        with structlog.testing.capture_logs() as logs:
            outcome = await w.telegram.send(delivery(olena.key, "таємниця"))
        assert logs and not isinstance(outcome, Sent)
        shown = f"{logs} {outcome}"
        for secret in (w.api.token, w.api.token.partition(":")[2], "таємниця", olena.key):
            assert secret not in shown


async def test_no_connection_carries_the_token_in_no_word_of_the_error():
    bot = LeanBot(TOKEN, "http://127.0.0.1:9")
    with pytest.raises(NotSent) as caught:
        await bot.call("sendMessage", chat_id=1, text="таємниця")
    fault: BaseException | None = caught.value
    while fault is not None:
        assert TOKEN not in f"{fault!r}{fault}" and "таємниця" not in f"{fault!r}{fault}"
        assert fault.__suppress_context__ or fault.__context__ is None
        fault = fault.__cause__
    await bot.close_lines()


async def test_many_sends_at_once_share_the_lines():
    async with world() as w:
        people = [w.town.person(f"Person {n}") for n in range(100)]
        outcomes = await asyncio.gather(*(w.telegram.send(delivery(p.key, f"№ {p.name}")) for p in people))
        assert all(isinstance(o, Sent) for o in outcomes)
        for person in people:
            person.sees(f"№ {person.name}")
        assert not w.town.leftovers() and not w.api.refusals()


async def test_a_document_goes_out_as_multipart():
    from telegram import InputFile

    async with world() as w:
        olena = w.town.person("Olena")
        file = InputFile(io.BytesIO(b"%PDF leaflet"), filename="leaflet.pdf")
        await w.telegram.bot.call("sendDocument", chat_id=olena.id, document=file, caption="Пам'ятка")
        document = olena.sees("Пам'ятка")["document"]
        assert w.api.files[document["file_id"]] == ("leaflet.pdf", b"%PDF leaflet")


async def test_what_telegram_would_refuse_in_a_button_costs_the_button_and_raises_an_alarm():
    async with world() as w:
        olena = w.town.person("Olena")
        row = (Choice("Довга", action="ш" * 33), Choice("Добра", action="home"))
        with structlog.testing.capture_logs() as logs:
            outcome = await w.telegram.send(delivery(olena.key, rendered("Слова", buttons=(row,))))
        assert isinstance(outcome, Sent)
        assert [line["event"] for line in logs if line.get("alarm")] == ["button_left_out"]
        assert await olena.presses("Добра")
