"""Signing in: an invitation once, a password and digits, the same answer to everything wrong, and sessions that end."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters import slow_hash, totp
from bot.adapters.store.database import Database
from bot.adapters.store.transaction import Transaction
from bot.domain.people import Role, Staff
from tests.support.staff import PASSWORD, Clerk
from tests.support.whole import Whole


async def test_invited_signed_in_signed_out(whole: Whole) -> None:
    anna = await Clerk.hired(whole, "Anna", "norrkoping", Role.LEAD)
    weak = await anna.joins("sommar2026")
    assert weak.status_code == 403 and "too short" in anna.text
    key = anna.text.split("<code>")[1].split("</code>")[0]
    assert key.replace(" ", "") == base64.b32encode(anna.secret).decode(), "the key stays while the form is mended"
    fields = {"password": PASSWORD, "again": PASSWORD, "digits": anna.digits()}
    await anna.sends(f"/staff/invite/{anna.invitation}", **fields)
    assert "Queue" in anna.text
    assert anna.http.cookies["staff"]
    again = await anna.http.get(f"/staff/invite/{anna.invitation}")
    assert again.status_code == 404, "an invitation is good once"

    await anna.opens("/staff/")
    await anna.sends("/staff/sign-out")
    assert "Sign in" in anna.text
    assert (await anna.opens("/staff/queue")).url.path == "/staff/sign-in"
    await anna.enters()
    assert "Queue" in anna.text


async def test_everything_wrong_is_answered_alike(whole: Whole) -> None:
    anna = await Clerk.hired(whole, "Anna", "norrkoping")
    await anna.joins()
    used = anna.used
    anna.http.cookies.clear()
    answers = set()
    for name, password, digits in (
        (anna.sign_in, "fel lösenord helt och hållet", anna.digits()),
        (anna.sign_in, PASSWORD, "000000"),
        ("nobody.norrkoping", PASSWORD, "123456"),
        (anna.sign_in, PASSWORD, totp.digits(anna.secret, used)),
    ):
        await anna.opens("/staff/sign-in")
        answer = await anna.sends("/staff/sign-in", name=name, password=password, digits=digits)
        assert answer.status_code == 403
        text = anna.text.replace(name, "…")
        answers.add(re.sub(r'name="csrf" value="\w+"', "", text))
    assert len(answers) == 1


async def test_guessing_is_slowed_and_the_right_one_is_not_heard_meanwhile(whole: Whole) -> None:
    anna = await Clerk.hired(whole, "Anna", "norrkoping")
    await anna.joins()
    anna.http.cookies.clear()
    await anna.opens("/staff/sign-in")
    for _ in range(5):
        await anna.sends("/staff/sign-in", name=anna.sign_in, password="x", digits="1")
    assert "That did not work" in anna.text
    answer = await anna.enters()
    assert answer.status_code == 403 and "That did not work" in anna.text


async def test_a_session_of_before_signing_in_is_dead_after(whole: Whole) -> None:
    anna = await Clerk.hired(whole, "Anna", "norrkoping")
    await anna.opens(f"/staff/invite/{anna.invitation}")
    before = anna.http.cookies["staff"]
    await anna.joins()
    after = anna.http.cookies["staff"]
    assert after != before
    anna.http.cookies.clear()
    anna.http.cookies.set("staff", before)
    assert (await anna.opens("/staff/queue")).url.path == "/staff/sign-in"


async def test_disabled_is_out_with_the_next_request_and_everywhere_is_everywhere(whole: Whole) -> None:
    anna = await Clerk.hired(whole, "Anna", "norrkoping")
    phone, desk = Clerk(whole, anna.id, "", ""), Clerk(whole, anna.id, "", "")
    await phone.lets_herself_in()
    await desk.lets_herself_in()
    await desk.opens("/staff/queue")
    await desk.sends("/staff/sign-out-everywhere")
    assert (await phone.opens("/staff/queue")).url.path == "/staff/sign-in"
    await phone.lets_herself_in()
    assert (await phone.opens("/staff/queue")).url.path == "/staff/queue"
    await whole.service.store.write(lambda tx: tx.people.change_staff(anna.id, active=False))
    assert (await phone.opens("/staff/queue")).url.path == "/staff/sign-in"


async def test_a_session_ends_idle_and_after_eight_hours(whole: Whole) -> None:
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping")).lets_herself_in()
    token = anna.http.cookies["staff"]
    sign_in, now = whole.service.console.sign_in, datetime.now(UTC)

    class Later:
        def __init__(self, span: timedelta) -> None:
            self.at = now + span

        def now(self) -> datetime:
            return self.at

    sign_in._clock = Later(timedelta(minutes=29))
    assert await sign_in.who(token)
    sign_in._clock = Later(timedelta(minutes=58))
    assert await sign_in.who(token, acts=False)
    sign_in._clock = Later(timedelta(minutes=60))
    assert await sign_in.who(token) is None, "looking by itself does not keep a session awake"
    for minutes in range(0, 480, 25):
        await whole.service.store.write(lambda tx, at=now + timedelta(minutes=minutes): tx.sessions.seen(_mark(token), at))
    sign_in._clock = Later(timedelta(hours=8, seconds=1))
    assert await sign_in.who(token) is None


def _mark(token: str) -> str:
    from hashlib import sha256

    return sha256(token.encode()).hexdigest()


async def test_forms_of_other_sites_and_forged_ones_do_nothing(whole: Whole) -> None:
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping")).lets_herself_in()
    await anna.opens("/staff/queue")
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        answer = await anna.http.post("/staff/sign-out", data=anna.form, headers=headers)
        assert answer.status_code == 403
    assert (await anna.http.post("/staff/sign-out", data={"csrf": "0" * 40})).status_code == 403
    assert (await anna.opens("/staff/queue")).url.path == "/staff/queue"
    headers = (await anna.http.get("/staff/queue")).headers
    assert headers["cache-control"] == "no-store" and "frame-ancestors 'none'" in headers["content-security-policy"]
    for path in ("/staff/sign-out", "/staff/queue/take", "/staff/language"):
        assert (await anna.http.get(path)).status_code in (404, 405), "no GET changes anything"


async def test_a_link_to_a_case_leads_there_after_signing_in(whole: Whole) -> None:
    anna = await Clerk.hired(whole, "Anna", "norrkoping")
    await anna.joins()
    anna.http.cookies.clear()
    followed = await anna.http.get("/staff/c/CCC-CCC", headers={"Sec-Fetch-Site": "cross-site"})
    assert followed.status_code == 200 and 'content="0;url=/staff/c/CCC-CCC"' in followed.text
    await anna.opens("/staff/c/CCC-CCC")
    assert anna.form["next"] == "/staff/c/CCC-CCC"
    fields = {"name": anna.sign_in, "password": PASSWORD, "digits": anna.digits()}
    assert (await anna.sends("/staff/sign-in", **fields)).url.path == "/staff/c/CCC-CCC"
    for evil in ("https://evil.example/", "//evil.example", "/staff//evil.example", "/staff/\\evil", "/other"):
        anna.http.cookies.clear()
        await anna.opens("/staff/sign-in", **{})
        found = await anna.http.get("/staff/sign-in", params={"next": evil})
        assert "evil" not in found.text and "/other" not in found.text


async def test_accounts_and_sessions_in_both_databases(database: Database) -> None:
    now = datetime(2026, 11, 25, 21, 40, tzinfo=UTC)

    def work(tx: Transaction) -> None:
        who = tx.people.add_staff(Staff(0, "norrkoping", "Anna", frozenset({Role.LEAD}), "sv"), "anna", now)
        tx.sessions.enroll(who, "hash", b"sealed", 5)
        assert not tx.sessions.use_step(who, 5) and tx.sessions.use_step(who, 6) and not tx.sessions.use_step(who, 6)
        account = tx.sessions.account("anna")
        assert account and account == tx.sessions.account_of(who) and account.totp_step == 6
        assert "hash" not in repr(account) and "sealed" not in repr(account)
        tx.sessions.open("one", who, now)
        tx.sessions.open("two", who, now)
        tx.sessions.seen("one", now + timedelta(minutes=1))
        assert tx.sessions.find("one").seen_at == now + timedelta(minutes=1)  # type: ignore[union-attr]
        tx.sessions.end("one")
        assert tx.sessions.find("one") is None and tx.sessions.find("two")
        tx.sessions.end_all(who)
        assert tx.sessions.find("two") is None
        tx.sessions.failed(["a", "b"], now)
        assert tx.sessions.failures("a", now) == [now] and tx.sessions.failures("c", now) == []
        assert tx.sessions.sweep(now + timedelta(days=2)) == 2

    await database.write(work)


async def test_a_hash_weaker_than_todays_is_made_anew_at_signing_in(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = await Clerk.hired(whole, "Anna", "norrkoping")
    await anna.joins()

    async def stored() -> str:
        return (await whole.service.store.read(lambda tx: tx.sessions.account_of(anna.id))).password

    today = await stored()
    monkeypatch.setattr(slow_hash, "_PARAMETERS", "$argon2id$v=19$m=65536,t=4,p=1$")
    monkeypatch.setattr(slow_hash, "PASSES", 4)
    await anna.enters(password="not hers")
    assert await stored() == today, "only who knows the password can have it hashed anew"
    await anna.enters()
    assert "t=4" in await stored() and "Queue" in anna.text
