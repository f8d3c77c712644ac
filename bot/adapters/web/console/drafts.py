"""One draft of an article: its text, what is wrong with it, and whether this person may publish it."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from bot.adapters.web.console import ROOT
from bot.adapters.web.console.gate import Visit
from bot.adapters.web.console.pages import Pages
from bot.adapters.web.console.questions import STAGES
from bot.services.draft_desk import LONGEST, SOON, DraftDesk

LEFT_SHOWN = 20


class DraftPages:
    def __init__(self, desk: DraftDesk, pages: Pages) -> None:
        self._desk = desk
        self._pages = pages

    async def one(self, visit: Visit) -> Response:
        """GET /drafts/{draft}"""
        person, language = visit.person, self._pages.language(visit.request, visit.person)
        draft = await self._desk.open(person, _name(visit))
        why = [self._pages.words(text, language) if text else "" for text in (draft.why_not_review, draft.why_not)]
        return self._pages.page(
            visit.request,
            "draft.html",
            person=person,
            token=visit.token,
            draft=draft,
            why_not_review=why[0],
            why_not=why[1],
            left=draft.left[:LEFT_SHOWN],
            stages=STAGES,
            at_most=LONGEST,
        )

    async def save(self, visit: Visit) -> Response:
        """POST /drafts/{draft}/save"""
        await self._desk.save(visit.person, _name(visit), visit.form.get("version", ""), visit.form.get("text", ""))
        return self._back(visit)

    async def review(self, visit: Visit) -> Response:
        """POST /drafts/{draft}/review"""
        await self._desk.ask_review(visit.person, _name(visit))
        return self._back(visit)

    async def publish(self, visit: Visit) -> Response:
        """POST /drafts/{draft}/publish"""
        await self._desk.publish(visit.person, _name(visit))
        words = self._pages.words(SOON, self._pages.language(visit.request, visit.person))
        return self._pages.page(visit.request, "published.html", person=visit.person, token=visit.token, words=words)

    def _back(self, visit: Visit) -> Response:
        return RedirectResponse(f"{ROOT}/drafts/{_name(visit)}", 303)


def _name(visit: Visit) -> str:
    return str(visit.request.path_params["draft"])
