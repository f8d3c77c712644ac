"""A raw update becomes an Event, or None where nothing is to be said. Pure, and never raises whatever the update holds.

In private chats everything a person can send has its Event; what we do not know is `Unreadable`. In groups the bot is silent
but for `/answer`, a command that names it (told how it works, never a private screen), and being added, removed or moved.
Channels: nothing; inline.py has the inline queries.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.adapters.telegram.writers import mark_of_writer
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
)

CHANNEL = "telegram"
ANSWER = "answer"  # the command that is a reply to somebody's message in a group
KINDS_WANTED = ("message", "edited_message", "callback_query", "my_chat_member", "inline_query")

# What cannot be read, by the platform's word for it. animation before document: an animation comes with both.
_FILES = (
    "photo", "voice", "video_note", "video", "audio", "animation", "live_photo", "document", "sticker", "contact", "poll",
    "dice", "story", "game", "paid_media", "invoice", "checklist", "gift", "unique_gift", "giveaway",
)  # fmt: skip

# Notices that the app makes by itself: nobody said anything, so nothing is answered.
_NOTICES = frozenset(
    {
        "pinned_message", "message_auto_delete_timer_changed", "chat_background_set", "write_access_allowed", "boost_added",
        "new_chat_title", "new_chat_photo", "delete_chat_photo", "group_chat_created", "supergroup_chat_created",
        "channel_chat_created", "connected_website", "new_chat_members", "left_chat_member", "migrate_from_chat_id",
        "checklist_tasks_done", "checklist_tasks_added", "forum_topic_created", "forum_topic_edited", "forum_topic_closed",
        "forum_topic_reopened", "general_forum_topic_hidden", "general_forum_topic_unhidden", "giveaway_created",
        "giveaway_completed", "giveaway_winners", "paid_message_price_changed", "direct_message_price_changed",
        "poll_option_added", "poll_option_deleted", "proximity_alert_triggered", "gift_upgrade_sent",
        "chat_owner_left", "chat_owner_changed", "community_chat_added", "community_chat_removed",
    }
)  # fmt: skip

# Kinds of update that never ask for an answer, should they come although we do not ask for them.
_UNANSWERED = frozenset(
    {
        "inline_query", "chosen_inline_result", "channel_post", "edited_channel_post", "poll", "poll_answer", "chat_member",
        "message_reaction", "message_reaction_count", "chat_boost", "removed_chat_boost", "business_connection",
        "business_message", "edited_business_message", "deleted_business_messages", "guest_message", "chat_join_request",
        "shipping_query", "pre_checkout_query", "purchased_paid_media", "managed_bot", "subscription",
    }
)  # fmt: skip

# What a message carries around its content.
_ENVELOPE = frozenset(
    {
        "message_id", "message_thread_id", "direct_messages_topic", "from", "sender_chat", "sender_boost_count",
        "sender_business_bot", "sender_tag", "receiver_user", "ephemeral_message_id", "date", "guest_query_id",
        "business_connection_id", "chat", "is_topic_message", "is_automatic_forward", "reply_to_message", "external_reply",
        "quote", "reply_to_story", "reply_to_checklist_task_id", "reply_to_poll_option_id", "via_bot",
        "guest_bot_caller_user", "guest_bot_caller_chat", "edit_date", "has_protected_content", "is_from_offline",
        "is_paid_post", "media_group_id", "author_signature", "paid_star_count", "entities", "link_preview_options",
        "suggested_post_info", "effect_id", "caption_entities", "show_caption_above_media", "has_media_spoiler",
        "reply_markup",
    }
)  # fmt: skip

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?\Z", re.DOTALL)
_ORIGINS = {"user": "user", "hidden_user": "hidden", "chat": "chat", "channel": "channel"}
_GONE = ("left", "kicked")


def translate(update: Any, *, now: datetime, own_id: int, own_name: str) -> Event | None:
    """Return the event. `now`: for what carries no time of its own. `own_name`: our username, '' when not known yet."""
    try:
        return _translate(update, now, own_id, own_name)
    except (TypeError, ValueError, KeyError, AttributeError, IndexError, OverflowError, OSError, RecursionError):
        return _unreadable(update, now)


def press_id(update: Any) -> str:
    """Return the id under which the button press is to be acknowledged, '' for any other update."""
    try:
        found = update["callback_query"]["id"]
    except (TypeError, KeyError):
        return ""
    return found if isinstance(found, str) and found.isascii() else ""  # half a surrogate could not even be sent back


def _translate(update: Mapping[str, Any], now: datetime, own_id: int, own_name: str) -> Event | None:
    if message := update.get("message"):
        return _message(update, message, now, own_id, own_name)
    if press := update.get("callback_query"):
        return _press(update, press, now)
    if edited := update.get("edited_message"):
        return _edited(update, edited, now)
    if member := update.get("my_chat_member"):
        return _membership(update, member, now)
    if _UNANSWERED.isdisjoint(update):
        return _unreadable(update, now)
    return None


def _message(update: Mapping[str, Any], message: Mapping[str, Any], now: datetime, own_id: int, own_name: str) -> Event | None:
    head = _head(update, message["chat"], message, now)
    kind = message["chat"]["type"]
    if kind in ("group", "supergroup"):
        if moved := message.get("migrate_to_chat_id"):
            return AddressMoved(*head, str(_number(moved)))
        return _command_in_group(head, message, own_id, own_name)
    if kind != "private":
        return None
    if "forward_origin" in message:
        return _forwarded(head, message)
    if "text" in message:
        return _said(head, message)
    return _content(head, message)


def _forwarded(head: tuple[str, datetime, Address], message: Mapping[str, Any]) -> Event:
    """Names are left behind here; of a person who shows who they are only the key remains, to ask whether they agreed."""
    source = message["forward_origin"]
    person = source.get("sender_user") or {}
    return ForwardReceived(
        *head,
        _words(message),
        origin=_ORIGINS.get(source["type"], "hidden"),
        album=_text(message.get("media_group_id", "")),
        kind=_kind(message),
        asker="" if person.get("is_bot", True) else str(_number(person["id"])),
        language_hint=_hint(message),
        who=mark_of_writer(source),
    )


def _said(head: tuple[str, datetime, Address], message: Mapping[str, Any]) -> Event:
    words = _words(message)
    found = _COMMAND.match(words)
    if not found:
        return TextReceived(*head, words)
    name, argument = found[1].lower(), (found[3] or "").strip()
    if name == "start":
        return Started(*head, argument, _hint(message))
    if name == ANSWER and argument:  # somebody else's words, pasted behind the command
        return ForwardReceived(*head, argument, language_hint=_hint(message))
    return CommandGiven(*head, name, argument)


def _hint(message: Mapping[str, Any]) -> str:
    """Return the language of the person's app, as a guess. Malformed is as good as none: the greeting matters more."""
    code = message["from"].get("language_code") if isinstance(message.get("from"), Mapping) else ""
    return code if isinstance(code, str) else ""


def _content(head: tuple[str, datetime, Address], message: Mapping[str, Any]) -> Event | None:
    place = message.get("location") or (message["venue"]["location"] if "venue" in message else None)
    if place:
        latitude, longitude = float(place["latitude"]), float(place["longitude"])
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # also refuses NaN
            return Unreadable(*head, "location")
        return LocationShared(*head, latitude, longitude)
    for kind in _FILES:
        if kind in message:
            return FileReceived(*head, kind, _words(message), _text(message.get("media_group_id", "")))
    unknown = [field for field in message if field not in _ENVELOPE]
    if unknown and all(field in _NOTICES for field in unknown):
        return None
    return Unreadable(*head, _text(unknown[0]) if unknown else "empty")


def _command_in_group(
    head: tuple[str, datetime, Address], message: Mapping[str, Any], own_id: int, own_name: str
) -> Event | None:
    text = message.get("text")
    found = _COMMAND.match(_words(message)) if isinstance(text, str) else None
    if not found:
        return None
    asked = message.get("reply_to_message")
    to_us = isinstance(asked, Mapping) and asked.get("from", {}).get("id") == own_id
    named = bool(found[2]) and found[2].lower() == own_name.lower()
    if found[1].lower() == ANSWER and (named or (not found[2] and isinstance(asked, Mapping))):
        theirs = asked if isinstance(asked, Mapping) and not to_us else {"text": ""}
        words = "\n".join(part for part in (_words(theirs), (found[3] or "").strip()) if part)
        return AnswerWanted(*head, words, str(_number(theirs.get("message_id", message["message_id"]))), _kind(theirs))
    return RoomJoined(*head) if named else None


def _edited(update: Mapping[str, Any], message: Mapping[str, Any], now: datetime) -> Event | None:
    if message["chat"]["type"] != "private":
        return None
    head = _head(update, message["chat"], message, now, "edit_date")
    if words := _words(message):
        return TextEdited(*head, words)
    if "location" in message:
        return None  # a live location moves every few seconds
    return _content(head, message)


def _press(update: Mapping[str, Any], press: Mapping[str, Any], now: datetime) -> Event:
    """In a group the answer goes to the one who pressed: what they ask is nobody else's business."""
    message = press.get("message") or {}
    chat = message.get("chat") or {}
    person = chat if chat.get("type") == "private" else {"id": press["from"]["id"]}
    head = _head(update, person, message, now, "")
    return ButtonPressed(*head, _text(press.get("data", "")))


def _membership(update: Mapping[str, Any], change: Mapping[str, Any], now: datetime) -> Event | None:
    chat = change["chat"]
    if chat["type"] == "channel":
        return None
    head = _head(update, chat, change, now)
    before, after = _is_gone(change["old_chat_member"]), _is_gone(change["new_chat_member"])
    if before == after:
        return None
    if after:
        return AddressBlocked(*head)
    return AddressReturned(*head) if chat["type"] == "private" else RoomJoined(*head)


def _is_gone(member: Mapping[str, Any]) -> bool:
    return member["status"] in _GONE or (member["status"] == "restricted" and not member.get("is_member", True))


# --- pieces ------------------------------------------------------------------------------------------------------------


def _head(
    update: Mapping[str, Any], chat: Mapping[str, Any], holder: Mapping[str, Any], now: datetime, when: str = "date"
) -> tuple[str, datetime, Address]:
    """Return id, time and sender. Update ids may start anew after a quiet week, so the id holds the message's too."""
    chat_id = _number(chat["id"])
    inner = holder.get("message_id", holder.get("date", 0))
    return (
        f"{_number(update['update_id'])}:{chat_id}:{_number(inner)}",
        datetime.fromtimestamp(_number(holder[when]), UTC) if when in holder else now,
        Address(CHANNEL, str(chat_id)),
    )


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("a whole number is expected")
    return value


def _text(value: Any) -> str:
    """Return the text as every store can keep it: no NUL (PostgreSQL), no half surrogates (UTF-8)."""
    if not isinstance(value, str):
        raise TypeError("a text is expected")
    if "\x00" in value:
        value = value.replace("\x00", "")
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def _kind(message: Mapping[str, Any]) -> str:
    return "text" if "text" in message else next((kind for kind in (*_FILES, "venue", "location") if kind in message), "file")


def _words(message: Mapping[str, Any]) -> str:
    return _text(message.get("text") or message.get("caption") or "")


def _unreadable(update: Any, now: datetime) -> Event | None:
    """Return what can be saved of an update that we cannot read: who is waiting for an answer in a private chat."""
    if not isinstance(update, Mapping):
        return None
    for kind, content in update.items():
        if not isinstance(content, Mapping) or kind in _UNANSWERED:
            continue
        message = content["message"] if isinstance(content.get("message"), Mapping) else content
        chat = message.get("chat")
        if not isinstance(chat, Mapping) or chat.get("type") != "private":
            continue
        chat_id, ours = chat.get("id"), update.get("update_id")
        if isinstance(chat_id, int) and not isinstance(chat_id, bool) and isinstance(ours, int):
            inner = message.get("message_id")
            number = inner if isinstance(inner, int) else 0
            safe = kind if isinstance(kind, str) and kind.isascii() else "unknown"
            return Unreadable(f"{int(ours)}:{chat_id}:{number}", now, Address(CHANNEL, str(chat_id)), safe)
    return None
