"""Somebody who reports by Telegram or by our own chat, from one script.

async with told_by("telegram", tmp_path) as (whole, olena):
    report = await olena.reports("norrkoping", "q.done")
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.domain.report import Report
from tests.support.bot_api import running
from tests.support.builders import SettableClock
from tests.support.duty import Duty
from tests.support.reporter import Reporter
from tests.support.screen import buttons
from tests.support.staff import Clerk
from tests.support.town import Person, Town
from tests.support.whole import Whole, a_service_running

WAYS = ("telegram", "web")


class Teller:
    """The same script for both: what is pressed and written, and what can be read."""

    def __init__(self, whole: Whole, way: str, town: Town) -> None:
        self.whole = whole
        self.person: Person | None = town.person("Olena") if way == "telegram" else None
        self.web = Reporter(whole, "uk")

    async def does(self, *acts: str) -> None:
        """Carry out each act: an action, or words after `says `."""
        for act in acts:
            words = act.removeprefix("says ")
            before = len(self.person.received) if self.person else 0
            if self.person is None:
                await (self.web.writes(words) if words != act else self.web.presses(act))
            else:
                await (self.person.says(words) if words != act else self.person.taps(act))
                await until(lambda n=before: _more(self.person, n))  # type: ignore[misc]

    async def presses(self, *labels: str) -> None:
        """Press each of these buttons, the newest that says so."""
        for label in labels:
            if self.person is None:
                await self.web.presses(await self.web.action(label))
                continue
            await self.sees(label)
            before = len(self.person.received)
            await self.person.presses(label)
            await until(lambda n=before: _more(self.person, n))  # type: ignore[misc]

    async def sees(self, words: str) -> None:
        """Wait until it stands there."""

        async def there() -> bool:
            return words in await self.reads() or words in self.labels()

        try:
            await until(there)
        except TimeoutError:
            raise AssertionError(f"{words!r} is not in:\n{await self.reads()}") from None

    def labels(self) -> list[str]:
        return [b["text"] for m in self.person.received for b in buttons(m)] if self.person else []

    async def reads(self) -> str:
        if self.person:
            return "\n".join(str(m.get("text", "")) for m in self.person.received)
        return await self.web.reads()

    async def reports(self, place: str, *acts: str) -> Report:
        await self.does("lang:uk", "child", "safe:unsure", f"at:{place}", *acts)
        await self.whole.service.casework.alerting.look()  # as the commit of a report wakes it
        return max(await self.whole.service.store.read(lambda tx: tx.reports.open()), key=lambda r: r.id)


async def _more(person: Person | None, before: int) -> bool:
    return person is not None and len(person.received) > before


async def until(holds: Callable[[], Awaitable[Any]]) -> None:
    async with asyncio.timeout(20):
        while not await holds():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def told_by(way: str, folder: Path, clock: SettableClock | None = None) -> AsyncIterator[tuple[Whole, Teller]]:
    async with running() as api, a_service_running(folder, api, clock=clock) as whole:
        try:
            yield whole, Teller(whole, way, Town(api))
        finally:
            while Clerk.everybody:
                await Clerk.everybody.pop().http.aclose()


async def anna_of(whole: Whole) -> Clerk:
    """Return a member of staff on call, who reads Swedish on her pages and English at the desk of this test."""
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping", language="en")).lets_herself_in()
    await Duty(whole.service.store, {"norrkoping"}).on_call("Bo", "norrkoping", web="bo")
    await whole.service.casework.alerting.look()
    return anna
