"""Keys of the municipality: one line each, which can be printed for the safe and typed in again.

    *            secret  K3WQ-…     opens and seals the cases of every owner that has no line of its own
    norrkoping   secret  9AH2-…     … of this owner (a municipality)
    norrkoping   public  4C0T-…     seals only: all that an intake process needs
    *            escrow  7XMF-…     public half of the key in the safe: every case can be opened with that one too

The first line of an owner is its current key; the others are older ones, still needed to open what they sealed. A key carries
a checksum, so a slip of the pen is a named fault and not a wrong key.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from nacl.public import PrivateKey

from bot.adapters.vault.faults import KeyFault, WrongKey

EVERYONE = "*"
KINDS = ("secret", "public", "escrow")
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_READ_AS = str.maketrans("ILO", "110")
_OWNER = re.compile(r"\*|[a-z0-9-]{1,64}")
_CHECK = 3  # bytes; 32 + 3 bytes are 56 letters, 14 groups of 4


@dataclass(frozen=True, slots=True)
class Key:
    """One line. `secret` is empty where only the public half is held; it never shows in a repr."""

    owner: str
    kind: str
    public: bytes
    secret: bytes = field(default=b"", repr=False)

    @property
    def id(self) -> bytes:
        """8 bytes that name the key and tell nothing about it."""
        return hashlib.blake2b(self.public, digest_size=8, person=b"bot.vault.keyid").digest()

    def line(self) -> str:
        """Return the line that keeps this key."""
        return f"{self.owner} {self.kind} {_written(self.kind, self.secret if self.kind == 'secret' else self.public)}"

    def public_half(self, kind: str = "public") -> Key:
        """Return the half that may lie on the intake machine (`public`), or that seals to the safe (`escrow`)."""
        return Key(self.owner, kind, self.public)


class Keyring:
    """The keys that this process holds, in order: an owner's first is its current one."""

    def __init__(self, keys: Sequence[Key]) -> None:
        self.keys = tuple(keys)
        self._secret = {key.id: key.secret for key in keys if key.secret}

    def current(self, owner: str) -> Key:
        """Return the key that the owner's cases are sealed to. Raises KeyFault when there is none."""
        for wanted in (owner, EVERYONE):
            for key in self.keys:
                if key.owner == wanted and key.kind != "escrow":
                    return key
        raise KeyFault(f"no vault key for '{owner}' and none for '*'; add a line to BOT_VAULT_KEY")

    def recipients(self, owner: str) -> list[Key]:
        """Return all keys that must be able to open the owner's cases: the current one, then those in the safe."""
        escrow = [key for key in self.keys if key.kind == "escrow" and key.owner in (owner, EVERYONE)]
        return list({key.id: key for key in (self.current(owner), *escrow)}.values())

    def secret(self, ids: Iterable[bytes]) -> tuple[bytes, bytes]:
        """Return the id and the secret of the first key that we hold. Raises WrongKey."""
        wanted = list(ids)
        for id_ in wanted:
            if id_ in self._secret:
                return id_, self._secret[id_]
        names = ", ".join(id_.hex() for id_ in wanted)
        held = f"{len(self._secret)} other secret keys are held" if self._secret else "only public keys are held here"
        raise WrongKey(f"this case opens with key {names or 'none'}; {held}")


def new_key(owner: str = EVERYONE) -> Key:
    """Return a new secret key from the system's randomness. Raises KeyFault for a name that no line can hold."""
    if not _OWNER.fullmatch(owner):
        raise KeyFault(f"'{owner}' cannot own a key; use '*' or the id of a place")
    private = PrivateKey.generate()
    return Key(owner, "secret", bytes(private.public_key), bytes(private))


def read_keys(lines: str) -> Keyring:
    """Return the keys written in the lines (or separated by semicolons). Raises KeyFault naming every faulty line."""
    keys, faults = [], []
    for number, line in enumerate(re.split(r"[\n;]", lines), 1):
        line = line.partition("#")[0].strip()
        if not line:
            continue
        try:
            keys.append(_key(line))
        except KeyFault as fault:
            faults.append(f"line {number}: {fault}")
    if not keys and not faults:
        faults.append("no key in it; make one")
    if faults:
        raise KeyFault("vault keys: " + "; ".join(faults))
    return Keyring(keys)


def _key(line: str) -> Key:
    owner, kind, written = [*line.split(None, 2), "", ""][:3]
    if not _OWNER.fullmatch(owner) or kind not in KINDS:
        raise KeyFault("write OWNER secret|public|escrow KEY")
    raw = _read(kind, written)
    if kind != "secret":
        return Key(owner, kind, raw)
    return Key(owner, kind, bytes(PrivateKey(raw).public_key), raw)


def _check(kind: str, raw: bytes) -> bytes:
    return hashlib.blake2b(raw, digest_size=_CHECK, person=f"bot.vault.{kind}".encode()).digest()


def _written(kind: str, raw: bytes) -> str:
    number = int.from_bytes(raw + _check(kind, raw), "big")
    letters = "".join(_DIGITS[number >> shift & 31] for shift in range(275, -1, -5))
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _read(kind: str, written: str) -> bytes:
    letters = re.sub(r"[\s-]", "", written).upper().translate(_READ_AS)
    if len(letters) != 56:
        raise KeyFault(f"the key has {len(letters)} letters and digits instead of 56; compare it with the paper")
    if not set(letters) <= set(_DIGITS):
        raise KeyFault("the key has a sign that no key has; compare it with the paper")
    number = 0
    for letter in letters:
        number = number << 5 | _DIGITS.index(letter)
    raw = number.to_bytes(35, "big")
    if _check(kind, raw[:32]) != raw[32:]:
        raise KeyFault(f"the checksum of the {kind} key is wrong: a letter is mistyped, or it is a key of another kind")
    return raw[:32]
