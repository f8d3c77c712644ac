"""The staff console as one Starlette application, to be mounted at /staff."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.adapters.web.console.casework import Casework
from bot.adapters.web.console.cookie import Cookie
from bot.adapters.web.console.door import Door
from bot.adapters.web.console.drafts import DraftPages
from bot.adapters.web.console.gate import Gate, Visit
from bot.adapters.web.console.offers import OfferPages
from bot.adapters.web.console.own_ways import OwnWays
from bot.adapters.web.console.pages import Pages
from bot.adapters.web.console.questions import QuestionPages
from bot.adapters.web.console.rota import RotaPages
from bot.adapters.web.console.watching import Watching
from bot.adapters.web.forms import BadForm, TooLarge
from bot.adapters.web.ports import Site
from bot.adapters.web.security import Protected
from bot.domain.phrases import Phrases
from bot.services.cases import Cases
from bot.services.desk import Desk
from bot.services.draft_desk import DraftDesk
from bot.services.mutual_aid import MutualAid
from bot.services.offer_desk import OfferDesk
from bot.services.ports import Clock, Store, StoreUnavailable
from bot.services.question_desk import QuestionDesk
from bot.services.render import Renderer
from bot.services.roster import Roster
from bot.services.sign_in import SignIn
from bot.services.ways import Ways


def console_app(
    *,
    sign_in: SignIn,
    desk: Desk,
    cases: Cases,
    ways: Ways,
    roster: Roster,
    aid: MutualAid,
    questions: QuestionDesk,
    offers: OfferDesk,
    drafts: DraftDesk,
    bot_name: Callable[[], str],
    store: Store,
    renderer: Renderer,
    clock: Clock,
    phrases: Phrases,
    interprets: bool,
    site: Site,
    made_up: Sequence[str] = (),
) -> Starlette:
    """Return the application. `interprets`: a machine translates what is written in cases.

    `made_up`: people of a demonstration who need no password on this machine.
    """
    site = replace(site, frame_ancestors="")  # never in a frame, whatever the chat may
    pages = Pages(renderer, clock, Cookie(site), site.operator)
    gate = Gate(sign_in, desk, pages, site)
    door = Door(sign_in, store, pages, made_up)
    work = Casework(desk=desk, cases=cases, store=store, pages=pages, phrases=phrases, interprets=interprets)

    own, rota, asked = OwnWays(ways, pages, bot_name), RotaPages(roster, aid, pages), QuestionPages(questions, pages)
    homes, watching = OfferPages(offers, pages), Watching(desk)
    draft = DraftPages(drafts, pages)

    async def static(visit: Visit) -> Response:
        found = pages.assets.serve(visit.request, visit.request.path_params["name"])
        return found or pages.fault(visit.request, 404)

    handlers: dict[tuple[str, str], Any] = {
        ("GET", "/static/{name}"): static,
        ("GET", "/sign-in"): door.page,
        ("POST", "/sign-in"): door.enter,
        ("POST", "/sign-in/demonstration"): door.demonstrate,
        ("GET", "/invite"): door.type_invitation,
        ("GET", "/invite/{token}"): door.invitation,
        ("POST", "/invite/{token}"): door.accept,
        ("GET", "/reach/{token}"): own.question,
        ("POST", "/reach/{token}"): own.answer,
        ("POST", "/sign-out"): door.leave,
        ("POST", "/sign-out-everywhere"): door.leave_everywhere,
        ("POST", "/language"): door.language,
        ("GET", "/"): door.first,
        ("GET", "/watch"): watching.watch,
        ("POST", "/awake"): watching.awake,
        ("GET", "/queue"): work.queue,
        ("GET", "/queue/lines"): work.lines,
        ("GET", "/find"): work.find,
        ("POST", "/queue/take"): work.take_first,
        ("GET", "/me"): own.page,
        ("POST", "/me/telegram"): own.telegram,
        ("POST", "/me/add"): own.add,
        ("POST", "/me/verify"): own.verify,
        ("POST", "/me/confirm"): own.confirm,
        ("POST", "/me/reached"): own.reached,
        ("POST", "/me/first"): own.first,
        ("POST", "/me/remove"): own.remove,
        ("GET", "/rota"): rota.page,
        ("POST", "/rota/shift"): rota.add_shift,
        ("POST", "/rota/shift/drop"): rota.drop_shift,
        ("POST", "/rota/stand-in"): rota.stand_in,
        ("POST", "/rota/stand-in/drop"): rota.drop_stand_in,
        ("POST", "/rota/aid"): rota.ask_aid,
        ("POST", "/rota/aid/accept"): rota.accept_aid,
        ("POST", "/rota/aid/end"): rota.end_aid,
        ("POST", "/drill"): rota.drill,
        ("GET", "/log"): work.log,
        ("GET", "/questions"): asked.board,
        ("POST", "/questions/relay"): asked.relay,
        ("GET", "/questions/{key}"): asked.one,
        ("POST", "/questions/{key}/claim"): asked.claim,
        ("POST", "/questions/{key}/answer"): asked.answer,
        ("POST", "/questions/{key}/hand-on"): asked.hand_on,
        ("POST", "/questions/{key}/editor"): asked.to_editor,
        ("POST", "/questions/{key}/urgent"): asked.urgent,
        ("POST", "/questions/{key}/people"): asked.people,
        ("POST", "/questions/{key}/draft"): asked.draft,
        ("GET", "/offers"): homes.board,
        ("GET", "/offers/{key}"): homes.one,
        ("POST", "/offers/{key}/taken-up"): homes.taken_up,
        ("POST", "/offers/{key}/close"): homes.close,
        ("POST", "/offers/{key}/put-back"): homes.put_back,
        ("GET", "/drafts/{draft}"): draft.one,
        ("POST", "/drafts/{draft}/save"): draft.save,
        ("POST", "/drafts/{draft}/review"): draft.review,
        ("POST", "/drafts/{draft}/publish"): draft.publish,
        ("GET", "/units"): rota.units,
        ("GET", "/c/{code}"): work.case,
        ("GET", "/c/{code}/news"): work.news,
        ("POST", "/c/{code}/seen"): watching.seen,
        ("POST", "/c/{code}/reason"): work.reason,
        ("POST", "/c/{code}/take"): work.take,
        ("POST", "/c/{code}/write"): work.write,
        ("POST", "/c/{code}/note"): work.note,
        ("POST", "/c/{code}/clock"): work.clock,
        ("POST", "/c/{code}/offer"): work.offer,
        ("POST", "/c/{code}/take-back"): work.take_back,
        ("POST", "/c/{code}/accept"): work.accept,
        ("POST", "/c/{code}/decline"): work.decline,
        ("POST", "/c/{code}/close"): work.close,
        ("POST", "/c/{code}/reopen"): work.reopen,
        ("POST", "/c/{code}/handed-over"): work.handed_over,
    }
    routes: list[Route] = [gate.route(method, path, handler) for (method, path), handler in handlers.items()]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Protected, site=site)],
        exception_handlers=_handlers(pages),  # type: ignore[arg-type]
    )
    app.state.pages = pages
    return app


def _handlers(pages: Pages) -> dict[Any, Any]:
    def answer(status: int) -> Any:
        async def handler(request: Request, fault: Exception) -> Response:
            return pages.fault(request, fault.status_code if isinstance(fault, HTTPException) else status)

        return handler

    async def gone(request: Request, fault: Exception) -> Response:
        return Response(status_code=400)  # nobody is there to read it

    return {
        HTTPException: answer(404),
        BadForm: answer(400),
        TooLarge: answer(413),
        StoreUnavailable: answer(503),
        ClientDisconnect: gone,
        Exception: answer(500),
    }
