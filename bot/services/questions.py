"""Questions for people: taken in with the step that brings them, ended honestly, and staff told that something waits.

A claim needs no clock of its own: the row says since when, and whoever looks decides (domain/question.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from bot.domain import question_talk
from bot.domain.asking import Asking
from bot.domain.calendar import SWEDEN
from bot.domain.conversation import Carried, Conversation, Frame
from bot.domain.corrections import quiet
from bot.domain.events import Address
from bot.domain.offer import is_new
from bot.domain.offer_effects import OfferEffect
from bot.domain.people import Do, Staff, may
from bot.domain.question import (
    APPROVED,
    CLOSED,
    ENDS_UNANSWERED,
    KEPT,
    TOLD_EVERY,
    WAITING,
    WORDS_AT_MOST,
    Question,
    is_working,
    may_answer,
    week_of,
)
from bot.domain.question_effects import (
    AskPeople,
    CountGap,
    CountHelp,
    DropQuestion,
    EndRelay,
    QuestionEffect,
    ShowQuestions,
    TellPeople,
)
from bot.services import offers
from bot.services.for_ever import for_ever
from bot.services.ports import Clock, Store, Tx
from bot.services.question_ports import Relayed
from bot.services.reporting import Applied, Reporting
from bot.services.speak import Saying, Speaker

log = structlog.get_logger()

LOOK_EVERY_S = 5.0
SHOWN_AGAIN = 3  # answers
RELAY = "relay"


class Questions:
    """`asking` is what a step may know of it. `committed` is told which addresses got new rows. `console`: its address, or ''."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        speaker: Speaker,
        console: str,
        committed: Callable[[Sequence[Address]], None],
    ) -> None:
        self.asking = Asking()
        self._store = store
        self._clock = clock
        self._speaker = speaker
        self._console = console
        self._committed = committed

    def apply(self, tx: Tx, effect: QuestionEffect, conversation: Conversation, frame: Frame) -> list[Saying]:
        address = conversation.address
        match effect:
            case AskPeople():
                asked = Question(0, effect.key, effect.language, effect.place, effect.topic, effect.passed_on, frame.now)
                tx.questions.add(asked, address, effect.reach, effect.words)
            case TellPeople():
                _into_thread(tx, effect, address, frame.now)
            case EndRelay():
                tx.questions.end_relay(address)
            case DropQuestion(key):
                tx.questions.drop(key, address)
            case ShowQuestions():
                own = tx.questions.of(address)
                held = [q.held_by(frame.now) is not None for q in own]
                stands = Saying(address, question_talk.standing(own, held, frame), conversation.language)
                return [*self._again(tx, conversation, frame.now), stands]
            case CountGap(kind, topic, language):
                tx.questions.count_gap(week_of(frame.today), topic, language, kind)
            case CountHelp(article, version, language, helped):
                tx.questions.count_help(article, version, language, helped)
        return []

    def _again(self, tx: Tx, conversation: Conversation, now: datetime) -> list[Saying]:
        """Return the last answers that are still kept: one that came while the bot was blocked was never delivered."""
        said = []
        for question in tx.questions.answered(conversation.address, now - KEPT, SHOWN_AGAIN):
            asked, answer, language = tx.questions.words(question.key)
            words, article = ("", answer) if question.mark == APPROVED else (answer, "")
            owner = tx.people.staff(question.owner) if question.owner else None
            office = next((u.name for u in tx.people.units() if owner and u.id == owner.unit), "")
            if words or article in self._speaker.catalog.articles:
                message = question_talk.answered(
                    question, asked, words, language, article, office, reader=conversation.language, place=conversation.place,
                    catalog=self._speaker.catalog, to_asker=not question.passed_on,
                )  # fmt: skip
                said.append(Saying(conversation.address, message, conversation.language))
        return said

    async def run(self) -> None:
        await for_ever(self.look, LOOK_EVERY_S, "questions")

    async def look(self) -> None:
        """See who answers and what waits, end what has waited too long, and tell staff by day that something does."""
        now = self._clock.now()
        self.asking, busy = await self._store.read(lambda tx: self._seen(tx, now))
        if busy:
            touched = await self._store.write(lambda tx: self._carry_on(tx, now))
            if touched:
                self._committed(touched)

    def _seen(self, tx: Tx, now: datetime) -> tuple[Asking, bool]:
        waiting = tx.questions.waiting()
        taken = _somebody_answers(tx)
        relays = tx.questions.relays()
        asking = Asking(
            taken,
            taken and tx.questions.is_on(RELAY),
            len(waiting),
            taken and bool(relays),
            offers=offers.read_at(tx, self._speaker.catalog),
        )
        busy = self._to_end(waiting, now) or self._to_tell(tx, waiting, now)
        return asking, bool(busy or self._lapsed(relays, now, taken))

    def _lapsed(self, relays: Sequence[Relayed], now: datetime, taken: bool) -> list[Relayed]:
        """Return the conversations that people no longer answer and whose owner is to hear it; at night nobody is woken.

        `taken`: somebody is left who may answer.
        """
        return [] if quiet(now) else [r for r in relays if r.until <= now or not taken]

    def _to_end(self, waiting: Sequence[Question], now: datetime) -> list[Question]:
        return [q for q in waiting if now - q.created_at >= ENDS_UNANSWERED and q.held_by(now) is None]

    def _to_tell(self, tx: Tx, waiting: Sequence[Question], now: datetime) -> list[tuple[Staff, int, int]]:
        """Return who is to hear how many questions wait for them and how many offers of a home are new to them.

        At most every few hours of a working day.
        """
        if quiet(now) or not is_working(now.astimezone(SWEDEN).date()):
            return []
        free = [q for q in waiting if q.held_by(now) is None]
        homes = offers.to_tell(tx, self._speaker.catalog, now)
        told = []
        for person in everybody(tx) if free or homes else ():
            count, near = sum(may_answer(person, q) for q in free), homes.get(person.id, ())
            last = tx.questions.told_at(person.id) if count or near else None
            new = sum(is_new(offer, last, now) for offer in near)
            if (count or new) and (last is None or now - last >= TOLD_EVERY):
                told.append((person, count, new))
        return told

    def _carry_on(self, tx: Tx, now: datetime) -> list[Address]:
        waiting = tx.questions.waiting()
        sayings: list[Saying] = []
        ended = self._to_end(waiting, now)
        for question in ended:
            sayings += to_those_who_asked(tx, self._speaker, question, lambda *_, q=question: question_talk.unanswered(q))
            tx.questions.keep(question.ended(CLOSED, now))
        taken = _somebody_answers(tx)
        for relay in self._lapsed(tx.questions.relays(), now, taken):
            tx.questions.end_relay(relay.address)
            reader = tx.conversation(relay.address)
            if reader and reader.alive and self._speaker.can_reach(relay.address):
                sayings.append(Saying(relay.address, question_talk.machine_again(people=taken), reader.language))
        for person, count, homes in self._to_tell(tx, [q for q in waiting if q not in ended], now):
            tx.questions.told(person.id, now)
            way = next((m for m in tx.people.methods([person.id]) if m.works and self._speaker.can_reach(m.address)), None)
            if way:
                message = question_talk.waits(count, homes, self._console)
                sayings.append(Saying(way.address, message, person.language, "broadcast"))
        rows = [row for saying in sayings for row in self._speaker.rows(saying, now)]
        tx.put_deliveries(rows, now, "")
        return [row.to for row in rows]


def _into_thread(tx: Tx, told: TellPeople, sender: Address, now: datetime) -> None:
    """Add the words to what waits in the thread and nobody is reading; else they are a question of their own in it.

    So an answer is never taken to cover words that its writer has not seen.
    """
    waiting = [q for q in tx.questions.thread(told.thread) if q.state == WAITING]
    last = tx.questions.by_key(waiting[-1].key, lock=True) if waiting else None
    if last and last.state == WAITING and last.held_by(now) is None:
        words = f"{tx.questions.words(last.key)[0]}\n\n{told.words}"
        if len(words) <= WORDS_AT_MOST:
            tx.questions.keep_words(last.key, words)
            return
    asked = Question(0, told.key, told.language, told.place, told.topic, False, now, thread=told.thread)
    tx.questions.add(asked, sender, "", told.words)


def freed(tx: Tx, question: Question) -> Question:
    """Return the question, free where whoever claimed it no longer works here."""
    owner = tx.people.staff(question.owner) if question.state == WAITING and question.owner else None
    return question.released() if owner and not owner.active else question


def everybody(tx: Tx) -> list[Staff]:
    return [person for unit in tx.people.units() for person in tx.people.staff_of(unit.id) if person.active]


def to_those_who_asked(
    tx: Tx, speaker: Speaker, question: Question, message: Callable[[str | None, bool, str | None], object]
) -> list[Saying]:
    """Return the message to whoever sent the question, and to the asker where a volunteer did and the asker still agrees.

    `message` makes it for a reader's language; then come whether that reader is the asker, and the place they chose.
    """
    known = tx.questions.sender(question.key)
    if known is None:
        return []
    readers = [(known.address, tx.conversation(known.address), not question.passed_on)]
    if known.reach and (asker := tx.reached(known.reach)) and asker.address != known.address:
        readers.append((asker.address, asker, True))
    return [
        Saying(address, message(reader.language, to_asker, reader.place), reader.language)  # type: ignore[arg-type]
        for address, reader, to_asker in readers
        if reader and reader.alive and speaker.can_reach(address)
    ]


class Carrying:
    """Carries out what a step does to reports, questions and offers; `left` for a contact that is erased."""

    def __init__(self, reporting: Reporting | None, asked: Questions) -> None:
        self._reporting = reporting
        self._questions = asked

    def apply(self, tx: Tx, effect: Carried, conversation: Conversation, frame: Frame) -> Applied:
        if isinstance(effect, QuestionEffect):
            return conversation, self._questions.apply(tx, effect, conversation, frame), False
        if isinstance(effect, OfferEffect):
            return *offers.apply(tx, effect, conversation, frame), False
        if self._reporting is None:
            return conversation, [], False
        return self._reporting.apply(tx, effect, conversation, frame)

    def left(self, tx: Tx, address: Address, now: datetime) -> None:
        tx.questions.forget(address)
        tx.offers.forget(address)
        if self._reporting:
            self._reporting.left(tx, address, now)


def _somebody_answers(tx: Tx) -> bool:
    return any(may(person, Do.ANSWER_QUESTION, person.unit) for person in everybody(tx))
