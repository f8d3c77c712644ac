"""Machine translation of free words in a case: asked for once they are stored and delivered, shown beside them, never instead.

What is to be translated is a row, written with the words; the machine is asked outside of any transaction, with a deadline. If
it fails there is no translation, and nothing else is different. Where no machine is set up no word leaves.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain import interpreted
from bot.domain.events import Address
from bot.domain.messages import Message
from bot.domain.people import Do, may
from bot.domain.report import BY_ID, Report, label
from bot.services.alerting import Alerting
from bot.services.case_ports import Interpreter, Locked, NotInterpreted, Vault
from bot.services.for_ever import for_ever
from bot.services.ports import Clock, Store, Tx
from bot.services.speak import Saying, Speaker

log = structlog.get_logger()

LOOK_EVERY_S = 1.0
AT_ONCE = 8
LEASE = timedelta(seconds=30)  # longer than the machine is waited for: two processes never ask for the same
ANSWER = "answer."  # part of a case: an answer in the reporter's own words; anything else is the mark of a post


@dataclass(frozen=True, slots=True)
class _Asked:
    report: Report
    part: str
    language: str
    words: str
    source: str
    tries: int


class Interpreting:
    """`interpreter` None: nothing is ever translated. `first`: the language of who has chosen none.

    `committed` is told which addresses got new rows.
    """

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        interpreter: Interpreter | None,
        speaker: Speaker,
        alerting: Alerting,
        vault: Vault,
        first: str,
        committed: Callable[[Sequence[Address]], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._interpreter = interpreter
        self._speaker = speaker
        self._alerting = alerting
        self._vault = vault
        self._first = first
        self._committed = committed

    @property
    def where(self) -> str:
        """Return the host that words go to, '' when none go anywhere."""
        return self._interpreter.where if self._interpreter else ""

    # --- in the transaction that stores the words -------------------------------------------------------------------------

    def from_reporter(self, tx: Tx, report: Report, part: str, words: str, said: str, now: datetime) -> None:
        """Note that those who may take the case are to read this in their languages."""
        if self._interpreter:
            readers = {p.language for p in tx.people.staff_of(report.unit or "") if may(p, Do.TAKE, report.unit)}
            self._want(tx, report, part, words, said, readers, now)

    def answer(self, tx: Tx, report: Report, to: str, answers: Mapping[str, str], said: str, now: datetime) -> None:
        """The same for the answer to a question, where it is in the reporter's own words. What it was before is forgotten."""
        if to in answers:
            tx.translations.forget(report.id, ANSWER + to)
            if label(BY_ID[to], answers[to], dict(answers)) is None:
                self.from_reporter(tx, report, ANSWER + to, answers[to], said, now)

    def from_staff(self, tx: Tx, report: Report, part: str, words: str, said: str, now: datetime) -> None:
        """Note that the reporter is to read this in their language, too: in our own chat, now or when they open it."""
        if self._interpreter:
            readers = {language or self._first for _, language in self._alerting.reachable(tx, report)}
            self._want(tx, report, part, words, said, readers, now)

    def _want(self, tx: Tx, report: Report, part: str, words: str, said: str, readers: set[str], now: datetime) -> None:
        for language in interpreted.wanted(words, said, readers):
            tx.translations.want(report.id, part, language, now)

    def _private(self, tx: Tx, report: Report) -> list[tuple[Address, str | None]]:
        return [(to, language) for to, language in self._alerting.reachable(tx, report) if self._alerting.private(to)]

    # --- afterwards -------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        await for_ever(self.look, LOOK_EVERY_S, "interpreting")

    async def look(self) -> None:
        """Ask for everything that is wanted now."""
        now = self._clock.now()
        if self._interpreter and await self._store.read(lambda tx: tx.translations.waits(now)):
            asked = await self._store.write(lambda tx: self._claimed(tx, now))
            await asyncio.gather(*(self._ask(one, self._interpreter) for one in asked))

    def _claimed(self, tx: Tx, now: datetime) -> list[_Asked]:
        found = []
        for row in tx.translations.claim(now, now + LEASE, AT_ONCE):
            report = tx.reports.by_id(row.report)
            words, said = self._original(tx, report, row.part) if report else ("", "")
            if not report or not words:
                tx.translations.give_up(row.report, row.part, row.language)
            else:
                source = interpreted.written_in(words, said)
                found.append(_Asked(report, row.part, row.language, words, source, row.tries))
        return found

    def _original(self, tx: Tx, report: Report, part: str) -> tuple[str, str]:
        """Return the words as they stand now and what their writer's language is said to be; '' where they cannot be opened."""
        key = tx.reports.case_key(report.id)
        try:
            if part.startswith(ANSWER):
                sealed = tx.reports.answers(report.id)
                known = json.loads(self._vault.open(key, sealed, report.key, "reports", report.key, "answers"))
                return str(known.get(part.removeprefix(ANSWER), "")), report.language
            post = next((p for p in tx.reports.posts(report.id) if p.mark == part), None)
            if post:
                return self._vault.open(key, post.sealed, report.key, "posts", post.mark, "words"), post.language
        except Locked:
            pass  # this machine only takes reports in
        return "", ""

    async def _ask(self, asked: _Asked, interpreter: Interpreter) -> None:
        why = "useless"
        try:
            answer = await interpreter.translated(asked.words, asked.source, asked.language)
            text = interpreted.read_back(asked.words, answer)
        except NotInterpreted as fault:
            text, why = "", fault.why
        now = self._clock.now()
        if text:
            self._committed(await self._store.write(lambda tx: self._keep(tx, asked, text, now)))
            return
        log.warning("no_translation", why=why, attempt=asked.tries)
        last = asked.tries >= interpreted.TRIES
        done = (asked.report.id, asked.part, asked.language)
        await self._store.write(lambda tx: tx.translations.give_up(*done) if last else tx.translations.again(*done, now + LEASE))

    def _keep(self, tx: Tx, asked: _Asked, text: str, now: datetime) -> list[Address]:
        """Seal it beside its original, and tell the reporter where it is staff who wrote."""
        report = tx.reports.by_id(asked.report.id, lock=True)
        if report is None or self._original(tx, report, asked.part)[0] != asked.words:
            return []  # corrected or erased meanwhile
        key = tx.reports.case_key(report.id)
        sealed = self._vault.seal(key, text, report.key, "translations", f"{asked.part} {asked.language}", "words")
        if not tx.translations.keep(report.id, asked.part, asked.language, sealed):
            return []
        sayings: list[Saying] = []
        if any(p.mark == asked.part and p.author == "staff" for p in tx.reports.posts(report.id)):
            message = Message(interpreted.machine_words(asked.words, text, asked.language))
            readers = [(to, chosen) for to, chosen in self._private(tx, report) if (chosen or self._first) == asked.language]
            sayings = [Saying(to, message, chosen) for to, chosen in readers]
        rows = [row for saying in sayings for row in self._speaker.rows(saying, now)]
        tx.put_deliveries(rows, now, "")
        return [row.to for row in rows]


async def in_languages(interpreter: Interpreter, words: str, language: str, readers: set[str]) -> dict[str, str]:
    """Return the translations that the machine makes at once, by language; one that fails is left out."""
    wanted = interpreted.wanted(words, language, readers)
    made = await asyncio.gather(*(interpreter.translated(words, language, code) for code in wanted), return_exceptions=True)
    for fault in made:
        if isinstance(fault, NotInterpreted):
            log.warning("no_translation", why=fault.why, attempt=1)
        elif isinstance(fault, BaseException):
            raise fault
    read = {code: interpreted.read_back(words, text) for code, text in zip(wanted, made, strict=True) if isinstance(text, str)}
    return {code: text for code, text in read.items() if text}
