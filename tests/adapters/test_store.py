"""The store, the same tests on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.util import await_only

from bot.adapters.store.conversations import ConversationChanged
from bot.adapters.store.database import Database
from bot.domain.conversation import Conversation
from bot.domain.events import Address
from bot.domain.outbox import LEASE, Refused, RetryAt, Sent, Unknown
from bot.services.ports import Outgoing
from tests.support.builders import NOW, a_text

ANNA, BO = Address("telegram", "1"), Address("telegram", "2")
BODY = '{"language": "uk", "direction": "ltr", "blocks": [{"kind": "text", "spans": [{"text": "так"}]}]}'


def a_message(to: Address = ANNA, lane: str = "reply", leased: bool = False) -> Outgoing:
    return Outgoing(to, lane, BODY, leased)


async def test_a_repeated_event_is_stored_once(database: Database) -> None:
    event = a_text(id="7")
    first = await database.write(lambda tx: tx.put_in_inbox([event], NOW))
    again = await database.write(lambda tx: tx.put_in_inbox([event, a_text(id="8")], NOW))
    assert [row.event for row in first] == [event]
    assert [row.event.id for row in again] == ["8"]


async def test_the_same_id_on_another_channel_is_another_event(database: Database) -> None:
    await database.write(lambda tx: tx.put_in_inbox([a_text(id="7")], NOW))
    assert await database.write(lambda tx: tx.put_in_inbox([a_text(id="7", channel="web")], NOW)) != []


async def test_a_conversation_survives_being_saved_and_opened(database: Database) -> None:
    opened = (await database.write(lambda tx: tx.open_conversations([ANNA], NOW)))[ANNA]
    assert opened == Conversation(ANNA)
    changed = replace(opened, language="uk", place="norrkoping", flow="place", answers={"їжа": ["ґ", 1.5, None]})
    await database.write(lambda tx: tx.save_conversations([changed], NOW))
    reopened = (await database.write(lambda tx: tx.open_conversations([ANNA, BO], NOW)))[ANNA]
    assert reopened == replace(changed, version=1)


async def test_an_old_copy_of_a_conversation_cannot_be_saved(sqlite: Database) -> None:
    opened = (await sqlite.write(lambda tx: tx.open_conversations([ANNA], NOW)))[ANNA]
    await sqlite.write(lambda tx: tx.save_conversations([opened], NOW))
    with pytest.raises(ConversationChanged):
        await sqlite.write(lambda tx: tx.save_conversations([opened], NOW))


async def test_handled_events_keep_no_words_and_no_address(database: Database) -> None:
    import sqlalchemy as sa

    await database.write(lambda tx: tx.keep(tx.put_in_inbox([a_text("таємниця", who="4711")], NOW)))
    row = (await database.write(lambda tx: tx.waiting([Address("telegram", "4711")], NOW)))[0]
    await database.write(lambda tx: tx.finish([row.id], NOW))
    stored = await database.read(lambda tx: str(tx.connection.execute(sa.text("SELECT * FROM inbox")).all()))
    assert "таємниця" not in stored and "4711" not in stored
    assert await database.write(lambda tx: tx.put_in_inbox([a_text(who="4711")], NOW)) == [], "still a known repeat"


async def test_events_of_a_contact_come_in_order_and_wait_for_one_that_is_to_be_tried_again(database: Database) -> None:
    events = [a_text(str(n), id=str(n)) for n in range(3)]
    for event in events:
        await database.write(lambda tx, e=event: tx.keep(tx.put_in_inbox([e], NOW)))
    rows = await database.write(lambda tx: tx.waiting([ANNA], NOW))
    assert [row.event for row in rows] == events
    await database.write(lambda tx: tx.fail(rows[0].id, "ValueError", NOW + timedelta(seconds=5)))
    assert await database.write(lambda tx: tx.waiting([ANNA], NOW)) == [], "nothing overtakes"
    later = await database.write(lambda tx: tx.waiting([ANNA], NOW + timedelta(seconds=6)))
    assert [(row.event, row.attempts) for row in later] == [(events[0], 1), (events[1], 0), (events[2], 0)]
    await database.write(lambda tx: tx.fail(rows[0].id, "ValueError", None))
    assert [r.event for r in await database.write(lambda tx: tx.waiting([ANNA], NOW))] == events[1:], "set aside"


async def test_stranded_names_the_contacts_that_wait(database: Database) -> None:
    await database.write(lambda tx: tx.keep(tx.put_in_inbox([a_text(who="2", id="1"), a_text(who="1", id="2")], NOW)))
    assert await database.read(lambda tx: tx.stranded(NOW, 10)) == [BO, ANNA]
    assert await database.read(lambda tx: tx.stranded(NOW, 1)) == [BO]


async def test_deliveries_are_claimed_page_first_in_order_one_per_contact(database: Database) -> None:
    out = [a_message(ANNA), a_message(ANNA), a_message(BO, "broadcast"), a_message(BO, "page")]
    first, second, news, page = await database.write(lambda tx: tx.put_deliveries(out, NOW, "me"))
    claimed = await database.write(lambda tx: tx.claim(NOW, "me", "telegram", 10))
    assert [d.id for d in claimed] == [page, first]
    assert claimed[0].body == BODY and claimed[0].attempts == 1
    assert await database.write(lambda tx: tx.claim(NOW, "me", "telegram", 10)) == [], "the others wait behind"
    await database.write(lambda tx: tx.record([(d, Sent("5")) for d in claimed], NOW))
    assert [d.id for d in await database.write(lambda tx: tx.claim(NOW, "me", "telegram", 10))] == [second, news]


async def test_several_claimers_never_get_the_same_delivery(database: Database) -> None:
    out = [a_message(Address("telegram", str(n))) for n in range(60)]
    ids = await database.write(lambda tx: tx.put_deliveries(out, NOW, "me"))
    rounds = [database.write(lambda tx, o=str(n): tx.claim(NOW, o, "telegram", 7)) for n in range(12)]
    got = [d.id for claimed in await asyncio.gather(*rounds) for d in claimed]
    assert sorted(got) == sorted(set(got)), "claimed twice"
    while more := await database.write(lambda tx: tx.claim(NOW, "x", "telegram", 7)):
        got.extend(d.id for d in more)
    assert sorted(got) == sorted(ids)


async def test_a_lease_that_ran_out_is_claimed_by_another(database: Database) -> None:
    await database.write(lambda tx: tx.put_deliveries([a_message(leased=True)], NOW, "dead"))
    later = NOW + LEASE + timedelta(seconds=1)
    assert await database.write(lambda tx: tx.claim(later, "me", "telegram", 5)) == []
    assert await database.write(lambda tx: tx.release_leases(NOW, "me")) == 0, "not yet over"
    assert await database.write(lambda tx: tx.release_leases(later, "dead")) == 0, "the owner's own stay"
    assert await database.write(lambda tx: tx.release_leases(later, "me")) == 1
    claimed = await database.write(lambda tx: tx.claim(later, "me", "telegram", 5))
    assert [d.attempts for d in claimed] == [2], "so it may be a repeat"


async def test_a_renewed_lease_is_not_taken(database: Database) -> None:
    ids = await database.write(lambda tx: tx.put_deliveries([a_message(leased=True)], NOW, "slow"))
    later = NOW + LEASE + timedelta(seconds=1)
    await database.write(lambda tx: tx.renew(ids, later))
    assert await database.write(lambda tx: tx.release_leases(later, "me")) == 0


@pytest.mark.parametrize(
    ("lane", "outcome", "comes_back"),
    [
        ("reply", Sent("1"), False),
        ("reply", Refused("bad"), False),
        ("reply", Unknown("timed out"), False),
        ("page", Unknown("timed out"), True),
        ("reply", RetryAt(NOW + timedelta(seconds=1), "flood"), True),
    ],
)
async def test_what_becomes_of_a_send(database: Database, lane: str, outcome: object, comes_back: bool) -> None:
    await database.write(lambda tx: tx.put_deliveries([a_message(lane=lane)], NOW, "me"))
    claimed = await database.write(lambda tx: tx.claim(NOW, "me", "telegram", 5))
    await database.write(lambda tx: tx.record([(claimed[0], outcome)], NOW))
    assert await database.write(lambda tx: tx.claim(NOW, "me", "telegram", 5)) == []
    later = NOW + timedelta(minutes=5)
    assert bool(await database.write(lambda tx: tx.claim(later, "me", "telegram", 5))) is comes_back
    if not comes_back:
        assert await database.read(lambda tx: tx.busy([ANNA], "other")) == set()


async def test_a_gone_address_is_marked_and_a_moved_one_takes_its_messages_along(database: Database) -> None:
    await database.write(lambda tx: tx.open_conversations([ANNA, BO], NOW))
    await database.write(lambda tx: tx.put_deliveries([a_message(ANNA), a_message(BO), a_message(BO)], NOW, "me"))
    to_anna, to_bo = await database.write(lambda tx: tx.claim(NOW, "me", "telegram", 5))
    outcomes = [(to_anna, Refused("blocked", gone=True)), (to_bo, Refused("moved", moved_to="-100"))]
    await database.write(lambda tx: tx.record(outcomes, NOW))
    moved = Address("telegram", "-100")
    conversations = await database.write(lambda tx: tx.open_conversations([ANNA, moved], NOW))
    assert not conversations[ANNA].alive and conversations[moved].alive
    again = await database.write(lambda tx: tx.claim(NOW, "me", "telegram", 5))
    assert [(d.id, d.to) for d in again] == [(to_bo.id, moved)]


async def test_busy_tells_who_must_queue_behind_another_process(database: Database) -> None:
    await database.write(lambda tx: tx.put_deliveries([a_message(ANNA, leased=True), a_message(BO)], NOW, "me"))
    assert await database.read(lambda tx: tx.busy([ANNA, BO], "me")) == {BO}
    assert await database.read(lambda tx: tx.busy([ANNA, BO], "another")) == {ANNA, BO}


async def test_erasing_leaves_nothing_of_a_contact(database: Database) -> None:
    import sqlalchemy as sa

    await database.write(lambda tx: tx.open_conversations([ANNA, BO], NOW))
    await database.write(lambda tx: tx.keep(tx.put_in_inbox([a_text(who="1")], NOW)))
    await database.write(lambda tx: tx.put_deliveries([a_message(ANNA), a_message(BO)], NOW, "me"))
    await database.write(lambda tx: tx.erase(ANNA))
    for table in ("contacts", "inbox", "outbox"):
        query = sa.text(f"SELECT count(*) FROM {table} WHERE key = '1'")
        assert await database.read(lambda tx, q=query: tx.connection.execute(q).scalar()) == 0, table
    assert await database.read(lambda tx: tx.busy([BO], "other")) == {BO}


async def test_a_web_line_is_in_the_mailbox_at_once_and_never_claimed(database: Database) -> None:
    her = Address("web", "abc")
    lines = [Outgoing(her, "reply", "де жити?", False, own_words=True), Outgoing(her, "reply", BODY, False)]
    first, second = await database.write(lambda tx: tx.put_deliveries(lines, NOW, "me"))
    assert await database.write(lambda tx: tx.claim(NOW, "me", "web", 5)) == []
    mailbox = await database.read(lambda tx: tx.mailbox(her, 0))
    assert [(line.id, line.own_words) for line in mailbox] == [(first, "де жити?"), (second, "")]
    assert mailbox[1].rendered is not None and mailbox[1].rendered.plain() == "так"
    assert [line.id for line in await database.read(lambda tx: tx.mailbox(her, first))] == [second]
    assert await database.read(lambda tx: tx.mailbox(Address("web", "other"), 0)) == []


async def test_a_failed_work_leaves_no_trace_and_spoils_no_other(database: Database) -> None:
    def fails(tx: object) -> None:
        tx.put_in_inbox([a_text(id="bad")], NOW)  # type: ignore[attr-defined]
        raise ZeroDivisionError

    good = [database.write(lambda tx, n=n: tx.put_in_inbox([a_text(id=str(n))], NOW)) for n in range(5)]
    results = await asyncio.gather(*good[:2], database.write(fails), *good[2:], return_exceptions=True)
    assert [type(r) for r in results].count(ZeroDivisionError) == 1
    new = await database.write(lambda tx: tx.put_in_inbox([a_text(id="bad"), a_text(id="3")], NOW))
    assert [row.event.id for row in new] == ["bad"]


async def test_old_rows_are_swept_and_fresh_ones_stay(database: Database) -> None:
    her = Address("web", "abc")
    await database.write(lambda tx: tx.keep(tx.put_in_inbox([a_text(who="1")], NOW)))
    row = (await database.write(lambda tx: tx.waiting([ANNA], NOW)))[0]
    await database.write(lambda tx: tx.finish([row.id], NOW))
    await database.write(lambda tx: tx.put_deliveries([Outgoing(her, "reply", BODY, False), a_message()], NOW, "me"))
    assert await database.write(lambda tx: tx.sweep(NOW + timedelta(days=13))) == 0
    assert await database.write(lambda tx: tx.sweep(NOW + timedelta(days=31))) == 2
    assert await database.read(lambda tx: tx.busy([ANNA], "other")) == {ANNA}, "what is not sent is never swept"


async def test_what_a_guide_was_told_and_nobody_went_on_with_is_forgotten_after_a_day(database: Database) -> None:
    opened = (await database.write(lambda tx: tx.open_conversations([ANNA], NOW)))[ANNA]
    told = replace(opened, language="uk", flow="guide", answers={"guide": "lma:wc.fn", "article": "lma-who"})
    await database.write(lambda tx: tx.save_conversations([told], NOW))
    assert await database.write(lambda tx: tx.sweep(NOW + timedelta(hours=23))) == 0
    assert await database.write(lambda tx: tx.sweep(NOW + timedelta(hours=25))) == 1
    kept = (await database.write(lambda tx: tx.open_conversations([ANNA], NOW)))[ANNA]
    assert (kept.language, kept.flow, kept.answers) == ("uk", "", {"article": "lma-who"})
    await database.write(lambda tx: tx.save_conversations([kept], NOW))


async def test_what_nobody_waits_for_holds_nobody_up_and_rides_along_where_there_is_a_queue(sqlite: Database) -> None:
    commits: dict[str, Any] = {}

    def noting(name: str) -> Callable[[Any], None]:
        return lambda tx: commits.update({name: tx.connection})  # one for all that is committed together

    rider = asyncio.create_task(sqlite.write(noting("outcome"), rides=True))
    await asyncio.sleep(0)  # it has begun to wait
    await sqlite.write(noting("answer"))
    await rider
    assert list(commits) == ["answer", "outcome"], "the writer had time: first what somebody waits for"
    assert commits["answer"] is not commits["outcome"]

    busy, begun = threading.Event(), threading.Event()
    first = asyncio.create_task(sqlite.write(lambda tx: begun.set() or busy.wait(20)))
    await asyncio.to_thread(begun.wait, 20)
    rest = [asyncio.create_task(sqlite.write(noting(name), rides=name == "outcome")) for name in ("outcome", "second")]
    await asyncio.sleep(0.05)
    busy.set()
    await asyncio.gather(first, *rest)
    assert commits["outcome"] is commits["second"], "who has to wait anyway takes it along"


async def test_words_that_are_answered_at_once_are_never_written(sqlite: Database, tmp_path: Path) -> None:
    (row,) = await sqlite.write(lambda tx: tx.put_in_inbox([a_text("taiemnytsia", who="4711")], NOW))
    assert await sqlite.write(lambda tx: tx.waiting([row.event.sender], NOW)) == []
    written = b"".join(file.read_bytes() for file in tmp_path.glob("*.sqlite*"))
    assert written and b"taiemnytsia" not in written and b"4711" not in written
    await sqlite.write(lambda tx: tx.keep(tx.put_in_inbox([a_text("taiemnytsia", who="4711", id="2")], NOW)))
    assert b"taiemnytsia" in b"".join(file.read_bytes() for file in tmp_path.glob("*.sqlite*")), "the look finds what is there"


async def test_the_log_of_sqlite_is_written_back_when_it_is_quiet(
    sqlite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.store.database.TIDY_AFTER", 5)
    sizes = []
    for n in range(30):
        await sqlite.write(lambda tx, n=n: tx.put_in_inbox([a_text(id=str(n))], NOW))
        await asyncio.sleep(0.02)
        sizes.append(next(tmp_path.glob("*-wal")).stat().st_size)
    assert sizes[-1] < 3 * sizes[5], "what is written back is written over"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_two_that_wait_for_each_others_rows_are_both_done(database: Database) -> None:
    """PostgreSQL gives one of them up after a second; it is done again from its beginning."""
    both = [Address("telegram", "1"), Address("telegram", "2")]
    await database.write(lambda tx: tx.open_conversations(both, NOW))
    turns = {"tries": 0}

    def wants(first: Address, second: Address) -> Callable[[Any], None]:
        def work(tx: Any) -> None:
            turns["tries"] += 1
            tx.let_reach(first, True)
            await_only(asyncio.sleep(0.3))
            tx.let_reach(second, True)

        return work

    await asyncio.gather(database.write(wants(*both)), database.write(wants(*reversed(both))))
    assert turns["tries"] == 3
    assert all([(await database.read(lambda tx, a=address: tx.conversation(a))).reach for address in both])
