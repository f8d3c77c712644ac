"""The visitor's web side on a real port: real store, intake and flows, small content, Arabic too."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
import uvicorn

from bot.adapters.leaflets.printer import Printer
from bot.adapters.store.database import Database
from bot.adapters.store.tables import contacts
from bot.adapters.web.visitor import CAPABILITIES, visitor_app
from bot.domain.content import Body, Catalog, Language
from bot.domain.conversation import Found, Hit
from bot.domain.events import Address
from bot.domain.flows import FLOWS
from bot.domain.messages import Block, Span
from bot.domain.outbox import Delivery
from bot.services.intake import Intake
from bot.services.leaflets import Leaflets
from bot.services.ports import Translator
from bot.services.render import Renderer
from bot.services.sheets import Sheets
from bot.services.wake import Wake
from tests.support.builders import PlainTranslator, SettableClock, a_catalog, a_place, a_service, an_article
from tests.support.databases import a_database
from tests.support.ports import listen

ARABIC = Language("ar", "العربية", "ع", "rtl", ("en",), ("ar",))


def a_web_catalog() -> Catalog:
    """Return content with every kind of block, a place with numbers, and a language written from right to left."""
    ukrainian = Body(
        "Школа для дитини",
        "Зверніться до приймальні школи вашої комуни. Дитина має право на школу від першого дня.",
        (
            Block("text", (Span("Візьміть документи. "), Span("Вони безкоштовні.", bold=True))),
            Block("list", items=((Span("паспорт"),), (Span("довідка"),))),
            Block("steps", items=((Span("Подзвоніть"),), (Span("Прийдіть"),))),
            Block("office", heading="contact_centre"),
            Block("text", (Span("Про садок", article="preschool"), Span(" або "), Span("сайт", href="https://example.se/x"))),
        ),
        "Почати школу",
    )
    school = an_article("school-start", next=("preschool",))
    school = replace(school, texts={**school.texts, "uk": ukrainian})
    places = (
        a_place(
            "norrkoping",
            names={"sv": "Norrköping", "uk": "Норрчепінг", "en": "Norrköping"},
            services=(a_service(place="norrkoping"), a_service("social_duty", "norrkoping", phone="+4611151500")),
        ),
    )
    catalog = a_catalog(school, an_article("preschool"), places=places)
    border = ((16.0, 58.4), (16.4, 58.4), (16.4, 58.8), (16.0, 58.8))
    return replace(catalog, languages=(*catalog.languages, ARABIC), borders=(("norrkoping", (border,)),))


async def find(words: str) -> Found:
    return Found((Hit("school-start", 0.9),), sure=True, abstain=False) if "школ" in words.lower() else Found()


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield


class _Counted:
    """ASGI middleware: notes what goes out on the wire, by path: headers and body, as compressed."""

    def __init__(self, app, wire: list[tuple[str, int]]) -> None:  # type: ignore[no-untyped-def]
        self.app, self.wire = app, wire

    async def __call__(self, scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        size = 0

        async def sending(message) -> None:  # type: ignore[no-untyped-def]
            nonlocal size
            size += sum(len(name) + len(value) + 4 for name, value in message.get("headers", ()))
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            self.wire.append((scope["path"], size))


class Site:
    """A running web side. `url` ends without a slash; `restart` stops the server and starts it anew on the same port."""

    def __init__(self, database: Database, catalog: Catalog, translator: Translator, **settings: str) -> None:
        self.database = database
        self.clock = SettableClock()
        self.wake = Wake()
        self.renderer = Renderer(catalog, translator)
        self.intake = Intake(
            store=database,
            clock=self.clock,
            flows=FLOWS,
            renderer=self.renderer,
            finder=find,
            capabilities={"web": CAPABILITIES},
            committed=self._committed,
            room=lambda: True,
            owner="test",
        )
        self.leaflets = Leaflets(Sheets(self.renderer), Printer())
        self.app_settings: dict[str, object] = dict(settings)
        self.wire: list[tuple[str, int]] = []  # path and bytes of every answer
        self._port = 0
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def _committed(self, leased: Sequence[Delivery], touched: Sequence[Address]) -> None:
        self.wake.notify(touched)

    def app(self):  # type: ignore[no-untyped-def]
        return visitor_app(
            inlet=self.intake,
            store=self.database,
            wake=self.wake,
            renderer=self.renderer,
            clock=self.clock,
            secret=b"a secret of tests",
            leaflets=self.leaflets,
            **self.app_settings,
        )

    async def start(self) -> None:
        listening = listen(self._port)
        self._port = listening.getsockname()[1]
        app = self.app()
        self._streams = app.state.streams
        config = uvicorn.Config(
            _Counted(app, self.wire), lifespan="off", log_level="error", timeout_graceful_shutdown=2, ws="none"
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listening]))
        while not self._server.started:
            await asyncio.sleep(0)
            if self._serving.done():
                self._serving.result()

    async def stop(self) -> None:
        assert self._server and self._serving
        self._streams.close()
        self._server.should_exit = True
        await self._serving

    async def rows(self) -> int:
        """Return how many contacts are stored."""
        count = sa.select(sa.func.count()).select_from(contacts)
        return await self.database.read(lambda tx: tx.connection.execute(count).scalar_one())


@asynccontextmanager
async def a_site(
    folder: Path, *, catalog: Catalog | None = None, translator: Translator | None = None, **settings: str
) -> AsyncIterator[Site]:
    async with a_database("sqlite", folder) as database:
        site = Site(database, catalog or a_web_catalog(), translator or PlainTranslator(), **settings)
        intake = asyncio.create_task(site.intake.run())
        await site.start()
        try:
            yield site
        finally:
            await site.stop()
            intake.cancel()
            await asyncio.gather(intake, return_exceptions=True)
