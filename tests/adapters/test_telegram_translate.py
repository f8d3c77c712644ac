"""Every kind of thing a person can send, and what becomes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.adapters.telegram.translate import press_id, translate
from bot.domain.events import (
    Address,
    AddressBlocked,
    AddressMoved,
    AddressReturned,
    AnswerWanted,
    ButtonPressed,
    CommandGiven,
    Event,
    FileReceived,
    ForwardReceived,
    LocationShared,
    RoomJoined,
    Started,
    TextEdited,
    TextReceived,
    Unreadable,
    to_json,
)
from tests.support.bot_api import BotApi
from tests.support.schema import check_type
from tests.support.town import Town

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def read(update: Any) -> Event | None:
    return translate(update, now=NOW, own_id=424242, own_name="StandInBot")


class Street:
    """A town without a bot: what people do is looked at as the raw updates it makes."""

    def __init__(self) -> None:
        self.api = BotApi()
        self.api.updates.allowed = ["inline_query", "message", "edited_message", "callback_query", "my_chat_member"]
        self.town = Town(self.api)
        self.olena = self.town.person("Olena")

    def events(self) -> list[Event | None]:
        raw = [update for _, _, update in self.api.updates.pending.values()]
        self.api.updates.pending.clear()
        for update in raw:
            check_type("Update", update)  # a driver that makes impossible updates would prove nothing
        return [read(update) for update in raw]

    def event(self) -> Any:
        (event,) = self.events()
        return event


@pytest.fixture
def street() -> Street:
    return Street()


async def test_words(street):
    await street.olena.says("Де школа?")
    event = street.event()
    assert isinstance(event, TextReceived) and event.words == "Де школа?"
    assert event.sender == Address("telegram", street.olena.key)
    assert abs(event.at - datetime.now(UTC)) < timedelta(seconds=5)


async def test_the_id_of_an_event_survives_update_ids_that_start_anew(street):
    first, second = await street.olena.says("a"), await street.olena.says("b")
    ids = [e.id for e in street.events()]
    assert ids == [
        f"500000001:{street.olena.id}:{first['message_id']}",
        f"500000002:{street.olena.id}:{second['message_id']}",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start", Started),
        ("/start a_school-start_uk", Started),
        ("/HELP", CommandGiven),
        ("/help@StandInBot", CommandGiven),
        ("/place  Норрчепінг ", CommandGiven),
        ("/допомога", TextReceived),
        ("/", TextReceived),
        ("/ start", TextReceived),
        ("112/start", TextReceived),
    ],
)
async def test_commands(street, text, expected):
    await street.olena.says(text)
    event = street.event()
    assert type(event) is expected
    if isinstance(event, Started):
        assert (event.payload, event.language_hint) == (text[7:], "uk")
    if isinstance(event, CommandGiven):
        assert event.name == ("place" if "place" in text else "help")
        assert event.argument == ("Норрчепінг" if "place" in text else "")


async def test_a_command_over_two_lines_keeps_all_of_its_argument(street):
    await street.olena.says("/help один\nдва")
    assert street.event().argument == "один\nдва"


async def test_taps(street):
    message = street.api.post(street.olena.chat, {"text": "x"}, None)
    await street.olena.taps("a:school-start", message)
    event = street.event()
    assert isinstance(event, ButtonPressed) and event.action == "a:school-start"
    assert event.at == NOW and event.sender.key == street.olena.key
    await street.olena.taps("home")  # on a message too old to be shown
    assert street.event().action == "home"


async def test_a_tap_in_a_group_is_answered_in_private(street):
    group = street.town.group("Помічники")
    message = street.api.post(group.chat, {"text": "x"}, None)
    await street.olena.taps("home", message)
    event = street.event()
    assert event.sender.key == street.olena.key and event.id.split(":")[1] == street.olena.key


def test_a_press_has_an_id_to_be_acknowledged_under():
    assert press_id({"callback_query": {"id": "77"}}) == "77"
    for other in ({}, None, [], {"callback_query": None}, {"callback_query": {"id": 5}}, {"message": {}}):
        assert press_id(other) == ""


async def test_edits(street):
    message = await street.olena.says("школа")
    await street.olena.edits(message, "дитсадок")
    _, event = street.events()
    assert isinstance(event, TextEdited) and event.words == "дитсадок"


async def test_places(street):
    await street.olena.shares_location(58.59, 16.19)
    await street.olena.sends_venue("Norrköpings station", 58.59, 16.18)
    live = await street.olena.shares_location(58.6, 16.2, live=True)
    await street.olena.moves(live, 58.61, 16.21)
    plain, venue, first, moved = street.events()
    assert [type(e) for e in (plain, venue, first)] == [LocationShared] * 3 and moved is None
    assert (plain.latitude, plain.longitude) == (58.59, 16.19)


@pytest.mark.parametrize("latitude", [91, float("nan"), 1e308, "north", None])
def test_a_place_that_cannot_be_is_unreadable(latitude):
    message = {"message_id": 1, "date": 5, "chat": {"id": 5, "type": "private"}}
    event = read({"update_id": 1, "message": {**message, "location": {"latitude": latitude, "longitude": 1.0}}})
    assert isinstance(event, Unreadable) and event.sender.key == "5"


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        ("sends_photo", "photo"),
        ("sends_voice", "voice"),
        ("sends_video_note", "video_note"),
        ("sends_document", "document"),
        ("sends_sticker", "sticker"),
        ("sends_contact", "contact"),
        ("sends_dice", "dice"),
        ("sends_poll", "poll"),
    ],
)
async def test_what_we_cannot_read(street, act, kind):
    await getattr(street.olena, act)()
    event = street.event()
    assert isinstance(event, FileReceived) and event.kind == kind


async def test_captions_are_words_and_albums_hold_together(street):
    await street.olena.sends_album(3, "моя дитина")
    events = street.events()
    assert [e.words for e in events] == ["моя дитина", "", ""]
    assert len({e.album for e in events}) == 1 and events[0].album


@pytest.mark.parametrize("origin", ["user", "hidden", "chat", "channel"])
async def test_forwards_name_the_kind_of_origin_and_nobody(street, origin):
    await street.olena.forwards("/start чуже", origin, album="7")
    event = street.event()
    assert isinstance(event, ForwardReceived)
    assert (event.words, event.origin, event.album) == ("/start чуже", origin, "7")
    assert "Iryna" not in str(to_json(event)) and event.kind == "text"
    assert event.asker == ("99" if origin == "user" else ""), "the key alone, to ask whether they agreed"


async def test_what_carried_the_forwarded_words_is_named_and_a_bot_is_nobody(street):
    bot = {"type": "user", "date": 1, "sender_user": {"id": 5, "is_bot": True, "first_name": "B"}}
    voice = {**street.api.keep_file(b"OggS", "v.ogg"), "duration": 1}
    await street.olena.sends({"voice": voice, "forward_origin": bot})
    event = street.event()
    assert (event.kind, event.words, event.asker, event.language_hint) == ("voice", "", "", "uk")


async def test_blocked_and_back(street):
    await street.olena.blocks()
    await street.olena.unblocks()
    assert [type(e) for e in street.events()] == [AddressBlocked, AddressReturned]


async def test_inline_mode_is_silent(street):
    await street.olena.asks_inline("школа")
    assert street.event() is None


async def test_what_is_forwarded_without_words_keeps_what_it_was(street):
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Iryna"}
    place = {"latitude": 58.6, "longitude": 16.2}
    for kind, content in (
        ("location", {"location": place}),
        ("venue", {"location": place, "venue": {"location": place, "title": "Skolan", "address": "Storgatan 1"}}),
        ("contact", {"contact": {"phone_number": "+46700000000", "first_name": "Iryna"}}),
        ("file", {"something_new": {}}),
    ):
        message = street.olena.message({**content, "forward_origin": origin})
        event = read({"update_id": 1, "message": message})
        assert isinstance(event, ForwardReceived) and (event.kind, event.words) == (kind, "")


async def test_groups_hear_only_what_is_meant_for_the_bot(street):
    street.api.reads_groups = True
    group = street.town.group("Помічники")
    await group.adds_bot(street.olena)
    joined, notice = street.events()
    assert isinstance(joined, RoomJoined) and joined.sender.key == str(group.chat.id) and notice is None
    for text in ("Де школа?", "/help", "/help@other_bot", "/start"):
        await street.olena.says(text, to=group)
        assert street.event() is None, text
    for command in ("help", "person", "privacy", "erase", "start", "helping", "home", "child"):
        await street.olena.says(f"/{command}@standinbot", to=group)
        event = street.event()
        assert isinstance(event, RoomJoined) and event.sender.key == str(group.chat.id), "how it works, no private screen"
        ours = street.api.post(group.chat, {"text": "x"}, None)
        await group.hears(street.olena, {"text": f"/{command}", "reply_to_message": ours})
        assert street.event() is None, "perhaps another bot's command"
    await group.removes_bot(street.olena)
    assert isinstance(street.event(), AddressBlocked)


async def test_answer_in_a_group_is_a_reply_to_somebodys_message(street):
    street.api.reads_groups = True
    group = street.town.group("Помічники")
    asked = await street.olena.says("Де школа?", to=group)
    street.events()
    for command in ("/answer", "/answer@StandInBot"):
        await street.olena.says(command, to=group, reply_to=asked)
        event = street.event()
        assert isinstance(event, AnswerWanted) and event.sender.key == str(group.chat.id)
        assert (event.words, event.reply_to) == ("Де школа?", str(asked["message_id"]))
    for command, about in (("/answer", None), ("/answer@other_bot", asked), ("/answer@other_bot", None)):
        await street.olena.says(command, to=group, reply_to=about)
        assert street.event() is None, command
    alone = await street.olena.says("/answer@StandInBot", to=group)
    event = street.event()
    assert (event.words, event.reply_to) == ("", str(alone["message_id"])), "it is told how"
    await street.olena.says("/answer", to=group, reply_to=street.api.post(group.chat, {"text": "x"}, None))
    assert street.event().words == "", "our own words are nobody's question"


async def test_words_behind_answer_are_the_question_or_belong_to_it(street):
    street.api.reads_groups = True
    group = street.town.group("Помічники")
    asked = await street.olena.says("Підкажіть", to=group)
    photo = await group.hears(street.olena, {"photo": [{**street.api.keep_file(b"jpg", "p.jpg"), "width": 9, "height": 9}]})
    street.events()
    alone = await street.olena.says("/answer@StandInBot де школа?", to=group)
    event = street.event()
    assert (event.words, event.reply_to, event.kind) == ("де школа?", str(alone["message_id"]), "text")
    for about, words, kind in ((asked, "Підкажіть\nде школа?", "text"), (photo, "де школа?", "photo")):
        await street.olena.says("/answer де школа?", to=group, reply_to=about)
        event = street.event()
        assert (event.words, event.reply_to, event.kind) == (words, str(about["message_id"]), kind)
    await street.olena.says("/answer", to=group, reply_to=photo)
    assert (street.event().words, street.events()) == ("", [])
    await street.olena.says("/answer коли дитину візьмуть до школи")
    event = street.event()
    assert isinstance(event, ForwardReceived) and event.words == "коли дитину візьмуть до школи" and event.kind == "text"
    await street.olena.says("/answer")
    assert isinstance(street.event(), CommandGiven)


async def test_no_command_is_ours_in_a_group_while_we_do_not_know_our_name(street):
    group = street.town.group("Помічники")
    await street.olena.says("/help@standinbot", to=group)
    ((_, _, update),) = street.api.updates.pending.values()
    assert translate(update, now=NOW, own_id=424242, own_name="") is None


async def test_a_group_that_moves_is_told_once(street):
    group = street.town.group("Помічники")
    moved = await group.becomes_supergroup(street.olena)
    event, echo = street.events()
    assert event == AddressMoved(event.id, event.at, Address("telegram", str(group.chat.id)), str(moved.chat.id))
    assert echo is None


def test_a_channel_is_left_alone():
    chat = {"id": -1005, "type": "channel", "title": "News"}
    post = {"message_id": 1, "date": 5, "chat": chat, "text": "/help@StandInBot"}
    assert read({"update_id": 1, "message": post}) is None
    assert read({"update_id": 1, "channel_post": post}) is None
