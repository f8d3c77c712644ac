"""Olena takes an answer along: she shows it at the office, prints it, and shares it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.support.bot_api import running
from tests.support.pdfs import words_of
from tests.support.town import Person, Town
from tests.support.whole import a_service_running, real_content

SITE = "https://chat.example.se"


def says(msgid: str, language: str = "uk") -> str:
    return real_content().translator.sentence(language, msgid)


async def test_olena_shares_an_answer_and_her_friend_reads_the_same_one(tmp_path: Path) -> None:
    async with running() as api, a_service_running(tmp_path, api, BOT_PUBLIC_URL=SITE) as whole:
        olena = await at_the_answer(Town(api))
        shared = next(b["url"] for row in keys(olena) for b in row if b["text"] == says("Share"))
        assert shared.startswith("https://t.me/share/url?")
        passed_on = parse_qs(urlsplit(shared).query)
        assert passed_on["text"] == ["Як записати дитину до школи"]
        parts = urlsplit(passed_on["url"][0])
        assert f"{parts.scheme}://{parts.netloc}" == SITE
        async with httpx.AsyncClient(base_url=whole.url) as http:
            page = (await http.get(f"{parts.path}?{parts.query}")).text
        assert '<html lang="uk"' in page and "Як записати дитину до школи" in page and "Норрчепінг" in page
        assert api.refusals() == []


async def test_without_a_public_address_there_is_nothing_to_share(tmp_path: Path) -> None:
    async with running() as api, a_service_running(tmp_path, api):
        olena = await at_the_answer(Town(api))
        labels = [b["text"] for row in keys(olena) for b in row]
        assert says("Show at an office") in labels and says("Share") not in labels


async def at_the_answer(town: Town) -> Person:
    olena = town.person("Olena", language_code="uk")
    await olena.starts()
    await olena.waits_for("112")
    await olena.presses("Українська")
    await olena.waits_for("Migrationsverket")
    await olena.presses("Норрчепінг")
    await olena.says("Як записати дитину до школи?")
    await olena.waits_for("Skolverket")
    return olena


def keys(person: Person) -> list[list[dict[str, str]]]:
    return person.last["reply_markup"]["inline_keyboard"]  # type: ignore[no-any-return]


async def test_olena_shows_an_answer_at_the_office_and_prints_it(tmp_path: Path) -> None:
    async with running() as api, a_service_running(tmp_path, api, BOT_PUBLIC_URL=SITE) as whole:
        olena = await at_the_answer(Town(api))
        address = next(b["url"] for row in keys(olena) for b in row if b.get("url", "").startswith(SITE))
        parts = urlsplit(address)
        async with httpx.AsyncClient(base_url=whole.url) as http:
            leaflet = await http.get(f"{parts.path}?{parts.query}")
        assert "Якзаписатидитинудошколи" in words_of(leaflet.content)[0]
        await olena.presses(says("Show at an office"))
        await olena.waits_for("Så får barnet en skolplats")
        olena.sees("Jag talar inte svenska. Jag behöver tolk.")
        olena.sees("Mottagningsenheten")
        assert api.refusals() == []
