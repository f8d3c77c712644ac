"""Settings, read once from the environment and an optional file, frozen, with every fault named at once.

A setting NAME may also be given as NAME_FILE, the path of a file that holds it (for secrets). README.md lists them all; a
test compares its table with `SETTINGS`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from bot.app import setting_values as value
from bot.app.setting_values import Secret
from bot.domain.retention import Decision

ROOT = Path(__file__).resolve().parents[2]


class WrongSettings(Exception):
    """All that is wrong with the settings, one line each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Settings:
    telegram_token: Secret
    telegram_api_url: str
    telegram_mode: str
    telegram_webhook_secret: Secret
    telegram_messages_per_s: float
    telegram_name: str
    public_url: str
    host: str
    port: int
    database_url: str
    content_dir: Path
    locales_dir: Path
    drafts_dir: Path
    log_level: str
    operator: str
    frame_ancestors: str
    model: str
    secret_key: Secret
    vault_key: Secret
    erasure_decision: Decision | None
    heartbeat_url: str
    metrics_port: int
    smtp_url: Secret
    mail_from: str
    sms_url: Secret
    sms_preset: str
    sms_template: Secret
    sms_from: str
    sms_segments: int
    sms_reply_secret: Secret
    translate_url: str
    translate_key: Secret

    @property
    def local_url(self) -> str:
        host = "localhost" if self.host in ("127.0.0.1", "0.0.0.0", "::", "localhost") else self.host
        return f"http://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    default: str
    meaning: str
    read: Callable[[str], Any]


SETTINGS: tuple[Setting, ...] = (
    Setting("BOT_TELEGRAM_TOKEN", "", "Token of the Telegram bot, from BotFather. Empty: web chat only", value.token),
    Setting("BOT_TELEGRAM_API_URL", "https://api.telegram.org", "Root of the Bot API server", value.url),
    Setting("BOT_TELEGRAM_MODE", "poll", "How updates come: `poll` or `webhook`", value.choice("poll", "webhook")),
    Setting("BOT_TELEGRAM_WEBHOOK_SECRET", "", "Secret that Telegram sends with each webhook call", value.webhook_secret),
    Setting("BOT_TELEGRAM_MESSAGES_PER_S", "25", "Messages a second to Telegram; 0 lifts all pacing", value.number),
    Setting(
        "BOT_TELEGRAM_NAME", "", "Name of the bot without @, for QR codes on paper where BOT_PUBLIC_URL is empty", value.name
    ),
    Setting("BOT_PUBLIC_URL", "", "Where people and Telegram reach the web side", value.url),
    Setting("BOT_HOST", "127.0.0.1", "Address the web server listens on", value.text),
    Setting("BOT_PORT", "8080", "Port of the web server", value.port),
    Setting("BOT_DATABASE_URL", f"sqlite:///{ROOT}/var/bot.sqlite", "`sqlite:///…` or `postgresql://…`", value.database),
    Setting("BOT_CONTENT_DIR", str(ROOT / "content"), "Folder of articles and places", value.folder),
    Setting("BOT_LOCALES_DIR", str(ROOT / "locales"), "Folder of translations", value.folder),
    Setting("BOT_DRAFTS_DIR", str(ROOT / "var" / "drafts"), "Folder of articles begun from people's answers", Path),
    Setting(
        "BOT_LOG_LEVEL",
        "info",
        "`debug`, `info`, `warning` or `error`",
        value.choice("debug", "info", "warning", "error"),
    ),
    Setting("BOT_OPERATOR", "", "Who runs the service, as its readers know them. Empty: shown as a demonstration", value.text),
    Setting("BOT_FRAME_ANCESTORS", "", "Web addresses that may embed the chat, with spaces between. Empty: none", value.text),
    Setting(
        "BOT_MODEL",
        "auto",
        "Second opinion on free text by the small model: `auto` (where its wheel is) or `off`",
        value.choice("auto", "off"),
    ),
    Setting("BOT_SECRET_KEY", "", "Key for cookies and hashes, 32 characters or more. Empty: made and kept in var/", Secret),
    Setting(
        "BOT_VAULT_KEY",
        "",
        "Keys that seal reports (docs/keys.md). Empty: no reports, but in a demonstration",
        value.vault_key,
    ),
    Setting(
        "BOT_ERASURE_DECISION",
        "",
        "Decision that lets closed cases be erased: `number;days;date` (docs/retention.md). Empty: never",
        value.decision,
    ),
    Setting(
        "BOT_HEARTBEAT_URL",
        "",
        "Fetched each minute when every report is looked after; watch it from outside",
        value.url,
    ),
    Setting("BOT_METRICS_PORT", "0", "Port on this machine for Prometheus, `/metrics`. 0: none", value.port_or_none),
    Setting(
        "BOT_SMTP_URL",
        "",
        "Server for mail to staff: `smtp://user:password@host:587?starttls=1` or `smtps://…`",
        value.smtp,
    ),
    Setting("BOT_MAIL_FROM", "", "Sender of that mail, such as `Larm <larm@example.se>`", value.sender),
    Setting("BOT_SMS_URL", "", "Gateway for SMS to staff, `https://user:password@api.46elks.com/a1/sms`", value.gateway),
    Setting(
        "BOT_SMS_PRESET",
        "46elks",
        "What it wants to be sent: `46elks`, or `template`",
        value.choice("46elks", "template"),
    ),
    Setting("BOT_SMS_TEMPLATE", "", "For `template`: its form, json or query, as in docs/staff-channels.md", value.template),
    Setting("BOT_SMS_FROM", "", "Sender of SMS: a number that takes replies, or a name of 3 to 11 letters", value.sms_sender),
    Setting(
        "BOT_SMS_SEGMENTS",
        "3",
        "SMS that one message may take at most; longer words are cut, links never",
        value.segments,
    ),
    Setting(
        "BOT_SMS_REPLY_SECRET",
        "",
        "Secret with which the gateway brings replies. Empty: no replies",
        value.webhook_secret,
    ),
    Setting(
        "BOT_TRANSLATE_URL",
        "",
        "Machine translation in cases and of answers in free words, a LibreTranslate server. "
        "Empty: no words go anywhere (docs/console.md)",
        value.url,
    ),
    Setting("BOT_TRANSLATE_KEY", "", "Its API key, where it asks for one", Secret),
)


def read(environ: Mapping[str, str]) -> Settings:
    """Return the settings. Raises WrongSettings with all faults.

    `BOT_ENV_FILE` names a file of NAME=value lines (default `.env`); what stands in the environment wins.
    """
    faults: list[str] = []
    known = {s.name for s in SETTINGS}
    given = {**_from_file(environ.get("BOT_ENV_FILE", ""), faults), **environ}
    for name in given:
        if name.startswith("BOT_") and name.removesuffix("_FILE") not in known and name != "BOT_ENV_FILE":
            faults.append(f"{name} is not a setting; see the table in README.md")
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        raw = given.get(setting.name, "").strip()
        path = given.get(f"{setting.name}_FILE", "")
        if not raw and path:
            try:
                raw = Path(path).read_text().strip()
            except OSError as fault:
                faults.append(f"{setting.name}_FILE cannot be read: {fault.strerror}")
        try:
            values[setting.name.removeprefix("BOT_").lower()] = setting.read(raw or setting.default)
        except ValueError as fault:
            faults.append(f"{setting.name} {fault}")
    if not faults:
        faults.extend(_together(values))
    if faults:
        raise WrongSettings(faults)
    return Settings(**{f.name: values[f.name] for f in fields(Settings)})


def _together(values: Mapping[str, Any]) -> list[str]:
    faults = []
    if values["telegram_mode"] == "webhook" and values["telegram_token"]:
        if not values["telegram_webhook_secret"]:
            faults.append("BOT_TELEGRAM_WEBHOOK_SECRET is missing; webhook mode needs one (openssl rand -hex 32)")
        if not values["public_url"]:
            faults.append("BOT_PUBLIC_URL is missing; webhook mode needs the address that Telegram can reach")
    if values["smtp_url"] and not values["mail_from"]:
        faults.append("BOT_MAIL_FROM is missing; mail needs a sender that the server accepts")
    if values["sms_url"] and not values["sms_from"]:
        faults.append("BOT_SMS_FROM is missing; the gateway needs a sender, best a number that takes replies")
    if values["sms_url"] and values["sms_preset"] == "template" and not values["sms_template"]:
        faults.append("BOT_SMS_TEMPLATE is missing; BOT_SMS_PRESET=template needs it")
    if values["sms_template"] and values["sms_preset"] != "template":
        faults.append("BOT_SMS_PRESET is not template, so BOT_SMS_TEMPLATE would not be used; set one right")
    if values["translate_key"] and not values["translate_url"]:
        faults.append("BOT_TRANSLATE_URL is missing; BOT_TRANSLATE_KEY alone translates nothing")
    if values["secret_key"] and len(values["secret_key"]) < 32:
        faults.append("BOT_SECRET_KEY has fewer than 32 characters; use openssl rand -hex 32")
    return faults


def _from_file(named: str, faults: list[str]) -> dict[str, str]:
    path = Path(named or ".env")
    if not path.is_file():
        if named:
            faults.append(f"BOT_ENV_FILE is not a file: {named}")
        return {}
    found = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, equals, given = line.partition("=")
        if not equals:
            faults.append(f"{path}:{number}: write NAME=value")
            continue
        found[name.strip().removeprefix("export ").strip()] = given.strip().strip("\"'")
    return found


def from_environment() -> Settings:
    """Return the settings of this process. Only this module reads os.environ."""
    return read(os.environ)


def file_of(name: str) -> Path | None:
    """Return the file that NAME_FILE names, for what rewrites it. None where the setting was given as such, or not at all."""
    given = {**_from_file(os.environ.get("BOT_ENV_FILE", ""), []), **os.environ}
    path = given.get(f"{name}_FILE", "").strip()
    return Path(path) if path and not given.get(name, "").strip() else None
