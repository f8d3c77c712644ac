"""A case at the console: from the queue to its end, what is logged, and what a colleague must give a reason for."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.adapters.store import audit
from bot.domain.audit import Action, Ref, Thing
from bot.domain.events import Address
from bot.domain.people import Role
from bot.domain.report import Report
from bot.domain.routing import CATCH_ALL
from bot.services.case_ports import NewReport
from bot.services.taking import Taking
from tests.support.reporter import Reporter
from tests.support.staff import Clerk, a_unit
from tests.support.whole import Whole, real_content

BY_ITSELF = {"X-Requested-With": "console"}


async def logged(whole: Whole, case: int) -> list[str]:
    about = Ref(Thing.CASE, case)
    return await whole.service.store.read(lambda tx: [row.action for row in audit.rows(tx.connection, about=about)])


async def test_taken_answered_passed_through_and_closed(whole: Whole) -> None:
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping")).lets_herself_in()
    olena = Reporter(whole, "uk")
    report = await olena.reports("norrkoping", "danger")
    await olena.presses("q:who:with")
    case = f"/staff/c/{report.code}"

    await anna.opens("/staff/")
    assert report.code in anna.text and "In danger now, nobody has it: 1" in anna.text
    await anna.sends("/staff/queue/take")
    assert "You have had it since" in anna.text and "I am with the child" in anna.text
    assert "займається людина із соціальної служби" in await olena.reads()

    await olena.presses("q.done")
    await olena.writes("Ми біля входу <script>alert(1)</script>")
    await anna.opens(case)
    assert "Ми біля входу <script>" in anna.text and "original words, Українська" in anna.text
    assert "<script>alert" not in (await anna.http.get(case)).text

    await anna.sends(f"{case}/write", words="Jag kommer strax", asks="1")
    assert "Jag kommer strax" in await olena.reads()
    assert (await olena.report()).asked_at
    await anna.sends(f"{case}/write", phrase="we-come-minutes", minutes="10")
    assert "Choose a phrase" in anna.text  # there is none of that name
    await anna.sends(f"{case}/note", words="Ringde polisen 22.10")
    assert "Ringde polisen" in anna.text and "Ringde" not in await olena.reads()

    await anna.sends(f"{case}/close", outcome="nonsense")
    assert "Choose how it ended" in anna.text
    await anna.sends(f"{case}/close", outcome="met")
    assert "Anna closed it: We met the child." in anna.text
    assert "Ваше повідомлення" in await olena.reads()
    await anna.sends(f"{case}/handed-over")
    assert "no such page" in anna.text.lower(), "that is for records and lead"
    await anna.opens(case)
    await anna.sends(f"{case}/reopen")
    assert "It was opened again." in anna.text

    actions = await logged(whole, report.id)
    wanted = (Action.CASE_ACKNOWLEDGED, Action.CASE_VIEWED, Action.CASE_ANSWERED, Action.CASE_NOTED, Action.CASE_CLOSED)
    assert {a.value for a in wanted} <= set(actions)
    assert actions.count("case.answered") == 1


async def test_what_its_owner_has_not_read_is_marked_and_counted_until_they_open_the_case(whole: Whole) -> None:
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping")).lets_herself_in()
    bjorn = await (await Clerk.hired(whole, "Björn", "norrkoping", Role.LEAD)).lets_herself_in()
    olena, oleh = Reporter(whole, "uk"), Reporter(whole, "uk")
    case, other = [f"/staff/c/{(await who.reports('norrkoping')).code}" for who in (olena, oleh)]
    await olena.presses("q.done")
    await olena.writes("Ми біля входу")
    await anna.opens(case)
    await anna.sends(f"{case}/take")
    await anna.opens(other)
    await anna.sends(f"{other}/take")
    await anna.opens("/staff/queue")
    assert "You have: 2" in anna.text and "New from the reporter" not in anna.text and await unread(anna) == 0

    await olena.writes("Він плаче")
    await olena.writes("Де ви?")
    await anna.opens("/staff/queue")
    assert anna.text.count("New from the reporter: 2") == 1 and await unread(anna) == 2
    await bjorn.opens("/staff/queue")
    assert "Somebody has it: 2" in bjorn.text and "New from the reporter: 2" in bjorn.text
    assert await unread(bjorn) == 0, "a colleague's case is not his to answer"
    await bjorn.sends(f"{case}/reason", reason="Anna svarar inte")
    await bjorn.opens(case)
    await anna.opens("/staff/queue")
    assert "New from the reporter: 2" in anna.text, "that a colleague looked clears nothing"
    await anna.opens(case)
    await anna.opens("/staff/queue")
    assert "New from the reporter" not in anna.text and await unread(anna) == 0


async def unread(clerk: Clerk) -> int:
    return (await clerk.http.get("/staff/watch")).json()["unread"]


async def test_a_page_that_brings_itself_up_to_date_has_shown_it_to_nobody_until_somebody_is_there(whole: Whole) -> None:
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping")).lets_herself_in()
    olena = Reporter(whole, "uk")
    report = await olena.reports("norrkoping")
    await olena.presses("q.done")
    case = f"/staff/c/{report.code}"
    await anna.opens(case)
    await anna.sends(f"{case}/take")
    await olena.writes("Він плаче")
    await anna.opens(case, **BY_ITSELF)
    assert "Він плаче" in anna.text and await unread(anna) == 1
    assert (await logged(whole, report.id))[-1] == Action.CASE_REFRESHED
    await anna.sends(f"{case}/seen")
    assert await unread(anna) == 0 and (await logged(whole, report.id))[-1] == Action.CASE_VIEWED


async def test_only_somebody_who_does_something_keeps_a_session_awake(whole: Whole) -> None:
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping")).lets_herself_in()
    report = await Reporter(whole, "uk").reports("norrkoping")
    await anna.opens("/staff/queue")

    async def left() -> tuple[int, bool]:
        answer = (await anna.http.get("/staff/watch")).json()
        return round(answer["left"] / 60), answer["stays"]

    await anna.sits_still(28)
    for path in ("/staff/watch", "/staff/queue/lines", f"/staff/c/{report.code}/news"):
        assert (await anna.http.get(path)).status_code == 200
    await anna.opens(f"/staff/c/{report.code}", **BY_ITSELF)
    assert await left() == (2, True), "none of these is a person"
    assert (await anna.http.post("/staff/awake", data=anna.form)).status_code == 204
    assert await left() == (30, True)
    await anna.sits_still(5, since_sign_in=8 * 60 - 2)
    assert await left() == (2, False), "the end of the eight hours"
    await anna.sits_still(31)
    assert (await anna.http.get("/staff/watch")).status_code == 401
    assert (await anna.http.get(f"/staff/c/{report.code}", headers=BY_ITSELF)).status_code == 401


async def test_who_takes_over_has_read_nothing_yet(whole: Whole) -> None:
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping")).lets_herself_in()
    await a_unit(whole, "linkoping")
    lena = await (await Clerk.hired(whole, "Lena", "linkoping")).lets_herself_in()
    olena = Reporter(whole, "uk")
    report = await olena.reports("norrkoping")
    await olena.presses("q.done")
    await olena.writes("Ми біля входу")
    await anna.opens(f"/staff/c/{report.code}")
    await anna.sends(f"/staff/c/{report.code}/take")
    await anna.sends(f"/staff/c/{report.code}/offer", unit="linkoping")
    person = await whole.service.store.read(lambda tx: tx.people.staff(lena.id))
    now = datetime.now(UTC)
    cases = whole.service.casework.cases
    await whole.service.store.write(lambda tx: cases.accept(tx, person, report.id, now))  # by the button of a page
    await lena.opens("/staff/queue")
    assert "New from the reporter: 1" in lena.text
    await lena.opens(f"/staff/c/{report.code}")
    await lena.opens("/staff/queue")
    assert "New from the reporter" not in lena.text


async def test_a_phrase_arrives_in_the_reporters_language(whole: Whole) -> None:
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping", language="sv")).lets_herself_in()
    olena = Reporter(whole, "uk")
    report = await olena.reports("norrkoping")
    case = f"/staff/c/{report.code}"
    await anna.opens(case)
    await anna.sends(f"{case}/take")
    phrases = real_content().phrases
    phrase = next(p for p in phrases.all if p.places() == ("minutes",) and "uk" in p.texts)
    await anna.sends(f"{case}/write", phrase=phrase.id, minutes="snart")
    assert "Fyll i det som saknas" in anna.text
    await anna.opens(case)
    await anna.sends(f"{case}/write", phrase=phrase.id, minutes="10")
    assert phrase.texts["uk"].replace("{minutes}", "10") in await olena.reads()
    assert phrase.texts["sv"].replace("{minutes}", "10") in anna.text


async def test_a_colleagues_case_opens_with_a_reason(whole: Whole) -> None:
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping")).lets_herself_in()
    bjorn = await (await Clerk.hired(whole, "Björn", "norrkoping")).lets_herself_in()
    olena = Reporter(whole, "uk")
    report = await olena.reports("norrkoping")
    await olena.writes("Таємниця")
    case = f"/staff/c/{report.code}"
    await anna.opens(case)
    await anna.sends(f"{case}/take")

    await bjorn.opens(case)
    assert "This case is a colleague's" in bjorn.text and "Таємниця" not in bjorn.text
    await bjorn.sends(f"{case}/note", words="x" * 20)
    assert "This case is a colleague's" in bjorn.text
    await bjorn.sends(f"{case}/take")
    assert "Anna has had" in bjorn.text
    await bjorn.opens(case)
    await bjorn.sends(f"{case}/reason", reason="x")
    assert "Write why" in bjorn.text
    await bjorn.opens(case)
    await bjorn.sends(f"{case}/reason", reason="Anna gick hem, jag tar kvällen")
    assert "Таємниця" in bjorn.text and "Anna gick hem" in bjorn.text
    actions = await logged(whole, report.id)
    assert actions.count("case.viewed_as_stranger") == 1


async def test_passed_to_another_unit(whole: Whole) -> None:
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping")).lets_herself_in()
    lena = await (await Clerk.hired(whole, "Lena", "linkoping", Role.LEAD)).lets_herself_in()
    report = await Reporter(whole, "uk").reports("norrkoping")
    case = f"/staff/c/{report.code}"
    await lena.opens(case)
    unknown = lena.text
    await lena.opens("/staff/c/CCC-CCC")
    assert lena.text == unknown
    await anna.opens(case)
    await anna.sends(f"{case}/take")
    await anna.sends(f"{case}/offer", unit="linkoping")
    assert "Anna asked Socialtjänsten linkoping to take it over." in anna.text
    await lena.opens("/staff/queue")
    assert "Another unit asks you to take it" in lena.text
    await lena.opens(case)
    await lena.sends(f"{case}/close", outcome="met")
    assert "no such page" in lena.text.lower()
    await lena.opens(case)
    await lena.sends(f"{case}/accept")
    assert "You have had it since" in lena.text
    await anna.opens(case)
    assert "no such page" in anna.text.lower()


async def test_who_runs_the_service_reads_nothing(whole: Whole) -> None:
    await a_unit(whole, "norrkoping")
    rut = await (await Clerk.hired(whole, "Rut", "norrkoping", Role.OPERATOR)).lets_herself_in()
    report = await Reporter(whole, "uk").reports("norrkoping")
    assert (await rut.opens(f"/staff/c/{report.code}")).status_code == 404
    assert (await rut.opens("/staff/queue")).status_code == 403


async def test_who_is_called_in_place_of_an_empty_unit_may_take_and_read(whole: Whole) -> None:
    """The catch-all is called when nobody at the unit can be: its button must not answer "not yours"."""
    await a_unit(whole, "norrkoping")
    await a_unit(whole, "last", kind=CATCH_ALL)
    guard = await (await Clerk.hired(whole, "Vakt", "last")).lets_herself_in()
    await whole.service.store.write(lambda tx: tx.people.add_method(guard.id, "web", "guard", 0, datetime.now(UTC)))
    olena = Reporter(whole, "uk")
    report = await olena.reports("norrkoping", "danger")
    await whole.service.casework.alerting.look()
    await guard.opens("/staff/queue")
    assert report.code in guard.text and "Another unit asks you to take it" in guard.text
    casework, now = whole.service.casework, datetime.now(UTC)
    taking = Taking(casework.cases, casework.alerting._paging)

    def by_button(tx: Any) -> list[Any]:
        return taking.take_from(tx, Address("web", "guard"), "", report.code, now)

    said = [s.message.parts[0].text.msgid for s in await whole.service.store.write(by_button)]
    assert "{code} is yours. The reporter sees that a person has it." in said
    assert "A person at the social services took your report {code} at {time}." in said
    await whole.service.store.write(by_button)
    assert (await logged(whole, report.id)).count("case.acknowledged") == 1
    await guard.opens(f"/staff/c/{report.code}")
    assert "You have had it since" in guard.text and "Nothing yet but the place" in guard.text


async def test_found_by_a_code_and_left_to_hand_over(whole: Whole) -> None:
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping", Role.LEAD)).lets_herself_in()
    report = await Reporter(whole, "uk").reports("norrkoping")
    case = f"/staff/c/{report.code}"
    await anna.opens(f"/staff/find?code={report.code.lower().replace('-', ' ')}")
    await anna.sends(f"{case}/take")
    await anna.sends(f"{case}/close", outcome="no_child")
    await anna.opens("/staff/queue")
    assert "Closed, not yet in the records system: 1" in anna.text
    await anna.opens(case)
    await anna.sends(f"{case}/handed-over")
    assert "Anna confirmed that the records system has it." in anna.text
    await anna.opens("/staff/queue")
    assert "Closed, not yet" not in anna.text
    await anna.opens("/staff/find?code=K7M-4PP")
    assert "not the code of a case" in anna.text


async def test_of_a_hundred_who_take_at_once_one_has_it(whole: Whole) -> None:
    clerks = [await (await Clerk.hired(whole, f"Nr{n}", "norrkoping")).lets_herself_in() for n in range(5)]
    report = await Reporter(whole, "uk").reports("norrkoping", "danger")
    for clerk in clerks:
        await clerk.opens("/staff/queue")
    presses = (c.http.post(f"/staff/c/{report.code}/take", data=c.form) for _ in range(20) for c in clerks)
    answers = await asyncio.gather(*presses)
    owner = (await whole.service.store.read(lambda tx: tx.reports.by_id(report.id))).owner
    assert owner in {c.id for c in clerks}
    assert sorted({a.status_code for a in answers}) == [303, 409]
    assert sum(a.status_code == 303 for a in answers) == 20, "the winner's own repeats do nothing and are no fault"
    moments = await whole.service.store.read(lambda tx: [m.what for m in tx.reports.timeline(report.id)])
    assert moments.count("taken") == 1


async def test_a_reviewer_sees_who_opened_what(whole: Whole) -> None:
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping")).lets_herself_in()
    bjorn = await (await Clerk.hired(whole, "Björn", "norrkoping")).lets_herself_in()
    vera = await (await Clerk.hired(whole, "Vera", "norrkoping", Role.REVIEWER)).lets_herself_in()
    other = await (await Clerk.hired(whole, "Olle", "linkoping", Role.REVIEWER)).lets_herself_in()
    report = await Reporter(whole, "uk").reports("norrkoping")
    case = f"/staff/c/{report.code}"
    await anna.opens(case)
    await anna.sends(f"{case}/take")
    await bjorn.opens(case)
    await bjorn.sends(f"{case}/reason", reason="Anna är sjuk, jag tar över")
    await vera.opens("/staff/log")
    assert "Björn: opened a colleague's case, with a reason" in vera.text and report.code in vera.text
    await vera.opens(case)
    assert "Anna är sjuk" not in vera.text, "she needs a reason, too"
    await vera.sends(f"{case}/reason", reason="Månadens granskning")
    assert "Anna är sjuk" in vera.text
    await other.opens("/staff/log")
    assert report.code not in other.text
    assert (await anna.opens("/staff/log")).status_code == 403


async def test_staff_see_that_nothing_reaches_the_reporter(whole: Whole) -> None:
    """The channel that the report came by has been switched off since."""
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping")).lets_herself_in()
    olena = Reporter(whole, "uk")
    report = await olena.reports("norrkoping")
    case = f"/staff/c/{report.code}"
    await anna.opens(case)
    await anna.sends(f"{case}/take")

    def only_by_a_channel_that_is_off(tx: Any) -> None:
        tx.reports.drop_reporter(olena.address)
        tx.reports.add_reporter(report.id, Address("telegram", "1"))

    await whole.service.store.write(only_by_a_channel_that_is_off)
    answer = await anna.sends(f"{case}/write", words="Hej")
    assert answer.status_code == 200
    assert "NOT DELIVERED: the reporter can be reached nowhere now." in anna.text


async def test_a_flood_hides_nobody_in_danger(whole: Whole) -> None:
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping")).lets_herself_in()
    vault, now = whole.service.casework.sealing, datetime.now(UTC)

    def flood(tx: Any) -> None:
        key = vault.new_case_key("norrkoping")
        for n in range(1_000):
            report = Report(0, f"k{n}", f"C{n}", "norrkoping", "norrkoping", "safe", "received", "uk", False, False, now)
            tx.reports.add(NewReport(report, key, b"", "", now + timedelta(days=1)))

    await whole.service.store.write(flood)
    true = await Reporter(whole, "uk").reports("norrkoping", "danger")
    await anna.opens("/staff/queue")
    assert true.code in anna.text and "Waiting: 1000" in anna.text and "And 800 more after these." in anna.text
    await anna.sends("/staff/queue/take")
    assert true.code in anna.text and "You have had it since" in anna.text


async def test_what_the_law_asks_is_marked_as_done_and_who_did_it_stands_there(whole: Whole) -> None:
    anna = await (await Clerk.hired(whole, "Anna", "norrkoping")).lets_herself_in()
    report = await Reporter(whole, "uk").reports("norrkoping")
    case = f"/staff/c/{report.code}"
    await anna.opens(case)
    await anna.sends(f"{case}/take")
    await anna.sends(f"{case}/clock", clock="protection", done="1")
    assert "marked by Anna." in anna.text and "Anna marked as done: immediate protection assessment." in anna.text
    assert (await logged(whole, report.id)).count(Action.CASE_CLOCK_MARKED.value) == 1
    await anna.sends(f"{case}/clock", clock="protection", done="0")
    assert "marked by Anna." not in anna.text and "not done after all: immediate protection assessment." in anna.text
    await anna.sends(f"{case}/clock", clock="nonsense", done="1")
    assert "Choose one of the times" in anna.text
    stranger = await (await Clerk.hired(whole, "Björn", "linkoping")).lets_herself_in()
    await stranger.opens("/staff/queue")
    assert (await stranger.sends(f"{case}/clock", clock="inquiry", done="1")).status_code == 404
    rows = await whole.service.store.read(lambda tx: tx.clocks.of(report.id))
    assert all(row.done_at is None for row in rows)
