"""Walks every screen that a button leads to, in the real content: 112 and a person are never more than one tap away."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from functools import lru_cache

import pytest

from bot.domain.asking import Asking
from bot.domain.conversation import Conversation, Found, Frame, Hit, PassOn, Reply, step
from bot.domain.events import Address, ButtonPressed, ForwardReceived, TextReceived
from bot.domain.flows import FLOWS
from bot.domain.messages import ArticleShown, Capabilities, CardShown, Message, OfficeShown, PairShown
from bot.services.render import Renderer
from tests.support.builders import NOW
from tests.support.whole import real_content

ANNA = Address("telegram", "1")
CHANNELS = (Capabilities(max_text=4096), Capabilities(max_text=0, has_header=True, can_ask_location=True))
GUIDE_SCREENS = 60  # their buttons carry the answers so far: without end. tests/domain/test_guides.py walks them all
ANSWERS = (ArticleShown, PairShown, CardShown)
TO_A_PERSON = {"person", "person.yes", "help", "a:bot-human"}  # each of these leads to people, or shows whom to ring


def frame(found: Found | None = None) -> Frame:
    asking = Asking(taken=True, waiting=2, offers=frozenset({"norrkoping", "hjo"}))
    return Frame(NOW, NOW.date(), real_content().catalog, CHANNELS[0], found, entropy=bytes(32), asking=asking)


def said(conversation: Conversation, event, found: Found | None = None) -> tuple[Conversation, list[Message]]:
    transition = step(conversation, event, frame(found), FLOWS)
    return transition.conversation, [e.message for e in transition.effects if isinstance(e, Reply)]


def actions(message: Message) -> set[str]:
    return {b.action for row in message.buttons for b in row if b.action} | {
        "112" for row in message.buttons for b in row if b.tel
    }


@lru_cache
def renderer() -> Renderer:
    return Renderer(real_content().catalog, real_content().translator)


def way_to_112(message: Message, channel: Capabilities) -> bool:
    rendered = renderer().render(message, "uk", NOW.date(), channel)
    return channel.has_header or any(c.action == "sos" or c.tel == "112" for row in rendered.buttons for c in row)


def every_screen(start: Conversation) -> dict[str, Message]:
    """Return the screens by the button that leads there, each button once."""
    found: dict[str, Message] = {}
    waiting = deque(
        (action, start) for action in ("home", "topics", "help", "sos", "none", "child", "privacy", "place", "language")
    )
    while waiting:
        action, conversation = waiting.popleft()
        if action in found or (action.startswith("c:") and sum(a.startswith("c:") for a in found) >= GUIDE_SCREENS):
            continue
        after, messages = said(conversation, ButtonPressed("1", NOW, ANNA, action))
        for message in messages:
            found[action] = message
            ways = sorted(actions(message) - {"112"})
            # A guide's buttons carry all that it was told: what each of its screens offers is tried in test_guides.
            ways = [way for way in ways if not (way.startswith("c:") and action.startswith("c:"))]
            waiting.extend((a, replace(after, answers={})) for a in ways)
    return found


@pytest.mark.parametrize("language", [None, "uk", "sv"])
def test_112_is_one_tap_from_every_screen_and_a_person_from_every_answer(language: str | None) -> None:
    screens = every_screen(Conversation(ANNA, language=language, place="norrkoping"))
    assert len(screens) > 60
    for action, message in screens.items():
        for channel in CHANNELS:
            assert message.ask_location or way_to_112(message, channel), action
        if any(isinstance(part, ANSWERS) for part in message.parts) or action == "none":
            offices = any(isinstance(part, OfficeShown) for part in message.parts)
            assert offices or actions(message) & TO_A_PERSON, action


@pytest.mark.parametrize(
    "found",
    [
        Found((Hit("school-start", 0.9), Hit("pets", 0.1)), sure=True, abstain=False),
        Found((Hit("school-start", 0.9),), sure=True, abstain=False, caution=True, worry="violence", offer=True),
        Found((Hit("school-start", 0.4), Hit("pets", 0.3)), abstain=False),
        Found((Hit("school-start", 0.4), Hit("pets", 0.3)), abstain=False, caution=True, worry="suicide"),
        Found(),
        Found(caution=True, worry="trafficking"),
        *(Found(small_talk=kind) for kind in ("greeting", "thanks", "insult", "bye", "ok", "chat", "empty")),
        Found(small_talk="help", caution=True),
        Found((Hit("school-start", 0.4),), abstain=False, topic="school"),
        *(Found((Hit("school-start", 0.6),), abstain=False, danger=f) for f in ("violence", "suicide")),
        *(Found(danger=f) for f in ("child_alone", "violence", "trafficking", "medical", "suicide", "danger")),
    ],
    ids=lambda found: found.danger or found.small_talk or f"sure={found.sure},abstain={found.abstain},care={found.caution}",
)
def test_the_same_for_every_outcome_of_free_text(found: Found) -> None:
    for language in (None, "uk"):
        _, (message,) = said(Conversation(ANNA, language=language), TextReceived("1", NOW, ANNA, "…"), found)
        assert all(way_to_112(message, channel) for channel in CHANNELS)
        assert actions(message) & TO_A_PERSON or any(isinstance(part, OfficeShown) for part in message.parts)


DANGERS = ("", "violence", "child_alone", "trafficking", "medical", "suicide", "danger")


@pytest.mark.parametrize("danger", DANGERS)
def test_the_same_for_a_helper_and_for_whoever_gets_the_answer(danger: str) -> None:
    found = Found((Hit("school-start", 0.9), Hit("pets", 0.1)), sure=True, abstain=False, danger=danger)
    olena = Conversation(Address("telegram", "2"), language="uk", place="orebro", reach="mark")
    bjorn, seen = Conversation(ANNA, language="sv", place="norrkoping"), {}
    at = replace(frame(found), asker=olena)
    first = step(bjorn, ForwardReceived("1", NOW, ANNA, "…"), at, FLOWS)
    waiting, queued, passed = deque([("", first)]), set(), []
    while waiting:
        action, transition = waiting.popleft()
        passed += [e.message for e in transition.effects if isinstance(e, PassOn)]
        seen[action] = next(e.message for e in transition.effects if isinstance(e, Reply))
        ways = {a for a in actions(seen[action]) if a.partition(":")[0] in ("pair", "card", "desk", "send")} - queued
        queued |= ways
        for way in sorted(ways):
            waiting.append((way, step(transition.conversation, ButtonPressed("1", NOW, ANNA, way), at, FLOWS)))
    answers = {a: m for a, m in seen.items() if not a or any(isinstance(p, ANSWERS) for p in m.parts)}
    assert danger in ("child_alone", "danger") or {a.partition(":")[0] for a in answers} >= {"card", "desk"}
    for action, message in answers.items():
        assert actions(message) & TO_A_PERSON, action
        assert all(way_to_112(message, channel) for channel in CHANNELS), action
    assert passed, "the answer was sent to her"
    for message in passed:
        assert actions(message) & TO_A_PERSON and {a[:9] for a in actions(message)} >= {"helped:y:", "helped:n:"}
        assert all(way_to_112(message, channel) for channel in CHANNELS)
