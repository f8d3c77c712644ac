"""Why a member of staff cannot be paged, for whoever puts them on call. Who can be is decided by People.rota alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain import timeline
from bot.domain.messages import Text, say
from bot.domain.people import Method, Staff, takes_cases


@dataclass(frozen=True, slots=True)
class Unreachable:
    """`short`: beside a name. `why`: a sentence of its own, with what helps."""

    short: Text
    why: Text


def explained(person: Staff, methods: Sequence[Method]) -> Unreachable:
    """Return why, of somebody who cannot be paged; `methods` are all of theirs."""
    if not takes_cases(person.roles):
        return Unreachable(say("a role that is not paged"), say("This person's role takes no cases, so it is never paged."))
    verified = next((m for m in methods if m.works), None)
    if verified is None:
        why = say("This person has no verified way to be paged. They add one under My ways first.")
        return Unreachable(say("no verified way"), why)
    way = say(timeline.CHANNELS.get(verified.address.channel, verified.address.channel))
    why = say(
        "This person can be paged only by {way}, and this service is not set up to send by it. They add another way under "
        "My ways, or whoever runs the service sets it up.",
        way=way,
    )
    return Unreachable(say("only by {way}, which is not set up here", way=way), why)
