"""Messages become rows of the outbox: in the words of whoever they go to, cut to what their channel takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.calendar import SWEDEN
from bot.domain.content import Catalog
from bot.domain.conversation import PassOn, Reply, Transition
from bot.domain.events import Address, ButtonPressed, Event, TextReceived
from bot.domain.messages import Capabilities, Message
from bot.services.ports import Outgoing
from bot.services.render import Renderer


@dataclass(frozen=True, slots=True)
class Saying:
    """A message on its way out of a use case. `language` None: the first of the catalogue."""

    to: Address
    message: Message
    language: str | None
    lane: str = "reply"


class Speaker:
    def __init__(self, renderer: Renderer, capabilities: dict[str, Capabilities]) -> None:
        self.renderer = renderer
        self.capabilities = capabilities

    @property
    def catalog(self) -> Catalog:
        """The catalogue in use now."""
        return self.renderer.catalog

    @property
    def channels(self) -> frozenset[str]:
        """Return the channels that are set up here."""
        return frozenset(self.capabilities)

    def can_reach(self, address: Address) -> bool:
        """Return whether the channel is set up at all."""
        return address.channel in self.capabilities

    def said(self, transition: Transition, event: Event, now: datetime) -> list[Outgoing]:
        """Return the messages of the step, after the person's own words where the channel shows none itself."""
        out: list[Outgoing] = []
        to = transition.conversation.address
        said = [(e.message, transition.conversation) for e in transition.effects if isinstance(e, Reply)]
        own = event.words if isinstance(event, TextReceived) else event.label if isinstance(event, ButtonPressed) else ""
        if said and own and not self.capabilities[to.channel].shows_own_words:
            out.append(Outgoing(to, "reply", own, leased=False, own_words=True))
        passed = [(e.message, e.to) for e in transition.effects if isinstance(e, PassOn)]
        for message, whose in (*said, *passed):
            out.extend(self.rows(Saying(whose.address, message, whose.language), now))
        return out

    def rows(self, saying: Saying, now: datetime) -> list[Outgoing]:
        today = now.astimezone(SWEDEN).date()
        channel = self.capabilities[saying.to.channel]
        bodies = self.renderer.bodies(saying.message, saying.language, today, channel)
        return [Outgoing(saying.to, saying.lane, body, leased=False, rendered=piece) for body, piece in bodies]
