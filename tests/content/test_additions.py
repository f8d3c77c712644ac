"""A language is a .po, a line and texts; a municipality is one file. Neither needs a line of code."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.adapters.texts.check import check
from bot.adapters.texts.extract import PO, as_text, open_po, template
from bot.app import config
from bot.app.content import Content, open_content
from bot.domain import places
from bot.domain.conversation import Conversation, Frame
from bot.domain.events import Address
from bot.domain.messages import Capabilities
from bot.domain.screens import answer, home
from bot.services.render import Renderer
from tests.content.copies import a_copy, edit
from tests.support.builders import NOW
from tests.support.whole import a_service_running

TODAY = date(2026, 11, 24)
TELEGRAM = Capabilities(max_text=4096)


def opened(root: Path) -> Content:
    return open_content(config.read({"BOT_CONTENT_DIR": str(root / "content"), "BOT_LOCALES_DIR": str(root / "locales")}))


def with_polish(folder: Path) -> Path:
    root = a_copy(folder)
    with (root / "content" / "languages.yaml").open("a") as file:
        file.write("- {code: pl, name: Polski, short: PL, direction: ltr, fallback: [uk, en], telegram: [pl], complete: false}\n")
    path = root / "locales" / "pl" / PO
    path.parent.mkdir(parents=True)
    catalog = open_po(path, "pl")
    catalog.update(template(), no_fuzzy_matching=True)
    catalog["Home"].string = "Start"
    catalog["More about this"].string = "Więcej o tym"
    path.write_bytes(as_text(catalog))
    article = root / "content" / "articles" / "school-sfi.yaml"
    edit(
        article,
        "texts:\n",
        "texts:\n  pl: {button: Szwedzki, title: Kurs szwedzkiego, short: Zapytaj gminę o kurs., "
        "body: 'Kurs jest bezpłatny (Migrationsverket, folkbokförd, komvux, sfi).'}\n",
    )
    return root


def test_a_language_is_added_without_code(tmp_path: Path) -> None:
    root = with_polish(tmp_path)
    assert [str(f) for f in check(root / "content", root / "locales", TODAY)] == []
    content = opened(root)
    renderer = Renderer(content.catalog, content.translator)
    frame = Frame(NOW, TODAY, content.catalog, TELEGRAM)
    reader = Conversation(Address("telegram", "1"), "pl", "norrkoping")
    translated = renderer.render(answer(reader, "school-sfi", frame), "pl", TODAY, TELEGRAM)
    assert "Kurs szwedzkiego" in translated.plain() and "Więcej o tym" in translated.plain()
    assert translated.buttons[-1][0].label == "Start"
    other = renderer.render(answer(reader, "school-start", frame), "pl", TODAY, TELEGRAM)
    assert content.catalog.articles["school-start"].texts["uk"].title in other.plain(), "the next language of the chain"
    assert "Polski" in other.blocks[0].plain() and "Українська" in other.blocks[0].plain(), "and the reader is told"
    assert any(b.language == "uk" for b in other.blocks)
    assert renderer.render(home(reader, frame), "pl", TODAY, TELEGRAM).language == "pl"


async def test_the_new_language_is_offered_to_people(tmp_path: Path) -> None:
    from tests.support.bot_api import running
    from tests.support.town import Town

    root = with_polish(tmp_path / "content")
    async with running() as api, a_service_running(tmp_path, api, content=opened(root)):
        ewa = Town(api).person("Ewa", language_code="pl")
        await ewa.starts()
        await ewa.answered()
        await ewa.presses("Polski")
        await ewa.waits_for("Migrationsverket")


def test_a_municipality_is_one_file(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    (root / "content" / "places" / "nystad.yaml").write_text(
        """id: nystad
kind: municipality
code: '9901'
parent: sverige
names: {sv: Nystad, uk: Нюстад, en: Nystad}
also: []
county: ''
services:
- role: contact_centre
  names: {sv: Nystads kontaktcenter, uk: контакт-центр комуни, en: the municipality's contact centre}
  phone: '+4611159999'
  status: ok
  confidence: high
  source: {publisher: Nystads kommun, title: Kontakt, url: https://nystad.example.se/kontakt, dated: '', checked_on: 2026-11-23}
  review_every_days: 90
"""
    )
    assert [str(f) for f in check(root / "content", root / "locales", TODAY)] == []
    content = opened(root)
    assert [p.id for p in places.spelled(content.catalog, "Нюстад")] == ["nystad"]
    renderer = Renderer(content.catalog, content.translator)
    frame = Frame(NOW, TODAY, content.catalog, TELEGRAM)
    shown = renderer.render(
        answer(Conversation(Address("telegram", "1"), "uk", "nystad"), "school-start", frame), "uk", TODAY, TELEGRAM
    )
    assert "011-15 99 99" in shown.plain()


def test_a_confirmed_act_clears_its_caveat_everywhere_by_one_change(tmp_path: Path) -> None:
    root = a_copy(tmp_path)
    edit(root / "content" / "rules.yaml", "confirmed_until: 2026-09-30", "confirmed_until: ''")
    catalog = opened(root).catalog
    assert all(not catalog.answer(a, None, "uk", TODAY).caveats for a in catalog.articles)
