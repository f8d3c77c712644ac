"""`python -m bot oncall` says who, why and which number, and reads a local time as a person means it."""

from __future__ import annotations

import pytest

from bot.app.cli import main


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
