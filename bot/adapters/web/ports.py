"""What the web chat needs beyond services.ports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.domain.conversation import Conversation
from bot.domain.events import Address
from bot.services.ports import MailboxLine

T = TypeVar("T")


class Wake(Protocol):
    async def wait(self, address: Address, at_most_s: float, /) -> bool:
        """Return True when new lines were committed for the address meanwhile, False after that many seconds."""


class Reading(Protocol):
    """The two looks that a page takes at the store."""

    def mailbox(self, address: Address, after: int) -> list[MailboxLine]: ...

    def conversation(self, address: Address) -> Conversation | None:
        """Return what is remembered of the contact, without making or locking anything."""


class ReadingStore(Protocol):
    async def read(self, work: Callable[[Reading], T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Site:
    """What the operator decides. `frame_ancestors`: addresses that may embed the chat, '' for none."""

    public_url: str = ""
    frame_ancestors: str = ""
    operator: str = ""
    secret: bytes = b""

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def embedded(self) -> bool:
        """Whether the page may stand in a frame of another site; only https lets cookies into one."""
        return bool(self.frame_ancestors) and self.https
