"""Settings: every fault at once, secrets as stars, the table in README.md true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.app.config import ROOT, SETTINGS, Secret, WrongSettings, read

TOKEN = "123456:" + "a" * 35


def faults(**environ: str) -> list[str]:
    with pytest.raises(WrongSettings) as wrong:
        read({"BOT_ENV_FILE": "", **environ})
    return wrong.value.faults


def test_nothing_set_is_enough_for_the_web_chat() -> None:
    settings = read({})
    assert settings.telegram_token == "" and settings.local_url == "http://localhost:8080"
    assert settings.database_url.startswith("sqlite:///") and settings.content_dir.is_dir()


def test_all_faults_are_named_at_once() -> None:
    found = faults(
        BOT_TELEGRAM_TOKEN="hello",
        BOT_TELEGRAM_MODE="push",
        BOT_PORT="99999",
        BOT_DATABASE_URL="postgre://x",
        BOT_PUBLIC_URL="http://example.se",
        BOT_TELEGRAM_MESSAGES_PER_S="-1",
        BOT_CONTENT_DIR="/nowhere",
        BOT_TELEGRAM_TOKN="x",
    )
    assert [line.split()[0] for line in sorted(found)] == [
        "BOT_CONTENT_DIR",
        "BOT_DATABASE_URL",
        "BOT_PORT",
        "BOT_PUBLIC_URL",
        "BOT_TELEGRAM_MESSAGES_PER_S",
        "BOT_TELEGRAM_MODE",
        "BOT_TELEGRAM_TOKEN",
        "BOT_TELEGRAM_TOKN",
    ]
    assert "has scheme 'postgre', use" in " ".join(found).replace(";", ",")


def test_words_go_to_a_machine_over_tls_only() -> None:
    assert faults(BOT_TRANSLATE_URL="http://translate.example.se")[0].startswith("BOT_TRANSLATE_URL must begin with https://")
    assert faults(BOT_TRANSLATE_KEY="k")[0].startswith("BOT_TRANSLATE_URL is missing")
    settings = read({"BOT_TRANSLATE_URL": "https://translate.example.se/", "BOT_TRANSLATE_KEY": "k"})
    assert settings.translate_url == "https://translate.example.se" and "'k'" not in repr(settings)


def test_webhook_mode_needs_a_secret_and_an_address() -> None:
    found = faults(BOT_TELEGRAM_TOKEN=TOKEN, BOT_TELEGRAM_MODE="webhook")
    assert [line.split()[0] for line in found] == ["BOT_TELEGRAM_WEBHOOK_SECRET", "BOT_PUBLIC_URL"]
    settings = read(
        {
            "BOT_TELEGRAM_TOKEN": TOKEN,
            "BOT_TELEGRAM_MODE": "webhook",
            "BOT_TELEGRAM_WEBHOOK_SECRET": "s" * 20,
            "BOT_PUBLIC_URL": "http://127.0.0.1:8080/",
        }
    )
    assert settings.public_url == "http://127.0.0.1:8080"


def test_a_secret_may_come_from_a_file_and_prints_as_stars(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n")
    settings = read({"BOT_TELEGRAM_TOKEN_FILE": str(tmp_path / "token")})
    assert settings.telegram_token == TOKEN
    assert TOKEN not in repr(settings) and repr(Secret(TOKEN)) == "'***'"
    assert "cannot be read" in faults(BOT_TELEGRAM_TOKEN_FILE=str(tmp_path / "gone"))[0]


def test_a_file_of_settings_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    env = tmp_path / "bot.env"
    env.write_text("# a comment\nBOT_PORT=9000\nexport BOT_OPERATOR='Norrköpings kommun'\n")
    assert read({"BOT_ENV_FILE": str(env)}).port == 9000
    settings = read({"BOT_ENV_FILE": str(env), "BOT_PORT": "9001"})
    assert (settings.port, settings.operator) == (9001, "Norrköpings kommun")
    env.write_text("BOT_PORT 9000\n")
    assert f"{env}:1: write NAME=value" in faults(BOT_ENV_FILE=str(env))


def test_mail_needs_a_server_a_sender_and_a_line_that_hides_the_password() -> None:
    server = "smtp://larm:s3cret@mail.example.se:587?starttls=1"
    assert [line.split()[0] for line in faults(BOT_SMTP_URL=server)] == ["BOT_MAIL_FROM"]
    assert "in the clear" in faults(BOT_SMTP_URL=server.replace("=1", "=0"), BOT_MAIL_FROM="larm@example.se")[0]
    assert "must be a mail address" in faults(BOT_SMTP_URL=server, BOT_MAIL_FROM="larm")[0]
    for slip in (server.replace("smtp:", "smpt:"), server.replace("s3cret", "s3cret/x")):
        assert "s3cret" not in " ".join(faults(BOT_SMTP_URL=slip))
    settings = read({"BOT_SMTP_URL": server, "BOT_MAIL_FROM": "Larm <larm@example.se>"})
    assert "s3cret" not in repr(settings)


def test_sms_needs_a_gateway_a_sender_and_what_the_gateway_wants() -> None:
    gateway = "https://u:s3cret@api.46elks.com/a1/sms"
    assert [line.split()[0] for line in faults(BOT_SMS_URL=gateway)] == ["BOT_SMS_FROM"]
    found = faults(BOT_SMS_URL=gateway, BOT_SMS_FROM="Larm", BOT_SMS_PRESET="template")
    assert [line.split()[0] for line in found] == ["BOT_SMS_TEMPLATE"]
    template = '{"form": {"to": "{to}", "text": "{text}"}}'
    assert "would not be used" in faults(BOT_SMS_URL=gateway, BOT_SMS_FROM="Larm", BOT_SMS_TEMPLATE=template)[0]
    found = faults(
        BOT_SMS_URL=gateway.replace("https", "http"),
        BOT_SMS_FROM="Norrköpings kommun",
        BOT_SMS_SEGMENTS="0",
        BOT_SMS_TEMPLATE="{}",
        BOT_SMS_PRESET="twilio",
        BOT_SMS_REPLY_SECRET="short",
    )
    assert len(found) == 6 and "s3cret" not in " ".join(found)
    settings = read({"BOT_SMS_URL": gateway, "BOT_SMS_FROM": "+46700000000", "BOT_SMS_REPLY_SECRET": "s" * 32})
    assert settings.sms_segments == 3 and "s3cret" not in repr(settings) and "sss" not in repr(settings)


def test_the_readme_table_is_true() -> None:
    rows = re.findall(r"^\| `(BOT_[A-Z_]+)` \| (?:`(.*?)`)? *\| (.+?) \|$", (ROOT / "README.md").read_text(), re.MULTILINE)
    coded = [(s.name, s.default.replace(f"{ROOT}/", ""), s.meaning) for s in SETTINGS]
    assert rows == coded
