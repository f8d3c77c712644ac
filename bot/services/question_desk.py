"""What staff do with questions for people: look, claim, answer, hand on, ask the editor; drafts and the switch.

They see the question, its language and its place, and nothing else of the person. Who may is asked of people.may, here again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import question_talk, relaying
from bot.domain.audit import Action, Happening, Ref, Thing
from bot.domain.calendar import SWEDEN
from bot.domain.draft import DRAFT, Draft, version_of
from bot.domain.events import Address
from bot.domain.messages import Text, say
from bot.domain.people import Do, Staff, may
from bot.domain.question import (
    ANSWER_AT_MOST,
    ANSWERED,
    APPROVED,
    CLOSED,
    Question,
    mark_of,
    may_answer,
    week_of,
    why_not_act,
    why_not_claim,
    why_over,
)
from bot.domain.screens import MACHINE
from bot.services.case_ports import Interpreter
from bot.services.cases import Refused
from bot.services.desk import Unknown
from bot.services.interpreting import in_languages
from bot.services.ports import Clock, Store, Tx
from bot.services.question_ports import CannotBegin, Counted, Drafts
from bot.services.questions import RELAY, Questions, freed, to_those_who_asked
from bot.services.speak import Saying, Speaker

ENDED_SHOWN = 20
GAPS_WEEKS = 4


@dataclass(frozen=True, slots=True)
class Line:
    """`owner`: the name of whoever is at it, '' where it is free."""

    question: Question
    owner: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Board:
    waiting: tuple[Line, ...]
    ended: tuple[Question, ...]
    gaps: tuple[Counted, ...]
    helps: tuple[tuple[str, str, int, int], ...]
    drafts: tuple[tuple[str, str], ...]  # name, and how far it is
    relay: bool


@dataclass(frozen=True, slots=True)
class Said:
    """An earlier part of the same conversation. `answer`: '' while nobody has answered it."""

    question: Question
    words: str
    answer: str
    answer_language: str


@dataclass(frozen=True, slots=True)
class OnDesk:
    """`others`: what else was said in the thread. `relayed`: until when people answer the whole conversation."""

    line: Line
    words: str
    answer: str
    answer_language: str
    others: tuple[Said, ...] = ()
    relayed: datetime | None = None


class QuestionDesk:
    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        speaker: Speaker,
        asked: Questions,
        drafts: Drafts,
        committed: Callable[[Sequence[Address]], None],
        interpreter: Interpreter | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._speaker = speaker
        self._asked = asked
        self._drafts = drafts
        self._committed = committed
        self._interpreter = interpreter

    async def board(self, person: Staff) -> Board:
        now = self._clock.now()
        since = week_of((now - timedelta(weeks=GAPS_WEEKS)).astimezone(SWEDEN).date())

        def look(tx: Tx) -> Board:
            waiting = [_line(tx, freed(tx, q), person, now) for q in tx.questions.waiting() if may_answer(person, q)]
            ended = [q for q in tx.questions.ended(ENDED_SHOWN) if may_answer(person, replace(q, editors=False))]
            return Board(
                tuple(waiting), tuple(ended), tuple(tx.questions.gaps(since)), tuple(tx.questions.helps()), (),
                tx.questions.is_on(RELAY),
            )  # fmt: skip

        states = await self._store.read(lambda tx: tx.drafts.states())
        drafts = tuple((name, states.get(name, DRAFT)) for name in self._drafts.names())
        return replace(await self._store.read(look), drafts=drafts)

    async def open(self, person: Staff, key: str) -> OnDesk:
        """Return the question with its words. Raises Unknown."""
        now = self._clock.now()

        def look(tx: Tx) -> OnDesk:
            question = self._seen(tx, person, key)
            others = [q for q in tx.questions.thread(question.thread or key) if q.key != key and may_answer(person, q)]
            said = tuple(Said(q, *tx.questions.words(q.key)) for q in others)
            sender = tx.questions.sender(key)
            relay = tx.questions.relay(sender.address) if sender and not question.passed_on else None
            until = relay.until if relay and relay.until > now else None
            return OnDesk(_line(tx, question, person, now), *tx.questions.words(key), said, until)

        return await self._store.read(look)

    async def claim(self, person: Staff, key: str) -> None:
        """Take it for half an hour. Raises Refused, Unknown."""

        def work(tx: Tx, question: Question, now: datetime) -> list[Saying]:
            _refuse(why_not_claim(question, person, now))
            tx.questions.keep(question.claimed(person, now))
            return []

        await self._act(person, key, Action.QUESTION_CLAIMED, work)

    async def hand_on(self, person: Staff, key: str, *, to_editor: bool = False) -> None:
        """Give it back to everybody, or to the editors alone."""

        def work(tx: Tx, question: Question, now: datetime) -> list[Saying]:
            _refuse(why_not_act(question, person))
            tx.questions.keep(question.for_editors() if to_editor else question.released())
            return []

        await self._act(person, key, Action.QUESTION_HANDED_ON, work)

    async def answer(self, person: Staff, key: str, words: str, language: str, article: str) -> None:
        """Send the answer to whoever asked and whoever passed it on: a text in each reader's language, words as they are.

        Where a machine translates, its translation stands under them; where it fails, they are said to be untranslated.
        """
        words = words.strip()[:ANSWER_AT_MOST]
        article = article if article in self._speaker.catalog.articles else ""
        if not words and not article:
            raise Refused(say("Write an answer, or choose a text."))
        language = self._speaker.catalog.language(language).code
        translations = await self._translated(key, words, language)

        def work(tx: Tx, question: Question, now: datetime) -> list[Saying]:
            _refuse(why_not_act(question, person))
            question = question.ended(ANSWERED, now, mark_of(person) if words else APPROVED)
            tx.questions.keep(question)
            tx.questions.keep_answer(key, words or article, language)
            asked = tx.questions.words(key)[0]
            office = next((u.name for u in tx.people.units() if u.id == person.unit), person.unit)

            def message(reader: str | None, to_asker: bool, place: str | None) -> object:
                said = question_talk.answered(
                    question, asked, words, language, article, office,
                    reader=reader, place=place, catalog=self._speaker.catalog, to_asker=to_asker, translations=translations,
                )  # fmt: skip
                return replace(said, buttons=(*said.buttons, (MACHINE,))) if relayed else said

            sender = tx.questions.sender(key)
            relay = tx.questions.relay(sender.address) if sender and not question.passed_on else None
            relayed = relay is not None and relay.until > now
            return to_those_who_asked(tx, self._speaker, question, message)

        await self._act(person, key, Action.QUESTION_ANSWERED, work)

    async def _translated(self, key: str, words: str, language: str) -> dict[str, str]:
        """Return a machine's translation for each language that a reader of the answer has chosen; none where none is set up."""
        if self._interpreter is None or not words:
            return {}

        def readers(tx: Tx) -> set[str]:
            question = tx.questions.by_key(key)
            told = to_those_who_asked(tx, self._speaker, question, lambda *_: None) if question else []
            return {self._speaker.catalog.language(saying.language).code for saying in told}

        return await in_languages(self._interpreter, words, language, await self._store.read(readers))

    async def relay(self, person: Staff, key: str, on: bool) -> None:
        """Let people answer the whole conversation of the question for a day, or the machine again. The asker is told."""

        def work(tx: Tx, question: Question, now: datetime) -> list[Saying]:
            sender = tx.questions.sender(key)
            assert sender  # it stands in the same row
            if not on:
                tx.questions.end_relay(sender.address)
                return to_those_who_asked(tx, self._speaker, question, lambda *_: question_talk.machine_again())
            _refuse(relaying.why_not_begin(question, person))
            until = now + relaying.HOLDS
            tx.questions.begin_relay(sender.address, question.thread or key, until, person.id)
            return to_those_who_asked(tx, self._speaker, question, lambda *_: question_talk.people_answer(until))

        await self._act(person, key, Action.RELAY_BEGUN if on else Action.RELAY_ENDED, work)
        await self._asked.look()

    async def urgent(self, person: Staff, key: str) -> None:
        """It is about danger: the asker gets the numbers and the way to report at once, and the question leaves the queue."""

        def work(tx: Tx, question: Question, now: datetime) -> list[Saying]:
            _refuse(why_over(question))
            question = question.ended(CLOSED, now)
            tx.questions.keep(question)
            return to_those_who_asked(tx, self._speaker, question, lambda *_: question_talk.urgent(question))

        await self._act(person, key, Action.QUESTION_MADE_URGENT, work)

    async def begin_draft(self, person: Staff, key: str) -> str:
        """Begin an article from the answer and return the draft's name. Nothing of the question goes into it."""
        if not may(person, Do.EDIT_DRAFT, person.unit):
            raise Unknown
        desk = await self.open(person, key)
        question = desk.line.question
        if question.state != ANSWERED or question.mark == APPROVED:
            raise Refused(say("Answer first: a draft is made from an answer."))
        if question.draft:
            return question.draft
        topic = question.topic or "other"
        try:
            name = self._drafts.begin(f"{topic}-from-answer-{question.id}", topic, desk.answer_language, desk.answer)
        except CannotBegin:
            raise Refused(say("This draft could not be begun. Ask whoever looks after the texts.")) from None

        def work(tx: Tx, question: Question, now: datetime) -> list[Saying]:
            tx.questions.keep(replace(question, draft=name))
            if tx.drafts.by_name(name) is None:
                version = version_of(self._drafts.text(name) or "")
                tx.drafts.add(Draft(0, name, version, DRAFT, question.owner, person.id, now))
            return []

        await self._act(person, key, Action.DRAFT_BEGUN, work)
        return name

    async def switch(self, person: Staff, relay: bool) -> None:
        """Switch the finder off or on for all. In force here at once, and in other processes within seconds."""
        if not may(person, Do.PUBLISH, person.unit):
            raise Unknown
        now = self._clock.now()

        def work(tx: Tx) -> None:
            tx.questions.switch(RELAY, relay, person.id, now)
            tx.log([Happening(Ref(Thing.STAFF, person.id), Action.SETTING_CHANGED, Ref(Thing.SETTING, int(relay)))], now)

        await self._store.write(work)
        await self._asked.look()

    async def _act(self, person: Staff, key: str, action: Action, work: Callable[[Tx, Question, datetime], list[Saying]]) -> None:
        now = self._clock.now()

        def carry_out(tx: Tx) -> list[Address]:
            question = self._seen(tx, person, key, lock=True)
            rows = [row for saying in work(tx, question, now) for row in self._speaker.rows(saying, now)]
            tx.put_deliveries(rows, now, "")
            tx.log([Happening(Ref(Thing.STAFF, person.id), action, Ref(Thing.QUESTION, question.id))], now)
            return [row.to for row in rows]

        touched = await self._store.write(carry_out)
        if touched:
            self._committed(touched)

    def _seen(self, tx: Tx, person: Staff, key: str, *, lock: bool = False) -> Question:
        question = tx.questions.by_key(key, lock)
        if question is None or not may_answer(person, question):
            raise Unknown
        return freed(tx, question)


def _line(tx: Tx, question: Question, person: Staff, now: datetime) -> Line:
    held = question.held_by(now)
    owner = tx.people.staff(held) if held else None
    return Line(question, owner.name if owner else "", question.owner == person.id)


def _refuse(why: Text | None) -> None:
    if why:
        raise Refused(why)
