"""A reader asks to be told, an editor changes the text, the service starts again, and she is told by Telegram."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.app import config
from bot.app.content import open_content
from tests.content.copies import a_copy, edit
from tests.support.bot_api import running
from tests.support.builders import SettableClock
from tests.support.town import Town
from tests.support.whole import a_service_running, real_content


async def test_she_is_told_after_the_restart(tmp_path: Path) -> None:
    clock = SettableClock(datetime(2026, 11, 25, 10, 0, tzinfo=UTC))
    button = real_content().catalog.articles["lma-amounts"].texts["uk"].button
    async with running() as api:
        olena = Town(api).person("Olena", language_code="uk")
        async with a_service_running(tmp_path, api, clock=clock):
            await olena.starts()
            await olena.answered()
            await olena.presses("Українська")
            await olena.answered()
            await olena.presses("Норрчепінг")
            await olena.answered()
            await olena.taps("a:lma-amounts")
            await olena.waits_for("71 крона")
            await olena.presses("Повідомити про зміни")
            await olena.waits_for("24 травня 2027")
        root = a_copy(tmp_path / "new")
        edit(root / "content" / "articles" / "lma-amounts.yaml", "Ensamstående vuxen: 71\n", "Ensamstående vuxen: 73\n")
        settings = config.read({"BOT_CONTENT_DIR": str(root / "content"), "BOT_LOCALES_DIR": str(root / "locales")})
        async with a_service_running(tmp_path, api, clock=clock, content=open_content(settings)) as whole:
            assert await whole.service.corrections.tell() == 1
            await olena.waits_for("Відповідь, про яку ви просили повідомити, змінилася")
            await olena.presses(button)
            await olena.waits_for("Шведський текст змінили після цього перекладу")
            assert await whole.service.corrections.tell() == 0
