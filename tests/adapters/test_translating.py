"""The LibreTranslate adapter against a server on loopback: what it sends, and every way in which there is no translation."""

from __future__ import annotations

import pytest

from bot.adapters.translating import ANSWER_AT_MOST, LibreTranslate
from bot.services.case_ports import NotInterpreted
from tests.support.translate_server import DROPS, HANGS, KEY, Machine, a_translate_server


async def why(machine: Machine, how: object = None, key: str = KEY) -> str:
    adapter = LibreTranslate(machine.url, key, answer_s=0.5)
    if how is not None:
        machine.fails(how)
    try:
        with pytest.raises(NotInterpreted) as none:
            await adapter.translated("Де ви?", "uk", "sv")
    finally:
        await adapter.close()
    assert none.value.__cause__ is None and "Де" not in str(none.value), "no words in what may be logged"
    return none.value.why


async def test_what_is_sent_and_what_comes_back() -> None:
    async with a_translate_server() as machine:
        machine.knows["Де ви? 21:40"] = "Var är ni? 21:40"
        adapter = LibreTranslate(machine.url, KEY)
        assert adapter.where == f"127.0.0.1:{machine.port}"
        assert await adapter.translated("Де ви? 21:40", "uk", "sv") == "Var är ni? 21:40"
        assert machine.asked == [
            {"q": "Де ви? 21:40", "source": "uk", "target": "sv", "format": "text", "api_key": KEY},
        ]
        assert await adapter.translated("?", "", "sv") == "[sv] ?" and machine.asked[-1]["source"] == "auto"
        assert await adapter.languages() == {"en", "sv", "uk", "ru"}
        await adapter.close()


async def test_no_key_is_sent_where_there_is_none() -> None:
    async with a_translate_server() as machine:
        machine.needs_key = False
        adapter = LibreTranslate(machine.url)
        await adapter.translated("Де ви?", "uk", "sv")
        assert "api_key" not in machine.asked[0]
        await adapter.close()


async def test_every_fault_is_only_no_translation() -> None:
    async with a_translate_server() as machine:
        assert await why(machine, key="wrong") == "403"
        assert [await why(machine, status) for status in (500, 429, 302, 204)] == ["500", "429", "302", "204"]
        assert await why(machine, HANGS) == "timeout"
        assert await why(machine, DROPS) in ("ServerDisconnectedError", "ClientOSError")
        for garbage in (b"<html>", b"", b"[]", b"{}", b'{"translatedText": 7}', b"\xff\xfe", b'{"translatedText": "\\ud800'):
            assert await why(machine, garbage) == "garbage"
        assert await why(machine, b'"' + b"x" * (ANSWER_AT_MOST + 1) + b'"') == "oversized"
    assert await why(machine) == "ClientConnectorError", "gone"
