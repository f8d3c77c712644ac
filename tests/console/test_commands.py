"""`python -m bot staff` and `unit` beside a service that runs."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from bot.app import cli
from bot.domain.people import Role
from tests.support.reporter import Reporter
from tests.support.staff import Clerk
from tests.support.whole import Whole


async def ran(whole: Whole, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    monkeypatch.setenv("BOT_DATABASE_URL", whole.service.settings.database_url)
    monkeypatch.setenv("BOT_PUBLIC_URL", whole.url)
    code = await asyncio.to_thread(cli.main, list(words))
    said = capsys.readouterr()
    return code, said.out + said.err


async def test_a_municipality_is_set_up_beside_a_running_service(
    whole: Whole, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    async def run(*words: str) -> tuple[int, str]:
        return await ran(whole, monkeypatch, capsys, *words)

    code, said = await run("staff", "invite", "--unit", "nowhere", "--name", "Anna", "--role", "on_call")
    assert code == 1, said
    assert "nowhere" not in said and "Give --unit, --name and --role" in said
    code, said = await run("unit", "add", "--id", "norrkoping", "--name", "Socialjouren Norrköping", "--places", "norkoping")
    assert code == 1 and "No such places: norkoping" in said
    code, said = await run("unit", "add", "--id", "norrkoping", "--name", "Socialjouren Norrköping", "--places", "norrkoping")
    assert code == 0
    code, said = await run("unit", "list")
    assert "Socialjouren Norrköping" in said
    invite = ("staff", "invite", "--unit", "norrkoping", "--name", "Anna Berg", "--role", "on_call", "--role", "lead")
    code, said = await run(*invite)
    assert code == 0 and "Invitation for anna.berg.norrkoping, good once" in said and "█" in said
    link = re.search(r"Link: +(\S+)", said)
    typed = re.search(r"type: +([0-9a-f-]+)", said)
    assert link and typed and link[1].endswith(typed[1].replace("-", ""))
    code, said = await run(*invite)
    assert "anna.berg.norrkoping2" in said, "another person of that name"

    anna = Clerk(whole, 0, "anna.berg.norrkoping", link[1].rpartition("/")[2])
    await anna.opens(f"/staff/invite?code={typed[1].upper()}")
    assert "Welcome, Anna Berg" in anna.text
    await anna.joins()
    assert "Kö" in anna.text
    code, said = await run("staff", "list")
    assert re.search(r"anna.berg.norrkoping +Anna Berg +norrkoping +lead,on_call +active +NO WORKING WAY", said)
    report = await Reporter(whole, "uk").reports("norrkoping")
    await anna.opens(f"/staff/c/{report.code}")
    await anna.sends(f"/staff/c/{report.code}/take")
    code, said = await run("staff", "disable", "anna.berg.norrkoping")
    assert code == 0 and "others called: 1." in said
    await whole.service.casework.alerting.look()
    report = await whole.service.store.read(lambda tx: tx.reports.by_id(report.id))
    assert report.owner is None, "nobody has what somebody had who is gone"
    assert (await anna.opens("/staff/queue")).url.path == "/staff/sign-in"
    assert (await run("staff", "disable", "nobody"))[0] == 1
    code, said = await run("staff", "invite", "--again", "anna.berg.norrkoping")
    again = re.search(r"Link: +\S+/([0-9a-f]{32})", said)
    assert code == 0 and again
    anna.invitation, anna.used = again[1], 0
    await anna.joins()
    assert "Kö" in anna.text
    person = await whole.service.store.read(lambda tx: tx.people.staff(tx.sessions.account("anna.berg.norrkoping").staff))
    assert person and person.roles == {Role.ON_CALL, Role.LEAD} and person.active
