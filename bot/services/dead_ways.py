"""A channel has refused an address of staff for good: its owner hears of it by another way, whoever leads where none is left."""

from __future__ import annotations

import structlog

from bot.domain import timeline
from bot.domain.messages import Line, Message, Text, say
from bot.domain.people import Method, Role, Staff
from bot.services.alerting import Alerting
from bot.services.ports import Tx
from bot.services.speak import Saying, Speaker

log = structlog.get_logger()


class DeadWays:
    def __init__(self, alerting: Alerting, speaker: Speaker) -> None:
        self._alerting = alerting
        self._speaker = speaker

    def told(self, tx: Tx) -> list[Saying]:
        """Return what is to be said of the ways that have died since, each once."""
        sayings: list[Saying] = []
        for method in tx.people.newly_dead():
            tx.people.told_dead(method.id)
            log.error("way_to_staff_dead", channel=method.address.channel, alarm=True)
            person = tx.people.staff(method.staff)
            if person and person.active:
                sayings += self._to_owner(tx, person, method) or self._to_leads(tx, person)
        return sayings

    def _to_owner(self, tx: Tx, person: Staff, method: Method) -> list[Saying]:
        way = say(timeline.CHANNELS.get(method.address.channel, method.address.channel))
        text = say("Pages do not reach you by {way} any more. Mend it at the console, under My ways.", way=way)
        return self._alerting.to_staff(tx, person.id, _message(text), lane="reply")

    def _to_leads(self, tx: Tx, person: Staff) -> list[Saying]:
        text = say("{name} cannot be paged any more: no way to them works. Ring, or put somebody else on.", name=person.name)
        leads = [p.id for p in tx.people.staff_of(person.unit) if p.active and p.roles & {Role.LEAD, Role.ADMIN}]
        return [s for lead in leads for s in self._alerting.to_staff(tx, lead, _message(text), lane="reply")]


def _message(text: Text) -> Message:
    return Message((Line(text, "warning"),), bare=True)
