"""What a page shows of a conversation: its lines, and the language and place they are in."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from bot.adapters.web.language import accepted, known
from bot.adapters.web.ports import Reading, ReadingStore
from bot.adapters.web.session import Sessions, Visitor
from bot.domain.content import Catalog, Language
from bot.domain.conversation import Conversation
from bot.services.ports import MailboxLine


@dataclass(frozen=True, slots=True)
class Mailbox:
    lines: tuple[MailboxLine, ...] = ()
    conversation: Conversation | None = None

    @property
    def place(self) -> str | None:
        return self.conversation.place if self.conversation else None

    @property
    def last(self) -> int:
        return self.lines[-1].id if self.lines else 0

    @property
    def answered(self) -> bool:
        return bool(self.lines) and self.lines[-1].rendered is not None

    def label(self, action: str) -> str:
        """Return the words of the newest button that carries the action, '' when none does."""
        for line in reversed(self.lines):
            for row in line.rendered.buttons if line.rendered else ():
                for choice in row:
                    if choice.action == action:
                        return choice.label
        return ""

    def after(self, number: int) -> tuple[MailboxLine, ...]:
        return tuple(line for line in self.lines if line.id > number)


async def open_mailbox(store: ReadingStore, visitor: Visitor | None, after: int = 0) -> Mailbox:
    if visitor is None:
        return Mailbox()
    address = visitor.address

    def look(tx: Reading) -> Mailbox:
        return Mailbox(tuple(tx.mailbox(address, after)), tx.conversation(address))

    return await store.read(look)


def page_language(request: Request, catalog: Catalog, sessions: Sessions, conversation: Conversation | None) -> Language:
    """Return the language chosen in the chat, else the one in the address line, of the last page, of the browser."""
    wishes = [request.query_params.get("lang"), sessions.language(request)]
    if conversation and conversation.language:
        wishes.insert(0, conversation.language)
    found = next((lang for code in wishes if (lang := known(catalog, code))), None)
    return found or accepted(catalog, request.headers.get("accept-language", ""))
