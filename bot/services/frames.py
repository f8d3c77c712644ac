"""What a step may know of the world, gathered for it: the day in Sweden, the channel, who takes reports, a handful of chance."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.domain.asking import Asking
from bot.domain.calendar import SWEDEN
from bot.domain.conversation import Found, Frame, Prepared
from bot.domain.messages import Capabilities
from bot.services.render import Renderer

Connected = Callable[[], frozenset[str] | None]  # places whose reports reach staff of their own; None = nobody takes any


class Frames:
    def __init__(
        self,
        renderer: Renderer,
        capabilities: Mapping[str, Capabilities],
        *,
        operator: str = "",
        public_url: str = "",
        connected: Connected = lambda: None,
        asking: Callable[[], Asking] = Asking,
        interpreted_at: str = "",
    ) -> None:
        self._renderer = renderer
        self._capabilities = capabilities
        self._operator = operator
        self._public_url = public_url
        self._connected = connected
        self._asking = asking
        self._interpreted_at = interpreted_at

    def frame(self, channel: str, now: datetime, found: Found | None = None, prepared: Prepared | None = None) -> Frame:
        connected, capabilities = self._connected(), self._capabilities[channel]
        secure = self._public_url if self._public_url.startswith("https://") else None
        return Frame(
            now=now,
            today=now.astimezone(SWEDEN).date(),
            catalog=self._renderer.catalog,
            capabilities=capabilities,
            found=found,
            prepared=prepared,
            operator=self._operator,
            entropy=secrets.token_bytes(32),
            takes_reports=connected is not None,
            connected=connected or frozenset(),
            public_url=self._public_url,
            asking=self._asking(),
            interpreted_at=self._interpreted_at,
            pages="" if capabilities.on_our_site else secure,
        )
