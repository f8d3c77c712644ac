"""Encryption at rest: a case's words can be sealed by anyone of us and opened only with the municipality's secret key."""

from bot.adapters.vault.cases import Context, Vault, key_ids
from bot.adapters.vault.faults import CaseErased, KeyFault, Tampered, VaultFault, WrongKey
from bot.adapters.vault.keys import Key, Keyring, new_key, read_keys
from bot.adapters.vault.rows import RowBox

__all__ = [
    "CaseErased",
    "Context",
    "Key",
    "KeyFault",
    "Keyring",
    "RowBox",
    "Tampered",
    "Vault",
    "VaultFault",
    "WrongKey",
    "key_ids",
    "new_key",
    "read_keys",
]
