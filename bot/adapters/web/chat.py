"""The conversation page and what its one form sends: presses, words, where the person is, close and clear."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.adapters.web import forms
from bot.adapters.web.mailbox import Mailbox, open_mailbox, page_language
from bot.adapters.web.pages import Pages, address_of
from bot.adapters.web.ports import ReadingStore, Wake
from bot.adapters.web.proof import Proofs
from bot.adapters.web.security import sent_from_elsewhere
from bot.adapters.web.session import Sessions, Visitor
from bot.adapters.web.turns import Turns
from bot.domain import screens
from bot.domain.content import Language
from bot.domain.conversation import Reply
from bot.domain.events import ButtonPressed, Event, LocationShared, Started, TextReceived
from bot.domain.flows import FLOWS
from bot.domain.messages import N_, Message
from bot.services.ports import Clock, Inlet

SHOWN_AT_FIRST = 20  # lines; the earlier ones are one tap away
ANSWER_WITHIN_S = 3.0  # how long a page without script waits for its answer

_HEADER_LABELS = {"home": N_("Home"), "sos": N_("Emergency numbers"), "privacy": N_("What we store")}

Form = dict[str, str]


class Stale(Exception):
    """The form was not sent from a page that we gave this browser."""


class Chat:
    def __init__(
        self,
        *,
        inlet: Inlet,
        store: ReadingStore,
        wake: Wake,
        pages: Pages,
        sessions: Sessions,
        proofs: Proofs,
        clock: Clock,
    ) -> None:
        self._inlet = inlet
        self._store = store
        self._wake = wake
        self._pages = pages
        self._sessions = sessions
        self._proofs = proofs
        self._clock = clock
        self._turns = Turns()

    async def page(self, request: Request) -> Response:
        """GET / . Looking stores nothing: who has written nothing sees the first screen as the core would send it.

        `?start=child_<place>` begins with a child alone, at that place: the link of a poster.
        """
        visitor = self._sessions.visitor(request)
        box = await open_mailbox(self._store, visitor)
        start = request.query_params.get("start", "")
        if start.partition("_")[0] == "child":
            return self._page(request, visitor or self._sessions.new(), box, door=self._begun(request, start, box))
        return self._page(request, visitor or self._sessions.new(), box, earlier="earlier" in request.query_params)

    def _begun(self, request: Request, start: str, box: Mailbox) -> Message:
        """Return what the core answers to a deep link, without storing that it was opened."""
        language = page_language(request, self._pages.catalog, self._sessions, box.conversation)
        who = box.conversation or self._pages.nobody(None, language)
        opened = Started("", self._clock.now(), who.address, start, language.code)
        effects = FLOWS.takers[Started](who, opened, self._pages.reporting_frame()).effects
        return next(e.message for e in effects if isinstance(e, Reply))

    async def door(self, request: Request) -> Response:
        """GET /r/<token>: ask for a press before a one-time link is used; previews and scanners only look."""
        visitor = self._sessions.visitor(request)
        box = await open_mailbox(self._store, visitor)
        token = request.path_params["token"]
        return self._page(request, visitor or self._sessions.new(), box, door=screens.door(f"use:{token}"))

    async def act(self, request: Request) -> Response:
        """POST /act: a button."""
        return await self._take(request, self._pressed)

    async def say(self, request: Request) -> Response:
        """POST /say: the person's words."""
        return await self._take(request, self._said)

    async def where(self, request: Request) -> Response:
        """POST /where: the browser's coordinates."""
        return await self._take(request, self._located)

    async def proof(self, request: Request) -> Response:
        """POST /proof: what the browser worked out. Whatever it is, there is nothing to tell."""
        visitor, form = await self._form(request)
        await self._proofs.take(visitor, form.get("proof", ""))
        return Response(status_code=204)

    async def again(self, request: Request) -> Response:
        """GET of an address that only takes forms: the chat."""
        return RedirectResponse("/", 303)

    async def close(self, request: Request) -> Response:
        """POST /close: erase the conversation and let the browser forget it."""
        visitor, form = await self._form(request)
        box = await open_mailbox(self._store, visitor)
        language = page_language(request, self._pages.catalog, self._sessions, box.conversation)
        if box.conversation:
            async with self._turns.turn(visitor.address):
                event_id = visitor.event_id(form.get("id", ""), "close")
                await self._inlet.accept(ButtonPressed(event_id, self._clock.now(), visitor.address, "erase:yes"))
        response = RedirectResponse(address_of("/closed", lang=language.code), 303)
        self._sessions.forget(response)
        # Not "cookies": that word would clear those of the whole municipality's domain.
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    async def _form(self, request: Request) -> tuple[Visitor, Form]:
        visitor = self._sessions.visitor(request)
        if visitor is None or sent_from_elsewhere(request, self._pages.site):
            raise Stale
        form = await forms.read_form(request)
        if not self._sessions.form_token_holds(visitor, form.get("csrf", "")):
            raise Stale
        return visitor, form

    async def _take(self, request: Request, event_of: Callable[[Visitor, Form, Mailbox], Event | None]) -> Response:
        """Store the event, then answer: a script gets the new lines, a page without one its next page."""
        visitor, form = await self._form(request)
        after = forms.number(form.get("after"))
        before = await open_mailbox(self._store, visitor)
        event = event_of(visitor, form, before)
        by_script = request.headers.get("x-requested-with") == "chat"  # it has a stream and need not wait
        if event is not None:
            # Begun before the event is stored, so that an answer from another process wakes it too.
            answered = asyncio.ensure_future(self._wake.wait(visitor.address, ANSWER_WITHIN_S))
            try:
                async with self._turns.turn(visitor.address):
                    await self._inlet.accept(event)
                box = await open_mailbox(self._store, visitor)
                if not by_script and box.last == before.last and not before.after(after):
                    await answered
                    box = await open_mailbox(self._store, visitor)
            finally:
                answered.cancel()
        else:
            box = before
        if by_script:
            response = self._fragment(request, box, after, form)
            self._proofs.ask(response, visitor)
            return response
        draft = form.get("words", "") if request.url.path == "/act" else ""
        if draft.strip():
            return self._page(request, visitor, box, draft=forms.words(draft))
        return RedirectResponse("/#last", 303)

    def _pressed(self, visitor: Visitor, form: Form, box: Mailbox) -> Event:
        action = forms.action(form.get("action", ""))
        event_id = visitor.event_id(form.get("id", ""), action)
        return ButtonPressed(event_id, self._clock.now(), visitor.address, action, self._label(action, box))

    def _said(self, visitor: Visitor, form: Form, box: Mailbox) -> Event | None:
        words = forms.words(form.get("words", ""))
        event_id = visitor.event_id(form.get("id", ""), "say")
        if command := forms.command(words, FLOWS.actions):  # as in Telegram; the words stand in the chat as theirs
            return ButtonPressed(event_id, self._clock.now(), visitor.address, command, words)
        return TextReceived(event_id, self._clock.now(), visitor.address, words) if words else None

    def _located(self, visitor: Visitor, form: Form, box: Mailbox) -> Event:
        latitude, longitude = forms.degrees(form.get("lat", ""), 90), forms.degrees(form.get("lon", ""), 180)
        event_id = visitor.event_id(form.get("id", ""), "where")
        return LocationShared(event_id, self._clock.now(), visitor.address, latitude, longitude)

    def _label(self, action: str, box: Mailbox) -> str:
        """Return the words that stood on the button, as it was given to this visitor."""
        if label := box.label(action):
            return label
        verb, _, argument = action.partition(":")
        if verb == "lang":
            return next((lang.name for lang in self._pages.catalog.languages if lang.code == argument), "")
        if action in _HEADER_LABELS:
            language = self._pages.catalog.language(box.conversation.language if box.conversation else None)
            return self._pages.sentence(language, _HEADER_LABELS[action])
        return ""

    def _fragment(self, request: Request, box: Mailbox, after: int, form: Form) -> Response:
        """Return the new lines, or 205 when the page around them must change too (language chosen, all erased)."""
        language = page_language(request, self._pages.catalog, self._sessions, box.conversation)
        if form.get("lang") != language.code or form.get("action") == "erase:yes":
            response = Response(status_code=205)
            self._sessions.remember_language(response, language.code)
            return response
        return HTMLResponse(self._pages.lines(box.after(after), language, box.place))

    def _page(
        self,
        request: Request,
        visitor: Visitor,
        box: Mailbox,
        *,
        draft: str = "",
        earlier: bool = False,
        door: Message | None = None,
    ) -> Response:
        language = page_language(request, self._pages.catalog, self._sessions, box.conversation)
        lines = () if door else box.lines if earlier else box.lines[-SHOWN_AT_FIRST:]
        first = self._pages.rendered(door, language.code) if door else None if box.lines else self._first_screen(language)
        response = self._pages.page(
            "chat.html",
            language,
            place=box.place,
            lines=lines,
            first_screen=first,
            earlier=not door and len(lines) < len(box.lines),
            anchor=_newest_turn(lines),
            live=bool(lines),
            csrf=self._sessions.form_token(visitor),
            client_id=self._sessions.new().token,
            draft=draft,
            proof=self._proofs.wanted(visitor),
        )
        if self._sessions.visitor(request) is None:
            self._sessions.remember(response, visitor)
        if self._sessions.language(request) != language.code:
            self._sessions.remember_language(response, language.code)
        return response

    def _first_screen(self, language: Language) -> Any:
        return self._pages.rendered(screens.welcome(self._pages.frame(), language.code), language.code)


def _newest_turn(lines: tuple[Any, ...]) -> int:
    """Return the number of the line where the newest exchange begins: the person's own, or the last answer."""
    if not lines:
        return 0
    own = next((i for i in range(len(lines) - 1, -1, -1) if lines[i].rendered is None), len(lines) - 1)
    return lines[own].id
