"""How the bot looks and how updates come to it: commands, name and descriptions per language; webhook or none.

Read first and written only where it differs: these calls have tight limits that a restart loop would use up. Waiting updates
are never dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any

import structlog
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot.adapters.telegram.request import LeanBot
from bot.adapters.telegram.send import TelegramGateway
from bot.adapters.telegram.translate import KINDS_WANTED
from bot.domain.content import Catalog
from bot.domain.messages import N_
from bot.services.ports import Translator

log = structlog.get_logger()

PAUSES_S = (1.0, 2.0, 5.0, 15.0, 60.0)
MAX_CONNECTIONS = 40

COMMANDS = {
    "start": N_("Start"),
    "home": N_("Topics"),
    "language": N_("Change the language"),
    "place": N_("Change place"),
    "child": N_("A child is alone"),
    "person": N_("A person to talk to"),
    "helping": N_("I am helping somebody"),
    "help": N_("Help"),
    "privacy": N_("What we store"),
}
IN_GROUPS = {"answer": N_("Answer the message that you reply to")}
# Field -> the sentence and how many characters Telegram takes.
TEXTS = {
    "name": (N_("First answers in Sweden"), 64),
    "short_description": (N_("Answers for people who came from Ukraine to Sweden. In danger call 112."), 120),
    "description": (
        N_(
            "In danger call 112, free from any phone.\n\n"
            "Here you get short answers about your first days in Sweden: where to sleep, papers, money, school, a doctor. "
            "And what to do when a child is alone.\n\n"
            "A machine answers. It is not the police and not Migrationsverket. It is free."
        ),
        512,
    ),
}
_SUFFIX = {"name": "Name", "short_description": "ShortDescription", "description": "Description"}


class Profile:
    """`keep` brings everything into place and returns when it stands."""

    def __init__(
        self,
        telegram: TelegramGateway,
        translator: Translator,
        catalog: Catalog,
        *,
        pauses_s: tuple[float, ...] = PAUSES_S,
    ) -> None:
        self._bot: LeanBot = telegram.bot
        self._translator = translator
        self._catalog = catalog
        self._pauses_s = pauses_s

    async def keep(self, *, webhook_url: str = "", secret: str = "") -> None:
        """Set how updates come, learn our username, set the texts. Tries for ever; what is refused is logged and left."""
        await self._until_done("receiving", lambda: self._receive(webhook_url, secret))
        await self._until_done("greet", self._bot.greet)
        for code, language in self._codes():
            await self._until_done("commands", lambda c=code, lang=language: self._keep_commands(c, lang))
            for field in TEXTS:
                await self._until_done(field, lambda f=field, c=code, lang=language: self._keep_text(f, c, lang))
        log.info("profile_kept", mode="webhook" if webhook_url else "poll")

    def _codes(self) -> Iterator[tuple[str, str]]:
        """Yield (code of the app, our language). '' is for every app language that nobody claims: the first of ours."""
        seen = set()
        for language in self._catalog.languages:
            for code in ("" if not seen else language.code, language.code, *language.telegram):
                if code not in seen:
                    seen.add(code)
                    yield code, language.code

    async def _receive(self, url: str, secret: str) -> None:
        if url:  # always set, as Telegram does not tell the secret it has
            await self._bot.call(
                "setWebhook",
                url=url,
                secret_token=secret,
                max_connections=MAX_CONNECTIONS,
                allowed_updates=list(KINDS_WANTED),
            )
        elif (await self._bot.call("getWebhookInfo")).get("url"):
            await self._bot.call("deleteWebhook")

    async def _keep_commands(self, code: str, language: str) -> None:
        for commands, scope in ((COMMANDS, {}), (IN_GROUPS, {"scope": {"type": "all_group_chats"}})):
            wanted = [{"command": c, "description": self._words(language, m, 256)} for c, m in commands.items()]
            where = {**scope, **({"language_code": code} if code else {})}
            if await self._bot.call("getMyCommands", **where) != wanted:
                await self._bot.call("setMyCommands", commands=wanted, **where)

    async def _keep_text(self, field: str, code: str, language: str) -> None:
        wanted = self._words(language, *TEXTS[field])
        where: dict[str, Any] = {"language_code": code} if code else {}
        standing = await self._bot.call(f"getMy{_SUFFIX[field]}", **where)
        if standing.get(field) != wanted:
            await self._bot.call(f"setMy{_SUFFIX[field]}", **{field: wanted}, **where)

    def _words(self, language: str, msgid: str, at_most: int) -> str:
        return self._translator.sentence(language, msgid)[:at_most]

    async def _until_done(self, kind: str, work: Callable[[], Awaitable[object]]) -> None:
        for attempt in range(1, 1_000_000):
            try:
                await work()
                return
            except TelegramError as fault:
                wait = self._pauses_s[min(attempt, len(self._pauses_s)) - 1]
                if isinstance(fault, RetryAfter):
                    pause = fault.retry_after
                    wait = max(wait, pause.total_seconds() if isinstance(pause, timedelta) else pause)
                final = isinstance(fault, BadRequest) and kind != "receiving"
                alarm = final or isinstance(fault, BadRequest | InvalidToken)
                log.warning("profile_not_kept", kind=kind, error=type(fault).__name__, attempt=attempt, alarm=alarm)
                if final:
                    return
                await asyncio.sleep(wait)
