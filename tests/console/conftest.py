"""A running service for every test of the console."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.support.staff import Clerk
from tests.support.whole import Whole, a_service_running


@pytest_asyncio.fixture
async def whole(tmp_path: Path) -> AsyncIterator[Whole]:
    async with a_service_running(tmp_path) as service:
        try:
            yield service
        finally:
            while Clerk.everybody:
                await Clerk.everybody.pop().http.aclose()
