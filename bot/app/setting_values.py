"""What a setting may be: each reader returns the value of its text, or raises ValueError with a line that helps."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from bot.domain.retention import Decision, read_decision


class Secret(str):
    """A text that prints as stars."""

    def __repr__(self) -> str:
        return "'***'" if self else "''"


def text(raw: str) -> str:
    return raw


def token(raw: str) -> Secret:
    if raw and not re.fullmatch(r"\d+:[\w-]{20,}", raw):
        raise ValueError("does not look like a bot token; copy it from BotFather (digits, a colon, letters)")
    return Secret(raw)


def webhook_secret(raw: str) -> Secret:
    if raw and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", raw):
        raise ValueError("must be 16 to 256 characters of A-Z a-z 0-9 _ -")
    return Secret(raw)


def name(raw: str) -> str:
    if raw and not re.fullmatch(r"[A-Za-z]\w{4,31}", raw, re.ASCII):
        raise ValueError(f"must be the bot's name as in t.me/name, without @; it is '{raw}'")
    return raw


def choice(*allowed: str) -> Callable[[str], str]:
    def read(raw: str) -> str:
        if raw not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}; it is '{raw}'")
        return raw

    return read


def number(raw: str) -> float:
    value = float(raw) if re.fullmatch(r"\d+(\.\d+)?", raw) else -1
    if value < 0:
        raise ValueError(f"must be a number, 0 or more; it is '{raw}'")
    return value


def port(raw: str) -> int:
    if not raw.isdecimal() or not 0 < int(raw) < 65536:
        raise ValueError(f"must be a port, 1 to 65535; it is '{raw}'")
    return int(raw)


def port_or_none(raw: str) -> int:
    return 0 if raw == "0" else port(raw)


def folder(raw: str) -> Path:
    path = Path(raw)
    if not path.is_dir():
        raise ValueError(f"is not a folder: {raw}")
    return path


def url(raw: str) -> str:
    """Web address without a trailing slash; plain http only to this machine."""
    if not raw:
        return ""
    parts = urlsplit(raw)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"must be a web address such as https://chat.example.se; it is '{raw}'")
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise ValueError("must begin with https:// (plain http is allowed for this machine only)")
    return raw.rstrip("/")


def database(raw: str) -> str:
    scheme = raw.partition("://")[0]
    if raw.startswith("sqlite:///") and len(raw) > len("sqlite:///"):
        return raw
    if raw.startswith(("postgresql://", "postgres://")):
        return "postgresql://" + raw.split("://", 1)[1]
    raise ValueError(f"has scheme '{scheme}'; use sqlite:///path/to/file.sqlite or postgresql://…")


def vault_key(raw: str) -> Secret:
    if raw:
        from bot.adapters.vault import read_keys

        read_keys(raw)
    return Secret(raw)


def decision(raw: str) -> Decision | None:
    """Return the municipality's decision on erasure, None while there is none."""
    return read_decision(raw)


def smtp(raw: str) -> Secret:
    if raw:
        from bot.adapters.mail import SmtpServer  # only where mail is set up: --help stays quick

        SmtpServer.from_url(raw)
    return Secret(raw)


def gateway(raw: str) -> Secret:
    if raw:
        from bot.adapters.sms.template import gateway_url

        gateway_url(raw)
    return Secret(raw)


def template(raw: str) -> Secret:
    if raw:
        from bot.adapters.sms.template import Template

        Template.from_json(raw)
    return Secret(raw)


def sms_sender(raw: str) -> str:
    if raw and not re.fullmatch(r"\+[1-9]\d{6,14}|[A-Za-z][A-Za-z0-9]{2,10}", raw):
        raise ValueError("must be a number such as +46701234567, or a name of 3 to 11 letters and digits")
    return raw


def segments(raw: str) -> int:
    if not raw.isdecimal() or not 1 <= int(raw) <= 10:
        raise ValueError(f"must be 1 to 10; it is '{raw}'")
    return int(raw)


def sender(raw: str) -> str:
    if raw:
        from bot.adapters.mail import mail_address

        if not mail_address(raw):
            raise ValueError("must be a mail address, with or without a name: Larm <larm@example.se>")
    return raw
