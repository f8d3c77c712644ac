"""Every route x role x own or other unit, and nobody signed in: what opens is what people.may says, and nothing else."""

from __future__ import annotations

import itertools
import random
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from starlette.requests import Request

from bot.adapters.store.case_tables import metadata
from bot.adapters.web.console import access, site
from bot.adapters.web.console.access import RULES, Of
from bot.domain.events import Address
from bot.domain.offer import new_offer
from bot.domain.offer_effects import Home
from bot.domain.people import Do, Role, Staff, may
from bot.domain.question import Question
from bot.domain.report import Report
from bot.services.case_ports import NewReport
from tests.support.staff import Clerk, a_unit
from tests.support.whole import Whole

OWN, OTHER, THIRD = "norrkoping", "linkoping", "orebro"
_codes = itertools.count()
SIGNS = "CDFHJKMNPRTWXY34679"


async def a_case(whole: Whole, unit: str, offered_to: str | None = None) -> Report:
    """Put a free case into the store, sealed as intake seals it."""
    number = next(_codes)
    code = "".join(SIGNS[number // 19**place % 19] for place in range(6))
    code = f"{code[:3]}-{code[3:]}"
    vault, key, now = whole.service.casework.sealing, secrets.token_hex(16), datetime.now(UTC)
    report = Report(0, key, code, unit, unit, "safe", "received", "uk", False, False, now, offered_to=offered_to)

    def work(tx: Any) -> Report:
        case_key = vault.new_case_key(unit)
        answers = vault.seal(case_key, "{}", key, "reports", key, "answers")
        id_ = tx.reports.add(NewReport(report, case_key, answers, "", now + timedelta(days=1)))
        return tx.reports.by_id(id_)

    return await whole.service.store.write(work)


async def a_question(whole: Whole) -> str:
    """Put a question for people into the queue and return its key."""
    key, now = secrets.token_hex(12), datetime.now(UTC)
    asked = Question(0, key, "uk", OWN, "school", False, now)
    await whole.service.store.write(lambda tx: tx.questions.add(asked, Address("web", "somebody"), "", "?"))
    return key


async def an_offer(whole: Whole, place: str = OWN) -> str:
    """Leave an offer of a home to that municipality and return its key."""
    key = secrets.token_hex(12)
    offer = new_offer(key, "uk", place, datetime.now(UTC))
    home = Home("room", 2, "now", "till påsk")
    await whole.service.store.write(lambda tx: tx.offers.add(offer, Address("web", "bo"), home, "070-123 45 67"))
    return key


def a_draft(whole: Whole) -> str:
    """Put an unfinished draft into the folder and return its name."""
    folder = whole.service.settings.drafts_dir
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "school-from-answer-1.yaml").write_text("id: school-from-answer-1\n")
    return "school-from-answer-1.yaml"


def expected(of: Of, do: tuple[Do, ...], person: Staff, report: Report | None) -> bool:
    """Read the rule again, without the code that the console reads it with."""
    about = {Of.UNIT: [person.unit], Of.SERVICE: [None]}
    if report:
        offered = report.offered_to or "nobody"
        about |= {Of.CASE: [report.unit], Of.OFFER: [offered], Of.SHOWN: [report.unit, offered]}
    about[Of.SELF] = [person.unit]
    return of is Of.ANYBODY or (of is Of.SELF and not do) or any(may(person, d, unit) for d in do for unit in about[of])


async def test_every_route_every_role_own_and_other_unit(whole: Whole) -> None:
    for unit in (OWN, OTHER, THIRD):
        await a_unit(whole, unit)
    mismatches, checks, opened = [], 0, 0
    for role in Role:
        clerk = await (await Clerk.hired(whole, f"R{role.value}", OWN, role)).lets_herself_in()
        person = Staff(clerk.id, OWN, "", frozenset({role}), "en")
        for ((method, path), rule), whose in itertools.product(RULES.items(), ("own", "other", "offered")):
            if whose != "own" and not rule.about_a_case:
                continue
            unit, offered = {"own": (OWN, None), "other": (OTHER, None), "offered": (THIRD, OWN)}[whose]
            report = await a_case(whole, unit, offered) if rule.about_a_case else None
            if report is None:
                await clerk.lets_herself_in()  # some of these end the session
            status = await _status(clerk, method, path, report)
            checks += 1
            opens = status not in (403, 404, 419)
            opened += opens
            public = rule.of is Of.ANYBODY
            if not public and opens != expected(rule.of, rule.do, person, report):
                mismatches.append(f"{method} {path} as {role.value}, {whose} unit: {status}")
            if status >= 500:
                mismatches.append(f"{method} {path} as {role.value}: {status}")
    assert not mismatches, "\n".join(mismatches)
    assert checks >= len(RULES) * len(Role) and 0 < opened < checks


async def _status(clerk: Clerk, method: str, path: str, report: Report | None) -> int:
    code = report.code if report else ""
    makes = an_offer if path.startswith("/offers/") else a_question
    key = await makes(clerk.whole) if "{key}" in path else ""
    draft = a_draft(clerk.whole) if "{draft}" in path else ""
    address = "/staff" + path.format(code=code, name="console.css", token="0" * 32, id="1", who="1", key=key, draft=draft)
    if method == "GET":
        return (await clerk.http.get(address)).status_code
    csrf = whole_cookie(clerk).form_token(clerk.http.cookies["staff"])
    return (await clerk.http.post(address, data={"csrf": csrf})).status_code


def whole_cookie(clerk: Clerk) -> Any:
    return clerk.whole.service.console.app.state.pages.cookie


async def test_nobody_signed_in_gets_nothing(whole: Whole) -> None:
    await a_unit(whole, OWN)
    report = await a_case(whole, OWN)
    stranger = Clerk(whole, 0, "", "")
    for (method, path), rule in RULES.items():
        if rule.of is Of.ANYBODY:
            continue
        address = "/staff" + path.format(code=report.code, name="x", token="0" * 32, id="1", who="1", key="k", draft="d.yaml")
        for cookie in ("", "A" * 22, "../../etc"):
            stranger.http.cookies.clear()
            if cookie:
                stranger.http.cookies.set("staff", cookie)
            answer = await stranger.http.request(method, address, data={"csrf": "0" * 40} if method == "POST" else None)
            assert answer.status_code in (303, 401), (method, path)
            if answer.status_code == 303:
                assert answer.headers["location"].startswith("/staff/sign-in")
            assert report.code not in answer.text


async def test_no_form_of_another_site_and_no_get_changes_anything(whole: Whole) -> None:
    await a_unit(whole, OWN)
    roles = tuple(Role)
    clerk = await (await Clerk.hired(whole, "Alla", OWN, *roles)).lets_herself_in()
    report = await a_case(whole, OWN)
    before = await rows(whole)
    for (method, path), _ in RULES.items():
        address = "/staff" + path.format(code=report.code, name="x", token="0" * 32, id="1", who="1", key="k", draft="d.yaml")
        if method == "GET":
            await clerk.http.get(address)
            continue
        csrf = whole_cookie(clerk).form_token(clerk.http.cookies["staff"])
        elsewhere = [({"Sec-Fetch-Site": where}, csrf) for where in ("cross-site", "same-site")]
        for headers, token in (*elsewhere, ({}, "0" * 40), ({}, "")):
            answer = await clerk.http.post(address, data={"csrf": token}, headers=headers)
            assert answer.status_code == 403, (path, headers)
        stranger = {"Sec-Fetch-Site": "", "Origin": "https://evil.example"}
        assert (await clerk.http.post(address, data={"csrf": csrf}, headers=stranger)).status_code == 403
    assert await rows(whole) == before


async def rows(whole: Whole) -> dict[str, list[Any]]:
    """Return all that is stored but the log of who looked."""
    tables = [t for t in metadata.sorted_tables if t.name not in ("audit", "sessions", "failures")]
    return await whole.service.store.read(lambda tx: {t.name: tx.connection.execute(sa.select(t)).all() for t in tables})


def test_the_table_and_the_routes_are_the_same(whole: Whole) -> None:
    routes = {(method, r.path) for r in whole.service.console.app.routes for method in r.methods - {"HEAD"}}
    assert routes == set(RULES)


def test_a_route_without_a_row_cannot_be_built(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(request: Request) -> None: ...

    gate = site.Gate(None, None, None, None)  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        gate.route("GET", "/new", nothing)  # type: ignore[arg-type]


def test_the_hard_lines() -> None:
    """What must never change by an edit of the tables: said once more, by hand."""
    report = Report(1, "k", "C", None, OWN, "safe", "received", "uk", False, False, datetime.now(UTC))
    for (method, path), rule in RULES.items():
        if not rule.about_a_case:
            continue
        for role in (Role.ADMIN, Role.OPERATOR):
            assert not access.allowed(rule, Staff(1, OWN, "", frozenset({role}), "sv"), report), (path, role)
        assert not access.allowed(rule, Staff(1, OTHER, "", frozenset(Role), "sv"), report), path
        assert not access.allowed(rule, Staff(1, OWN, "", frozenset(Role), "sv", active=False), report), path
        reviewer = Staff(1, OWN, "", frozenset({Role.REVIEWER}), "sv")
        assert access.allowed(rule, reviewer, report) == (method == "GET" or path.endswith("/reason")), path


ODD = (
    "",
    "\x00",
    "-1",
    "9" * 15,
    "9" * 400,
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "0001-01-01",
    "24:00",
    "{0.__class__}",
    "ö" * 900,
)
FIELDS = ("name", "password", "digits", "next", "to", "kind", "code", "id", "who", "level", "opens", "closes", "since", "weeks")
MORE_FIELDS = ("out", "stand_in", "starts", "ends", "unit", "words", "phrase", "outcome", "reason", "text", "version")


async def test_no_form_however_odd_breaks_anything(whole: Whole) -> None:
    await a_unit(whole, OWN)
    clerk = await Clerk.hired(whole, "Alla", OWN, *Role)
    chance = random.Random(7)
    for (method, path), _ in RULES.items():
        for _ in range(6):
            report = await a_case(whole, OWN)
            await clerk.lets_herself_in()
            odd = chance.choice(("\x00", "CCC-CCC\n", "..", "%2e%2e", "a" * 300, report.code))
            code = quote(odd, safe="")
            address = "/staff" + path.format(code=code, name=code, token=code, id="1", who="1", key=code, draft=code)
            fields = {name: chance.choice(ODD) for name in chance.sample(FIELDS + MORE_FIELDS, 17)}
            fields["csrf"] = whole_cookie(clerk).form_token(clerk.http.cookies["staff"])
            if method == "GET":
                answer = await clerk.http.get(address, params={"lang": chance.choice(ODD), "next": chance.choice(ODD)})
            else:
                answer = await clerk.http.post(address, data=fields)
            assert answer.status_code < 500, (method, path, fields)
