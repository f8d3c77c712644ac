"""Whether two forwarded messages are one writer's, without keeping who that is."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

_KEY = secrets.token_bytes(32)  # dies with the process, so a mark leads back to nobody


def mark_of_writer(origin: Mapping[str, Any]) -> str:
    """Return a mark that is the same for all messages of this origin, shown or hidden, while the process runs."""
    shown = origin.get("sender_user") or origin.get("sender_chat") or origin.get("chat") or {}
    name = f"{origin['type']} {shown.get('id', '')} {origin.get('sender_user_name', '')} {origin.get('author_signature', '')}"
    return blake2b(name.encode("utf-8", "replace"), digest_size=8, key=_KEY).hexdigest()
