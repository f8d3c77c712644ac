"""The leaflet and the card on the web: linked from the answer, in its language and place; refused politely."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from bot.adapters.leaflets.printer import Printer
from bot.adapters.web import printing
from bot.domain.paper import LEAFLET_AT_MOST_KB
from tests.support.pdfs import difference, words_of
from tests.support.web_site import Site, a_site
from tests.support.whole import real_content


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    content = real_content()
    async with a_site(tmp_path, catalog=content.catalog, translator=content.translator) as running:
        yield running


@pytest.fixture
async def http(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=site.url) as client:
        yield client


async def test_the_answer_leads_to_its_pdf(site: Site, http: httpx.AsyncClient) -> None:
    page = (await http.get("/a/school-start?lang=uk&place=norrkoping")).text
    link = unescape(re.search(r'href="(/a/school-start\.pdf[^"]*)"', page)[1])  # type: ignore[index]
    assert f"PDF, до {LEAFLET_AT_MOST_KB} КБ" in page
    answer = await http.get(link)
    assert answer.headers["content-type"] == "application/pdf" and len(answer.content) <= LEAFLET_AT_MOST_KB * 1000
    assert answer.headers["content-disposition"] == 'inline; filename="school-start-uk.pdf"'
    assert "public" in answer.headers["cache-control"] and "set-cookie" not in answer.headers
    sheets = site.leaflets.sheets
    sheet = sheets.article("school-start", "norrkoping", "uk", site.clock.now().date())
    assert difference(answer.content, sheet) == ""


async def test_a_pdf_of_nothing_is_no_page(http: httpx.AsyncClient) -> None:
    for path in ("/a/nothing.pdf", "/a/.pdf", "/office/nothing"):
        assert (await http.get(path)).status_code == 404, path
    odd = await http.get("/a/lma-who.pdf?lang=xx&place=atlantis", headers={"Accept-Language": "sv"})
    assert odd.status_code == 200 and "Plats:Sverige" in words_of(odd.content)[0]


async def test_letters_without_a_font_are_no_page_and_raise_the_alarm(tmp_path: Path) -> None:
    with capture_logs() as logged:
        async with a_site(tmp_path) as site, httpx.AsyncClient(base_url=site.url) as http:
            assert (await http.get("/a/school-start.pdf?lang=ar")).status_code == 404
            assert (await http.get("/a/school-start.pdf?lang=uk")).status_code == 200
    assert [line["alarm"] for line in logged if line["event"] == "unprintable"] == [True]


async def test_a_crowd_at_the_printer_is_sent_away_and_the_chat_goes_on(
    site: Site, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "WAITING_AT_MOST", 2)
    go_on, begun = threading.Event(), threading.Semaphore(0)
    press = Printer.pdf

    def slow(self: Printer, *given: object) -> bytes:
        begun.release()
        go_on.wait(30)
        return press(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Printer, "pdf", slow)
    waiting = [asyncio.create_task(http.get(f"/a/{name}.pdf?lang=uk", timeout=60)) for name in ("lma-who", "lma-apply")]
    for _ in waiting:
        assert await asyncio.to_thread(begun.acquire, timeout=30)
    refused = await http.get("/a/lma-amounts.pdf?lang=uk")
    chat = await http.get("/112?lang=uk")
    go_on.set()
    assert (refused.status_code, chat.status_code) == (503, 200)
    assert [(await answer).status_code for answer in waiting] == [200, 200]


async def test_the_card_for_the_office(http: httpx.AsyncClient) -> None:
    page = (await http.get("/office/school-start?lang=uk&place=norrkoping")).text
    own, swedish = page.index("Як записати дитину до школи"), page.index("Så får barnet en skolplats")
    assert own < swedish < page.index("Mottagningsenheten</b>")
    assert re.search(r'lang="sv"[^>]*>Jag talar inte svenska', page)
    assert 'href="/a/school-start?lang=uk&amp;place=norrkoping"' in page
