"""Commands, name and descriptions per language, and the way updates come."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
import structlog

from bot.adapters.telegram.profile import COMMANDS, IN_GROUPS, TEXTS, Profile
from bot.domain.content import Language
from bot.domain.flows import FLOWS
from tests.adapters.telegram_world import SECRET, World, until, waiting, world
from tests.support.bot_api_faults import bad_request, broken, reset, too_many

LANGUAGES = (
    Language("uk", "Українська", "УКР", "ltr", ("en",), ("uk", "ru", "be")),
    Language("sv", "Svenska", "SV", "ltr", ("en",), ("sv",)),
    Language("en", "English", "EN", "ltr", ("sv",), ()),
)
CODES = ["", "uk", "ru", "be", "sv", "en"]


class Sentences:
    """A Translator whose sentences show their language."""

    def __init__(self, mark: str = "") -> None:
        self.mark = mark

    def sentence(self, language: str, msgid: str, plural: str = "", n: int = 0) -> str:
        return f"{language}{self.mark}: {msgid}"

    def day(self, language: str, day: date) -> str:
        return f"{language}{self.mark}: {day}"

    def number(self, language: str, number: float) -> str:
        return f"{language}{self.mark}: {number}"

    def weekday(self, language: str, day: int) -> str:
        return f"{language}{self.mark}: {day}"


class Languages:
    languages = LANGUAGES


def profile(w: World, mark: str = "") -> Profile:
    return Profile(w.telegram, Sentences(mark), Languages(), pauses_s=(0.01,))  # type: ignore[arg-type]


def writes(w: World) -> list[str]:
    return [c.method for c in w.api.calls if c.method.startswith("setMy")]


async def test_every_language_gets_its_commands_and_words():
    async with world() as w:
        await profile(w).keep()
        assert w.telegram.bot.own_name == "StandInBot"
        for scope in ("default", "all_group_chats"):
            assert [code for s, code in w.api.commands if s == scope] == CODES
        assert [c["command"] for c in w.api.commands["all_group_chats", "sv"]] == list(IN_GROUPS)
        for code, language in zip(CODES, ["uk", "uk", "uk", "uk", "sv", "en"], strict=True):
            commands = w.api.commands["default", code]
            assert [c["command"] for c in commands] == list(COMMANDS)
            assert all(c["description"].startswith(f"{language}: ") for c in commands)
            for field in TEXTS:
                shown = w.api.face.get((field, code), w.api.face[field, ""])
                assert shown.startswith(f"{language}: ")
        assert "112" in w.api.face["description", ""] and "112" in w.api.face["short_description", ""]
        assert not w.api.refusals()


def test_every_command_of_the_menu_leads_to_its_own_screen():
    assert set(COMMANDS) <= set(FLOWS.actions) and "person" in COMMANDS


async def test_a_second_start_reads_and_writes_nothing():
    async with world() as w:
        await profile(w).keep()
        w.api.calls.clear()
        await profile(w).keep()
        assert not writes(w)
        await profile(w, mark="!").keep()
        assert len(writes(w)) > len(CODES)


async def test_a_webhook_that_stands_is_taken_down_for_polling_and_nothing_waiting_is_dropped():
    async with world() as w, waiting(w) as url:
        await w.town.person("Olena").says("школа")
        await profile(w).keep(webhook_url=url, secret=SECRET)
        await w.inlet.got(1)
        (call,) = w.api.called("setWebhook")
        assert call.params["secret_token"] == SECRET and call.params["url"] == url
        assert call.params["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member", "inline_query"]
        await profile(w).keep()
        assert not w.api.updates.webhook
        await profile(w).keep()
        assert len(w.api.called("deleteWebhook")) == 1
        for call in w.api.calls:
            assert "drop_pending_updates" not in call.params


@pytest.mark.parametrize("fault", [reset(), broken(502), too_many(0)])
async def test_what_fails_is_tried_again(fault):
    async with world() as w:
        w.api.faults.add("*", fault, times=None, every=5)
        await profile(w).keep()
        w.api.faults.clear()
        w.api.calls.clear()
        await profile(w).keep()
        assert not writes(w)


async def test_a_text_that_telegram_refuses_is_left_with_an_alarm_and_the_rest_is_set():
    async with world() as w:
        w.api.faults.add("setMyName", bad_request("no"), times=None)
        with structlog.testing.capture_logs() as logs:
            await profile(w).keep()
        assert ("name", "") not in w.api.face and ("description", "sv") in w.api.face
        assert {line["kind"] for line in logs if line.get("alarm")} == {"name"}


async def test_it_goes_on_trying_while_telegram_cannot_be_reached():
    async with world() as w:
        w.api.faults.add("*", broken(502), times=None)
        task = asyncio.create_task(profile(w).keep())
        await until(lambda: len(w.api.calls) > 5)
        assert not task.done()
        w.api.faults.clear()
        await asyncio.wait_for(task, 10)


async def test_the_wait_that_telegram_names_is_kept():
    async with world() as w:
        w.api.faults.add("setMyCommands", too_many(1))
        await profile(w).keep()
        first, second = w.api.called("setMyCommands")[:2]
        assert second.at - first.at >= 1.0
