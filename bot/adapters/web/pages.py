"""Templates and what stands around every page: languages, Home, 112, addresses of the static files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.adapters.web import CAPABILITIES
from bot.adapters.web.assets import Assets
from bot.adapters.web.ports import Site
from bot.domain.calendar import SWEDEN
from bot.domain.content import Catalog, Language
from bot.domain.conversation import Conversation, Frame
from bot.domain.events import Address
from bot.domain.messages import Message, Rendered, say
from bot.services.frames import Connected
from bot.services.ports import Clock, MailboxLine
from bot.services.render import Renderer

TEMPLATES = Path(__file__).parent / "templates"


def address_of(path: str, **query: str | None) -> str:
    """Return the path with those of the parameters that have a value."""
    given = {name: value for name, value in query.items() if value}
    return quote(path) + (f"?{urlencode(given)}" if given else "")


def templates() -> Environment:
    """Return the templates: everything is escaped, and a name that is not given is a fault."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


class Pages:
    """`connected`: places whose reports reach staff of their own, None where nobody takes any."""

    def __init__(self, renderer: Renderer, clock: Clock, assets: Assets, site: Site, connected: Connected = lambda: None) -> None:
        self._connected = connected
        self.assets = assets
        self.site = site
        self._renderer = renderer
        self._clock = clock
        self._templates = templates()

    @property
    def catalog(self) -> Catalog:
        """The catalogue in use now."""
        return self._renderer.catalog

    def today(self) -> date:
        return self._clock.now().astimezone(SWEDEN).date()

    def frame(self) -> Frame:
        return Frame(self._clock.now(), self.today(), self.catalog, CAPABILITIES, operator=self.site.operator, pages="")

    def reporting_frame(self) -> Frame:
        """Return the frame with who takes reports, for a page of the chat: what is public shows the numbers."""
        connected = self._connected()
        return replace(self.frame(), takes_reports=connected is not None, connected=connected or frozenset())

    def nobody(self, place: str | None, language: Language) -> Conversation:
        """Return the conversation of a reader we know nothing of but what stands in the address line."""
        return Conversation(Address("web", ""), language.code, place)

    def rendered(self, message: Message, language: str) -> Rendered:
        return self._renderer.render(message, language, self.today(), CAPABILITIES)

    def page_of(self, action: str, language: Language, place: str | None) -> str:
        """Return the address of the page that a button of the core has here instead of a message, '' for most."""
        verb, _, argument = action.partition(":")
        article, _, reader = argument.partition(":")
        if verb not in ("card", "desk") or article not in self.catalog.articles:
            return ""
        return address_of(f"/{verb}/{article}", **{"for": reader}, lang=language.code, place=place)

    def sentence(self, language: Language, msgid: str) -> str:
        return self._renderer.words(say(msgid), language.code)

    def lines(self, lines: Sequence[MailboxLine], language: Language, place: str | None) -> str:
        """Return lines of a conversation as HTML, each an element with the id `m<number>`."""
        return self._render("lines.html", language, place, lines=lines)

    def page(
        self,
        template: str,
        language: Language,
        *,
        place: str | None = None,
        status: int = 200,
        here: Callable[[str], str] | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """Return the page. `here` gives its own address in another language; without it the switch leads to the chat."""
        there = here or (lambda code: address_of("/", lang=code))
        return HTMLResponse(self._render(template, language, place, here=there, **values), status)

    def _render(self, template: str, language: Language, place: str | None, **values: Any) -> str:
        return self._templates.get_template(template).render(
            _=partial(self.sentence, language),
            lang=language,
            languages=self.catalog.languages,
            direction=lambda code: self.catalog.language(code).direction,
            asset=self.assets.url,
            article=lambda id_: address_of(f"/a/{id_}", lang=language.code, place=place),
            address=lambda path: address_of(path, lang=language.code, place=place),
            chat=address_of("/", lang=language.code),
            page_of=lambda action: self.page_of(action, language, place),
            site=self.site,
            **values,
        )
