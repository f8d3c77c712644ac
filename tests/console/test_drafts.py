"""A draft from an answer: written, put up for review, published; with a figure in it only by a second person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.adapters.texts.editing.patch import Patch
from bot.domain.people import Role
from bot.domain.question import ANSWERED, OFFICE
from tests.console.test_access import OWN, a_question
from tests.content.copies import a_copy
from tests.editing.test_skeleton import FILLED
from tests.support.databases import ready_url
from tests.support.staff import Clerk, a_unit
from tests.support.whole import Whole, a_service_running

PLAIN = {**FILLED, ("phrasings", "sv"): ["får man ta med egen mat"], ("intents",): ["school.lunch_books_transport"]}
SECOND = "A second person publishes it."


@pytest_asyncio.fixture
async def copied(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Whole]:
    """A service whose texts are a copy: publishing writes among them."""
    url = await ready_url(request.param, tmp_path)
    root = a_copy(tmp_path / "texts")
    folders = {"BOT_CONTENT_DIR": str(root / "content"), "BOT_LOCALES_DIR": str(root / "locales")}
    async with a_service_running(tmp_path, BOT_DATABASE_URL=url, **folders) as service:
        await a_unit(service, OWN)
        try:
            yield service
        finally:
            while Clerk.everybody:
                await Clerk.everybody.pop().http.aclose()


async def editor(whole: Whole, name: str) -> Clerk:
    return await (await Clerk.hired(whole, name, OWN, Role.EDITOR)).lets_herself_in()


async def begun(whole: Whole, clerk: Clerk) -> str:
    """Return the page of a draft that the clerk began from an answer of hers."""
    key = await a_question(whole)

    def answered(tx: Any) -> None:
        question = replace(tx.questions.by_key(key), owner=clerk.id, state=ANSWERED, mark=OFFICE)
        tx.questions.keep(replace(question, ended_at=question.created_at))
        tx.questions.keep_answer(key, "Skolan ger lunch.", "sv")

    await whole.service.store.write(answered)
    await clerk.opens(f"/staff/questions/{key}")
    await clerk.sends(f"/staff/questions/{key}/draft")
    (path,) = whole.service.settings.drafts_dir.glob("*.yaml")
    return f"/staff/drafts/{path.name}"


def filled(whole: Whole, page: str, values: dict[Any, Any]) -> str:
    path = whole.service.settings.drafts_dir / page.rpartition("/")[2]
    patch = Patch(path.name, path.read_bytes())
    for loc, value in values.items():
        patch.set(loc, value)
    return patch.result().decode()


async def saves(clerk: Clerk, page: str, text: str) -> None:
    await clerk.opens(page)
    version = clerk.text.partition('name="version" value="')[2].partition('"')[0]
    await clerk.sends(f"{page}/save", version=version, text=text.replace("\n", "\r\n"))


async def is_read(whole: Whole, article: str, short: str, asked: str) -> None:
    """The running service shows the article and finds it."""
    async with aiohttp.ClientSession() as reader:
        async with reader.get(f"{whole.url}/a/{article}?lang=sv") as answer:
            assert answer.status == 404
        assert await whole.service.shelf.look()
        async with reader.get(f"{whole.url}/a/{article}?lang=sv") as answer:
            assert answer.status == 200 and short in await answer.text()
    assert article in [hit.article for hit in (await whole.service.shelf.find(asked)).hits]
    assert not await whole.service.shelf.look()


async def audited(whole: Whole) -> list[tuple[str, str]]:
    rows = "SELECT actor, action FROM audit WHERE action LIKE 'draft%' ORDER BY sequence"
    return [tuple(r) for r in await whole.service.store.read(lambda tx: tx.connection.execute(sa.text(rows)).all())]


@pytest.mark.timeout(300)  # all texts are checked four times, in processes of their own
@pytest.mark.parametrize("copied", ["sqlite"], indirect=True)
async def test_a_figure_is_published_by_a_second_person_only(copied: Whole) -> None:
    anna, bo, vera = await editor(copied, "Anna"), await editor(copied, "Bo"), await editor(copied, "Vera")
    page = await begun(copied, anna)
    await anna.opens(page)
    assert "What is left to do" in anna.text and "Put up for review" not in anna.text
    told = {
        **PLAIN,
        ("texts", "sv", "short"): "Skolan ger lunch. Ring 112 i fara. Det går inte med 14 dagar.",
        ("texts", "uk", "short"): "Школа дає обід. У небезпеці телефонуйте 112. За 14 днів не вийде.",
        ("texts", "en", "short"): "The school gives lunch. In danger call 112. In 14 days it does not work.",
    }
    await saves(anna, page, filled(copied, page, told))
    assert "Figures and numbers in it: 14. Whoever wrote it or changed it last cannot publish it." in anna.text
    await anna.sends(f"{page}/review")
    assert "no fact of this article carries the figure 14" in anna.text
    untraced = copied.service.settings.content_dir / "untraced.yaml"
    name = page.rpartition("/")[2]
    line = f"- {{article: {name.removesuffix('.yaml')}, figures: ['14'], why: made up for a test}}\n"
    untraced.write_text(untraced.read_text() + line)
    await saves(anna, page, filled(copied, page, told))
    await anna.sends(f"{page}/publish")
    assert "Put it up for review first." in anna.text
    await anna.opens(page)
    await anna.sends(f"{page}/review")
    assert "(14)" in anna.text and SECOND in anna.text, "the page says why, where the button would be"
    await anna.sends(f"{page}/publish")
    assert "(14)" in anna.text and SECOND in anna.text
    await saves(bo, page, filled(copied, page, told) + "# Bo read it.\n")
    await bo.sends(f"{page}/review")
    await bo.sends(f"{page}/publish")
    assert SECOND in bo.text, "he changed it last"
    await anna.sends(f"{page}/publish")
    assert SECOND in anna.text, "she wrote the answer"
    await vera.opens(page)
    assert "Bo changed it last" in vera.text and SECOND not in vera.text
    await vera.sends(f"{page}/publish")
    assert "Published. Readers get it within half a minute." in vera.text
    await is_read(copied, name.removesuffix(".yaml"), "Skolan ger lunch. Ring 112 i fara.", PLAIN["phrasings", "sv"][0])
    article = copied.service.settings.content_dir / "articles" / name
    assert article.read_text().endswith("# Bo read it.\n")
    assert not list(copied.service.settings.drafts_dir.glob("*.yaml"))
    assert (await vera.opens(page)).status_code == 404
    log = await audited(copied)
    assert log[-1] == (f"staff:{vera.id}", "draft.published") and (f"staff:{bo.id}", "draft.changed") in log
    assert [action for _, action in log].count("draft.published") == 1


@pytest.mark.timeout(300)
@pytest.mark.parametrize("copied", ["postgresql"], indirect=True)
async def test_without_figures_one_reviewer_is_enough_and_what_changed_elsewhere_is_read_first(copied: Whole) -> None:
    anna = await editor(copied, "Anna")
    page = await begun(copied, anna)
    path = copied.service.settings.drafts_dir / page.rpartition("/")[2]
    path.write_text(filled(copied, page, PLAIN))
    await anna.opens(page)
    assert "changed outside the console" in anna.text and "nobody knows who changed it last" in anna.text
    await anna.sends(f"{page}/review")
    assert "changed outside the console" in anna.text
    await anna.sends(f"{page}/save", version="0" * 16, text="id: x")
    assert "Somebody changed this draft meanwhile." in anna.text
    await saves(anna, page, path.read_text())
    assert "one reviewer is enough" in anna.text
    await anna.sends(f"{page}/review")
    path.write_text(path.read_text() + "# behind her back\n")
    await anna.sends(f"{page}/publish")
    assert "changed outside the console" in anna.text
    await saves(anna, page, path.read_text())
    await anna.sends(f"{page}/review")
    await anna.sends(f"{page}/publish")
    assert "Published. Readers get it within half a minute." in anna.text
    await is_read(copied, path.stem, PLAIN["texts", "sv", "short"], PLAIN["phrasings", "sv"][0])
    assert (copied.service.settings.content_dir / "articles" / path.name).exists()
