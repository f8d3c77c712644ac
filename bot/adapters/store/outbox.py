"""The outbox: what is to be sent, leased, recorded; and the mailbox of the web chat, which is the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

import sqlalchemy as sa

from bot.adapters.store.inbox import by_address, by_channel, of_channel
from bot.adapters.store.ready import ready
from bot.adapters.store.sealed import Box
from bot.adapters.store.tables import contacts, outbox, under_way, written
from bot.domain.events import Address
from bot.domain.messages import unpacked
from bot.domain.outbox import LANES, LEASE, Delivery, Outcome, Refused, RetryAt, Sent, Unknown, backoff
from bot.services.ports import MailboxLine, Outgoing

KEEP_WEB = timedelta(days=30)  # lines of a web conversation
KEEP_OUTCOMES = timedelta(days=14)
MAILBOX_AT_MOST = 200  # newest lines of a web conversation


_BUSY = ready(
    sa.select(outbox.c.channel, outbox.c.key).where(
        under_way(outbox),
        sa.or_(outbox.c.status == written("pending"), outbox.c.owner != sa.bindparam("own")),
        of_channel(outbox),
    )
)


def busy(connection: sa.Connection, addresses: Sequence[Address], owner: str) -> set[Address]:
    groups = [{**group, "own": owner} for group in by_channel(addresses)]
    return {Address(row.channel, row.key) for group in groups for row in connection.execute(_BUSY, group)}


_put = ready(sa.insert(outbox).returning(outbox.c.id, sort_by_parameter_order=True))


def put(connection: sa.Connection, outgoing: Sequence[Outgoing], now: datetime, owner: str, box: Box) -> list[int]:
    """Store the messages and return their ids in order. A web line is a mailbox line at once: nothing sends it."""
    if not outgoing:
        return []
    rows = []
    for out in outgoing:
        web = out.to.channel == "web"
        rows.append(
            {
                "channel": out.to.channel,
                "key": out.to.key,
                "lane": LANES.index(out.lane),
                "own_words": out.own_words,
                "body": box.seal(out.body, "outbox", out.to.channel),
                "status": "sent" if web else "sending" if out.leased else "pending",
                "attempts": 1 if out.leased else 0,
                "not_before": now,
                "lease_until": now + LEASE if out.leased and not web else None,
                "owner": owner if out.leased and not web else "",
                "provider_id": "",
                "why": "",
                "created_at": now,
            }
        )
    return list(connection.execute(_put, rows).scalars())


@lru_cache
def _claim(pages_only: bool, postgres: bool) -> sa.Executable:
    other = outbox.alias()
    before_it = sa.or_(other.c.lane < outbox.c.lane, sa.and_(other.c.lane == outbox.c.lane, other.c.id < outbox.c.id))
    # A page waits for nothing but an earlier page: a reply may hang for a minute in a process that died.
    being_sent = sa.and_(other.c.status == "sending", outbox.c.lane != LANES.index("page"))
    first_of_its_contact = ~sa.exists().where(
        other.c.channel == outbox.c.channel,
        other.c.key == outbox.c.key,
        other.c.id != outbox.c.id,
        under_way(other),
        sa.or_(before_it, being_sent),
    )
    due = (
        sa.select(outbox.c.id)
        .where(outbox.c.channel == sa.bindparam("of_channel"), under_way(outbox), outbox.c.status == "pending")
        .where(outbox.c.not_before <= sa.bindparam("now"), first_of_its_contact)
        .order_by(outbox.c.lane, outbox.c.id)
        .limit(sa.bindparam("at_most"))
    )
    if pages_only:
        due = due.where(outbox.c.lane == LANES.index("page"))
    if postgres:
        due = due.with_for_update(skip_locked=True)
    lease = {"owner": sa.bindparam("by"), "lease_until": sa.bindparam("until"), "attempts": outbox.c.attempts + 1}
    leased = sa.update(outbox).where(outbox.c.id.in_(due.scalar_subquery())).values(status="sending", **lease)
    return ready(leased.returning(outbox))


def claim(
    connection: sa.Connection, now: datetime, owner: str, channel: str, at_most: int, box: Box, *, pages_only: bool = False
) -> list[Delivery]:
    given = {"of_channel": channel, "now": now, "at_most": at_most, "by": owner, "until": now + LEASE}
    leased = connection.execute(_claim(pages_only, connection.dialect.name == "postgresql"), given)
    rows = sorted(leased, key=lambda row: (row.lane, row.id))
    return [
        Delivery(r.id, Address(r.channel, r.key), LANES[r.lane], box.open(r.body, "outbox", channel), r.attempts, r.created_at)
        for r in rows
    ]


def renew(connection: sa.Connection, ids: Sequence[int], now: datetime) -> None:
    if ids:
        still = sa.update(outbox).where(outbox.c.id.in_(ids), outbox.c.status == "sending")
        connection.execute(still.values(lease_until=now + LEASE))


_FREED = (
    sa.update(outbox).where(under_way(outbox), outbox.c.status == "sending").values(status="pending", lease_until=None, owner="")
)
_FREED_OF_OTHERS = ready(_FREED.where(outbox.c.lease_until < sa.bindparam("now"), outbox.c.owner != sa.bindparam("by")))


def release_leases(connection: sa.Connection, now: datetime, owner: str | None) -> int:
    freed = connection.execute(_FREED) if owner is None else connection.execute(_FREED_OF_OTHERS, {"now": now, "by": owner})
    return freed.rowcount


_sent = ready(
    sa.update(outbox)
    .where(outbox.c.id == sa.bindparam("row"), outbox.c.status == "sending")
    .values(status="sent", body=b"", provider_id=sa.bindparam("provider"), lease_until=None)
)


def record(connection: sa.Connection, outcomes: Sequence[tuple[Delivery, Outcome]], now: datetime) -> None:
    sent = [{"row": d.id, "provider": o.provider_id} for d, o in outcomes if isinstance(o, Sent)]
    if sent:
        connection.execute(_sent, sent)
    for delivery, outcome in outcomes:
        if isinstance(outcome, Sent):
            continue
        row = sa.update(outbox).where(outbox.c.id == delivery.id, outbox.c.status == "sending")
        again = {"status": "pending", "lease_until": None, "owner": ""}
        match outcome:
            case RetryAt(when, why):
                connection.execute(row.values(**again, not_before=when, why=why[:80]))
            case Refused(why, gone, moved_to) if moved_to:
                from bot.adapters.store.conversations import move_address

                connection.execute(row.values(**again, not_before=now, why=why[:80]))
                move_address(connection, delivery.to, moved_to)
            case Refused(why, gone):
                connection.execute(row.values(status="refused", why=why[:80], body=b"", lease_until=None))
                if gone:
                    dead = sa.update(contacts).where(by_address(contacts, [delivery.to]))
                    connection.execute(dead.values(alive=False))
            case Unknown(why) if delivery.lane == "page":  # a repeat is better than a silence
                later = now + backoff(delivery.attempts)
                connection.execute(row.values(**again, not_before=later, why=why[:80]))
            case Unknown(why):
                connection.execute(row.values(status="unknown", why=why[:80], body=b"", lease_until=None))


def mailbox(connection: sa.Connection, address: Address, after: int, box: Box) -> list[MailboxLine]:
    """Return the newest lines of the conversation after that id, oldest first."""
    query = (
        sa.select(outbox.c.id, outbox.c.created_at, outbox.c.own_words, outbox.c.body)
        .where(outbox.c.channel == "web", outbox.c.key == address.key, outbox.c.id > after, outbox.c.body != b"")
        .order_by(outbox.c.id.desc())
        .limit(MAILBOX_AT_MOST)
    )
    lines = []
    for row in connection.execute(query):
        body = box.open(row.body, "outbox", "web")
        lines.append(
            MailboxLine(row.id, row.created_at, None if row.own_words else unpacked(body), body if row.own_words else "")
        )
    return lines[::-1]


def sweep(connection: sa.Connection, now: datetime) -> int:
    done = outbox.c.status.in_(("sent", "refused", "unknown", "withdrawn"))
    kept = sa.and_(outbox.c.channel == "web", outbox.c.created_at >= now - KEEP_WEB)
    old = outbox.c.created_at < now - KEEP_OUTCOMES  # by its index: the sweep reads nothing younger
    return connection.execute(sa.delete(outbox).where(old, done, sa.not_(kept))).rowcount


def counts(connection: sa.Connection) -> dict[str, int]:
    query = sa.select(outbox.c.status, sa.func.count()).where(under_way(outbox)).group_by(outbox.c.status)
    found = {status: n for status, n in connection.execute(query)}
    return {"outbox_pending": found.get("pending", 0), "outbox_sending": found.get("sending", 0)}
