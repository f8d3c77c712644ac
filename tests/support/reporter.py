"""Somebody who reports by the web chat, through the real intake: presses buttons and writes, without a browser.

olena = Reporter(whole, "uk")
await olena.reports("norrkoping", "danger")
"""

from __future__ import annotations

import itertools
import secrets
from datetime import UTC, datetime
from typing import Any

from bot.domain.events import Address, ButtonPressed, TextReceived
from bot.domain.report import Report

_ids = itertools.count(1)


class Reporter:
    def __init__(self, whole: Any, language: str = "uk") -> None:
        self.whole, self.language = whole, language
        self.address = Address("web", secrets.token_hex(32))

    async def presses(self, *actions: str) -> None:
        for action in actions:
            event = ButtonPressed(f"press{next(_ids)}", datetime.now(UTC), self.address, action, "")
            await self.whole.service.intake.accept(event)

    async def writes(self, words: str) -> None:
        await self.whole.service.intake.accept(TextReceived(f"text{next(_ids)}", datetime.now(UTC), self.address, words))

    async def reports(self, place: str, safety: str = "safe") -> Report:
        await self.whole.service.casework.alerting.look()  # the service learns which places have staff
        await self.presses(f"lang:{self.language}", "child", f"safe:{safety}", f"at:{place}")
        await self.whole.service.casework.alerting.look()  # as the commit of a report wakes it
        return await self.report()

    async def report(self) -> Report:
        found = await self.whole.service.store.read(lambda tx: tx.reports.of_reporter(self.address))
        return found[0]

    async def reads(self) -> str:
        """Return all that stands in their chat."""
        lines = await self.whole.service.store.read(lambda tx: tx.mailbox(self.address, 0))
        return "\n".join(line.rendered.plain() if line.rendered else line.own_words for line in lines)

    async def action(self, label: str) -> str:
        """Return what the newest button with that label does. Fails with what is on the screen otherwise."""
        lines = await self.whole.service.store.read(lambda tx: tx.mailbox(self.address, 0))
        for line in reversed(lines):
            for row in line.rendered.buttons if line.rendered else ():
                for choice in row:
                    if choice.label == label:
                        return choice.action
        raise AssertionError(f"there is no button {label!r} in:\n{await self.reads()}")
