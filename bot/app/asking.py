"""`python -m bot ask`: the chat's own way from words to answer, for a shell."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any, Self

from bot.app.config import Settings
from bot.app.content import open_content, second_opinion
from bot.domain.calendar import SWEDEN
from bot.domain.conversation import Conversation, Frame, Reply, step
from bot.domain.events import Address, TextReceived
from bot.domain.flows import FLOWS
from bot.domain.messages import Capabilities
from bot.domain.search import answer_line
from bot.services.render import Renderer

_HERE = Address("shell", "0")
PATIENCE_S = 60.0
_CAPABILITIES = Capabilities(has_header=True)


class Asker:
    """To be used with `with`: a model may run behind it. `on`: answer as on that day, at noon; None = now."""

    def __init__(self, settings: Settings, on: date | None = None) -> None:
        # The chat waits a moment for the model; here there is time, so that a slow machine gives the same answers.
        second = second_opinion(settings, PATIENCE_S)
        if second:
            with suppress(TimeoutError):
                second.ready.result(PATIENCE_S)
        self._content = replace(open_content(settings), second=second)
        self._renderer = Renderer(self._content.catalog, self._content.translator)
        self._operator = settings.operator
        self._on = datetime.combine(on, time(12), SWEDEN).astimezone(UTC) if on else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        if self._content.second:
            self._content.second.close()

    def result(self, question: str) -> dict[str, Any]:
        """Return one JSON object: q, urgent, caution, abstain, results of article, intents and score."""
        found = asyncio.run(self._content.find(question))
        return answer_line(self._content.catalog, question, found)

    def answer(self, question: str, language: str, place: str | None) -> str:
        """Return what the chat would say, as plain text."""
        now = self._on or datetime.now(UTC)
        today = now.astimezone(SWEDEN).date()
        found = asyncio.run(self._content.find(question))
        frame = Frame(now, today, self._content.catalog, _CAPABILITIES, found, self._operator)
        conversation = Conversation(_HERE, language=language, place=place)
        transition = step(conversation, TextReceived("1", now, _HERE, question), frame, FLOWS)
        said = []
        for effect in transition.effects:
            if isinstance(effect, Reply):
                rendered = self._renderer.render(effect.message, language, today, _CAPABILITIES)
                buttons = "\n".join(f"  [{choice.label}]" for row in rendered.buttons for choice in row)
                said.append(f"{rendered.plain()}\n{buttons}\n")
        return "\n".join(said)
