"""Templates of the console, in the language of the person who is signed in."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.adapters.web.assets import Assets
from bot.adapters.web.console import ROOT
from bot.adapters.web.console.access import RULES, Rule, allowed
from bot.adapters.web.console.cookie import Cookie
from bot.adapters.web.language import accepted, known
from bot.domain.calendar import SWEDEN
from bot.domain.content import Catalog, Language
from bot.domain.messages import N_, Text, say
from bot.domain.people import Staff
from bot.services.ports import Clock
from bot.services.render import Renderer

_FOLDER = Path(__file__).parent
MENU = (
    ("/queue", N_("Queue")),
    ("/questions", N_("Questions")),
    ("/offers", N_("Offers of a home")),
    ("/rota", N_("Rota")),
    ("/log", N_("Who opened what")),
    ("/units", N_("Units")),
    ("/me", N_("My ways")),
)
_PHRASES_ONLY = {"ru": "Русский"}  # languages that only prepared phrases are written in; see services/tongues.py
_WORDS = {
    400: (N_("We could not read that"), N_("Go back and try once more.")),
    403: (N_("Not allowed"), N_("Your role does not open this. Ask the person who runs the console at your unit.")),
    404: (N_("There is no such page"), N_("No case or page is behind this address, or it is another unit's.")),
    405: (N_("There is no such page"), N_("No case or page is behind this address, or it is another unit's.")),
    413: (N_("That text is too long"), N_("Go back and send it in shorter pieces.")),
    419: (N_("Please send it once more"), N_("The page was open for a long time. Go back, load it again and send it again.")),
    503: (N_("Something went wrong on our side"), N_("Try again in a minute. If you wrote something, send it once more.")),
}


class Pages:
    def __init__(self, renderer: Renderer, clock: Clock, cookie: Cookie, operator: str) -> None:
        self.assets = Assets(_FOLDER / "static", f"{ROOT}/static/")
        self.cookie = cookie
        self._renderer = renderer
        self._clock = clock
        self._operator = operator
        self._templates = Environment(
            loader=FileSystemLoader(_FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    @property
    def catalog(self) -> Catalog:
        """The catalogue in use now."""
        return self._renderer.catalog

    def language(self, request: Request, person: Staff | None = None) -> Language:
        chosen = known(self.catalog, request.query_params.get("lang")) or known(self.catalog, person.language if person else None)
        return chosen or accepted(self.catalog, request.headers.get("accept-language", ""))

    def words(self, text: Text, language: Language) -> str:
        return self._renderer.words(text, language.code)

    def page(
        self,
        request: Request,
        template: str,
        *,
        person: Staff | None = None,
        token: str = "",
        status: int = 200,
        **values: Any,
    ) -> Response:
        """Return the page. `token`: of the session whose forms stand on it, '' for a page without forms."""
        language = self.language(request, person)
        now = self._clock.now()
        html = self._templates.get_template(template).render(
            _=lambda msgid, **params: self.words(say(msgid, **params), language),
            t=lambda text: self.words(text, language) if isinstance(text, Text) else text,
            lang=language,
            languages=self.catalog.languages,
            language_name=lambda code: next(
                (x.name for x in self.catalog.languages if x.code == code), _PHRASES_ONLY.get(code, code)
            ),
            direction=lambda code: self.catalog.language(code).direction,
            weekday=lambda day: self._renderer.weekday(language.code, day),
            place=partial(self._place, language),
            asset=self.assets.url,
            root=ROOT,
            path=request.url.path,
            person=person,
            watches=bool(person and allowed(_rule("/watch"), person)),
            menu=[(path, label) for path, label in MENU if person and allowed(_rule(path), person)],
            csrf=self.cookie.form_token(token) if token else "",
            operator=self._operator,
            now=now,
            clock=partial(_clock, now),
            moment=_moment,
            **values,
        )
        return HTMLResponse(html, status)

    def fault(self, request: Request, status: int, why: str = "", *, person: Staff | None = None, back: str = "") -> Response:
        """Return what happened and the way on. The same bytes for every case that is not there for this person."""
        title, way_on = _WORDS.get(status, _WORDS[400] if status < 500 else _WORDS[503])
        words = why or self.words(say(way_on), self.language(request, person))
        back = back or f"{ROOT}/"
        real = 403 if status == 419 else status
        title = N_("This cannot be done") if why else title
        return self.page(request, "fault.html", person=person, status=real, title=title, way_on=words, back=back)

    def _place(self, language: Language, id_: str | None) -> str:
        found = self.catalog.places.get(id_ or "")
        return self.catalog.name(found.names, language.code) if found else ""


def _rule(path: str) -> Rule:
    return RULES["GET", path]


def _clock(now: datetime, at: datetime) -> str:
    """Return Swedish wall time; with the day where that is not today."""
    local = at.astimezone(SWEDEN)
    return f"{local:%H:%M}" if local.date() == now.astimezone(SWEDEN).date() else f"{local:%Y-%m-%d %H:%M}"


def _moment(at: datetime) -> dict[str, object]:
    """Return day and time for a sentence that names both."""
    local = at.astimezone(SWEDEN)
    return {"day": local.date(), "time": f"{local:%H:%M}"}
