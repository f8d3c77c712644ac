"""Before each shift: can those who go on call be paged at all? Whoever leads hears of those who cannot, while there is time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.domain.calendar import SWEDEN
from bot.domain.messages import Line, Message, Text, say
from bot.domain.people import Role, Staff
from bot.domain.rota import Beginning
from bot.domain.routing import Unit
from bot.services.alerting import Alerting
from bot.services.ports import Tx
from bot.services.speak import Saying, Speaker

log = structlog.get_logger()

BEFORE = timedelta(hours=1)


class RollCall:
    def __init__(self, alerting: Alerting, speaker: Speaker) -> None:
        self._alerting = alerting
        self._speaker = speaker

    def absent(self, tx: Tx, after: datetime, until: datetime) -> list[Saying]:
        """Return what leads are told of people who go on call between the two moments and cannot be paged."""
        sayings: list[Saying] = []
        for unit in tx.people.units():
            due = self._alerting.rota(tx, unit.id).beginnings(after, until)
            people = {p.id: p for p in tx.people.staff_of(unit.id) if p.active}
            ways = self._ways(tx, [b.staff for b in due])
            refused = tx.alerts.last_refused([b.staff for b in due])
            for beginning in due:
                person = people.get(beginning.staff)
                if beginning.staff not in ways or person is None:
                    sayings += self._told(tx, unit, people.values(), _no_way(unit, person, beginning))
                elif beginning.staff in refused:
                    sayings += self._told(tx, unit, people.values(), _not_delivered(unit, person, beginning))
        return sayings

    def _ways(self, tx: Tx, people: Sequence[int]) -> set[int]:
        return {m.staff for m in tx.people.methods(people) if m.works and self._speaker.can_reach(m.address)}

    def _told(self, tx: Tx, unit: Unit, people: Sequence[Staff], text: Text) -> list[Saying]:
        leads = [p.id for p in people if p.roles & {Role.LEAD, Role.ADMIN}]
        message = Message((Line(text, "warning"),), bare=True)
        sayings = [s for lead in leads for s in self._alerting.to_staff(tx, lead, message, lane="reply")]
        log.error("on_call_cannot_be_paged", count=len(sayings), alarm=True)
        return sayings


def _no_way(unit: Unit, person: Staff | None, beginning: Beginning) -> Text:
    return say(
        "{name} goes on call for {unit} at {time} and cannot be paged: no way to them works. Ring, or put somebody else on.",
        name=person.name if person else "?",
        unit=unit.name,
        time=_clock(beginning),
    )


def _not_delivered(unit: Unit, person: Staff, beginning: Beginning) -> Text:
    return say(
        "{name} goes on call for {unit} at {time}. The last page to them was not delivered. Ring, or put somebody else on.",
        name=person.name,
        unit=unit.name,
        time=_clock(beginning),
    )


def _clock(beginning: Beginning) -> str:
    return f"{beginning.at.astimezone(SWEDEN):%H:%M}"
