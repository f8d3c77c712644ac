"""Questions for people and the counts around them. services.question_ports.Questions over a connection."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from bot.adapters.store.question_tables import gaps, helps, questions, relays, switches, told
from bot.adapters.store.ready import INSERT, ready
from bot.adapters.store.sealed import Box
from bot.domain.events import Address
from bot.domain.question import ANSWERED, KEPT, WAITING, Question
from bot.services.question_ports import Counted, From, Relayed

_SEEN = [getattr(questions.c, f.name) for f in fields(Question)]


def _sent_by(table: sa.Table) -> sa.ColumnElement[bool]:
    """Return the condition that it is the sender's whose `_own` values are given."""
    return sa.and_(table.c.channel == sa.bindparam("of_channel"), table.c.sender == sa.bindparam("of_sender"))


def _own(sender: Address) -> dict[str, str]:
    return {"of_channel": sender.channel, "of_sender": sender.key}


_ADD = {name: ready(insert(questions).on_conflict_do_nothing(index_elements=["key"])) for name, insert in INSERT.items()}
_QUEUE = ready(sa.select(*_SEEN).where(questions.c.state == WAITING).order_by(questions.c.created_at, questions.c.id))
_OF = ready(sa.select(*_SEEN).where(_sent_by(questions), questions.c.state == WAITING).order_by(questions.c.id))
_ANSWERED = ready(
    sa.select(*_SEEN)
    .where(_sent_by(questions), questions.c.state == ANSWERED, questions.c.ended_at >= sa.bindparam("since"))
    .order_by(questions.c.ended_at.desc())
    .limit(sa.bindparam("at_most"))
)
_DROP = ready(
    sa.delete(questions).where(questions.c.key == sa.bindparam("of_key"), _sent_by(questions)).returning(questions.c.id)
)
_RELAYS = ready(sa.select(relays).order_by(relays.c.until))
_IS_ON = ready(sa.select(switches.c.name).where(switches.c.name == sa.bindparam("switch")))


@lru_cache
def _one_more(dialect: str, table: sa.Table, key: tuple[str, ...]) -> sa.Executable:
    return ready(INSERT[dialect](table).on_conflict_do_update(index_elements=key, set_={"count": table.c.count + 1}))


class QuestionRows:
    def __init__(self, connection: sa.Connection, box: Box) -> None:
        self._connection = connection
        self._box = box
        self._dialect = connection.dialect.name

    def add(self, question: Question, sender: Address, reach: str, words: str) -> None:
        """Store it; a repeat is a no-op."""
        values = {f.name: getattr(question, f.name) for f in fields(Question) if f.name != "id"}
        values |= {"channel": sender.channel, "sender": sender.key, "reach": reach, "answer": b"", "answer_language": ""}
        values["words"] = self._box.seal(words, "questions", question.key, "words")
        self._connection.execute(_ADD[self._dialect], values)

    def by_key(self, key: str, lock: bool = False) -> Question | None:
        query = sa.select(*_SEEN).where(questions.c.key == key)
        if lock and self._dialect == "postgresql":
            query = query.with_for_update()
        row = self._connection.execute(query).first()
        return Question(**row._mapping) if row else None

    def waiting(self) -> list[Question]:
        return [Question(**row._mapping) for row in self._connection.execute(_QUEUE)]

    def ended(self, at_most: int) -> list[Question]:
        query = sa.select(*_SEEN).where(questions.c.state != WAITING).order_by(questions.c.ended_at.desc()).limit(at_most)
        return [Question(**row._mapping) for row in self._connection.execute(query)]

    def of(self, sender: Address) -> list[Question]:
        return [Question(**row._mapping) for row in self._connection.execute(_OF, _own(sender))]

    def answered(self, sender: Address, since: datetime, at_most: int) -> list[Question]:
        """Return what was answered since then, the last at most, the oldest first."""
        given = {**_own(sender), "since": since, "at_most": at_most}
        return [Question(**row._mapping) for row in self._connection.execute(_ANSWERED, given)][::-1]

    def sender(self, key: str) -> From | None:
        columns = (questions.c.channel, questions.c.sender, questions.c.reach)
        row = self._connection.execute(sa.select(*columns).where(questions.c.key == key)).first()
        return From(Address(row.channel, row.sender), row.reach) if row else None

    def words(self, key: str) -> tuple[str, str, str]:
        """Return the question's words, the answer's, and the answer's language. Raises the box's fault."""
        columns = (questions.c.words, questions.c.answer, questions.c.answer_language)
        row = self._connection.execute(sa.select(*columns).where(questions.c.key == key)).one()
        answer = self._box.open(row.answer, "questions", key, "answer") if row.answer else ""
        return self._box.open(row.words, "questions", key, "words"), answer, row.answer_language

    def keep(self, question: Question) -> None:
        values = {f.name: getattr(question, f.name) for f in fields(Question) if f.name not in ("id", "key")}
        self._connection.execute(sa.update(questions).where(questions.c.key == question.key).values(**values))

    def thread(self, key: str) -> list[Question]:
        """Return the question with that key and what goes on from it, the oldest first."""
        own = sa.or_(questions.c.key == key, questions.c.thread == key)
        return [Question(**r._mapping) for r in self._connection.execute(sa.select(*_SEEN).where(own).order_by(questions.c.id))]

    def keep_words(self, key: str, words: str) -> None:
        sealed = self._box.seal(words, "questions", key, "words")
        self._connection.execute(sa.update(questions).where(questions.c.key == key).values(words=sealed))

    def keep_answer(self, key: str, words: str, language: str) -> None:
        sealed = self._box.seal(words, "questions", key, "answer")
        own = sa.update(questions).where(questions.c.key == key)
        self._connection.execute(own.values(answer=sealed, answer_language=language))

    def drop(self, key: str, sender: Address) -> bool:
        """Remove it where it is that sender's."""
        return self._connection.execute(_DROP, {"of_key": key, **_own(sender)}).first() is not None

    def forget(self, sender: Address) -> None:
        for table in (questions, relays):
            self._connection.execute(sa.delete(table).where(_sent_by(table)), _own(sender))

    def move(self, sender: Address, new_key: str) -> None:
        for table in (questions, relays):
            self._connection.execute(sa.update(table).where(_sent_by(table)).values(sender=new_key), _own(sender))

    def sweep(self, now: datetime) -> int:
        return self._connection.execute(sa.delete(questions).where(questions.c.ended_at < now - KEPT)).rowcount

    # --- conversations that people answer ------------------------------------------------------------------------------------

    def relay(self, sender: Address) -> Relayed | None:
        """Return how people answer that conversation, also when its time is over."""
        row = self._connection.execute(sa.select(relays).where(_sent_by(relays)), _own(sender)).first()
        return Relayed(sender, row.thread, row.until) if row else None

    def relays(self) -> list[Relayed]:
        return [Relayed(Address(r.channel, r.sender), r.thread, r.until) for r in self._connection.execute(_RELAYS)]

    def begin_relay(self, sender: Address, thread: str, until: datetime, staff: int) -> None:
        row = {"thread": thread, "until": until, "staff": staff}
        begun = INSERT[self._dialect](relays).values(channel=sender.channel, sender=sender.key, **row)
        self._connection.execute(begun.on_conflict_do_update(index_elements=["channel", "sender"], set_=row))

    def end_relay(self, sender: Address) -> None:
        self._connection.execute(sa.delete(relays).where(_sent_by(relays)), _own(sender))

    # --- counts --------------------------------------------------------------------------------------------------------------

    def count_gap(self, week: str, topic: str, language: str, kind: str) -> None:
        self._count(gaps, {"week": week, "topic": topic, "language": language, "kind": kind})

    def count_help(self, article: str, version: str, language: str, helped: bool) -> None:
        self._count(helps, {"article": article, "version": version, "language": language, "helped": helped})

    def _count(self, table: sa.Table, where: dict[str, Any]) -> None:
        self._connection.execute(_one_more(self._dialect, table, tuple(where)), {**where, "count": 1})

    def gaps(self, since: str) -> list[Counted]:
        query = sa.select(gaps).where(gaps.c.week >= since).order_by(gaps.c.week, gaps.c.topic, gaps.c.language, gaps.c.kind)
        return [Counted(r.week, r.topic, r.language, r.kind, r.count) for r in self._connection.execute(query)]

    def helps(self) -> list[tuple[str, str, int, int]]:
        """Return article, version, how often it helped, and how often not."""
        yes = sa.func.sum(sa.case((helps.c.helped, helps.c.count), else_=0))
        no = sa.func.sum(sa.case((helps.c.helped, 0), else_=helps.c.count))
        query = sa.select(helps.c.article, helps.c.version, yes, no).group_by(helps.c.article, helps.c.version)
        rows = self._connection.execute(query.order_by(no.desc(), helps.c.article))
        return [(article, version, int(good), int(bad)) for article, version, good, bad in rows]

    # --- staff and switches ----------------------------------------------------------------------------------------------------

    def told_at(self, staff: int) -> datetime | None:
        return self._connection.execute(sa.select(told.c.at).where(told.c.staff == staff)).scalar()

    def told(self, staff: int, now: datetime) -> None:
        row = INSERT[self._dialect](told).values(staff=staff, at=now)
        self._connection.execute(row.on_conflict_do_update(index_elements=["staff"], set_={"at": now}))

    def is_on(self, switch: str) -> bool:
        return self._connection.execute(_IS_ON, {"switch": switch}).first() is not None

    def switch(self, name: str, on: bool, staff: int, now: datetime) -> None:
        self._connection.execute(sa.delete(switches).where(switches.c.name == name))
        if on:
            self._connection.execute(sa.insert(switches), {"name": name, "at": now, "staff": staff})
