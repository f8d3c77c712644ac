"""Logs carry no words of a person and no token, whoever writes them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.app import logs

TOKEN = "123456:AAbbCCddEEffGGhhIIjjKKllMMnnOOpp"


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    root = logging.getLogger()
    kept = root.handlers[:], root.level
    logs.set_up("debug", stream)
    yield stream
    root.handlers[:], root.level = kept
    structlog.reset_defaults()


def test_a_field_nobody_allowed_is_dropped(out: io.StringIO) -> None:
    structlog.get_logger().info("event_failed", kind="TextReceived", words="мене б’ють", chat_id=4711, place="Örebro")
    line = json.loads(out.getvalue())
    assert line["event"] == "event_failed" and line["kind"] == "TextReceived"
    assert not {"words", "chat_id", "place"} & set(line)


def test_a_traceback_names_the_place_and_the_kind_but_not_the_message(out: io.StringIO) -> None:
    try:
        try:
            raise ValueError("Олена, вокзал")
        except ValueError as inner:
            raise RuntimeError(f"while sending with {TOKEN}") from inner
    except RuntimeError:
        structlog.get_logger().exception("send_failed")
    text = out.getvalue()
    assert "RuntimeError from ValueError at test_logs.py:" in text
    assert "Олена" not in text and TOKEN not in text


def test_libraries_log_no_token_and_no_exception_text(out: io.StringIO) -> None:
    library = logging.getLogger("httpx")
    library.warning("GET https://api.telegram.org/bot%s/getUpdates", TOKEN)
    try:
        raise OSError(f"cannot reach /bot{TOKEN}/sendMessage for Олена")
    except OSError:
        library.exception("failed")
    text = out.getvalue()
    assert TOKEN not in text and "Олена" not in text
    assert "<token>" in text and "(OSError)" in text


def test_quiet_libraries_stay_quiet(out: io.StringIO) -> None:
    logging.getLogger("httpx").info("every ten seconds")
    assert out.getvalue() == ""
