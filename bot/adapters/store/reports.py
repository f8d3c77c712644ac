"""Reports, who wrote them, what was written, and what happened. services.case_ports.Reports over a connection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.adapters.store.case_tables import links, not_closed, posts, proofs, reporters, reports, timeline
from bot.adapters.store.ready import INSERT, as_new, changing, ready
from bot.adapters.store.tables import audit
from bot.domain.audit import Action, Ref, Thing
from bot.domain.events import Address
from bot.domain.report import CLOSED, Report
from bot.services.case_ports import Moment, NewReport, Post

_SEEN = [
    getattr(reports.c, name)
    for name in (
        "id", "key", "code", "place", "unit", "safety", "state", "language", "practice", "unfinished", "created_at", "owner",
        "taken_at", "asked_at", "closed_at", "offered_to", "proved",
    )
]  # fmt: skip
_ADD = {
    name: ready(insert(reports).on_conflict_do_nothing(index_elements=["key"]).returning(reports.c.id))
    for name, insert in INSERT.items()
}
_BY_ID = ready(sa.select(*_SEEN).where(reports.c.id == sa.bindparam("id")))
_BY_KEY = ready(sa.select(*_SEEN).where(reports.c.key == sa.bindparam("key")))
_CASE_KEY = ready(sa.select(reports.c.case_key).where(reports.c.id == sa.bindparam("id")))
_ANSWERS = ready(sa.select(reports.c.answers).where(reports.c.id == sa.bindparam("id")))
_TO_FINISH = ready(sa.select(reports.c.id).where(not_closed, reports.c.finish_at <= sa.bindparam("now")))
_TO_TELL = ready(sa.select(reports.c.id).where(not_closed, reports.c.tell_at <= sa.bindparam("now")))
_last = sa.select(sa.func.max(reports.c.id)).scalar_subquery()
_LATELY = ready(
    sa.select(sa.func.count()).where(reports.c.id > _last - sa.bindparam("newest"), reports.c.created_at > sa.bindparam("since"))
)
_ADD_REPORTER = {name: ready(insert(reporters).on_conflict_do_nothing()) for name, insert in INSERT.items()}
_REPORTERS = ready(sa.select(reporters.c.channel, reporters.c.key).where(reporters.c.report == sa.bindparam("report")))
_OF_REPORTER = ready(
    sa.select(*_SEEN)
    .join(reporters, reporters.c.report == reports.c.id)
    .where(reporters.c.channel == sa.bindparam("channel"), reporters.c.key == sa.bindparam("key"), not_closed)
    .order_by(reports.c.id.desc())
)
_POST = ready(sa.insert(posts).returning(posts.c.id))
_POSTS = ready(sa.select(posts).where(posts.c.report == sa.bindparam("report")).order_by(posts.c.id))
_NOTE = ready(sa.insert(timeline))
_TIMELINE = ready(
    sa.select(timeline.c.at, timeline.c.what, timeline.c.staff, timeline.c.channel, timeline.c.detail)
    .where(timeline.c.report == sa.bindparam("report"))
    .order_by(timeline.c.id)
)
_PUT_LINK = ready(sa.insert(links))


class ReportRows:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, new: NewReport) -> int | None:
        report = new.report
        values = {
            **{name: getattr(report, name) for name in Report.__dataclass_fields__ if name != "id"},
            "outcome": "",
            "source": new.source,
            "case_key": new.case_key,
            "answers": new.answers,
            "finish_at": new.finish_at,
            "receipt": "",
            "receipt_hash": "",
        }
        return self._connection.execute(_ADD[self._connection.dialect.name], values).scalar()

    def _one(self, query: sa.Select, lock: bool = False, **values: object) -> Report | None:
        locking = lock and self._connection.dialect.name == "postgresql"
        row = self._connection.execute(query.with_for_update() if locking else query, values).first()
        return Report(**row._mapping) if row else None

    def by_key(self, key: str, lock: bool = False) -> Report | None:
        return self._one(_BY_KEY, lock, key=key)

    def by_code(self, code: str) -> Report | None:
        """Return the newest report of that code, an open one before a closed one."""
        newest = sa.select(reports.c.id).where(reports.c.code == code).order_by(reports.c.state == CLOSED, reports.c.id.desc())
        return self._one(sa.select(*_SEEN).where(reports.c.id == newest.limit(1).scalar_subquery()))

    def by_id(self, id_: int, lock: bool = False) -> Report | None:
        return self._one(_BY_ID, lock, id=id_)

    def by_receipt(self, finding: str) -> list[tuple[int, str]]:
        """Return (id, hash) of the reports whose receipt code begins so."""
        query = sa.select(reports.c.id, reports.c.receipt_hash).where(reports.c.receipt == finding)
        return [(row.id, row.receipt_hash) for row in self._connection.execute(query)] if finding else []

    def open(self, unit: str | None = None) -> list[Report]:
        query = sa.select(*_SEEN).where(not_closed).order_by(reports.c.id)
        if unit is not None:
            query = query.where(sa.or_(reports.c.unit == unit, reports.c.offered_to == unit))
        return [Report(**row._mapping) for row in self._connection.execute(query)]

    def to_hand_over(self, unit: str, at_most: int) -> list[Report]:
        waits = sa.and_(reports.c.state == CLOSED, reports.c.handed_over_at.is_(None), reports.c.practice.is_(False))
        query = sa.select(*_SEEN).where(reports.c.unit == unit, waits).order_by(reports.c.closed_at).limit(at_most)
        return [Report(**row._mapping) for row in self._connection.execute(query)]

    def case_key(self, id_: int) -> bytes:
        return bytes(self._connection.execute(_CASE_KEY, {"id": id_}).scalar_one())

    def answers(self, id_: int) -> bytes:
        return bytes(self._connection.execute(_ANSWERS, {"id": id_}).scalar_one())

    def change(self, id_: int, **values: object) -> None:
        self._connection.execute(changing(reports, tuple(values)), {"of_id": id_, **as_new(values)})

    def lately(self, newest: int, since: datetime) -> int:
        """Return how many of so many newest reports came in after that time."""
        return self._connection.execute(_LATELY, {"newest": newest, "since": since}).scalar_one()

    def keep_proof(self, mark: str, source: str, now: datetime) -> None:
        """A repeat is a no-op."""
        row = {"mark": mark, "source": source, "used": False, "at": now}
        self._connection.execute(INSERT[self._connection.dialect.name](proofs).on_conflict_do_nothing(), row)

    def use_proof(self, source: str) -> bool:
        """Return whether there was a proof of that source, and use one up."""
        one = sa.select(proofs.c.mark).where(proofs.c.source == source, proofs.c.used.is_(False)).limit(1).scalar_subquery()
        used = sa.update(proofs).where(proofs.c.mark == one).values(used=True).returning(proofs.c.mark)
        return self._connection.execute(used).first() is not None

    def sweep_proofs(self, until: datetime) -> int:
        return self._connection.execute(sa.delete(proofs).where(proofs.c.at <= until)).rowcount

    def to_finish(self, now: datetime) -> list[int]:
        return list(self._connection.execute(_TO_FINISH, {"now": now}).scalars())

    def to_tell(self, now: datetime) -> list[int]:
        return list(self._connection.execute(_TO_TELL, {"now": now}).scalars())

    def add_reporter(self, id_: int, address: Address) -> None:
        row = {"report": id_, "channel": address.channel, "key": address.key}
        self._connection.execute(_ADD_REPORTER[self._connection.dialect.name], row)

    def drop_reporter(self, address: Address) -> list[int]:
        own = sa.and_(reporters.c.channel == address.channel, reporters.c.key == address.key)
        gone = list(self._connection.execute(sa.select(reporters.c.report).where(own)).scalars())
        if gone:
            self._connection.execute(sa.delete(reporters).where(own))
        return gone

    def reporters(self, id_: int) -> list[Address]:
        return [Address(row.channel, row.key) for row in self._connection.execute(_REPORTERS, {"report": id_})]

    def of_reporter(self, address: Address) -> list[Report]:
        found = self._connection.execute(_OF_REPORTER, {"channel": address.channel, "key": address.key})
        return [Report(**row._mapping) for row in found]

    def post(self, post: Post) -> int:
        values = {name: getattr(post, name) for name in Post.__dataclass_fields__ if name != "id"}
        return self._connection.execute(_POST, values).scalar_one()

    def posts(self, id_: int) -> list[Post]:
        rows = self._connection.execute(_POSTS, {"report": id_})
        return [Post(**{**row._mapping, "sealed": bytes(row.sealed)}) for row in rows]

    def unread(self, owners: Mapping[int, int]) -> dict[int, int]:
        said = sa.select(posts.c.report, posts.c.at).where(posts.c.report.in_(list(owners)), posts.c.author == "reporter")
        written = self._connection.execute(said).all() if owners else []
        about = {str(Ref(Thing.CASE, row.report)) for row in written}
        looked = sa.select(audit.c.object, audit.c.actor, sa.func.max(audit.c.at).label("at")).where(
            audit.c.object.in_(sorted(about)), audit.c.action == Action.CASE_VIEWED.value
        )
        views = self._connection.execute(looked.group_by(audit.c.object, audit.c.actor)).all() if about else []
        seen = {(row.object, row.actor): row.at for row in views}
        last = {r: seen.get((str(Ref(Thing.CASE, r)), str(Ref(Thing.STAFF, owner)))) for r, owner in owners.items()}
        return dict(Counter(row.report for row in written if (at := last[row.report]) is None or row.at > at))

    def note(self, id_: int, *moments: Moment) -> None:
        names = Moment.__dataclass_fields__
        self._connection.execute(_NOTE, [{"report": id_, **{name: getattr(m, name) for name in names}} for m in moments])

    def timeline(self, id_: int) -> list[Moment]:
        return [Moment(**row._mapping) for row in self._connection.execute(_TIMELINE, {"report": id_})]

    def put_link(self, hash_: str, kind: str, target: int, until: datetime) -> None:
        self._connection.execute(_PUT_LINK, {"hash": hash_, "kind": kind, "target": target, "until": until})

    def link(self, hash_: str, kind: str, now: datetime) -> int | None:
        query = sa.select(links.c.target).where(links.c.hash == hash_, links.c.kind == kind, links.c.used_at.is_(None))
        return self._connection.execute(query.where(links.c.until > now)).scalar()

    def use_link(self, hash_: str, kinds: Sequence[str], now: datetime) -> tuple[str, int] | None:
        use = (
            sa.update(links)
            .where(links.c.hash == hash_, links.c.kind.in_(kinds), links.c.used_at.is_(None), links.c.until > now)
            .values(used_at=now)
            .returning(links.c.kind, links.c.target)
        )
        row = self._connection.execute(use).first()
        return (row.kind, row.target) if row else None
