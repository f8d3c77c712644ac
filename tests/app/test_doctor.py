"""`python -m bot doctor` tries each way to staff and sends nobody anything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from bot.app import doctor
from bot.app.config import Settings, read
from tests.support.sms_gateway import an_sms_gateway
from tests.support.smtp import a_mail_server
from tests.support.translate_server import a_translate_server


async def findings(part: Callable[[Settings], AsyncIterator[doctor.Finding]], **environ: str) -> list[doctor.Finding]:
    return [finding async for finding in part(read(environ))]


async def test_mail_that_is_not_set_up_is_a_note() -> None:
    ((level, what, advice),) = await findings(doctor._mail)
    assert (level, what) == ("note", "mail: off") and "BOT_SMTP_URL" in advice


async def test_a_mail_server_is_tried_without_a_message() -> None:
    async with a_mail_server() as server:
        ((level, what, _),) = await findings(doctor._mail, BOT_SMTP_URL=server.url, BOT_MAIL_FROM="larm@example.se")
        assert level == "ok" and "answers" in what and not server.mails


async def test_a_mail_server_that_is_away_is_a_fault_and_shows_no_password() -> None:
    ((level, what, advice),) = await findings(
        doctor._mail, BOT_SMTP_URL="smtp://larm:s3cret@127.0.0.1:9", BOT_MAIL_FROM="larm@example.se"
    )
    assert level == "fault" and "cannot be used" in what and "s3cret" not in what + advice


async def test_machine_translation_is_said_to_be_on_and_where_words_go() -> None:
    ((level, what, _),) = await findings(doctor._translating)
    assert (level, what) == ("ok", "machine translation: off; no words go to any machine")
    async with a_translate_server() as machine:
        found = await findings(doctor._translating, BOT_TRANSLATE_URL=machine.url, BOT_TRANSLATE_KEY="s3cret")
        assert [level for level, *_ in found] == ["note", "ok"] and f"127.0.0.1:{machine.port}" in found[0][1]
        assert machine.asked == [] and "s3cret" not in str(found)
    found = await findings(doctor._translating, BOT_TRANSLATE_URL="http://127.0.0.1:9")
    assert found[1][0] == "fault" and "no answer" in found[1][1]


async def test_a_gateway_is_tried_without_an_sms_and_what_is_missing_is_said() -> None:
    ((level, what, _),) = await findings(doctor._sms)
    assert (level, what) == ("note", "sms: off")
    async with an_sms_gateway() as gateway:
        settings = {"BOT_SMS_URL": gateway.url, "BOT_SMS_FROM": "Larm"}
        found = await findings(doctor._sms, **settings)
        assert [level for level, *_ in found] == ["ok", "note"] and "replies are off" in found[1][1]
        found = await findings(doctor._sms, **settings, BOT_SMS_REPLY_SECRET="s" * 32)
        assert "nobody can reply to a name" in found[1][1] and not gateway.calls
        settings["BOT_SMS_FROM"] = "+46700000000"
        assert len(await findings(doctor._sms, **settings, BOT_SMS_REPLY_SECRET="s" * 32)) == 1


async def test_a_gateway_that_is_away_is_a_fault_and_shows_no_password() -> None:
    found = await findings(doctor._sms, BOT_SMS_URL="http://u:s3cret@127.0.0.1:9/sms", BOT_SMS_FROM="Larm")
    assert found[0][0] == "fault" and "s3cret" not in str(found)
