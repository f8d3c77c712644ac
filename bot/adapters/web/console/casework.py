"""The queue, a case, and everything that is done to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.adapters.web import forms
from bot.adapters.web.console import ROOT
from bot.adapters.web.console.gate import Visit
from bot.adapters.web.console.pages import Pages
from bot.domain import codes, statutory, timeline
from bot.domain.audit import Action
from bot.domain.messages import N_, Text, say
from bot.domain.people import Do, Staff, may
from bot.domain.phrases import Phrase, Phrases, fits
from bot.domain.report import OUTCOMES, RECEIVED, Report
from bot.domain.routing import Unit
from bot.services.case_ports import Locked
from bot.services.cases import Cases, Done, Refused
from bot.services.desk import Desk
from bot.services.ports import Store
from bot.services.shown import Opened, Queue

Tx = Any
SHOWN_AT_MOST = 200  # lines of a list; a flood must not make the page too heavy to load
DID = {
    Action.CASE_VIEWED.value: N_("opened"),
    Action.CASE_REFRESHED.value: N_("had it open when something new came in"),
    Action.CASE_VIEWED_AS_STRANGER.value: N_("opened a colleague's case, with a reason"),
    Action.CASE_ACKNOWLEDGED.value: N_("took"),
    Action.CASE_ANSWERED.value: N_("wrote to the reporter"),
    Action.CASE_NOTED.value: N_("made a note"),
    Action.CASE_CLOCK_MARKED.value: N_("marked what the law sets a time for"),
    Action.CASE_OFFERED.value: N_("asked another unit to take over"),
    Action.CASE_TAKEN_BACK.value: N_("asked another unit no longer"),
    Action.CASE_ACCEPTED.value: N_("took over from another unit"),
    Action.CASE_DECLINED.value: N_("said no to another unit"),
    Action.CASE_CLOSED.value: N_("closed"),
    Action.CASE_REOPENED.value: N_("opened again"),
    Action.CASE_HANDED_TO_RECORDS.value: N_("confirmed the hand-over"),
    Action.DRILL_HELD.value: N_("started a drill"),
}


class Casework:
    def __init__(self, *, desk: Desk, cases: Cases, store: Store, pages: Pages, phrases: Phrases, interprets: bool) -> None:
        self._desk = desk
        self._cases = cases
        self._store = store
        self._pages = pages
        self._phrases = phrases
        self._interprets = interprets

    # --- the queue ------------------------------------------------------------------------------------------------------------

    async def queue(self, visit: Visit) -> Response:
        """GET /queue"""
        return await self._lines(visit, "queue.html")

    async def lines(self, visit: Visit) -> Response:
        """GET /queue/lines: what the page fetches by itself."""
        return await self._lines(visit, "queue_lines.html")

    async def _lines(self, visit: Visit, template: str) -> Response:
        queue: Queue = await self._desk.queue(visit.person)
        takes = may(visit.person, Do.TAKE, visit.person.unit)
        return self._pages.page(
            visit.request,
            template,
            person=visit.person,
            token=visit.token,
            queue=queue,
            takes=takes,
            safety=timeline.SAFETY,
            shown_at_most=SHOWN_AT_MOST,
        )

    async def find(self, visit: Visit) -> Response:
        """GET /find: the case of a code, however it was typed."""
        code = codes.read_case_code(visit.request.query_params.get("code", "")[:40])
        if not code:
            raise Refused(say("This is not the code of a case: a character is wrong or missing. A code looks like K7M-4PX."))
        return RedirectResponse(f"{ROOT}/c/{code}", 303)

    async def take_first(self, visit: Visit) -> Response:
        """POST /queue/take: the first one that is free."""
        queue = await self._desk.queue(visit.person)
        if queue.first_free is None:
            raise Refused(say("Nothing waits: everything has been taken."))
        return await self._take(visit, queue.first_free.code)

    async def log(self, visit: Visit) -> Response:
        """GET /log: what the unit's staff did with cases, for a reviewer."""
        lines = await self._desk.done_lately(visit.person.unit)
        return self._pages.page(visit.request, "log.html", person=visit.person, token=visit.token, lines=lines, did=DID)

    # --- a case ---------------------------------------------------------------------------------------------------------------

    async def case(self, visit: Visit) -> Response:
        """GET /c/{code}"""
        case = await self._desk.open(visit.person, visit.code, by_itself=visit.by_itself)
        units = await self._store.read(lambda tx: tx.people.units())
        return self._case(visit, case, units)

    def _case(self, visit: Visit, case: Opened, units: list[Unit]) -> Response:
        person, report = visit.person, case.report
        theirs = case.reads_also or report.language or self._pages.catalog.languages[0].code
        mine = self._pages.language(visit.request, person).code
        child = bool(case.answers and case.answers.get("who") == "self")
        return self._pages.page(
            visit.request,
            "case.html",
            person=person,
            token=visit.token,
            case=case,
            report=report,
            mine=report.owner == person.id,
            can={do.value: may(person, do, report.unit) for do in Do},
            accepts=bool(report.offered_to) and may(person, Do.ACCEPT, report.offered_to),
            declines=bool(case.asked) and may(person, Do.ACCEPT, case.asked),
            phrases=self._phrases.offered(child=child),
            theirs=theirs,
            in_mine=lambda phrase: phrase.texts[phrase.language(self._chain(mine))],
            in_theirs=lambda phrase: (phrase.language(self._chain(theirs)), phrase.texts[phrase.language(self._chain(theirs))]),
            name_of=lambda names: self._pages.catalog.name(names, mine),
            safety=timeline.SAFETY,
            outcomes=timeline.OUTCOMES,
            clocks=statutory.NAMES,
            units=[u for u in units if u.id != report.unit],
            newest=max((w.post.id for w in case.posts), default=0),
            heard=max((w.post.id for w in case.posts if w.post.author == "reporter"), default=0),
            state=case.state,
            interprets=self._interprets,
        )

    def _chain(self, language: str) -> tuple[str, ...]:
        return (language, *(code for code in self._pages.catalog.chain(language) if code != language))

    async def news(self, visit: Visit) -> Response:
        """GET /c/{code}/news: whether the page is out of date."""
        newest, state = await self._desk.news(visit.person, visit.code)
        return JSONResponse({"newest": newest, "state": state})

    async def reason(self, visit: Visit) -> Response:
        """POST /c/{code}/reason"""
        await self._desk.give_reason(visit.person, visit.code, forms.words(visit.form.get("reason", "")))
        return self._back(visit)

    async def take(self, visit: Visit) -> Response:
        """POST /c/{code}/take"""
        return await self._take(visit, visit.code)

    async def _take(self, visit: Visit, code: str) -> Response:
        person = visit.person
        await self._desk.act(
            person, code, Action.CASE_ACKNOWLEDGED, lambda tx, report, now: self._cases.take(tx, person, report.id, now)
        )
        return RedirectResponse(f"{ROOT}/c/{code}", 303)

    async def write(self, visit: Visit) -> Response:
        """POST /c/{code}/write: free words, or a prepared phrase with what is filled in."""
        person, form = visit.person, visit.form
        asks = form.get("asks") == "1"
        words, shown, phrase = forms.words(form.get("words", "")), None, form.get("phrase", "")
        if phrase:
            words, shown, asks = self._phrase(visit, phrase)
        if not words:
            raise Refused(say("Write something first."))

        def work(tx: Tx, report: Report, now: Any) -> Done:
            if report.state == RECEIVED:
                raise Refused(say("Take the case first, so that the reporter and your colleagues see who has it."))
            return self._cases.write(tx, person, report.id, words, now, phrase=phrase, shown=shown, asks=asks)

        return await self._act(visit, Action.CASE_ANSWERED, work)

    def _phrase(self, visit: Visit, id_: str) -> tuple[str, Text, bool]:
        """Return the words for staff, the same for the reporter in every language, and whether they ask something."""
        try:
            phrase: Phrase = self._phrases[id_]
        except KeyError:
            raise Refused(say("Choose a phrase.")) from None
        values = {name: forms.words(visit.form.get(name, "")) for name in phrase.places()}
        if any(not fits(name, value) for name, value in values.items()):
            raise Refused(say("Fill in what is missing: minutes as a number, a time as 21:40."))
        everywhere = {code: phrase.filled(code, values) for code in phrase.texts}
        mine = phrase.language(self._chain(self._pages.language(visit.request, visit.person).code))
        # A name in many languages: each reader gets their own, as with the names of places.
        return everywhere[mine], Text("{words}", (("words", everywhere),)), "?" in everywhere[mine]

    async def note(self, visit: Visit) -> Response:
        """POST /c/{code}/note"""
        words, person = forms.words(visit.form.get("words", "")), visit.person
        if not words:
            raise Refused(say("Write something first."))
        return await self._act(
            visit, Action.CASE_NOTED, lambda tx, report, now: self._cases.note(tx, person, report.id, words, now)
        )

    async def clock(self, visit: Visit) -> Response:
        """POST /c/{code}/clock: what the law sets a time for is done, or is not after all."""
        person, clock, done = visit.person, visit.form.get("clock", ""), visit.form.get("done") == "1"
        return await self._act(
            visit,
            Action.CASE_CLOCK_MARKED,
            lambda tx, report, now: self._cases.mark_clock(tx, person, report.id, clock, done, now),
        )

    async def offer(self, visit: Visit) -> Response:
        """POST /c/{code}/offer"""
        person, unit = visit.person, visit.form.get("unit", "")
        return await self._act(
            visit, Action.CASE_OFFERED, lambda tx, report, now: self._cases.offer(tx, person, report.id, unit, now)
        )

    async def accept(self, visit: Visit) -> Response:
        """POST /c/{code}/accept"""
        return await self._does(visit, Action.CASE_ACCEPTED, self._cases.accept)

    async def take_back(self, visit: Visit) -> Response:
        """POST /c/{code}/take-back: the other unit is asked no longer"""
        return await self._does(visit, Action.CASE_TAKEN_BACK, self._cases.take_back)

    async def decline(self, visit: Visit) -> Response:
        """POST /c/{code}/decline: the unit that was asked says no"""
        return await self._does(visit, Action.CASE_DECLINED, self._cases.decline)

    async def close(self, visit: Visit) -> Response:
        """POST /c/{code}/close"""
        person, outcome = visit.person, visit.form.get("outcome", "")
        if outcome not in OUTCOMES:
            raise Refused(say("Choose how it ended."))
        return await self._act(
            visit, Action.CASE_CLOSED, lambda tx, report, now: self._cases.close(tx, person, report.id, outcome, now)
        )

    async def reopen(self, visit: Visit) -> Response:
        """POST /c/{code}/reopen"""
        return await self._does(visit, Action.CASE_REOPENED, self._cases.reopen)

    async def handed_over(self, visit: Visit) -> Response:
        """POST /c/{code}/handed-over"""
        person = visit.person
        return await self._act(
            visit,
            Action.CASE_HANDED_TO_RECORDS,
            lambda tx, report, now: self._desk.confirm_handover(tx, person, report, now),
        )

    async def _does(self, visit: Visit, action: Action, deed: Callable[[Tx, Staff, int, datetime], Done]) -> Response:
        """Do what needs no more than who does it to which case."""
        return await self._act(visit, action, lambda tx, report, now: deed(tx, visit.person, report.id, now))

    async def _act(self, visit: Visit, action: Action, work: Any) -> Response:
        try:
            await self._desk.act(visit.person, visit.code, action, work)
        except Locked:
            raise Refused(say("The key that opens this case is not on this machine. Nothing was done.")) from None
        return self._back(visit)

    def _back(self, visit: Visit) -> Response:
        return RedirectResponse(f"{ROOT}/c/{visit.code}#newest", 303)
