"""The stand-in is as strict as Telegram: what it refuses, in whose words, and how it hands updates out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson
import pytest

from tests.adapters.telegram_world import until
from tests.support.bot_api import BotApi, running
from tests.support.bot_api_faults import Flood, act_then_drop, reset
from tests.support.telegram_html import BadHtml, parse
from tests.support.town import Person, Town


class Caller:
    def __init__(self, api: BotApi, session: aiohttp.ClientSession) -> None:
        self.api, self.session = api, session
        self.town = Town(api)
        self.olena: Person = self.town.person("Olena")

    async def __call__(self, method: str, *, token: str = "", form: bool = False, **params: Any) -> tuple[int, Any]:
        url = f"{self.api.url}/bot{token or self.api.token}/{method}"
        texts = {k: v if isinstance(v, str) else orjson.dumps(v).decode() for k, v in params.items()}
        body = {"data": texts} if form else {"json": params}
        async with self.session.post(url, **body) as answer:
            told = await answer.json()
            return answer.status, told.get("result") if told["ok"] else told["description"]

    async def refused(self, method: str, **params: Any) -> str:
        code, words = await self(method, **params)
        assert code == 400, (code, words)
        return words.removeprefix("Bad Request: ")


@asynccontextmanager
async def calling(**settings: Any) -> AsyncIterator[Caller]:
    async with running(**settings) as api, aiohttp.ClientSession() as session:
        yield Caller(api, session)


def keys(*rows: int, **button: Any) -> dict[str, Any]:
    made = [[{"text": "x", "callback_data": "x", **button} for _ in range(n)] for n in rows]
    return {"inline_keyboard": [[{k: v for k, v in b.items() if v is not None} for b in row] for row in made]}


async def test_tokens_and_methods():
    async with calling() as call:
        assert (await call("getMe"))[1]["username"] == "StandInBot"
        assert (await call("GETME"))[0] == 200
        assert await call("getMe", token="424242:another") == (401, "Unauthorized")
        assert await call("nope") == (404, "Not Found: method not found")
        assert "not modelled" in await call.refused("sendDice", chat_id=1)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "message text is empty"),
        ({}, "message text is empty"),
        ({"text": "я" * 4097}, "message is too long"),
        ({"text": "&amp;" * 7000, "parse_mode": "HTML"}, "message is too long"),
        ({"text": "x", "color": "red"}, 'unknown parameter "color" of sendMessage'),
        ({"text": "a < b", "parse_mode": "HTML"}, 'can\'t parse entities: Unsupported start tag "" at byte offset 2'),
        ({"text": "<p>x</p>", "parse_mode": "HTML"}, 'can\'t parse entities: Unsupported start tag "p" at byte offset 0'),
        ({"text": "x", "parse_mode": "Fancy"}, "unsupported parse_mode"),
        ({"text": "x", "reply_markup": keys(1, callback_data="я" * 33)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keys(9)}, "reply markup is too long"),
        ({"text": "x", "reply_markup": keys(*[8] * 13)}, "reply markup is too long"),
        ({"text": "x", "reply_markup": keys(1, text=" ")}, "inline keyboard button text must be non-empty"),
        ({"text": "x", "reply_markup": keys(1, callback_data=None)}, "text buttons are unallowed in the inline keyboard"),
        ({"text": "x", "reply_markup": keys(1, url="https://a.se")}, "BUTTON_TYPE_INVALID"),
        ({"text": "x", "reply_markup": keys(1, style="loud")}, "\"style\" can't be 'loud'"),
        ({"text": "x", "reply_markup": keys(1, colour="red")}, 'unknown field "colour" of InlineKeyboardButton'),
        ({"text": "x", "reply_markup": {"rows": []}}, 'unknown field "rows" of'),
        ({"text": "x", "link_preview_options": {"is_disabled": "yes"}}, 'field "is_disabled" must be of type Boolean'),
    ],
)
async def test_what_telegram_does_not_take_is_refused_in_its_words(params, words):
    async with calling() as call:
        assert words in await call.refused("sendMessage", chat_id=call.olena.id, **params)
        assert not call.olena.received


async def test_limits_themselves_are_taken():
    async with calling() as call:
        olena = call.olena.id
        assert (await call("sendMessage", chat_id=olena, text="😀" * 4096))[0] == 200
        assert (await call("sendMessage", chat_id=olena, text=f"<b>{'я' * 4096}</b>", parse_mode="HTML"))[0] == 200
        assert (await call("sendMessage", chat_id=olena, text="x", reply_markup=keys(8, 8, callback_data="я" * 32)))[0] == 200


async def test_forms_and_json_mean_the_same():
    async with calling() as call:
        for form in (True, False):
            await call("sendMessage", form=form, chat_id=call.olena.id, text="+ & я", reply_markup=keys(1))
        first, second = ({k: v for k, v in m.items() if k != "message_id"} for m in call.olena.received)
        assert {**first, "date": 0} == {**second, "date": 0}


async def test_edits():
    async with calling() as call:
        olena = call.olena.id
        _, message = await call("sendMessage", chat_id=olena, text="<b>я</b>", parse_mode="HTML", reply_markup=keys(1))
        same = {"chat_id": olena, "message_id": message["message_id"]}
        again = await call.refused("editMessageText", **same, text="<b>я</b>", parse_mode="HTML", reply_markup=keys(1))
        assert again.startswith("message is not modified")
        assert (await call("editMessageText", **same, text="ти"))[1]["text"] == "ти"
        assert "reply_markup" not in call.olena.last
        assert (await call("editMessageReplyMarkup", **same, reply_markup=keys(2)))[0] == 200
        assert "message to edit not found" in await call.refused("editMessageText", chat_id=olena, message_id=5, text="x")
        assert (await call("deleteMessage", **same))[1] is True and not call.olena.received
        assert "message to delete not found" in await call.refused("deleteMessage", **same)


async def test_who_can_be_written_to():
    async with calling() as call:
        assert await call.refused("sendMessage", chat_id=404, text="x") == "chat not found"
        stranger = call.town.person("Stranger", started=False)
        code, words = await call("sendMessage", chat_id=stranger.id, text="x")
        assert (code, words) == (403, "Forbidden: bot can't initiate conversation with a user")
        await stranger.starts()
        assert (await call("sendMessage", chat_id=stranger.id, text="x"))[0] == 200


async def test_presses():
    async with calling() as call:
        await call("sendMessage", chat_id=call.olena.id, text="x", reply_markup=keys(1, text="Школа"))
        with pytest.raises(AssertionError, match=r"(?s)no button 'Дім'.*\[Школа\]"):
            await call.olena.presses("Дім")
        press = await call.olena.presses("Школа")
        assert call.town.stuck_presses() == [press]
        assert (await call("answerCallbackQuery", callback_query_id=press, text="Готово"))[1] is True
        assert call.api.queries[press].toast == "Готово"
        assert (await call.refused("answerCallbackQuery", callback_query_id=press)).startswith("query is too old")


async def test_leftovers_are_named():
    async with calling() as call:
        await call("sendMessage", chat_id=call.olena.id, text="Привіт")
        assert call.town.leftovers() == ["Olena: Привіт"]
        with pytest.raises(AssertionError, match=r"(?s)does not see 'школа'.*bot: Привіт"):
            call.olena.sees("школа")
        call.olena.sees("привіт")
        assert not call.town.leftovers()


async def test_updates_stay_until_the_offset_passes_them():
    async with calling() as call:
        for n in range(5):
            await call.olena.says(str(n))
        _, first = await call("getUpdates", limit=2)
        _, again = await call("getUpdates", limit=2)
        assert [u["message"]["text"] for u in first] == ["0", "1"] == [u["message"]["text"] for u in again]
        _, rest = await call("getUpdates", offset=first[-1]["update_id"] + 1)
        assert [u["message"]["text"] for u in rest] == ["2", "3", "4"]
        _, last = await call("getUpdates", offset=-1)
        assert [u["message"]["text"] for u in last] == ["4"] and len(call.api.updates.pending) == 1


async def test_a_long_poll_waits_and_a_second_one_ends_it():
    async with calling() as call:
        first = asyncio.create_task(call("getUpdates", timeout=10))
        await until(lambda: call.api.called("getUpdates"))
        second = asyncio.create_task(call("getUpdates", timeout=10))
        code, words = await first
        assert code == 409 and words.startswith("Conflict: terminated by other getUpdates request")
        await call.olena.says("школа")
        assert (await second)[1][0]["message"]["text"] == "школа"
        await call("setWebhook", url="http://127.0.0.1:9/x")
        code, words = await call("getUpdates")
        assert code == 409 and "webhook is active" in words


async def test_a_press_that_nobody_fetched_is_gone_after_its_time():
    async with calling() as call:
        call.api.updates.callback_life = 0.0
        await call.olena.taps("home")
        await call.olena.says("школа")
        await until(lambda: len(call.api.updates.pending) == 2)
        assert ["message" in u for u in (await call("getUpdates"))[1]] == [True]


async def test_kinds_that_were_not_asked_for_do_not_come():
    async with calling() as call:
        await call("getUpdates", allowed_updates=["callback_query"])
        await call.olena.says("школа")
        await call.olena.taps("home")
        assert ["callback_query" in u for u in (await call("getUpdates"))[1]] == [True]


async def test_flood_limits():
    async with calling(flood=Flood(overall=4, burst=2, group_a_minute=3)) as call:
        anna, group = call.town.person("Anna"), call.town.group("Помічники")
        await group.adds_bot(anna)

        async def codes(chat_id: int, count: int) -> list[int]:
            return [(await call("sendMessage", chat_id=chat_id, text="x"))[0] for _ in range(count)]

        assert await codes(call.olena.id, 3) == [200, 200, 429]
        assert await codes(anna.id, 3) == [200, 200, 429]
        call.api.flood = Flood(overall=100, group_a_minute=3)
        assert await codes(group.chat.id, 4) == [200, 200, 200, 429]


async def test_lines_break_before_or_after_the_act():
    async with calling() as call:
        for fault, arrived in ((reset(), 0), (act_then_drop(), 1)):
            call.api.faults.add("sendMessage", fault, chat=call.olena.id)
            with pytest.raises(aiohttp.ClientError):
                await call("sendMessage", chat_id=call.olena.id, text="x")
            assert len(call.olena.received) == arrived
        assert [c.code for c in call.api.called("sendMessage")] == [0, 0]


async def test_files_come_back():
    async with calling() as call:
        message = await call.olena.sends_photo("діти")
        _, file = await call("getFile", file_id=message["photo"][0]["file_id"])
        async with call.session.get(f"{call.api.url}/file/bot{call.api.token}/{file['file_path']}") as answer:
            assert await answer.read() == b"\xff\xd8photo"
        async with call.session.get(f"{call.api.url}/file/botwrong/{file['file_path']}") as answer:
            assert answer.status == 404


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>я</i>", 'Unmatched end tag at byte offset 5, expected "</b>", found "</i>"'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("1 <2", "Unclosed start tag at byte offset 2"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href=x_>y</a>", "Unexpected end of name token at byte offset 8"),
    ],
)
def test_html_that_telegram_cannot_read(html, words):
    with pytest.raises(BadHtml) as caught:
        parse(html)
    assert str(caught.value) == words


def test_html_that_it_can():
    text, entities = parse(' <b>а👍</b> &lt;&#1103;&quot;&nope; <a href="https://a.se/?b=1&amp;c">x</a>\n')
    assert text == 'а👍 <я"&nope; x'
    assert entities == [
        {"type": "bold", "offset": 0, "length": 3},
        {"type": "text_link", "offset": 14, "length": 1, "url": "https://a.se/?b=1&c"},
    ]
