"""Fixtures that several rooms share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings
from playwright.async_api import Browser

from bot.adapters.store.database import Database
from tests.support.browser import a_browser
from tests.support.builders import SettableClock
from tests.support.databases import KINDS, a_database, stop_postgres

# No test asks how long something takes: on a busy machine every step may be slow.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """The same test on SQLite and on PostgreSQL."""
    async with a_database(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    async with a_database("sqlite", tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for the tests of a module, which share a loop: `pytestmark = pytest.mark.asyncio(loop_scope="module")`."""
    async with a_browser() as running:
        yield running


# Minutes by themselves: walks over all content, tools of editors and developers, the same journey in a second browser,
# language or database. `make test-long`.
LONG = (
    "tests/editing/test_preview.py",
    "tests/editing/test_po.py",
    "tests/editing/test_patch.py",
    "tests/editing/test_phone_list.py",
    "tests/journeys/test_a_year_on.py",
    "tests/console/test_console_browser.py",
    "tests/adapters/test_telegram_simulate.py::test_a_human_plays_olena",
    "tests/adapters/test_web_content.py::test_no_article_runs_off_the_side[sv]",  # the Ukrainian words are longer
    "tests/adapters/test_web_content.py::test_no_article_runs_off_the_side[en]",
    "tests/domain/test_places.py::test_every_place_is_found_by_its_name[en]",
    "tests/services/test_dead_ways_out.py::test_nobody_answers_and_the_way_comes_back[postgresql",
    "tests/durability/test_kill_points.py",
    "tests/durability/test_kill_questions.py",
    "tests/app/test_paper.py::test_the_outage_pack_is_whole_and_the_same_each_time",
    "tests/app/test_paper.py::test_all_answers_of_a_municipality_in_every_language",
    "tests/console/test_drafts.py::test_without_figures_one_reviewer_is_enough_and_what_changed_elsewhere_is_read_first",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(LONG) or (item.nodeid.startswith("tests/journeys/test_guides.py") and "[web" in item.nodeid):
            item.add_marker(pytest.mark.long)


def pytest_unconfigure() -> None:
    stop_postgres()
