"""`python -m bot doctor`: what is set, what is missing, and what to do about it. Sends nothing to anybody."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

from telegram.error import InvalidToken, TelegramError

from bot.adapters.meaning.opinion import available
from bot.adapters.store import migrate
from bot.adapters.telegram.request import LeanBot
from bot.adapters.texts.check import check
from bot.adapters.texts.due import due
from bot.adapters.texts.load import load
from bot.adapters.translating import LibreTranslate
from bot.app.config import Settings
from bot.app.content import unlearnt
from bot.app.oncall import looked_up
from bot.app.staff_channels import mail_gateway, set_up, sms_gateway
from bot.app.wiring import SystemClock
from bot.domain.people import takes_cases
from bot.services.case_ports import NotInterpreted
from bot.services.ports import StoreUnavailable, Tx

WAL_SAFE = ((3, 51, 3), (3, 50, 7))
LOW_DISK_GB = 1.0

Finding = tuple[str, str, str]  # "ok", "note" or "fault"; what; what to do


async def examine(settings: Settings) -> int:
    """Print one line each. Return 1 when something must be mended before the service can do its work."""
    faults = 0
    for part in (_content, _model, _database, _disk, _clock, _web, _telegram, _mail, _sms, _on_call, _translating):
        async for level, what, advice in part(settings):
            faults += level == "fault"
            print(f"{level:6}{what}" + (f"\n      -> {advice}" if advice else ""))
    print(f"{faults} faults" if faults else "Ready.")
    return 1 if faults else 0


async def _content(settings: Settings) -> AsyncIterator[Finding]:
    found = check(settings.content_dir, settings.locales_dir, date.today())
    if found:
        yield "fault", f"content: {len(found)} faults", "python -m bot check names each with file and line"
    else:
        yield "ok", "content: in order", ""
    tasks = due(settings.content_dir, date.today())
    late, near, waiting = len(tasks.overdue), len(tasks.soon), len(tasks.standing) + len(tasks.translations)
    if late or near or waiting:
        what = f"editors: {late} overdue (readers no longer get their figures), {near} due soon, {waiting} waiting"
        yield "note", what, "python -m bot freshness names each with file and line"


async def _model(settings: Settings) -> AsyncIterator[Finding]:
    if settings.model == "off":
        yield "ok", "model: switched off; words alone decide", ""
    elif not available():
        yield "note", "model: no wheel for this machine; words alone decide", "BOT_MODEL=off if that is meant"
    elif changed := unlearnt(settings):
        yield "note", f"model: {len(changed)} kinds of question have changed since it learnt them", "python -m bot learn"
    else:
        yield "ok", "model: has learnt all content", ""


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    sqlite = settings.database_url.startswith("sqlite")
    kind = "SQLite file" if sqlite else "PostgreSQL"
    try:
        schema = await migrate.schema(settings.database_url)
    except StoreUnavailable as fault:
        yield "fault", f"database: {kind} cannot be reached ({fault})", "check BOT_DATABASE_URL and that the server runs"
        return
    if schema == migrate.HEAD:
        yield "ok", f"database: {kind}, schema {schema}", ""
    elif schema is not None and schema not in migrate.revisions():
        yield "fault", f"database: schema {schema} is newer than this version ({migrate.HEAD})", "start the newer version"
    elif sqlite:
        yield "ok", f"database: {kind}, schema {schema or 'none'}; it is brought to {migrate.HEAD} at the next start", ""
    else:
        yield "fault", f"database: {kind}, schema {schema or 'none'}", "python -m bot migrate"
    if sqlite:
        version = sqlite3.sqlite_version_info
        safe = version >= WAL_SAFE[0] or (version[:2] == WAL_SAFE[1][:2] and version >= WAL_SAFE[1])
        if not safe:
            yield (
                "note",
                f"database: SQLite {sqlite3.sqlite_version} has a fault when two connections write and checkpoint at once",
                "we write and checkpoint by one connection only; open the file with nothing else while the service runs",
            )


async def _disk(settings: Settings) -> AsyncIterator[Finding]:
    folder = Path(settings.database_url.removeprefix("sqlite:///")).parent
    if not settings.database_url.startswith("sqlite") or not folder.exists():
        folder = settings.content_dir
    free = shutil.disk_usage(folder).free / 1e9
    level = "fault" if free < LOW_DISK_GB else "ok"
    yield level, f"disk: {free:.1f} GB free", "make room: a full disk stops the intake" if level == "fault" else ""


async def _clock(settings: Settings) -> AsyncIterator[Finding]:
    year = time.gmtime().tm_year
    if year < 2026:
        yield "fault", f"clock: the year is {year}", "set the machine's clock"
    else:
        yield "ok", f"clock: {time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime())} UTC", ""


async def _web(settings: Settings) -> AsyncIterator[Finding]:
    yield "ok", f"web chat: {settings.local_url}/", ""
    if not settings.public_url:
        yield "note", "web chat: no public address", "set BOT_PUBLIC_URL when people are to reach it from outside"
    if not settings.operator:
        yield "note", "operator: not named, readers see a demonstration", "set BOT_OPERATOR to the municipality's name"


async def _telegram(settings: Settings) -> AsyncIterator[Finding]:
    if not settings.telegram_token:
        yield "note", "telegram: off", "set BOT_TELEGRAM_TOKEN (from BotFather); without one: make simulate"
        return
    bot = LeanBot(settings.telegram_token, settings.telegram_api_url)
    try:
        me = await bot.call("getMe")
        yield "ok", f"telegram: the token is that of @{me.get('username', '?')}", ""
        hook = await bot.call("getWebhookInfo")
        wanted, standing = settings.telegram_mode == "webhook", str(hook.get("url", ""))
        if wanted and not standing.startswith(settings.public_url):
            yield "note", "telegram: the webhook is not ours yet", "it is set at the next start"
        elif not wanted and standing:
            yield "note", "telegram: a webhook is set although the mode is poll", "it is taken away at the next start"
        else:
            yield "ok", f"telegram: updates come by {settings.telegram_mode}", ""
        if hook.get("last_error_message"):
            yield "note", "telegram: the last webhook call failed", "see that BOT_PUBLIC_URL is reachable from outside"
    except InvalidToken:
        yield "fault", "telegram: the token is refused", "copy it again from BotFather; check BOT_TELEGRAM_API_URL"
    except TelegramError as fault:
        yield "fault", f"telegram: not reached ({type(fault).__name__})", "check the network and BOT_TELEGRAM_API_URL"
    finally:
        await bot.close_lines()


async def _mail(settings: Settings) -> AsyncIterator[Finding]:
    gateway = mail_gateway(settings, SystemClock())
    if gateway is None:
        yield "note", "mail: off", "set BOT_SMTP_URL and BOT_MAIL_FROM when staff are to be reached by mail"
        return
    trouble = await gateway.unreachable()
    if trouble:
        yield "fault", f"mail: the server cannot be used ({trouble})", "check BOT_SMTP_URL: host, port, TLS, user and password"
    else:
        yield "ok", "mail: the server answers and takes our login", ""


async def _sms(settings: Settings) -> AsyncIterator[Finding]:
    gateway = sms_gateway(settings, SystemClock())
    if gateway is None:
        yield "note", "sms: off", "set BOT_SMS_URL and BOT_SMS_FROM when staff are to be reached by SMS"
        return
    trouble = await gateway.unreachable()
    if trouble:
        yield "fault", f"sms: the gateway cannot be reached ({trouble})", "check BOT_SMS_URL and the network"
    else:
        yield "ok", f"sms: the gateway ({settings.sms_preset}) can be reached; its login shows with the first SMS", ""
    if not settings.sms_reply_secret:
        yield "note", "sms: replies are off, nobody can take a case by SMS", "set BOT_SMS_REPLY_SECRET (openssl rand -hex 32)"
    elif not settings.sms_from.startswith("+"):
        yield "note", "sms: nobody can reply to a name", "set BOT_SMS_FROM to a number of yours that takes SMS"


async def _on_call(settings: Settings) -> AsyncIterator[Finding]:
    """Staff who were verified on a channel that is not set up: their shifts are gaps."""
    try:
        found = await looked_up(settings, lambda tx: _cut_off(tx, set_up(settings)))
    except StoreUnavailable:
        return  # said above
    for channel, (people, on_shifts) in sorted((found or {}).items()):
        setting = {"telegram": "BOT_TELEGRAM_TOKEN", "mail": "BOT_SMTP_URL", "sms": "BOT_SMS_URL"}.get(channel, "its settings")
        what = f"on call: {people} of staff can be reached only by {channel}, which is not set up; {on_shifts} of them on a shift"
        advice = f"set {setting}, or let them add another way; until then they cannot be put on call, and their shifts are gaps"
        yield "fault" if on_shifts else "note", what, advice


def _cut_off(tx: Tx, channels: frozenset[str]) -> dict[str, tuple[int, int]]:
    """Return by channel how many can be reached by it alone though it is not set up, and how many of them are on a shift."""
    found: dict[str, tuple[int, int]] = {}
    for unit in tx.people.units():
        planned = {shift.staff for shift in tx.people.shifts(unit.id)}
        for person in tx.people.staff_of(unit.id):
            own = [m.address.channel for m in tx.people.methods([person.id]) if m.works]
            if person.active and takes_cases(person.roles) and own and not channels & set(own):
                people, on_shifts = found.get(own[0], (0, 0))
                found[own[0]] = people + 1, on_shifts + (person.id in planned)
    return found


async def _translating(settings: Settings) -> AsyncIterator[Finding]:
    if not settings.translate_url:
        yield "ok", "machine translation: off; no words go to any machine", ""
        return
    machine = LibreTranslate(settings.translate_url, settings.translate_key)
    what = f"machine translation: on; what reporters and staff write in cases goes to {machine.where}"
    yield "note", what, "see that you may send them there (docs/console.md); unset BOT_TRANSLATE_URL when not"
    try:
        missing = {language.code for language in load(settings.content_dir).languages} - await machine.languages()
        if missing:
            yield "note", f"machine translation: it does not know {', '.join(sorted(missing))}", "load these languages there"
        else:
            yield "ok", "machine translation: it answers and knows all our languages", ""
    except NotInterpreted as fault:
        yield "fault", f"machine translation: no answer ({fault.why})", "check BOT_TRANSLATE_URL; until then there is none"
    finally:
        await machine.close()
