"""Staff sign in: an invitation once, then a password and six digits. Whatever is wrong, the answer is the same.

Slow hashes are made in threads and outside of transactions. Sessions live in the database, so ending one counts at once.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import blake2b, sha256

from bot.domain import guessing, passes
from bot.domain.audit import SYSTEM, Action, Happening, Ref, Thing
from bot.domain.messages import Text, say
from bot.domain.passwords import Weak, normalized, weakness
from bot.domain.people import Staff
from bot.services.console_ports import Account, RowBox, SecondFactor, Session, SlowHash
from bot.services.ports import Clock, Store, Tx

INVITE = "invite"  # the kind of the link
INVITE_LIVES = timedelta(days=7)
IDLE = timedelta(minutes=30)
AT_MOST = timedelta(hours=8)
_SEEN_EVERY = timedelta(seconds=30)
_WEAK = {
    Weak.TOO_SHORT: say("The password is too short: 15 characters or more. Four or five words are good."),
    Weak.TOO_LONG: say("The password is too long: 128 characters at most."),
    Weak.GUESSABLE: say("The password is easy to guess. Take words that have nothing to do with you or your work."),
}


class NotYet(Exception):
    """The invitation cannot be used so. `why` is a sentence for the person."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.msgid)
        self.why = why


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom an invitation is for."""

    person: Staff
    sign_in: str


@dataclass(frozen=True, slots=True)
class Factor:
    """A second factor on offer: `address` for a QR code, `typeable` for who cannot scan, `kept` to come back with the form."""

    address: str = field(repr=False)
    typeable: str = field(repr=False)
    kept: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`left`: seconds until the session ends by itself. `stays`: doing something puts that off."""

    person: Staff
    session: Session
    token: str = field(repr=False)
    left: int
    stays: bool


class SignIn:
    """`issuer`: what the authenticator app calls us. `secret` keys the hashes of sources."""

    def __init__(
        self, *, store: Store, clock: Clock, slow: SlowHash, factor: SecondFactor, box: RowBox, secret: bytes, issuer: str
    ) -> None:
        self._store = store
        self._clock = clock
        self._slow = slow
        self._factor = factor
        self._box = box
        self._secret = secret[:64]
        self._issuer = issuer

    # --- the invitation -----------------------------------------------------------------------------------------------------

    async def invited(self, token: str) -> Invited | None:
        """Return whom the invitation is for; looking uses nothing up."""
        now = self._clock.now()

        def look(tx: Tx) -> Invited | None:
            target = tx.reports.link(passes.mark(token), INVITE, now)
            person, account = (tx.people.staff(target), tx.sessions.account_of(target)) if target else (None, None)
            return Invited(person, account.sign_in) if person and account and person.active else None

        return await self._store.read(look)

    def new_factor(self, token: str, sign_in: str, kept: str = "") -> Factor:
        """Return the second factor to set up: a new one, or the one that came back with the form."""
        secret = self._kept(token, kept) or self._factor.new_secret()
        sealed = self._box.seal(secret.hex(), "invite", "totp", passes.mark(token)).hex()
        return Factor(self._factor.address(secret, sign_in, self._issuer), self._factor.typeable(secret), sealed)

    def _kept(self, token: str, kept: str) -> bytes:
        try:
            return bytes.fromhex(self._box.open(bytes.fromhex(kept), "invite", "totp", passes.mark(token)))
        except (ValueError, self._box.fault):
            return b""

    async def accept(self, token: str, *, password: str, again: str, code: str, kept: str) -> str:
        """Use the invitation up and return a session. Raises NotYet."""
        now, known = self._clock.now(), await self.invited(token)
        if known is None:
            raise NotYet(say("This invitation has been used, or its time is over. Ask for a new one."))
        if weak := weakness(password, (known.person.name, known.sign_in, known.person.unit)):
            raise NotYet(_WEAK[weak])
        if normalized(password) != normalized(again):
            raise NotYet(say("The two passwords differ. Write the same one twice."))
        secret = self._kept(token, kept)
        step = self._factor.accepted(secret, code, now, 0) if secret else None
        if step is None:
            raise NotYet(say("The six digits are wrong or too old. Take those that the app shows now."))
        hashed = await asyncio.to_thread(self._slow.make, normalized(password))
        person = known.person.id
        sealed = self._box.seal(secret.hex(), "staff", "totp", str(person))

        def work(tx: Tx) -> str:
            if tx.reports.use_link(passes.mark(token), (INVITE,), now) is None:
                raise NotYet(say("This invitation has been used, or its time is over. Ask for a new one."))
            tx.sessions.end_all(person)
            tx.sessions.enroll(person, hashed, sealed, step)
            return self.let_in(tx, person)

        return await self._store.write(work)

    # --- signing in and out -------------------------------------------------------------------------------------------------

    async def enter(self, sign_in: str, password: str, code: str, *, source: str, instead_of: str = "") -> str | None:
        """Return a new session, None for whatever is wrong. `source`: where it comes from; `instead_of`: the session so far."""
        now = self._clock.now()
        name = sign_in.strip().casefold()[:80]
        marks = (self._mark("source", source), self._mark("target", name))
        account, waits = await self._store.read(lambda tx: (tx.sessions.account(name), self._waits(tx, marks)))
        if waits:
            return None
        usable = account if account and account.active and account.password else None
        secret = normalized(password)[:1000]
        right = await asyncio.to_thread(self._slow.check, usable.password if usable else None, secret)
        old = usable and right and self._slow.outdated(usable.password)  # an older pepper, or weaker than we now hash
        renewed = await asyncio.to_thread(self._slow.make, secret) if old else ""
        step = self._factor.accepted(self._secret_of(usable), code, now, usable.totp_step if usable else 0)

        def work(tx: Tx) -> str | None:
            if usable and right and step is not None and tx.sessions.use_step(usable.staff, step):
                tx.sessions.end(_mark(instead_of))
                if renewed:
                    tx.sessions.renew(usable.staff, renewed)
                return self.let_in(tx, usable.staff)
            tx.sessions.failed(marks, now)
            about = Ref(Thing.STAFF, account.staff) if account else SYSTEM
            tx.log([Happening(SYSTEM, Action.SIGN_IN_REFUSED, about)], now)
            return None

        return await self._store.write(work)

    def let_in(self, tx: Tx, person: int) -> str:
        """Sign that person in without asking anything, and return the session. Whoever calls this has asked."""
        now, token = self._clock.now(), secrets.token_urlsafe(16)
        session = tx.sessions.open(_mark(token), person, now)
        tx.log([Happening(Ref(Thing.STAFF, person), Action.SIGNED_IN, Ref(Thing.SESSION, session))], now)
        return token

    async def who(self, token: str, *, acts: bool = True) -> SignedIn | None:
        """Return who is signed in by that token. `acts` False: a page that looks by itself does not keep the session awake."""
        now = self._clock.now()

        def look(tx: Tx) -> SignedIn | None:
            session = tx.sessions.find(_mark(token))
            person = tx.people.staff(session.staff) if session else None
            if not session or not person or not person.active:
                return None
            idle, over = session.seen_at + IDLE, session.created_at + AT_MOST
            left = (min(idle, over) - now).total_seconds()
            return SignedIn(person, session, token, int(left), idle < over) if left > 0 else None

        found = await self._store.read(look) if token else None
        if found and acts and now - found.session.seen_at > _SEEN_EVERY:
            await self._store.write(lambda tx: tx.sessions.seen(_mark(token), now))
        return found

    async def leave(self, who: SignedIn, *, everywhere: bool = False) -> None:
        now, person = self._clock.now(), who.person.id

        def work(tx: Tx) -> None:
            tx.sessions.end_all(person) if everywhere else tx.sessions.end(_mark(who.token))
            tx.log([Happening(Ref(Thing.STAFF, person), Action.SIGNED_OUT, Ref(Thing.SESSION, who.session.id))], now)

        await self._store.write(work)

    # --- parts --------------------------------------------------------------------------------------------------------------

    def _waits(self, tx: Tx, marks: tuple[str, str]) -> bool:
        now = self._clock.now()
        for mark, limits in zip(marks, (guessing.BY_SOURCE, guessing.BY_TARGET), strict=True):
            failures = tx.sessions.failures(mark, now - guessing.keep_failures(limits))
            if guessing.wait(failures, now, limits):
                return True
        return False

    def _secret_of(self, account: Account | None) -> bytes:
        if account is None:
            return self._factor.new_secret()
        try:
            return bytes.fromhex(self._box.open(account.totp, "staff", "totp", str(account.staff)))
        except self._box.fault:
            return self._factor.new_secret()  # sealed with a key that is gone: nothing can be right

    def _mark(self, kind: str, what: str) -> str:
        raw = f"{kind}\n{what}".encode("utf-8", "surrogatepass")
        return blake2b(raw, key=self._secret, digest_size=32, person=b"bot.guessing").hexdigest()


def _mark(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
