"""A key pair for each case: its public half seals words without any secret, its secret half is sealed to the municipality.

    case key   version 1 | public half, 32 | number of wraps, 1 | { id of the municipality's key, 8 | sealed secret half, 80 } …
    text       version 1 | fingerprint of the case's public half, 8 | sealed message key, 80 | nonce, 24 | words and tag

Sealing is libsodium's sealed box (X25519, XSalsa20-Poly1305), the words XChaCha20-Poly1305 with the context as associated
data. Rotation rewraps the 32 bytes of a case and touches no text. Without its case key a text is noise for everybody: that
is how a case is erased. The choice and what it does not protect: docs/decisions/0004-vault.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import Aead
from nacl.utils import random

from bot.adapters.vault.faults import CaseErased, Tampered, VaultFault
from bot.adapters.vault.keys import Key, Keyring
from bot.adapters.vault.padding import SMALLEST, bound, padded, unpadded

_VERSION = b"\x01"
_ID, _KEY, _SEALED = 8, 32, 80
_WRAP = _ID + _SEALED
_HEAD = 1 + _ID


@dataclass(frozen=True, slots=True)
class Context:
    """Where a sealed text stands. It opens nowhere else.

    `row` must be known before the row is written and never change: the number of the post within its case, not an id that the
    database gives.
    """

    case: str
    table: str
    row: str
    column: str


class Vault:
    """Seals with public keys only; opens and rewraps where a secret key is held."""

    def __init__(self, keys: Keyring) -> None:
        self._keys = keys

    def new_case_key(self, owner: str) -> bytes:
        """Return a new case key, sealed to the owner's current key and to those in the safe. Raises KeyFault."""
        private = PrivateKey.generate()
        return _packed(private, self._keys.recipients(owner))

    def seal(self, case_key: bytes, text: str, context: Context) -> bytes:
        """Return the text sealed to the case; needs no secret. Raises CaseErased, Tampered (not a case key)."""
        public = _parsed(case_key)[0]
        message_key = random(_KEY)
        try:
            wrapped = SealedBox(PublicKey(public)).encrypt(message_key)
        except CryptoError:
            raise Tampered("this case key seals nothing") from None
        head = _VERSION + _fingerprint(public) + wrapped
        return head + bytes(Aead(message_key).encrypt(padded(text), _bound_to(head, context)))

    def open(self, case_key: bytes, sealed: bytes, context: Context) -> str:
        """Return the text. Raises CaseErased, WrongKey, Tampered."""
        public, wraps = _parsed(case_key)
        if sealed[:1] != _VERSION or len(sealed) < _HEAD + _SEALED + SMALLEST:
            raise Tampered("this is not a sealed text")
        if sealed[1:_HEAD] != _fingerprint(public):
            raise Tampered("the text was sealed to another case")
        private = self._unwrapped(public, wraps)
        head = sealed[: _HEAD + _SEALED]
        try:
            message_key = SealedBox(private).decrypt(head[_HEAD:])
            block = Aead(message_key).decrypt(sealed[len(head) :], _bound_to(head, context))
        except CryptoError:
            raise Tampered("the text was changed, or stood in another row") from None
        return unpadded(block)

    def rewrap(self, case_key: bytes, owner: str) -> bytes:
        """Return the case key sealed to the owner's keys of today: after a rotation, or when another owner takes the case.

        The texts stay as they are. Raises CaseErased, WrongKey, Tampered.
        """
        public, wraps = _parsed(case_key)
        return _packed(self._unwrapped(public, wraps), self._keys.recipients(owner))

    def is_current(self, case_key: bytes, owner: str) -> bool:
        """Return whether the case key is sealed to exactly the keys that it should be."""
        return set(key_ids(case_key)) == {key.id for key in self._keys.recipients(owner)}

    def rotated(self, cases: Iterable[tuple[str, str, bytes]]) -> Iterable[tuple[str, bytes]]:
        """Yield (case, new case key) of those (case, owner, case key) that are not current. Erased ones are passed over.

        May be stopped and begun again at any point. Raises WrongKey for one that we cannot open: add the older key.
        """
        for case, owner, case_key in cases:
            if case_key and not self.is_current(case_key, owner):
                try:
                    yield case, self.rewrap(case_key, owner)
                except VaultFault as fault:
                    raise type(fault)(f"case {case}: {fault}") from None

    def _unwrapped(self, public: bytes, wraps: dict[bytes, bytes]) -> PrivateKey:
        id_, secret = self._keys.secret(wraps)
        try:
            private = PrivateKey(SealedBox(PrivateKey(secret)).decrypt(wraps[id_]))
        except CryptoError:
            raise Tampered("the case key was changed") from None
        if bytes(private.public_key) != public:
            raise Tampered("the halves of the case key do not belong together")
        return private


def key_ids(case_key: bytes) -> list[bytes]:
    """Return the ids of the keys that open this case: none for an erased one."""
    return list(_parsed(case_key)[1]) if case_key else []


def _packed(private: PrivateKey, recipients: list[Key]) -> bytes:
    wraps = [key.id + SealedBox(PublicKey(key.public)).encrypt(bytes(private)) for key in recipients]
    return _VERSION + bytes(private.public_key) + bytes([len(wraps)]) + b"".join(wraps)


def _parsed(case_key: bytes) -> tuple[bytes, dict[bytes, bytes]]:
    if not case_key:
        raise CaseErased("the key of this case has been destroyed")
    public, count, rest = case_key[1 : 1 + _KEY], case_key[1 + _KEY : 2 + _KEY], case_key[2 + _KEY :]
    if case_key[:1] != _VERSION or not count or len(rest) != count[0] * _WRAP:
        raise Tampered("this is not a case key")
    return public, {rest[at : at + _ID]: rest[at + _ID : at + _WRAP] for at in range(0, len(rest), _WRAP)}


def _fingerprint(public: bytes) -> bytes:
    return hashlib.blake2b(public, digest_size=_ID, person=b"bot.vault.case").digest()


def _bound_to(head: bytes, context: Context) -> bytes:
    return bound("bot.vault.text", head, context.case, context.table, context.row, context.column)
