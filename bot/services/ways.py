"""How staff are reached: each person's own ways, verified before they count, tried in their order."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from bot.domain import guessing, passes, phones
from bot.domain.audit import Action, Happening, Ref, Thing
from bot.domain.events import Address
from bot.domain.messages import Button, Line, Message, say
from bot.domain.people import Method, Staff
from bot.services.cases import Refused
from bot.services.ports import Clock, Store, Tx
from bot.services.roll_call import Question, RollCall
from bot.services.speak import Saying, Speaker

TELEGRAM, MAIL, SMS = "telegram", "mail", "sms"
KINDS = (TELEGRAM, MAIL, SMS)
AT_MOST = 8
UNOPENED = "?"  # begins the key of a Telegram account that is not known yet
PAGES_COME_HERE = say("Done. Pages for your shifts come here. They never carry a name.")
LINK_LIVES, CODE_LIVES = timedelta(minutes=15), timedelta(minutes=30)
_CODE = "code"  # the kind of the link behind a code
_DIGITS = 8
_MAIL = re.compile(r"[^\s@<>,;\"]{1,64}@[A-Za-z0-9.-]{1,54}\.[A-Za-z]{2,20}")


@dataclass(frozen=True, slots=True)
class Way:
    """One way as its owner sees it. `pending`: it waits to be verified. `linked`: an account, `shown`, opened its link.

    `counts`: pages can go by it; False also where this service is not set up to send there.
    """

    method: Method
    pending: bool
    shown: str
    linked: bool = False
    counts: bool = False


class Ways:
    """`console`: its address, '' when there is none. `committed` is told which addresses got new rows.

    `name_of`: asks Telegram what an account calls itself, '' when it does not say.
    """

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        speaker: Speaker,
        roll_call: RollCall,
        console: str,
        name_of: Callable[[str], Awaitable[str]],
        committed: Callable[[Sequence[Address]], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._speaker = speaker
        self._roll_call = roll_call
        self._console = console
        self._name_of = name_of
        self._committed = committed

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the channels that this service can send by at all."""
        return tuple(kind for kind in KINDS if self._speaker.can_reach(Address(kind, "")))

    async def of(self, person: Staff) -> list[Way]:
        methods = await self._store.read(lambda tx: tx.people.methods([person.id]))
        reached = {m.id for m in methods if m.works and self._speaker.can_reach(m.address)}
        return [Way(m, m.verified_at is None, await self._shown(m), _linked(m), m.id in reached) for m in methods]

    async def questions(self, person: Staff) -> list[Question]:
        """Return what the person is asked before a duty of theirs."""
        now = self._clock.now()
        return await self._store.read(lambda tx: self._roll_call.questions(tx, person, now))

    async def question(self, token: str) -> Question | None:
        """Return what the link in a message asks; None where it asks nothing any more."""
        now = self._clock.now()
        found = await self._store.read(lambda tx: self._roll_call.question(tx, token, now))
        return found[1] if found else None

    async def answer(self, token: str, person: Staff | None = None) -> bool:
        """Note that the question reached whoever holds the link, or `person` who is signed in. Return whether it was asked."""
        now = self._clock.now()

        def work(tx: Tx) -> bool:
            found = self._roll_call.question(tx, token, now)
            if found is None or (person and found[0].staff != person.id):
                return False
            self._roll_call.confirm(tx, found[0], now)
            return True

        return await self._store.write(work)

    async def _shown(self, method: Method) -> str:
        """Return how the owner knows it. An account's name is asked for when it is shown, and kept nowhere."""
        key = method.address.key
        if method.address.channel != TELEGRAM:
            return phones.shown(key) if method.address.channel == SMS else key
        return await self._name_of(key) if _linked(method) else ""

    async def confirm(self, person: Staff, id_: int) -> None:
        """The owner says that the Telegram account which opened the link is theirs: from now on it counts. Raises Refused."""
        now = self._clock.now()

        def work(tx: Tx) -> list[Address]:
            method = next((m for m in tx.people.methods([person.id]) if m.id == id_ and _linked(m)), None)
            other = tx.people.by_address(method.address) if method else None
            if method is None or other:
                raise Refused(say("There is nothing to confirm here. Make a new link."))
            tx.people.mark_method(id_, verified_at=now, dead=False)
            saying = Saying(method.address, Message((Line(PAGES_COME_HERE),), bare=True), person.language)
            rows = self._speaker.rows(saying, now)
            tx.put_deliveries(rows, now, "")
            tx.log([_changed(person)], now)
            return [row.to for row in rows]

        self._committed(await self._store.write(work))

    async def add_telegram(self, person: Staff) -> str:
        """Return the token of a link that makes the Telegram account that opens it one of the person's ways."""
        now, token = self._clock.now(), passes.token(secrets.token_bytes(16))

        def work(tx: Tx) -> None:
            method = self._added(tx, person, TELEGRAM, UNOPENED + secrets.token_hex(8))
            tx.reports.put_link(passes.mark(token), "method", method, now + LINK_LIVES)
            tx.log([_changed(person)], now)

        await self._store.write(work)
        return token

    async def add(self, person: Staff, kind: str, typed: str) -> None:
        """Add an e-mail address or a number and send a code there. Raises Refused."""
        now, key = self._clock.now(), ""
        if kind == SMS:
            key = phones.e164(typed)
        elif kind == MAIL and _MAIL.fullmatch(typed.strip()):
            key = typed.strip().lower()
        if not key or kind not in self.kinds:
            raise Refused(say("This is no address or number that we can send to. Write it as 070-123 45 67 or anna@example.se."))
        code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"

        def work(tx: Tx) -> list[Address]:
            mine = {m.address.key: m for m in tx.people.methods([person.id]) if m.address.channel == kind}
            if key in mine and mine[key].works:
                raise Refused(say("You have that one already."))
            method = mine[key].id if key in mine else self._added(tx, person, kind, key)
            tx.reports.put_link(_mark(method, code), _CODE, method, now + CODE_LIVES)
            line = Line(say("Your code is {code}. Type it at the console, so that pages reach you here.", code=code))
            opens = ((Button(say("Open the console"), url=f"{self._console}/me?code={code}"),),) if self._console else ()
            saying = Saying(Address(kind, key), Message((line,), opens, bare=True), person.language)
            rows = self._speaker.rows(saying, now)
            tx.put_deliveries(rows, now, "")
            tx.log([_changed(person)], now)
            return [row.to for row in rows]

        self._committed(await self._store.write(work))

    async def verify(self, person: Staff, typed: str) -> None:
        """Make the way that the code was sent to count. Raises Refused, with one answer to whatever is wrong."""
        now = self._clock.now()
        code = re.sub(r"\D", "", typed)
        mark = blake2b(f"way {person.id}".encode(), digest_size=32).hexdigest()

        def work(tx: Tx) -> bool:
            failures = tx.sessions.failures(mark, now - guessing.keep_failures(guessing.BY_SOURCE))
            if guessing.wait(failures, now, guessing.BY_SOURCE):
                return False
            for method in tx.people.methods([person.id]):
                if not method.works and tx.reports.use_link(_mark(method.id, code), (_CODE,), now):
                    other = tx.people.by_address(method.address)
                    if other and other.staff != person.id:
                        return False
                    tx.people.mark_method(method.id, verified_at=now, dead=False)
                    tx.log([_changed(person)], now)
                    return True
            tx.sessions.failed([mark], now)
            return False

        if not await self._store.write(work):
            raise Refused(say("This code is wrong or too old. Ask for a new one; after many tries wait some minutes."))

    async def remove(self, person: Staff, id_: int) -> None:
        await self._change(person, id_, lambda tx, own: tx.people.drop_method(id_))

    async def first(self, person: Staff, id_: int) -> None:
        """Let this way be tried before the others."""
        await self._change(person, id_, lambda tx, own: tx.people.place_method(id_, min(m.order for m in own) - 1))

    async def _change(self, person: Staff, id_: int, change: Callable[[Tx, list[Method]], None]) -> None:
        now = self._clock.now()

        def work(tx: Tx) -> None:
            own = tx.people.methods([person.id])
            if id_ in {m.id for m in own}:
                change(tx, own)
                tx.log([_changed(person)], now)

        await self._store.write(work)

    def _added(self, tx: Tx, person: Staff, kind: str, key: str) -> int:
        own = tx.people.methods([person.id])
        for method in own:
            if kind == TELEGRAM and method.address.channel == kind and method.verified_at is None:
                tx.people.drop_method(method.id)  # its link was never used
        if len(own) >= AT_MOST:
            raise Refused(say("Remove one first: these are enough."))
        return tx.people.add_method(person.id, kind, key, max((m.order for m in own), default=-1) + 1)


def _mark(method: int, code: str) -> str:
    return blake2b(f"{method} {code}".encode(), digest_size=16, person=b"bot.way.code").hexdigest()


def _linked(method: Method) -> bool:
    """Return whether an account has opened the link and its owner has not said yet that it was them."""
    return method.address.channel == TELEGRAM and method.verified_at is None and not method.address.key.startswith(UNOPENED)


def _changed(person: Staff) -> Happening:
    return Happening(Ref(Thing.STAFF, person.id), Action.STAFF_CHANGED, Ref(Thing.STAFF, person.id))


def linked(tx: Tx, id_: int, address: Address, language: str | None, now: datetime) -> Saying:
    """The link to an account of staff was opened: it counts once they say at the console that it was them."""
    method, known = tx.people.method(id_), tx.people.by_address(address)
    person = tx.people.staff(method.staff) if method else None
    if method is None or person is None or method.address.channel != address.channel or (known and known.staff != person.id):
        text = say("This link is for another chat. Ask for a new one at the console.")
        return Saying(address, Message((Line(text),), bare=True), language)
    if known:
        tx.people.drop_method(id_)  # the account is a way of theirs already
        tx.people.mark_method(known.id, verified_at=now, dead=False)
        text = PAGES_COME_HERE
    else:
        tx.people.set_address(id_, address.key)
        text = say("Almost done. Open My ways at the console and say there that this account is yours.")
    return Saying(address, Message((Line(text),), bare=True), person.language)
