"""The whole service with a street in front of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.bot_api import running
from tests.support.town import Town
from tests.support.whole import a_service_running


@pytest.fixture(params=["poll", "webhook"])
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    """The same streets by polling and by webhook. Leftovers and refused calls fail the test."""
    async with running() as api, a_service_running(tmp_path, api, BOT_TELEGRAM_MODE=request.param) as whole:
        town = Town(api)
        town.whole = whole  # type: ignore[attr-defined]
        yield town
        assert api.refusals() == []
        assert town.leftovers() == []
