"""`python -m bot oncall` says who, why and which number, and reads a local time as a person means it."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.store import migrate
from bot.adapters.store.database import beside
from bot.adapters.store.sealed import Unsealed
from bot.app import config, demo, doctor
from bot.app.channels import Channels
from bot.app.cli import main
from bot.app.config import Settings
from bot.app.oncall import explain
from bot.app.staff_channels import set_up
from bot.app.wiring import SystemClock
from bot.domain.people import Role, Staff
from bot.domain.rota import DUTY_MANAGER, Shift
from bot.domain.routing import ALWAYS, Unit
from bot.services.wake import Wake


def test_an_hour_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["oncall", "--at", "2027-03-28T02:30", "--place", "stockholm/södermalm"]) == 0
    told = capsys.readouterr().out
    assert "02:30 does not exist" in told and "Södermalm" in told and "påskdagen" in told and "Number: 112" in told


def test_an_hour_that_comes_twice_and_a_zone(capsys: pytest.CaptureFixture[str]) -> None:
    main(["oncall", "--at", "2026-10-25T02:30", "--place", "Norrkoping"])
    assert "comes twice" in (told := capsys.readouterr().out) and "011-15 22 83" in told
    main(["oncall", "--at", "2026-11-24T12:00+00:00", "--place", "norrkoping"])
    assert "011-15 00 00" in (told := capsys.readouterr().out) and "13:00 CET" in told


def test_what_cannot_be_read_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["oncall", "--place", "xyzzyq"]) == 2
    assert main(["oncall", "--at", "yesterday"]) == 2
    assert "2027-03-28T02:30" in capsys.readouterr().err


def test_a_number_past_its_day_is_told_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    main(["oncall", "--at", "2027-11-25T23:00", "--place", "norrkoping"])
    assert "011-15 22 83 (last checked 2026-11-23, past its day" in capsys.readouterr().out


async def _house(tmp_path: Path, *, manager: bool) -> Settings:
    """Return the settings of a service in which Norrköping has somebody at level 1, and a duty manager who is reached by SMS."""
    settings = config.read({"BOT_DATABASE_URL": f"sqlite:///{tmp_path}/bot.sqlite"})
    await migrate.prepare(settings.database_url, may_migrate=True)

    def work(tx: Any) -> None:
        now, everyday = datetime.now(UTC), frozenset(range(7))
        tx.people.put_unit(Unit("norrkoping", "Socialjouren Norrköping", ALWAYS, frozenset({"norrkoping"})))
        for name, level, channel in (("Anna Berg", 1, "web"), *([("Disa Ek", DUTY_MANAGER, "sms")] if manager else [])):
            role = Role.DUTY_MANAGER if level == DUTY_MANAGER else Role.ON_CALL
            person = tx.people.add_staff(Staff(0, "norrkoping", name, frozenset({role}), "sv"), name, now)
            tx.people.add_method(person, channel, name, 0, now)
            tx.people.add_shift("norrkoping", Shift(0, person, level, everyday, time(0), time(0), date(2026, 1, 1)))

    await beside(settings.database_url, b"", Unsealed(), work)
    return settings


async def test_it_says_who_is_paged_level_by_level_and_who_is_duty_manager(tmp_path: Path) -> None:
    settings = await _house(tmp_path, manager=True)
    with_sms = replace(settings, sms_url="https://u:p@sms.example/a1/sms")
    told, _ = await asyncio.to_thread(explain, with_sms, "2026-12-01T12:00", "norrkoping")
    assert "Paged:  Socialjouren Norrköping" in told and "Level 1: Anna Berg\nLevel 2: nobody\nLevel 3: nobody\n" in told
    assert "Duty manager: Disa Ek, paged with everybody" in told
    told, _ = await asyncio.to_thread(explain, settings, "2026-12-01T12:00", "norrkoping")
    assert "Duty manager: nobody, paged" in told, "SMS is not set up"


async def test_where_no_duty_manager_was_set_it_says_so(tmp_path: Path) -> None:
    told, _ = await asyncio.to_thread(explain, await _house(tmp_path, manager=False), "2026-12-01T12:00", "norrkoping")
    assert "Duty manager: none on the rota" in told


async def test_the_demonstration_has_a_duty_manager(tmp_path: Path) -> None:
    settings = config.read({"BOT_DATABASE_URL": f"sqlite:///{tmp_path}/bot.sqlite"})
    await migrate.prepare(settings.database_url, may_migrate=True)
    await beside(settings.database_url, b"", Unsealed(), lambda tx: demo.move_in(tx, datetime.now(UTC)))
    told, found = await asyncio.to_thread(explain, settings, "", demo.PLACE)
    assert found and "Level 1: Anna Övning\n" in told and "Duty manager: Disa Övning" in told


async def test_the_doctor_names_who_is_cut_off(tmp_path: Path) -> None:
    settings = await _house(tmp_path, manager=True)
    ((level, what, advice),) = [found async for found in doctor._on_call(settings)]
    assert level == "fault" and "1 of staff can be reached only by sms" in what and "1 of them on a shift" in what
    assert "BOT_SMS_URL" in advice
    assert [found async for found in doctor._on_call(replace(settings, sms_url="https://sms.example/a"))] == []
    nowhere = replace(settings, database_url=f"sqlite:///{tmp_path}/none.sqlite")
    assert [found async for found in doctor._on_call(nowhere)] == []


def test_what_the_settings_turn_on_is_what_the_service_sends_by(tmp_path: Path) -> None:
    async def opened(settings: Settings) -> set[str]:
        channels = Channels(None, SystemClock(), "me", Wake())  # type: ignore[arg-type]
        async with contextlib.AsyncExitStack() as stack:
            await channels.open(settings, stack)
            return set(channels.capabilities)

    given = {"telegram_token": "1:a", "smtp_url": "smtp://a.example", "sms_url": "https://sms.example/a", "sms_from": "Larm"}
    for name, value in (("operator", "x"), *given.items()):
        settings = replace(config.read({}), mail_from="larm@a.example", **{name: value})
        assert asyncio.run(opened(settings)) == set_up(settings), name
