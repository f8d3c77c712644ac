"""Logs: JSON lines with constant event names and allow-listed fields; never words, names, places, chat ids or tokens."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from pathlib import Path
from typing import Any

import orjson
import structlog

# A field that is not here is dropped: what is not foreseen might be somebody's words.
FIELDS = frozenset(
    {
        "event", "level", "timestamp", "alarm", "attempt", "channel", "count", "error", "kind", "lane", "method", "mode",
        "ms", "outcome", "path", "port", "reason", "route", "schema", "seconds", "status", "url", "version", "why", "exception",
    }
)  # fmt: skip
_TOKEN = re.compile(r"\d{5,}:[\w-]{20,}")


def _allowed(logger: Any, method: str, fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name in FIELDS}


def scrub(text: str) -> str:
    """Return the text without tokens."""
    return _TOKEN.sub("<token>", text)


def _where(logger: Any, method: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Turn exc_info into kinds and places. The message of an exception may quote a person's words, so it is not kept."""
    given = fields.pop("exc_info", None)
    fault = sys.exc_info()[1] if given is True else given
    if isinstance(fault, BaseException):
        frames = traceback.extract_tb(fault.__traceback__)
        steps = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
        cause = f" from {type(fault.__cause__).__name__}" if fault.__cause__ else ""
        fields["exception"] = f"{type(fault).__name__}{cause} at {steps}"
    return fields


class _Filter(logging.Filter):
    """Other people's libraries log through `logging`: no token gets through, and no traceback text."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = scrub(record.getMessage()), ()
        if record.exc_info:
            kind = record.exc_info[0]
            record.msg += f" ({kind.__name__ if kind else 'error'})"
            record.exc_info = record.exc_text = None
        return True


def set_up(level: str, stream: Any = None) -> None:
    number = getattr(logging, level.upper())
    out = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _where,
            _allowed,
            structlog.processors.JSONRenderer(serializer=lambda fields, **_: orjson.dumps(fields, default=str).decode()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.addFilter(_Filter())
    handler.setFormatter(
        logging.Formatter('{"event":"library_log","logger":"%(name)s","level":"%(levelname)s","text":"%(message)s"}')
    )
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)
