"""Questions for people: the queue, one question, drafts, what our texts did not answer, and the switch."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from bot.adapters.web import forms
from bot.adapters.web.console import ROOT
from bot.adapters.web.console.gate import Visit
from bot.adapters.web.console.pages import Pages
from bot.domain.messages import N_, say
from bot.domain.people import Do, may
from bot.domain.question import ANSWER_AT_MOST, CLAIM_HOLDS
from bot.domain.relaying import HOLDS
from bot.services.cases import Refused
from bot.services.desk import Unknown
from bot.services.question_desk import QuestionDesk

STAGES = {"draft": N_("being written"), "review": N_("waits for review"), "published": N_("published")}
_MINUTES = int(CLAIM_HOLDS.total_seconds()) // 60
KINDS = {
    "unknown": N_("nothing found"),
    "not_these": N_("none of the offered fitted"),
    "asked": N_("went to people"),
}
STATES = {"answered": N_("answered"), "closed": N_("closed")}


class QuestionPages:
    def __init__(self, desk: QuestionDesk, pages: Pages) -> None:
        self._desk = desk
        self._pages = pages

    async def board(self, visit: Visit) -> Response:
        """GET /questions"""
        person = visit.person
        return self._pages.page(
            visit.request,
            "questions.html",
            person=person,
            token=visit.token,
            board=await self._desk.board(person),
            edits=may(person, Do.EDIT_DRAFT, person.unit),
            switches=may(person, Do.PUBLISH, person.unit),
            thanks=visit.request.query_params.get("done") == "handed",
            topics={t.id: t.names for t in self._pages.catalog.topics},
            kinds=KINDS,
            states=STATES,
            stages=STAGES,
            name_of=lambda names: self._pages.catalog.name(names, self._pages.language(visit.request, person).code),
        )

    async def one(self, visit: Visit) -> Response:
        """GET /questions/{key}"""
        person = visit.person
        mine = self._pages.language(visit.request, person).code
        catalog = self._pages.catalog
        titles = sorted((catalog.name({c: t.title for c, t in a.texts.items()}, mine), a.id) for a in catalog.articles.values())
        return self._pages.page(
            visit.request,
            "question.html",
            person=person,
            token=visit.token,
            desk=await self._desk.open(person, visit.request.path_params["key"]),
            titles=titles,
            minutes=_MINUTES,
            hours=int(HOLDS.total_seconds()) // 3600,
            at_most=ANSWER_AT_MOST,
            edits=may(person, Do.EDIT_DRAFT, person.unit),
            states=STATES,
        )

    async def claim(self, visit: Visit) -> Response:
        """POST /questions/{key}/claim"""
        await self._desk.claim(visit.person, visit.request.path_params["key"])
        return self._back(visit)

    async def answer(self, visit: Visit) -> Response:
        """POST /questions/{key}/answer. Words that could not be sent are shown again, to be copied."""
        form = visit.form
        words, article = forms.words(form.get("words", "")), form.get("article", "")
        try:
            await self._desk.answer(visit.person, visit.request.path_params["key"], words, form.get("language", ""), article)
        except (Refused, Unknown) as fault:
            if not words:
                raise
            gone = say("The question is no longer here: the person took it back, or an editor has it. Nothing was sent.")
            why = fault.why if isinstance(fault, Refused) else gone
            return self._pages.page(visit.request, "unsent.html", person=visit.person, status=409, why=why, words=words)
        return RedirectResponse(f"{ROOT}/questions", 303)

    async def hand_on(self, visit: Visit) -> Response:
        """POST /questions/{key}/hand-on"""
        await self._desk.hand_on(visit.person, visit.request.path_params["key"])
        return RedirectResponse(f"{ROOT}/questions?done=handed", 303)

    async def to_editor(self, visit: Visit) -> Response:
        """POST /questions/{key}/editor"""
        await self._desk.hand_on(visit.person, visit.request.path_params["key"], to_editor=True)
        return RedirectResponse(f"{ROOT}/questions?done=handed", 303)

    async def urgent(self, visit: Visit) -> Response:
        """POST /questions/{key}/urgent"""
        await self._desk.urgent(visit.person, visit.request.path_params["key"])
        return RedirectResponse(f"{ROOT}/questions", 303)

    async def draft(self, visit: Visit) -> Response:
        """POST /questions/{key}/draft"""
        await self._desk.begin_draft(visit.person, visit.request.path_params["key"])
        return self._back(visit)

    async def people(self, visit: Visit) -> Response:
        """POST /questions/{key}/people"""
        await self._desk.relay(visit.person, visit.request.path_params["key"], visit.form.get("on") == "1")
        return self._back(visit)

    async def relay(self, visit: Visit) -> Response:
        """POST /questions/relay"""
        await self._desk.switch(visit.person, visit.form.get("on") == "1")
        return RedirectResponse(f"{ROOT}/questions", 303)

    def _back(self, visit: Visit) -> Response:
        return RedirectResponse(f"{ROOT}/questions/{visit.request.path_params['key']}", 303)
