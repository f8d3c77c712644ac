"""Every channel that is set up, with its dispatcher: Telegram, mail and SMS. The web is a mailbox and needs none."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from bot.adapters.web.visitor import CAPABILITIES as WEB
from bot.app.config import Settings
from bot.app.staff_channels import mail_gateway, sms_gateway
from bot.domain.events import Address
from bot.domain.messages import Capabilities
from bot.domain.outbox import Delivery
from bot.domain.pacing import Limits
from bot.services.dispatcher import Dispatcher
from bot.services.ports import Clock, Gateway, Store
from bot.services.wake import Wake

if TYPE_CHECKING:
    from bot.adapters.telegram.send import TelegramGateway
    from bot.adapters.translating import LibreTranslate

WITHOUT_LIMIT = Limits(overall_per_s=0)  # a gateway's own limits come back as RetryAt


class Channels:
    """What this service can send by. `telegram` is None without a token."""

    def __init__(self, store: Store, clock: Clock, owner: str, wake: Wake) -> None:
        self._store = store
        self._clock = clock
        self._owner = owner
        self._wake = wake
        self.capabilities: dict[str, Capabilities] = {"web": WEB}
        self.dispatchers: dict[str, Dispatcher] = {}
        self.telegram: TelegramGateway | None = None
        self.interpreter: LibreTranslate | None = None  # no channel: it is asked, and answers

    async def open(self, settings: Settings, stack: contextlib.AsyncExitStack) -> None:
        """Make the gateways that the settings name; `stack` closes them. What is not named is not imported: start is quick."""
        if settings.telegram_token:
            from bot.adapters.telegram.send import TelegramGateway

            self.telegram = TelegramGateway(settings.telegram_token, settings.telegram_api_url, clock=self._clock)
            stack.push_async_callback(self.telegram.close)
            self._add(self.telegram, Limits(overall_per_s=settings.telegram_messages_per_s))
        if settings.translate_url:
            from bot.adapters.translating import LibreTranslate

            self.interpreter = LibreTranslate(settings.translate_url, settings.translate_key)
            stack.push_async_callback(self.interpreter.close)
        for gateway in (mail_gateway(settings, self._clock), sms_gateway(settings, self._clock)):
            if gateway:
                stack.push_async_callback(gateway.close)
                self._add(gateway, WITHOUT_LIMIT)

    def _add(self, gateway: Gateway, limits: Limits) -> None:
        self.capabilities[gateway.channel] = gateway.capabilities
        self.dispatchers[gateway.channel] = Dispatcher(
            store=self._store, gateway=gateway, clock=self._clock, owner=self._owner, limits=limits, monotonic=time.monotonic
        )

    def has_room(self) -> bool:
        return all(d.has_room() for d in self.dispatchers.values())

    def committed(self, leased: Sequence[Delivery], touched: Iterable[Address]) -> None:
        """Rows are on disk: send those that are ours, and look for the others."""
        for channel in {d.to.channel for d in leased}:
            self.dispatchers[channel].take([d for d in leased if d.to.channel == channel])
        self.look(touched)

    def look(self, touched: Iterable[Address]) -> None:
        """There are new rows for these addresses: wake their pages, let their dispatchers claim."""
        addresses = set(touched)
        self._wake.notify(a for a in addresses if a.channel == "web")
        for channel in {a.channel for a in addresses} & self.dispatchers.keys():
            self.dispatchers[channel].poke()
