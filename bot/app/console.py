"""Builds the staff console out of its parts, and puts it in front of the chat at /staff."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from starlette.applications import Starlette

from bot.adapters import totp
from bot.adapters.slow_hash import SlowHash
from bot.adapters.texts.editing.draft_folder import DraftFolder
from bot.adapters.vault import RowBox, Tampered
from bot.adapters.web.console import ROOT
from bot.adapters.web.console.site import console_app
from bot.adapters.web.ports import Site
from bot.app import config, demo
from bot.app.casework import Casework
from bot.app.channels import Channels
from bot.app.content import Content
from bot.services.desk import Desk
from bot.services.draft_desk import DraftDesk
from bot.services.mutual_aid import MutualAid
from bot.services.offer_desk import OfferDesk
from bot.services.ports import Clock, Store
from bot.services.question_desk import QuestionDesk
from bot.services.render import Renderer
from bot.services.roster import Roster
from bot.services.sign_in import SignIn
from bot.services.ways import Ways

ISSUER = "First answers"


class Box(RowBox):
    """services.console_ports.RowBox."""

    fault = Tampered


@dataclass(slots=True)
class Console:
    """The whole console, and what opens its sessions."""

    app: Starlette
    sign_in: SignIn


def signing_in(settings: config.Settings, store: Store, clock: Clock, secret: bytes) -> SignIn:
    factor = SimpleNamespace(new_secret=totp.new_secret, accepted=totp.accepted, address=totp.address, typeable=totp.typeable)
    slow, box = SlowHash([secret.decode()]), Box([secret.decode()])
    issuer = settings.operator or ISSUER
    return SignIn(store=store, clock=clock, slow=slow, factor=factor, box=box, secret=secret, issuer=issuer)


def build(
    settings: config.Settings,
    content: Content,
    work: Casework,
    *,
    store: Store,
    clock: Clock,
    channels: Channels,
    renderer: Renderer,
    secret: bytes,
) -> Console:
    sign_in = signing_in(settings, store, clock, secret)
    desk = Desk(
        store=store,
        clock=clock,
        speaker=work.speaker,
        vault=work.sealing,
        committed=channels.look,
        acted=work.alerting.wake,
    )
    address = f"{settings.public_url}{ROOT}" if settings.public_url else ""
    telegram = channels.telegram
    drafts = DraftFolder(settings.content_dir, settings.locales_dir, settings.drafts_dir)
    app = console_app(
        sign_in=sign_in,
        desk=desk,
        cases=work.cases,
        ways=Ways(
            store=store,
            clock=clock,
            speaker=work.speaker,
            roll_call=work.alerting.roll_call,
            console=address,
            name_of=telegram.named if telegram else _nameless,
            committed=channels.look,
        ),
        roster=Roster(store=store, clock=clock, alerting=work.alerting, vault=work.sealing),
        aid=MutualAid(store=store, clock=clock, alerting=work.alerting, speaker=work.speaker, committed=channels.look),
        questions=QuestionDesk(
            store=store,
            clock=clock,
            speaker=work.speaker,
            asked=work.asked,
            drafts=drafts,
            committed=channels.look,
            interpreter=channels.interpreter,
        ),
        offers=OfferDesk(store=store, clock=clock, speaker=work.speaker, committed=channels.look),
        drafts=DraftDesk(store=store, clock=clock, drafts=drafts),
        bot_name=lambda: telegram.bot.own_name if telegram else "",
        store=store,
        renderer=renderer,
        clock=clock,
        phrases=content.phrases,
        interprets=bool(work.interpreting.where),
        site=Site(settings.public_url, "", settings.operator, secret),
        made_up=demo.SIGN_INS if demo.is_demonstration(settings) else (),
    )
    return Console(app, sign_in)


async def _nameless(key: str) -> str:
    return ""


def with_console(web: Any, console: Console) -> Any:
    """Return one ASGI application of the two."""

    async def asgi(scope: dict, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        if path != ROOT and not path.startswith(f"{ROOT}/"):
            await web(scope, receive, send)
            return
        full = path if path != ROOT else f"{ROOT}/"
        await console.app({**scope, "path": full, "root_path": ROOT}, receive, send)

    return asgi


def beside(web: object, doors: dict[str, object]) -> object:
    """Return the web side with more doors by their paths, each with its own rules for what may come in."""

    async def asgi(scope: dict, receive: object, send: object) -> None:
        door = doors.get(scope["path"], web) if scope["type"] == "http" else web
        await door(scope, receive, send)  # type: ignore[operator]

    return asgi
