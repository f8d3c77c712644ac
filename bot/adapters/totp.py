"""The second factor: six digits from an authenticator app (TOTP, RFC 6238: SHA-1, 30 s, which is what the apps understand)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote

PERIOD = 30  # seconds
DIGITS = 6
SECRET_BYTES = 20
SLACK = 1  # steps that a phone's clock may be off either way


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def digits(secret: bytes, step: int, length: int = DIGITS) -> str:
    """Return the digits of a step (whole periods since 1970)."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    at = mac[-1] & 15
    return str((int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF) % 10**length).zfill(length)


def accepted(secret: bytes, typed: str, now: datetime, last_step: int) -> int | None:
    """Return the step whose digits were typed, to be stored as `last_step`; None when they are wrong or were used before.

    Store it by compare-and-set (set where the stored step is smaller), or two people could use the same digits at once.
    """
    given = "".join(typed.split())
    if len(given) != DIGITS or not (given.isascii() and given.isdecimal()):
        return None
    step = int(now.timestamp()) // PERIOD
    found = None
    for candidate in range(step - SLACK, step + SLACK + 1):
        if hmac.compare_digest(digits(secret, candidate), given) and candidate > last_step and found is None:
            found = candidate
    return found


def address(secret: bytes, account: str, issuer: str) -> str:
    """Return the otpauth:// address that an app reads from a QR code."""
    label = f"{quote(issuer, safe='')}:{quote(account, safe='')}"
    return f"otpauth://totp/{label}?secret={_plain(secret)}&issuer={quote(issuer, safe='')}"


def typeable(secret: bytes) -> str:
    """Return the secret in groups of four, for who cannot scan."""
    plain = _plain(secret)
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def _plain(secret: bytes) -> str:
    return base64.b32encode(secret).decode().rstrip("=")
