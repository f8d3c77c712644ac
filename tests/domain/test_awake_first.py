"""The screens for a child alone and for an emergency name the office that is awake now before the other one."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.domain import screens
from bot.domain.calendar import SWEDEN
from bot.domain.conversation import Conversation, Frame, Reply
from bot.domain.events import Address
from bot.domain.flows import FLOWS
from bot.domain.messages import Capabilities, Line, Message, OfficeShown
from tests.support.whole import real_content

CATALOG = real_content().catalog


def frame(local: str) -> Frame:
    now = datetime.fromisoformat(local).replace(tzinfo=SWEDEN)
    return Frame(now, now.date(), CATALOG, Capabilities())


def shown(message: Message) -> list[str]:
    return [p.role for p in message.parts if isinstance(p, OfficeShown)]


def sentences(message: Message) -> list[str]:
    return [p.text.msgid for p in message.parts if isinstance(p, Line)]


@pytest.mark.parametrize(
    ("local", "place", "offices", "heading"),
    [
        ("2026-11-24T10:00", "norrkoping", ["norrkoping.child_intake", "norrkoping.social_duty"], "Open now"),
        ("2026-06-19T23:50", "norrkoping", ["norrkoping.social_duty", "norrkoping.child_intake"], "Open now"),
        ("2026-11-24T12:30", "orebro", ["sverige.emergency", "orebro.child_intake", "orebro.social_duty"], "No office is known"),
        ("2026-11-24T10:00", "stockholm", ["stockholm.contact_centre", "social_duty"], "Call here first"),
        ("2026-11-24T22:00", "jonkoping", ["sverige.emergency", "jonkoping.contact_centre", "social_duty"], "No office is known"),
    ],
)
def test_who_is_awake_comes_first(local: str, place: str, offices: list[str], heading: str) -> None:
    message = screens.child_alone(place, frame(local))
    assert shown(message) == offices
    assert any(line.startswith(heading) for line in sentences(message))


def test_the_sentence_carries_its_day_and_minute() -> None:
    message = screens.child_alone("norrkoping", frame("2026-11-24T10:07"))
    (heading,) = [p.text for p in message.parts if isinstance(p, Line) and p.text.msgid.startswith("Open now")]
    assert dict(heading.params) == {"day": datetime(2026, 11, 24).date(), "time": "10:07"}


def test_the_emergency_screen_has_it_too_after_112() -> None:
    conversation = Conversation(Address("web", ""), place="norrkoping")
    (reply,) = FLOWS.actions["sos"](conversation, "", frame("2026-11-24T22:00")).effects
    assert isinstance(reply, Reply) and "112" in sentences(reply.message)[0]
    assert shown(reply.message)[0] == "norrkoping.social_duty"


def test_without_a_place_the_reader_is_asked_for_it() -> None:
    message = screens.child_alone(None, frame("2026-11-24T10:00"))
    assert shown(message) == [] and any(line.startswith("Choose the place") for line in sentences(message))
    assert "place" in [b.action for row in message.buttons for b in row]


def test_above_the_way_to_report_stands_who_answers_at_this_moment() -> None:
    at_noon, at_night = (
        screens.answer(Conversation(Address("telegram", "1"), "sv", "norrkoping"), "minor-report", frame(local))
        for local in ("2026-11-24T10:00", "2026-11-24T23:30")
    )
    assert shown(at_noon) == ["norrkoping.child_intake"] and shown(at_night) == ["norrkoping.social_duty"]
    nowhere = screens.answer(Conversation(Address("telegram", "1"), "sv"), "minor-report", frame("2026-11-24T10:00"))
    assert shown(nowhere) == [], "without a place the text itself asks for it"


def test_a_duty_line_past_its_day_is_not_called_open() -> None:
    """A year without a check: 112 stands first, the offices keep their names."""
    late = screens.answer(Conversation(Address("telegram", "1"), "sv", "norrkoping"), "minor-report", frame("2027-11-24T23:30"))
    assert shown(late) == ["sverige.emergency"] and not any("Open now" in s for s in sentences(late))
