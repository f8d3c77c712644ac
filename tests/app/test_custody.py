"""`python -m bot vault`, `audit` and `retention`, from the shell beside an open database, as in the night they are needed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.adapters import vault
from bot.adapters.store import audit, ended
from bot.adapters.store.case_tables import reports
from bot.adapters.store.database import beside
from bot.adapters.store.migrate import migrate
from bot.adapters.store.transaction import Transaction
from bot.adapters.vault.keyfile import make_key_file, read_key_file
from bot.app import config, retention
from bot.app.casework import Sealing
from bot.app.cli import main
from bot.domain.audit import Action, Happening, Ref, Thing
from bot.domain.events import Address
from bot.domain.people import Role, Staff
from bot.domain.report import CLOSED, Report
from bot.services.case_ports import Moment, NewReport, Post
from bot.services.cases import Cases, Refused

SECRET = "a secret of the tests, long enough"
DECIDED = "SN 2026/0123 § 45;30;2020-01-01"
DAY = timedelta(days=1)
LONG_AGO = datetime.now(UTC) - 400 * DAY
ANNA = Ref(Thing.STAFF, 7)
WORDS = "він у червоній куртці"


@dataclass
class House:
    """A database with cases, a key file, and the commands."""

    url: str
    keys: Path
    capsys: pytest.CaptureFixture[str]

    def in_store(self, work: Callable[[Transaction], Any]) -> Any:
        return asyncio.run(beside(self.url, SECRET.encode(), vault.RowBox([SECRET]), work))

    def run(self, *arguments: str) -> tuple[int, str]:
        code = main(list(arguments))
        told = self.capsys.readouterr()
        return code, told.out + told.err

    def a_case(self, number: int = 1, *, closed: bool = True, read: bool = True, handed_over: bool = True, **changes: Any) -> int:
        """A report of long ago with one post; by default over in every way."""
        sealing = Sealing(read_key_file(self.keys))
        key, at = f"{number:024x}", changes.pop("at", LONG_AGO)
        who = Address("telegram", f"4711{number}")

        def work(tx: Transaction) -> int:
            case_key = sealing.new_case_key("norrkoping")
            report = Report(0, key, f"CCC-{number:03}", "norrkoping", "norrkoping", "unsure", "received", "uk", False, False, at)
            answers = sealing.seal(case_key, "{}", key, "reports", key, "answers")
            id_ = tx.reports.add(NewReport(report, case_key, answers, "source", at))
            assert id_
            tx.reports.add_reporter(id_, who)
            known = tx.open_conversations([who], at)[who]
            tx.save_conversations([replaced(known, key)], at)
            words = sealing.seal(case_key, WORDS, key, "posts", "m", "words")
            tx.reports.post(Post(0, id_, "reporter", None, "m", "", "uk", words, at))
            tx.reports.note(id_, Moment(at, "reporter_wrote"))
            if read:
                tx.log([Happening(ANNA, Action.CASE_VIEWED, Ref(Thing.CASE, id_))], at + DAY)
            values = {"state": CLOSED, "closed_at": at + 2 * DAY} if closed else {}
            values |= {"handed_over_at": at + 3 * DAY} if handed_over else {}
            tx.reports.change(id_, **values, **changes)
            return id_

        return self.in_store(work)

    def opened(self, id_: int) -> str:
        """Return the words of the case as the console would open them now."""
        sealing = Sealing(read_key_file(self.keys))

        def work(tx: Transaction) -> str:
            post = tx.reports.posts(id_)[0]
            return sealing.open(tx.reports.case_key(id_), post.sealed, f"{id_:024x}", "posts", "m", "words")

        return self.in_store(work)


def replaced(known: Any, key: str) -> Any:
    return replace(known, answers={"report": {"key": key, "a": {"where": WORDS}}, "other": 1}, flow="case")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[House]:
    url, keys = f"sqlite:///{tmp_path}/bot.sqlite", tmp_path / "vault.key"
    make_key_file(keys)
    for name, value in {"DATABASE_URL": url, "SECRET_KEY": SECRET, "OPERATOR": "Norrköpings kommun"}.items():
        monkeypatch.setenv(f"BOT_{name}", value)
    monkeypatch.setenv("BOT_VAULT_KEY_FILE", str(keys))
    asyncio.run(migrate(url))
    yield House(url, keys, capsys)


def test_a_key_is_changed_while_words_stay_readable(house: House) -> None:
    ids = [house.a_case(n) for n in range(1, 4)]
    old = read_key_file(house.keys).keys[0]
    assert house.run("vault", "retire")[1].startswith("No key was moved"), "the only key there is"
    code, told = house.run("vault", "rotate")
    assert code == 0 and "Restart" in told
    new = read_key_file(house.keys).keys[0]
    assert new.id != old.id and new.id.hex() in told
    assert house.run("vault", "retire")[1].startswith("No key was moved"), "it still seals cases"
    house.in_store(lambda tx: ended.erase(tx, ids[2], LONG_AGO))
    assert house.run("vault", "rewrap")[1].startswith("2 case keys"), "an erased case has none"
    assert house.run("vault", "rewrap")[1].startswith("0 case keys"), "a second time there is nothing to do"
    code, told = house.run("vault", "retire")
    assert code == 0 and old.id.hex() in told and new.id.hex() not in told
    assert [k.id for k in read_key_file(house.keys).keys] == [new.id]
    assert old.line() in Path(f"{house.keys}.retired").read_text()
    assert {house.opened(id_) for id_ in ids[:2]} == {WORDS}
    written = house.in_store(lambda tx: [row.action for row in audit.rows(tx.connection)])
    assert [a for a in written if a.startswith("key.")] == ["key.rotated", "key.used", "key.used", "key.retired"]


def test_a_key_that_was_exchanged_meanwhile_is_left_alone(house: House) -> None:
    id_ = house.a_case()
    old = house.in_store(lambda tx: tx.reports.case_key(id_))
    assert house.in_store(lambda tx: ended.exchange_key(tx.connection, id_, b"another", b"new")) is False
    assert house.in_store(lambda tx: tx.reports.case_key(id_)) == old


def test_a_key_that_stands_in_no_file_cannot_be_rotated(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_VAULT_KEY", read_key_file(house.keys).keys[0].line())
    code, told = house.run("vault", "rotate")
    assert code == 1 and "BOT_VAULT_KEY_FILE" in told


def test_the_log_is_published_and_verified(house: House) -> None:
    for number in range(1, 4):
        house.a_case(number)
    line = house.run("audit", "head")[1].strip()
    assert re.fullmatch(r"\S+ 3 [0-9a-f]{64}", line)
    assert house.run("audit", "verify")[0] == 0
    code, told = house.run("audit", "verify", "--anchor", line)
    assert code == 0 and "3 rows" in told and "published" not in told
    cut = "DROP TRIGGER audit_delete", "DELETE FROM audit WHERE sequence = 3"
    house.in_store(lambda tx: [tx.connection.execute(sa.text(statement)) for statement in cut])
    assert house.run("audit", "verify")[0] == 0, "nothing tells that rows are missing at the end"
    code, told = house.run("audit", "verify", "--anchor", line)
    assert code == 1 and "ends before row 3" in told
    assert house.run("audit", "verify", "--anchor", "yesterday")[0] == 1


def test_the_first_row_that_was_changed_is_named(house: House) -> None:
    for number in range(1, 4):
        house.a_case(number)
    change = "DROP TRIGGER audit_update", "UPDATE audit SET object = 'case:99' WHERE sequence = 2"
    house.in_store(lambda tx: [tx.connection.execute(sa.text(statement)) for statement in change])
    code, told = house.run("audit", "verify")
    assert code == 1 and "From row 2 on" in told


def test_every_kept_case_says_why(house: House) -> None:
    house.a_case(1, read=False)
    house.a_case(2, handed_over=False)
    house.a_case(3)
    house.a_case(4, closed=False)
    house.a_case(5, at=datetime.now(UTC) - 100 * DAY)
    code, told = house.run("retention")
    lines = {line[:7]: line for line in told.splitlines()}
    assert code == 0 and "4 closed cases are kept" in told
    assert "1 of the reporter's words" in lines["CCC-001"]
    assert "nobody has confirmed" in lines["CCC-002"] and "reminded" in lines["CCC-002"]
    assert "BOT_ERASURE_DECISION" in lines["CCC-003"]
    assert "CCC-004" not in lines, "an open one is not even asked about"
    assert "clock of the law" in lines["CCC-005"]


def test_nothing_is_erased_before_it_is_decided(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = house.a_case()
    assert house.run("retention", "erase")[0] == 1
    monkeypatch.setenv("BOT_ERASURE_DECISION", f"SN 1;30;{datetime.now(UTC).date() + 2 * DAY}")
    assert "0 cases are erased, 1 are kept" in house.run("retention", "erase")[1], "decided, but not in force"
    assert house.opened(id_) == WORDS
    for wrong in ("SN 1;30", ";30;2027-01-01", "SN 1;0;2027-01-01", "SN 1;soon;2027-01-01", "SN 1;30;yesterday"):
        monkeypatch.setenv("BOT_ERASURE_DECISION", wrong)
        code, told = house.run("retention", "erase")
        assert code == 2 and "BOT_ERASURE_DECISION" in told, wrong


def test_erasing_leaves_a_tombstone_and_no_word(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_ERASURE_DECISION", DECIDED)
    gone, kept = house.a_case(1, receipt="finding", receipt_hash="hash"), house.a_case(2, handed_over=False)
    before = house.in_store(lambda tx: tx.reports.posts(gone)[0].sealed)
    code, told = house.run("retention", "erase")
    assert code == 0 and "CCC-001  erased" in told and "1 cases are erased, 1 are kept" in told
    row = house.in_store(lambda tx: tx.connection.execute(sa.select(reports).where(reports.c.id == gone)).one())
    assert (row.code, row.state, row.place) == ("CCC-001", CLOSED, "norrkoping")
    assert bytes(row.case_key) == bytes(row.answers) == b""
    assert row.receipt == row.receipt_hash == row.source == "" and row.handed_over_at
    assert house.in_store(lambda tx: tx.reports.by_key(f"{gone:024x}")) is None
    assert house.in_store(lambda tx: tx.reports.reporters(gone)) == []
    assert [p.sealed for p in house.in_store(lambda tx: tx.reports.posts(gone))] == [b""]
    known = house.in_store(lambda tx: tx.conversation(Address("telegram", "47111")))
    assert dict(known.answers) == {"other": 1} and known.flow == ""
    assert before not in Path(house.url.removeprefix("sqlite:///")).read_bytes(), "secure_delete leaves no copy in the file"
    logged = house.in_store(lambda tx: [(r.action, r.object) for r in audit.rows(tx.connection)][-1])
    assert logged == ("case.erased", f"case:{gone}")
    assert house.opened(kept) == WORDS
    assert house.run("audit", "verify")[0] == 0
    assert "0 cases are erased, 1 are kept" in house.run("retention", "erase")[1], "a second time there is nothing to do"


def test_what_was_reopened_since_it_was_listed_stays(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_ERASURE_DECISION", DECIDED)
    id_ = house.a_case()
    settings = config.from_environment()
    house.in_store(lambda tx: tx.reports.change(id_, state="received", closed_at=None))
    assert house.in_store(lambda tx: retention._gone(tx, settings, id_)) is False
    assert house.opened(id_) == WORDS


def test_words_that_came_after_the_last_look_are_unread(house: House) -> None:
    id_ = house.a_case()
    house.in_store(lambda tx: tx.reports.note(id_, Moment(LONG_AGO + 1.5 * DAY, "answered")))
    assert "1 of the reporter's words" in house.run("retention")[1]
    house.in_store(lambda tx: tx.reports.note(id_, Moment(LONG_AGO + 1.6 * DAY, "noted", staff=7)))
    assert "BOT_ERASURE_DECISION" in house.run("retention")[1]


def test_nobody_opens_an_erased_case_again(house: House) -> None:
    id_ = house.a_case()
    house.in_store(lambda tx: ended.erase(tx, id_, LONG_AGO))
    cases = Cases(alerting=None, vault=None, interpreting=None, public_url="")  # type: ignore[arg-type]
    lead = Staff(7, "norrkoping", "Anna", frozenset({Role.LEAD}), "sv")
    with pytest.raises(Refused, match="erased"):
        house.in_store(lambda tx: cases.reopen(tx, lead, id_, LONG_AGO))
