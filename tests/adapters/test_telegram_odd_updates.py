"""Updates that nobody would send: unknown kinds, malformed ones, and thousands that were spoilt on purpose."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from bot.adapters.telegram.translate import _ENVELOPE, _FILES, _NOTICES, press_id, translate
from bot.domain.events import Address, Event, TextReceived, Unreadable, from_json, to_json
from tests.support.mutations import sound, updates
from tests.support.schema import SCHEMA, check_type

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def read(update: Any) -> Event | None:
    return translate(update, now=NOW, own_id=424242, own_name="StandInBot")


def test_every_field_of_a_message_is_content_envelope_or_notice():
    known = {*_ENVELOPE, *_FILES, *_NOTICES, "text", "caption", "location", "venue", "forward_origin", "migrate_to_chat_id"}
    # What is left is answered as unreadable: nobody sends these to us, and if so they get a way on.
    answered = {
        "rich_message", "successful_payment", "refunded_payment", "users_shared", "chat_shared", "passport_data",
        "web_app_data", "managed_bot_created", "suggested_post_approved", "suggested_post_approval_failed",
        "suggested_post_declined", "suggested_post_paid", "suggested_post_refunded", "video_chat_scheduled",
        "video_chat_started", "video_chat_ended", "video_chat_participants_invited",
    }  # fmt: skip
    assert set(SCHEMA["types"]["Message"]["fields"]) - known == answered


def test_an_unknown_kind_of_message_is_answered_and_a_notice_is_not():
    message = {"message_id": 1, "date": 5, "chat": {"id": 5, "type": "private"}}
    event = read({"update_id": 1, "message": {**message, "hologram": {"depth": 3}}})
    assert isinstance(event, Unreadable) and event.kind == "hologram"
    assert read({"update_id": 1, "message": {**message, "pinned_message": {}}}) is None
    assert isinstance(read({"update_id": 1, "message": message}), Unreadable)
    later = read({"update_id": 1, "telepathy": message})
    assert isinstance(later, Unreadable) and later.kind == "telepathy"


@pytest.mark.parametrize(
    "broken",
    [
        {"text": 5},
        {"text": {"a": 1}},
        {"date": "yesterday", "text": "школа"},
        {"date": 10**20, "text": "школа"},
        {"date": True, "text": "школа"},
        {"forward_origin": None, "text": "школа"},
        {"photo": [], "caption": 7},
        {"venue": 5},
        {"message_id": "x", "text": "школа"},
    ],
)
def test_a_malformed_message_of_a_person_is_answered_all_the_same(broken):
    message = {"message_id": 1, "date": 5, "chat": {"id": 5, "type": "private"}, **broken}
    event = read({"update_id": 1, "message": message})
    assert isinstance(event, Unreadable) and event.sender == Address("telegram", "5")


@pytest.mark.parametrize(
    "nothing", [None, 5, "x", [], {}, {"update_id": 1}, {"update_id": 1, "message": {"chat": {"id": 5}}}, {"message": "x"}]
)
def test_what_comes_from_nobody_is_passed_over(nothing):
    assert read(nothing) is None


def test_words_are_cleaned_of_what_no_store_can_keep():
    message = {"message_id": 1, "date": 5, "chat": {"id": 5, "type": "private"}, "text": "a\x00b\ud83d школа"}
    event = read({"update_id": 1, "message": message})
    assert isinstance(event, TextReceived) and event.words == "ab? школа"


def test_the_generator_makes_sound_updates_and_they_are_read():
    rng = random.Random(1)
    kinds = set()
    for number in range(2_000):
        update = sound(rng, number)
        check_type("Update", update)
        kinds.add(type(read(update)).__name__)
    assert {"TextReceived", "ButtonPressed", "FileReceived", "CommandGiven", "Started", "NoneType"} <= kinds


@pytest.mark.parametrize("seed", range(4))
def test_no_update_however_spoilt_raises_and_every_event_can_be_stored(seed):
    events = 0
    for update in updates(seed, 2_500):
        again = json.loads(json.dumps(update))
        event = read(again)
        press_id(again)
        if event is not None:
            events += 1
            stored = orjson.loads(orjson.dumps(to_json(event)))
            assert from_json(stored) == event
            assert event.sender.channel == "telegram" and int(event.sender.key)
    assert events > 500
