"""What signing in needs from the outside, as Protocols. See ports.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Account:
    """What a member of staff signs in with. `password`: slow hash, '' until the invitation was used. `totp`: sealed."""

    staff: int
    sign_in: str
    active: bool
    password: str = field(repr=False)
    totp: bytes = field(repr=False)
    totp_step: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    id: int
    staff: int
    created_at: datetime
    seen_at: datetime


class Sessions(Protocol):
    """Accounts, who is signed in, and failed tries. `mark`: the hash under which a token or a source is kept."""

    def account(self, sign_in: str) -> Account | None: ...
    def account_of(self, staff: int) -> Account | None: ...
    def enroll(self, staff: int, password: str, totp: bytes, step: int) -> None: ...
    def renew(self, staff: int, password: str) -> None: ...
    def use_step(self, staff: int, step: int) -> bool:
        """Return whether that time step was not used before, and use it up."""

    def open(self, mark: str, staff: int, now: datetime) -> int: ...
    def find(self, mark: str) -> Session | None: ...
    def seen(self, mark: str, now: datetime) -> None: ...
    def end(self, mark: str) -> None: ...
    def end_all(self, staff: int) -> None: ...
    def failed(self, marks: Sequence[str], now: datetime) -> None: ...
    def failures(self, mark: str, since: datetime) -> list[datetime]: ...
    def sweep(self, before: datetime) -> int: ...


class SlowHash(Protocol):
    """Blocking: call it in a thread."""

    def make(self, secret: str) -> str: ...
    def check(self, stored: str | None, secret: str) -> bool: ...
    def outdated(self, stored: str) -> bool: ...


class SecondFactor(Protocol):
    """Six digits of an app."""

    def new_secret(self) -> bytes: ...
    def accepted(self, secret: bytes, typed: str, now: datetime, last_step: int) -> int | None: ...
    def address(self, secret: bytes, account: str, issuer: str) -> str: ...
    def typeable(self, secret: bytes) -> str: ...


class RowBox(Protocol):
    """Seals with the service's own key. Whatever does not open raises `fault`."""

    fault: type[Exception]

    def seal(self, text: str, *names: str) -> bytes: ...
    def open(self, sealed: bytes, *names: str) -> str: ...
