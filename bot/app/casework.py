"""Builds what takes reports of a child alone: sealing, pages, alerts and cases, out of the store and the channels."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from bot.adapters import vault
from bot.adapters.slow_hash import SlowHash
from bot.app import config
from bot.app.channels import Channels
from bot.app.content import Content
from bot.app.health import beat
from bot.domain.events import Address
from bot.services.alerting import Alerting
from bot.services.auditor import Auditor
from bot.services.case_ports import Locked
from bot.services.cases import Cases
from bot.services.frames import Frames
from bot.services.interpreting import Interpreting
from bot.services.paging import Paging
from bot.services.ports import Clock, Store
from bot.services.questions import Questions
from bot.services.receipts import Receipts
from bot.services.render import Renderer
from bot.services.reporting import Reporting
from bot.services.speak import Speaker
from bot.services.taking import Taking

CONSOLE = "/staff"


class Sealing:
    """services.case_ports.Vault over the keys of the municipality."""

    def __init__(self, keys: vault.Keyring) -> None:
        self._vault = vault.Vault(keys)

    def new_case_key(self, owner: str) -> bytes:
        return self._vault.new_case_key(owner)

    def seal(self, case_key: bytes, text: str, *where: str) -> bytes:
        return self._vault.seal(case_key, text, vault.Context(*where))

    def open(self, case_key: bytes, sealed: bytes, *where: str) -> str:
        try:
            return self._vault.open(case_key, sealed, vault.Context(*where))
        except vault.VaultFault as fault:
            raise Locked(str(fault)) from fault

    def passed_on(self, case_key: bytes, owner: str) -> bytes:
        try:
            return self._vault.rewrap(case_key, owner)
        except vault.VaultFault as fault:
            raise Locked(str(fault)) from fault


@dataclass(slots=True)
class Casework:
    alerting: Alerting
    auditor: Auditor
    cases: Cases
    reporting: Reporting
    frames: Frames
    receipts: Receipts
    sealing: Sealing
    speaker: Speaker
    asked: Questions
    interpreting: Interpreting

    def loops(self) -> list[Coroutine[Any, Any, None]]:
        """Return what runs for as long as the service does."""
        translating = [self.interpreting.run()] if self.interpreting.where else []  # a loop that ends would end the service
        return [self.alerting.run(), self.auditor.run(), self.asked.run(), *translating]


def proving(store: Store, clock: Clock, work: Casework) -> Callable[[Address, str], Awaitable[None]]:
    """Return what keeps that somebody's browser has worked for a report."""

    async def prove(address: Address, mark: str) -> None:
        await store.write(lambda tx: work.reporting.prove(tx, address, mark, clock.now()))

    return prove


def questions(
    settings: config.Settings, *, store: Store, clock: Clock, channels: Channels, renderer: Renderer, secret: bytes
) -> Questions:
    """Return what takes questions for people: it counts gaps also where nobody answers."""
    speaker = Speaker(renderer, channels.capabilities)
    console = f"{settings.public_url}{CONSOLE}" if settings.public_url else ""
    return Questions(store=store, clock=clock, speaker=speaker, console=console, committed=channels.look)


def build(
    settings: config.Settings,
    content: Content,
    *,
    store: Store,
    clock: Clock,
    channels: Channels,
    renderer: Renderer,
    keys: vault.Keyring,
    secret: bytes,
    asked: Questions,
) -> Casework:
    speaker = Speaker(renderer, channels.capabilities)
    sealing = Sealing(keys)
    console = f"{settings.public_url}{CONSOLE}" if settings.public_url else ""
    paging = Paging(speaker, console=console)
    alerting = Alerting(
        store=store,
        clock=clock,
        speaker=speaker,
        paging=paging,
        policy=content.policy,
        committed=channels.look,
        secret=secret,
    )
    interpreting = Interpreting(
        store=store,
        clock=clock,
        interpreter=channels.interpreter,
        speaker=speaker,
        alerting=alerting,
        vault=sealing,
        first=content.catalog.languages[0].code,
        committed=channels.look,
    )
    sealed: dict[str, Any] = {"alerting": alerting, "vault": sealing, "interpreting": interpreting}
    cases = Cases(**sealed, public_url=settings.public_url)
    reporting = Reporting(**sealed, cases=cases, taking=Taking(cases, paging), secret=secret)
    frames = Frames(
        renderer,
        channels.capabilities,
        operator=settings.operator,
        public_url=settings.public_url,
        connected=lambda: alerting.connected,
        asking=lambda: asked.asking,
        interpreted_at=interpreting.where,
    )
    receipts = Receipts(store=store, clock=clock, words=content.receipt_words, slow=SlowHash([secret.decode()]), secret=secret)
    url = settings.heartbeat_url
    auditor = Auditor(store=store, clock=clock, alerting=alerting, speaker=speaker, beat=(lambda: beat(url)) if url else None)
    return Casework(alerting, auditor, cases, reporting, frames, receipts, sealing, speaker, asked, interpreting)
