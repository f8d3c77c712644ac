"""Who is on call: shifts, stand-ins, the gaps they leave; drills; the list of units."""

from __future__ import annotations

from datetime import date, datetime, time

from starlette.responses import RedirectResponse, Response

from bot.adapters.web import forms
from bot.adapters.web.console import ROOT
from bot.adapters.web.console.gate import Visit
from bot.adapters.web.console.pages import Pages
from bot.domain.calendar import SWEDEN
from bot.domain.messages import say
from bot.domain.people import Do, may
from bot.domain.rota import DUTY_MANAGER, ROTAS
from bot.services.cases import Refused
from bot.services.desk import Unknown
from bot.services.mutual_aid import MutualAid
from bot.services.roster import Roster


class RotaPages:
    def __init__(self, roster: Roster, aid: MutualAid, pages: Pages) -> None:
        self._roster = roster
        self._aid = aid
        self._pages = pages

    async def page(self, visit: Visit) -> Response:
        """GET /rota"""
        person = visit.person
        plan = await self._roster.plan(person.unit)
        if plan is None:
            raise Unknown
        return self._pages.page(
            visit.request,
            "rota.html",
            person=person,
            token=visit.token,
            plan=plan,
            standing=await self._roster.standing(person.unit),
            aid=await self._aid.plan(person.unit),
            levels=ROTAS,
            manager=DUTY_MANAGER,
            edits=may(person, Do.EDIT_ROTA, person.unit),
            drills=may(person, Do.DRILL, person.unit),
        )

    async def add_shift(self, visit: Visit) -> Response:
        """POST /rota/shift"""
        form = visit.form
        try:
            opens, closes = time.fromisoformat(form.get("opens", "")), time.fromisoformat(form.get("closes", ""))
            since = date.fromisoformat(form.get("since", ""))
        except ValueError:
            raise Refused(say("Write times as 17:00 and days as 2026-12-24.")) from None
        await self._roster.add_shift(
            visit.person,
            who=forms.number(form.get("who")),
            level=forms.number(form.get("level")),
            days=frozenset(day for day in range(7) if form.get(f"day{day}") == "1"),
            opens=opens.replace(second=0, microsecond=0, tzinfo=None),
            closes=closes.replace(second=0, microsecond=0, tzinfo=None),
            since=since,
            weeks=forms.number(form.get("weeks", "1")),
        )
        return self._back()

    async def drop_shift(self, visit: Visit) -> Response:
        """POST /rota/shift/drop"""
        await self._roster.drop_shift(visit.person, forms.number(visit.form.get("id")))
        return self._back()

    async def stand_in(self, visit: Visit) -> Response:
        """POST /rota/stand-in"""
        form = visit.form
        starts, ends = _span(form)
        await self._roster.stand_in(
            visit.person,
            level=forms.number(form.get("level")),
            out=forms.number(form.get("out")) or None,
            stand_in=forms.number(form.get("stand_in")) or None,
            starts=starts,
            ends=ends,
        )
        return self._back()

    async def drop_stand_in(self, visit: Visit) -> Response:
        """POST /rota/stand-in/drop"""
        await self._roster.drop_stand_in(visit.person, forms.number(visit.form.get("id")))
        return self._back()

    async def ask_aid(self, visit: Visit) -> Response:
        """POST /rota/aid"""
        await self._aid.ask(visit.person, visit.form.get("unit", ""), *_span(visit.form))
        return RedirectResponse(f"{ROOT}/rota#aid", 303)

    async def accept_aid(self, visit: Visit) -> Response:
        """POST /rota/aid/accept"""
        await self._aid.accept(visit.person, forms.number(visit.form.get("id")))
        return RedirectResponse(f"{ROOT}/rota#aid", 303)

    async def end_aid(self, visit: Visit) -> Response:
        """POST /rota/aid/end: say no, take back, or end."""
        await self._aid.end(visit.person, forms.number(visit.form.get("id")))
        return RedirectResponse(f"{ROOT}/rota#aid", 303)

    async def drill(self, visit: Visit) -> Response:
        """POST /drill"""
        unit = visit.form.get("unit", "") or visit.person.unit
        code = await self._roster.drill(visit.person, unit)
        own = unit == visit.person.unit and may(visit.person, Do.OPEN, unit)
        return RedirectResponse(f"{ROOT}/c/{code}" if own else f"{ROOT}/", 303)

    async def units(self, visit: Visit) -> Response:
        """GET /units"""
        plans = await self._roster.plans()
        return self._pages.page(visit.request, "units.html", person=visit.person, token=visit.token, plans=plans)

    def _back(self) -> Response:
        return RedirectResponse(f"{ROOT}/rota#gaps", 303)


def _span(form: dict[str, str]) -> tuple[datetime, datetime]:
    """Return the two Swedish wall times. Raises Refused."""
    try:
        starts, ends = (datetime.fromisoformat(form.get(name, "")).replace(tzinfo=SWEDEN) for name in ("starts", "ends"))
    except ValueError:
        raise Refused(say("Write times as 17:00 and days as 2026-12-24.")) from None
    return starts, ends
