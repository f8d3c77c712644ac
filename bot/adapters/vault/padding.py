"""Lengths hidden in a few sizes, and names bound so that no two lists of names give the same bytes."""

from __future__ import annotations

from bot.adapters.vault.faults import Tampered

# A "yes" and a "no", a name and a phone number take the same room. Telegram's longest message in Ukrainian has 8,192 bytes.
BUCKETS = (128, 512, 2048)
STEP = 8448  # beyond the buckets: multiples of this
SMALLEST = 24 + 128 + 16  # nonce, first bucket, tag: libsodium's binding must not see less


def padded(text: str) -> bytes:
    """Return the text with its length in front and zeros behind. Half letters (lone surrogates) survive the trip."""
    raw = text.encode("utf-8", "surrogatepass")
    need = len(raw) + 4
    size = next((bucket for bucket in BUCKETS if need <= bucket), -(-need // STEP) * STEP)
    return (len(raw).to_bytes(4, "big") + raw).ljust(size, b"\0")


def unpadded(block: bytes) -> str:
    """Return the text. Raises Tampered when the block is not one of ours."""
    end = 4 + int.from_bytes(block[:4], "big")
    if len(block) < 4 or end > len(block) or block[end:].strip(b"\0"):
        raise Tampered("the padding is wrong")
    return block[4:end].decode("utf-8", "surrogatepass")


def bound(*parts: bytes | str) -> bytes:
    """Return the parts with their lengths: ("ab", "c") and ("a", "bc") differ."""
    raw = [part.encode() if isinstance(part, str) else part for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in raw)
