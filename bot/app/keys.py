"""The service's own secret and the vault's keys: from the settings, or made and kept where the database is."""

from __future__ import annotations

import secrets
from pathlib import Path

from bot.adapters import vault
from bot.adapters.vault.keyfile import keys_of_service
from bot.app import config


def secret_key(settings: config.Settings) -> str:
    """Return the key for cookies and hashes: the setting, or one made at the first start and kept beside the database."""
    if settings.secret_key:
        return settings.secret_key
    path = beside_database(settings, "secret.key")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return path.read_text().strip()


def keys_of(settings: config.Settings) -> vault.Keyring | None:
    """Return the vault's keys. A demonstration makes its own beside the database; None in earnest without BOT_VAULT_KEY.

    Raises vault.KeyFault.
    """
    if settings.operator and not settings.vault_key:
        return None
    return keys_of_service(settings.vault_key, beside_database(settings, "vault.key"), demonstration=True)


def beside_database(settings: config.Settings, name: str) -> Path:
    """Return the path of a file that is kept where the SQLite file is, else in var/."""
    if settings.database_url.startswith("sqlite"):
        return Path(settings.database_url.removeprefix("sqlite:///")).with_name(name)
    return config.ROOT / "var" / name
