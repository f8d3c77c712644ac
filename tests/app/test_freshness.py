"""`python -m bot freshness` on a moved clock: the tasks of that day, with file and line."""

from __future__ import annotations

from datetime import date

import pytest

from bot.app.cli import main


def test_today_only_the_act_waits(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["freshness", "--on", "2026-11-25"]) == 0
    said = capsys.readouterr().out
    assert "content/rules.yaml:5: reception-act is confirmed up to 2026-09-30 only" in said and "Overdue" not in said


def test_two_weeks_before_their_day_the_tasks_appear(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["freshness", "--on", "2026-12-15"]) == 0
    said = capsys.readouterr().out
    assert "Due within 14 days" in said and "content/articles/lma-amounts.yaml:6: the review was due on 2026-12-24" in said


def test_a_year_on_everything_is_a_task(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["freshness", "--on", "2027-11-25"]) == 1
    said = capsys.readouterr().out
    assert "content/places/norrkoping.yaml" in said and "social_duty was due to be checked on 2027-02-21" in said


def test_a_fact_that_has_ended_is_a_task_of_its_articles(capsys: pytest.CaptureFixture[str]) -> None:
    main(["freshness", "--on", "2027-03-05"])
    said = capsys.readouterr().out
    assert "content/articles/permit-extend.yaml:6: the fact permit.valid_date.swedish_2027 ended on 2027-03-04" in said


def test_ask_moves_the_clock_too(capsys: pytest.CaptureFixture[str]) -> None:
    for day, stated in ((date(2026, 11, 25), True), (date(2027, 11, 25), False)):
        main(["ask", "--on", str(day), "--language", "uk", "скільки платять на дитину"])
        assert ("71 крона" in capsys.readouterr().out) is stated
