"""One answer reads the same on every surface: Telegram, web, PDF, static page and a line for an SMS, also past its day."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import httpx
import pytest

from bot.adapters.leaflets.printer import Printer
from bot.adapters.telegram.markup import compose
from bot.adapters.web.copy import Copy
from bot.domain.messages import ArticleShown, Block, Capabilities, Message
from bot.domain.paper import for_paper
from bot.services.leaflets import Leaflets
from bot.services.render import Renderer
from bot.services.sheets import Sheets
from tests.support.pdfs import squeezed, words_of
from tests.support.web_site import a_site
from tests.support.whole import real_content

PLACE = "norrkoping"
LANGUAGES = [language.code for language in real_content().catalog.languages]
ARTICLES = ["school-start", "lma-amounts", "minor-report"]
DAYS = [date(2026, 11, 25), date(2027, 11, 25)]


def _renderer() -> Renderer:
    return Renderer(real_content().catalog, real_content().translator)


def _blocks(article: str, language: str, today: date) -> tuple[Block, ...]:
    return _renderer().render(Message((ArticleShown(article, PLACE),)), language, today, Capabilities()).blocks


def _telegram(article: str, language: str, today: date) -> str:
    rendered = _renderer().render(Message((ArticleShown(article, PLACE),)), language, today, Capabilities(max_text=4096))
    return _words(compose(rendered, "a_bot")[0])


def _paper(article: str, language: str, today: date) -> str:
    pages = words_of(Leaflets(Sheets(_renderer()), Printer()).article(article, PLACE, language, today))
    foot = squeezed(Sheets(_renderer()).article(article, PLACE, language, today).foot)
    return "".join(re.sub(rf"112{re.escape(foot)}\d/\d", "", page) for page in pages)


def _static(article: str, language: str, today: date) -> str:
    files = dict(Copy(Sheets(_renderer()), [language], today).files([PLACE]))
    return _words(files[f"{language}/{PLACE}/{article}.html"].decode())


def _sms(article: str, language: str, today: date) -> str:
    line = Sheets(_renderer(), public_url="https://chat.example.se").line(article, PLACE, language, today)
    assert "\n" not in line and f"https://chat.example.se/a/{article}?lang={language}&place={PLACE}" in line
    return squeezed(line)


def _words(html: str) -> str:
    return squeezed(unescape(re.sub("<[^>]*>", "", html)))


Surface = Callable[[str, str, date], str]
SURFACES: dict[str, Surface] = {"Telegram": _telegram, "PDF": _paper, "static page": _static, "SMS": _sms}


def missing(surface: str, words: str, blocks: tuple[Block, ...]) -> list[str]:
    """Return what the surface lacks. An SMS carries what stands above the details; paper names the site behind a link."""
    if surface == "SMS":
        blocks = blocks[: next(at for at, block in enumerate(blocks) if block.kind == "fold")]
    if surface in ("PDF", "static page", "SMS"):
        blocks = tuple(map(for_paper, blocks))
    return [line for block in blocks for line in block.plain().splitlines() if squeezed(line) not in words]


@pytest.mark.parametrize("today", DAYS, ids=["in date", "a year on"])
@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("article", ARTICLES)
@pytest.mark.parametrize("surface", SURFACES)
def test_the_answer_passes_whole(surface: str, article: str, code: str, today: date) -> None:
    assert missing(surface, SURFACES[surface](article, code, today), _blocks(article, code, today)) == []


@pytest.mark.parametrize("today", DAYS, ids=["in date", "a year on"])
async def test_it_passes_to_the_web_page(today: date, tmp_path: Path) -> None:
    content = real_content()
    async with a_site(tmp_path, catalog=content.catalog, translator=content.translator) as site:
        site.clock.at = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
        async with httpx.AsyncClient(base_url=site.url) as http:
            for code in LANGUAGES:
                for article in ARTICLES:
                    page = (await http.get(f"/a/{article}?lang={code}&place={PLACE}")).text
                    assert missing("web", _words(page), _blocks(article, code, today)) == [], (article, code)


@pytest.mark.parametrize("surface", SURFACES)
def test_a_year_on_the_reader_is_told_first_that_it_is_old(surface: str) -> None:
    now, then = (SURFACES[surface]("lma-amounts", "en", today) for today in DAYS)
    told = squeezed("may have changed")
    assert told not in now and told in then
    assert then.index(told) < then.index("Source") if surface != "SMS" else True


def test_a_surface_that_loses_a_line_fails() -> None:
    blocks = _blocks("lma-amounts", "en", DAYS[0])
    whole = _telegram("lma-amounts", "en", DAYS[0])
    assert missing("Telegram", whole, blocks) == []
    assert missing("Telegram", whole.replace("Child4–10years:43", ""), blocks) == ["Child 4–10 years: 43"]
